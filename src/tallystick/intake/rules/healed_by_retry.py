"""A request was refused and then accepted, with the same body as far as the capture shows it."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

_MEANT_TO_HEAL = (0, 401, 408, 409, 429)


def _claim(seen: Features) -> Claim | None:
    if not (seen.retried and seen.succeeded):
        return None
    refused = [code for code in seen.statuses[:-1] if 400 <= code < 500]
    wrong = [code for code in refused if code not in _MEANT_TO_HEAL]
    if not wrong:
        return None
    return Claim(
        "error_contract",
        f"retry.status.{wrong[-1]}",
        f"A call was refused with {wrong[-1]} and then accepted, with the same body as captured: a "
        "passing failure came with a status that says the request is wrong.",
    )


RULE = Rule(
    "healed-by-retry",
    "a client-error status that went away when the same call was sent again",
    _claim,
    Example(
        (400, 200),
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "x"},
                    "finish_reason": "stop",
                }
            ]
        },
    ),
    Example((503, 200), {"choices": []}),
)
