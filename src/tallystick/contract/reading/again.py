"""A cell of a column that says whether to send a call again."""

import re

# Whole cells only: a sentence with a condition in it is for a person to read.
_HOW = (
    r"(?:,? ?(?:with |and |but )?(?:exponential )?back[ -]?off(?: first)?"
    r"(?: and jitter| \+ jitter)?)?"
)
# That it holds whatever the error says.
_EVER = (
    r"(?:,? ?(?:for|with|on) (?:every|all|any|each) (?:codes?|errors?|requests?)|,? always"
    r"|,? in (?:every|all) cases?|,? whatever the (?:code|reason|error))?"
)
_NO = re.compile(
    rf"(?:no|do not retry|don't retry|never|never retry|not retryable){_EVER}"
    # What to do before another request is sent is no condition of sending this one again.
    r"(?:[,:;] ?(?:fix|correct|change|check|repair)\b[^.;]*)?",
    re.IGNORECASE,
)
_YES = re.compile(
    rf"(?:yes|retry|retryable|safe to retry)(?:{_HOW}|{_EVER})|with backoff"
    r"|(?:yes,? )?after (?:the )?(?:seconds|time|wait|delay)?(?: given)? ?(?:in|of)? ?"
    r"`?retry-after`?",
    re.IGNORECASE,
)
# What to do to the request, which is no condition of sending this one again.
_MENDS = re.compile(
    r"(?:fix|correct|change|check|repair|shorten|reduce|read|add|use|see)\b[^.;]*\.?", re.IGNORECASE
)


# How cells say yes and no in marks and in other languages.
_SAID = {
    **dict.fromkeys(
        ("✓", "✔", "✅", "sí", "si", "ja", "oui", "да", "是", "可以", "可", "はい"), "yes"
    ),
    **dict.fromkeys(
        ("✗", "✘", "❌", "✕", "nein", "non", "нет", "否", "不", "不可", "いいえ"), "no"
    ),
}
_NOT_ZH = re.compile(r"(?:不要|请勿|勿|不可|不应|无需|不)[^，。,;；]{0,6}重[试試]")
_SAID_FIRST = re.compile(r"([^\s,;:.、，。]+)")


def says_again(text: str) -> str:
    """Whether a cell says to send a call again: yes, no, or nothing where it depends."""
    if told := _SAID.get(text.strip().rstrip(".").lower()):
        return told
    first, _, rest = text.strip().partition(". ")
    alone = bool(rest) and _MENDS.fullmatch(rest) is not None
    cell = (first if alone else text).strip().rstrip(".!").strip()
    if _NO.fullmatch(cell):
        return "no"
    return "yes" if _YES.fullmatch(cell) else ""


def begins_with(text: str) -> str:
    """What a cell begins with: yes or no; what follows may be a condition."""
    lead = _SAID_FIRST.match(text.strip().lower())
    word = lead[1] if lead else ""
    if "重试" in text or "重試" in text:
        return "no" if _NOT_ZH.search(text) else "yes"
    plain = {"yes": "yes", "no": "no", "never": "no", "stop": "no"}
    return plain.get(word) or _SAID.get(word, "")
