"""Whether a wait that the provider asks for is kept, in which dialect and up to where."""

from collections.abc import Iterator

from tallystick.lab.assume.words import assume, repeats
from tallystick.record.scenario import Status
from tallystick.record.trial import Assumption, Observation

_TOLERANCE = 0.95
_ORDER = ("retry-after-seconds", "retry-after-5", "retry-after-date", "retry-after-503")
_CONTROLS = ("status-429", "status-503")
UNCLEAR = "cannot-tell"
_DATE_ROUNDING_S = 1.0


def hint_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """One assumption about Retry-After, with every dialect in its detail."""
    seen = [o for o in observations if o.scenario.location == "retry.retry_after"]
    if not seen:
        return
    usual = {_status(o).code: _gap(o) for o in observations if o.id in _CONTROLS}
    kept = {o.id: _kept(o, usual.get(_status(o).code)) for o in seen}
    told = [f"{_asked_words(o)}: {kept[o.id]}" for o in seen]
    values = [kept[name].partition(",")[0] for name in _ORDER if name in kept]
    clear = next((value for value in values if value != UNCLEAR), UNCLEAR)
    yield assume(seen, "retry.retry_after", clear, "; ".join(told))


def _status(observation: Observation) -> Status:
    return next(c for c in observation.scenario.changes if isinstance(c, Status))


def _gap(observation: Observation) -> int | None:
    gaps = [a.gap_ms for a in repeats(observation) if a.gap_ms is not None]
    return gaps[0] if gaps else None


def asked_seconds(observation: Observation) -> float | None:
    """How long the first answer asked to wait; None when it cannot be read."""
    status = _status(observation)
    for name, text in status.headers:
        if name == "retry-after-ms":
            return float(text) / 1000
    if status.retry_after.startswith("+"):
        return float(status.retry_after[1:]) - _DATE_ROUNDING_S
    return float(status.retry_after) if status.retry_after.isdecimal() else None


def _asked_words(observation: Observation) -> str:
    status = _status(observation)
    if status.headers:
        return "1200 ms in retry-after-ms"
    if status.retry_after.startswith("+"):
        return f"a date {status.retry_after[1:]} s on"
    seconds = asked_seconds(observation)
    on = "" if status.code == 429 else f" on {status.code}"
    return (f"{seconds:g} s" if seconds is not None else "an unreadable value") + on


def _kept(observation: Observation, usual_ms: int | None) -> str:
    """What was done about the wait; `usual_ms` is the first gap where none is asked for."""
    gap, asked = _gap(observation), asked_seconds(observation)
    if gap is None:
        waits = observation.outcome == "hung"
        return "hangs, waiting" if waits else "fails-fast, no second attempt"
    waited = f"waited {gap / 1000:.1f} s"
    if asked is None or gap < asked * 1000 * _TOLERANCE:
        return f"ignored, {waited}"
    # A client that always waits that long shows nothing.
    if usual_ms is not None and usual_ms >= asked * 1000 * _TOLERANCE:
        return f"{UNCLEAR}, {waited}, as it always does"
    return f"honoured, {waited}"
