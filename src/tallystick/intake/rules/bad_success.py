"""A success that is not what the parser expects, or nothing wrong at all."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.endpoint import typed_as_page
from tallystick.intake.rules.raised import lacked_name
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
_HANG = (
    r"hang|hung|spin|stuck|forever|never (?:end|finish|complete|stop|resolve)|freez"
    r"|wait(?:s|ed|ing)? (?:until|for)|time limit|timed? ?out|keeps? (?:open|waiting)"
)
# How parsers say that a text is no JSON: Python, Node.
_NO_JSON = r"jsondecodeerror|expecting value|is not valid json|unexpected end of json"
_SOFT = ("id", "created", "model", "done", "role", "index")


def _claim(seen: Features) -> Claim | None:
    if not seen.succeeded:
        return None
    if (other := swapped(seen)) is not None:
        return other
    crashed = seen.facts.says(_CRASH)
    hung = seen.facts.says(_HANG)
    hard = [
        fault
        for fault in seen.response_faults
        if (crashed and _may_raise(fault, seen)) or is_hard(fault, hung=hung)
    ]
    if hard:
        first = hard[0]
        reason = f"The answer departs from the protocol at {first.location}: {first.problem}."
        return Claim("response_contract", first.location, reason)
    if typed_as_page(seen):
        line = "line" in seen.last.request.hidden
        unseen = "; which path was called is not in the capture" if line else ""
        reason = f"A success status came with the type of a web page, which is no answer's{unseen}."
        return Claim("response_contract", "response.content_type", reason)
    if seen.body_kind in ("text", "empty"):
        reason = f"A success status came with a body that is no JSON ({seen.body_kind})."
        return Claim("response_contract", "response.body", reason)
    return Claim("none", "none", _nothing(seen))


def _nothing(seen: Features) -> str:
    """That no failure is seen, and no more than what was looked at."""
    if seen.body_kind == "not-visible":
        return "The status says success; the capture shows no body, so that could not be checked."
    if seen.body_kind == "partial":
        return "The row tells of a success; it has parts of the answer only, and they conform."
    return "The answer that is captured conforms to the protocol."


def swapped(seen: Features) -> Claim | None:
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


def _may_raise(fault: Violation, seen: Features) -> bool:
    """Whether what was raised may be of a departure: text that was no JSON is of none in an answer
    that was read, and a key that an exception names is the one that is missing.
    """
    missed = lacked_name(seen.facts.symptom)
    other = bool(missed) and missed != fault.location.rsplit(".", 1)[-1]
    return not other and not (seen.body_kind == "json" and seen.facts.says(_NO_JSON))


def is_hard(fault: Violation, *, hung: bool) -> bool:
    """Whether a departure breaks clients that did not complain of it by name."""
    if "tool_calls[].index" in fault.location:
        return True  # fragments without an index cannot be joined
    if fault.location == "stream.done":
        return hung
    last = fault.location.rsplit(".", 1)[-1]
    return last not in _SOFT and not (".usage." in fault.location and fault.problem == "is missing")


RULE = Rule(
    "bad-success",
    "a success whose shape departs from the protocol, or on which the parser failed",
    _claim,
    Example((200,), {"id": "i", "object": "chat.completion", "model": "m", "choices": []}),
    Example((503,), {"error": {"message": "The server is overloaded"}}),
)
