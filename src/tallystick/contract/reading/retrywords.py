"""Whether a sentence, a label or a title says to send a call again."""

import re
from collections.abc import Iterable

from tallystick.contract.reading.phrases import AGAIN, NOT_AGAIN, PERMANENT, PLAIN, WORTH

_LABEL = re.compile(
    r"(?:retry|retryable|retries|send (?:it )?again|try again|safe to retry|repeat)\??\s*[:=–—-]\s*"
    r"(?P<said>yes|no|never|true|false)\b",
    PLAIN,
)


# An order that stands by itself under a status, without a condition.
_ORDER = re.compile(
    r"(?:please )?(?:(?P<no>(?:do not|don't|never) (?:retry|resend|repeat)(?: (?:it|this|them|the"
    r" (?:same )?(?:request|call)|an? (?:HTTP )?[45]\d\d))?)|retry(?: (?:it|the (?:request|call)))?"
    r" (?:with|after|using|up to)\b[^;.]*)(?=[;.,]|$)(?!.*\b(?:if|unless|when|except)\b)",
    PLAIN,
)


# What an order may be the conclusion of: `The same request fails again, so do not retry it`.
_CONCLUDED = re.compile(r"^[^.;]{3,120}, so (?=(?:\W{0,4})(?:do not|don't|never) retry\b)", PLAIN)


def labelled(words: str) -> str:
    """What a label or an order says of sending again: `Retry: yes, with backoff` is yes, `Do not
    retry` is no; empty for neither.
    """
    order = _ORDER.match(_CONCLUDED.sub("", words).strip(" *_`"))
    if order is not None:
        return "no" if order["no"] else "yes"
    found = _LABEL.match(words.strip(" *_`"))
    if found is None:
        return ""
    return "yes" if found["said"].lower() in ("yes", "true") else "no"


# A question whose answer begins with yes or no: `Should I retry a 402?`
_ASKED = re.compile(
    r"(?:should|can|may) (?:i|we|you) (?:retry|resend|repeat)\b(?!.*\bor\b)[^.?]*\?", PLAIN
)


def answered(question: str, words: str) -> str:
    """What the first word of an answer says where a title asks whether to send again."""
    said = re.match(r"(yes|no)\b", words, PLAIN) if _ASKED.fullmatch(question.strip()) else None
    return said[1].lower() if said else ""


# What is to be done to the request first: this one is not to be sent again.
_MENDED_FIRST = re.compile(
    r"\b(?:correct|fix|change|repair|adjust|edit)\b[^.;]{0,40}\b(?:before|and|then)\b[^.;]{0,20}"
    r"\b(?:call|try|send|retry|resend|repeat)\w*(?: it)?(?: again)?\b",
    PLAIN,
)


# What is said of retries in general, and no advice: what they cause, and what they cost.
_OF_RETRIES = re.compile(
    r"\b(?:retr(?:ies|ying)|repeats|resends)\b[^.;]{0,60}\b(?:(?:are|is|was|were)\b[^.;]{0,30}"
    r"\b(?:reason|cause|source|billed|charged|counted)|causes?|counts?|costs?)\b",
    PLAIN,
)


def polarity(words: str, titles: Iterable[str]) -> str:
    """Whether a sentence, or a title it stands under, says to send again: yes, no, or nothing."""
    if said := labelled(words):
        return said
    if NOT_AGAIN.search(words) or _MENDED_FIRST.search(words):
        return "no"
    if AGAIN.search(words):
        return "" if _OF_RETRIES.search(words) else "yes"
    heads = list(titles)
    if heads and (said := answered(heads[-1], words)):
        return said
    for title in (one for one in reversed(heads) if not _ASKED.fullmatch(one.strip())):
        if NOT_AGAIN.search(title) or PERMANENT.search(title):
            return "no"
        if WORTH.search(title):
            return "yes"
    return ""
