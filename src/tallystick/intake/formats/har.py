"""HAR 1.2 (the HTTP Archive format), cut between its entries and read into raw attempts.

Lenient where browsers, mitmproxy and Charles differ: missing optional members, negative sizes,
base64 bodies, `_error` beside a status of 0. An entry that is damaged is left out, and so is the
last one of an export that was cut off.
"""

import base64
import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from tallystick.intake.formats.arrays import Entries
from tallystick.intake.formats.base import Format
from tallystick.intake.raw import RawAttempt, RawMessage


class _Pair(msgspec.Struct):
    name: str
    value: str = ""


class _PostData(msgspec.Struct, rename="camel"):
    mime_type: str = ""
    text: str | None = None
    encoding: str = ""


class _Content(msgspec.Struct, rename="camel"):
    mime_type: str = ""
    text: str | None = None
    encoding: str = ""
    size: int = -1


class _Request(msgspec.Struct, rename="camel"):
    method: str
    url: str
    headers: list[_Pair] = []
    post_data: _PostData | None = None


class _Response(
    msgspec.Struct,
    rename={"error": "_error", "failure": "_failureText", "body_size": "bodySize"},
):
    status: int = 0
    headers: list[_Pair] = []
    content: _Content = msgspec.field(default_factory=_Content)
    body_size: int = -1
    error: str | None = None
    failure: str | None = None


class _Message(msgspec.Struct, rename="camel"):
    event_name: str = ""
    data: str = ""


_TWICE = "_writtenTwice"


class _Entry(
    msgspec.Struct,
    rename={
        "started": "startedDateTime",
        "error": "_error",
        "events": "_eventSourceMessages",
        "written_twice": _TWICE,
    },
):
    request: _Request
    response: _Response
    started: str | None = None
    time: float | None = None
    error: str | None = None
    events: list[_Message] = []
    written_twice: bool = False


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _Har(msgspec.Struct):
    log: _Log


_NOT_TIMED = -1  # as a timing that does not apply (HAR 1.2, section timings)
# Between two entries. The quotation marks of a JSON text inside a string are escaped, so this
# stands in no string; the members are those an entry has (HAR 1.2, section entries) or may add.
_BETWEEN = re.compile(
    rb'\}\s*,\s*(?=\{\s*"(?:_\w+|startedDateTime|pageref|cache|connection|request|response|'
    rb'timings|serverIPAddress)"\s*:)'
)
_BEGINS = re.compile(rb'(?<!\\)"entries"\s*:\s*\[')
_WHOLE = msgspec.json.Decoder(_Har)
_MANY = msgspec.json.Decoder(list[_Entry])
# Members that an entry has once. In a JSON text inside a string their quotation marks are escaped.
_ONCE = (b'"startedDateTime"', b'"request"', b'"response"', b'"method"', b'"url"', b'"status"',
         b'"time"', b'"postData"', b'"content"')  # fmt: skip


def sniff(head: bytes) -> bool:
    """Whether a file begins as a HAR does."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and re.match(rb'\{\s*"log"\s*:(?!\s*")', start) is not None


def _rest(data: bytes) -> list[_Entry]:
    document = b'{"log":{"entries":[' + data
    first = _WHOLE.decode(document).log.entries
    if not _BEGINS.search(data) and not _may_repeat(data, len(first)):
        return first
    return msgspec.convert(json.loads(document, object_pairs_hook=_joined), _Har).log.entries


def _many(data: bytes) -> list[_Entry]:
    found = _MANY.decode(data)
    if not _may_repeat(data, len(found)):
        return found
    return msgspec.convert(json.loads(data, object_pairs_hook=_joined), list[_Entry])


def _may_repeat(data: bytes, entries: int) -> bool:
    """Whether a member that an entry has once may stand in one twice."""
    return any(data.count(name) > entries for name in _ONCE)


def _joined(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object, where a parser keeps the last of two members of one name (RFC 8259, section 4):
    lists of entries are put together, and an entry says that it has another member twice.
    """
    found: dict[str, Any] = {}
    twice = False
    for name, value in pairs:
        old = found.get(name)
        if name == "entries" and isinstance(old, list) and isinstance(value, list):
            found[name] = old + value
        elif name == "log" and isinstance(old, dict) and isinstance(value, dict):
            found[name] = _joined([*old.items(), *value.items()])
        else:
            twice |= name in found or (isinstance(value, dict) and _TWICE in value)
            found[name] = value
    return found | {_TWICE: True} if twice else found


def _attempt(entry: _Entry, number: int) -> RawAttempt:
    answer, post, shown = entry.response, entry.request.post_data, entry.response.content
    if entry.events and not shown.text:
        shown = _Content(shown.mime_type or "text/event-stream", _stream(entry.events))
    return RawAttempt(
        entry=number,
        at=entry.started,
        duration_ms=None if entry.time == _NOT_TIMED else entry.time,
        method=entry.request.method,
        url=entry.request.url,
        request=_message(entry.request.headers, post),
        status=max(answer.status, 0),
        response=_message(answer.headers, shown, empty=_is_empty(answer)),
        error=answer.error or answer.failure or entry.error or "",
        written_twice=entry.written_twice,
    )


def _is_empty(answer: _Response) -> bool:
    """Whether an export says three times that no byte of a body came (HAR 1.2: `bodySize` is -1
    where it is not known). Streams are left out by exports that know nothing of events.
    """
    body = answer.content
    sizes = answer.body_size == 0 and body.size == 0 and body.text == ""
    return sizes and "event-stream" not in body.mime_type


def _stream(events: list[_Message]) -> str:
    """A stream as Chromium's developer tools keep it: the events, without their bytes."""
    return "".join(f"{_named(one.event_name)}{_data(one.data)}\n" for one in events)


def _named(name: str) -> str:
    return f"event: {name}\n" if name not in ("", "message") else ""


def _data(text: str) -> str:
    return "".join(f"data: {line}\n" for line in text.split("\n"))


def _message(
    headers: list[_Pair], content: _PostData | _Content | None, *, empty: bool = False
) -> RawMessage:
    """One side. Exports leave bodies out as an empty text: one was empty if its length says so."""
    pairs = _pairs(headers)
    body = _body(content.text, content.encoding) if content else None
    hidden = not body and body is not None and not (empty or ("content-length", "0") in pairs)
    return RawMessage(pairs, None if hidden else body, content.mime_type if content else "")


def _pairs(headers: list[_Pair]) -> tuple[tuple[str, str], ...]:
    return tuple([(pair.name.lower(), pair.value) for pair in headers])


def _body(text: str | None, encoding: str) -> bytes | str | None:
    if text is None or encoding.lower() != "base64":
        return text
    if text.startswith("["):  # Polly.JS keeps a compressed body as a list of its chunks
        return b"".join(base64.b64decode(one, validate=True) for one in json.loads(text))
    return base64.b64decode(text, validate=True)


ENTRIES = Entries(
    begins=_BEGINS,
    between=_BETWEEN,
    one=msgspec.json.Decoder(_Entry).decode,
    many=_many,
    rest=_rest,
    attempt=_attempt,
)
FORMAT = Format(
    "har", "HAR 1.2 (browsers, mitmproxy, Charles)", sniff, ENTRIES.splitter, ENTRIES.read
)
