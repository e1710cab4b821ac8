"""Bodies as captures have them: what kind each is, unpacked and decoded."""

import re
import zlib
from typing import Any

from tallystick.intake.mask import decoded
from tallystick.intake.raw import RawMessage
from tallystick.record.exchange import BodyKind

# Bytes of a body that is packed (gzip); what would unpack to more is not read.
MAX_UNPACKED = 1 << 26


def declared_type(message: RawMessage) -> str:
    """The media type that a message states, or its capture."""
    return (message.media_type or dict(message.headers).get("content-type", "")).lower()


# What loggers write where they leave a body out: `<truncated>`, `[redacted]`.
_LEFT_OUT = re.compile(
    r"[<\[(]\W*(?:body |response |request )?(?:truncated|redacted|omitted|removed|hidden|masked"
    r"|not (?:logged|captured|shown)|elided|snip(?:ped)?)\b[\w .,-]{0,40}[>\])]\s*",
    re.IGNORECASE,
)


# What loggers write in place of a text.
_MASKED = re.compile(
    r"\W*(?:redact\w*|mask\w*|hidden|filtered|removed|omitted|elided|x{3,})?\W*|<[^<>]{1,30}>",
    re.IGNORECASE,
)
_CONTENT = re.compile(r'"content"\s*:\s*"((?:[^"\\]|\\.)*)"')
_LONGEST_MASKED = 4096


def has_masked_texts(body: bytes | str) -> bool:
    """Whether all texts of a request's messages are masked: many requests look alike then."""
    if len(body) > _LONGEST_MASKED:
        return False
    texts = _CONTENT.findall(body.decode("utf-8", "replace") if isinstance(body, bytes) else body)
    return bool(texts) and all(text and _MASKED.fullmatch(text) for text in texts)


# What loggers write where they cut a body off.
_SHORTENED = re.compile(
    r"(?:\.\.\.|…)?\s*[<\[(]\W*(?:\d+ )?(?:truncated|cut|shortened|omitted|\d+ (?:more )?(?:chars?"
    r"|characters|bytes))\b[^\n]{0,40}[>\])]\s*$",
    re.IGNORECASE,
)


def decode_body(message: RawMessage) -> tuple[BodyKind, Any]:
    """What kind of body this is, from its bytes first and its declared type second."""
    body = body_text(message.body)
    if body is None:
        return "not-visible", None
    head = body[:200].lstrip("\ufeff \r\n\t")
    if not head and not body.strip():
        return "empty", None
    streamed = "event-stream" in declared_type(message) or head.startswith(
        ("data:", "event:", ": ")
    )
    if streamed and not head.startswith(("{", "<")):
        return "sse", None
    if head[:1] not in ("{", "[", "<", '"') and "content-encoding" in dict(message.headers):
        return "not-visible", None  # still packed, in a way that the capture did not keep whole
    text = body.lstrip("\ufeff \r\n\t")
    if _LEFT_OUT.fullmatch(text):
        return "not-visible", None
    if text[:1] == "<":
        return "html", text
    value = decoded(text)
    if value is text:
        cut = text[:1] in ("{", "[") and _SHORTENED.search(text[-200:])
        return ("not-visible", None) if cut else ("text", text)
    return "partial" if message.partial else "json", value


def body_text(body: bytes | str | None) -> str | None:
    """A body as text, unpacked; None where it is not shown, or cannot be unpacked."""
    if body is None or isinstance(body, str):
        return body
    unpacked = _unpacked(body)
    return None if unpacked is None else unpacked.decode("utf-8", "replace")


def _unpacked(body: bytes) -> bytes | None:
    """A body without its gzip coding (RFC 1952), where a capture kept it; None if it is broken."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(body, MAX_UNPACKED)
    except zlib.error:
        return None
    return found if unpack.eof else None
