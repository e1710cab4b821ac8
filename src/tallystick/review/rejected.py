"""Calls that the API rejected: what it names, beside what the documents state at that place."""

from tallystick.protocol import read_error, request_violations
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Support
from tallystick.record.forms import host_of
from tallystick.review.addressed import another_api, by_address
from tallystick.review.agreeing import agreed
from tallystick.review.allowing import allowed
from tallystick.review.codes import by_code
from tallystick.review.conforming import documented_so
from tallystick.review.departures import NOT_SENT, departure, inner_departure, without_its_companion
from tallystick.review.material import Material
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    covers,
    current,
    is_torn,
    torn,
)
from tallystick.review.modelids import EITHER, written_otherwise
from tallystick.review.outside import outside, values_at
from tallystick.review.refused import (
    gone_model,
    media_type,
    not_accepted,
    unlike_example,
)
from tallystick.review.roleorder import by_order
from tallystick.review.sentences import by_any_sentence, by_sentence, told_without
from tallystick.review.undescribed import is_unaddressed, left_open, undescribed


def mechanism(failed: FailedCall) -> Mechanism:
    """Why the API rejected a call."""
    _, call, last = failed
    if call.location.startswith("endpoint."):
        told = by_address(failed)
        return told if told.side != "unknown" else agreed(failed, call.location) or told
    if last.response.status == 415 and (wrong := media_type(failed)):
        return wrong
    if away := another_api(failed):
        return away
    if last.response.rejects_as == "filtered":
        says = (
            f"A content filter refused what a message says ({last.response.status}); that is not "
            f"about the request's form."
        )
        return ask(
            last.response.rejects, says, "read the provider's content policy beside the text"
        )
    named = bool(last.response.rejects)
    place = last.response.rejects or call.location
    if named and (between := _added_between(failed, place)) is not None:
        return between
    told = _told(failed, place, named=named)
    return (
        told if told.side != "unknown" else agreed(failed, place) or allowed(failed, place) or told
    )


def _told(failed: FailedCall, place: str, *, named: bool) -> Mechanism:
    """What clauses, candidates and calls that went well tell of a rejection."""
    found, last = None, failed.last
    if named or place not in ("request.body", "request"):
        found = _at(failed, place, "named" if named else "consistent")
    return (
        found
        or by_order(failed)
        or by_documents(failed)
        or by_any_sentence(failed)
        or by_code(failed, place)
        or (None if named else _sent_alone(failed))
        or ask(
            place,
            f"The API rejected the request with {last.response.status}; neither its words nor the "
            f"documents tell which part is at fault.",
            _missing(last),
        )
    )


def _added_between(failed: FailedCall, place: str) -> Mechanism | None:
    """A member that the API refuses by name in calls that send it and in calls that do not."""
    material = failed.material
    sent = material.remembered(("refused", place), lambda: _sent_of_refused(material, place))
    if len(sent) < 2:  # all of them send it, or none
        return None
    says = (
        f"The API refused {place} by name, of calls that send it and of calls that do not: "
        f"something in between may add it."
    )
    return ask(place, says, "capture one call at both sides of what is in between, with times")


def _sent_of_refused(material: Material, place: str) -> set[bool]:
    """Whether the calls that were refused for a member send it."""
    others = filter(None, map(material.exchange, material.failing))
    refused = [e for e in others if e.response.rejects == place and e.request.body_kind == "json"]
    kinds = ("unknown", "unsupported", "by-model")
    refused = [e for e in refused if e.response.rejects_as in kinds]
    return {bool(list(values_at(e.request.body, place))) for e in refused}


def _missing(last: Exchange) -> str:
    if last.request.body_kind != "json":
        return "capture a failing request with its whole body (masked)"
    return "ask support what this rejection is about, with the request id"


def _at(failed: FailedCall, place: str, support: Support) -> Mechanism | None:
    """The place that the rejection is about, beside what is documented there; None where only
    phrases point at it and the documents say nothing that decides.
    """
    every = failed.material.at(place)
    if is_torn(every):
        return torn(place, every)
    of_model = place == "request.model"
    gone = (gone_model(failed) or _unknown_id(failed)) if of_model else None
    if gone is not None:
        return gone
    clauses = current(failed.material, place)
    old = not_accepted(failed, place, clauses)
    if old is not None:
        return old
    if not clauses:
        unlike = unlike_example(failed, place) or by_sentence(failed, place)
        if not unlike and support == "named" and (what := _against_protocol(failed.last, place)):
            return _documented_otherwise(failed, place, what, support, ())
        return unlike or (undescribed(failed, place) if support == "named" else None)
    what = departure(failed.last, place, clauses) or inner_departure(failed, place)
    what = what or without_its_companion(failed.last, place, clauses)
    what = what or _as_it_says(failed, clauses)
    what = what or _against_protocol(failed.last, place) or _left_out(failed.last, place, clauses)
    if what:
        return _documented_otherwise(failed, place, what, support, clauses)
    if said := by_sentence(failed, place) or by_code(failed, place):
        return said
    return (
        documented_so(failed.last, place, clauses, failed.material.seems(place))
        if support == "named"
        else None
    )


def _unknown_id(failed: FailedCall) -> Mechanism | None:
    """An id that the API does not know, which is a listed one in another writing."""
    error = read_error(failed.last.response.body)
    either = EITHER.search((error.message or "") if error else "")
    surely = failed.last.response.status in (400, 404) and either is None
    return written_otherwise(failed, is_surely_unknown=surely)


def _as_it_says(failed: FailedCall, clauses: tuple[Clause, ...]) -> str:
    """What the API says was left out beside a member, of a request that no capture shows; where
    calls went to several hosts, what one of them sent on may be another's doing.
    """
    if is_unaddressed(failed.last):
        return ""
    hosts = {host_of(e.request.url) for e in failed.material.exchanges}
    told = (told_without(failed.last, one) for one in clauses if one.aspect == "requires")
    return next(filter(None, told), "") if len(hosts) < _SEVERAL_HOSTS else ""


_SEVERAL_HOSTS = 2


def _left_out(last: Exchange, place: str, clauses: tuple[Clause, ...]) -> str:
    """That the request lacks what the API asks for by name and a source describes, where no source
    says that it may be left out.
    """
    asked = last.response.rejects == place and last.response.rejects_as == "missing"
    there = any(True for _ in values_at(last.request.body, place))
    optional = any(c.aspect == "required" and c.value == "no" for c in clauses)
    lacks = asked and last.request.body_kind == "json" and not there and not optional
    return "sent nothing, which the API asks for and the documentation describes" if lacks else ""


def _against_protocol(last: Exchange, place: str) -> str:
    """What the request itself shows of the very thing that is rejected: a tool result that answers
    no call, a message without its role.
    """
    # Of what a log put together, only its messages are as they were sent.
    whole = last.request.body_kind == "json" or place.startswith("request.messages")
    if last.response.rejects != place or not whole:
        return ""
    faults = request_violations(last.request.body) if last.request.body is not None else ()
    error = read_error(last.response.body)
    of_tools = place in _OF_TOOLS or (
        place in _OF_MESSAGES and "tool" in (error.message or "") if error else False
    )
    places = _OF_TOOLS if of_tools else (place,)
    found = next((fault.problem for fault in faults if fault.location in places), "")
    return f"sent what {found}, by the protocol itself" if found else ""


# A call and its answer name each other: a rejection may name either.
_OF_MESSAGES = ("request.messages[].role", "request.messages", "request.messages[].content")
_OF_TOOLS = ("request.messages[].tool_calls", "request.messages[].tool_call_id")


_NO_LIMITS = {"exists", "meaning", "required"}


def _shown_null(failed: FailedCall, place: str) -> Clause | None:
    """A page that shows a null at a place of a request."""
    seen = (c for c in failed.material.at(place, "kind") if c.standing == "shown-in-example")
    return next((clause for clause in seen if clause.value == "null"), None)


def _takes_null(clauses: tuple[Clause, ...]) -> bool:
    """Whether a source says that a null is taken."""
    return any(c.aspect == "kind" and "null" in c.value.split("|") for c in clauses)


def _documented_otherwise(
    failed: FailedCall, place: str, what: str, support: Support, clauses: tuple[Clause, ...]
) -> Mechanism:
    says = (
        f"At `{place}` the application {what}; the API rejected the request with "
        f"{failed.last.response.status}."
    )
    about = {"required"} if what == NOT_SENT else {c.aspect for c in clauses} - _NO_LIMITS
    limits = tuple(clause for clause in clauses if clause.aspect in about) or clauses
    unseen = what.startswith("sent a value of another type") and not _takes_null(clauses)
    if (what.startswith("sent null") or unseen) and (shown := _shown_null(failed, place)):
        other = "a null there; what was sent is not shown" if unseen else "it being sent so"
        says = f"{says} Another page shows {other}."
        step = "ask support which of the two pages holds"
        return Mechanism("documents", place, says, "consistent", (*limits, shown), step)
    return cause_of("application", place, says, support, limits)


def by_documents(failed: FailedCall) -> Mechanism | None:
    """Without a named place: what the request itself breaks of the documents, or sends beyond
    them, that no call that went well does.
    """
    material, _, last = failed
    body = last.request.body
    if last.request.body_kind not in ("json", "partial") or not isinstance(body, dict):
        return None
    for place in material.remembered("documented", lambda: _documented(material)):
        found = _broken(failed, place)
        if found is not None:
            return found
    for name in sorted(body) if not is_unaddressed(last) else ():
        place = f"request.{name}"
        undocumented = not material.at(place) and covers(material, place)
        told = undocumented and not left_open(failed) and not _is_lacking(material, name)
        if told and material.sound_bodies and name not in _sent_well(material):
            says = (
                f"The application sent `{name}`, which no source documents; the API rejected the "
                f"request with {last.response.status}, and no call without it failed so."
            )
            return cause_of("application", place, says, "contrasted")
    return None


def _is_lacking(material: Material, name: str) -> bool:
    """Whether some failing call did not send a member: then it is not what they fail for."""
    others = filter(None, map(material.exchange, material.failing))
    bodies = [e.request.body for e in others if e.request.body_kind == "json"]
    return any(isinstance(body, dict) and name not in body for body in bodies)


def _sent_alone(failed: FailedCall) -> Mechanism | None:
    """The one member that a refused call sends and no call that went well is seen to send, where
    the documents say nothing of it: what to ask about, and no cause.
    """
    material, _, last = failed
    body = last.request.body
    shown = last.request.body_kind in ("json", "partial") and isinstance(body, dict)
    if not shown or not material.sound_bodies:
        return None
    only = sorted(set(body) - _sent_well(material))
    if len(only) != 1 or material.at(f"request.{only[0]}"):
        return None
    name = only[0]
    says = (
        f"The API rejected the request with {last.response.status}. It sends `{name}`, which no "
        f"call that went well is seen to send; the documents do not tell whether it is taken."
    )
    return ask(f"request.{name}", says, f"send one failing request again without `{name}`")


def _documented(material: Material) -> list[str]:
    return sorted({c.location for c in material.clauses if c.location.startswith("request.")})


def _sent_well(material: Material) -> frozenset[str]:
    """The members that some call that went well sent."""
    return material.remembered("sent", lambda: frozenset[str]().union(*material.sound_bodies))


def _broken(failed: FailedCall, place: str) -> Mechanism | None:
    material = failed.material
    clauses = current(material, place)
    what = departure(failed.last, place, clauses)
    nested = place.count(".") > 1 or "[" in place
    if not what or (what == NOT_SENT and nested):
        return None
    same, lacking = material.remembered(("kept", place), lambda: _of_well(material, place, clauses))
    if same or (what == NOT_SENT and lacking):
        return None  # calls that went well do the same
    support: Support = "contrasted" if material.sound_bodies else "consistent"
    return _documented_otherwise(failed, place, what, support, clauses)


def _of_well(material: Material, place: str, clauses: tuple[Clause, ...]) -> tuple[bool, bool]:
    """Whether calls that went well break what clauses say of a place, and whether some lack it."""
    sent = [list(values_at(body, place)) for body in material.sound_bodies]
    broken = any(True for values in sent for v in values for _ in outside(v, clauses, place))
    return broken, not all(sent)
