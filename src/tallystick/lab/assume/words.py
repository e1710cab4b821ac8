"""The words that say what a client did; shared by everything that derives assumptions."""

from collections.abc import Iterable

from tallystick.record.trial import Assumption, Attempt, Observation

_DID = {
    "right": "answered as if nothing were wrong",
    "wrong": "went on with a wrong result",
    "truncated": "took half an answer for the whole",
    "hung": "did not finish in time",
}
MOST_GAPS = 6


def did(observation: Observation) -> str:
    """What the client did in the end."""
    if observation.empty and observation.outcome == "wrong":
        return "took an empty answer for a success"
    raised = f"raised {observation.error}" if observation.error else "failed"
    return _DID.get(observation.outcome, raised)


def tried(observation: Observation) -> str:
    """How often and how fast it tried, and what it did then."""
    own = repeats(observation)
    count = len(own)
    waits = [f"{a.gap_ms / 1000:.1f} s" for a in own if a.gap_ms is not None]
    gaps = waits if len(waits) <= MOST_GAPS else [*waits[:3], "…", waits[-1]]
    same = all(attempt.same_body for attempt in own)
    parts = [f"{count} attempt{'' if count == 1 else 's'}"] if count else []
    parts += [f"gaps {', '.join(gaps)}", "same body" if same else "body changed"] if gaps else []
    parts += ["then it asks the fallback"] if len(observation.attempts) > count else []
    return "; ".join([*parts, f"then {did(observation)}" if parts else did(observation)])


def assume(
    observations: Iterable[Observation], location: str, value: str, detail: str, when: str = ""
) -> Assumption:
    """A measured assumption that rests on some observations."""
    basis = tuple(observation.id for observation in observations)
    return Assumption(location, value, "measured", detail, when, basis)


def repeats(observation: Observation) -> tuple[Attempt, ...]:
    """The attempts at the same provider and model: what went elsewhere is a fallback, no retry."""
    listed = observation.attempts
    return tuple(a for a in listed if a.route == listed[0].route and "model" not in a.changed)


def went_on(observation: Observation) -> bool:
    """Whether the client gave a result instead of an error."""
    return observation.outcome in ("right", "wrong", "truncated")
