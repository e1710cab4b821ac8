"""Answers with a success status that are none that can be used, as the answer itself shows."""

import re
from collections.abc import Mapping

import msgspec

from tallystick.protocol import Answer, Assembler, read_completion
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.visibility import ResponseFact
from tallystick.review.foretold import foretold
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    current,
    may_be_null,
    quoted,
)
from tallystick.review.ofmodels import is_asked
from tallystick.review.outside import values_at
from tallystick.review.wordings import PROMISES_JSON, WARNS_OF_NO_JSON, WARNS_OF_SCHEMA, Form

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
_FORMATS = ("request.response_format", "request.response_format.type")
_ARGUMENTS = "response.choices[].message.tool_calls[].function.arguments"
_OF_JSON = re.compile(r"\b(?:JSON|pars(?:es?|ed|ing|er)|malformed|well-formed)\b", re.IGNORECASE)
_READ_IT = "read that sentence: `tallystick contract review` accepts or rejects it"
_CAPS = ("max_completion_tokens", "max_tokens")


def mechanism(failed: FailedCall) -> Mechanism:
    """Why a success holds no answer."""
    told = _at_the_limit(failed) or _null_as_documented(failed) or _warned_of(failed)
    told = told or _unfulfilled(failed) or _unread(failed)
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


# Of which facts a page may warn, how it does, and at which places.
_WARNED: Mapping[ResponseFact, tuple[Form, tuple[str, ...]]] = {
    "no-json": (WARNS_OF_NO_JSON, (*_FORMATS, *_TEXTS)),
    "schema-violated": (WARNS_OF_SCHEMA, (*_FORMATS, *_TEXTS)),
    "arguments-cut": (WARNS_OF_NO_JSON, (_ARGUMENTS,)),
}


def _warned_of(failed: FailedCall) -> Mechanism | None:
    """What an answer lacks, where a page says that it may: of every model, or of the one that was
    asked for.
    """
    call, last = failed.call, failed.last
    for form, places in (_WARNED[fact] for fact in last.response.facts if fact in _WARNED):
        for one in (one for place in places for one in failed.material.seems(place)):
            if form.is_of(one.clause.citation.quotation) and is_asked(last, one.clause):
                says = f"{call.reason} Of that {quoted(one.clause)}"
                return cause_of("application", call.location, says, "consistent")
    return None


def _unread(failed: FailedCall) -> Mechanism | None:
    """Arguments that are no JSON, where a page speaks of that in words that only a person reads."""
    for one in failed.material.seems(_ARGUMENTS):
        words = one.clause.citation.quotation
        about = _OF_JSON.search(words) and is_asked(failed.last, one.clause)
        unread = about and not PROMISES_JSON.is_of(words)
        if unread and "arguments-cut" in failed.last.response.facts:
            says = f"{failed.call.reason} Of these {quoted(one.clause)}"
            return ask(failed.call.location, says, _READ_IT)
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
                _READ_IT,
            )
    return None


_NAMES = 6


def _is_list(clause: Clause) -> bool:
    """Whether a quotation only lists members, and says no more of one than that it is there."""
    return clause.citation.quotation.count("`") >= _NAMES


def _guaranteed(failed: FailedCall, fact: ResponseFact) -> Mechanism | None:
    """A text that is no JSON, of which a page says that it is JSON and nothing else."""
    for place in (*_TEXTS, "request.response_format") if fact == "no-json" else ():
        for one in failed.material.seems(place):
            if PROMISES_JSON.is_of(one.clause.citation.quotation):
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
