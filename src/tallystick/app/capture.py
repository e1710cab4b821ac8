"""Freezing: captures become the captured parts of a case."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from tallystick.app.errors import CannotRunError
from tallystick.app.store import Folder
from tallystick.app.talk import progress
from tallystick.intake import CaptureError, Masker, freeze, group, read_har
from tallystick.intake.raw import RawAttempt
from tallystick.record import Case, Exchange
from tallystick.record.canonical import digest, lines, pretty
from tallystick.record.case import CAPTURES, EXCHANGES, LEDGER
from tallystick.record.exchange import LedgerEntry

_T = TypeVar("_T")


class FrozenCapture(msgspec.Struct, frozen=True):
    """A capture as it was frozen. `skipped` counts entries that are no chat completions."""

    name: str
    digest: str
    size: int
    exchanges: int
    skipped: int


def read_file(path: Path, what: str) -> bytes:
    """The bytes of an input file.

    Raises:
        CannotRunError: it is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise CannotRunError(
            f"the {what} cannot be read: {reason}",
            where=str(path),
            do="check the path and its permissions",
        ) from None


def read_capture(path: Path, masker: Masker) -> tuple[tuple[Exchange, ...], FrozenCapture]:
    """A HAR file as sanitized exchanges."""
    data = read_file(path, "capture")
    try:
        raw = read_har(data)
    except CaptureError as error:
        raise CannotRunError(
            "this capture cannot be read",
            where=f"{path}: {error.place}",
            expected=error.expected,
            got=error.got,
            do="export it again as HAR 1.2; nothing was recorded from it",
        ) from None
    kept = _chat_only(raw)
    tag = digest(data)
    exchanges = tuple(_in_time(freeze(kept, tag, masker)))
    frozen = FrozenCapture(path.name, tag, len(data), len(kept), len(raw) - len(kept))
    return exchanges, frozen


def _chat_only(attempts: Sequence[RawAttempt]) -> Sequence[RawAttempt]:
    """The entries that are chat completions, or were meant to be.

    Those whose path or body says so; where none does, posts whose body the capture does not show.
    """
    chat = [attempt for attempt in attempts if _is_chat(attempt)]
    return chat or [a for a in attempts if a.method.upper() == "POST" and a.request.body is None]


def _is_chat(attempt: RawAttempt) -> bool:
    if attempt.method.upper() not in ("POST", "GET"):
        return False
    body = attempt.request.body or b""
    spoken = b'"messages"' in body or (b'"model"' in body and b'"prompt"' not in body)
    return "chat/completions" in attempt.url or (attempt.method.upper() == "POST" and spoken)


def _in_time(exchanges: Sequence[Exchange]) -> Sequence[Exchange]:
    """Exchanges in the order in which they began, if the capture times them all."""
    if any(exchange.at is None for exchange in exchanges):
        return exchanges
    return sorted(exchanges, key=lambda exchange: datetime.fromisoformat(exchange.at or ""))


def without_repeats(known: Iterable[Exchange], found: Sequence[Exchange]) -> list[Exchange]:
    """What a capture adds to those before it: an attempt that another capture holds counts once."""
    seen = {_moment(exchange) for exchange in known if exchange.at is not None}
    return [exchange for exchange in found if _moment(exchange) not in seen]


def _moment(exchange: Exchange) -> tuple[object, ...]:
    request, response = exchange.request, exchange.response
    return exchange.at, exchange.duration_ms, request.method, request.url, response.status


def captures(folder: Folder, case: Case) -> dict[str, bytes]:
    """The evidence of a case: frozen captures stay as they are, new ones are added."""
    known = _stored(folder, CAPTURES, FrozenCapture)
    exchanges = [msgspec.json.decode(line, type=Exchange) for line in _lines(folder)]
    ledger = _stored(folder, LEDGER, LedgerEntry)
    masker = Masker()
    with progress("intake", len(case.evidence.captures)) as step:
        for name in case.evidence.captures:
            path = (folder.root / name).resolve()
            found, frozen = read_capture(path, masker)
            if _is_new(frozen, known, path):
                known.append(frozen)
                exchanges += group(without_repeats(exchanges, found))
            step(frozen.name)
    return {
        CAPTURES: pretty(known),
        EXCHANGES: lines(exchanges),
        LEDGER: pretty(_merged([*ledger, *masker.ledger()])),
    }


def _is_new(frozen: FrozenCapture, known: Iterable[FrozenCapture], path: Path) -> bool:
    """Whether a capture has not been frozen before.

    Raises:
        CannotRunError: another capture was frozen under its name.
    """
    old = next((one for one in known if one.name == frozen.name), None)
    if old is not None and old.digest != frozen.digest:
        raise CannotRunError(
            "this capture has changed since it was frozen",
            where=str(path),
            expected="the bytes that the case holds exchanges of, or a new name",
            got=frozen.digest,
            do="give the new capture another name, or start a new case",
        )
    return all(one.digest != frozen.digest for one in known)


def _merged(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    counts: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = entry.place, entry.rule
        counts[key] = counts.get(key, 0) + entry.count
    return [LedgerEntry(*key, counts[key]) for key in sorted(counts)]


def _stored(folder: Folder, name: str, kind: type[_T]) -> list[_T]:
    data = folder.read(name)
    return [msgspec.convert(item, type=kind) for item in msgspec.json.decode(data)] if data else []


def _lines(folder: Folder) -> list[bytes]:
    return (folder.read(EXCHANGES) or b"").splitlines()
