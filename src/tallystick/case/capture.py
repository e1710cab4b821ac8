"""Freezing: captures become the captured parts of a case."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

import msgspec

from tallystick.case.records import decoded
from tallystick.case.store import Folder, file_digest
from tallystick.engine import merging
from tallystick.engine.merging import FrozenCapture, How, Run
from tallystick.engine.reading import MAPPED, NDJSON
from tallystick.host.errors import CannotRunError
from tallystick.host.leaks import Watch
from tallystick.host.scratch import scratch
from tallystick.host.talk import say
from tallystick.host.userstate import is_same
from tallystick.intake.merge import Moment, is_exact, moment_of
from tallystick.intake.part import added
from tallystick.record import Case, Exchange
from tallystick.record.canonical import pretty
from tallystick.record.case import CAPTURES, EXCHANGES, LEDGER
from tallystick.record.exchange import LedgerEntry
from tallystick.record.words import count, period

_T = TypeVar("_T")


def take(
    folder: Folder, case: Case, files: Sequence[str], how: How, *, allow_empty: bool = False
) -> None:
    """Freeze the captures that `case.toml` names, and some files. Frozen ones stay as they are,
    unless they are to be read in another way now.

    Raises:
        CannotRunError: a capture cannot be read, has changed since it was frozen, or holds no call
            (unless `allow_empty`).
    """
    stated = [str((folder.root / name).resolve()) for name in case.evidence.captures]
    known = frozen_captures(folder)
    named = dict.fromkeys([*stated, *(_resolved(file) for file in files)])
    for path in named:
        require_plain_name(path)
    fresh = [path for path in named if _is_new(path, known, how)]
    if not fresh and folder.read(EXCHANGES) is not None:
        return
    with merging.read(fresh, how, folder.private("intake")) as run:
        if not allow_empty:
            _require_calls(run.captures)
        keep(folder, run)
    for one in run.captures:
        say(_read_as(one))


# Times as file names have them: milliseconds since 1970, or the digits of a date and a time.
_STAMP = re.compile(r"(?<!\d)(?:1[4-9]\d{11}|20\d{12}(?:\d{3})?)(?!\d)")


def require_plain_name(path: str) -> None:
    """Refuse a file whose name tells of a secret or a person: names are kept, and printed.

    Raises:
        CannotRunError: its name does.
    """
    name = unquote(path.rpartition("/")[2])
    kind = Watch().kind_of(_STAMP.sub("0", name))
    if kind:
        raise CannotRunError(
            f"the name of a capture holds what looks like a secret ({kind})",
            where=f"a file of {len(name)} characters in {Path(path).parent}",
            expected="a name that may be printed in every document",
            got=kind,
            do="give the file another name; nothing was recorded",
        )


def _read_as(one: FrozenCapture) -> str:
    """How a capture was read, in a line: the wrong format shows in what it left out."""
    read = [count(one.exchanges, "attempt")] if one.exchanges else []
    skipped = [f"{count(one.skipped, 'entry', 'entries')} passed over"] if one.skipped else []
    told = ", ".join(read + skipped)
    within = period(one.since, one.until)
    only = f"; only calls {within} were looked for" if within else ""
    return f"intake: {one.name}: read as {one.format}: {told or 'nothing in it is a call'}{only}"


def _require_calls(captures: Iterable[FrozenCapture]) -> None:
    """Refuse a capture in which nothing is a call: it was read in the wrong way, or is none.

    Raises:
        CannotRunError: there is one; nothing was recorded.
    """
    for one in captures:
        if one.is_empty and one.outside:
            raise CannotRunError(
                "no call of this capture began in the period that was asked for",
                where=one.name,
                expected=f"calls {period(one.since, one.until)}",
                got=f"{one.outside} of other times, read as {one.format}",
                do="give other times with --from and --to, or --allow-empty",
            )
        if one.is_empty:
            raise CannotRunError(
                "nothing in this capture is a call",
                where=one.name,
                expected="at least one call of an API",
                got=f"{one.skipped} other entries, read as {one.format}",
                do="give the right --format or --mapping, or --allow-empty to record that it "
                "holds none",
            )


def keep(folder: Folder, run: Run) -> None:
    """Add what was read to the evidence of a case. A capture that was read in another way before
    takes the place of what was read then.
    """
    new_digests = {one.digest: one for one in run.captures}
    stored = frozen_captures(folder)
    known = [one for one in stored if not _differs(one, new_digests.get(one.digest))]
    gone = {one.digest for one in stored} - {one.digest for one in known}
    for one in (one for one in stored if one.digest in gone):
        told = f"{one.format}, {count(one.exchanges, 'call')}"
        say(f"intake: this takes the place of {one.name}, which was read as {told}")
    new = _first_ones(run, {one.digest for one in known})
    run = run._replace(heads=tuple(head for head in run.heads if head.capture in new))
    ledger = added((*_stored(folder, LEDGER, LedgerEntry), *run.ledger))
    watch = Watch()
    watch.require_clean(pretty(ledger).decode(), LEDGER)
    path = folder.private("intake") / "exchanges"
    with path.open("wb") as file:
        lines = _lines_without(folder.read(EXCHANGES) or b"", gone)
        file.writelines(lines)
        written = 0
        for line in _clean(run, _moments(lines), watch):
            written += 1
            file.write(line)
    merged = run.merged()
    captures = [*known, *(merged[n] for n in sorted(new))]
    nameless = [msgspec.structs.replace(one, name="") for one in captures]
    watch.require_clean(pretty(nameless).decode(), CAPTURES)  # the names were looked at before
    folder.commit({CAPTURES: pretty(captures), LEDGER: pretty(ledger), EXCHANGES: path})
    twice = sum(run.captures[n].exchanges - run.copies[n] for n in new) - written
    if twice > 0:
        say(f"intake: {twice} of these calls stand in the captures twice and are kept once")


def _resolved(file: str) -> str:
    return file if "://" in file else str(Path(file).resolve())


def _first_ones(run: Run, digests: set[str]) -> set[int]:
    """The captures of a run whose bytes are in no capture before them."""
    found: set[int] = set()
    for number, one in enumerate(run.captures):
        if one.digest not in digests:
            digests.add(one.digest)
            found.add(number)
    return found


def _clean(run: Run, known: Iterable[Moment], watch: Watch) -> Iterator[bytes]:
    """The lines of a run; each of their shapes has been looked at."""
    seen: set[str] = set()
    for attempt in run.attempts(known):
        for text in (attempt.body.text, attempt.way.text, attempt.tail.text):
            if text not in seen:
                seen.add(text)
                watch.require_clean(text, EXCHANGES)
        yield f"{attempt.line}\n".encode()


def exchanges(
    paths: Sequence[str], how: How
) -> tuple[tuple[Exchange, ...], tuple[FrozenCapture, ...]]:
    """Some captures as sanitized exchanges, kept nowhere; and what the captures came to."""
    with scratch() as folder, merging.read(paths, how, folder) as run:
        lines = [attempt.line for attempt in run.unique().attempts()]
        return tuple(msgspec.json.decode(line, type=Exchange) for line in lines), run.merged()


def frozen_captures(folder: Folder) -> list[FrozenCapture]:
    """The captures that a case holds the exchanges of."""
    return _stored(folder, CAPTURES, FrozenCapture)


def _differs(old: FrozenCapture, new: FrozenCapture | None) -> bool:
    """Whether a capture has been read again in another way."""
    return new is not None and _way(old) != _way(new)


def _way(one: FrozenCapture) -> tuple[str, ...]:
    return one.format, one.mapping, one.since, one.until


def _reads_anew(old: FrozenCapture, how: How) -> bool:
    """Whether a frozen capture is to be read in another way than it was."""
    if (how.since or how.until) and (old.since, old.until) != (how.since, how.until):
        return True
    if how.mapping is not None and (old.format == MAPPED or old.format in NDJSON):
        return old.mapping != how.mapping_of(MAPPED)
    return how.format is not None and how.format.name != old.format


def _is_new(path: str, known: Iterable[FrozenCapture], how: How) -> bool:
    """Whether a capture has not been frozen under its name, or was read in another way.

    Raises:
        CannotRunError: another capture was.
    """
    name = path.rpartition("/")[2]
    old = next((one for one in known if one.name == name), None)
    if old is None or "://" in path:
        return old is None
    try:
        same = is_same(old.digest, file_digest(Path(path)))
    except OSError as error:
        raise CannotRunError(
            f"the capture cannot be read: {error.strerror}", where=path, do="check the path"
        ) from None
    if same is None:
        say(f"intake: {name} was frozen by another user: whether it has changed is not known here")
    if same is False:
        raise CannotRunError(
            "a capture of this name is frozen already, and holds other bytes",
            where=path,
            expected="the file that the case holds exchanges of, or a new name",
            got="another file, or one that was changed since",
            do="give the new capture another name, or start a new case",
        )
    return _reads_anew(old, how)


class _Light(msgspec.Struct):
    """What tells whether two captures hold the same attempt."""

    at: str | None
    duration_ms: float | None
    request: msgspec.Raw
    response: msgspec.Raw

    def moment(self) -> Moment:
        """As attempts of a run have it."""
        parts = bytes(self.request).decode(), bytes(self.response).decode()
        return moment_of(self.at, self.duration_ms, *parts)


class _Origin(msgspec.Struct):
    """Which capture an exchange is of."""

    capture: str


def _lines_without(data: bytes, gone: set[str]) -> list[bytes]:
    """The stored exchanges but for those of some captures."""
    lines = data.splitlines(keepends=True)
    if not gone:
        return lines
    return [line for line in lines if msgspec.json.decode(line, type=_Origin).capture not in gone]


def _moments(lines: Iterable[bytes]) -> list[Moment]:
    read = (msgspec.json.decode(line, type=_Light) for line in lines)
    return [one.moment() for one in read if is_exact(one.at, one.duration_ms)]


def _stored(folder: Folder, name: str, kind: type[_T]) -> list[_T]:
    data = folder.read(name)
    return decoded(data, list[kind], name) if data else []  # type: ignore[valid-type]
