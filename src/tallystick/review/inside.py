"""Answers with a success status that are none that can be used, as the answer itself shows."""

import re
from collections.abc import Mapping

import msgspec

from tallystick.protocol import Answer, Assembler, read_completion
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.visibility import ResponseFact
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    current,
    may_be_null,
    quoted,
)
from tallystick.review.outside import values_at
from tallystick.review.sentences import DENIED, foretold, is_asked

# Facts of an answer that did not give what a member of the request asked for.
_WISHES: Mapping[ResponseFact, str] = {
    "no-json": "response_format",
    "schema-violated": "response_format",
    "tool-choice-ignored": "tool_choice",
    "fewer-choices": "n",
}
# Facts of an answer that was not written to its end.
_UNFINISHED = frozenset(("empty-text", "arguments-cut", "no-json", "schema-violated"))
_TEXTS = ("response.choices[].message.content", "stream.choices[].delta.content")
_CAPS = ("max_completion_tokens", "max_tokens")


def mechanism(failed: FailedCall) -> Mechanism:
    """Why a success holds no answer."""
    told = _at_the_limit(failed) or _null_as_documented(failed) or _warned_of(failed)
    told = told or _unfulfilled(failed)
    told = told or _kept_in_part(failed)
    return told or cause_of("provider", failed.call.location, failed.call.reason, "named")


def _kept_in_part(failed: FailedCall) -> Mechanism | None:
    """A text that is cut in what a log kept of an answer: the log may have cut it."""
    facts = failed.last.response.facts
    if failed.last.response.body_kind != "partial" or not {"arguments-cut", "no-json"} & {*facts}:
        return None
    return ask(failed.call.location, failed.call.reason, "capture the answer itself, not its row")


def _null_as_documented(failed: FailedCall) -> Mechanism | None:
    """A text that is null, where a source states that it may be: no source is broken, and nobody
    has said that the application failed on it.
    """
    place, body = failed.call.location, failed.last.response.body
    answers = place.replace("response.", "request.", 1)
    null = place.endswith("content") and None in list(values_at(body, answers))
    if not null or not may_be_null(current(failed.material, place)):
        return None
    says = f"{failed.call.reason} Its text is null, which the documentation allows."
    return ask(place, says, "find out what the application did with that answer")


# Of which facts a page may warn, and at which places it does.
_WARNED: Mapping[ResponseFact, tuple[str, ...]] = {
    "no-json": ("request.response_format", "request.response_format.type", *_TEXTS),
    "schema-violated": ("request.response_format", "request.response_format.type", *_TEXTS),
    "arguments-cut": ("response.choices[].message.tool_calls[].function.arguments",),
}
_WARNS = re.compile(
    r"\bignor(?:es?|ed)\b|\bnot (?:honou?red|guaranteed|enforced|always)\b|\bno guarantee\b"
    r"|\b(?:may|might|can|could|usually)\b[^.;]{0,80}"
    r"\b(?:invalid|malformed|broken|not|prose|fence|wrap)",
    re.IGNORECASE,
)


def _warned_of(failed: FailedCall) -> Mechanism | None:
    """What an answer lacks, where a page says that it may: of every model, or of the one that was
    asked for.
    """
    call, last = failed.call, failed.last
    for place in (at for fact in last.response.facts for at in _WARNED.get(fact, ())):
        for one in failed.material.seems(place):
            if _WARNS.search(one.clause.citation.quotation) and is_asked(last, one.clause):
                says = f"{call.reason} Of that {quoted(one.clause)}"
                return cause_of("application", call.location, says, "consistent")
    return None


def _unfulfilled(failed: FailedCall) -> Mechanism | None:
    """A wish that no source documents, or of which a page seems to say more than that it exists."""
    material, call, last = failed
    sent = last.request.body if isinstance(last.request.body, dict) else {}
    for fact in last.response.facts:
        name = _WISHES.get(fact)
        if name is None or (name not in sent and last.request.body_kind == "json"):
            continue
        place = f"request.{name}"
        if guaranteed := _guaranteed(failed, fact):
            return guaranteed
        if not material.at(place) and not material.seems(place):
            says = f"{call.reason} No source documents `{name}` for this API."
            return ask(place, says, f"ask whether `{name}` is honoured for this model")
        if seeming := [one for one in material.seems(place) if not _is_list(one.clause)]:
            words = seeming[-1].clause.citation.words
            return ask(
                place,
                f"{call.reason} Of `{name}` a page says, not yet accepted by a person: “{words}”",
                "read that sentence: `tallystick contract review` accepts or rejects it",
            )
    return None


_WHOLE = re.compile(r"\b(?:guarantee\w*|always|exactly|only|nothing else)\b", re.IGNORECASE)
# Of a member of the request the words must be about the text that it leads to.
_WHOLE_TEXT = re.compile(
    r"\b(?:content|answer|text|output|reply)\b[^.;]{0,40}\b(?:is|are|be)"
    r" (?:guaranteed|always|exactly)\b"
    r"|\bguarantees? (?:that )?(?:the )?(?:content|answer|text|output|reply|valid)\b",
    re.IGNORECASE,
)
_NAMES = 6


def _is_list(clause: Clause) -> bool:
    """Whether a quotation only lists members, and says no more of one than that it is there."""
    return clause.citation.quotation.count("`") >= _NAMES


def _guaranteed(failed: FailedCall, fact: ResponseFact) -> Mechanism | None:
    """A text that is no JSON, of which a page says that it is JSON and nothing else."""
    for place in (*_TEXTS, "request.response_format") if fact == "no-json" else ():
        whole = _WHOLE if place in _TEXTS else _WHOLE_TEXT
        for one in failed.material.seems(place):
            words = one.clause.citation.quotation
            if re.search(r"\bJSON\b", words) and whole.search(words) and not DENIED.search(words):
                says = f"{failed.call.reason} Of that text {quoted(one.clause)}"
                return cause_of("provider", failed.call.location, says, "consistent")
    return None


def _at_the_limit(failed: FailedCall) -> Mechanism | None:
    """An answer that is none because it ended at a token limit (OpenAI, Create chat completion:
    `finish_reason` is `length` then, and tokens of reasoning count too).
    """
    call, last = failed.call, failed.last
    answer = _answer(last)
    spent = _spent(last, answer)
    ended = answer.finish_reason == "length" or (spent and answer.finish_reason is None)
    if not ended or not _UNFINISHED.intersection(last.response.facts):
        return None
    at = " It ended with `finish_reason` `length`." if answer.finish_reason else ""
    says = f"{call.reason}{at}"
    if not spent and "empty-text" in last.response.facts:
        return ask(call.location, says, "capture the request's token limit and the answer's usage")
    says = f"{says} {spent}".rstrip()
    place = f"{call.location.partition('choices[]')[0]}choices[].finish_reason"
    places = (place, "response.choices[].finish_reason")
    stated = tuple(
        c for at in places for c in current(failed.material, at)
        if c.aspect == "enum" and "length" in c.value.split("|")
    )  # fmt: skip
    if stated:
        says = f"{says} The documentation lists that end among those that an answer may have."
        return cause_of("application", place, says, "consistent", stated[:1])
    told = foretold(
        failed._replace(call=msgspec.structs.replace(call, location=place, reason=says))
    )
    if told is not None:
        return told
    return ask(place, says, "read what the documentation says of answers that end with `length`")


def _spent(last: Exchange, answer: Answer) -> str:
    """That the usage reached the token limit of the request; empty where that is not seen."""
    used = answer.usage.get("completion_tokens") if answer.usage else None
    sent = last.request.body if isinstance(last.request.body, dict) else {}
    cap = next((name for name in _CAPS if isinstance(sent.get(name), int)), None)
    if cap is None or not isinstance(used, int) or used < sent[cap]:
        return ""
    return f"The request allows {sent[cap]} tokens with `{cap}`, and the usage counts {used}."


def _answer(last: Exchange) -> Answer:
    if last.response.body_kind in ("json", "partial"):
        return read_completion(last.response.body)
    assembler = Assembler()
    for frame in last.response.frames:
        assembler.feed(frame.data)
    return assembler.answer
