"""What a hop between the application and the API did to a failing call, as two captures show it.

A hop may change what it likes; it is the cause only where what it changed is what failed.
"""

from collections.abc import Mapping

import msgspec

from tallystick.record.exchange import Exchange
from tallystick.record.forms import OPERATED, host_of
from tallystick.record.sighting import Change
from tallystick.review.addressed import is_of_own_gateway, stated_hosts
from tallystick.review.credential import says_missing
from tallystick.review.material import Material
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, current

# What an answer lacks when a member of the request did not arrive.
_EFFECTS: Mapping[str, frozenset[str]] = {
    "request.response_format": frozenset(("no-json", "schema-violated")),
    "request.tool_choice": frozenset(("tool-choice-ignored",)),
    "request.n": frozenset(("fewer-choices",)),
}

# What shows that two sights are one call; what was asked at the same time may be another.
_SURE = ("identifier", "record", "relayed")


def mechanism(failed: FailedCall) -> Mechanism | None:
    """The hop as the cause of a failing call; None where what it changed did not fail."""
    if "local-reply" in failed.last.response.facts:
        status = failed.last.response.status
        says = f"The gateway's own log says that it answered {status} itself: the API did not."
        return cause_of("gateway", failed.call.location, says, "named")
    seen = failed.material.sighting(failed.last.id)
    if seen is None or not seen.directed or seen.by not in _SURE:
        return _straight(failed)
    for change in seen.changes:
        says = (
            _unsigned(change, failed.last)
            or _asked(change, failed.last)
            or _without_companion(change, failed)
            or _called(change, failed)
            or _answered(change, failed)
        )
        if says:
            return cause_of("gateway", change.location, says, "named")
    return None


def added(failed: FailedCall, found: Mechanism) -> Mechanism:
    """A cause that is laid to the application, at a member that it did not send: the hop did."""
    seen = failed.material.sighting(failed.last.id)
    if found.side != "application" or seen is None:
        return found
    unseen = failed.last.request.body_kind not in ("json", "partial")
    if unseen and found.location.startswith("request."):
        says = (
            f"{failed.call.reason} Two captures show this call; whether both saw the same request "
            f"is not shown."
        )
        return ask(found.location, says, "capture one call at both places, with its bodies")
    if not seen.directed or seen.by not in _SURE:
        return found
    for change in seen.changes:
        here = found.location == change.location or _is_under(found.location, change.location)
        if change.kind == "member-added" and here:
            name = change.location.removeprefix("request.")
            says = (
                f"{failed.call.reason} The hop between the application and the API added "
                f"`{name}`, which the application did not send."
            )
            return cause_of("gateway", found.location, says, "consistent")
    return found


# What may pass, or hangs on a key, differs from call to call whatever is in between; and so does
# what a model writes: of a success only what the protocol rules out is the work of what is between.
_PASSING = (401, 403, 408, 429)


def _straight(failed: FailedCall) -> Mechanism | None:
    """A call to another host than the documented one, where the same request went well when it was
    sent to that one.
    """
    call, last = failed.call, failed.last
    status, body = last.response.status, last.request.body
    rejected = 400 <= status < 500 and status not in _PASSING
    lasts = rejected or (200 <= status < 300 and call.rule == "bad-success")
    if not lasts or last.request.body_kind != "json" or not is_of_own_gateway(failed):
        return None
    material = failed.material
    direct = material.remembered("direct", lambda: _sent_straight(material))
    host = direct.get(msgspec.json.encode(body))
    if not host:
        return None
    says = f"{call.reason} The same request, sent to {host}, went well."
    return cause_of("gateway", call.location, says, "contrasted")


def _sent_straight(material: Material) -> Mapping[bytes, str]:
    """The whole requests that went well at the documented host, and that host."""
    hosts = stated_hosts(material) or {OPERATED}
    called = [(host_of(e.request.url), e.request) for e in material.sound]
    return {
        msgspec.json.encode(sent.body): host
        for host, sent in called
        if host in hosts and sent.body_kind == "json"
    }


def _asked(change: Change, last: Exchange) -> str:
    """A refusal of what the hop made of the request, or an answer to what it left out."""
    refused, name = last.response.rejects, change.location.removeprefix("request.")
    at_place = (
        bool(refused)
        and last.response.status >= 400
        and (refused == change.location or _is_under(refused, change.location))
    )
    if change.kind == "member-added" and at_place:
        return (
            f"The hop between the application and the API added `{name}`, which the application "
            "did not send, and the API refused it."
        )
    if change.kind in ("value-changed", "model") and at_place:
        return (
            f"The application sent `{name}` as {change.near}, the hop sent {change.far}, and the "
            "API refused it."
        )
    if change.kind != "member-dropped":
        return ""
    missing = at_place and last.response.rejects_as == "missing"
    if missing or _EFFECTS.get(change.location, frozenset()) & set(last.response.facts):
        told = "the API refused the request without it" if missing else "the answer came without it"
        return f"The application sent `{name}`, the hop left it out, and {told}."
    return ""


def _without_companion(change: Change, failed: FailedCall) -> str:
    """A refusal of a member whose companion the hop changed, without which sources say that it is
    not taken.
    """
    refused, name = failed.last.response.rejects, change.location.removeprefix("request.")
    clauses = current(failed.material, refused) if refused else ()
    for clause in clauses if change.kind in ("value-changed", "member-dropped") else ():
        beside, _, value = clause.value.partition("=")
        left = beside == name and (not value or (change.near == value and change.far != value))
        if clause.aspect == "requires" and left:
            sent = change.far or "nothing"
            return (
                f"The application sent `{name}` as {change.near}, the hop sent {sent}, and the API "
                f"refused {refused}, which is documented to need it: {clause.says()}."
            )
    return ""


def _unsigned(change: Change, last: Exchange) -> str:
    """A key that the hop did not send on, where the API says that none came."""
    if change.location != "auth.header" or not says_missing(last):
        return ""
    return (
        f"The application sent its key in `{change.near}`, the hop sent none on, and the API "
        f"answered {last.response.status}: it says that no key came."
    )


def _is_under(place: str, above: str) -> bool:
    return place.startswith((f"{above}.", f"{above}["))


def _called(change: Change, failed: FailedCall) -> str:
    """A path that the hop made of the documented one, and that no source documents."""
    if change.kind != "path" or not failed.call.location.startswith("endpoint."):
        return ""
    stated = {c.value for c in current(failed.material, "endpoint.path") if c.aspect == "value"}
    if change.near not in stated or change.far in stated:
        return ""
    return (
        f"The application called {change.near}, as documented; the hop called {change.far}, and "
        f"the API answered {failed.last.response.status}."
    )


def _answered(change: Change, failed: FailedCall) -> str:
    """An answer that failed at the very place that the hop rewrote."""
    place = failed.call.location
    told = f"{change.far or 'nothing'} came to the hop, and {change.near or 'nothing'} left it."
    if change.kind == "model":
        told = f"{change.near} was asked for, and the hop asked for {change.far}."
        return f"The hop rewrote the model: {told}" if place == "response.model" else ""
    if change.kind == "status":
        return f"The hop rewrote the status: {told}" if _is_of_status(change, failed) else ""
    if change.kind == "rebuffered":
        streamed = place.startswith("stream.") or place == "response.content_type"
        return f"The hop rewrote the framing of the answer: {told}" if streamed else ""
    answered = change.kind in ("finish-reason", "chunk-dropped", "content-type", "member-dropped")
    if answered and not change.location.startswith("request."):
        same = place == change.location or _is_under(place, change.location)
        return f"The hop rewrote {change.location}: {told}" if same else ""
    return ""


def _is_of_status(change: Change, failed: FailedCall) -> bool:
    """Whether the call failed by the status that the hop made: not by the one that it received."""
    made = change.near in map(str, failed.call.statuses)
    place = failed.call.location
    by_status = place.startswith(("transport.gateway", "retry.status", "error.status"))
    return made and by_status and place.endswith(change.near)
