"""An error that came with a success status."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule


def _claim(seen: Features) -> Claim | None:
    if not seen.succeeded or seen.error is None:
        return None
    if seen.body_kind == "sse":
        reason = "The stream carried an error object after a success status."
        return Claim("error_contract", "stream.error", reason)
    if seen.body_kind != "json":
        return None
    body = seen.last.response.body
    filled = isinstance(body, dict) and bool(body.get("choices"))
    place = "response.choices[].message.content" if filled else "response.choices"
    return Claim("error_contract", place, "A success status carried an error object.")


RULE = Rule(
    "error-in-success",
    "an error object in a 2xx body, or as an event of a stream",
    _claim,
    Example((200,), {"error": {"message": "Provider returned error", "code": 429}}),
    Example((429,), {"error": {"message": "Rate limit exceeded", "code": 429}}),
)
