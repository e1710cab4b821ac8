"""What a capture format is: how to know it, where to cut it, and how to read a piece of it.

Cutting is cheap and goes from the first byte to the last; reading is dear and takes the pieces in
any order. So a capture is streamed, and read by as many processes as there are.
"""

import importlib.util
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import msgspec

from tallystick.intake.raw import RawAttempt

# Bytes of a piece; an entry that is longer makes its piece longer, up to the second.
PIECE = 1 << 22
MAX_ENTRY = 1 << 25
# What a reader meets in an entry that is not what it takes it for: data of any shape may come.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)


class Piece(msgspec.Struct, frozen=True):
    """Whole entries of a capture. `offset` is where they begin in its (unpacked) bytes. `inside`:
    it begins within an entry that was too long to be held.
    """

    number: int
    offset: int
    data: bytes
    last: bool = False
    inside: bool = False


class Broken(msgspec.Struct, frozen=True, order=True):
    """An entry that could not be read: where it begins, and why; never what it says."""

    offset: int
    why: str


Read = RawAttempt | Broken | None


class Splitter(Protocol):
    """Cuts a capture as its bytes come."""

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that `data` completes."""

    def close(self) -> list[Piece]:
        """The pieces that are left at the end."""


class Format(NamedTuple):
    """A capture format. `read` yields None for an entry that is no attempt at all.

    `needs` names the package of an extra without which it cannot be read, and `extra` the extra
    where that has another name. With `by_line` every line can be read by itself, so that reading
    may begin at any of them.
    """

    name: str
    about: str
    sniff: Callable[[bytes], bool]
    splitter: Callable[[], Splitter]
    read: Callable[[Piece], Iterator[Read]]
    needs: str = ""
    extra: str = ""
    by_line: bool = False


def is_usable(form: Format) -> bool:
    """Whether the package that a format needs is installed."""
    try:
        return not form.needs or importlib.util.find_spec(form.needs) is not None
    except ModuleNotFoundError:  # of the package that it lies in
        return False


def sniffs(form: Format, head: bytes) -> bool:
    """Whether bytes are of a format. What no format can make sense of is of none."""
    try:
        return form.sniff(head)
    except MALFORMED:
        return False


class Cutter:
    """A splitter that cuts where `boundary` finds the last end of an entry in what has come.

    `counted` says that a boundary is found by counting from the first byte of an entry on.
    """

    def __init__(self, boundary: Callable[[bytes], int], *, counted: bool = False) -> None:
        self._boundary, self._counted, self._size = boundary, counted, PIECE
        self._held: list[bytes] = []
        self._length = self._offset = self._number = self._again = 0
        self._inside = False

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that `data` completes."""
        if self._length + len(data) < self._size:
            self._hold(data)
            return []
        end = 0 if self._counted else self._boundary(data)
        if end > 0:
            return [self._cut(data, end)]
        if self._length + len(data) < self._again:
            self._hold(data)
            return []
        whole = b"".join([*self._held, data])
        self._held, self._length = [], 0
        end = self._boundary(whole)
        if end <= 0 and len(whole) < max(MAX_ENTRY, self._size):
            self._hold(whole)
            self._again = 2 * len(whole)  # what was searched in vain is not searched again soon
            return []
        cut = self._cut(whole, end if end > 0 else len(whole))
        self._inside = end <= 0
        return [cut]

    def close(self) -> list[Piece]:
        """What is left, as the last piece."""
        piece = self._cut(b"", 0)
        return [msgspec.structs.replace(piece, last=True)]

    def _hold(self, data: bytes) -> None:
        self._held.append(data)
        self._length += len(data)

    def _cut(self, data: bytes, end: int) -> Piece:
        """What is held with the beginning of `data`; the rest of that is held then."""
        whole = b"".join([*self._held, memoryview(data)[:end]])
        piece = Piece(self._number, self._offset, whole, inside=self._inside)
        self._inside = False
        self._held, self._length, self._again = [], 0, 0
        self._hold(data[end:])
        self._offset, self._number = self._offset + len(whole), self._number + 1
        return piece
