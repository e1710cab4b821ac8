"""Calls whose error was handled wrongly, or came in disguise."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Side
from tallystick.record.placeholder import json_kind
from tallystick.record.words import times
from tallystick.review import early, limits, rejected
from tallystick.review.codes import at_their_side
from tallystick.review.foretold import foretold
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    current,
    is_torn,
    quoted,
    torn,
)
from tallystick.review.rules.retry_status import applicable, error_condition
from tallystick.review.wordings import RULES_OUT_ERROR, TELLS_OF_ERROR


def mechanism(failed: FailedCall) -> Mechanism:
    """What made a call fail whose error was also handled wrongly, or came in disguise."""
    _, call, last = failed
    if (theirs := at_their_side(failed)) is not None:
        return theirs
    read = _BY_RULE.get(call.rule)
    if read is None and call.location == "retry.retry_after":
        read = _hurried
    if read is not None and (found := read(failed)) is not None:
        return found
    # A failure of the provider's side, whatever the client made of it: that is a second thing.
    failed_at_last = last.response.status >= 400
    place = f"error.status.{last.response.status}" if failed_at_last else call.location
    return cause_of("provider", place, call.reason, "named")


def _retried_refusal(failed: FailedCall) -> Mechanism:
    refused = msgspec.structs.replace(failed.call, location="request.body")
    found = rejected.mechanism(failed._replace(call=refused))
    return found if found.side in ("application", "provider") else _retried(failed)


def _in_success(failed: FailedCall) -> Mechanism:
    told = _foreseen(failed) or _without_choices(failed)
    if told is not None:
        return told
    return cause_of(_side_of_error(failed.last), failed.call.location, failed.call.reason, "named")


def _limited(failed: FailedCall) -> Mechanism:
    if failed.call.location == "retry.retry_after":
        return _hurried(failed)
    known = limits.seen_fault(failed) or early.came_early(failed)
    return known or cause_of("account", "limit.requests", failed.call.reason, "named")


def _refused_behind(failed: FailedCall) -> Mechanism | None:
    """A refusal by what stands behind a gateway; None where that failed, or could not be asked."""
    if _FAILED_BEHIND.search(_said(failed.last.response.body)):
        return None
    return rejected.by_documents(failed) or ask(
        failed.call.location,
        f"The status {failed.last.response.status} blames the request, and the text only tells "
        f"that what stands behind the gateway refused it, not why.",
        "capture the error's whole body, or ask support with its request id",
    )


# What an error says of an upstream that failed; one that refused says no such thing.
_FAILED_BEHIND = re.compile(
    r"timed? ?-?out|overloaded|temporar|try again|connection|internal (?:server )?error|capacity"
    r"|unavailable|bad gateway|service error|\bbusy\b|failed to (?:get|reach|connect)|unreachable",
    re.IGNORECASE,
)


def _said(body: object) -> str:
    error = read_error(body)
    return f"{error.message} {error.code} {error.type} {error.more}" if error else ""


def _without_object(failed: FailedCall) -> Mechanism:
    """An error that is a text, beside what sources state of its members."""
    members = [
        clause for name in ("message", "type", "code", "body")
        for clause in failed.material.at(f"error.{name}")
    ]  # fmt: skip
    if not members:
        return ask("error", failed.call.reason, "ask support of which form errors are")
    names = ", ".join(dict.fromkeys(clause.location for clause in members))
    says = f"{failed.call.reason} Sources have an object there, with members of its own: {names}."
    return cause_of("provider", "error", says, "named", tuple(members[:1]))


def _dated(failed: FailedCall) -> Mechanism:
    """A Retry-After that is a date, beside what sources state of its form."""
    material, call, last = failed
    if "headers" in last.response.hidden:
        return ask(call.location, call.reason, "capture the answers with their headers")
    stated = current(material, call.location)
    for clause in (*stated, *(one.clause for one in material.seems(call.location))):
        if re.search(r"\bdates?\b", clause.citation.quotation, re.IGNORECASE):
            held = (clause,) if clause in stated else ()
            says = f"{call.reason} Of it {quoted(clause)}"
            return cause_of("application", call.location, says, "named", held)
    return ask(call.location, call.reason, "ask support in which forms Retry-After may come")


def _unread(failed: FailedCall) -> Mechanism:
    """An error with a member of another type than the client wants."""
    if failed.call.location == "error":
        return _without_object(failed)
    kinds = tuple(c for c in current(failed.material, failed.call.location) if c.aspect == "kind")
    if not kinds:
        step = f"ask support of which type {failed.call.location} is"
        return ask(failed.call.location, failed.call.reason, step)
    place, body = failed.call.location, failed.last.response.body
    error = body.get("error") if isinstance(body, dict) else None
    found = json_kind(error.get(place.rpartition(".")[2]) if isinstance(error, dict) else None)
    side: Side = "application" if found in kinds[0].value.split("|") else "provider"
    says = f"{failed.call.reason} The documentation states: {kinds[0].says()}."
    return cause_of(side, place, says, "named", kinds)


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


_IN_SUCCESS = re.compile(
    r"\b200\b|in place of|instead of|mid-?stream|\bevent\b|\bchunk|\bdata:", re.IGNORECASE
)


def _foreseen(failed: FailedCall) -> Mechanism | None:
    """An error in a success that a page tells of, and that the application read as an answer."""
    place, reason, material = failed.call.location, failed.call.reason, failed.material
    streamed = place.startswith("stream.")
    if material.misses_choices:
        within = " in that event" if streamed else ""
        failure = f"{reason} The application failed for want of `choices`{within}."
    elif material.unnoticed:
        failure = f"{reason} The application is reported to have gone on as if nothing had failed."
    else:
        return None
    if streamed and (stated := current(material, place)):
        words = stated[0].citation.words
        says = f"{failure} The documentation tells of it: “{words}”"
        return cause_of("application", place, says, "consistent", stated)
    for one in material.candidates:
        words, at = one.clause.citation.quotation, one.clause.location
        about = at == place or (not streamed and at.startswith(("error.", "response.")))
        if about and re.search(r"\berror\b", words) and (at == place or _IN_SUCCESS.search(words)):
            return _as_told(place, words, f"{failure} Of that {quoted(one.clause)}")
    return None


def _as_told(place: str, words: str, says: str) -> Mechanism:
    """What a sentence on errors in a success means for the side; most only a person can read."""
    if RULES_OUT_ERROR.is_of(words):
        return cause_of("provider", place, says, "consistent")
    if TELLS_OF_ERROR.is_of(words):
        return cause_of("application", place, says, "consistent")
    return ask(place, says, "read that sentence: does it rule such an answer out, or tell of it?")


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
    if (coded := _against_code(failed)) is not None:
        return coded
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


def _against_code(failed: FailedCall) -> Mechanism | None:
    """A call that was sent again though sources say of its error's very code that it is not to be:
    one status has codes that pass, and codes that do not.
    """
    call, last = failed.call, failed.last
    error = read_error(last.response.body) if last.response.body_kind == "json" else None
    if error is None or not error.code or len(call.exchanges) < _AGAIN:
        return None
    place, when = f"retry.status.{last.response.status}", f"error.code={error.code}"
    stated = tuple(c for c in current(failed.material, place) if c.when == when)
    seeming = tuple(one.clause for one in failed.material.seems(place))
    told = stated or tuple(c for c in seeming if c.aspect == "retry" and c.when == when)
    if not told or any(clause.value != "no" for clause in told):
        return None
    what = f"a source says not to: “{stated[0].citation.words}”." if stated else quoted(told[0])
    says = (
        f"The application sent a call again {times(call.attempts - 1)} after "
        f"{last.response.status} with `{error.code}`; {what}"
    )
    return cause_of("application", place, says, "named" if stated else "consistent", stated)


_AGAIN = 2


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
            f"The application sent a call again {times(call.attempts - 1)} after "
            f"{last.response.status}, which the documentation says not to retry."
        )
        return cause_of("application", place, says, "named", clauses)
    return _seems_forbidden(failed, place, every) or ask(
        place, call.reason, f"ask support whether {last.response.status} may be retried"
    )


def _seems_forbidden(
    failed: FailedCall, place: str, stated: tuple[Clause, ...]
) -> Mechanism | None:
    """A call that was sent again against sentences of which nobody has accepted one yet."""
    told = [one.clause for one in failed.material.seems(place) if one.clause.aspect == "retry"]
    if stated or not told or any(one.value != "no" or one.when for one in told):
        return None
    says = (
        f"The application sent a call again {times(failed.call.attempts - 1)} after "
        f"{failed.last.response.status}; {quoted(told[0])}"
    )
    return cause_of("application", place, says, "consistent")


def _side_of_error(last: Exchange) -> Side:
    bodies = [f.data for f in last.response.frames] or [last.response.body]
    words = " ".join(map(_said, bodies))
    return "account" if limits.is_own(words) else "provider"


_BY_RULE: Mapping[str, Callable[[FailedCall], Mechanism | None]] = MappingProxyType(
    {
        "retried-refusal": _retried_refusal,
        "error-in-success": _in_success,
        "unread-hint": _dated,
        "unread-error": _unread,
        "rate-limit": _limited,
        "hidden-upstream": _refused_behind,
    }
)
