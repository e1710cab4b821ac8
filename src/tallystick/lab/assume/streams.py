"""How the client tells that a stream is complete, and which usage it counts."""

from collections.abc import Iterator

from tallystick.lab.assume.words import assume, did, went_on
from tallystick.record.scenario import CutStream, StreamUsage
from tallystick.record.trial import Assumption, Observation

_FINISH = "without-stream.choices.finish_reason"
_COUNTS = {"last": "last-wins", "first": "first-wins", "sum": "sums", "none": "not-read"}


def stream_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """The completion rule and the usage rule."""
    ends = [o for o in observations if o.scenario.location == "stream.done" or o.id == _FINISH]
    cut = [o for o in ends if any(isinstance(c, CutStream) for c in o.scenario.changes)]
    if cut:
        half = any(went_on(o) and o.outcome != "right" for o in cut)
        hangs = any(o.outcome == "hung" for o in cut)
        value = "accepts-cut" if half else "hangs-on-cut" if hangs else "surfaces-cut"
        told = [f"{o.id}: {did(o)}" for o in [*cut, *(o for o in ends if o not in cut)]]
        yield assume(ends, "stream.done", value, "; ".join(told))
    for observation in observations:
        changes = observation.scenario.changes
        every = any(isinstance(c, StreamUsage) and c.where == "every-chunk" for c in changes)
        if every and observation.usage in _COUNTS:
            detail = "where every chunk carries a growing usage"
            yield assume([observation], "stream.usage_counting", _COUNTS[observation.usage], detail)
