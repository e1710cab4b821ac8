"""Per status and fault: retried how often, how fast, with which body; and what it adds up to."""

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from tallystick.lab.assume.layers import layers_of
from tallystick.lab.assume.words import assume, did, repeats, tried, went_on
from tallystick.record.scenario import Fault, Heal, Status
from tallystick.record.trial import Assumption, Observation

_ASKED = ("retry.status.", "retry.transport.", "retry.timeout", "retry.should_retry")
_GROWS, _AT_ONCE_MS = 1.25, 100


def retry_assumptions(observations: list[Observation]) -> Iterator[Assumption]:
    """What is retried, and what one failing call becomes."""
    asked = [o for o in observations if o.scenario.location.startswith(_ASKED)]
    places: dict[str, list[Observation]] = {}
    for observation in asked:
        places.setdefault(observation.scenario.location, []).append(observation)
    for location, seen in places.items():
        yield from _place(location, seen)
    again = [o for o in asked if len(repeats(o)) > 1]
    if again:
        yield from _again(again)
    if asked:
        yield _amplification([o for o in observations if o.scenario.changes and o.attempts])


def _place(location: str, seen: list[Observation]) -> Iterator[Assumption]:
    lasting: dict[str, list[Observation]] = {}
    for observation in seen:
        if not _heals(observation):
            lasting.setdefault(_when(observation), []).append(observation)
    healed = [o for o in seen if _heals(o)]
    usual = _value(lasting[""][0], healed) if "" in lasting else ""
    for when, listed in lasting.items():
        value = _value(listed[0], healed)
        # A body of another form that changes nothing is no rule of its own.
        if when.startswith("error.body=") and value == usual:
            continue
        detail = tried(listed[0]) + (_healing(healed) if not when else "")
        yield assume([*listed, *(healed if not when else ())], location, value, detail, when)
    status = location.removeprefix("retry.status.")
    named = [o for o in lasting.get("", ()) if o.outcome == "raised" and o.error]
    if status != location and named:
        yield assume(named, f"error.status.{status}", "raises", f"as {named[0].error}")


def _heals(observation: Observation) -> bool:
    return any(isinstance(change, Heal) for change in observation.scenario.changes)


def _healing(healed: list[Observation]) -> str:
    if not healed:
        return ""
    first = healed[0]
    count = len(repeats(first))
    how = f" after {count} attempts" if count > 1 else ""
    return f"; when it heals: {did(first)}{how}"


def _when(observation: Observation) -> str:
    """The condition that a scenario adds to its status."""
    for change in observation.scenario.changes:
        if isinstance(change, Status):
            if change.error_code:
                return f"error.code={change.error_code}"
            if change.headers:
                return f"header.{change.headers[0][0]}={change.headers[0][1]}"
            return f"error.body={change.body}" if change.body != "nested" else ""
        if isinstance(change, Fault) and observation.scenario.streamed:
            return "stream"
    return ""


def _value(observation: Observation, healed: list[Observation]) -> str:
    again = len(repeats(observation)) > 1
    if not observation.attempts:  # a closed port sees none; that it was tried again shows later
        again = any(o.outcome == "right" for o in healed)
    if went_on(observation):
        return "retries-then-swallows" if again else "swallows"
    if observation.outcome == "hung" and not again:
        return "hangs"
    return "retries" if again else "fails-fast"


def _again(again: list[Observation]) -> Iterator[Assumption]:
    changed = sorted({name for o in again for a in repeats(o) for name in a.changed})
    body = "changed" if changed or not _same(again) else "preserved"
    detail = f"members that changed: {', '.join(changed)}" if changed else "the same bytes again"
    yield assume(again[:1], "retry.body", body, detail)
    keyed = any(a.idempotency_key for o in again for a in o.attempts)
    told = "an idempotency key came along" if keyed else "no attempt carried an idempotency key"
    yield assume(again[:1], "retry.idempotency_key", "sent" if keyed else "not-sent", told)
    waits = [o for o in again if not _heals(o) and len(_run(o)) > 1]
    if waits:
        yield assume(waits[:1], "retry.backoff", _backoff(_usual(waits)), tried(waits[0]))


def _same(again: list[Observation]) -> bool:
    return all(attempt.same_body for o in again for attempt in repeats(o))


def _run(observation: Observation) -> list[int]:
    """The gaps of the innermost layer's first run."""
    gaps = [a.gap_ms for a in repeats(observation) if a.gap_ms is not None]
    return gaps[: layers_of(observation).counts[0] - 1]


def _usual(waits: list[Observation]) -> list[float]:
    """The gaps of the longest runs, each the median of them all: one may have been held up."""
    runs = [_run(observation) for observation in waits]
    most = max(map(len, runs))
    return [median(gaps) for gaps in zip(*(run for run in runs if len(run) == most), strict=True)]


def _backoff(run: list[float]) -> str:
    if max(run) < _AT_ONCE_MS:
        return "none"
    pairs = list(pairwise(run))
    if all(b > a * _GROWS for a, b in pairs):
        return "growing"
    if all(a / _GROWS <= b <= a * _GROWS for a, b in pairs):
        return "constant"
    return "irregular"


def _amplification(observations: list[Observation]) -> Assumption:
    worst = max(observations, key=lambda o: len(o.attempts))
    count, layers = len(worst.attempts), layers_of(worst).says()
    detail = f"up to {count} requests for one call ({worst.id})"
    whole = f"{detail}; {layers}" if layers else detail
    return assume([worst], "retry.amplification", str(count), whole)
