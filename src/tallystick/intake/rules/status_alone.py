"""A refusal of which the capture shows no more than its status (RFC 9110, section 15.5)."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.endpoint import odd_path
from tallystick.record.finding import FailureClass

# What a status says by itself, and what it leaves open. Others keep their own rules: 401, 402,
# 407, 408 and 429 are about one thing each.
_TABLE: dict[int, tuple[FailureClass, str, str]] = {
    403: ("authentication", "auth.token", "the credential, the account or the network"),
    404: ("request_contract", "endpoint.path", "the address or the model"),
    405: ("request_contract", "endpoint.path", "the method or the address"),
    413: ("request_contract", "request.body", "a limit of the API or of a gateway"),
    **dict.fromkeys(
        (400, 406, 409, 411, 414, 415, 422, 424),
        ("request_contract", "request.body", "the request's form, the account or the model"),
    ),
}


def _claim(seen: Features) -> Claim | None:
    if not seen.lacks_body or seen.words or seen.status not in _TABLE:
        return None
    kind, place, about = _TABLE[seen.status]
    if place == "endpoint.path" and _is_sent_elsewhere(seen):
        return None  # the address itself shows it
    reason = f"The call was refused with {seen.status}; whether over {about} is not visible, as"
    return Claim(kind, place, f"{reason} no body is in the capture.")


def _is_sent_elsewhere(seen: Features) -> bool:
    return "line" not in seen.last.request.hidden and odd_path(seen.path)


RULE = Rule(
    "status-alone",
    "a 4xx of which no body was captured",
    _claim,
    Example((403,), None),
    Example((403,), {"error": {"message": "Invalid API key"}}),
)
