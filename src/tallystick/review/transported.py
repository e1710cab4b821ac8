"""Calls that did not reach the API, or that what stands before it answered."""

from collections.abc import Callable, Mapping

from tallystick.record.exchange import Exchange
from tallystick.record.finding import Side, Support
from tallystick.record.forms import host_of
from tallystick.review import addressed, patience
from tallystick.review.material import Material
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, current
from tallystick.review.outage import may_be_of_the_model
from tallystick.review.toldapart import told_apart

# What may break off behind the host that was called as well.
_WITHIN = ("reset", "stream", "timeout")
# What the other side ends; a time-out is the client's own.
_BROKEN_OFF = ("reset", "stream")
_NETWORK = ("dns", "tls", "refused", "reset", "timeout", "proxy", "network", "stream")
_OF_EDGES = range(520, 531)


def mechanism(failed: FailedCall) -> Mechanism:
    """What a failure of the transport was."""
    call = failed.call
    kind = call.location.split(".")[1]
    special = _BY_KIND.get(kind)
    if special is not None and (told := special(failed)) is not None:
        return told
    if kind in _BROKEN_OFF and (ended := patience.at_stated_end(failed)) is not None:
        return ended
    if kind in _NETWORK:
        return _network(failed, kind)
    if kind == "protocol":
        return ask(call.location, call.reason, "capture what the client wrote to the socket")
    if kind in ("gateway", "network_policy"):
        return _gateway(failed, kind)
    return ask(call.location, call.reason, "capture the failure with its text")


def _network(failed: FailedCall, kind: str) -> Mechanism:
    """A connection that failed or broke off."""
    call = failed.call
    if kind in _WITHIN and addressed.is_of_own_gateway(failed):
        masked = "‹" in host_of(failed.last.request.url)
        host = "whose name is masked" if masked else "that is no documented one"
        says = (
            f"{call.reason} The call went to a host {host}; which side of that host broke off is "
            f"not seen."
        )
        return ask(call.location, says, "capture the call behind the host that was called")
    if kind == "timeout" and patience.may_be_own_limit(failed):
        says = (
            f"{call.reason} Other calls to the same host were answered; whether the client gave up "
            f"too early or the answer was late is not shown."
        )
        return ask(call.location, says, "lay the client's time-out beside how long answers take")
    # Where the capture tells no kind, what was reported does: that is not shown by it.
    support: Support = "consistent" if failed.last.failure == "unknown" else "named"
    return cause_of("network", call.location, call.reason, support)


def _shows_whole_error(last: Exchange) -> bool:
    """Whether a log shows of an error all that could tell that it is a rejection."""
    error = last.response.body.get("error") if isinstance(last.response.body, dict) else None
    return isinstance(error, dict) and {"message", "code"} <= set(error)


def _gateway(failed: FailedCall, kind: str) -> Mechanism:
    """A status of what stands before the API, or of the API itself: what sources say of it stands
    at the place of the status.
    """
    _, call, last = failed
    place = call.location.replace("transport.gateway.", "error.status.")
    unread = last.response.body_kind in ("not-visible", "partial")
    unsaid = unread and not _shows_whole_error(last)
    if call.location == "transport.gateway.500" and unsaid:
        return ask(place, call.reason, "capture the error's body: a 500 may be a rejection")
    if kind == "gateway" and unread and (codes := told_apart(failed)):
        says = f"{call.reason} Sources tell answers of this status apart by their code ({codes})."
        return ask(place, says, "capture the error's body: its code decides")
    if call.location == "transport.gateway.503" and unsaid and may_be_of_the_model(failed):
        step = "capture the error's body: gateways answer 503 where they have no such model, too"
        return ask(place, call.reason, step)
    page = last.response.body_kind in ("html", "text")
    refusal = 400 <= last.response.status < 500 and last.response.status != 408
    if kind == "gateway" and refusal and not page:
        step = "read what the answer says, or ask the provider's support with its request id"
        return ask(place, call.reason, step)
    # A page or a bare text is of what stands before the API. What shows nothing is the API's
    # where its address was called, and a proxy's own in that proxy's log.
    bare = last.response.body_kind == "not-visible" and not addressed.is_at_the_api(failed)
    # Cloudflare's own statuses are of what stands before the host that was called.
    edge = last.response.status in _OF_EDGES and addressed.is_of_provider(failed)
    side: Side = "gateway" if (page or bare) and not edge else "provider"
    aside = " This status is of the edge of the host that was called." if edge else ""
    return cause_of(side, place, f"{call.reason}{aside}", "named")


def _reached(material: Material) -> set[str]:
    return {host_of(e.request.url) for e in material.exchanges if e.response.status}


def _lost(failed: FailedCall) -> Mechanism | None:
    """A host whose name leads nowhere, where sources state which one is to be called: another than
    that, or one that is masked and that no call reached.
    """
    material, call, last = failed
    stated = current(material, "endpoint.base_url")
    sent = host_of(last.request.url)
    reached = material.remembered("reached", lambda: _reached(material))
    if not stated or not sent or sent in reached:
        return None
    hosts = sorted({host_of(clause.value) for clause in stated})
    if sent in hosts:
        return None
    if "‹" in sent:
        step = f"compare the host that was called with {' or '.join(hosts)}"
        says = f"{call.reason} Whether it is the documented one is not shown: it is masked."
        return ask(call.location, says, step)
    says = f"{call.reason} The application called {sent}; the documentation states {hosts[0]}."
    return cause_of("application", "endpoint.base_url", says, "named", stated)


# What a kind of failure may come from that is not the network.
_BY_KIND: Mapping[str, Callable[[FailedCall], Mechanism | None]] = {
    "timeout": patience.gave_up_early,
    "dns": _lost,
}
