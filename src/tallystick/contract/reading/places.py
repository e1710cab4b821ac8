"""The places that a sentence may state something at by its words alone, one rule each."""

import re
from collections.abc import Callable

import msgspec

from tallystick.contract.reading.phrases import NEGATED, PLAIN, either, phrase
from tallystick.record.clause import Aspect

_NUMBER = r"(\d[\d,. ]*\d|\d)( ?(?:k|K|M|million|thousand))?"
_TIME = "(?:minute|min|second|sec|s|hour|day)"
_PER = rf"(?: (?:per|an?|each|every)|/) ?{_TIME}"
_FAILED = either(
    "fail(?:s|ed|ing|ure|ures)?", "errors?", "rejected", "refused", "unsuccessful", "[45]xx",
    r"[45]\d\d", "timed? ?out", "timeouts?", r"cancel\w*", "interrupted", "aborted",
    "retr(?:y|ies)", "cut off", "broken off", "hangs? up", r"disconnect\w*",
)  # fmt: skip
_FREE = either(
    "not (?:be )?(?:billed|charged|paid|counted|deducted)", "(?:is|are|costs?) (?:free|nothing)",
    "costs? nothing", "free of charge", "no (?:charge|cost|tokens are)",
    "never (?:billed|charged|paid)", "(?:isn|aren)'?t (?:billed|charged)", "not cost", "refunded",
    "without charge", "nothing is (?:billed|charged|taken)",
)  # fmt: skip
_PAID = either(
    "bill(?:ed|ing|s)?", r"charg\w+", "pa(?:id|y)", r"pric\w+", "costs?", r"deduct\w+",
    r"invoice\w*", "balance", r"debit\w*", "settled?", "taken from",
)  # fmt: skip
_TOKENS = "(?:tokens?|usage|(?:prompt|completion|total)_tokens)"
_SOMETHING = r"\b[^.;]{0,90}\b"
_PIECE = "(?:chunk|event|frame|piece|message)"


class Place(msgspec.Struct, frozen=True):
    """Where `pattern` matches and `unless` does not, the words seem to state `value` there."""

    location: str
    pattern: re.Pattern[str]
    why: str
    value: str | Callable[[re.Match[str]], str] = "yes"
    aspect: Aspect = "exists"
    unless: re.Pattern[str] | None = None


_MANY = {"k": "000", "thousand": "000", "m": "000000", "million": "000000"}


def _amount(found: re.Match[str]) -> str:
    """The first number of a match, with its thousands written out."""
    parts = [part.strip() for part in found.groups() if part]
    number = next((part for part in parts if part[0].isdigit()), "")
    many = next((part.lower() for part in parts if part.lower() in _MANY), "")
    return re.sub(r"[, .]", "", number) + _MANY.get(many, "")


def _first(found: re.Match[str]) -> str:
    return found[1].lower()


PLACES = (
    Place(
        "limit.requests",
        re.compile(
            rf"{_NUMBER} (?:requests?|calls?){_PER}\b|{_NUMBER} ?RPM\b|\bRPM\b\D{{0,12}}{_NUMBER}"
            rf"|^How many (?:requests|calls)\b[^:]*: *{_NUMBER}{_PER}\b",
            PLAIN,
        ),
        "names a number of requests in a time",
        _amount,
        "value",
    ),
    Place(
        "limit.tokens",
        re.compile(
            rf"{_NUMBER} tokens?{_PER}\b|{_NUMBER} ?TPM\b|\bTPM\b\D{{0,12}}{_NUMBER}"
            rf"|tokens?\b[^:]*: *{_NUMBER}{_PER}\b",
            PLAIN,
        ),
        "names a number of tokens in a time",
        _amount,
        "value",
    ),
    Place(
        "limit.concurrency",
        re.compile(
            rf"{_NUMBER} (?:\w+ ){{0,4}}"
            r"(?:concurrent|simultaneous|parallel|in flight|at (?:once|the same time)|open|running)"
            rf"|concurren\w+\D{{0,30}}{_NUMBER}"
            rf"|(?:in parallel|at once|at the same time|concurrently)[^:]*: *(?:up to )?{_NUMBER}"
            rf"|{_NUMBER}[^.;]{{0,50}}\b"
            r"(?:in flight|in parallel|at the same time|at once|concurrently|simultaneously)\b",
            PLAIN,
        ),
        "names how many calls may run at once",
        _amount,
        "value",
    ),
    Place(
        "limit.headers",
        re.compile(r"\b(x-rate-?limit[\w-]*|ratelimit-\w+)", PLAIN),
        "names a header of the limits",
        _first,
        "value",
        NEGATED,
    ),
    Place(
        "response.choices[].message.content",
        re.compile(r"</?think(?:ing)?>", PLAIN),
        "says that thoughts stand in the text",
        "with thoughts",
        "meaning",
    ),
    Place(
        "stream.choices[].delta.tool_calls[].index",
        re.compile(
            r"\bindex\b[^.;]{0,60}\b(?:calls?|fragments?)\b[^.;]{0,40}\bbelong"
            r"|\bfragments?\b[^.;]{0,60}\bindex\b",
            PLAIN,
        ),
        "says what the index of a fragment is for",
        "of its call",
        "meaning",
    ),
    Place(
        "request.model",
        re.compile(
            r"\b(?:vendor|provider)\b[^.;]{0,60}\b(?:no part|not (?:a )?part|is unknown)\b"
            r"|\b(?:without|no|drop|omit)\b[^.;]{0,30}\b(?:vendor|provider)(?:'s)?"
            r" (?:name|prefix)\b",
            PLAIN,
        ),
        "says that a model's id has no vendor in front",
        "without a vendor",
        "meaning",
    ),
    Place(
        "stream.usage",
        re.compile(
            r"\b(?:running|growing) totals?\b|\bcumulative\b|\b(?:do not|don't|never) (?:add|sum)\b"
            r"[^.;]{0,60}\bchunks?\b",
            PLAIN,
        ),
        "says how a usage in chunks counts",
        "the total so far",
        "meaning",
    ),
    Place(
        "request.response_format",
        re.compile(r"\badditionalProperties\b", PLAIN),
        "says what a schema must have",
        "rules of schemas",
        "meaning",
    ),
    Place(
        "stream.data",
        phrase(r"(?:spaces?|blanks?)\b[^.;]{0,40}\b(?:colon|data:)"),
        "says whether a space stands behind the colon",
        "yes",
        "exists",
    ),
    Place(
        "retry.retry_after",
        phrase("retry-after"),
        "names Retry-After",
        "yes",
        "exists",
        NEGATED,
    ),
    Place(
        "billing.failed",
        phrase(rf"{_FAILED}\b[^.;]{{0,80}}\b{_FREE}", rf"{_FREE}[^.;]{{0,60}}\b{_FAILED}"),
        "says that a failed call costs nothing",
        "not billed",
        "value",
    ),
    Place(
        "billing.failed",
        phrase(rf"{_FAILED}{_SOMETHING}(?:billed|charged|paid for|deducted|counts?|costs?)"),
        "says that a failed call is billed",
        "billed",
        "value",
        re.compile(_FREE, PLAIN),
    ),
    Place(
        "billing.usage",
        phrase(rf"{_PAID}{_SOMETHING}{_TOKENS}", rf"{_TOKENS}{_SOMETHING}{_PAID}"),
        "says what is billed",
        "tokens",
        "value",
        phrase(_FAILED, "per minute", "limit"),
    ),
    Place(
        "stream.done",
        re.compile(r"\[DONE\]"),
        "names the mark of a stream's end",
        "[DONE]",
        "value",
        NEGATED,
    ),
    Place(
        "stream.done",
        re.compile(
            r"\b(?:no|never(?: sends?)?|not (?:send|end with)(?: an?)?)\b[^.;]{0,30}\[DONE\]"
            r"|\b(?:streams?|answers?|it) (?:always )?(?:ends?|closes?|finish(?:es)?) without\b"
            r"[^.;]{0,20}\[DONE\]|\[DONE\][^.;]{0,20}\b(?:is|are) (?:not|never) sent\b",
            PLAIN,
        ),
        "says that no mark ends a stream",
        "none",
        "value",
        phrase(
            _FAILED, "if", "when", "where", "until", "unless", "before", "instead", "case", "that",
            "which", r"incomplete\w*", r"truncat\w*", "cut", "broken", "lost", r"premature\w*",
            "early", "not whole", "drops?", "dropped", "must", "should", "means?",
        ),
    ),
    Place(
        "stream.usage",
        phrase(
            rf"{_PIECE}\b[^.;]{{0,60}}\busage",
            rf"usage\b[^.;]{{0,80}}\b(?:last|final|extra|closing|additional|one more)"
            rf" (?:\w+ )?{_PIECE}",
            rf"include_usage\b[^.;]{{0,120}}\b(?:{_PIECE}|usage)",
        ),
        "says that a chunk carries the usage",
        "yes",
        "exists",
        phrase("no usage", "not carry", "never"),
    ),
    Place(
        "request.stream_options.include_usage",
        phrase("include_usage"),
        "names the option",
    ),
    Place(
        "stream.error",
        phrase(
            rf"(?:{_PIECE}s?|stream|data:)\b[^.;]{{0,90}}\b"
            r"(?:holds?|ha(?:s|ve)|carr(?:y|ies)|contains?|with|sends?|gets?)\b[^.;]{0,40}\berror",
            rf"(?:error|failure)\b[^.;]{{0,60}}\b(?:arrives?|comes?|sent|delivered|appears?|reported)"
            rf"\b[^.;]{{0,30}}\b(?:{_PIECE}|stream)",
            rf"(?:check|inspect|test|look at) (?:each|every|all) {_PIECE}s?\b[^.;]{{0,40}}\berror",
        ),
        "says that a stream may carry an error",
    ),
    Place(
        "stream.comment",
        phrase(
            r"comment lines?", r"(?:lines?|events?) (?:that |which )?begins? with a colon",
            r"keep-?alive (?:comments?|lines?)", r"comments? (?:to keep|that keep|as a heartbeat)",
        ),
        "says that the stream has comments",
    ),
    Place(
        "retry.timeout",
        re.compile(
            r"\b(?:read|client|request|socket|idle)?[ -]?time-?outs?\b[^.;]{0,60}?"
            r"(\d+ ?(?:s|seconds?|min|minutes?))\b",
            PLAIN,
        ),
        "names a time to wait for an answer",
        _first,
        "value",
        phrase("rate", "per"),
    ),
    Place(
        "error.body",
        phrase(
            r"error(?:s| bod(?:y|ies)| object| response| answer)?\b[^.;]{0,80}\b"
            + either(
                "ha(?:s|ve)", "holds?", "carr(?:y|ies)", "contains?", "with", "consists? of", "is",
                "are", "looks?", "comes?", "wrapped", "includes?", "members", "fields",
            )
            + r"\b[^.;]*\b(?:message|code|type)\b[^.;]*\b(?:message|code|type|param)"
        ),
        "lists the members of an error",
        "yes",
    ),
    Place(
        "auth.header",
        phrase(
            "HTTP Authorization Scheme",
            r"authorization\b[^.;]{0,30}\bheader",
            r"header\b[^.;]{0,30}\bauthorization",
            r"Authorization:\s*Bearer",
            "bearer token",
            "as a bearer",
        ),
        "names the header of the key",
        "Authorization",
        "value",
    ),
    Place("auth.scheme", phrase("bearer"), "names the scheme of the key", "Bearer", "value"),
    Place(
        "endpoint.base_url",
        re.compile(
            r"\b(?:base[ _]?url|requests? (?:go|goes|are sent)|sends?|points?|hosts?|lives?"
            r"|servers?|reach\w*|address)\b[^;]{0,60}?(https?://[\w.-]+(?:/v\d+)?)"
            r"(?=/chat/completions\b|(?![\w/-]|\.\w))",
            PLAIN,
        ),
        "names the address that requests go to",
        _first,
        "value",
        phrase("not", "never", "instead of", "old", "wrong"),
    ),
    Place(
        "endpoint.method",
        re.compile(r"\bPOST(?:s|ed|ing)?\b", re.ASCII),
        "names the method",
        "POST",
        "value",
    ),
)  # fmt: skip
