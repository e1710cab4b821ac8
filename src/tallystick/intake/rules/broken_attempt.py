"""A call that went well in the end, and was slow: an attempt before broke in transport."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.transport_failure import WORDS

_SLOW = (
    r"\bslow|took|latency|delay|lag|hung|hang|stall|wait|seconds|minutes|time[d -]*out|intermittent"
)


def _claim(seen: Features) -> Claim | None:
    if not (seen.retried and seen.succeeded and seen.facts.says(_SLOW)):
        return None
    broken = [
        one.failure for one in seen.attempts[:-1] if one.failure in WORDS and not one.answered
    ]
    if not broken:
        return None
    kind = broken[0]
    reason = (
        f"An attempt before the one that was answered failed in transport: {WORDS[kind]}; the call "
        f"took {len(seen.attempts)} attempts."
    )
    return Claim("transport", f"transport.{kind}", reason)


RULE = Rule(
    "broken-attempt",
    "a call reported as slow, of which an attempt broke in transport before another was answered",
    _claim,
    Example(
        (0, 200),
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "x"},
                    "finish_reason": "stop",
                }
            ]
        },
        error="ECONNRESET",
        symptom="one answer took half a minute",
    ),
    Example((503, 200), {"choices": []}, symptom="one answer took half a minute"),
)
