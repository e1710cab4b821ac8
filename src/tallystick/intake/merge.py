"""Parts merged: any split of the same captures gives the same attempts, line by line.

Attempts come in the order in which they began, ordinals are given in the order in which they
stand there, and retry groups are found across the parts. Parts are loaded when their time comes,
so that logs that are in order take the memory of a few of them.
"""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec

from tallystick.intake.freeze import Stamp, exchange_line, exchange_name
from tallystick.intake.groups import Grouper, Placed, Tried, moments_s
from tallystick.intake.mask import Hole
from tallystick.intake.part import Part, Row
from tallystick.intake.shape import BodyShape, TailShape, WayShape
from tallystick.record.placeholder import MOST

# Distinct values whose ordinals are remembered: when they are twice as many, the older half goes.
MAX_VALUES = 500_000

_S = TypeVar("_S")
# When an attempt began, how long it took, and what it was, but for the ordinals of its intake.
Moment = tuple[str, float | None, str]
_ORDINAL = re.compile(r'#\d+›|"body_ordinal":\d+')


class PartHead(msgspec.Struct, frozen=True, array_like=True):
    """What must be known of a part before it is loaded. `first` is its earliest time."""

    capture: int
    number: int
    entries: int
    skipped: int
    sure: int
    unsure: int
    first: str
    others: tuple[tuple[str, int], ...] = ()
    odd: tuple[tuple[str, int], ...] = ()
    outside: int = 0


def is_exact(at: str | None, duration_ms: float | None) -> bool:
    """Whether a time tells an attempt from others: it has parts of a second, or a duration."""
    return at is not None and (duration_ms is not None or "." in at)


def moment_of(at: str | None, duration_ms: float | None, head: str, answer: str) -> Moment:
    """What is the same of one attempt in two captures; `head` and `answer` are JSON."""
    return at or "", duration_ms, _ORDINAL.sub("", f"{head}{answer}")


def head_of(part: Part) -> PartHead:
    """The head of a part."""
    sure = sum(1 for row in part.rows if row.sure)
    times = [row.at or "" for row in part.rows]
    return PartHead(
        part.capture,
        part.number,
        part.entries,
        part.skipped,
        sure,
        len(part.rows) - sure,
        min(times, default=""),
        part.others,
        part.odd,
        part.outside,
    )


class Shapes(Generic[_S]):
    """Shapes by their texts, each read once."""

    def __init__(self, kind: Callable[[str], _S]) -> None:
        self._kind = kind
        self._known: dict[str, _S] = {}

    def of(self, text: str) -> _S:
        """The shape of a text."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._kind(text)
        return known


class Attempt(NamedTuple):
    """One attempt of the whole run: its line, its request as JSON, and what the profile asks."""

    line: str
    name: str
    at: str | None
    duration_ms: float | None
    ended_s: float | None
    body: BodyShape
    way: WayShape
    tail: TailShape
    body_holes: tuple[Hole, ...]
    tail_holes: tuple[Hole, ...]
    head: str
    placed: Placed


class Merger:
    """Merges the parts of captures, which are named by the digests of their bytes.

    `known` are the moments of attempts that were frozen before: they count once. `copies` takes
    how many entries of each capture are copies of others in it.
    """

    def __init__(
        self,
        digests: Sequence[str],
        known: Iterable[Moment] = (),
        copies: Counter[int] | None = None,
    ) -> None:
        self._digests = digests
        self._grouper = Grouper()
        self._bodies = Shapes(BodyShape)
        self._ways = Shapes(WayShape)
        self._tails = Shapes(TailShape)
        self._new: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}
        self._next = 1
        self._known = set(known)
        self._may_repeat = len(digests) > 1 or bool(self._known)
        self._now: dict[Moment, int] = {}
        self._at: tuple[int, str | None] = (-1, None)
        self._copied: set[tuple[object, ...]] = set()
        self._copies = Counter[int]() if copies is None else copies

    def attempts(
        self, heads: Sequence[PartHead], load: Callable[[PartHead], Part]
    ) -> Iterator[Attempt]:
        """All attempts of the parts, in order."""
        certain = {head.capture for head in heads if head.sure}
        for _, _, entry, row, part in _in_time(heads, load):
            if row.sure or part.capture not in certain:
                made = self._attempt(part, row, entry)
                if made is not None:
                    yield made

    def _attempt(self, part: Part, row: Row, entry: int) -> Attempt | None:
        shapes = part.shapes
        tail = self._tails.of(shapes[row.tail])
        body, way = self._bodies.of(shapes[row.body]), self._ways.of(shapes[row.way])
        body_holes = self._numbered(row.body_holes, body.ordinals, part.values)
        way_holes = self._numbered(row.way_holes, way.ordinals, part.values)
        tail_holes = self._numbered(row.tail_holes, tail.ordinals, part.values)
        head = f"{body.text % body_holes}{way.text % way_holes}"
        answer = tail.text % tail_holes
        if self._is_copy(row, head + answer, part.capture):
            self._copies[part.capture] += 1
            return None
        if self._is_repeat(row, head, answer, part.capture):
            return None
        digest = self._digests[part.capture]
        name = exchange_name(digest, entry)
        began, ended = moments_s(row.at, row.duration_ms)
        address = way_holes[len(way_holes) - way.address_holes :]
        key = (way.address, address, name if body.hole is None else body_holes[body.hole])
        placed = self._grouper.place(
            Tried(
                name, key, began, ended, tail.answered, way.counter, tail.asked_s,
                way.length(way_holes), row.nth, tail.status,
            )
        )  # fmt: skip
        stamp = Stamp(name, digest, entry, placed.group, placed.attempt, row.ids)
        line = exchange_line(stamp, row.at, row.duration_ms, head, answer)
        times = row.at, row.duration_ms, ended
        holes = body_holes, tail_holes
        return Attempt(line, name, *times, body, way, tail, *holes, head, placed)

    def _is_copy(self, row: Row, whole: str, capture: int) -> bool:
        """Whether its own capture holds this attempt already, with its time and a name of its own.

        An export may list a call twice; a call that was sent twice has another time, id or answer.
        """
        # An answer's id is of one attempt; a call's may be of all of its attempts.
        named = any(one.startswith("answer:") for one in row.ids)
        called = row.duration_ms is not None and any(one.startswith("call:") for one in row.ids)
        if not is_exact(row.at, row.duration_ms) or not (named or called):
            return False
        if self._at != (capture, row.at):
            self._at = capture, row.at
            self._copied.clear()
        one = row.duration_ms, row.ids, whole
        known = one in self._copied
        self._copied.add(one)
        return known

    def _is_repeat(self, row: Row, head: str, answer: str, capture: int) -> bool:
        """Whether another capture holds this attempt too.

        Where times are whole seconds and no duration is known, nothing tells two attempts apart
        that look alike: both count.
        """
        if not self._may_repeat or not is_exact(row.at, row.duration_ms):
            return False
        moment = moment_of(row.at, row.duration_ms, head, answer.rsplit("\n", maxsplit=1)[-1])
        if moment in self._known:
            return True
        if self._now and next(iter(self._now))[0] != moment[0]:
            self._now.clear()
        return self._now.setdefault(moment, capture) != capture

    def _numbered(
        self, holes: tuple[Hole, ...], places: tuple[int, ...], values: tuple[bytes, ...]
    ) -> tuple[Hole, ...]:
        """Holes whose ordinals are those of the whole run."""
        if not places:
            return tuple(holes)
        out = list(holes)
        for place in places:
            value = values[int(out[place]) - 1]
            out[place] = self._new.get(value) or self._ordinal(value)
        return tuple(out)

    def _ordinal(self, value: bytes) -> int:
        number = self._old.get(value)
        if number is None:
            number, self._next = min(self._next, MOST), self._next + 1
        if len(self._new) >= MAX_VALUES:
            self._old, self._new = self._new, {}
        self._new[value] = number
        return number


_Item = tuple[str, int, int, Row, Part]


def _in_time(heads: Sequence[PartHead], load: Callable[[PartHead], Part]) -> Iterator[_Item]:
    """The rows of all parts by time, then by capture and entry."""
    bases = _bases(heads)
    waiting = sorted(heads, key=lambda head: (head.first, head.capture, head.number), reverse=True)
    streams: list[tuple[str, int, int, int, Iterator[_Item], _Item]] = []
    count = 0
    while waiting or streams:
        while waiting and (not streams or waiting[-1].first <= streams[0][0]):
            head = waiting.pop()
            rows = iter(_rows(load(head), bases[head.capture, head.number]))
            count += 1
            _push(streams, rows, count)
        if not streams:
            continue
        *_, number, rows, item = heapq.heappop(streams)
        yield item
        _push(streams, rows, number)


def _push(
    streams: list[tuple[str, int, int, int, Iterator[_Item], _Item]],
    rows: Iterator[_Item],
    number: int,
) -> None:
    item = next(rows, None)
    if item is not None:
        heapq.heappush(streams, (*item[:3], number, rows, item))


def _bases(heads: Sequence[PartHead]) -> dict[tuple[int, int], int]:
    """How many entries of its capture stand before each part."""
    bases: dict[tuple[int, int], int] = {}
    totals: dict[int, int] = {}
    for head in sorted(heads, key=lambda head: (head.capture, head.number)):
        bases[head.capture, head.number] = totals.get(head.capture, 0)
        totals[head.capture] = totals.get(head.capture, 0) + head.entries
    return bases


def _rows(part: Part, base: int) -> list[_Item]:
    rows = sorted(part.rows, key=lambda row: (row.at or "", row.entry))
    return [(row.at or "", part.capture, base + row.entry, row, part) for row in rows]
