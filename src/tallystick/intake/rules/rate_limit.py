"""A plain rate limit: what the client made of it decides."""

from tallystick.intake.features import Features
from tallystick.intake.groups import gap_s
from tallystick.intake.rules.base import SLOW, Claim, Example, Rule


def _claim(seen: Features) -> Claim | None:
    if seen.succeeded:
        return _passed(seen)
    limited = seen.status == 429 or (seen.status >= 400 and seen.says(r"rate[ _-]?limit|too many"))
    if not limited:
        return None
    if seen.lacks_body and not seen.words and not _hurried(seen):
        # A spent quota has the same status, and is not to be retried.
        reason = "The call was refused with 429; whether over a rate or a quota is not visible."
        return Claim("account_assumption", "limit.requests", reason)
    if not seen.shows_retries:
        reason = f"A rate limit ({seen.status}) was met; this capture cannot show what followed."
        return Claim("account_assumption", "limit.requests", reason)
    if not seen.retried:
        reason = f"A rate limit ({seen.status}) was not retried at all."
        return Claim("error_contract", f"retry.status.{seen.status}", reason)
    if _hurried(seen):
        unseen = "; what the refusals said is not in the capture" if not seen.words else ""
        reason = f"The client came back before the time that Retry-After asks for{unseen}."
        return Claim("error_contract", "retry.retry_after", reason)
    reason = f"The rate limit outlasted every retry{_unseen(seen)}."
    return Claim("account_assumption", "limit.requests", reason)


# What a report says where it is about limits that a call met and got past.
_ABOUT = r"\b429s?\b|rate.?limit|throttl|too many requests"


def _passed(seen: Features) -> Claim | None:
    """A call that met a limit and was answered in the end, where the report is about that."""
    met = seen.retried and 429 in seen.statuses[:-1]
    told = seen.facts.tells_of_repeats or seen.facts.says(_ABOUT) or seen.facts.says(SLOW)
    if not met or not told:
        return None
    limited = Features(
        tuple(one for one in seen.attempts if one.response.status == 429), seen.facts
    )
    if _hurried(limited):
        reason = "The client came back before the time that Retry-After asks for."
        return Claim("error_contract", "retry.retry_after", reason)
    times = seen.statuses.count(429)
    reason = (
        f"The call met a rate limit {times} times and was answered after that: it took longer, and "
        f"did not fail{_unseen(limited)}."
    )
    return Claim("account_assumption", "limit.requests", reason)


def _hurried(seen: Features) -> bool:
    if seen.hint is None or seen.hint.seconds is None:
        return False
    pairs = zip(seen.attempts, seen.attempts[1:], strict=False)
    gaps = [gap_s(before, after) for before, after in pairs]
    return any(gap is not None and gap < seen.hint.seconds * 0.9 for gap in gaps)


def _unseen(seen: Features) -> str:
    """What would tell whether the client kept the wait that was asked for."""
    if seen.hides("headers"):
        return "; whether it asked for a wait is not visible"
    timed = all(attempt.at is not None for attempt in seen.attempts)
    return "" if timed else "; when the attempts were made is not in the capture"


RULE = Rule(
    "rate-limit",
    "429 without words about the account",
    _claim,
    Example((429,), {"error": {"message": "Rate limit exceeded"}}),
    Example((503,), {"error": {"message": "The server is overloaded"}}),
)
