"""No complete answer arrived."""

import re

from tallystick.intake.failures import failure_kind
from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule, after

# What each kind of transport failure is, in words.
WORDS: dict[str | None, str] = {
    "dns": "the host name could not be resolved",
    "tls": "the TLS handshake or certificate check failed",
    "timeout": "no answer came in time",
    "reset": "the connection broke before the answer was complete",
    "refused": "the connection was refused",
    "proxy": "a proxy would not pass the request",
    "protocol": "the exchange was no valid HTTP",
    "network": "the network did not carry the request",
    "aborted": "the exchange was aborted before the answer was complete",
}
# A client that waited for a free connection of its own, not for an answer (httpx, HTTPCore).
_OWN_POOL = re.compile(r"pool ?timeout", re.IGNORECASE)
# How clients refuse an address before they send anything: httpx, Requests, aiohttp, Go.
_NO_ADDRESS = re.compile(
    r"missing an? ['\"]?https?://|unsupported protocol|no scheme supplied|invalid url",
    re.IGNORECASE,
)


def _claim(seen: Features) -> Claim | None:
    kind = seen.last.failure
    # With an error status the answer did arrive; what failed is the capture of its body.
    if kind == "protocol" and _NO_ADDRESS.search(seen.last.failure_text):
        reason = "The client was given an address without a scheme that it can call."
        return Claim("request_contract", "endpoint.base_url", reason)
    if kind == "timeout" and not seen.status and _OWN_POOL.search(seen.last.failure_text):
        reason = (
            f"In transport the client's own pool had no free connection in time; this request was "
            f"not sent{after(seen)}"
        )
        return Claim("transport", "transport.timeout", reason)
    if kind in WORDS and seen.status < 400:
        reason = f"In transport {WORDS[kind]}{_unseen(seen)}{after(seen)}"
        return Claim("transport", f"transport.{kind}", reason)
    told = _as_reported(seen) if kind == "unknown" and not seen.status else None
    if told in WORDS and not seen.hides("status"):
        reason = f"No answer arrived; by what was reported, {WORDS[told]}{after(seen)}"
        return Claim("transport", f"transport.{told}", reason)
    if kind == "unknown" and not seen.status and not seen.hides("status"):
        reason = f"No answer arrived, and the capture does not tell why{after(seen)}"
        return Claim("transport", "transport.unknown", reason)
    if any(frame.kind == "open" for frame in seen.last.response.frames):
        reason = f"The stream broke off in the middle of an event{after(seen)}"
        return Claim("transport", "transport.stream", reason)
    return None


# What a client raised, by its class or its code: a report's other words may be of anything.
_RAISED = re.compile(
    r"\b\w{2,40}(?:error|exception)\b(?::[^\n]{0,120})?|\bfetch failed\b|\bnet::err_\w+"
    r"|\be(?:conn|timedout|notfound|ai_|pipe)\w*"
)


def _as_reported(seen: Features) -> str:
    """The kind of failure that a reported exception tells of; empty where none was reported."""
    found = " ".join(_RAISED.findall(seen.facts.symptom))
    return failure_kind(found) if found else ""


def _unseen(seen: Features) -> str:
    """A client that would not send its own header fails like one that got no HTTP."""
    hidden = seen.last.failure == "protocol" and "headers" in seen.last.request.hidden
    return "; what the client tried to send is not in the capture" if hidden else ""


RULE = Rule(
    "transport-failure",
    "an attempt without a complete answer",
    _claim,
    Example((0,), error="dns: getaddrinfo ENOTFOUND"),
    Example((500,), {"error": {"message": "Internal server error", "type": "server_error"}}),
)
