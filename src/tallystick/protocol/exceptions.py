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
# Which status the API answers an error of this type or code with (OpenAI's error-codes guide;
# Anthropic's errors page).
STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "invalid_value": 400,
    "unsupported_parameter": 400,
    "unsupported_value": 400,
    "unknown_parameter": 400,
    "missing_required_parameter": 400,
    "context_length_exceeded": 400,
    "invalid_api_key": 401,
    "authentication_error": 401,
    "permission_error": 403,
    "model_not_found": 404,
    "not_found_error": 404,
    "insufficient_quota": 429,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "server_error": 500,
    "api_error": 500,
    "overloaded_error": 503,
}
# The members of an error as programs print its value: Rust's `param: Some("x")`, Go's
# `Param:"x"`, C#'s `Param = x`, a data class's `param='x'`.
_MEMBER = re.compile(
    r"\b(message|type|param|code)\b\s{0,2}[:=]\s{0,40}(?:Some\()?([\"'])((?:\\.|(?!\2).){1,2000})\2",
    re.IGNORECASE | re.DOTALL,
)
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
    r"|\b([45]\d\d), message="  # aiohttp's ClientResponseError
    r"|\bAPI (?:Request|Streaming) Failed\W{1,8}([45]\d\d)\b"  # Cline, Roo Code
    r"|\b([45]\d\d) status code \(no body\)"  # openai-node, of an error without a body
    r"|status code does not indicate success\W{1,3}([45]\d\d)\b"
    rf"|(?<![\w.])([45]\d\d) (?:{_REASONS})"
    r"|\bInvoke-(?:RestMethod|WebRequest) ?:[^\n]{0,200}\(([45]\d\d)\)"  # PowerShell, any language
    r"|^\s*([45]\d\d)[ :]+(?=[-A-Za-z{'\"\d])",  # openai-node: the status, then the message
    re.IGNORECASE,
)
# A number that aiohttp's parser has for a code, of an answer whose end did not come.
_NO_STATUS = re.compile(
    r"(?P<class>\b(?:TransferEncoding|ContentLength|ContentEncoding|BadHttpMessage)Error): ?400,? ?"
)
_NO_ANSWER = re.compile(
    r"\bconnection error|timed? ?out\b|getaddrinfo|\bssl connection|certificate (?:is |verif|has )"
    r"|handshake|x509|connection refused",
    re.IGNORECASE,
)
# What the API says of a limit that was reached (OpenAI's rate-limits guide), with what it counts.
_LIMITED = re.compile(
    r"\brate limit (?:reached|exceeded)\b[^\n]{0,240}\b(?:tokens|requests) per (?:min|day|hour)"
    r"|\brate limit (?:reached|exceeded) for (?:model|requests|gpt)",
    re.IGNORECASE,
)
# And of a quota that is spent (OpenAI, error codes: 429).
_SPENT = re.compile(r"\bYou exceeded your current quota\b[^\n{]{0,120}?(?=\.\s|[\n{(]|$)")
# How Ruby prints a pair of a hash, and a value that is none.
_RUBY = re.compile(r"(?<=\")\s?=>\s?(nil\b)?")
_MAX_BODY = 8000
_MOST_OBJECTS = 12
_OF_ERRORS = frozenset(
    "error errors message detail details msg title type code fault status".split()
)


class Told(msgspec.Struct, frozen=True):
    """What an exception's text tells. `named` says that only the class tells the status,
    `numbered` that a number does which an error has for a code.
    """

    status: int | None = None
    body: object = None
    named: bool = False
    numbered: bool = False


def read_exception(text: str) -> Told:
    """The status and the error's body that an exception's text repeats, as far as it does."""
    # Python's `repr` of an exception whose text has both kinds of quotes escapes one of them.
    head = _NO_STATUS.sub(r"\g<class>: ", text[: _MAX_BODY * 2].replace("\\'", "'"))
    head, pairs = _RUBY.subn(lambda pair: ": null" if pair[1] else ": ", head)
    found = _STATUS.search(head)
    if found:
        status = int(next(group for group in found.groups() if group))
        body = _body(head[found.end() :])
        if body is None and pairs:  # ruby-openai prints the body, and Faraday raises behind it
            body = _body(head[: found.start()])
        return Told(status, body or _of_net(head) or read_members(head))
    named = _CLASS.search(head)
    # Wrappers (LiteLLM) raise the class of a 500 over a connection that broke, too.
    if named and not _NO_ANSWER.search(head):
        return Told(STATUS_OF_CLASS[named[1].lower()], _body(head[named.end() :]), named=True)
    if _LIMITED.search(head):
        return Told(429, named=True)
    if (spent := _SPENT.search(head)) is not None:
        error = {"message": spent[0], "code": "insufficient_quota"}
        return Told(429, {"error": error}, named=True)
    return _printed(head)


# The OpenAI SDK for .NET (`ClientResultException`): status, type and code, the place, the message.
_NET = re.compile(
    r"\bHTTP \d{3} \((?:(?P<type>\w{1,60}): )?(?P<code>[\w.-]{1,60})?\)\s+"
    r"(?:Parameter: (?P<param>\S{1,80})\s+)?(?P<message>[^\n]{1,2000})"
)


def _of_net(text: str) -> object:
    """The error's body that .NET's SDK tells in lines; None where it does not."""
    found = _NET.search(text)
    if found is None:
        return None
    return {"error": {name: value for name, value in found.groupdict().items() if value}}


def read_members(text: str) -> object:
    """An error that a program prints as an object of its language; None where there is none."""
    found = {m[1].lower(): m[3] for m in reversed(list(_MEMBER.finditer(text)))}
    return {"error": found} if "message" in found and {"type", "code"} & set(found) else None


def _printed(text: str) -> Told:
    """An error's value that a text repeats without a status: its type or code tells one."""
    found = _body(text)
    error = found.get("error") if isinstance(found, dict) else None
    if not isinstance(error, dict):
        printed = read_members(text)
        error = printed["error"] if isinstance(printed, dict) else {}
    known = (STATUS_OF_TYPE.get(str(error.get(name))) for name in ("code", "type"))
    status = next((one for one in known if one), None)
    for one in (found, error) if status is None else ():
        if isinstance(one, dict) and _is_numbered(one):  # gateways have the status as a code
            return Told(one["code"], found, named=True, numbered=True)
    return Told(status, {"error": error}, named=True) if status else Told()


def _is_numbered(found: dict[str, Any]) -> bool:
    code = found.get("code")
    numbered = isinstance(code, int) and 400 <= code < 600
    return numbered and isinstance(found.get("message"), str)


def _body(text: str) -> object:
    """The first object of a text that reads as an error's body, as JSON or as a Python literal;
    None where there is none. What else a log prints as an object (headers, options) is no body.
    """
    start = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if start < 0:
            return None
        if text.startswith('{\\"', start):  # JSON within a text of JSON
            text, start = text[start:].replace('\\"', '"'), 0
        try:
            found: object = json.JSONDecoder().raw_decode(text[start:])[0]
        except (ValueError, RecursionError):
            found = _literal(text[start : start + _MAX_BODY])
        if isinstance(found, dict) and _OF_ERRORS & found.keys():
            return found
        start = text.find("{", start + 1)
    return None


def _literal(text: str) -> Any:
    """A Python literal that begins a text; it ends at some closing brace."""
    ends = [match.end() for match in re.finditer(r"\}", text)][-8:]
    for end in reversed(ends):
        try:
            found = ast.literal_eval(text[:end])
            json.dumps(found)  # bytes, sets and complex numbers are in no answer
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        return found
    return None
