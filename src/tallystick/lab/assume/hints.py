"""Whether a wait that the provider asks for is kept, in which dialect and up to where."""

from collections.abc import Iterator

from tallystick.lab.assume.words import assume
from tallystick.record.scenario import Status
from tallystick.record.trial import Assumption, Observation

_TOLERANCE = 0.95
_PLAIN = "retry-after-seconds"
_DATE_ROUNDING_S = 1.0


def hint_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """One assumption about Retry-After, with every dialect in its detail."""
    seen = [o for o in observations if o.scenario.location == "retry.retry_after"]
    if not seen:
        return
    main = next((o for o in seen if o.id == _PLAIN), seen[0])
    told = [f"{_asked_words(o)}: {_kept(o)}" for o in seen]
    value = _kept(main)
    yield assume(seen, "retry.retry_after", value.partition(" ")[0].rstrip(","), "; ".join(told))


def asked_seconds(observation: Observation) -> float | None:
    """How long the first answer asked to wait; None when it cannot be read."""
    status = next(c for c in observation.scenario.changes if isinstance(c, Status))
    for name, text in status.headers:
        if name == "retry-after-ms":
            return float(text) / 1000
    if status.retry_after.startswith("+"):
        return float(status.retry_after[1:]) - _DATE_ROUNDING_S
    return float(status.retry_after) if status.retry_after.isdecimal() else None


def _asked_words(observation: Observation) -> str:
    status = next(c for c in observation.scenario.changes if isinstance(c, Status))
    if status.headers:
        return "1200 ms in retry-after-ms"
    if status.retry_after.startswith("+"):
        return f"a date {status.retry_after[1:]} s on"
    seconds = asked_seconds(observation)
    on = "" if status.code == 429 else f" on {status.code}"
    return (f"{seconds:g} s" if seconds is not None else "an unreadable value") + on


def _kept(observation: Observation) -> str:
    gaps = [a.gap_ms for a in observation.attempts if a.gap_ms is not None]
    asked = asked_seconds(observation)
    if not gaps:
        return (
            "hangs, waiting" if observation.outcome == "hung" else "fails-fast, no second attempt"
        )
    waited = f"waited {min(gaps) / 1000:.1f} s"
    if asked is None:
        return f"ignored, {waited}"
    return f"{'honoured' if min(gaps) >= asked * 1000 * _TOLERANCE else 'ignored'}, {waited}"
