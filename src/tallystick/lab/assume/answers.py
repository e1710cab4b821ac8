"""Successes that are none, wrappings and redirects: surfaced or taken for an answer."""

from collections.abc import Callable, Iterator

from tallystick.lab.assume.words import assume, did, went_on
from tallystick.record.scenario import Add, Choices, Put, Remove
from tallystick.record.trial import Assumption, Observation

_Judge = Callable[[Observation], bool]


def _right(observation: Observation) -> bool:
    return observation.outcome == "right"


def _surfaced(observation: Observation) -> bool:
    return observation.outcome == "raised"


# Location → (what is good, the value when all are, the value when some are not).
_TABLE: dict[str, tuple[_Judge, str, str]] = {
    "response.body": (_surfaced, "surfaces", "accepts"),
    "stream.body": (_surfaced, "surfaces", "accepts"),
    "error.body": (_surfaced, "surfaces", "accepts"),
    "response.content_type": (_right, "unchecked", "checked"),
    "stream.content_type": (_right, "unchecked", "checked"),
    "response.content_encoding": (_right, "decodes", "breaks"),
    "stream.content_encoding": (_right, "decodes", "breaks"),
    "response.arrival": (_right, "tolerates", "breaks"),
    "stream.arrival": (_right, "tolerates", "breaks"),
    "stream.framing": (_right, "tolerates", "breaks"),
    "stream.comment": (_right, "tolerates", "breaks"),
    "stream.event": (_right, "tolerates", "breaks"),
    "stream.usage": (_right, "tolerates", "breaks"),
    "stream.error": (_surfaced, "surfaces", "accepts"),
    "stream.transport": (_surfaced, "surfaces", "accepts"),
    "stream.timeout": (_surfaced, "gives-up", "accepts"),
}


def answer_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """One assumption for each kind of odd answer that was shown."""
    for location, (good, all_good, not_all) in _TABLE.items():
        seen = [o for o in observations if _asks(o, location)]
        if seen:
            bad = [o for o in seen if not good(o)]
            detail = "; ".join(f"{o.id}: {did(o)}" for o in bad or seen[:1])
            # A client that never ends has neither surfaced the failure nor taken it for an answer.
            only_hangs = bool(bad) and all(o.outcome == "hung" for o in bad)
            value = "hangs" if only_hangs else not_all if bad else all_good
            yield assume(seen, location, value, detail)
    yield from _redirects(observations)


def _asks(observation: Observation, location: str) -> bool:
    """Whether a scenario asks about a location: not a field of that name that was edited."""
    changes = observation.scenario.changes
    edits = any(isinstance(change, (Add, Choices, Put, Remove)) for change in changes)
    return observation.scenario.location == location and not edits


def _redirects(observations: list[Observation]) -> Iterator[Assumption]:
    seen = [o for o in observations if o.scenario.location == "endpoint.redirect"]
    if not seen:
        return
    followed = [o for o in seen if len({(a.method, a.path) for a in o.attempts}) > 1]
    told = [
        f"{o.attempts[0].status}: asked again as {o.attempts[1].method}, then {did(o)}"
        for o in followed
    ]
    swallowed = [o for o in seen if o not in followed and went_on(o)]
    value = "follows" if followed else "accepts" if swallowed else "surfaces"
    yield assume(seen, "endpoint.redirect", value, "; ".join(told) or did(seen[0]))
