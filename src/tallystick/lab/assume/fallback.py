"""What the client turns to when the first provider or model fails."""

from collections.abc import Iterator

from tallystick.lab.assume.words import assume, did
from tallystick.record.trial import Assumption, Attempt, Observation


def fallback_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """Whether there is a fallback, to what, and what else changes with it."""
    for location in ("fallback.route", "fallback.in_body", "fallback.model"):
        seen = [o for o in observations if o.scenario.location == location]
        if seen:
            yield _one(location, seen)
    turned = [a for o in observations for a in _turned(o)]
    if turned:
        fields = sorted({name for attempt in turned for name in attempt.changed} - {"model"})
        detail = f"also changes {', '.join(fields)}" if fields else "nothing but the route or model"
        basis = [o for o in observations if _turned(o)]
        yield assume(basis, "fallback.fields", "changed" if fields else "preserved", detail)


def _one(location: str, seen: list[Observation]) -> Assumption:
    used = [o for o in seen if _turned(o)]
    told = "; ".join(f"{o.id}: {did(o)}" for o in used or seen[:1])
    if not used:
        return assume(seen, location, "none", f"no other provider or model was asked; {told}")
    routes = any(a.route == "fallback" for o in used for a in o.attempts)
    return assume(seen, location, "second-provider" if routes else "second-model", told)


def _turned(observation: Observation) -> list[Attempt]:
    """The attempts that went elsewhere: to the second provider, or to another model."""
    if not observation.scenario.location.startswith("fallback."):
        return []
    return [a for a in observation.attempts if a.route == "fallback" or "model" in a.changed]
