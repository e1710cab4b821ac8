"""A plain rate limit: what the client made of it decides."""

from itertools import pairwise

from tallystick.intake.features import Features
from tallystick.intake.groups import gap_s
from tallystick.intake.rules.base import SLOW, Claim, Example, Rule
from tallystick.protocol import retry_hint
from tallystick.record.exchange import Exchange
from tallystick.record.words import times


def _claim(seen: Features) -> Claim | None:
    if seen.succeeded:
        return _passed(seen)
    limited = seen.status == 429 or (seen.status >= 400 and seen.says(_LIMITED))
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
        reason = f"A rate limit ({seen.status}) was met; no other attempt of the call is captured."
        return Claim("error_contract", f"retry.status.{seen.status}", reason)
    if _hurried(seen):
        unseen = "; what the refusals said is not in the capture" if not seen.words else ""
        reason = f"The client came back before the time that Retry-After asks for{unseen}."
        return Claim("error_contract", "retry.retry_after", reason)
    reason = f"The rate limit outlasted every retry{_unseen(seen)}."
    return Claim("account_assumption", "limit.requests", reason)


# What a report says where it is about limits that a call met and got past.
# Too many of something else (stop sequences, tools, tokens) is no rate.
_LIMITED = r"rate[ _-]?limit|too many (?:\w+ )?(?:requests|calls|attempts|connections)|toomanyreq"
_ABOUT = r"\b429s?\b|rate.?limit|throttl|too many requests"


def _passed(seen: Features) -> Claim | None:
    """A call that met a limit and was answered in the end, where the report is about that."""
    met = seen.retried and 429 in seen.statuses[:-1]
    told = seen.facts.tells_of_repeats or seen.facts.says(_ABOUT) or seen.facts.says(SLOW)
    if not met or not told:
        return None
    if _hurried(seen):
        reason = "The client came back before the time that Retry-After asks for."
        return Claim("error_contract", "retry.retry_after", reason)
    often = times(seen.statuses.count(429))
    reason = (
        f"The call met a rate limit {often} and was answered after that: it "
        f"took longer, and did not fail{_unseen(seen)}."
    )
    return Claim("account_assumption", "limit.requests", reason)


def _hurried(seen: Features) -> bool:
    """Whether an attempt began before the wait was over that the one before it was asked for."""
    return any(
        (gap := gap_s(before, after)) is not None and gap < _asked_s(before) * 0.9
        for before, after in pairwise(seen.attempts)
    )


def _asked_s(attempt: Exchange) -> float:
    """How long an answer asks to wait, in seconds; 0 where it does not."""
    header = attempt.response_header
    hint = retry_hint(header("retry-after"), header("retry-after-ms"))
    return (hint.seconds or 0.0) if hint else 0.0


def _unseen(seen: Features) -> str:
    """What would tell whether it was a rate, and whether the client kept the wait asked for."""
    limited = [one for one in seen.attempts if one.response.status >= 400]
    if any(one.response.body_kind == "not-visible" for one in limited) and not seen.words:
        return "; what the refusals said is not in the capture"
    if any("headers" in one.response.hidden for one in limited):
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
