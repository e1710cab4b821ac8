"""A period: captures are read for the calls that began in it; all others are passed over.

Most lines of a long log are outside. Where the member that tells a line's time is known, such a
line is passed over by that member alone; near the bounds every line is read whole, and the time of
its call decides.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from tallystick.intake.formats.base import MALFORMED, Format, Piece
from tallystick.intake.formats.times import seconds_of
from tallystick.intake.raw import RawAttempt

# A line is written when its call ends, or its answer comes: not far from where the call began.
SLACK_S = 900.0
# The member by which lines are passed over is the very time of their calls, in all that was looked
# at; where another kind of line has another time under that name, it is near.
_NEAR_S = 60.0
_DEEPEST = 4
# Times are kept to a microsecond.
_SAME_S = 1e-5
_LOOKED_AT = 40


class Period(NamedTuple):
    """From when to when, as seconds since 1970."""

    first: float = -math.inf
    last: float = math.inf

    def holds(self, at: str | None) -> bool:
        """Whether a call that began at a time is in it. One without a time may be, and stays."""
        if self == ALWAYS:
            return True
        seconds = seconds_of(at)
        return seconds is None or self.first <= seconds <= self.last

    def may_hold(self, seconds: float) -> bool:
        """Whether the calls of a line of this time may be in it."""
        return self.first - _NEAR_S <= seconds <= self.last + _NEAR_S


ALWAYS = Period()


def time_member(form: Format, texts: Iterable[bytes]) -> tuple[str, ...]:
    """The path of the member that holds the time of the call in each of some lines of JSON; empty
    where they have none in common, or a line holds several calls.
    """
    common: set[tuple[str, ...]] | None = None
    for text in list(texts)[:_LOOKED_AT]:
        at = time_of(form, text)
        if at is None:
            continue
        found = set(_paths_of(_decoded(text), at))
        common = found if common is None else common & found
    return min(common, key=lambda path: (len(path), path)) if common else ()


def time_of(form: Format, text: bytes) -> float | None:
    """The time of the first call in some lines (seconds since 1970); None where none has one."""
    try:
        for found in form.read(Piece(1, 0, text)):
            if isinstance(found, RawAttempt) and found.at is not None:
                return seconds_of(found.at)
    except MALFORMED:
        pass
    return None


def _paths_of(value: Any, at: float, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict) and len(path) < _DEEPEST:
        for name, held in value.items():
            yield from _paths_of(held, at, (*path, name))
    elif isinstance(value, str | int | float):
        seconds = seconds_of(value)
        if seconds is not None and abs(seconds - at) < _SAME_S:
            yield path


def _decoded(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text.strip(b" \t\r\n,"))
    except (msgspec.DecodeError, RecursionError):
        return None


def near(piece: Piece, member: tuple[str, ...], period: Period) -> tuple[Piece, int]:
    """A piece without the lines that are certainly outside a period, and how many those are. They
    become blank, so that every other line stays at its place.
    """
    read = _reader(member)
    lines = piece.data.split(b"\n")
    outside = 0
    for number, line in enumerate(lines):
        seconds = read(line.strip(b" \t\r,"))
        if seconds is not None and not period.may_hold(seconds):
            lines[number] = b" " * len(line)
            outside += 1
    return msgspec.structs.replace(piece, data=b"\n".join(lines)), outside


def _reader(member: tuple[str, ...]) -> Callable[[bytes], float | None]:
    """What reads one member of a line, and nothing else of it."""
    kind: Any = object
    for name in reversed(member):
        inner = msgspec.defstruct("Line", [("held", kind, None)], rename={"held": name})
        kind = inner
    decoder = msgspec.json.Decoder(kind)
    depth = len(member)

    def read(line: bytes) -> float | None:
        try:
            held: Any = decoder.decode(line)
            for _ in range(depth):
                held = held.held
        except (msgspec.DecodeError, AttributeError, RecursionError):
            return None
        return seconds_of(held)

    return read
