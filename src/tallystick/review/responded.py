"""Calls that got an answer with a success status that could not be used."""

import re
from typing import Any

from tallystick.protocol import completion_violations, stream_violations
from tallystick.protocol.answer import has_member
from tallystick.protocol.response import NO_INTEGER, UNKNOWN_VALUE
from tallystick.record.clause import Aspect, Clause
from tallystick.record.exchange import Exchange
from tallystick.review import inside, streams
from tallystick.review.ends import open_list, unlisted_end
from tallystick.review.foretold import foretold
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    current,
    is_torn,
    may_be_null,
    quoted,
    torn,
)
from tallystick.review.outside import values_at
from tallystick.review.streams import OF_STREAMS

_UNCAPTURED = ("client-failure", "symptom")
# What the symptom rule matched: the wire confirms it, and the documents decide whose it is.
_REPORTED = ("symptom", "usage-reading", "client-failure")


def mechanism(failed: FailedCall) -> Mechanism:
    """Why a successful answer could not be used."""
    material, call, last = failed
    unread = last.response.body_kind == "not-visible" or call.location.endswith(".body")
    if call.location == "stream.comment":
        return streams.framed(failed)
    if unread and call.rule in _UNCAPTURED:
        return ask(call.location, call.reason, "capture the answer of a failing call with its body")
    if call.rule == "bad-success" and call.location.endswith(".content_type"):
        return _swapped(failed)
    if call.rule == "usage-sum":
        return _unlike_sum(failed)
    every = material.at(call.location)
    if is_torn(every):
        return torn(call.location, every)
    if call.rule in _REPORTED and not _departs_whole(failed):
        return _reported(failed)
    if call.rule == "failed-inside":
        return inside.mechanism(failed)
    return _violated(failed)


def _swapped(failed: FailedCall) -> Mechanism:
    """A stream where an object was asked for, or the other way round, beside what sources state of
    `stream`.
    """
    material, call, last = failed
    clauses = current(material, "request.stream")
    default = next((c.value for c in clauses if c.aspect == "default"), "false")
    asked = last.request.body.get("stream") if isinstance(last.request.body, dict) else None
    wanted = asked if isinstance(asked, bool) else default == "true"
    if not clauses or wanted == (last.response.body_kind == "sse"):
        step = "ask support what decides whether the answer is a stream"
        return ask(call.location, call.reason, step)
    says = f"{call.reason} The documentation describes `stream`, by which a request asks for it."
    return cause_of("provider", call.location, says, "named", clauses)


def _unlike_sum(failed: FailedCall) -> Mechanism:
    """A total of tokens that is not the sum that a source says it is."""
    material, call, _ = failed
    places = dict.fromkeys((call.location, "response.usage.total_tokens"))
    for place in places:
        stated = material.at(place)
        for clause in (*stated, *(one.clause for one in material.seems(place))):
            words = clause.citation.quotation
            if "prompt_tokens" in words and "completion_tokens" in words:
                says = f"{call.reason} Of `total_tokens` {quoted(clause)}"
                held = (clause,) if clause in stated else ()
                return cause_of("provider", call.location, says, "named", held)
    step = "ask support what `total_tokens` counts beside the two"
    return ask(call.location, f"{call.reason} No source says that it is their sum.", step)


def _departs_whole(failed: FailedCall) -> bool:
    """Whether an answer, over which an error was raised, departs from the protocol at the place."""
    whole = failed.last.response.body_kind in ("json", "sse")
    problem = _violations(failed.last).get(failed.call.location, "") if whole else ""
    # Nulls and the ends of streams have answers of their own, by what sources say of those.
    own = problem.startswith("is null") or failed.call.location in OF_STREAMS
    return bool(problem) and (not own or failed.call.rule == "client-failure")


def _reported(failed: FailedCall) -> Mechanism:
    """The application failed on an answer that keeps the protocol."""
    material, call, last = failed
    clauses = current(material, call.location)
    whole = last.response.body_kind in ("json", "sse")
    of_stream = OF_STREAMS.get(call.location) if whole else None
    if of_stream is not None and (found := of_stream(failed)) is not None:
        return found
    if whole and (found := _unlike_documented(failed, clauses)) is not None:
        return found
    shown = whole or _is_shown(failed)
    if not shown:
        return ask(call.location, call.reason, "capture the answer of a failing call with its body")
    of_end = whole and call.location.endswith("finish_reason")
    if of_end and (ended := open_list(failed) or unlisted_end(failed)) is not None:
        return ended
    if clauses:
        told = foretold(failed) if call.location.endswith("finish_reason") else None
        return told or _as_documented(failed, clauses)
    told = _only_shown(failed) or foretold(failed)
    step = "measure the client with the lab, so that what it relies on is known"
    return told or ask(call.location, call.reason, step)


def _unlike_documented(failed: FailedCall, clauses: tuple[Clause, ...]) -> Mechanism | None:
    """What did not come though it is documented to be always there, or came as a null that no
    source allows.
    """
    place, last = failed.call.location, failed.last
    if may_be_null(clauses):
        return None
    if _promises(clauses) and _lacks(last, place):
        says = f"The documentation states that {place} is always there; it did not come."
        return cause_of("provider", place, says, "named", _promises(clauses))
    kinds = tuple(c for c in clauses if c.aspect == "kind")
    if kinds and (_is_null_shown(last, place) or _is_null_in_chunks(last, place)):
        says = f"In the answer, {place} is null; the documentation states: {kinds[0].says()}."
        return cause_of("provider", place, says, "named", kinds)
    return None


def _as_documented(failed: FailedCall, clauses: tuple[Clause, ...]) -> Mechanism:
    """What the application failed on is as sources describe it, or is not promised by any."""
    call, last = failed.call, failed.last
    whole = last.response.body_kind in ("json", "sse")
    if whole and not _promises(clauses) and _lacks(last, call.location):
        says = (
            f"{call.reason} The documentation describes {call.location} and does not state that it "
            f"is always there."
        )
        return cause_of("application", call.location, says, "consistent", clauses)
    telling = tuple(c for c in clauses if c.aspect not in ("exists", "meaning"))
    stated = "; ".join(dict.fromkeys(clause.says() for clause in telling))
    told = f"at {call.location} the documentation states: {stated}."
    if not telling:
        told = f"the documentation describes {call.location}: “{clauses[0].citation.words}”."
    telling = telling or clauses
    says = f"The application failed on an answer that conforms: {told}"
    return cause_of("application", call.location, says, "consistent", telling)


def _promises(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return tuple(c for c in clauses if c.aspect == "required" and c.value == "yes")


def _only_shown(failed: FailedCall) -> Mechanism | None:
    """A member that the answer lacks, and that sources show in an example only."""
    place = failed.call.location
    shown = tuple(c for c in failed.material.at(place) if c.standing == "shown-in-example")
    if not shown or not _lacks(failed.last, place):
        return None
    says = f"{failed.call.reason} The documentation shows {place} in an example only."
    return cause_of("application", place, says, "consistent", shown)


def _lacks(last: Exchange, location: str) -> bool:
    """Whether no part of an answer has the member that a place ends in."""
    name = location.rpartition(".")[2].rstrip("[]")
    parts = [frame.data for frame in last.response.frames] or [last.response.body]
    return not any(has_member(part, name) for part in parts)


def _is_null_shown(last: Exchange, location: str) -> bool:
    """Whether what a log kept of an answer shows that its text is null."""
    values = list(values_at(last.response.body, location.replace("response.", "request.", 1)))
    return location.endswith("message.content") and bool(values) and None in values


def _is_null_in_chunks(last: Exchange, location: str) -> bool:
    """Whether a chunk of a stream has a null at a place."""
    inner = location.removeprefix("stream.")
    chunks = [frame.data for frame in last.response.frames] if inner != location else []
    return any(value is None for chunk in chunks for value in values_at(chunk, inner))


# How the rule of symptoms says that a parser met what was cut.
_CUT_JSON = "no whole JSON"


def _is_shown(failed: FailedCall) -> bool:
    """Whether what a log kept of an answer shows what an error was raised over: a text that is
    null, or how the answer ended.
    """
    place, last = failed.call.location, failed.last
    ended = values_at(last.response.body, place.replace("response.", "request.", 1))
    raised = failed.call.rule == "client-failure" or _CUT_JSON in failed.call.reason
    raised = raised and place.endswith(".finish_reason")
    return (raised and any(isinstance(v, str) for v in ended)) or _is_null_shown(last, place)


def _violations(last: Exchange) -> dict[str, str]:
    answer = last.response
    if answer.body_kind == "json":
        found = completion_violations(answer.body)
    else:
        chunks: list[Any] = [f.data for f in answer.frames if f.kind in ("data", "text")]
        found = stream_violations(chunks, any(f.kind == "done" for f in answer.frames))
    return {one.location: one.problem for one in found}


def _violated(failed: FailedCall) -> Mechanism:
    material, call, last = failed
    clauses = current(material, call.location)
    problem = _violations(last).get(call.location, "")
    allowed = may_be_null(clauses) if problem == "is null" else ()
    absent = problem.startswith(("is missing", "no chunk", "the stream ended"))
    if not allowed and (found := _left(failed, clauses, problem, absent=absent)) is not None:
        return found
    if _is_of_documented_kind(clauses, problem):
        return _as_documented(failed, clauses)
    if allowed:
        says = f"{call.reason} The documentation allows that null."
        return ask(call.location, says, "find out what the application did with that answer")
    optional = tuple(c for c in clauses if c.aspect == "required" and c.value == "no")
    if optional and absent:
        says = f"The application failed without {call.location}, which is documented as optional."
        return cause_of("application", call.location, says, "consistent", optional)
    if call.location == "stream.done" and absent and streams.sound_streams_end(material):
        says = f"{call.reason} Streams of calls that went well end with it."
        return cause_of("provider", call.location, says, "contrasted", clauses)
    if call.location.startswith("stream.") and absent and streams.is_cut(failed):
        says = (
            "The stream ended without a `finish_reason` and without `[DONE]`, and every captured "
            "stream that went well has its `[DONE]`: it was cut before it was whole."
        )
        return cause_of("provider", call.location, says, "named", clauses)
    if absent and (promised := _promised(failed)) is not None:
        says = f"{call.reason} Of this {quoted(promised)}"
        return cause_of("provider", call.location, says, "consistent")
    return ask(
        call.location,
        call.reason,
        f"ask the provider whether {call.location} may be so; no source documents it",
    )


def _promised(failed: FailedCall) -> Clause | None:
    """A sentence that says of a member which the protocol asks for that it is always there."""
    seen = (one.clause for one in failed.material.seems(failed.call.location))
    return next((c for c in seen if (c.aspect, c.value) == ("required", "yes")), None)


def _left(
    failed: FailedCall, clauses: tuple[Clause, ...], problem: str, *, absent: bool
) -> Mechanism | None:
    """What is documented that the answer leaves; of a value that the protocol does not know, what
    sentences on the list of values say, too.
    """
    odd = problem == UNKNOWN_VALUE
    if odd and (told := open_list(failed)) is not None:
        return told
    if broken := _broken(clauses, problem, absent=absent) if problem else ():
        stated = "; ".join(dict.fromkeys(clause.says() for clause in broken))
        place = failed.call.location
        says = f"In the answer, {place} {problem}; the documentation states: {stated}."
        return cause_of("provider", place, says, "named", broken)
    return unlisted_end(failed) if odd else None


_INTEGER = re.compile(r"\bint(?:eger|32|64)?s?\b", re.IGNORECASE)


def _broken(clauses: tuple[Clause, ...], problem: str, *, absent: bool) -> tuple[Clause, ...]:
    """What is documented that the answer leaves: a field that is only said to be always there is
    there, whatever it holds, and a number may have a fraction where no integer is documented.
    """
    if absent:
        return _promises(clauses) or _of(clauses, "value")
    if problem == UNKNOWN_VALUE:
        return _of(clauses, "enum")
    if problem == NO_INTEGER:
        kinds = _of(clauses, "kind")
        return tuple(c for c in kinds if _INTEGER.search(c.citation.words))
    if _is_of_documented_kind(clauses, problem):
        return ()
    promised = _promises(clauses) if problem.startswith("is null") else ()
    return (*_of(clauses, "kind", "enum", "min-items", "value"), *promised)


_KIND = re.compile(r"is (\w+), expected \w+")


def _is_of_documented_kind(clauses: tuple[Clause, ...], problem: str) -> bool:
    """Whether a type that the protocol does not have there is what sources state."""
    found = _KIND.fullmatch(problem)
    kinds = [kind for clause in _of(clauses, "kind") for kind in clause.value.split("|")]
    return found is not None and found[1] in kinds


def _of(clauses: tuple[Clause, ...], *aspects: Aspect) -> tuple[Clause, ...]:
    return tuple(clause for clause in clauses if clause.aspect in aspects)
