"""Captures read, folded and merged: what `intake`, `scan` and `classify` share."""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from tallystick.engine import cluster
from tallystick.engine.folding import Fold, Inline, Keys, Pool, Spool, Task
from tallystick.engine.reading import MAPPED, Plan, Reading
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import progress_bytes
from tallystick.host.userstate import calls_key, keyed
from tallystick.intake import Merger
from tallystick.intake.formats import lines
from tallystick.intake.formats.base import Broken, Format
from tallystick.intake.formats.mapping import Mapping
from tallystick.intake.formats.times import seconds_of
from tallystick.intake.merge import Attempt, Moment, PartHead
from tallystick.intake.odd import COPY
from tallystick.intake.part import Part
from tallystick.intake.period import ALWAYS, Period
from tallystick.record.canonical import digest
from tallystick.record.exchange import LedgerEntry

# Below this many bytes a pool costs more than it brings.
_SMALL = 1 << 24
MOST_TOLD = 200


class FrozenCapture(msgspec.Struct, frozen=True):
    """A capture as it was frozen. `skipped` counts entries that are no chat completions, `damaged`
    those that could not be read; `places` says where they begin (a byte of the unpacked capture)
    and why, for the first of them. `others` counts the skipped calls of other APIs by their names.
    `mapping` is the digest of the mapping that it was read with, if any. `digest` is
    keyed: that of a raw capture would tell of what it holds. `odd` counts the entries that were
    read although something about them cannot be (`intake/odd.py`). Where only a period was asked
    for, `since` and `until` say which (RFC 3339 in UTC, "" for no bound), and `outside` counts what
    was seen of other times; what was not even looked at nobody counts.
    """

    name: str
    digest: str
    size: int
    exchanges: int
    skipped: int
    format: str = "har"
    damaged: int = 0
    places: tuple[Broken, ...] = ()
    others: dict[str, int] = {}
    mapping: str = ""
    odd: dict[str, int] = {}
    since: str = ""
    until: str = ""
    outside: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it was read as a call of any API."""
        return not self.exchanges and not self.others


class How(msgspec.Struct, frozen=True):
    """How captures are read: in which format, or with which mapping; by how many processes; whether
    damage stops it; and for which period (RFC 3339 in UTC, "" for no bound).
    """

    format: Format | None = None
    mapping: Mapping | None = None
    workers: int = 0
    cluster: str | None = None
    strict: bool = False
    since: str = ""
    until: str = ""

    @property
    def period(self) -> Period:
        """The period in seconds."""
        first, last = seconds_of(self.since), seconds_of(self.until)
        return Period(
            ALWAYS.first if first is None else first, ALWAYS.last if last is None else last
        )

    def mapping_of(self, form: str) -> str:
        """The digest of the mapping that a file of this format is read with; "" for none."""
        used = self.mapping is not None and form == MAPPED
        return digest(msgspec.json.encode(self.mapping, order="sorted")) if used else ""


class Run(NamedTuple):
    """Everything that was read, ready to be merged. `copies` is filled when it has been."""

    captures: tuple[FrozenCapture, ...]
    ledger: tuple[LedgerEntry, ...]
    heads: tuple[PartHead, ...]
    load: Callable[[PartHead], Part]
    copies: Counter[int]

    def unique(self) -> "Run":
        """Without captures whose bytes are those of an earlier one."""
        seen: dict[str, int] = {}
        for number, one in enumerate(self.captures):
            seen.setdefault(one.digest, number)
        first = set(seen.values())
        return self._replace(heads=tuple(head for head in self.heads if head.capture in first))

    def attempts(self, known: Iterable[Moment] = ()) -> Iterator[Attempt]:
        """All attempts in order, without those that were known before."""
        self.copies.clear()
        merger = Merger([capture.digest for capture in self.captures], known, self.copies)
        return merger.attempts(self.heads, self.load)

    def merged(self) -> tuple[FrozenCapture, ...]:
        """The captures, with the copies that merging has found."""
        return tuple(
            msgspec.structs.replace(one, odd=one.odd | {COPY: self.copies[number]})
            if self.copies[number]
            else one
            for number, one in enumerate(self.captures)
        )


@contextmanager
def read(paths: Sequence[str], how: How, folder: Path) -> Iterator[Run]:
    """Some captures, read and folded. `folder` takes what is not yet merged.

    Raises:
        CannotRunError: a capture cannot be read; with `strict`, a part of one is damaged.
    """
    spool = Spool(folder / "parts")
    try:
        readings = _readings(paths, how)
        total = sum(_size(path) for path in paths)
        fold = _fold(how, total)
        with progress_bytes("intake", total) as advance:
            for folded in fold(_tasks(readings, how, advance)):
                spool.add(folded)
        heads = tuple(sorted(spool.heads, key=lambda head: (head.capture, head.number)))
        _require_all(heads)
        captures = _captures(readings, spool, heads, how)
        require_whole(captures, paths, how)
        yield Run(captures, spool.ledger, heads, spool.load, Counter())
    finally:
        spool.close()


def _readings(paths: Sequence[str], how: How) -> list[Reading]:
    form = lines.mapped(how.mapping) if how.mapping else how.format
    return [Reading(path, form, how.period) for path in paths]


def plans(paths: Sequence[str], how: How) -> list[Plan]:
    """How some captures would be read.

    Raises:
        CannotRunError: one cannot be read.
    """
    return [reading.plan() for reading in _readings(paths, how)]


def _fold(how: How, total: int) -> Fold:
    keys = Keys(secrets.token_bytes(32), calls_key())
    if how.cluster is not None:
        return cluster.fold(keys, how.cluster, how.workers)
    workers = how.workers or (1 if total < _SMALL else len(os.sched_getaffinity(0)))
    return Inline(keys) if workers == 1 else Pool(keys, workers)


def _tasks(readings: Sequence[Reading], how: How, advance: Callable[[int], None]) -> Iterator[Task]:
    """All pieces. Whoever reads a plain file can find a piece in it again."""
    for capture, reading in enumerate(readings):
        for piece in reading.pieces(advance):
            assert reading.form is not None  # noqa: S101 - it has given a piece
            by_path = reading.is_plain and how.workers != 1
            yield Task(
                capture,
                piece.number,
                piece.offset,
                piece.last,
                reading.form.name,
                how.mapping if reading.form.name == MAPPED else None,
                b"" if by_path else piece.data,
                reading.path if by_path else "",
                len(piece.data),
                reading.period,
                reading.member,
                piece.inside,
            )


def _captures(
    readings: Sequence[Reading], spool: Spool, heads: Sequence[PartHead], how: How
) -> tuple[FrozenCapture, ...]:
    """What each capture came to."""
    frozen = []
    for number, reading in enumerate(readings):
        broken = [*spool.broken.get(number, ()), *reading.broken]
        form = reading.form.name if reading.form else ""
        frozen.append(
            FrozenCapture(
                reading.name,
                keyed(reading.digest),
                reading.size,
                *counts(heads, number),
                form,
                len(broken),
                tuple(sorted(set(broken))[:MOST_TOLD]),
                counted(heads, number, lambda head: head.others),
                how.mapping_of(form),
                counted(heads, number, lambda head: head.odd),
                how.since,
                how.until,
                sum(head.outside for head in heads if head.capture == number),
            )
        )
    return tuple(frozen)


def counts(heads: Sequence[PartHead], capture: int) -> tuple[int, int]:
    """How many exchanges of a capture are kept, and how many entries are left out.

    Requests of which nothing says what they are count only where no other ones are there.
    """
    own = [head for head in heads if head.capture == capture]
    sure, unsure = sum(head.sure for head in own), sum(head.unsure for head in own)
    return sure or unsure, sum(head.skipped for head in own) + (unsure if sure else 0)


def counted(
    heads: Iterable[PartHead], capture: int, of: Callable[[PartHead], Iterable[tuple[str, int]]]
) -> dict[str, int]:
    """What the parts of a capture count, added up."""
    found = Counter[str]()
    for head in heads:
        if head.capture == capture:
            found.update(dict(of(head)))
    return dict(sorted(found.items()))


def _require_all(heads: Iterable[PartHead]) -> None:
    """Every piece of every capture has come back once: what is missing would be told of as absent.

    Raises:
        CannotRunError: one is missing.
    """
    numbers: dict[int, list[int]] = {}
    for head in heads:
        numbers.setdefault(head.capture, []).append(head.number)
    for capture, found in numbers.items():
        if found != list(range(len(found))):
            raise CannotRunError(
                "a part of a capture was lost on its way",
                where=f"capture {capture + 1}",
                expected="every piece once",
                got=f"{len(found)} pieces",
                do="run this again with --workers 1, and report it",
            )


def require_whole(captures: Sequence[FrozenCapture], paths: Sequence[str], how: How) -> None:
    """Refuse a capture of which nothing can be read, and with `strict` any damage.

    Raises:
        CannotRunError: there is one.
    """
    for capture, path in zip(captures, paths, strict=True):
        if not capture.damaged:
            continue
        first = capture.places[0]
        if not capture.exchanges:
            raise CannotRunError(
                "nothing of this capture can be read",
                where=f"{path}: byte {first.offset}",
                expected=f"a capture in the format {capture.format}",
                got=first.why,
                do="export it again, or name its --format; nothing was recorded from it",
            )
        if how.strict:
            raise CannotRunError(
                f"{capture.damaged} entries of this capture cannot be read",
                where=f"{path}: byte {first.offset}",
                expected="whole entries (--strict)",
                got=first.why,
                do="export it again, or leave --strict out; nothing was recorded",
            )


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0
