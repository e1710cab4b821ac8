"""A credential that could not even be sent."""

import re

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

# What HTTP clients say of a header that they would not send: Go (net/http), h11.
_NAMED = re.compile(r"header (?:field )?value .{0,12}?[\"']?(?:authorization|bearer)\b")


def _claim(seen: Features) -> Claim | None:
    if seen.last.failure != "protocol" or seen.status:
        return None
    sent = seen.last.request_header("authorization") or seen.last.request_header("api-key") or ""
    told = seen.last.failure_text.lower()
    if _NAMED.search(told):
        reason = "The client refused to send its own credential header, so nothing left the host."
        return Claim("authentication", "auth.header", reason)
    about_header = "header" in seen.last.failure_text.lower() or seen.facts.says("header")
    if sent.endswith("‹credential:0›") or (about_header and "credential" in sent):
        reason = "The client refused to send its own credential header, so nothing left the host."
        return Claim("authentication", "auth.header", reason)
    return None


RULE = Rule(
    "unsendable-credential",
    "a header value the HTTP client refuses, such as an empty bearer token",
    _claim,
    Example((0,), error="LocalProtocolError: Illegal header value", authorization="Bearer "),
    Example((0,), error="RemoteProtocolError: malformed response"),
)
