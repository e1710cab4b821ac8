"""The provider's side failed and stayed failed."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule, after


def _claim(seen: Features) -> Claim | None:
    if seen.status < 400:
        return None
    return Claim(
        "transport",
        f"transport.gateway.{seen.status}",
        (
            f"The call was refused with {seen.status}; why is not recognised"
            if _is_refusal(seen.status)
            else f"The provider or a gateway failed with {seen.status}"
        )
        + (", and retries did not help" if seen.retried else "")
        + _unseen(seen)
        + after(seen),
    )


def _is_refusal(status: int) -> bool:
    """Whether a status blames the request, and not the time that it took (RFC 9110, 15.5)."""
    return 400 <= status < 500 and status not in (408, 425, 429, 499)


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
