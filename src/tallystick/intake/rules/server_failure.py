"""The provider's side failed and stayed failed."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule, after


def _claim(seen: Features) -> Claim | None:
    if seen.status < 400:
        return None
    return Claim(
        "transport",
        f"transport.gateway.{seen.status}",
        f"The provider or a gateway failed with {seen.status}"
        + (", and retries did not help" if seen.retried else "")
        + _unseen(seen)
        + after(seen),
    )


def _unseen(seen: Features) -> str:
    """What the capture does not show of the failure, though it could change the answer."""
    if seen.lacks_body and not seen.words:
        return "; what it said is not in the capture"
    return "" if seen.shows_retries else "; this capture cannot show whether it was tried again"


RULE = Rule(
    "server-failure",
    "any error status that no earlier rule explains",
    _claim,
    Example((503, 503, 503), {"error": {"message": "The server is overloaded"}}),
    Example((200,), {"choices": []}),
)
