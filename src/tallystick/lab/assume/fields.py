"""Per response field: required, guarded or unused."""

from collections.abc import Iterator

from tallystick.lab.assume.words import assume, did
from tallystick.lab.edits import EXTRA
from tallystick.record.scenario import Add, Choices, Put, Remove
from tallystick.record.trial import Assumption, Observation

_EDITS = (Remove, Put, Choices)


def field_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """What the client makes of every field that was removed, emptied or retyped."""
    by_location: dict[str, list[Observation]] = {}
    for observation in observations:
        if _is_edit(observation):
            by_location.setdefault(observation.scenario.location, []).append(observation)
    for location, seen in by_location.items():
        yield from _field(location, seen)
    for side in ("response", "stream"):
        yield from _unknown(side, observations)


def _is_edit(observation: Observation) -> bool:
    changes = observation.scenario.changes
    side = observation.scenario.location.partition(".")[0]
    single = len(changes) == 1 and isinstance(changes[0], _EDITS)
    return single and side in ("response", "stream")


def _field(location: str, seen: list[Observation]) -> Iterator[Assumption]:
    removed = [o for o in seen if isinstance(o.scenario.changes[0], Remove)]
    if not removed:
        return
    broken = [o for o in seen if o.outcome != "right"]
    told = [o for o in seen if o.outcome == "right" and o.differs]
    missed = next((o for o in removed if o.outcome != "right"), None)
    if missed is not None:
        value, first = "required", did(missed)
    else:
        value = "guarded" if broken or told else "unused"
        shown = removed[0].differs
        first = f"{did(removed[0])}{' but for its ' + ', '.join(shown) if shown else ''}"
    others = [f"{_change(o)}: {did(o)}" for o in broken if o is not missed]
    yield assume(seen, location, value, "; ".join(dict.fromkeys([first, *others])))


def _change(observation: Observation) -> str:
    change = observation.scenario.changes[0]
    return change.shape if isinstance(change, Put) else observation.id.partition("-")[0]


def _unknown(side: str, observations: list[Observation]) -> Iterator[Assumption]:
    added = [
        o
        for o in observations
        if any(isinstance(c, Add) for c in o.scenario.changes)
        and o.scenario.location.startswith(side)
        and o.scenario.location.endswith(EXTRA)
    ]
    if added:
        broken = [o for o in added if o.outcome != "right"]
        value = "breaks" if broken else "tolerates"
        detail = (
            f"{broken[0].scenario.location}: {did(broken[0])}" if broken else "goes on as usual"
        )
        yield assume(added, f"{side}.unknown_fields", value, detail)
