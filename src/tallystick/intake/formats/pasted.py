"""Plain text: an exception as somebody pasted it, with what an SDK printed of the answer.

It is one call. Nothing of the request is shown, and of the answer only what the text repeats.
"""

import json
import re
from collections.abc import Iterator

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.protocol.exceptions import read_exception

_RAISED = re.compile(
    r"\b\w{2,60}(?:Error|Exception|Timeout)\b|^panic:|^Traceback\b|^curl: \(\d|^Caused by:"
    r"|\bERROR\b|\[error\]",
    re.MULTILINE,
)
# The lines that a stream of server-sent events begins with (WHATWG HTML, 9.2.6).
_STREAM = re.compile(r"(?::[^\n]*\n\s*)*(?:event:[^\n]*\n)?data:\s*\{")
_LONGEST = 1 << 16


def _text(data: bytes) -> str:
    return data[:_LONGEST].decode("utf-8", "replace").strip()


def sniff(head: bytes) -> bool:
    """Whether a text reads like an exception or an error that a client printed."""
    text = _text(head)
    if not text or "\0" in text or "\ufffd" in text or text[0] in "{[<":
        return False
    if _STREAM.match(text):
        return True
    told = read_exception(text)
    return told.status is not None or _RAISED.search(text) is not None


def _splitter() -> Cutter:
    return Cutter(lambda _: 0)


def _read(piece: Piece) -> Iterator[Read]:
    text = _text(piece.data)
    if not text:
        return
    if _STREAM.match(text):
        saved = RawMessage((("content-type", "text/event-stream"),), f"{text}\n\n")
        yield _call(saved, hidden=("line", "response-status"))
        return
    told = read_exception(text)
    if told.status is None:
        yield _call(RawMessage(), error=text, hidden=("line", "response-status"))
        return
    body = json.dumps(told.body or {"error": {"message": text[:2000]}})
    hidden: tuple[str, ...] = ("line", "response-status") if told.named else ("line",)
    yield _call(RawMessage((), body), status=told.status, hidden=hidden)


def _call(
    response: RawMessage, *, hidden: tuple[str, ...], status: int = 0, error: str = ""
) -> RawAttempt:
    """The one call that a text is about: nothing of its request or its times is shown."""
    return RawAttempt(
        entry=0,
        at=None,
        duration_ms=None,
        method="POST",
        url="",
        request=RawMessage(),
        status=status,
        response=response,
        error=error,
        hidden=hidden,
    )


FORMAT = Format("text", "an exception or error as pasted text", sniff, _splitter, _read)
