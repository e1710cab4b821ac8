"""A Retry-After that the client could not read: it is a date, and the client wanted a number."""

import re

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

# How Python, JavaScript, Java, Go and Rust say that a text is no number.
_NO_NUMBER = (
    r"could not convert string to float|invalid literal for int|numberformatexception"
    r"|strconv\.(?:atoi|parse\w+)|invalid digit found|input string was not in a correct format"
)
_LIMITED = 429
_DATE = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)\b.{0,40}\bgmt\b|retry-?after")


def _claim(seen: Features) -> Claim | None:
    told = seen.facts.says(_NO_NUMBER) and _DATE.search(seen.facts.symptom)
    # What is a date is kept as such, without its value.
    hint = seen.last.response_header("retry-after")
    if seen.status == _LIMITED and told and hint is None and "headers" in seen.last.response.hidden:
        reason = "The client could not read a date as a number; the answer's headers are not shown."
        return Claim("error_contract", "retry.retry_after", reason)
    if seen.status < 400 or not told or hint != "‹value›":
        return None
    reason = (
        f"The client could not read the answer's Retry-After ({seen.status}) as a number: it is a "
        f"date, which HTTP allows there (RFC 9110, section 10.2.3)."
    )
    return Claim("error_contract", "retry.retry_after", reason)


RULE = Rule(
    "unread-hint",
    "a Retry-After that is a date, where the client says that it is no number",
    _claim,
    Example(
        (429,),
        {"error": {"message": "slow down"}},
        headers={"Retry-After": "Fri, 20 Nov 2026 09:13:30 GMT"},
        symptom="ValueError: could not convert string to float: 'Fri, 20 Nov 2026 09:13:30 GMT'",
    ),
    Example(
        (429,),
        {"error": {"message": "slow down"}},
        headers={"Retry-After": "20"},
        symptom="ValueError: could not convert string to float: 'Fri, 20 Nov 2026 09:13:30 GMT'",
    ),
)
