"""The answer's usage was right, and was read or recorded differently."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from tallystick.intake.features import Facts, Features, stream_parts
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.protocol import Assembler, read_completion

_ACCOUNTING = (
    r"\btoken usage\b|\btokens\b|\btoken counts?\b|\bcost|\bbill|ledger|invoice|charged"
    r"|\bspend|budget|price|pricing|credits|usage dashboard|quota|counter|accounting|metering"
)
# A word of accounting says nothing of usage by itself: it must be about an amount.
_AMOUNT = r"\d|token|doubl|twice|higher|lower|less|more|mismatch|differ|wrong|too (?:high|low|much)"
# That a usage was read wrongly is a claim about two amounts that were laid beside each other.
_COMPARED = (
    r"\d{2}|doubl|twice|half|mismatch|differ|disagree|do(?:es)?(?: not|n't) (?:match|add)|\bthan\b"
    r"|too (?:high|low|much|few|many)|wrong (?:token|count|number|total|amount)|instead of"
)
_CRASH = r"error|exception|crash|panic|cannot|undefined|nonetype|traceback"


# A status that is reported beside its name is no amount.
_STATUS = re.compile(
    r"\b(?:http |status |code |error )?[45]\d\d\b"
    r"(?! (?:prompt|completion|input|output|total|more|fewer)? ?tokens)"
)


def _claim(seen: Features) -> Claim | None:
    told = Facts(symptom=_STATUS.sub(" ", seen.facts.symptom))
    about = seen.facts.says(_ACCOUNTING) and told.says(_AMOUNT)
    if not seen.succeeded or not about:
        return None
    usage = _usage(seen)
    if usage is None:
        # What a log has left out may have come; a stream has usage only where it was asked for.
        if seen.body_kind not in ("json", "sse") or not _is_expected(seen):
            return None
        place = "stream.usage" if seen.body_kind == "sse" else "response.usage"
        reason = "The answer carried no usage, which the application counted on."
        return Claim("response_contract", place, reason)
    if seen.facts.says(_CRASH) or not told.says(_COMPARED):
        return None
    if seen.body_kind in ("json", "sse") and (wrong := unlike_sum(usage)):
        side = "stream" if seen.body_kind == "sse" else "response"
        return Claim("response_contract", f"{side}.usage.total_tokens", wrong)
    reason = "The usage on the wire is whole; what the application made of it is not captured."
    return Claim("account_assumption", _location(usage, seen), reason)


def _is_expected(seen: Features) -> bool:
    if seen.body_kind == "json":
        return True
    body = seen.last.request.body
    options = body.get("stream_options") if isinstance(body, dict) else None
    return isinstance(options, dict) and options.get("include_usage") is True


def _usage(seen: Features) -> dict[str, object] | None:
    if seen.body_kind in ("json", "partial"):
        found = read_completion(seen.last.response.body).usage
    else:
        assembler = Assembler()
        for chunk in stream_parts(seen.last.response.frames)[0]:
            assembler.feed(chunk)
        found = assembler.answer.usage
    return dict(found) if found is not None else None


def unlike_sum(usage: Mapping[str, object]) -> str:
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


def _location(usage: dict[str, object], seen: Features) -> str:
    """The field that makes a reported number: a sum of two counts points at the second."""
    counts = list(_counts(usage, "response.usage"))
    reported = {int(text) for text in re.findall(r"\d{2,}", seen.facts.symptom)}
    for (_, first), (place, second) in combinations(counts, 2):
        if first + second in reported - {value for _, value in counts}:
            return place
    nested = [place for place, value in counts if place.count(".") > 2 and value]
    return nested[0] if nested else "response.usage"


def _counts(usage: object, place: str) -> Iterator[tuple[str, int]]:
    for key, value in usage.items() if isinstance(usage, dict) else ():
        if isinstance(value, int):
            yield f"{place}.{key}", value
        yield from _counts(value, f"{place}.{key}")


RULE = Rule(
    "usage-reading",
    "a complaint about tokens or cost over an answer that succeeded",
    _claim,
    Example(
        (200,),
        {
            "choices": [{"index": 0, "message": {"content": "x"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 2006, "completion_tokens": 3, "total_tokens": 2009},
        },
        symptom="ledger shows 4012 tokens",
    ),
    Example((200,), {"choices": []}, symptom="the page stays empty"),
)
