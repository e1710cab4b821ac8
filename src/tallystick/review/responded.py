"""Calls that got an answer that could not be used, and errors that were handled wrongly."""

from typing import Any

import msgspec

from tallystick.protocol import completion_violations, read_error, stream_violations
from tallystick.protocol.answer import has_member
from tallystick.protocol.response import UNKNOWN_VALUE
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Side
from tallystick.review import inside, limits, rejected, streams
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    current,
    is_torn,
    may_be_null,
    torn,
)
from tallystick.review.outside import values_at
from tallystick.review.rules.retry_status import applicable, error_condition
from tallystick.review.sentences import foretold
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
    every = material.at(call.location)
    if is_torn(every):
        return torn(call.location, every)
    if call.rule in _REPORTED and not _departs_whole(failed):
        return _reported(failed)
    if call.rule == "failed-inside":
        return inside.mechanism(failed)
    return _violated(failed)


def _departs_whole(failed: FailedCall) -> bool:
    """Whether a saved answer, whose status nobody knows, departs from the protocol at the place."""
    whole = failed.last.response.body_kind in ("json", "sse")
    told = failed.call.rule == "client-failure" and whole
    return told and failed.call.location in _violations(failed.last)


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
    if not whole and not _is_null_shown(last, call.location):
        return ask(call.location, call.reason, "capture the answer of a failing call with its body")
    if clauses:
        return _as_documented(failed, clauses)
    told = _only_shown(failed) or (foretold(failed) if whole else None)
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
    if kinds and _is_null_shown(last, place):
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
    telling = tuple(c for c in clauses if c.aspect not in ("exists", "meaning")) or clauses
    stated = "; ".join(dict.fromkeys(clause.says() for clause in telling))
    says = (
        f"The application failed on an answer that conforms: at {call.location} the documentation "
        f"states: {stated}."
    )
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
    if problem and clauses and not allowed and _breaks(clauses, problem, absent=absent):
        telling = (_promises(clauses) if absent else ()) or clauses
        stated = "; ".join(dict.fromkeys(clause.says() for clause in telling))
        says = f"In the answer, {call.location} {problem}; the documentation states: {stated}."
        return cause_of("provider", call.location, says, "named", telling)
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
    return ask(
        call.location,
        call.reason,
        f"ask the provider whether {call.location} may be so; no source documents it",
    )


def _breaks(clauses: tuple[Clause, ...], problem: str, *, absent: bool) -> bool:
    """Whether what is documented is the very thing that the answer leaves."""
    aspects = {clause.aspect for clause in clauses}
    if absent:
        promised = any(c.aspect == "required" and c.value == "yes" for c in clauses)
        return promised or "value" in aspects
    if problem == UNKNOWN_VALUE:
        return "enum" in aspects
    return bool(aspects & {"kind", "enum", "min-items", "value", "required"})


def error_mechanism(failed: FailedCall) -> Mechanism:
    """What made a call fail whose error was also handled wrongly, or came in disguise."""
    _, call, last = failed
    if call.rule == "retried-refusal":
        refused = msgspec.structs.replace(call, location="request.body")
        found = rejected.mechanism(failed._replace(call=refused))
        return found if found.side in ("application", "provider") else _retried(failed)
    if call.rule == "error-in-success":
        told = _foreseen(failed) or _without_choices(failed)
        if told is not None:
            return told
        return cause_of(_side_of_error(last), call.location, call.reason, "named")
    if call.location == "retry.retry_after":
        return _hurried(failed)
    if call.rule == "rate-limit":
        return limits.seen_fault(failed) or cause_of(
            "account", "limit.requests", call.reason, "named"
        )
    # A failure of the provider's side, whatever the client made of it: that is a second thing.
    failed_at_last = last.response.status >= 400
    place = f"transport.gateway.{last.response.status}" if failed_at_last else call.location
    return cause_of("provider", place, call.reason, "named")


def _hurried(failed: FailedCall) -> Mechanism:
    """A call that came back before the time that its answer asked for."""
    material, call, _ = failed
    stated = current(material, call.location)
    if stated:
        return cause_of("application", call.location, call.reason, "named", stated)
    asked = limits.asks_to_wait(failed)
    if asked:  # of waiting, though not of the header
        says = f"{call.reason} The documentation asks to wait before a call is sent again."
        return cause_of("application", call.location, says, "named", asked)
    if (told := foretold(failed)) is not None:
        return told
    return ask(call.location, call.reason, "ask support whether Retry-After must be honoured")


def _foreseen(failed: FailedCall) -> Mechanism | None:
    """An error in a stream that a page tells of, and that the application read as a chunk."""
    place, reason = failed.call.location, failed.call.reason
    if not place.startswith("stream.") or not failed.material.misses_choices:
        return None
    stated, seeming = current(failed.material, place), failed.material.seems(place)
    failure = f"{reason} The application failed for want of `choices` in that event."
    if stated:
        words = " ".join(stated[0].citation.quotation.split())
        says = f"{failure} The documentation tells of it: “{words}”"
        return cause_of("application", place, says, "consistent", stated)
    if not seeming:
        return None
    words = " ".join(seeming[0].clause.citation.quotation.split())
    return ask(
        place,
        f"{failure} A page seems to tell of it: “{words}”",
        "read that sentence: `tallystick contract review` accepts or rejects it",
    )


def _without_choices(failed: FailedCall) -> Mechanism | None:
    """An error in place of the choices that a success is documented to have."""
    body = failed.last.response.body
    clauses = current(failed.material, "response.choices")
    promised = any(c.aspect == "required" and c.value == "yes" for c in clauses)
    whole = failed.last.response.body_kind == "json" and isinstance(body, dict)
    if not whole or not promised or body.get("choices") is not None:
        return None
    says = f"{failed.call.reason} The documentation states that response.choices is always there."
    return cause_of("provider", failed.call.location, says, "named", clauses)


def amplified(failed: FailedCall, found: Mechanism) -> Mechanism:
    """A failing call of an incident that is about repeated calls: beside its own cause, whether it
    was sent again against the documents.
    """
    material, call, last = failed
    status = last.response.status
    seen = len(call.exchanges) > 1 or last.request.body_kind == "json"
    if status < 400 or found.side == "application":
        return found
    if status == 429:
        unseen = material.at("retry.retry_after") and not seen
        step = "capture the attempts that followed, with their headers and times"
        return ask(call.location, call.reason, step) if unseen else found
    place = f"retry.status.{status}"
    every = applicable(material.at(place, "retry"), error_condition(material, last))
    if is_torn(every):
        return torn(place, every)
    forbidden = bool(every) and all(clause.value == "no" for clause in every)
    if forbidden and len(call.exchanges) > 1:
        return _retried(failed)
    if forbidden and not seen:
        says = f"The capture cannot show whether calls were sent again after {status}."
        return ask(place, says, "capture the attempts of a call with their bodies or ids")
    return found


def _retried(failed: FailedCall) -> Mechanism:
    """A rejection that was sent again: whether the documents allow that."""
    material, call, last = failed
    place = f"retry.status.{last.response.status}"
    every = applicable(material.at(place, "retry"), error_condition(material, last))
    if is_torn(every):
        return torn(place, every)
    clauses = tuple(c for c in every if c.standing in ("documented", "support-confirmed"))
    if clauses and all(clause.value == "no" for clause in clauses):
        says = (
            f"The application sent a call again {call.attempts - 1} times after "
            f"{last.response.status}, which the documentation says not to retry."
        )
        return cause_of("application", place, says, "named", clauses)
    return ask(place, call.reason, f"ask support whether {last.response.status} may be retried")


def _side_of_error(last: Exchange) -> Side:
    bodies = [f.data for f in last.response.frames] or [last.response.body]
    errors = [error for body in bodies if (error := read_error(body))]
    words = " ".join(f"{e.message} {e.code} {e.type} {e.more}" for e in errors)
    return "account" if limits.is_own(words) else "provider"
