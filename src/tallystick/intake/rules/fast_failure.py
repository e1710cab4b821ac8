"""A passing failure that the client did not try again."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

_PASSING = (408, 409, 425, 500, 502, 503, 504, 529)


def _claim(seen: Features) -> Claim | None:
    tried_once = seen.shows_retries and not seen.retried
    if not tried_once or seen.status not in _PASSING or seen.body_kind != "json":
        return None
    return Claim(
        "error_contract",
        f"retry.status.{seen.status}",
        f"A failure that may pass ({seen.status}); no other attempt of the call is captured.",
    )


RULE = Rule(
    "fast-failure",
    "one attempt that ended with a retryable status in the API's own envelope",
    _claim,
    Example((503,), {"error": {"message": "The server is overloaded"}}),
    Example((503, 503, 503), {"error": {"message": "The server is overloaded"}}),
)
