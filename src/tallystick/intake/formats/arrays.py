"""Entries in an array of one JSON document, cut and read without holding the document.

A capture that is damaged or was cut off is read up to the damage, and behind it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from tallystick.intake.formats.base import Broken, Cutter, Piece, Read
from tallystick.intake.raw import RawAttempt

_E = TypeVar("_E")
_PLACE = re.compile(r" - at `([^`]+)`$")
_LITTER = b" \t\r\n,"
_CUT = "an entry that is cut off"
_UNCLOSED = "a capture that is cut off between entries"
# An entry's end with a part of what closes the capture behind it.
_HALF_CLOSED = re.compile(rb"\}(?:\s*\]\s*\}?)?[\s,]*\Z")
_TRIES = 64
_TAIL = 256
_HEAD = 1 << 20


class Entries(NamedTuple, Generic[_E]):
    """An array of entries. `begins` finds its opening bracket, `between` the place between two.

    `one` decodes an entry, `many` a list of them, and `rest` what stands behind the opening
    bracket up to the end of the document.
    """

    begins: re.Pattern[bytes]
    between: re.Pattern[bytes]
    one: Callable[[bytes], _E]
    many: Callable[[bytes], list[_E]]
    rest: Callable[[bytes], list[_E]]
    attempt: Callable[[_E, int], RawAttempt]

    def splitter(self) -> Cutter:
        """Cuts between entries; what stands before the first one goes with it."""
        return Cutter(_Boundary(self.begins, self._last_between))

    def _last_between(self, data: bytes) -> int:
        """The last place between two entries; 0 when there is none."""
        reach = _HEAD
        while True:
            start = max(0, len(data) - reach)
            found = [match.end() for match in self.between.finditer(data, start)]
            if found or reach >= len(data):
                return found[-1] if found else 0
            reach *= 4

    def read(self, piece: Piece) -> Iterator[Read]:
        """The attempts of a piece, in order. Raises nothing: what cannot be read is `Broken`."""
        start = self._begin(piece)
        if start < 0:
            yield Broken(piece.offset, _why(piece.data))
            return
        entries = self._at_once(piece, start)
        if entries is None:
            yield from self._one_by_one(piece, start)
            return
        for number, entry in enumerate(entries):
            yield self._readable(entry, number, piece.offset + start)

    def _begin(self, piece: Piece) -> int:
        """Where the first entry of a piece begins; negative when there are no entries at all."""
        if piece.number:
            return 0
        found = self.begins.search(piece.data)
        return found.end() if found else -1

    def _at_once(self, piece: Piece, start: int) -> list[_E] | None:
        """All entries, or None when one of them is broken."""
        data = piece.data
        try:
            if piece.last:
                return self.rest(data[start:])
            litter = len(data[-_TAIL:]) - len(data[-_TAIL:].rstrip(_LITTER))
            inner = memoryview(data)[start : len(data) - litter]
            return self.many(b"".join([b"[", inner, b"]"]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def _one_by_one(self, piece: Piece, start: int) -> Iterator[Read]:
        """The entries of a damaged piece: each up to the next place where one may end."""
        data = piece.data
        ends = [match.end() for match in self.between.finditer(data, start)]
        here, number, tried = start, 0, 0
        told = False
        for end in [*ends, len(data)]:
            found = self._entry(data[here:end], final=end == len(data))
            tried += 1
            if found is None and end < len(data) and tried < _TRIES:
                continue  # what looked like its end was inside it
            if data[here:end].strip(_LITTER):
                where = piece.offset + here
                yield Broken(where, _CUT) if found is None else self._readable(found, number, where)
                told = found is None or isinstance(found, Broken)
            if end == len(data) and piece.last and not told and self._closed(data[here:]) is None:
                yield Broken(piece.offset + end, _UNCLOSED)
            here, number, tried = end, number + 1, 0

    def _entry(self, data: bytes, *, final: bool) -> _E | Broken | None:
        """One entry; None when its bytes end before it does."""
        try:
            if final and (closed := self._closed(data)):
                return closed[0]  # nothing stands behind it but what closes the capture
            return self.one(_HALF_CLOSED.sub(b"}", data) if final else data.rstrip(_LITTER))
        except msgspec.ValidationError as error:
            return Broken(0, _misshapen(str(error)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return None if "truncated" in str(error) else Broken(0, _why(data))

    def _closed(self, data: bytes) -> list[_E] | None:
        """The last entry of a capture, if any, with what closes the capture behind it; None where
        nothing closes it.
        """
        try:
            return self.rest(data.lstrip(_LITTER))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def _readable(self, entry: Any, number: int, where: int) -> Read:
        if isinstance(entry, Broken):
            return Broken(where, entry.why)
        try:
            return self.attempt(entry, number)
        except (ValueError, TypeError, KeyError, AttributeError):
            return Broken(where, "an entry whose parts are not what the format says")


class _Boundary:
    """Where to cut: not before the array of entries has begun."""

    def __init__(self, begins: re.Pattern[bytes], last: Callable[[bytes], int]) -> None:
        self._begins, self._last, self._begun = begins, last, False

    def __call__(self, data: bytes) -> int:
        start = 0
        if not self._begun:
            found = self._begins.search(data)
            if found is None:
                return 0
            start = found.end()
        end = self._last(data)
        self._begun = self._begun or end > start
        return end if end > start else 0


def _misshapen(message: str) -> str:
    place = _PLACE.search(message)
    return f"{_PLACE.sub('', message)} at {place[1] if place else '$'} of an entry"


def _why(data: bytes) -> str:
    text = data.lstrip(b"\xef\xbb\xbf \r\n\t")
    if not text:
        return "an empty file"
    if not text.startswith(b"{"):
        return "something that is not a JSON object"
    return "JSON that is broken or nested too deep"
