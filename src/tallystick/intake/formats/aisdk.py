"""An error of the AI SDK (`AI_APICallError`) as Node.js prints it, with the answer that it repeats:
the address, the status, the head and the body (AI SDK, errors, `APICallError`).
"""

import json
import re

from tallystick.intake.formats.inspected import objects, read
from tallystick.intake.raw import RawAttempt, RawMessage

_ERROR = re.compile(r"\bAI_APICallError\b")
_STRING = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`"
_URL = re.compile(rf"^\s*url: (?P<value>{_STRING})", re.MULTILINE)
_STATUS = re.compile(r"^\s*statusCode: (?P<value>\d{3})\b", re.MULTILINE)
# A long text is printed in several, one behind the other.
_BODY = re.compile(
    rf"^\s*responseBody: (?P<value>(?:{_STRING})(?:\s*\+\s*(?:{_STRING}))*)", re.MULTILINE
)
_HEAD = re.compile(r"^\s*responseHeaders: (?=\{)", re.MULTILINE)
_ASKED = re.compile(r"^\s*requestBodyValues: (?=\{)", re.MULTILINE)


def printed_call(text: str) -> RawAttempt | None:
    """The call that an error tells of; None where a text has no such error, or several of them."""
    status, body = _STATUS.findall(text), _BODY.search(text)
    if _ERROR.search(text) is None or len(status) != 1 or body is None:
        return None
    url, head, asked = _URL.search(text), _object(text, _HEAD), _object(text, _ASKED)
    fields = tuple((str(name).lower(), str(value)) for name, value in (head or {}).items())
    sent = json.dumps(asked) if asked else None
    hidden = ["headers", *([] if fields else ["response-headers"]), *([] if url else ["line"])]
    return RawAttempt(
        entry=0,
        at=None,
        duration_ms=None,
        method="POST",
        url=_text(url["value"]) if url else "",
        request=RawMessage((), sent, "application/json", partial=True),
        status=int(status[0]),
        response=RawMessage(fields, _text(body["value"])),
        error="",
        hidden=tuple(hidden),
    )


def _object(text: str, begins: re.Pattern[str]) -> dict[str, object] | None:
    """The object behind a member's name; None where it is none that is understood."""
    found = begins.search(text)
    listed, _ = objects(text[found.end() :]) if found else ((), "")
    value = listed[0].value if listed else None
    return value if isinstance(value, dict) else None


def _text(literal: str) -> str:
    """The text that a literal of JavaScript is."""
    value = read(f"{{ v: {literal} }}").value
    held = value.get("v") if isinstance(value, dict) else None
    return held if isinstance(held, str) else literal.strip("'\"`")
