"""Which part of a request an error is about, and what it says of it.

Error texts name the part in many dialects: `param` (OpenAI), `loc` (pydantic, FastAPI and vLLM),
"Unrecognized request argument supplied: x", "Unsupported parameter: 'x'", "x: Extra inputs are not
permitted", "messages.0.content: Input should be …", and envelopes nested as text. What the error
quotes counts only where it is a member of the request, or a name that the protocol has.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tallystick.protocol.envelope import ErrorEnvelope, read_error
from tallystick.protocol.errorpaths import IN_MESSAGES, place_of
from tallystick.record.visibility import Kind
from tallystick.record.vocabulary import SCHEMA_NAMES

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("combination", r"at the same time|mutually exclusive|conflicts? with ['\"`]?\w+"
                    r"|(?:not|cannot|can't) be (?:used|combined|set|sent|specified)"
                    r" (?:together|with|alongside|at once)"
                    r"|(?:only|not) (?:be )?(?:allowed|valid|supported|available|used|set|specified"
                    r"|permitted) (?:when|if|with|together|without|unless|for|alongside) ['\"`]?"
                    r"(?:stream|tools?|logprobs|response_format|n|max_|temperature|top_p)"
                    r"|(?:requires?|without|unless|to use) ['\"`](?:stream|tools?|logprobs"
                    r"|response_format|functions?)\b|invalid_parameter_combination"),
    ("unknown", r"unrecogni[sz]ed|unknown (?:parameter|field|argument|name|key)|unexpected keyword"
                r"|extra inputs|extra_forbidden|extra fields?|additional propert|unknown_parameter"
                r"|cannot find field|no such field"),
    ("pattern", r"must be a-z|only (?:letters|alphanumeric)|invalid characters"
                r"|match(?:es)? (?:the |a )?(?:required )?(?:pattern|regex|regular expression)"
                r"|pattern_mismatch|invalid_pattern"),
    ("out-of-range", r"too (?:long|short|many|few)|(?:maximum|minimum) (?:length|number|of)"
                     r"|above_max|below_min|max_length|min_length"),
    ("not-allowed", r"supported values|invalid_value|unsupported_value|unsupported value"
                    r"|must be one of|not one of|allowed values|does not support ['\"`‘]"),
    ("by-model", r"(?:unsupported|not support|isn't supported|does(?: not|n't) support)[^.]{0,60}"
                 r"\b(?:this|the|that|your|selected) model"
                 r"|\bmodel\b[^.]{0,60}(?:not support|does(?: not|n't) support|not accept"
                 r"|not take)"),
    ("unsupported", r"unsupported|not support|isn't supported|does(?: not|n't) support|deprecated"
                    r"|retired|discontinued|decommissioned|no longer (?:available|offered)"),
    ("missing", r"missing|required|must be (?:provided|passed back)"),
    ("wrong-type", r"type must be (?:an? )?\w+|(?:must|should) be (?:of type )?(?:an? )?(?:string"
                   r"|integer|number|array|object|boolean|list)\b.{0,40}\b(?:but|got|is|was|found|received)\b"
                   r"|invalid type|invalid_type|is not of type|wrong type"
                   r"|expected (?:an? )?(?:string|integer|number|array|object|boolean|list)"
                   r"|must be an? (?:string|integer|number|array|object|boolean|list)"
                   r"|input should be an? valid|cannot unmarshal"),
    ("out-of-range", r"greater than|less than|at most|at least|maximum|minimum|exceed|above|below"
                     r"|too (?:large|small|big|high|low)|out of range|range|between"),
    ("not-allowed", r"invalid value|input should be '|enum|variant"),
    ("invalid", r"invalid|malformed|bad|illegal|incorrect|not valid"),
)  # fmt: skip
# Names that are words of every error's text, and tell no field unless quoted as one.
_PLAIN = frozenset(
    """error errors message code type detail status title none null low high auto medium text file
    index object body generation engine signature path query completion completions chat provider
    system user custom api_key request_id requestid timestamp instance id data input required
    parameters parameter schema json created length properties assistant minimal audio parts prompt
    stop image param developer name function tool model models content role messages
    invalid_request_error msg loc stream_error deployment response reasoning usage model_not_found
    content_filter content_policy_violation choices store thinking authorization bearer""".split()
)
_TOP = ("model", "messages", "tools", "stream", "stop", "user", "functions", "prompt", "input")
_QUOTED = re.compile(r"['\"`‘“\[(]([A-Za-z_][\w]*(?:(?:\.|\[|\]\.?)[\w]+\]?)*)['\"`’”\])]")
_LED = re.compile(
    r"\b(?:argument|parameter|param|field|property|key|input|member|name)s?(?: supplied| name)?"
    r"(?:\s{1,2}|\s{0,2}[:=]\s{0,2}|(?=['\"`]))['\"`]?(n\b|[A-Za-z_]\w{1,39}(?:(?:\.|\[)\w+\]?){0,5})",
    re.IGNORECASE,
)
# The same, the name first: `the temperature parameter is invalid`.
_CALLED = re.compile(
    r"\b([a-z]\w{1,39}) (?:parameter|param|field|argument|property) (?:is|must|should|cannot|has)\b"
)
# A member that begins the sentence that refuses it: `logprobs is not supported`.
_BARE = re.compile(
    r"^\W*([a-z]\w{2,40}) (?:is|are) (?:not|no longer) (?:supported|allowed|permitted|accepted)\b"
)
# Gateways written in Go or Java name members as their own code does: `presencePenalty`.
_CAMEL = re.compile(r"\b[a-z]+(?:[A-Z][a-z]+)+\b")
_HUMP = re.compile(r"([A-Z])")
# The member that did not fit a Go struct (encoding/json, UnmarshalTypeError).
_STRUCT = re.compile(r"Go struct field \w+\.([\w.]+) of type")
_PATH = re.compile(r"\b([a-z_]\w*(?:(?:\.\d+|\[\d+\])(?:\.\w+)?)+(?:\.\w+)*)")
_TRIED = re.compile(r"\.(?:str|list|int|float|bool|dict|none)$", re.IGNORECASE)
# A property that stands apart from the message it is of: `'messages.1' : property 'x' is …` (Groq).
_PROPERTY = re.compile(r"(messages[.\[]\d+\]?)\W{1,6}property '(\w+)' is \w+")
_BEFORE_COLON = re.compile(r"(?<![\w.])([a-z_]\w{1,39}(?:\.\w+)*): ?(?=[A-Za-z])")
_WORD = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b[a-z]+[A-Z]\w{2,30}\b|\brole\b")
_DEPTH = 3
_PHRASES = (
    (r"context[ _]length|maximum context|context window|too many tokens", "request.messages"),
    (r"(?:thought|thinking).{0,20}signature", "request.messages[].tool_calls"),
    (r"\bmessages?\b.{0,60}\balternat\w+|\balternat\w+.{0,60}\bmessages?\b"
     r"|\broles?\b.{0,40}(?:alternat|order|information|must|invalid|first)|alternat.{0,40}\brole",
     "request.messages[].role"),
    (r"\bmessages? (?:order|sequence)|\border of (?:the )?messages", "request.messages"),
    (r"tool[ _]call[ _]ids?\b.{0,80}(?:must be|length|pattern|characters|alphanumeric)",
     "request.messages[].tool_call_id"),
    (r"tool(?:_use|_call| call)s?\b.{0,160}(?:must be followed|without|response|preceding|result"
     r"|did not have|not found|match)|tool_result|messages? with role .?tool",
     "request.messages[].tool_call_id"),
    (r"\bimages?\b|image_url", "request.messages[].content[].image_url"),
    (r"\bmessages?\b.{0,80}\b(?:empty|at least|required|missing|must)|empty .{0,20}messages?"
     r"|no messages", "request.messages"),
    (r"\b(?:request|body|payload|input|prompt)(?: body)? (?:is )?too large\b", "request.messages"),
    (r"not a valid model"
     r"|\bmodels?\b.{0,80}(?:not exist|not found|unknown|invalid|not support|deprecated|retired)"
     r"|(?:unknown|invalid|no such) model", "request.model"),
    (r"schema for (?:the )?(?:function|tool)|\b(?:function|tool)\b.{0,40}\bschema\b",
     "request.tools[].function.parameters"),
    (r"json mode|response format|\bschema\b", "request.response_format"),
    (r"\bcontent\b", "request.messages[].content"),
    (r"\btools?\b|\bfunctions?\b", "request.tools"),
    (r"\bstream(?:ing)?\b", "request.stream"),
    (r"\bmessages\b", "request.messages"),
    (r"\bmodels?\b", "request.model"),
)  # fmt: skip


class Rejection(msgspec.Struct, frozen=True):
    """The place in the request, and what the error says of it.

    `named` is true where the error names a member of the request or a name of the protocol; false
    where only its phrases point at the place.
    """

    location: str
    kind: Kind
    named: bool


# How content filters sign a refusal: OpenAI, Azure OpenAI, Alibaba Cloud Model Studio.
_FILTERED = re.compile(
    r"content_filter|content_policy|ResponsibleAIPolicy|moderation_blocked|data_inspection_failed"
    r"|DataInspectionFailed",
    re.IGNORECASE,
)
_FILTERED_WORDS = re.compile(
    r"\bsafety system\b|\bflagged\b.{0,60}\b(?:polic|violat|moderat|unsafe)"
    r"|\bviolat\w{1,4}\b.{0,40}\b(?:usage|content|safety|use) polic|\bcontent management polic",
    re.IGNORECASE,
)
_TEXTS = "request.messages[].content"


# What an API says of members that it does not find, or does not know: their names are its own.
_OF_NAMES = ("unknown", "unsupported", "missing")


def read_rejection(
    error: ErrorEnvelope, body: object, *, is_whole: bool = True
) -> Rejection | None:
    """The part of a request that an error is about; None where it names none. Where the body is not
    whole, members may have been sent that are not seen.
    """
    sent = body if isinstance(body, dict) else {}
    layers = [error, *_inner(error)]
    if any(map(_is_filtered, layers)):
        return Rejection(_TEXTS, "filtered", named=True)
    words = " ".join(_words(layer) for layer in layers)
    kind: Kind = next(
        (kind for kind, pattern in _KINDS if re.search(pattern, words, re.IGNORECASE)), ""
    )
    for layer in reversed(layers):
        found = _named(layer, sent, names_any=not is_whole or kind in _OF_NAMES)
        if found:
            return Rejection(found, kind, named=True)
    return None


def _is_filtered(error: ErrorEnvelope) -> bool:
    """Whether an error is a content filter's, by its signature or by its words."""
    signed = _FILTERED.search(f"{error.code} {error.type} {error.more}")
    return bool(signed or _FILTERED_WORDS.search(error.message or ""))


def phrased_place(words: str) -> str:
    """The place that the words of an error point at without naming it; empty when none."""
    return next(
        (place for pattern, place in _PHRASES if re.search(pattern, words, re.IGNORECASE)), ""
    )


def _words(error: ErrorEnvelope) -> str:
    return f"{error.message} {error.code} {error.type} {error.more}"


def _inner(error: ErrorEnvelope, depth: int = _DEPTH) -> list[ErrorEnvelope]:
    """The errors that an error holds as text, as gateways nest what the upstream said."""
    for text in (error.message, error.more):
        start = min((at for at in (text.find("{"), text.find("[{")) if at >= 0), default=-1)
        if start < 0 or depth == 0:
            continue
        found = _decoded(text[start:])
        inner = read_error(found) if found is not None else None
        if inner is not None and inner != error:
            return [inner, *_inner(inner, depth - 1)]
    return []


def _decoded(text: str) -> object:
    for whole in (text, text.replace('\\"', '"')):
        try:
            found: object = json.JSONDecoder().raw_decode(whole)[0]
        except (ValueError, RecursionError):
            continue
        return found
    return None


# What an error advises to send in place of what it refuses.
_INSTEAD = re.compile(r"\b(?:use|try|send|set) ['\"`‘]?[\w.]+['\"`’]? instead\b", re.IGNORECASE)


def _named(error: ErrorEnvelope, sent: Mapping[str, Any], *, names_any: bool) -> str:
    """The place that an error names: by `param` or `loc`, else by its own words."""
    if error.param:
        place = place_of(error.param, sent, names_any=names_any)
        inner = (place_of(name, sent, names_any=names_any) for name in _paths(error.message))
        within = (one for one in inner if one.startswith((f"{place}.", f"{place}[")))
        # The type of a part is told by what the part is, which other words of the error name.
        return next((one for one in within if not one.endswith("[].type")), place)
    if _is_about_model(error.message, sent.get("model")):
        return "request.model"
    found = list(dict.fromkeys(_candidates(_INSTEAD.sub(" ", error.message), sent)))
    present = [name for name in found if _is_sent(name, sent)]
    chosen = next(iter(present or found), "")
    return place_of(chosen, sent, names_any=names_any) if chosen else ""


_GONE_MODEL = re.compile(
    r"\bmodel\b.{0,120}(?:not exist|not found|unknown|invalid|not support|unsupported|deprecated"
    r"|retired|removed|discontinued|decommissioned|no longer|not a valid)",
    re.IGNORECASE | re.DOTALL,
)


def _is_about_model(message: str, model: object) -> bool:
    """Whether an error says of the very model that was asked for that it is not there."""
    quoted = isinstance(model, str) and len(model) > 2 and model in message
    return quoted and _GONE_MODEL.search(message) is not None


def _candidates(message: str, sent: Mapping[str, Any]) -> Iterator[str]:
    """The names that a message has for a part of the request, the surest first."""
    yield from (match[1] for match in _STRUCT.finditer(message))
    yield from (m[1] for m in _BARE.finditer(message) if _is_unmistakable(m[1]))
    camel = (_HUMP.sub(r"_\1", word).lower() for word in _CAMEL.findall(message))
    yield from (n for n in camel if _is_unmistakable(n) and n not in IN_MESSAGES)
    yield from (f"{m[1]}.{m[2]}" for m in _PROPERTY.finditer(message))
    names = _paths(message)
    yield from (name for name in names if _first(name) in SCHEMA_NAMES | set(sent))
    led = [match[1].rstrip(".") for match in _LED.finditer(message)]
    # What an error calls a parameter is one, if it was sent or could not be a plain word.
    yield from (name for name in led if _is_led(name, sent))
    yield from (m[1] for m in _CALLED.finditer(message) if _is_led(m[1], sent))
    for pattern in (_QUOTED, _BEFORE_COLON, _WORD):
        found = [match[match.lastindex or 0] for match in pattern.finditer(message)]
        bare = pattern is _WORD
        yield from (n for n in found if _is_field(n, sent) or (n in _TOP and not bare))


def _paths(message: str) -> list[str]:
    """The paths that a message has, without the type that a validator tried last (pydantic)."""
    return [_TRIED.sub("", match[1]) for match in _PATH.finditer(message)]


def _is_led(name: str, sent: Mapping[str, Any]) -> bool:
    first = _first(name)
    return first in sent or _is_unmistakable(first) or "_" in name or first in _TOP


def _first(name: str) -> str:
    return re.split(r"[.\[]", name)[0]


def _is_unmistakable(name: str) -> bool:
    return name in SCHEMA_NAMES and name not in _PLAIN


def _is_field(name: str, sent: Mapping[str, Any]) -> bool:
    first = _first(name)
    known = _is_unmistakable(first) or first in IN_MESSAGES
    return known or (first in sent and first not in ("model", "messages", "user"))


def _is_sent(name: str, sent: Mapping[str, Any]) -> bool:
    first = _first(name)
    return first in sent or any(first in message for message in _messages(sent))


def _messages(sent: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    listed = sent.get("messages")
    return [m for m in listed if isinstance(m, dict)] if isinstance(listed, list) else []
