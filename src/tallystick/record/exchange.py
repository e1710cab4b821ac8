"""Exchange: one sanitized request and its answer, or the transport failure in its place."""

import re
from datetime import datetime
from typing import Any, Literal

import msgspec

from tallystick.record import forms, placeholder
from tallystick.record.held import first_counted, first_unheld
from tallystick.record.policy import ANSWER, DENY, REQUEST, WORDS, Rule, answer_rule
from tallystick.record.texts import is_member_name
from tallystick.record.visibility import (
    REQUEST_GAPS,
    RESPONSE_FACTS,
    RESPONSE_GAPS,
    Kind,
    RequestGap,
    ResponseFact,
    ResponseGap,
)
from tallystick.record.vocabulary import GATEWAY_WORDS

BodyKind = Literal["json", "partial", "sse", "html", "text", "empty", "not-visible"]
# `decode` and `application` are failures of the client over an answer that the capture does not
# show; `unknown` is one of which nothing is told.
Failure = Literal[
    "dns", "tls", "timeout", "reset", "refused", "proxy", "protocol", "network", "aborted",
    "decode", "application", "unknown",
]  # fmt: skip


class UnheldError(ValueError):
    """A value that no record may hold reached one. `place` names where, never the value."""

    def __init__(self, place: str) -> None:
        super().__init__(f"a record may not hold the value at {place}")
        self.place = place


def _require_held(tree: object, rule: Rule, where: str) -> None:
    place = first_unheld(tree, rule, where)
    if place:
        raise UnheldError(place)


EVENT_NAMES = ("", "message", "error", "ping", "done", "‹value›")
MAX_DURATION_MS = 86_400_000.0
# Headers whose amounts vary from call to call, and rest on no judgement: an expression.
MEASURED_HEADERS = "|".join([*sorted(forms.COUNTS - forms.JUDGED), forms.LIMIT_HEADER.pattern])
_SHORT_ID = re.compile(r"[gx][0-9a-f]{0,6}-?[0-9]{0,9}", re.ASCII)
_CALL_ID = re.compile(
    r"(?:answer|call|host|trace):[0-9a-f]{16}|leg:(?:near|far)(?:-named)?", re.ASCII
)
_DIGEST = re.compile(r"(?:hmac-sha256:[0-9a-f]{16}:|sha256:)?[0-9a-f]{0,64}", re.ASCII)


_PLACE = re.compile(r"request(?:\.(?P<name>[^.\[\]]+)(?:\[\])*)+", re.ASCII)


def is_place(text: str) -> bool:
    """Whether a text is a place in a request whose names are names of code."""
    names = text.replace("[]", "").split(".")[1:]
    return bool(_PLACE.fullmatch(text)) and all(map(is_member_name, names))


def _require(holds: bool, where: str) -> None:
    if not holds:
        raise UnheldError(where)


class Header(msgspec.Struct, frozen=True):
    """A header field: its lower-case name, and the form its value had (design, section 3.5)."""

    name: str
    form: str

    def __post_init__(self) -> None:
        _require(forms.header_name_held(self.name), "$.headers[].name")
        _require(forms.header_form_held(self.name, self.form), "$.headers[].form")


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
        _require_held(self.data, ANSWER if self.kind == "data" else DENY, "$.frames[]")
        _require(first_counted(self.data) is None, "$.frames[]")
        _require(self.event in EVENT_NAMES, "$.frames[].event")


class RequestPart(msgspec.Struct, frozen=True):
    """What was sent. `url` keeps known hosts and path words; `body_ordinal` marks equal bodies.

    A `partial` body has the members that a log kept: others may have been on the wire. `hidden`
    names what the capture cannot show.
    """

    method: str
    url: str
    query: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    body_kind: BodyKind = "not-visible"
    body: Any = None
    body_ordinal: int | None = None
    hidden: tuple[RequestGap, ...] = ()

    def __post_init__(self) -> None:
        _require(REQUEST_GAPS.issuperset(self.hidden), "$.request.hidden")
        _require_held(self.body, REQUEST, "$.request.body")
        _require(self.method in forms.METHODS or self.method == "‹value›", "$.request.method")
        _require(forms.url_held(self.url), "$.request.url")
        _require(all(map(forms.query_name_held, self.query)), "$.request.query")


class ResponsePart(msgspec.Struct, frozen=True):
    """What came back. `status` 0 means that no answer arrived; `text_length` is in characters.

    `stream_shown` is false where the answer was a stream whose frames the capture cannot hold.
    `rejects` is the place in the request that an error is about, `rejects_as` what it says of it;
    both were read before the error's words were masked. `hidden` names what the capture cannot
    show: a `status` that is hidden was told by an exception's class.
    """

    status: int
    headers: tuple[Header, ...] = ()
    body_kind: BodyKind = "not-visible"
    body: Any = None
    frames: tuple[Frame, ...] = ()
    text_length: int = 0
    signatures: tuple[str, ...] = ()
    stream_shown: bool = True
    facts: tuple[ResponseFact, ...] = ()
    hidden: tuple[ResponseGap, ...] = ()
    rejects: str = ""
    rejects_as: Kind = ""

    def __post_init__(self) -> None:
        _require(RESPONSE_FACTS.issuperset(self.facts), "$.response.facts")
        _require(RESPONSE_GAPS.issuperset(self.hidden), "$.response.hidden")
        _require(not self.rejects or is_place(self.rejects), "$.response.rejects")
        plain = self.body_kind in ("text", "html")
        rule = WORDS if plain and self.status >= 400 else answer_rule(self.status)
        _require_held(self.body, rule, "$.response.body")
        if not GATEWAY_WORDS.issuperset(self.signatures):
            raise UnheldError("$.response.signatures")


class Exchange(msgspec.Struct, frozen=True):
    """One attempt on the wire, sanitized.

    `at` is RFC 3339 in UTC; `duration_ms` runs from the request to the end of the answer.
    `group` names the logical call this attempt belongs to, `attempt` counts from 1 within it. `ids`
    are keyed digests of what its capture calls it by: another capture of the same call has one too.
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
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(all(map(_CALL_ID.fullmatch, self.ids)), "$.ids")
        _require_held(self.failure_text, WORDS, "$.failure_text")
        _require(bool(_SHORT_ID.fullmatch(self.id)), "$.id")
        _require(not self.group or bool(_SHORT_ID.fullmatch(self.group)), "$.group")
        _require(bool(_DIGEST.fullmatch(self.capture)), "$.capture")
        _require(self.at is None or _is_moment(self.at), "$.at")
        held = self.duration_ms is None or 0 <= self.duration_ms <= MAX_DURATION_MS
        _require(held, "$.duration_ms")

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


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# The rule of an entry that counts facts which were kept, not values which were masked.
FACT = "fact kept"


class LedgerEntry(msgspec.Struct, frozen=True, order=True):
    """How many values one rule masked at one place of one capture. Never the value."""

    place: str
    rule: str
    count: int


def is_masked(value: object) -> bool:
    """Whether a value of a sanitized body is a placeholder."""
    return isinstance(value, str) and placeholder.parse(value) is not None
