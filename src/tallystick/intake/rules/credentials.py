"""The credential was missing, wrong, expired or not allowed."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

_AUTH = (
    r"(?:invalid|incorrect|missing|no|wrong|expired|revoked|disabled|malformed|without)\W+"
    r"(?:\S+\W+){0,3}(?:api[ _-]?key|auth\w*|bearer|access token|credential|subscription key)"
    r"|api[ _-]?key\W+(?:\S+\W+){0,3}(?:invalid|not valid|not found|missing|required|expired"
    r"|incorrect|disabled)"
    r"|invalid_api_key|invalid_token|authentication_error|invalid_authentication|unauthenticated"
    r"|missing_?key|token_expired|token_revoked|missing_scope|missing scopes"
    r"|insufficient_permissions"
    r"|invalid_organization|mismatched_organization|ip_not_authorized|no api[ _-]?key"
    r"|provide\w* (?:\S+ ){0,3}api[ _-]?key|invalid bearer|token (?:has )?expired"
)
# What gateways pass on with the status of a failure of their own.
_REFUSED = r"\bunauthori[sz]ed\b|authentication failed|\b401\b"
_MONEY = r"quota|billing|credit|balance|payment|recharge|exceeded"
_ACCESS = (
    r"https|model|region|country|territory|plan|tier|policy|quota|billing|balance|credit|moderation"
    r"|limit exceeded"
)
# What an error says of the account behind a key that is right.
_OF_ACCOUNT = (
    r"account_(?:deactivated|suspended|disabled)|\baccount\b.{0,80}\b(?:deactivated|suspended)"
    # A sound key that is for other models (LiteLLM, `can_key_call_model`).
    r"|not allowed to access (?:the )?model|can only access models|model_access_denied"
)
_LOOKUPS = (
    ("auth.scope", r"scope|permission"),
    ("auth.token_expiry", r"expired|revoked"),
    ("auth.header", r"header|missing|provide|bearer|no auth|didn't"),
)


def _claim(seen: Features) -> Claim | None:
    if seen.status < 400 or seen.says(_OF_ACCOUNT):
        return None
    refused = seen.status == 401 and not seen.says(_MONEY)
    spoken = seen.says(_AUTH) and seen.status != 429
    spoken = spoken or (seen.status >= 500 and seen.says(_REFUSED))
    barred = seen.status == 403 and not seen.says(_ACCESS)
    if not (refused or spoken or barred):
        return None
    return Claim("authentication", _location(seen), _reason(seen))


def _location(seen: Features) -> str:
    shown = "headers" not in seen.last.request.hidden
    absent = shown and _credential(seen) in (None, "‹credential:0›")
    if absent or seen.says(r"subscription key|audience"):
        return "auth.token_expiry" if _expired_on_the_way(seen) else "auth.header"
    return next((place for place, pattern in _LOOKUPS if seen.says(pattern)), "auth.token")


def _expired_on_the_way(seen: Features) -> bool:
    return seen.says("expired") and any(code != 401 for code in seen.statuses)


def _credential(seen: Features) -> str | None:
    names = ("authorization", "api-key", "x-api-key", "x-goog-api-key")
    found = (seen.last.request_header(name) for name in names)
    return next((form.removeprefix("Bearer ") for form in found if form), None)


def _reason(seen: Features) -> str:
    if "headers" in seen.last.request.hidden:
        return f"The call was refused with {seen.status}; the capture has no request headers."
    if _credential(seen) is None:
        return (
            f"The call was refused with {seen.status}; a header with the key is not in the capture "
            "(exports of browsers leave it out)."
        )
    if seen.body_kind == "not-visible":
        return (
            f"The call was refused with {seen.status}; what the answer said of the key or of its "
            f"account is not in the capture."
        )
    return f"The provider refused the credential with {seen.status}."


RULE = Rule(
    "credentials",
    "401, 403 without another reason, or an error that speaks of the key",
    _claim,
    Example((400,), {"error": {"message": "API key not valid. Please pass a valid API key."}}),
    Example((403,), {"error": {"message": "Country, region, or territory not supported"}}),
)
