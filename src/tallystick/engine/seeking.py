"""Where in a long log a period lies: found by halving where the log is in the order of time.

Whether it is, a sample of places tells. A log that is not is read whole.
"""

import math
import os
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, NamedTuple

from tallystick.intake.formats.base import PIECE, Format
from tallystick.intake.formats.lines import is_laid_out
from tallystick.intake.period import SLACK_S, Period, time_member, time_of

_SAMPLES = 64
_PROBE = 1 << 16
_LONGEST_LINE = 1 << 25


class Extent(NamedTuple):
    """What of a capture is to be read: its bytes from `first` to before `last`, of `size`.
    `is_sorted` is None where nobody looked.
    """

    first: int
    last: int
    size: int
    is_sorted: bool | None = None


def extent(file: IO[bytes], head: bytes, form: Format, period: Period) -> Extent:
    """What of an unpacked file holds the calls of a period, with a margin on both sides."""
    size = file.seek(0, os.SEEK_END)
    whole = Extent(0, size, size)
    if not form.by_line or is_laid_out(head) or size < 2 * PIECE:
        return whole
    log = _Log(file, form, size)
    times = [time for time in log.sampled() if time is not None]
    if len(times) < _SAMPLES // 2 or any(b < a - SLACK_S for a, b in pairwise(times)):
        return whole._replace(is_sorted=False)
    first = log.before(period.first - SLACK_S)
    return Extent(first, log.behind(period.last + SLACK_S), size, is_sorted=True)


def member_of(head: bytes, form: Format) -> tuple[str, ...]:
    """The member that tells the time of each line, by the first lines of a capture; empty where
    none does.
    """
    lines = head.split(b"\n")[:-1] if form.by_line and not is_laid_out(head) else []
    return time_member(form, lines)


class _Log:
    """A log in which a line can be found from any byte on."""

    def __init__(self, file: IO[bytes], form: Format, size: int) -> None:
        self._file, self._form, self._size = file, form, size

    def sampled(self) -> Iterator[float | None]:
        """The times at places all over the log."""
        for n in range(_SAMPLES):
            yield self._time_at(self._size * n // _SAMPLES)

    def before(self, seconds: float) -> int:
        """The beginning of a line before which every line is earlier."""
        return self._line_from(self._halved(seconds, timeless_s=math.inf)[0])

    def behind(self, seconds: float) -> int:
        """The end of a line behind which every line is later."""
        end = self._halved(seconds, timeless_s=-math.inf)[1]
        return self._size if end >= self._size else self._line_from(end)

    def _halved(self, seconds: float, timeless_s: float) -> tuple[int, int]:
        """Two places, one piece from each other at most, between which a time is reached; what has
        no time counts as `timeless_s`.
        """
        low, high = 0, self._size
        while high - low > PIECE:
            middle = (low + high) // 2
            time = self._time_at(middle)
            if (timeless_s if time is None else time) >= seconds:
                high = middle
            else:
                low = middle
        return low, high

    def _line_from(self, place: int) -> int:
        """The beginning of the first line at a place or behind it."""
        if place == 0:
            return 0
        self._file.seek(place)
        return min(self._size, place + len(self._file.readline(_LONGEST_LINE)))

    def _time_at(self, place: int) -> float | None:
        """The time of the first call behind a place."""
        start = self._line_from(place)
        self._file.seek(start)
        found = self._file.read(_PROBE)
        lines = found[: found.rfind(b"\n") + 1] or found + self._file.readline(_LONGEST_LINE)
        return next(
            (time for line in lines.split(b"\n") if (time := time_of(self._form, line))), None
        )
