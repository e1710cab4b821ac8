"""Exchange: one sanitized request and its answer, or the transport failure in its place."""

from typing import Any, Literal

import msgspec

from tallystick.record import placeholder
from tallystick.record.held import first_unheld
from tallystick.record.policy import ERROR, REQUEST, RESPONSE, WORDS, Rule
from tallystick.record.vocabulary import GATEWAY_WORDS

BodyKind = Literal["json", "sse", "html", "text", "empty", "not-visible"]
Failure = Literal[
    "dns", "tls", "timeout", "reset", "refused", "proxy", "protocol", "network", "aborted"
]


class UnheldError(ValueError):
    """A value that no record may hold reached one. `place` names where, never the value."""

    def __init__(self, place: str) -> None:
        super().__init__(f"a record may not hold the value at {place}")
        self.place = place


def _require_held(tree: object, rule: Rule, where: str) -> None:
    place = first_unheld(tree, rule, where)
    if place:
        raise UnheldError(place)


class Header(msgspec.Struct, frozen=True):
    """A header field: its lower-case name, and the form its value had (design, section 3.5)."""

    name: str
    form: str


class Frame(msgspec.Struct, frozen=True):
    """`count` equal events of a stream in a row.

    `kind` is `data` (a JSON object, in `data`), `done`, `comment`, `text` (data that is no JSON)
    or `open` (the last event had no blank line after it, so it was never dispatched).
    """

    kind: Literal["data", "done", "comment", "text", "open"]
    event: str = "message"
    data: Any = None
    count: int = 1

    def __post_init__(self) -> None:
        rule = RESPONSE if self.kind in ("data", "open") else WORDS
        _require_held(self.data, rule, "$.frames[]")


class RequestPart(msgspec.Struct, frozen=True):
    """What was sent. `url` keeps known hosts and path words; `body_ordinal` marks equal bodies."""

    method: str
    url: str
    query: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    body_kind: BodyKind = "not-visible"
    body: Any = None
    body_ordinal: int | None = None

    def __post_init__(self) -> None:
        _require_held(self.body, REQUEST, "$.request.body")


class ResponsePart(msgspec.Struct, frozen=True):
    """What came back. `status` 0 means that no answer arrived; `text_length` is in characters."""

    status: int
    headers: tuple[Header, ...] = ()
    body_kind: BodyKind = "not-visible"
    body: Any = None
    frames: tuple[Frame, ...] = ()
    text_length: int = 0
    signatures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rule = WORDS if self.body_kind in ("text", "html") else RESPONSE
        _require_held(self.body, rule, "$.response.body")
        if not GATEWAY_WORDS.issuperset(self.signatures):
            raise UnheldError("$.response.signatures")


class Exchange(msgspec.Struct, frozen=True):
    """One attempt on the wire, sanitized.

    `at` is RFC 3339 in UTC; `duration_ms` runs from the request to the end of the answer.
    `group` names the logical call this attempt belongs to, `attempt` counts from 1 within it.
    """

    id: str
    capture: str
    entry: int
    at: str | None
    duration_ms: float | None
    request: RequestPart
    response: ResponsePart
    failure: Failure | None = None
    failure_text: str = ""
    group: str = ""
    attempt: int = 1

    def __post_init__(self) -> None:
        _require_held(self.failure_text, ERROR, "$.failure_text")

    @property
    def answered(self) -> bool:
        """Whether a complete HTTP answer with a success status arrived."""
        return self.failure is None and 200 <= self.response.status < 300

    def request_header(self, name: str) -> str | None:
        """The form of a request header's value, or None when it was not sent."""
        return _form(self.request.headers, name)

    def response_header(self, name: str) -> str | None:
        """The form of a response header's value, or None when it did not come."""
        return _form(self.response.headers, name)


def _form(headers: tuple[Header, ...], name: str) -> str | None:
    return next((header.form for header in headers if header.name == name), None)


class LedgerEntry(msgspec.Struct, frozen=True, order=True):
    """How many values one rule masked at one place of one capture. Never the value."""

    place: str
    rule: str
    count: int


def is_masked(value: object) -> bool:
    """Whether a value of a sanitized body is a placeholder."""
    return isinstance(value, str) and placeholder.parse(value) is not None
