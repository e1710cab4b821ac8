"""The client repeated what should have failed fast."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.record.words import times

_PERMANENT = r"invalid_request|invalid request|required|unsupported"
# Where a gateway has no channel for a model it says so too, for a while or for good.
_OF_MODEL = r"model_not_found|unknown model"


def _claim(seen: Features) -> Claim | None:
    if not seen.retried or seen.succeeded or seen.status in (408, 409, 429):
        return None
    if not all(status == seen.status for status in seen.statuses):
        return None
    repeats = seen.facts.tells_of_repeats
    disguised = seen.says(_PERMANENT) or (repeats and seen.says(_OF_MODEL))
    if not (disguised if seen.status >= 500 else repeats and seen.status >= 400):
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
