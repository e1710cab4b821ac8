"""A success that is not what the parser expects, or nothing wrong at all."""

import re

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.protocol import Violation

_CRASH = (
    r"typeerror|keyerror|attributeerror|indexerror|valueerror|nonetype|undefined|cannot read"
    r"|jsondecode|json ?parse|parse error|parsing|panic|crash|unmarshal|deseriali[sz]|validation"
    r"|missing field|invalid type|unexpected (?:token|end|type|field)"
    r"|not iterable|not subscriptable"
    r"|null pointer|nullpointer|segfault|out of (?:range|bounds)|zoderror|pydantic|schema|exception"
    r"|match any variant|untagged enum|assertion|syntaxerror|unknown variant|unterminated"
    r"|expected .* (?:but|got|received)"
    r"|illegal state|fatal|decod(?:e|ing)"
)
_HANG = r"hang|hung|spin|stuck|forever|never (?:end|finish|complete|stop|resolve)|freez"
_SOFT = ("id", "created", "model", "done", "role", "index")
_FIELD = (
    r"choices|message|content|delta|finish_reason|tool_calls|usage|arguments|role|index|created"
)
_TOP = ("choices", "usage", "created")


def _claim(seen: Features) -> Claim | None:
    if not seen.succeeded:
        return None
    swapped = _swapped(seen)
    if swapped:
        return swapped
    crashed = seen.facts.says(_CRASH)
    hung = seen.facts.says(_HANG)
    hard = [fault for fault in seen.response_faults if crashed or _is_hard(fault, hung)]
    if hard:
        first = hard[0]
        reason = f"The answer departs from the protocol at {first.location}: {first.problem}."
        return Claim("response_contract", first.location, reason)
    if seen.body_kind in ("text", "empty"):
        reason = f"A success status came with a body that is no JSON ({seen.body_kind})."
        return Claim("response_contract", "response.body", reason)
    if crashed:
        return Claim("response_contract", _from_symptom(seen), "The parser failed on this answer.")
    return Claim("none", "none", "The exchange keeps the contract and reached the application.")


def _swapped(seen: Features) -> Claim | None:
    """A stream where an object was asked for, or the other way round."""
    if not isinstance(seen.last.request.body, dict) or not seen.last.response.stream_shown:
        return None
    if seen.streamed and seen.body_kind == "json":
        reason = "A stream was asked for and one JSON object came."
        return Claim("response_contract", "stream.content_type", reason)
    if not seen.streamed and seen.body_kind == "sse":
        reason = "One JSON object was asked for and a stream came."
        return Claim("response_contract", "response.content_type", reason)
    return None


def _is_hard(fault: Violation, hung: bool) -> bool:
    """Whether a departure breaks clients that did not complain of it by name."""
    if fault.location == "stream.done":
        return hung
    last = fault.location.rsplit(".", 1)[-1]
    return last not in _SOFT and not (".usage." in fault.location and fault.problem == "is missing")


def _from_symptom(seen: Features) -> str:
    side = "stream" if seen.body_kind == "sse" or seen.streamed else "response"
    named = re.findall(_FIELD, seen.facts.symptom)
    part = "delta" if side == "stream" else "message"
    inner = {"content", "tool_calls", "role"}
    if not named:
        return f"{side}.body"
    field = named[-1]
    if field in inner:
        return f"{side}.choices[].{part}.{field}"
    return f"{side}.{field}" if field in _TOP else f"{side}.choices[].{field}"


RULE = Rule(
    "bad-success",
    "a success whose shape departs from the protocol, or on which the parser failed",
    _claim,
    Example((200,), {"id": "i", "object": "chat.completion", "model": "m", "choices": []}),
    Example((503,), {"error": {"message": "The server is overloaded"}}),
)
