"""A usage whose total is not the sum of its parts, where somebody reported wrong amounts."""

from collections.abc import Mapping

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.usage_reading import is_about_amounts, usage_of


def _claim(seen: Features) -> Claim | None:
    # What a log put together may have counts of its own.
    whole = seen.succeeded and seen.body_kind in ("json", "sse")
    if not whole or not is_about_amounts(seen.facts):
        return None
    wrong = _unlike_sum(usage_of(seen) or {})
    side = "stream" if seen.body_kind == "sse" else "response"
    return Claim("response_contract", f"{side}.usage.total_tokens", wrong) if wrong else None


def _unlike_sum(usage: Mapping[str, object]) -> str:
    """That a total is not the sum that it is said to be (OpenAI, the completion object: `usage`);
    empty where it is, or a count is not there.
    """
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    first, second, total = (usage.get(name) for name in names)
    if not (isinstance(first, int) and isinstance(second, int) and isinstance(total, int)):
        return ""
    if first + second == total:
        return ""
    return (
        f"In the answer's usage, `total_tokens` is {total}, and `prompt_tokens` with "
        f"`completion_tokens` are {first + second}."
    )


_CHOICES = [{"index": 0, "message": {"content": "x"}, "finish_reason": "stop"}]
RULE = Rule(
    "usage-sum",
    "a complaint about tokens or cost over a usage whose total is not the sum of its parts",
    _claim,
    Example(
        (200,),
        {
            "choices": _CHOICES,
            "usage": {"prompt_tokens": 12, "completion_tokens": 8, "total_tokens": 91},
        },
        symptom="12 + 8 tokens is not 91",
    ),
    Example(
        (200,),
        {
            "choices": _CHOICES,
            "usage": {"prompt_tokens": 12, "completion_tokens": 8, "total_tokens": 20},
        },
        symptom="12 + 8 tokens is not 91",
    ),
)
