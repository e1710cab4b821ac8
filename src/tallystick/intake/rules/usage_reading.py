"""The answer's usage was right, and was read or recorded differently."""

import re
from collections.abc import Iterator
from itertools import combinations

from tallystick.intake.features import Facts, Features, stream_parts
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.protocol import Assembler, read_completion

_ACCOUNTING = (
    r"\btoken usage\b|\btokens\b|\btoken counts?\b|\bcost|\bbill|ledger|invoice|charged"
    r"|\bspend|budget|price|pricing|credits|usage dashboard|quota|counter|accounting|metering"
)
# A word of accounting says nothing of usage by itself: it must be about an amount.
_AMOUNT = (
    r"\d|token|doubl|twice|higher|lower|less|more|mismatch|differ|wrong|too (?:high|low|much)"
    r"|\bzero\b|\bmissing\b|\bempty\b"
)
# That a usage was read wrongly is a claim about two amounts that were laid beside each other.
_COMPARED = (
    r"doubl|twice|half|mismatch|differ|disagree|do(?:es)?(?: not|n't) (?:match|add)|\bthan\b"
    r"|too (?:high|low|much|few|many)|wrong (?:token|count|number|total|amount)|instead of"
)
# Two figures compare nothing where what was reported is an error's status.
_FIGURES = r"\d{2}"
_CRASH = r"error|exception|crash|panic|cannot|undefined|nonetype|traceback"


# A status that is reported beside its name is no amount.
_STATUS = re.compile(
    r"\b(?:http |status |code |error )?[45]\d\d\b"
    r"(?! (?:prompt|completion|input|output|total|more|fewer)? ?tokens)"
)


def is_about_amounts(facts: Facts) -> bool:
    """Whether what was reported is about amounts of tokens or money."""
    told = Facts(symptom=_STATUS.sub(" ", facts.symptom))
    return facts.says(_ACCOUNTING) and told.says(_AMOUNT)


def _claim(seen: Features) -> Claim | None:
    told = Facts(symptom=_STATUS.sub(" ", seen.facts.symptom))
    if not seen.succeeded or not is_about_amounts(seen.facts):
        return None
    usage = usage_of(seen)
    if usage is None:
        # What a log has left out may have come; a stream has usage only where it was asked for.
        if seen.body_kind == "sse" and _is_unasked(seen) and told.says(_ZERO):
            reason = (
                "The stream carries no usage, and the request does not ask for one "
                "(`stream_options.include_usage`)."
            )
            return Claim("response_contract", "stream.usage", reason)
        if seen.body_kind not in ("json", "sse") or not _is_expected(seen):
            return None
        place = "stream.usage" if seen.body_kind == "sse" else "response.usage"
        reason = "The answer carried no usage, which the application counted on."
        return Claim("response_contract", place, reason)
    figures = told.says(_FIGURES) and not seen.facts.statuses
    if seen.facts.says(_CRASH) or not (figures or told.says(_COMPARED)):
        return None
    reason = "The usage on the wire is whole; what the application made of it is not captured."
    return Claim("account_assumption", _location(usage, seen), reason)


# That no amount came, and not a wrong one.
_WHAT = r"(?:tokens?|usage|costs?|spend|bill\w*|counts?|ledger|report)"
_ZERO = (
    rf"\b(?:0|zero|no|none|missing|empty|null)\b[^.;]{{0,20}}\b{_WHAT}\b"
    rf"|\b{_WHAT}\b[^.;]{{0,30}}\b(?:0|zero|none|missing|empty|null|nothing|absent)\b"
)


def _is_unasked(seen: Features) -> bool:
    """Whether the whole request is shown, and asks for no usage (OpenAI, chat completion streams:
    `stream_options.include_usage`).
    """
    body = seen.last.request.body
    whole = seen.last.request.body_kind == "json" and isinstance(body, dict)
    return whole and not _asks(body)


def _asks(body: object) -> bool:
    options = body.get("stream_options") if isinstance(body, dict) else None
    return isinstance(options, dict) and options.get("include_usage") is True


def _is_expected(seen: Features) -> bool:
    return seen.body_kind == "json" or _asks(seen.last.request.body)


def usage_of(seen: Features) -> dict[str, object] | None:
    """The usage of an answer, plain or streamed; None where it has none."""
    if seen.body_kind in ("json", "partial"):
        found = read_completion(seen.last.response.body).usage
    else:
        assembler = Assembler()
        for chunk in stream_parts(seen.last.response.frames)[0]:
            assembler.feed(chunk)
        found = assembler.answer.usage
    return dict(found) if found is not None else None


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
