"""The observed profile, folded from attempts that come in the order of their times."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from tallystick.intake.cells import departures_of, faults_of, observed_in
from tallystick.intake.classify import classify
from tallystick.intake.features import Facts
from tallystick.intake.locations import (
    Seen,
    answer_locations,
    request_locations,
)
from tallystick.intake.merge import Attempt
from tallystick.intake.retries import Retries
from tallystick.protocol import Violation
from tallystick.record.exchange import Exchange, RequestPart
from tallystick.record.finding import FailureClass, GroupClass
from tallystick.record.profile import (
    Bounds,
    Cell,
    Classed,
    Profile,
    UsageSum,
    Window,
)

# So many attempts are folded before calls that nothing can follow any more are classified.
_SWEEP = 4096
_LONGEST_WAIT_S = 3600.0


class Incident(NamedTuple):
    """When the incident began and ended, as RFC 3339 with an offset; empty when not recorded."""

    start: str = ""
    end: str = ""

    def bounds(self) -> Bounds:
        """Both in UTC, in the form that attempts have."""
        return Bounds(_utc(self.start), _utc(self.end))


def _utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return ""
    return moment.astimezone(UTC).isoformat() if moment and moment.tzinfo else ""


class _Key(NamedTuple):
    window: Window
    model: str
    status: int
    streamed: bool


class _Pending(NamedTuple):
    """A call that may still get attempts."""

    window: Window
    first: str
    attempts: tuple[Attempt, ...]
    until_s: float | None


class Profiler:
    """Folds attempts into a profile."""

    def __init__(self, incident: Incident, facts: Facts | None = None) -> None:
        self._bounds = incident.bounds()
        self._facts = facts or Facts()
        self._requests: Counter[tuple[_Key, str]] = Counter()
        self._partial: Counter[_Key] = Counter()
        self._answers: Counter[tuple[_Key, str]] = Counter()
        self._sent: dict[str, object] = {}
        self._got: dict[str, Exchange] = {}
        self._usage: dict[tuple[Window, str, str], list[float]] = {}
        self._stated: Counter[tuple[Window, str, bool]] = Counter()
        self._pending: dict[str, _Pending] = {}
        self._known: dict[tuple[str, ...], GroupClass] = {}
        self._classes: dict[tuple[Window, FailureClass, str, str], list[_Count]] = {}
        self._retries = Retries()
        self._exchanges = self._calls = 0
        self._first: str | None = None
        self._last: str | None = None

    def add(self, attempt: Attempt) -> None:
        """Fold one attempt in."""
        self._exchanges += 1
        self._first = self._first or attempt.at
        self._last = attempt.at or self._last
        window = self._bounds.window(attempt.at)
        model = attempt.body.model(attempt.body_holes)
        key = _Key(window, model, attempt.tail.status, attempt.body.streamed)
        self._requests[key, attempt.body.text] += 1
        self._partial[key] += "partial" in (attempt.body.kind, attempt.tail.kind)
        self._answers[key, attempt.tail.text] += 1
        if attempt.body.text not in self._sent or attempt.tail.text not in self._got:
            self._remember(attempt)
        self._count_usage(window, model, attempt)
        self._retries.add(window, model, attempt)
        self._hold(window, attempt)
        if self._exchanges % _SWEEP == 0 and attempt.ended_s is not None:
            self._sweep(attempt.ended_s)

    def profile(self) -> Profile:
        """What was folded."""
        for name in [*self._pending]:
            self._close(name)
        return Profile(
            exchanges=self._exchanges,
            calls=self._calls,
            first=self._first,
            last=self._last,
            cells=tuple(self._cells()),
            classes=tuple(self._classed()),
            retries=self._retries.retried(),
            amplification=self._retries.amplification(),
            changed=self._retries.changed(),
            usage=tuple(self._sums()),
        )

    def _remember(self, attempt: Attempt) -> None:
        if attempt.tail.text not in self._got:
            self._got[attempt.tail.text] = msgspec.json.decode(attempt.line, type=Exchange)
        if attempt.body.text not in self._sent:
            self._sent[attempt.body.text] = msgspec.json.decode(attempt.head, type=_Asked).body

    def _like(self, attempt: Attempt) -> Exchange:
        """An exchange of the same shapes at the same time: what judgements look at is the same."""
        return msgspec.structs.replace(
            self._got[attempt.tail.text],
            request=msgspec.json.decode(attempt.head, type=RequestPart),
            at=attempt.at,
            duration_ms=attempt.duration_ms,
            group=attempt.placed.group,
            attempt=attempt.placed.attempt,
        )

    def _count_usage(self, window: Window, model: str, attempt: Attempt) -> None:
        if not attempt.tail.answered:
            return
        self._stated[window, model, bool(attempt.tail.usage)] += 1
        for field, hole in attempt.tail.usage:
            value = 0.0 if hole is None else float(attempt.tail_holes[hole])
            sums = self._usage.setdefault((window, model, field), [0.0, 0, 0])
            sums[0] += value
            sums[1] += 1
            sums[2] += value == 0

    def _hold(self, window: Window, attempt: Attempt) -> None:
        name = attempt.placed.group
        before = self._pending.get(name)
        if before is None:
            self._calls += 1
            before = _Pending(window, attempt.name, (), None)
        until = None
        if attempt.ended_s is not None:
            until = attempt.ended_s + attempt.tail.asked_s + _LONGEST_WAIT_S
        self._pending[name] = before._replace(attempts=(*before.attempts, attempt), until_s=until)
        if attempt.tail.answered:
            self._close(name)

    def _sweep(self, now_s: float) -> None:
        for name, held in [*self._pending.items()]:
            if held.until_s is not None and held.until_s < now_s:
                self._close(name)

    def _close(self, name: str) -> None:
        """Classify a call that is over; calls of the same shapes are classified once."""
        held = self._pending.pop(name)
        shapes = tuple(text for one in held.attempts for text in _judged(one))
        found = self._known.get(shapes)
        if found is None:
            exchanges = [self._like(one) for one in held.attempts]
            (found,) = classify(exchanges, self._facts).groups
            self._known[shapes] = found
        self._retries.close(held.window, len(held.attempts))
        key = (held.window, found.failure_class, found.location, found.rule)
        began = held.attempts[0].at
        count = _Count(1, len(held.attempts), held.first, began, began)
        self._classes.setdefault(key, []).append(count)
        if len(self._classes[key]) > _SWEEP:
            self._classes[key] = [_added(self._classes[key])]

    def _cells(self) -> Iterable[Cell]:
        keys = sorted({key for key, _ in self._requests})
        requests = {text: request_locations(body) for text, body in self._sent.items()}
        answers = {text: answer_locations(got.response) for text, got in self._got.items()}
        faults = {text: faults_of(got) for text, got in self._got.items()}
        for key in keys:
            sent = {text: n for (held, text), n in self._requests.items() if held == key}
            got = {text: n for (held, text), n in self._answers.items() if held == key}
            seen, departures = Seen(), Counter[Violation]()
            for text, times in sent.items():
                seen.add(requests[text], times)
            for text, times in got.items():
                seen.add(answers[text], times)
                for fault in faults[text]:
                    departures[fault] += times
            count = sum(sent.values())
            observed, departed = observed_in(seen, count), departures_of(departures)
            yield Cell(
                window=key.window,
                model=key.model,
                status=key.status,
                streamed=key.streamed,
                exchanges=count,
                locations=observed,
                departures=departed,
                partial=self._partial[key],
            )

    def _classed(self) -> Iterable[Classed]:
        for key in sorted(self._classes):
            window, failure_class, location, rule = key
            yield Classed(window, failure_class, location, rule, *_added(self._classes[key]))

    def _sums(self) -> Iterable[UsageSum]:
        for window, model, field in sorted(self._usage):
            total, answers, zero = self._usage[window, model, field]
            without = self._stated[window, model, False]
            yield UsageSum(window, model, field, total, int(answers), int(zero), without)


class _Asked(msgspec.Struct):
    """The body of a request, and nothing else of it."""

    body: Any


def _judged(attempt: Attempt) -> tuple[str, ...]:
    """What a call's class rests on. Of the body of a request that was answered, it is only whether
    a stream was asked for, and of which kind the body is: `test_part` proves it.
    """
    body, tail = attempt.body, attempt.tail
    asked = f"{body.kind} {body.streamed}" if tail.answered else body.text
    return asked, attempt.way.text, tail.text, str(_is_early(attempt))


def _is_early(attempt: Attempt) -> bool:
    gap, asked = attempt.placed.gap_s, attempt.placed.asked_s
    return gap is not None and gap < asked * 0.9


class _Count(NamedTuple):
    """Calls of one class: how many, their attempts, the earliest of them, and when they began."""

    calls: int
    attempts: int
    first: str
    first_at: str | None
    last_at: str | None


def _added(counts: list[_Count]) -> _Count:
    earliest = min(counts, key=lambda one: (one.first_at or "", one.first))
    times = [one.last_at for one in counts if one.last_at]
    return _Count(
        sum(one.calls for one in counts),
        sum(one.attempts for one in counts),
        earliest.first,
        earliest.first_at,
        max(times, default=None),
    )
