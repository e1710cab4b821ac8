"""The provider refused the request's form."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.places import field_location, named_fields

_REFUSALS = (400, 404, 405, 406, 409, 411, 413, 414, 415, 422, 424)
# A failure of the server that is a refusal in disguise says what is wrong with the request.
_SAYS_DISGUISED = (
    r"invalid_request|invalid request|invalid_type|invalid value|is required|unsupported|"
    r"model_not_found|unknown model|not support|unexpected keyword|missing field|"
    r"cannot unmarshal|extra inputs|validation error|too long|context length|alternate|jinja"
)
# Some name every error a refusal of the request; what they say of themselves counts for more.
_SAYS_BUSY = r"\bbusy\b|overload|at capacity|high (?:demand|load|traffic)"


def _claim(seen: Features) -> Claim | None:
    refused = seen.status in _REFUSALS
    spoken = seen.says(_SAYS_DISGUISED) and not seen.says(_SAYS_BUSY)
    spoken = spoken or bool(named_fields(seen))
    disguised = seen.status >= 500 and (spoken or bool(seen.request_faults))
    if not (refused or disguised):
        return None
    place = "request.model" if seen.says("model_not_found") else field_location(seen)
    filtered = seen.last.response.rejects_as == "filtered"
    what = "what a message says (a content filter)" if filtered else "the request's form"
    return Claim("request_contract", place, f"The provider refused {what} with {seen.status}.")


RULE = Rule(
    "refused-request",
    "a 4xx about the request, or a 5xx whose text speaks of the request",
    _claim,
    Example((400,), {"error": {"message": "Unsupported parameter", "param": "max_tokens"}}),
    Example((500,), {"error": {"message": "Internal server error", "type": "server_error"}}),
)
