"""A call that went well in the end, and was slow: an attempt before it failed on the way."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import SLOW, Claim, Example, Rule
from tallystick.intake.rules.reported import DECODE
from tallystick.intake.rules.transport_failure import WORDS
from tallystick.record.exchange import Exchange


def _claim(seen: Features) -> Claim | None:
    if not (seen.retried and seen.succeeded):
        return None
    failed = next(filter(_failed_on_the_way, seen.attempts[:-1]), None)
    reported = seen.facts.says(SLOW) or seen.facts.tells_of_repeats
    if failed is None or not (reported or _is_no_json(seen, failed)):
        return None
    kind, status = failed.failure, failed.response.status
    how = f"with {status}" if status else f"in transport: {WORDS[kind]}"
    unseen = status and failed.response.body_kind == "not-visible"
    reason = (
        f"An attempt before the one that was answered failed {how}; the call took "
        f"{len(seen.attempts)} attempts{'; what it said is not in the capture' if unseen else ''}."
    )
    return Claim("transport", f"transport.{f'gateway.{status}' if status else kind}", reason)


def _is_no_json(seen: Features, failed: Exchange) -> bool:
    """Whether what was reported is that something was no JSON, as an attempt's answer was none."""
    return seen.facts.says(DECODE) and failed.response.body_kind in ("text", "html", "empty")


def _failed_on_the_way(one: Exchange) -> bool:
    return one.response.status >= 500 or (not one.response.status and one.failure in WORDS)


RULE = Rule(
    "broken-attempt",
    "a call reported as slow, of which an attempt failed in transport or with a 5xx before another",
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
    Example((429, 200), {"choices": []}, symptom="one answer took half a minute"),
)
