"""A reported exception as a hypothesis: the wire confirms it, or it says nothing.

On traffic that keeps the protocol a symptom accuses nobody by itself. Where it names an exception,
and the answer has the property on which clients are known to raise that exception, it points at an
assumption of the application.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tallystick.intake.features import Features
from tallystick.intake.rules.bad_success import is_hard
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.protocol.answer import has_member
from tallystick.record.held import is_member_name

_RAISED = r"error\b|exception|panic|crash|traceback|cannot read|undefined|nonetype|null pointer"
_INDEX = r"indexerror|list index|index out of|out of (?:range|bounds)|\[0\]|reading '0'|panic"
_TYPE = (
    r"typeerror|nonetype|null|undefined|attributeerror|cannot read|not iterable|not subscriptable"
    r"|\bis none\b"
)
DECODE = (
    r"jsondecode|expecting value|unexpected (?:token|end)|json ?parse|syntaxerror|decod|not json"
    r"|invalid character|parse error|unmarshal"
)
_KEY = r"keyerror|missing field|undefined|attributeerror|has no attribute|required|validation|zod"
_CRASHED = rf"{DECODE}|{_KEY}|{_INDEX}|typeerror|valueerror|nonetype|cannot read|unknown variant"
_SHORT = (
    r"cut|truncat|mid[- ]?sentence|in the middle|middle of a|incomplete|unfinished|half"
    r"|stops? early|ends? (?:abruptly|too early|early)|missing (?:the )?end"
)
_USAGE = r"(?:\busage|(?:total|prompt|completion|input|output|cached|reasoning)_?tokens)"
# The mark that a client waits for, or that it calls the stream cut without.
_UNENDED = (
    r"\[done\]|(?:stream|connection|response)\W+(?:\S+\W+){0,3}(?:incomplete|closed|ended|terminat|cut)"
    r"|incomplete|premature|unexpected end|before (?:the )?(?:end|finish|complet)"
)
_EMPTY = r"empty|blank|nothing|no (?:text|answer|output|content)"


class _Known(NamedTuple):
    """What a symptom says, what the wire must show for it, the place, and the sentence."""

    says: str
    shows: Callable[[Features], bool]
    place: str
    because: str


def _chunks(seen: Features) -> list[dict[str, object]]:
    frames = seen.last.response.frames
    return [f.data for f in frames if f.kind == "data" and isinstance(f.data, dict)]


def _has_usage_chunk(seen: Features) -> bool:
    return any(chunk.get("choices") == [] and chunk.get("usage") for chunk in _chunks(seen))


def _has_empty_chunk(seen: Features) -> bool:
    return any(chunk.get("choices") == [] for chunk in _chunks(seen))


def _has_comment(seen: Features) -> bool:
    return any(frame.kind == "comment" for frame in seen.last.response.frames)


def _first(seen: Features) -> dict[str, object]:
    body = seen.last.response.body
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _null_content(seen: Features) -> bool:
    message = _first(seen).get("message")
    return isinstance(message, dict) and "content" in message and message["content"] is None


def _null_delta(seen: Features) -> bool:
    for chunk in _chunks(seen):
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            delta = choice.get("delta") if isinstance(choice, dict) else None
            if not isinstance(delta, dict) or delta.get("content", "") is None or not delta:
                return True
    return False


def _lacks_usage(seen: Features) -> bool:
    body = seen.last.response.body
    plain = seen.body_kind == "json" and isinstance(body, dict) and not body.get("usage")
    streamed = seen.body_kind == "sse" and not any(chunk.get("usage") for chunk in _chunks(seen))
    return plain or streamed


def _lacks_done(seen: Features) -> bool:
    frames = seen.last.response.frames
    return seen.body_kind == "sse" and bool(frames) and all(f.kind != "done" for f in frames)


def _was_filtered(seen: Features) -> bool:
    return "content_filter" in _finishes(seen)


def ends_at_length(seen: Features) -> bool:
    """Whether the answer says that it was cut at the token limit."""
    return "length" in _finishes(seen)


def _finishes(seen: Features) -> list[object]:
    finishes = [_first(seen).get("finish_reason")]
    for chunk in _chunks(seen):
        choices = chunk.get("choices")
        finishes += (
            [c.get("finish_reason") for c in choices if isinstance(c, dict)]
            if isinstance(choices, list)
            else []
        )
    return finishes


_NOT_KNOWN = (
    r"not a valid|unknown (?:variant|value|finish)|no enum constant|invalid enum|unexpected value"
    r"|unrecogni[sz]ed|is not one of|not in enum"
)


def _names_the_end(seen: Features) -> bool:
    ends = [str(end).lower() for end in _finishes(seen) if isinstance(end, str) and end]
    return any(end in seen.facts.symptom for end in ends)


_TABLE: tuple[_Known, ...] = (
    _Known(_NOT_KNOWN, _names_the_end, "{side}.choices[].finish_reason",
           "the answer ends with the very `finish_reason` that the application does not know"),
    _Known(_INDEX, _has_usage_chunk, "stream.choices",
           "the last chunk has the usage and an empty `choices`, as documented for include_usage"),
    _Known(rf"{_INDEX}|crash|exception", _has_empty_chunk, "stream.choices",
           "a chunk has an empty `choices`"),
    _Known(rf"(?:{_KEY}|{_TYPE}|{_RAISED}).{{0,80}}{_USAGE}|{_USAGE}.{{0,80}}(?:{_TYPE}|{_KEY})",
           _lacks_usage, "{side}.usage", "the answer has no `usage`"),
    _Known(_TYPE, _null_content, "response.choices[].message.content",
           "`content` is null, beside a tool call or a refusal"),
    _Known(_TYPE, _null_delta, "stream.choices[].delta.content",
           "a chunk's delta has no text, as first, last and tool-call chunks do"),
    _Known(DECODE, _has_comment, "stream.comment",
           "the stream has comment lines, which are no data (WHATWG HTML, 9.2.6)"),
    _Known(DECODE, lambda seen: "crlf" in seen.last.response.facts, "stream.line_ending",
           "the stream's lines end in CRLF, which is allowed (WHATWG HTML, 9.2.5)"),
    _Known(DECODE, lambda seen: any(f.kind == "done" for f in seen.last.response.frames),
           "stream.done", "the stream ends with `[DONE]`, which is no JSON"),
    _Known(_UNENDED, _lacks_done, "stream.done", "the stream came to its end without `[DONE]`"),
    _Known(_SHORT, ends_at_length, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: length`: it was cut at the token limit, and says so"),
    _Known(DECODE, ends_at_length, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: length`: what was cut there is no whole JSON"),
    _Known(_SHORT, _was_filtered, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: content_filter`: it was stopped there, and says so"),
    _Known(_EMPTY, _was_filtered, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: content_filter`, and has no text for that reason"),
    _Known(_EMPTY, _null_content, "response.choices[].message.content",
           "`content` is null, beside a tool call or a refusal"),
)  # fmt: skip


def confirmed(seen: Features, words: str, side: str) -> Claim | None:
    """What an exception's words say that the wire confirms."""
    for known in _TABLE:
        if re.search(known.says, words) and known.shows(seen):
            reason = f"What was reported fits the answer: {known.because}."
            return Claim("response_contract", known.place.format(side=side), reason)
    return None


_IN_MESSAGE = frozenset(
    "reasoning_content reasoning refusal annotations audio function_call reasoning_details".split()
)
_LACKED = (
    r"key not found\W{1,4}(\w{2,40})|keyerror\W{1,4}(?!key not found)(\w{2,40})"
    r"|has no attribute\W{1,3}(\w{2,40})|missing field\W{1,3}(\w{2,40})"
    r"|no value for\W{1,3}(\w{2,40})"
    r"|undefined (?:array key|index|property)\W{1,4}(?:\w{1,60}::\$)?(\w{2,40})"  # PHP
    r"|key :(\w{2,40}) not found"  # Elixir
    r"|the given key '(\w{2,40})'"  # .NET
    r"|field '(\w{2,40})' is required"  # kotlinx.serialization
    r"|codingkeys\(stringvalue: \W{1,2}(\w{2,40})"  # Swift
)


def _lacked(seen: Features, side: str) -> Claim | None:
    """A member that the exception names and no part of the answer has."""
    match = re.search(_LACKED, seen.facts.symptom)
    name = next((group for group in match.groups() if group), "") if match else ""
    bodies = [seen.last.response.body] if seen.body_kind == "json" else _chunks(seen)
    if not is_member_name(name) or not bodies or any(has_member(body, name) for body in bodies):
        return None
    known = place_named(name, side)
    part = "delta" if side == "stream" else "message"
    inner = f"{side}.choices[].{part}.{name}" if name in _IN_MESSAGE else f"{side}.{name}"
    place = inner if known.endswith(".body") else known
    reason = f"The application looked for `{name}`, which the answer lacks."
    return Claim("response_contract", place, reason)


# Values that clients enumerate (chat completions, object definitions), by the place they stand at.
_ENUMERATED = {
    "choices[].finish_reason": frozenset(
        "stop length tool_calls content_filter function_call".split()
    ),
    "service_tier": frozenset("auto default flex scale priority".split()),
    "choices[].{part}.role": frozenset("system user assistant tool developer function".split()),
    "choices[].{part}.tool_calls[].type": frozenset(("function", "custom")),
    "object": frozenset(("chat.completion", "chat.completion.chunk")),
}
# How deserializers tell a value that an enumeration lacks, and what it has: serde, pydantic, zod.
_VARIANT = re.compile(
    r"unknown variant|invalid enum|input should be|invalid_value|invalid option|not a valid"
)
_QUOTED = re.compile(r"[`'\"]([\w.]{2,40})[`'\"]")


def enumerated(words: str, side: str) -> str:
    """The place of the enumeration whose values an exception's words list; empty where they list
    none.
    """
    found = _VARIANT.search(words)
    listed = set(_QUOTED.findall(words[found.start() : found.start() + 400])) if found else set()
    shared = {place: len(listed & known) for place, known in _ENUMERATED.items()}
    best = max(shared, key=lambda place: shared[place])
    part = "delta" if side == "stream" else "message"
    return f"{side}.{best.format(part=part)}" if shared[best] else ""


def _not_enumerated(seen: Features, side: str) -> Claim | None:
    """A value that the client's enumeration lacks, at a place where the answer has one."""
    place = enumerated(seen.facts.symptom, side)
    name = place.rpartition(".")[2]
    bodies = [seen.last.response.body] if seen.body_kind == "json" else _chunks(seen)
    if not place or not any(has_member(body, name) for body in bodies):
        return None
    reason = f"The application knows no such `{name}` as the answer has: its list is closed."
    return Claim("response_contract", place, reason)


# Of which kind a client wants a member to be, where it is null: what is joined or walked first.
_WANTED = {
    "array": ("tool_calls", "choices", "annotations"),
    "object": ("usage", "message", "delta", "function_call", "logprobs"),
    "string": ("content", "arguments", "name", "role", "model", "id", "refusal", "finish_reason"),
}
_NULL_MET = re.compile(
    r"expected (?:an? )?(array|object|string)\W{1,3}(?:but )?(?:received|got|was|found) null"
)


# In which member a member stands that clients read without a guard (chat completions, objects).
_ABOVE = {
    "cached_tokens": ("prompt_tokens_details",),
    "reasoning_tokens": ("completion_tokens_details",),
    "audio_tokens": ("prompt_tokens_details", "completion_tokens_details"),
    "prompt_tokens": ("usage",),
    "completion_tokens": ("usage",),
    "total_tokens": ("usage",),
    "content": ("message", "delta"),
    "tool_calls": ("message", "delta"),
    "arguments": ("function",),
}
_READ_OF_NULL = re.compile(
    r"(?:reading|get(?:ting)? (?:the )?property|has no attribute|property)\W{1,4}(\w{2,40})"
)


def _null_above(seen: Features, side: str) -> Claim | None:
    """A member that was read of a null: what it stands in is null in the answer."""
    named = _READ_OF_NULL.search(seen.facts.symptom)
    above = _ABOVE.get(named[1], ()) if named and seen.facts.says(_TYPE) else ()
    bodies = [seen.last.response.body] if seen.body_kind == "json" else _chunks(seen)
    nulls = sorted({place for body in bodies for place in _null_places(body, side)})
    place = next((one for one in nulls if one.rpartition(".")[2] in above), None)
    if place is None:
        return None
    reason = (
        f"What was reported fits the answer: `{place.rpartition('.')[2]}`, of which it read "
        f"`{named[1] if named else ''}`, is null."
    )
    return Claim("response_contract", place, reason)


# How strict deserializers tell of a member that they do not know: Newtonsoft, Jackson, pydantic,
# serde, kotlinx.serialization, Go.
_UNKNOWN_MEMBER = re.compile(
    r"could not find member\W{1,3}(\w{2,40})|unrecognized field\W{1,3}(\w{2,40})"
    r"|unknown (?:field|key|property)\W{1,3}(\w{2,40})"
    r"|(\w{2,40})\W{1,12}extra inputs are not permitted"
    r"|unexpected keyword argument\W{1,3}(\w{2,40})"
)


def _unknown_member(seen: Features, side: str) -> Claim | None:
    """A member that the client does not know, and that the answer has."""
    found = _UNKNOWN_MEMBER.search(seen.facts.symptom)
    name = next((group for group in found.groups() if group), "") if found else ""
    bodies = [seen.last.response.body] if seen.body_kind == "json" else _chunks(seen)
    if not is_member_name(name) or not any(has_member(body, name) for body in bodies):
        return None
    place = next((p for body in bodies for p in _places_of(body, side, name)), f"{side}.{name}")
    reason = f"The application knows no member `{name}`, which the answer has."
    return Claim("response_contract", place, reason)


def _places_of(value: object, place: str, name: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key == name:
            yield f"{place}.{key}"
        for one in inner if isinstance(inner, list) else [inner]:
            below = f"{place}.{key}[]" if isinstance(inner, list) else f"{place}.{key}"
            yield from _places_of(one, below, name)


def _untyped(seen: Features, side: str) -> Claim | None:
    """A stream without a content type, over which a client that asks for one failed."""
    shown = "headers" not in seen.last.response.hidden and seen.last.response.headers
    named = seen.facts.says(r"content[- ]?type|event-?stream|media type|mime")
    if side != "stream" or not shown or not named:
        return None
    if seen.last.response_header("content-type") is not None:
        return None
    reason = "What was reported fits the answer: it is a stream, and has no content type."
    return Claim("response_contract", "stream.content_type", reason)


def _null_of_kind(seen: Features, side: str) -> Claim | None:
    """A null where the client says that it wants a value of some kind, and names no member."""
    found = _NULL_MET.search(seen.facts.symptom)
    bodies = [seen.last.response.body] if seen.body_kind == "json" else _chunks(seen)
    nulls = sorted({place for body in bodies for place in _null_places(body, side)})
    for name in _WANTED[found[1]] if found else ():
        place = next((one for one in nulls if one.rpartition(".")[2] == name), None)
        if place is not None:
            reason = f"What was reported fits the answer: `{name}` is null."
            return Claim("response_contract", place, reason)
    return None


_GENERAL = frozenset("choices message content delta usage error".split())


def _null(seen: Features, side: str) -> Claim | None:
    """A member that the exception's line names, and that is null in the answer."""
    if not seen.facts.says(_TYPE):
        return None
    words = set(re.findall(r"[a-z_]{4,40}", seen.facts.symptom)) - _GENERAL
    bodies = [seen.last.response.body] if seen.body_kind == "json" else _chunks(seen)
    nulls = {place for body in bodies for place in _null_places(body, side)}
    named = sorted(place for place in nulls if place.rpartition(".")[2] in words)
    if not named:
        return None
    name = named[0].rpartition(".")[2]
    reason = f"What was reported fits the answer: `{name}`, which it names, is null."
    return Claim("response_contract", named[0], reason)


def _null_places(value: object, place: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        if inner is None:
            yield f"{place}.{key}"
        elif isinstance(inner, list):
            for one in inner:
                yield from _null_places(one, f"{place}.{key}[]")
        else:
            yield from _null_places(inner, f"{place}.{key}")


def _claim(seen: Features) -> Claim | None:
    # A violation of the protocol is a better reason than what somebody reported of it.
    if not seen.succeeded or any(is_hard(fault, hung=False) for fault in seen.response_faults):
        return None
    side = "stream" if seen.body_kind == "sse" else "response"
    symptom = seen.facts.symptom
    found = (
        _not_enumerated(seen, side)
        or _unknown_member(seen, side)
        or _untyped(seen, side)
        or _null(seen, side)
        or _null_above(seen, side)
        or confirmed(seen, symptom, side)
        or _null_of_kind(seen, side)
        or _lacked(seen, side)
    )
    if found is not None:
        return found
    if seen.body_kind == "not-visible" and seen.facts.says(_CRASHED):
        reason = (
            "The status says success, and the application reported an error over the answer; the "
            "capture shows no body, so that could not be checked."
        )
        return Claim("response_contract", place_named(seen.facts.symptom, side), reason)
    return None


_FIELD = re.compile(
    r"\b(choices|message|content|delta|finish_reason|tool_calls|usage|arguments|role|created|index)\b"
)
_TOP = ("choices", "usage", "created")


def place_named(words: str, side: str) -> str:
    """The place in an answer that an exception's words name; the body where they name none."""
    listed = enumerated(words, side)
    if listed:
        return listed
    named = _FIELD.findall(words)
    if not named:
        return f"{side}.body"
    part = "delta" if side == "stream" else "message"
    match named[-1]:
        case "content" | "tool_calls" | "role":
            return f"{side}.choices[].{part}.{named[-1]}"
        case "arguments":
            return f"{side}.choices[].{part}.tool_calls[].function.arguments"
        case "delta" | "message":
            return f"{side}.choices[].{part}"
        case name if name in _TOP:
            return f"{side}.{name}"
        case name:
            return f"{side}.choices[].{name}"


RULE = Rule(
    "symptom",
    "a reported exception that the wire explains, on an answer that keeps the protocol",
    _claim,
    Example(
        (200,),
        {
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": None,
                        "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}],
                    },
                    "finish_reason": "tool_calls",
                }
            ]
        },
        symptom="TypeError: 'NoneType' object is not subscriptable",
    ),
    Example((200,), {"choices": []}, symptom="the page stays empty"),
)
