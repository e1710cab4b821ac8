"""mitmproxy flow files, read by mitmproxy itself (the extra `tallystick[mitmproxy]`)."""

from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.times import moment
from tallystick.intake.raw import RawAttempt, RawMessage

_DIGITS = 12


class _Bytes:
    """What mitmproxy's reader asks of a file."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def read(self, size: int = -1) -> bytes:
        end = len(self._data) if size < 0 else self._at + size
        found, self._at = self._data[self._at : end], min(end, len(self._data))
        return found

    def peek(self, size: int) -> bytes:
        return self._data[self._at : self._at + size]

    def tell(self) -> int:
        return self._at


def _sniff(head: bytes) -> bool:
    size, colon, rest = head[:_DIGITS].partition(b":")
    return bool(colon) and size.isdigit() and rest[:1].isdigit() and b"8:response" in head


def _boundary(data: bytes) -> int:
    """The end of the last whole flow: a flow is its length, a colon, itself and a type mark."""
    here = 0
    while True:
        size, colon, _ = data[here : here + _DIGITS].partition(b":")
        end = here + len(size) + 1 + int(size) + 1 if colon and size.isdigit() else here
        if end <= here or end > len(data):
            return here
        here = end


def _read(piece: Piece) -> Iterator[Read]:
    from mitmproxy.exceptions import FlowReadException  # noqa: PLC0415 - an extra
    from mitmproxy.io import FlowReader  # noqa: PLC0415

    source = _Bytes(piece.data)
    number = 0
    try:
        for flow in FlowReader(source).stream():
            yield _attempt(flow, number) if flow.type == "http" else None
            number += 1
    except (FlowReadException, ValueError, KeyError):
        yield Broken(piece.offset + source.tell(), "a flow that cannot be read")


def _attempt(flow: Any, number: int) -> RawAttempt:
    asked, answered = flow.request, flow.response
    error = flow.error.msg if flow.error else ""
    whole = answered is not None and (answered.raw_content is not None or not error)
    ended = answered.timestamp_end if answered is not None else None
    return RawAttempt(
        entry=number,
        at=moment(asked.timestamp_start),
        duration_ms=round((ended - asked.timestamp_start) * 1000, 3) if ended else None,
        method=asked.method,
        url=asked.url,
        request=RawMessage(_headers(asked), asked.raw_content),
        status=answered.status_code if answered is not None else 0,
        response=RawMessage(_headers(answered), answered.raw_content if whole else None)
        if answered is not None
        else RawMessage(),
        error=error,
    )


def _headers(message: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in message.headers.items(multi=True))


FORMAT = Format(
    "mitmproxy",
    "mitmproxy flow files (the extra `mitmproxy`)",
    _sniff,
    lambda: Cutter(_boundary, counted=True),
    _read,
    needs="mitmproxy",
)
