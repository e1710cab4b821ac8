"""What the classification rules look at: one retry group, read once."""

import re
from collections.abc import Iterable
from functools import cached_property

import msgspec

from tallystick.protocol import (
    ErrorEnvelope,
    Violation,
    completion_violations,
    read_error,
    request_violations,
    stream_violations,
)
from tallystick.protocol.rejection import Rejection, read_rejection
from tallystick.record.exchange import Exchange, Frame

# Seconds after which gateways, load balancers and clients commonly give up by default.
_CUT_OFFS = (30, 60, 100, 120, 300)


_RETRY_TALK = (
    r"retr(?:y|ies|ied)|storm|amplif|attempts|repeated|loop|again|tripl|doubl"
    r"|surge|burst|\w+-?fold\b|request count"
    r"|traffic (?:rose|grew|jumped)|times as many|identical calls"
    r"|(?:request|call) volume"
    r"|\b(?:costs?|takes?) (?:more than |over |about )?(?:a|\d+|\w+) (?:minutes?|seconds?)"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten) (?:calls|requests)\b"
    r"(?! (?:a|per|each|every)\b)|many calls\b"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d+) times"
    r" (?:the|before|until|over|in a row|per (?!second|minute|hour|day|week|month))\b"
    r"|\bke(?:ep|eps|pt) (?:on )?(?:send|call|try|hammer|upload|ask|hitt)ing"
)


# A status, and no amount of something.
_STATUS = (
    r"(?<![\w.$\u20ac])[45]\d\d(?!\.?\w|%)"
    r"(?! (?:(?:prompt|completion|input|output|total|more|fewer) )?(?:tokens?|calls?|requests?"
    r"|users?|rows?|times|ms|s|seconds?|minutes?|usd|eur|mb|kb)\b)"
)


class Facts:
    """What a person knows of the incident: the client, and what the application reported."""

    def __init__(self, client: str = "", symptom: str = "") -> None:
        self.client, self.symptom = client.lower(), symptom.lower()

    def with_words(self, words: str) -> "Facts":
        """These, and what a capture shows that the application raised."""
        return Facts(self.client, f"{self.symptom} {words}")

    def says(self, pattern: str) -> bool:
        """Whether the reported symptom matches a pattern."""
        return re.search(pattern, self.symptom) is not None

    @property
    def tells_of_repeats(self) -> bool:
        """Whether the reported symptom is about calls that were sent again and again."""
        return self.says(_RETRY_TALK)

    @property
    def statuses(self) -> frozenset[int]:
        """The error statuses that the reported symptom names."""
        return frozenset(int(one) for one in re.findall(_STATUS, self.symptom))

    @property
    def reports_error(self) -> bool:
        """Whether what was reported is what a program raised over an answer that it read."""
        return self.says(_OVER_AN_ANSWER)

    @property
    def goes_unnoticed(self) -> bool:
        """Whether the application went on as if nothing had failed, as the symptom says."""
        return self.says(_UNNOTICED) and not self.reports_error

    @property
    def misses_choices(self) -> bool:
        """Whether the application failed for want of `choices`, as the reported exception says."""
        return self.says(_WITHOUT_CHOICES)


# That the application went on as if nothing had failed.
_UNNOTICED = (
    r"\b(?:saved|stored|marked|counted|shown|treated|taken|delivered|logged|recorded|accepted|sent)\b"
    r"[^.;]{0,40}\bas (?:finished|complete[d]?|success\w*|done|ok|normal|valid|an answer)\b"
    r"|\b(?:no|without (?:an?|any)) exceptions?\b"
    r"|\b(?:no|without (?:an?|any)) errors? (?:(?:was|were|is|are) )?"
    r"(?:raised|thrown|logged|shown)\b"
    r"|\bsilently (?:saved|stored|ignored|dropped|swallowed|accepted|skipped)\b"
)
# What parsers and readers of objects raise (Python, JavaScript, Go, Java, Rust, C#, PHP).
_OVER_AN_ANSWER = (
    r"jsondecodeerror|unexpected (?:token|end of json)|json ?parse error|is not valid json"
    r"|syntaxerror|cannot unmarshal|typeerror|keyerror|attributeerror|indexerror"
    r"|cannot read propert"
    r"|nullpointerexception|nullreference|validationerror|zoderror|missing field `"
    r"|mime ?type|unexpected content.type|unknown variant `|failed to deserialize"
    r"|undefined (?:array key|index|property)"
)
# How runtimes say that this very member is not there (Python, JavaScript, Go, Java, Rust, C#).
_WITHOUT_CHOICES = (
    r"(?:keyerror|missing field|no attribute|reading|undefined (?:array key|index|property)"
    r"|property|key not found|given key)\W{1,4}choices\b"
    r"|(?<!\.)\bchoices\b\W{1,3}(?:is |was |field )?"
    r"(?:null|undefined|none|required|missing|not found)"
    # The first entry of what is not there: of an answer, that is its choices (ECMAScript engines).
    r"|properties of (?:undefined|null) \(reading '?0'?\)"
)


def raised_over(exchange: Exchange) -> bool:
    """Whether a capture shows both an answer with a success status and what the application raised
    over it: the exchange went well, and the words are what is reported of it.
    """
    shown = exchange.response.body_kind in ("json", "sse")
    own = exchange.failure in ("application", "decode")
    return own and shown and 200 <= exchange.response.status < 300


def _raised_over_unseen(exchange: Exchange) -> bool:
    """Whether a capture shows an answer without its status, and what the application raised."""
    own = exchange.failure in ("application", "decode")
    return own and exchange.response.body_kind == "json" and "status" in exchange.response.hidden


def as_answered(exchange: Exchange) -> Exchange:
    """An exchange without what the application raised over its answer."""
    return msgspec.structs.replace(exchange, failure=None) if raised_over(exchange) else exchange


class Features:
    """One logical call: its attempts, and the attempt that decided how it ended."""

    def __init__(self, attempts: tuple[Exchange, ...], facts: Facts) -> None:
        self.raised = raised_over(attempts[-1])
        self.attempts = attempts
        told = self.raised or _raised_over_unseen(attempts[-1])
        self.facts = facts.with_words(attempts[-1].failure_text) if told else facts
        self.last = as_answered(attempts[-1])
        self.statuses = tuple(attempt.response.status for attempt in attempts)
        self.status = self.last.response.status
        self.retried = len(attempts) > 1
        self.body_kind = self.last.response.body_kind

    @cached_property
    def shows_retries(self) -> bool:
        """Whether another attempt of this call would be known as one: a log without bodies, or
        one that has a line per call however often it was tried, shows none.
        """
        return self.retried or self.last.request.body_kind == "json"

    @cached_property
    def cut_off_s(self) -> int | None:
        """After how many seconds the deciding attempt ended, where that is a time at which
        gateways and clients commonly give up; None otherwise.
        """
        took = self.last.duration_ms
        near = (s for s in _CUT_OFFS if took is not None and abs(took / 1000 - s) <= 0.5 + s / 100)
        return next(near, None)

    @cached_property
    def succeeded(self) -> bool:
        """Whether the call ended with a success status (whatever the body says)."""
        return self.last.answered

    @cached_property
    def error(self) -> ErrorEnvelope | None:
        """The error that the deciding attempt states, in its body or as a stream event."""
        return attempt_error(self.last)

    @cached_property
    def words(self) -> str:
        """Everything the error says, in lower case: message, code, type, param and details."""
        error = self.error
        if error is None:
            return ""
        parts = (error.message, error.code, error.type, error.param, error.more)
        return " ".join(part for part in parts if part).lower()

    def says(self, pattern: str) -> bool:
        """Whether the error's words match a pattern."""
        return re.search(pattern, self.words) is not None

    @cached_property
    def lacks_body(self) -> bool:
        """Whether the capture shows no body of the answer, and whether there was one."""
        return self.body_kind == "not-visible"

    @cached_property
    def request_faults(self) -> tuple[Violation, ...]:
        """What is wrong with the request by the protocol itself."""
        request = self.last.request
        return request_violations(request.body) if request.body_kind == "json" else ()

    @cached_property
    def response_faults(self) -> tuple[Violation, ...]:
        """What is wrong with a successful answer by the protocol itself."""
        response = self.last.response
        if self.body_kind == "json":
            return completion_violations(response.body)
        if self.body_kind == "sse":
            return stream_violations(*stream_parts(response.frames))
        return ()

    @cached_property
    def rejection(self) -> Rejection | None:
        """The part of the request that the error names, as read before its words were masked; of
        what is masked only, what can still be read of it.
        """
        answer = self.last.response
        if answer.rejects:
            return Rejection(answer.rejects, answer.rejects_as, named=True)
        request = self.last.request
        whole = request.body_kind == "json"
        return read_rejection(self.error, request.body, is_whole=whole) if self.error else None

    def hides(self, part: str) -> bool:
        """Whether the capture cannot show a part of the answer: `status`, `headers` or `body`."""
        return part in self.last.response.hidden

    @cached_property
    def streamed(self) -> bool:
        """Whether the request asked for a stream."""
        body = self.last.request.body
        return isinstance(body, dict) and body.get("stream") is True

    @cached_property
    def path(self) -> str:
        """The path of the request's URL, sanitized."""
        return re.sub(r"^https?://[^/]*", "", self.last.request.url)


def stream_parts(frames: Iterable[Frame]) -> tuple[list[object], bool]:
    """The chunks of a stream, and whether it said `[DONE]`."""
    listed = list(frames)
    chunks = [frame.data for frame in listed if frame.kind in ("data", "text")]
    return chunks, any(frame.kind == "done" for frame in listed)


def attempt_error(exchange: Exchange) -> ErrorEnvelope | None:
    """The error of one attempt, or None when its answer states none."""
    response = exchange.response
    match response.body_kind:
        case "json" | "partial":
            return read_error(response.body)
        case "sse":
            errors = (read_error(f.data) for f in response.frames if f.kind in ("data", "open"))
            return next((error for error in errors if error), None)
        case "html" | "text" | "empty" | "not-visible":
            return read_error(response.body, response.body_kind)
