"""A failure behind the gateway, dressed as the client's mistake."""

import re

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.places import named_fields

_UPSTREAM = (
    r"upstream|from provider|provider returned|provider error|bad_response|backend|timed? ?out"
    r"|timeout|overloaded|temporar|try again|connection (?:error|reset|refused)"
    r"|internal (?:server )?error|unavailable|bad gateway|capacity|service error"
)


def _claim(seen: Features) -> Claim | None:
    if not 400 <= seen.status < 500 or seen.status == 404 or not seen.says(_UPSTREAM):
        return None
    if named_fields(seen) or re.search(r"invalid|unsupported|not support", seen.words):
        return None
    return Claim(
        "error_contract",
        "error.status",
        f"The status {seen.status} blames the request, the text a failure behind the gateway.",
    )


RULE = Rule(
    "hidden-upstream",
    "a 4xx whose text tells of a provider's or gateway's failure and names no field",
    _claim,
    Example((400,), {"error": [{"code": 2005, "message": "Failed to get response from provider"}]}),
    Example((400,), {"error": {"message": "Upstream request failed: Incorrect role information"}}),
)
