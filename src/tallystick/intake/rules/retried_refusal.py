"""The client repeated what should have failed fast."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.record.words import times

_PERMANENT = r"invalid_request|invalid request|model_not_found|unknown model|required|unsupported"


def _claim(seen: Features) -> Claim | None:
    if not seen.retried or seen.succeeded or seen.status in (408, 409, 429):
        return None
    if not all(status == seen.status for status in seen.statuses):
        return None
    disguised = seen.status >= 500 and seen.says(_PERMANENT)
    told = 400 <= seen.status < 500 and seen.facts.tells_of_repeats
    if not (disguised or told):
        return None
    shown = all(one.request.body_kind == "json" for one in seen.attempts)
    alike = " with the same body" if shown else ""
    return Claim(
        "error_contract",
        f"retry.status.{seen.status}",
        f"A refusal of the request itself ({seen.status}) was sent again "
        f"{times(len(seen.attempts) - 1)}{alike}.",
    )


RULE = Rule(
    "retried-refusal",
    "the same request repeated although the answer says that it is wrong",
    _claim,
    Example((500, 500, 500), {"error": {"message": "invalid", "code": "invalid_request"}}),
    Example((500, 500, 500), {"error": {"message": "Internal error", "code": "server_error"}}),
)
