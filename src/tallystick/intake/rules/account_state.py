"""The state of the account decided: money, quota, plan, model access, region."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

_TOO_LARGE = 413  # RFC 9110, section 15.5.14
_TABLE = (
    (
        "account.quota",
        r"insufficient[_ ]quota|insufficient_user_quota|current quota|quota_?exceeded|token_quota"
        r"|out of (?:\S+ ){0,3}quota"
        r"|resource_exhausted|exceeded\W+(?:\S+\W+){0,3}quota|quota_?exhausted|quota\W+(?:\S+\W+){0,5}"
        r"(?:exceeded|exhausted|insufficient|used)|quota (?:is )?not enough|usage limit"
        r"|spending|key limit exceeded|hard limit|billing_hard_limit"
        r"|budget\W+(?:\S+\W+){0,3}exceeded|budget_exceeded"
        r"|budgetexceeded|max budget",
    ),
    (
        "account.balance",
        # The path of a page where one pays tells nothing of the error.
        r"balance|(?<!/)credits?\b|(?<!/)billing|payment|recharge|top[ -]?up|arrear|overdue|afford"
        r"|purchase",
    ),
    (
        "account.daily_limit",
        r"per[ -]day|daily|\brpd\b|\btpd\b|requests_per_day|free[-_ ]tier|free-models-per-day"
        r"|monthly|per month|weekly",
    ),
    (
        "account.tpm",
        r"tokens? per min|token rate limit|token limit per"
        r"|\btpm\b|tokens_per_minute|tokens_limit_reached|input tokens per minute",
    ),
    (
        "account.model_access",
        r"not have access|no access to|not allowed to access (?:the )?model|can only access models"
        r"|does not have access|access to (?:the )?model"
        # Of a model or a group, as relays write it; by itself it is the provider's want of one.
        r"|no (?:available channel|channels? available) (?:for|under)\b|[\w›] +no available channel"
        r"|model_not_active"
        r"|not (?:available|allowed|enabled|authorized)\W+"
        r"(?:\S+\W+){0,4}(?:plan|tier|subscription|account|group|project|organization)"
        r"|(?:upgrade|subscription|plan)\b.{0,200}\bmodel|model\b.{0,200}\b(?:upgrade|subscription|plan)\b"
        r"|(?:forbidden|denied|not (?:allowed|permitted))\b.{0,20}\bfor (?:your|this|the) "
        r"(?:\S+ )?(?:group|plan|tier|team|project|organi[sz]ation|account)"
        r"|must be verified|not (?:permitted|allowed) to (?:access|use|sample)",
    ),
    ("account.region", r"unsupported_country|country|territory|region|location is not supported"),
    ("account.data_policy", r"data policy|privacy settings|guardrail|moderation"),
    (
        "account.state",
        r"deactivated|suspended|good standing"
        r"|account\b.{0,200}\b(?:disabled|inactive|blocked)",
    ),
    ("account.concurrency", r"concurren"),
)


def _claim(seen: Features) -> Claim | None:
    if seen.status < 400 or seen.last.response.rejects_as == "filtered":
        return None
    of_one = seen.says(r"too large|max(?:imum)? size") and not seen.says(
        r"per minute|\btpm\b|\btier"
    )
    if seen.status == _TOO_LARGE and of_one:
        return None  # one request, and not what an account may send in a time
    place = next((place for place, pattern in _TABLE if seen.says(pattern)), None)
    if place is None and seen.status == 402:
        place = "account.balance"
    if place is None or (seen.status >= 500 and seen.says(r"at the moment|try again|temporar")):
        return None
    what = place.removeprefix("account.").replace("_", " ")
    reason = f"The answer {seen.status} speaks of the account's {what}, not of the request's form."
    return Claim("account_assumption", place, reason)


RULE = Rule(
    "account-state",
    "an error that names quota, balance, a daily limit, tokens per minute, model access or region",
    _claim,
    Example((429,), {"error": {"message": "You exceeded your current quota", "type": "tokens"}}),
    Example((429,), {"error": {"message": "Rate limit exceeded: requests per minute"}}),
)
