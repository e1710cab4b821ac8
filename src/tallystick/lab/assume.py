"""Observations become Assumptions: what the client measurably relies on."""

from collections.abc import Iterable, Iterator

from tallystick.record.trial import Assumption, CutStream, Observation, Status

_TOLERANCE = 0.95


def assumptions(observations: Iterable[Observation]) -> tuple[Assumption, ...]:
    """Everything the observations show of the client's side of the contract."""
    listed = [o for o in observations if o.outcome != "could-not-check" and o.attempts]
    found = [assumption for observation in listed for assumption in _one(observation)]
    return tuple(found + list(_amplification(listed)))


def _one(observation: Observation) -> Iterator[Assumption]:
    location = observation.scenario.location
    if not observation.scenario.changes:
        yield from _sent(observation)
    elif location.startswith("retry."):
        yield from _retry(observation)
    elif any(isinstance(change, CutStream) for change in observation.scenario.changes):
        value = "surfaces-cut" if observation.outcome in ("raised", "hung") else "accepts-cut"
        yield _assume(observation, location, value, _did(observation))
    else:
        value = "guarded" if observation.outcome == "right" else "relied-on"
        yield _assume(observation, location, value, _did(observation))


def _assume(
    observation: Observation, location: str, value: str, detail: str, when: str = ""
) -> Assumption:
    return Assumption(location, value, "measured", detail, when, (observation.id,))


def _sent(observation: Observation) -> Iterator[Assumption]:
    first = observation.attempts[0]
    yield _assume(observation, "endpoint.path", first.path, f"{first.method} {first.path}")
    name, _, scheme = first.auth.partition(": ")
    if name:
        header = "-".join(part.capitalize() for part in name.split("-"))
        yield _assume(observation, "auth.header", header, "the header that carried the key")
    if scheme:
        yield _assume(observation, "auth.scheme", scheme, "the word before the key")
    for field in first.fields:
        key, _, kind = field.rpartition(":")
        yield _assume(observation, f"request.{key}", "sent", f"sent as {kind}")


def _retry(observation: Observation) -> Iterator[Assumption]:
    scenario = observation.scenario
    status = next((change for change in scenario.changes if isinstance(change, Status)), None)
    if status is not None and status.retry_after:
        yield from _retry_after(observation, float(status.retry_after))
        return
    when = f"error.code={status.error_code}" if status is not None and status.error_code else ""
    value = "retries" if len(observation.attempts) > 1 else "fails-fast"
    if observation.outcome in ("right", "wrong"):
        value = "swallows" if value == "fails-fast" else "retries-then-swallows"
    yield _assume(observation, scenario.location, value, _attempts(observation), when)


def _retry_after(observation: Observation, asked_s: float) -> Iterator[Assumption]:
    gaps = [a.gap_ms for a in observation.attempts if a.gap_ms is not None]
    if not gaps:
        yield _assume(observation, "retry.retry_after", "fails-fast", "no second attempt")
        return
    honoured = min(gaps) >= asked_s * 1000 * _TOLERANCE
    detail = f"asked for {asked_s:g} s, waited {min(gaps) / 1000:.1f} s"
    yield _assume(observation, "retry.retry_after", "honoured" if honoured else "ignored", detail)


def _attempts(observation: Observation) -> str:
    count = len(observation.attempts)
    waits = [f"{a.gap_ms / 1000:.1f} s" for a in observation.attempts if a.gap_ms is not None]
    gaps = waits if len(waits) <= 6 else [*waits[:3], "…", waits[-1]]
    same = all(attempt.same_body for attempt in observation.attempts)
    parts = [f"{count} attempt{'' if count == 1 else 's'}"]
    parts += [f"gaps {', '.join(gaps)}", "same body" if same else "body changed"] if gaps else []
    return "; ".join([*parts, f"then {_did(observation)}"])


def _did(observation: Observation) -> str:
    words = {
        "right": "answered as if nothing were missing",
        "wrong": "went on with a wrong result",
        "hung": "did not finish in time",
    }
    raised = f"raised {observation.error}" if observation.error else "failed"
    return words.get(observation.outcome, raised)


def _amplification(observations: list[Observation]) -> Iterator[Assumption]:
    retried = [o for o in observations if o.scenario.location.startswith("retry.")]
    if retried:
        worst = max(retried, key=lambda o: len(o.attempts))
        count = len(worst.attempts)
        detail = f"up to {count} requests for one call ({worst.id})"
        yield _assume(worst, "retry.amplification", str(count), detail)
