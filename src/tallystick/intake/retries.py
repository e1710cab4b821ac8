"""What followed failed attempts: retries and their gaps, layers, requests that were changed."""

from collections import Counter
from collections.abc import Hashable
from typing import NamedTuple

from tallystick.intake.groups import WINDOW_S
from tallystick.intake.merge import Attempt
from tallystick.record.profile import Amplification, Changed, Retried, Window

_MAX_CHAINS = 50_000
_LONGEST_S = 2 * WINDOW_S


class _Gaps:
    """The gaps before the retries of one kind of failure."""

    def __init__(self) -> None:
        self.failures = self.retried = self.early = 0
        self.least: float | None = None
        self.most: float | None = None
        self.micros = 0

    def add(self, gap: float | None, asked: float) -> None:
        self.retried += 1
        if gap is None:
            return
        self.early += gap < asked * 0.9
        self.micros += round(gap * 1e6)
        self.least = gap if self.least is None else min(self.least, gap)
        self.most = gap if self.most is None else max(self.most, gap)

    def told(self, window: Window, after: str) -> Retried:
        """As a profile has it."""
        least, most = _round(self.least), _round(self.most)
        counts = self.failures, self.retried, self.early
        return Retried(window, after, *counts, least, most, self.micros / 1e6)


class _Chain(NamedTuple):
    """Calls with the same request, each begun after the one before had failed."""

    calls: int
    attempts: int
    ended_s: float


class _Last(NamedTuple):
    """The last failed attempt at an address: what a retry with another body came after."""

    counter: int
    model: str
    ended_s: float


class Retries:
    """Folds attempts and closed calls into what is told of retries."""

    def __init__(self) -> None:
        self._gaps: dict[tuple[Window, str], _Gaps] = {}
        self._before: dict[str, str] = {}
        self._calls: dict[Window, Counter[int]] = {}
        self._chains: dict[Hashable, _Chain] = {}
        self._nested: Counter[Window] = Counter()
        self._largest: dict[Window, tuple[int, int]] = {}
        self._bodies: Counter[Window] = Counter()
        self._models: Counter[Window] = Counter()
        self._last: dict[Hashable, _Last] = {}

    def add(self, window: Window, model: str, attempt: Attempt) -> None:
        """One attempt, in the order of time."""
        placed = attempt.placed
        before = self._before.pop(placed.group, None)
        if placed.attempt > 1 and before is not None:
            self._kind(window, before).add(placed.gap_s, placed.asked_s)
        if not attempt.tail.answered:
            kind = str(attempt.tail.status) if attempt.tail.status else "failed"
            self._kind(window, kind).failures += 1
            self._before[placed.group] = kind
        self._compare(window, model, attempt)
        self._chain(window, attempt)

    def close(self, window: Window, attempts: int) -> None:
        """One logical call that is over, with so many attempts."""
        self._calls.setdefault(window, Counter())[attempts] += 1

    def _kind(self, window: Window, kind: str) -> _Gaps:
        return self._gaps.setdefault((window, kind), _Gaps())

    def _compare(self, window: Window, model: str, attempt: Attempt) -> None:
        """A retry by its own counter that began a call of its own repeats no request we saw."""
        counter, ended = attempt.way.counter, attempt.ended_s
        if counter is None or ended is None:
            return
        address = attempt.way.address
        last = self._last.get(address)
        strange = counter > 0 and attempt.placed.attempt == 1
        if strange and last and last.counter == counter - 1 and ended - last.ended_s < WINDOW_S:
            self._bodies[window] += 1
            self._models[window] += last.model != model
        if not attempt.tail.answered:
            self._last[address] = _Last(counter, model, ended)

    def _chain(self, window: Window, attempt: Attempt) -> None:
        """A call with the same request as one that failed just before: a layer above retried."""
        body = attempt.body.hole
        if body is None or attempt.ended_s is None:
            return
        key = (attempt.way.address, attempt.body_holes[body])
        known = self._chains.pop(key, None)
        fresh = attempt.placed.attempt == 1
        chain = _Chain(1, attempt.placed.attempt, attempt.ended_s)
        if known is not None and attempt.ended_s - known.ended_s <= _LONGEST_S:
            chain = _Chain(known.calls + fresh, known.attempts + 1, attempt.ended_s)
        if chain.calls > 1:
            self._nested[window] += fresh
            found = (chain.attempts, chain.calls)
            self._largest[window] = max(self._largest.get(window, (0, 0)), found)
        if not attempt.tail.answered:
            if len(self._chains) >= _MAX_CHAINS:
                self._chains.clear()
            self._chains[key] = chain

    def retried(self) -> tuple[Retried, ...]:
        """What followed each kind of failure."""
        return tuple(gaps.told(*key) for key, gaps in sorted(self._gaps.items()))

    def amplification(self) -> tuple[Amplification, ...]:
        """Attempts per logical call."""
        made = []
        for window, counts in sorted(self._calls.items()):
            attempts, calls = self._largest.get(window, (0, 0))
            told = {str(number): counts[number] for number in sorted(counts)}
            made.append(Amplification(window, told, self._nested[window], (calls, attempts)))
        return tuple(made)

    def changed(self) -> tuple[Changed, ...]:
        """Retries that changed the request."""
        return tuple(
            Changed(window, self._bodies[window], self._models[window])
            for window in sorted(self._bodies)
        )


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)
