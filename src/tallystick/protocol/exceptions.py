"""What a client's exception text tells of an answer: the renderings of the usual SDKs.

Sources: the exception classes of openai-python and its generated siblings (Node, Java, Go, .NET),
which raise one class per HTTP status; LiteLLM's exceptions, which extend them; go-openai's and
.NET's error texts. A class is what the client raised, not what was on the wire: a status that only
a class tells is marked so.
"""

import ast
import json
import re
from typing import Any

import msgspec

# Which status SDKs raise a class for (openai-python, `_make_status_error`; LiteLLM, exceptions).
STATUS_OF_CLASS = {
    "badrequest": 400,
    "invalidrequest": 400,
    "unsupportedparams": 400,
    "contextwindowexceeded": 400,
    "contentpolicyviolation": 400,
    "budgetexceeded": 400,
    "authentication": 401,
    "unauthorized": 401,
    "permissiondenied": 403,
    "notfound": 404,
    "conflict": 409,
    "unprocessableentity": 422,
    "ratelimit": 429,
    "internalserver": 500,
    "badgateway": 502,
    "serviceunavailable": 503,
}
_CLASS = re.compile(
    rf"\b({'|'.join(STATUS_OF_CLASS)})(?:error|exception)\b", re.IGNORECASE | re.ASCII
)
_REASONS = (
    r"Bad Request|Unauthorized|Payment Required|Forbidden|Not Found|Method Not Allowed|Conflict"
    r"|Gone|Payload Too Large|Unprocessable(?: Entity)?|Too Many Requests|Internal Server Error"
    r"|Bad Gateway|Service Unavailable|Gateway Time-?out"
)
_STATUS = re.compile(
    r"\b(?:error code|status[ _]?code|http status|status|http(?:/\d(?:\.\d)?)?)\W{1,3}([45]\d\d)\b"
    r"|\b\w{0,60}(?:Error|Exception)\W{1,3}([45]\d\d)\b"
    r"|\b(?:sent|returned|received|got|responded with|answered|failed with)(?: an?)?(?: http)?"
    r"(?: status)?(?: code)? ([45]\d\d)\b"
    rf"|(?<![\w.])([45]\d\d) (?:{_REASONS})"
    r"|^\s*([45]\d\d)[ :]+(?=[-A-Za-z{'\"\d])",  # openai-node: the status, then the message
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(r"\bconnection error|timed? ?out\b|getaddrinfo", re.IGNORECASE)
_MAX_BODY = 8000


class Told(msgspec.Struct, frozen=True):
    """What an exception's text tells. `named` says that only the class tells the status."""

    status: int | None = None
    body: object = None
    named: bool = False


def read_exception(text: str) -> Told:
    """The status and the error's body that an exception's text repeats, as far as it does."""
    head = text[: _MAX_BODY * 2]
    found = _STATUS.search(head)
    if found:
        status = int(next(group for group in found.groups() if group))
        return Told(status, _body(head[found.end() :]))
    named = _CLASS.search(head)
    # Wrappers (LiteLLM) raise the class of a 500 over a connection that broke, too.
    if named and not _NO_ANSWER.search(head):
        return Told(STATUS_OF_CLASS[named[1].lower()], _body(head[named.end() :]), named=True)
    return Told()


def _body(text: str) -> object:
    """The first object of a text, as JSON or as a Python literal; None where there is none."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        found: object = json.JSONDecoder().raw_decode(text[start:])[0]
    except (ValueError, RecursionError):
        found = _literal(text[start : start + _MAX_BODY])
    return found if isinstance(found, dict) else None


def _literal(text: str) -> Any:
    """A Python literal that begins a text; it ends at some closing brace."""
    ends = [match.end() for match in re.finditer(r"\}", text)][-8:]
    for end in reversed(ends):
        try:
            return ast.literal_eval(text[:end])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return None
