"""Lines of JSON as pieces and attempts: what every kind of log has in common."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from tallystick.intake.formats.base import MALFORMED, Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.mapping import Mapping, NoAnswerError
from tallystick.intake.mask import decoded
from tallystick.intake.raw import RawAttempt

Line = dict[str, Any]
Prepare = Callable[[Line], Iterable[Line]]
_HEAD = 1 << 16


class _Boundary:
    """Where to cut: after a line; a document that is laid out over many lines is not cut."""

    def __init__(self) -> None:
        self._laid_out: bool | None = None

    def __call__(self, data: bytes) -> int:
        if self._laid_out is None:
            self._laid_out = is_laid_out(data)
        return 0 if self._laid_out else data.rfind(b"\n") + 1


def splitter() -> Cutter:
    """Cuts after lines. A document that is laid out for reading is held whole, up to 32 MiB."""
    return Cutter(_Boundary())


def read(piece: Piece, mapping: Mapping, prepare: Prepare) -> Iterator[Read]:
    """The attempts of a piece, line by line, or of one document that is laid out over lines."""
    laid_out = piece.number == 0 and is_laid_out(piece.data)
    texts = [(piece.offset, _document(piece.data))] if laid_out else _lines(piece)
    number = 0
    for offset, text in texts:
        for found in _line(text, offset, mapping, prepare):
            if isinstance(found, RawAttempt):
                yield msgspec.structs.replace(found, entry=number)
            else:
                yield found
            number += 1


def _lines(piece: Piece) -> Iterator[tuple[int, bytes]]:
    offset, lines = piece.offset, piece.data.split(b"\n")
    if piece.inside:  # the rest of an entry that is told as broken where it begins
        offset += len(lines[0]) + 1
        del lines[0]
    for raw in lines:
        here, offset = offset, offset + len(raw) + 1
        text = _of_array(raw.strip(b" \t\r,").removeprefix(b"\xef\xbb\xbf"))
        if text not in (b"", b"[", b"]"):
            yield here, text


def is_laid_out(data: bytes) -> bool:
    """Whether the first lines are no JSON by themselves, and yet JSON begins there."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:_HEAD].split(b"\n")
    first = start[0].strip()
    if first in (b"[", b"{", b"[{"):
        return start[1:2] != [] and not _is_json(start[1])
    # One that breaks its lines at some brackets only.
    opens = first[:1] in (b"[", b"{") and first[-1:] in (b"[", b"{")
    return opens and len(start) > 1 and not _is_json(first)


def _of_array(text: bytes) -> bytes:
    """A line of an array whose brackets stand at its first and its last entry."""
    if text[:2] == b"[{" and text[-1:] != b"]":
        return text[1:]
    return text[:-1] if text[:1] == b"{" and text[-2:] == b"}]" else text


def _is_json(line: bytes) -> bool:
    text = line.strip(b" \t\r,")
    return decoded(text) is not text


def _document(data: bytes) -> bytes:
    """A document without what may stand around it."""
    return data.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n")


def _line(text: bytes, offset: int, mapping: Mapping, prepare: Prepare) -> Iterator[Read]:
    try:
        whole = decoded(text)
        if whole is text:
            yield Broken(offset, "a line that is not JSON")
            return
        several = whole if isinstance(whole, list) else [whole]
        parts = [part for one in several for part in prepare(_object(one))]
        yield from [mapping.attempt(part, 0) if part else None for part in parts]
    except NoAnswerError:
        yield Broken(offset, "a line that tells neither a status nor an error nor an answer")
    except MALFORMED:
        yield Broken(offset, "a line whose fields are not what the mapping says")


def _object(value: object) -> Line:
    if not isinstance(value, dict):
        raise TypeError
    return value


def has(*names: str) -> Callable[[bytes], bool]:
    """Whether the first object of a log has all of these members."""
    return lambda head: set(names) <= _first_names(head)


def _first_names(head: bytes) -> frozenset[str]:
    """The names of the first object's members. Where it is longer than what was read of it, names
    that stand anywhere in that.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n[")
    found = first_object(head)
    if found:
        several = found.get("data")
        inner = several[0] if isinstance(several, list) and several else {}
        return frozenset({*found, *(inner if isinstance(inner, dict) else {})})
    if not start.startswith(b"{"):
        return frozenset()
    return frozenset(name.decode() for name in re.findall(rb'"(\w{1,40})"\s*:', start))


def first_object(head: bytes) -> Line:
    """The first object of a log; empty where there is none, or it is longer than what was read."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n[")
    if not start.startswith(b"{"):
        return {}
    for text in (start.split(b"\n")[0].strip(b" \t\r,]"), start):
        try:
            found: Line = _DECODER.raw_decode(text.decode("utf-8", "replace"))[0]
        except (ValueError, RecursionError):
            continue
        return found
    return {}


def objects_in(text: str) -> Iterator[Line]:
    """The objects of a JSON array, of lines, or of objects laid out one behind the other; one that
    is cut ends them.
    """
    here = 0
    while True:
        while here < len(text) and text[here] in " \t\r\n,[]\ufeff":
            here += 1
        if text[here : here + 1] != "{":
            return
        try:
            found, here = _DECODER.raw_decode(text, here)
        except (ValueError, RecursionError):
            return
        yield found


_DECODER = json.JSONDecoder()


def plain(line: Line) -> Iterator[Line]:
    """A line as it is."""
    yield line


def mapped(mapping: Mapping) -> Format:
    """The format of a declared mapping; it is chosen, never detected."""
    return of_lines("mapped", "newline-delimited JSON, mapped", lambda _: False, mapping, plain)


def of_lines(
    name: str, about: str, sniff: Callable[[bytes], bool], mapping: Mapping, prepare: Prepare
) -> Format:
    """A format of lines of JSON; `prepare` makes calls of each, as the mapping has them."""
    reader = partial(read, mapping=mapping, prepare=prepare)
    return Format(name, about, sniff, splitter, reader, by_line=True)
