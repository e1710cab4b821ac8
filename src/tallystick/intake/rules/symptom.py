"""A reported exception as a hypothesis: the wire confirms it, or it says nothing.

On traffic that keeps the protocol a symptom accuses nobody by itself. Where it names an exception,
and the answer has the property on which clients are known to raise that exception, it points at an
assumption of the application.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from tallystick.intake.features import Features
from tallystick.intake.rules.bad_success import is_hard, swapped
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.deltas import has_empty_role, has_pieces, has_several_calls
from tallystick.intake.rules.nulls import TYPE, chunks_of
from tallystick.intake.rules.placed import listed_values, place_named
from tallystick.intake.rules.raised import named, pointed
from tallystick.intake.rules.reported import (
    CRASHED,
    DECODE,
    ELSEWHERE,
    EMPTY,
    INDEX,
    KEY,
    NOTHING,
    NULL_MET,
    NULL_TOLD,
    RAISED,
    SHORT,
    UNENDED,
    USAGE,
)
from tallystick.protocol import Violation


class _Known(NamedTuple):
    """What a symptom says, what the wire must show for it, the place, and the sentence."""

    says: str
    shows: Callable[[Features], bool]
    place: str
    because: str


def _has_usage_chunk(seen: Features) -> bool:
    return any(chunk.get("choices") == [] and chunk.get("usage") for chunk in chunks_of(seen))


def _has_empty_chunk(seen: Features) -> bool:
    return any(chunk.get("choices") == [] for chunk in chunks_of(seen))


def _chose_nothing(seen: Features) -> bool:
    body = seen.last.response.body
    return seen.body_kind == "json" and isinstance(body, dict) and body.get("choices") == []


# A parser's words for a line of a stream that begins with a colon, or of its kind.
_OF_COMMENT = r"\b(?:line|chunk|event)s?\b[^'\"`]{0,40}[\s(]['\"`]:|\bcomment (?:line|frame)s?\b"


def _has_comment(seen: Features) -> bool:
    return any(frame.kind == "comment" for frame in seen.last.response.frames)


def _first(seen: Features) -> dict[str, object]:
    body = seen.last.response.body
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def null_content(seen: Features) -> bool:
    """Whether the text of a plain answer is null."""
    message = _first(seen).get("message")
    return isinstance(message, dict) and "content" in message and message["content"] is None


def _null_delta(seen: Features) -> bool:
    for chunk in chunks_of(seen):
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            delta = choice.get("delta") if isinstance(choice, dict) else None
            if not isinstance(delta, dict) or delta.get("content", "") is None or not delta:
                return True
    return False


def _lacks_usage(seen: Features) -> bool:
    body = seen.last.response.body
    plain = seen.body_kind == "json" and isinstance(body, dict) and not body.get("usage")
    streamed = seen.body_kind == "sse" and not any(chunk.get("usage") for chunk in chunks_of(seen))
    return plain or streamed


def _lacks_done(seen: Features) -> bool:
    frames = seen.last.response.frames
    return seen.body_kind == "sse" and bool(frames) and all(f.kind != "done" for f in frames)


def _met_done(seen: Features) -> bool:
    ends = any(frame.kind == "done" for frame in seen.last.response.frames)
    told = f"{seen.facts.symptom} {seen.last.failure_text.lower()}"
    return ends and ELSEWHERE.search(told) is None and _OF_TOOLS.search(told) is None


# What a program parsed there was no line of the stream.
_OF_TOOLS = re.compile(r"\barguments\b|\btool_?calls?\b")


def _was_filtered(seen: Features) -> bool:
    return "content_filter" in _finishes(seen)


def ends_at_length(seen: Features) -> bool:
    """Whether the answer says that it was cut at the token limit."""
    return "length" in _finishes(seen)


def _without_content(seen: Features) -> bool:
    message = _first(seen).get("message")
    filtered = _first(seen).get("finish_reason") == "content_filter"
    return filtered and isinstance(message, dict) and "content" not in message


def _finishes(seen: Features) -> list[object]:
    finishes = [_first(seen).get("finish_reason")]
    for chunk in chunks_of(seen):
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
    known = listed_values(seen.facts.symptom)
    return any(end in seen.facts.symptom and end not in known for end in ends)


def _is_dated(seen: Features) -> bool:
    """Whether the answer names a version of the very model that was asked for."""
    body, asked = seen.last.response.body, seen.last.request.body
    answered = body.get("model") if isinstance(body, dict) else None
    wanted = asked.get("model") if isinstance(asked, dict) else None
    both = isinstance(answered, str) and isinstance(wanted, str) and bool(wanted)
    return both and answered != wanted and str(answered).startswith(f"{wanted}-")


_TABLE: tuple[_Known, ...] = (
    _Known(_NOT_KNOWN, _names_the_end, "{side}.choices[].finish_reason",
           "the answer ends with the very `finish_reason` that the application does not know"),
    _Known(r"(?:coerce|convert|deserializ|invalid)[^.]{0,60}empty string[^.]{0,40}finish_?reason"
           r"|finish_?reason\W.{0,30}\bstring \"\"",
           lambda seen: "" in _finishes(seen), "{side}.choices[].finish_reason",
           "`finish_reason` is an empty text in it, which is no value of that list"),
    _Known(r"(?:reading|property|attribute)\W{1,4}(?:delta|message)\b", _has_empty_chunk,
           "stream.choices", "a chunk has an empty `choices`"),
    _Known(r"delta\W{0,3}role\b|\brole\b.{0,60}(?:invalid|expected|enum|variant)"
           r"|(?:invalid|expected|enum|variant).{0,80}\brole\b", has_empty_role,
           "stream.choices[].delta.role", "a chunk's `role` is an empty text"),
    _Known(INDEX, _has_usage_chunk, "stream.choices",
           "the last chunk has the usage and an empty `choices`"),
    _Known(rf"{INDEX}|crash|exception", _has_empty_chunk, "stream.choices",
           "a chunk has an empty `choices`"),
    _Known(rf"{INDEX}|no choices|empty choices|choices\b.{{0,20}}\bempty", _chose_nothing,
           "response.choices", "its `choices` is an empty list"),
    _Known(rf"(?:{KEY}|{TYPE}|{RAISED}).{{0,80}}{USAGE}|{USAGE}.{{0,80}}(?:{TYPE}|{KEY})",
           _lacks_usage, "{side}.usage", "the answer has no `usage`"),
    _Known(NULL_MET, null_content, "response.choices[].message.content",
           "`content` is null"),
    _Known(r"(?:text|content)\b.{0,30}\b(?:null|none|missing|empty|required)", _without_content,
           "response.choices[].message.content",
           "the message has no `content`: a filter ended it, as its `finish_reason` says"),
    _Known(r"finish_?reason|\bonly (?:of )?(?:the )?first (?:word|token|chunk)"
           r"|first (?:word|token|chunk) only",
           lambda seen: seen.body_kind == "sse" and "" in _finishes(seen),
           "stream.choices[].finish_reason",
           "chunks before the end have an empty text for `finish_reason`, and no null"),
    _Known(NULL_TOLD, _null_delta, "stream.choices[].delta.content",
           "a chunk's delta has no text, as first, last and tool-call chunks do"),
    _Known(r"extra data|non-whitespace character after|trailing (?:data|characters)|after json"
           r"|after top-level value", has_several_calls,
           "stream.choices[].delta.tool_calls[].index",
           "it holds several tool calls, whose fragments only `index` tells apart"),
    _Known(rf"(?:{DECODE}).{{0,200}}\barguments\b|\barguments\b.{{0,200}}(?:{DECODE})", has_pieces,
           "stream.choices[].delta.tool_calls[].function.arguments",
           "the arguments of a tool call come in several pieces"),
    _Known(r"model\w*\W{0,3}(?:mismatch|differ|is not)|(?:served|got|returned|answered)\b.{0,20}"
           r"\b(?:gpt|claude|gemini|o\d|deepseek|qwen|llama|mistral)\S*-\d{4}", _is_dated,
           "response.model", "its `model` is a dated name of the model that was asked for"),
    _Known(rf"{DECODE}|<think", lambda seen: "thoughts-in-text" in seen.last.response.facts,
           "{side}.choices[].{part}.content",
           "its text begins with the model's thoughts (`<think>`), which are no JSON"),
    _Known(rf"{DECODE}|```", lambda seen: "fenced-text" in seen.last.response.facts,
           "{side}.choices[].{part}.content", "its text stands in a Markdown fence"),
    _Known(r"too many empty messages", _has_comment, "stream.comment",
           "the stream has comment lines, around which go-openai counts empty ones"),
    _Known(rf"{DECODE}|{_OF_COMMENT}", _has_comment, "stream.comment",
           "the stream has comment lines, which are no data (WHATWG HTML, 9.2.6)"),
    _Known(DECODE, lambda seen: "crlf" in seen.last.response.facts, "stream.line_ending",
           "the stream's lines end in CRLF, which is allowed (WHATWG HTML, 9.2.5)"),
    _Known(rf"{DECODE}|{NOTHING}", lambda seen: "no-space" in seen.last.response.facts,
           "stream.data",
           "no space stands behind `data:`, which is allowed (WHATWG HTML, 9.2.6)"),
    _Known(DECODE, _met_done, "stream.done",
           "the stream ends with `[DONE]`, which is no JSON"),
    _Known(UNENDED, _lacks_done, "stream.done", "the stream came to its end without `[DONE]`"),
    _Known(SHORT, ends_at_length, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: length`: it was cut at the token limit, and says so"),
    _Known(DECODE, ends_at_length, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: length`: what was cut there is no whole JSON"),
    _Known(SHORT, _was_filtered, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: content_filter`: it was stopped there, and says so"),
    _Known(EMPTY, _was_filtered, "{side}.choices[].finish_reason",
           "the answer says `finish_reason: content_filter`, and has no text for that reason"),
    _Known(EMPTY, null_content, "response.choices[].message.content",
           "`content` is null"),
)  # fmt: skip


def confirmed(seen: Features, words: str, side: str) -> Claim | None:
    """What an exception's words say that the wire confirms."""
    for known in _TABLE:
        if re.search(known.says, words) and known.shows(seen):
            reason = f"What was reported fits the answer: {known.because}."
            part = "delta" if side == "stream" else "message"
            place = known.place.format(side=side, part=part)
            return Claim("response_contract", place, reason)
    return None


def _outweighs(seen: Features) -> Callable[[Violation], bool]:
    """Whether a departure is another thing than a null that an application did not expect."""
    null = null_content(seen)
    return lambda one: is_hard(one, hung=False) and not (null and one.location.endswith(".content"))


def _claim(seen: Features) -> Claim | None:
    # A violation of the protocol is a better reason than what somebody reported of it.
    broken = swapped(seen) is not None or any(map(_outweighs(seen), seen.response_faults))
    if not seen.succeeded or broken:
        return None
    side = "stream" if seen.body_kind == "sse" else "response"
    symptom = seen.facts.symptom
    found = named(seen, side) or confirmed(seen, symptom, side) or pointed(seen, side)
    if found is not None:
        return found
    if seen.body_kind == "not-visible" and seen.facts.says(CRASHED):
        reason = (
            "The status says success, and the application reported an error over the answer; the "
            "capture shows no body, so that could not be checked."
        )
        return Claim("response_contract", place_named(seen.facts.symptom, side), reason)
    return _raised_over(seen, place_named(seen.facts.symptom, side)) if seen.raised else None


def _raised_over(seen: Features, place: str) -> Claim:
    """An error that an application raised over an answer, for what departs there or for nothing."""
    for fault in seen.response_faults:
        if fault.location == place:
            reason = f"The answer departs from the protocol at {place}: {fault.problem}."
            return Claim("response_contract", place, reason)
    kept = "that has a success status" if seen.response_faults else "that conforms to the protocol"
    reason = f"The application raised an error over an answer {kept}."
    return Claim("response_contract", place, reason)


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
