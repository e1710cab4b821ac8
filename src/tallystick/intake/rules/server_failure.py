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
        + after(seen),
    )


RULE = Rule(
    "server-failure",
    "any error status that no earlier rule explains",
    _claim,
    Example((503, 503, 503), {"error": {"message": "The server is overloaded"}}),
    Example((200,), {"choices": []}),
)
