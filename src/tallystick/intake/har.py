"""HAR 1.2 (the HTTP Archive format) read into raw attempts.

Lenient where browsers, mitmproxy and Charles differ: missing optional members, negative sizes,
base64 bodies, `_error` beside a status of 0. Strict where meaning is at stake.
"""

import base64
import binascii
import re
from collections.abc import Iterator

import msgspec

from tallystick.intake.raw import CaptureError, RawAttempt, RawMessage


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


class _Request(msgspec.Struct, rename="camel"):
    method: str
    url: str
    headers: list[_Pair] = []
    post_data: _PostData | None = None


class _Response(msgspec.Struct, rename={"error": "_error"}):
    status: int = 0
    headers: list[_Pair] = []
    content: _Content = msgspec.field(default_factory=_Content)
    error: str | None = None


class _Entry(msgspec.Struct, rename={"started": "startedDateTime", "error": "_error"}):
    request: _Request
    response: _Response
    started: str | None = None
    time: float | None = None
    error: str | None = None


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _Har(msgspec.Struct):
    log: _Log


_PLACE = re.compile(r" - at `([^`]+)`$")


def read_har(data: bytes) -> tuple[RawAttempt, ...]:
    """The attempts of a HAR file, in the file's order.

    Raises:
        CaptureError: not JSON, cut off, or not HAR; the message names the place, never a value.
    """
    try:
        har = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Har)
    except msgspec.ValidationError as error:
        raise _misshapen(str(error)) from None
    except RecursionError:
        raise CaptureError("$", "HAR 1.2 JSON", "JSON that is nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CaptureError(
            f"byte {_byte(str(error), len(data))}", "HAR 1.2 JSON", _why(data)
        ) from None
    return tuple(_attempts(har.log.entries))


def _misshapen(message: str) -> CaptureError:
    place = _PLACE.search(message)
    what = _PLACE.sub("", message)
    return CaptureError(place[1] if place else "$", "a HAR 1.2 log (log.entries[])", what)


def _byte(message: str, size: int) -> int:
    found = re.search(r"\(byte (\d+)\)", message)
    return int(found[1]) if found else size


def _why(data: bytes) -> str:
    text = data.lstrip()
    if not text:
        return "an empty file"
    if not text.startswith(b"{"):
        return "something that is not a JSON object"
    return "JSON that is broken or was cut off"


def _attempts(entries: list[_Entry]) -> Iterator[RawAttempt]:
    for number, entry in enumerate(entries):
        answer, post = entry.response, entry.request.post_data
        shown = answer.content
        yield RawAttempt(
            entry=number,
            at=entry.started,
            duration_ms=entry.time if entry.time is not None and entry.time >= 0 else None,
            method=entry.request.method,
            url=entry.request.url,
            request=RawMessage(
                _pairs(entry.request.headers),
                _body(post.text, post.encoding, f"$.log.entries[{number}].request.postData")
                if post
                else None,
                post.mime_type if post else "",
            ),
            status=max(answer.status, 0),
            response=RawMessage(
                _pairs(answer.headers),
                _body(shown.text, shown.encoding, f"$.log.entries[{number}].response.content"),
                shown.mime_type,
            ),
            error=answer.error or entry.error or "",
        )


def _pairs(headers: list[_Pair]) -> tuple[tuple[str, str], ...]:
    return tuple((pair.name.lower(), pair.value) for pair in headers)


def _body(text: str | None, encoding: str, place: str) -> bytes | None:
    if text is None:
        return None
    if encoding.lower() != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CaptureError(place, "base64 text", "text that is not base64") from None
