"""What the client sends: path, header, scheme, fields; and how it connects."""

from collections.abc import Iterator

from tallystick.lab.assume.words import assume
from tallystick.record.trial import Assumption, Observation


def sent_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """What the first conforming calls show, each location once."""
    told: set[tuple[str, str]] = set()
    for observation in observations:
        if not observation.scenario.changes and observation.attempts:
            for found in _sent(observation):
                if (found.location, found.value) not in told:
                    told.add((found.location, found.value))
                    yield found
    yield from _connections(observations)


def _sent(observation: Observation) -> Iterator[Assumption]:
    seen, first = [observation], observation.attempts[0]
    yield assume(seen, "endpoint.path", first.path, f"{first.method} {first.path}")
    if first.host:
        prefix = "/v1" if first.path.startswith("/v1/") else ""
        value = first.host + prefix
        yield assume(seen, "endpoint.base_url", value, "the host it asked the proxy for")
    if first.query:
        names = ", ".join(first.query)
        yield assume(seen, "endpoint.query", "sent", f"query parameters: {names}")
    name, _, scheme = first.auth.partition(": ")
    if name:
        header = "-".join(part.capitalize() for part in name.split("-"))
        yield assume(seen, "auth.header", header, "the header that carried the key")
    if scheme:
        yield assume(seen, "auth.scheme", scheme, "the word before the key")
    for field in first.fields:
        key, _, kind = field.rpartition(":")
        yield assume(seen, f"request.{key}", "sent", f"sent as {kind}")


def _connections(observations: list[Observation]) -> Iterator[Assumption]:
    """Whether a retry uses the connection of the attempt before it, where it could."""
    again = [
        o
        for o in observations
        if len(o.attempts) > 1
        and all(a.status >= 200 and a.hung_up_ms is None for a in o.attempts[:-1])
    ]
    if again:
        reused = any(len({a.connection for a in o.attempts}) < len(o.attempts) for o in again)
        value = "reused" if reused else "new-each-time"
        yield assume(again[:1], "transport.connections", value, "between attempts of one call")
