"""A part: what one piece of a capture comes to, sanitized, and ready to be merged with others.

A part holds shapes, numbers, and keyed digests of the values that ordinals stand for. It lives as
long as the run it belongs to; the digests are resolved into ordinals when parts are merged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from tallystick.intake.family import CHAT, UNSURE, ended, family_of
from tallystick.intake.formats.base import MALFORMED, Broken, Format, Piece, Read
from tallystick.intake.freeze import Sketch, Stamp, exchange_line, sketch
from tallystick.intake.mask import Hole, Masker
from tallystick.intake.odd import oddities
from tallystick.intake.period import ALWAYS, Period
from tallystick.intake.raw import RawAttempt
from tallystick.record.exchange import (
    Exchange,
    Failure,
    LedgerEntry,
    RequestPart,
    ResponsePart,
    UnheldError,
)

UNHELD = "an attempt that no record may hold"
_MANY_SHAPES = 50_000
_NOWHERE = Stamp("x", "", 0, "", 1)
_NO_WAY = '"method":"POST","url":""}'
_NO_REQUEST = RequestPart("POST", "")


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One attempt: its place in the piece, its times, its three shapes and what fills them.

    `sure` is false for a request that may be something else: nothing of it says what it is.
    """

    entry: int
    at: str | None
    duration_ms: float | None
    body: int
    way: int
    tail: int
    body_holes: tuple[Hole, ...]
    way_holes: tuple[Hole, ...]
    tail_holes: tuple[Hole, ...]
    sure: bool
    ids: tuple[str, ...] = ()
    nth: int | None = None


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a capture, sanitized. `entries` counts everything in it, `skipped` what is no
    chat completion, `others` how many of those belong to which other API, and failed how; `values`
    are the keyed digests of the values numbered from 1. `odd` counts what no entry should be like,
    `outside` the calls of another time than the one that was asked for.
    """

    capture: int
    number: int
    entries: int
    skipped: int
    broken: tuple[Broken, ...]
    shapes: tuple[str, ...]
    values: tuple[bytes, ...]
    ledger: tuple[LedgerEntry, ...]
    rows: tuple[Row, ...]
    others: tuple[tuple[str, int], ...] = ()
    odd: tuple[tuple[str, int], ...] = ()
    outside: int = 0


def _read(form: Format, piece: Piece) -> Iterator[Read]:
    """What a format reads of a piece. Where its reader fails, the rest of the piece is damage: one
    entry that nobody thought of loses no other piece of the capture.
    """
    try:
        yield from form.read(piece)
    except MALFORMED:
        yield Broken(piece.offset, "an entry that this format cannot hold, and what follows it")


class Folder:
    """Folds pieces into parts; what it compiles for one piece serves the next."""

    def __init__(self, key: bytes, calls_key: bytes = b"") -> None:
        self._masker = Masker(key, calls_key)
        self._good: set[str] = set()

    def fold(self, piece: Piece, form: Format, capture: int, period: Period = ALWAYS) -> Part:
        """The part of a piece. `capture` is the number of its capture in this run; only the calls
        that began in the period are kept.
        """
        masker = self._masker
        masker.begin()
        shapes: dict[str, int] = {}
        rows: list[Row] = []
        broken: list[Broken] = []
        others, odd = Counter[str](), Counter[str]()
        entries = skipped = outside = 0
        for found in _read(form, piece):
            entries += 1
            if isinstance(found, Broken):
                broken.append(found)
            elif found is not None and not period.holds(found.at):
                outside += 1
            elif found is None or (kind := family_of(found)) not in (CHAT, UNSURE):
                skipped += 1
                others[ended(kind, found) if found is not None else ""] += 1
            else:
                row = self._row(found, entries - 1, shapes, sure=kind == CHAT)
                if row is None:
                    broken.append(Broken(piece.offset, UNHELD))
                else:
                    rows.append(row)
                    odd.update(oddities(found, row.at, row.duration_ms))
        return Part(
            capture,
            piece.number,
            entries,
            skipped,
            tuple(broken),
            tuple(shapes),
            tuple(masker.digests()),
            masker.ledger(),
            tuple(rows),
            tuple(sorted((name, count) for name, count in others.items() if name)),
            tuple(sorted(odd.items())),
            outside,
        )

    def _row(
        self, raw: RawAttempt, entry: int, shapes: dict[str, int], *, sure: bool
    ) -> Row | None:
        made = sketch(raw, self._masker)
        if not self._is_held(made):
            return None
        body, way, tail = (
            shapes.setdefault(text, len(shapes)) for text in (made.body, made.way, made.tail)
        )
        holes = made.body_holes, made.way_holes, made.tail_holes
        return Row(
            entry, made.at, made.duration_ms, body, way, tail, *holes, sure, made.ids, made.nth
        )

    def _is_held(self, made: Sketch) -> bool:
        """Whether a record may hold an attempt; each shape is checked when it is first met."""
        good = self._good
        try:
            if made.body not in good:
                asked = made.body % made.body_holes + _NO_WAY
                msgspec.json.decode(asked, type=RequestPart)
                good.add(made.body)
            if made.way not in good:
                msgspec.json.decode("{" + made.way % made.way_holes, type=RequestPart)
                good.add(made.way)
            if made.tail not in good:
                line = exchange_line(_NOWHERE, None, None, "null", made.tail % made.tail_holes)
                msgspec.json.decode(line, type=_Answered)
                good.add(made.tail)
        except (UnheldError, msgspec.DecodeError, UnicodeEncodeError):
            return False
        if len(good) > _MANY_SHAPES:
            good.clear()
        return True


class _Answered(msgspec.Struct):
    """The answer's part of a line, with the checks of an Exchange."""

    failure: Failure | None
    failure_text: str
    response: ResponsePart

    def __post_init__(self) -> None:
        Exchange(
            "x", "", 0, None, None, _NO_REQUEST, self.response, self.failure, self.failure_text
        )


def added(entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Ledger entries with those of one place and rule added up."""
    counts: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = entry.place, entry.rule
        counts[key] = counts.get(key, 0) + entry.count
    return tuple(LedgerEntry(*key, counts[key]) for key in sorted(counts))
