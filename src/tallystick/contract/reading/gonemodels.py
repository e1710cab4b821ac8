"""Sentences which say that models are there no more: `gpt-x` is no longer served."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Sentence
from tallystick.documents import Text

_ID = re.compile(r"[a-z][a-z0-9]*(?:[-.:/][a-z0-9.]+)+", re.IGNORECASE)
_M = "\x01M"
_LIST = rf"(?:The )?(?:models? )?{_M}(?:(?:,? and|,) {_M})*(?: models?)?"
# What was done is told; what is to come, or may come, is another sentence.
_GONE = re.compile(
    rf"{_LIST} (?:(?:is|are) no longer (?:served|available|supported|offered|hosted|reachable)"
    r"|(?:was|were|has been|have been|is|are(?: now)?) (?:now )?(?:removed|retired|shut down"
    r"|switched off|turned off|discontinued|withdrawn|decommissioned))"
    r"(?: (?:from|on|as of|since|in|and)\b[^;]*)?",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\b(?:not|will|may|planned|if|until|some|except)\b", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:(?P<iso>20\d\d-\d\d-\d\d)|(?P<day>\d{1,2})\.? (?P<month>[A-Z][a-z]+) (?P<year>20\d\d)"
    r"|(?P<month2>[A-Z][a-z]+) (?P<day2>\d{1,2}),? (?P<year2>20\d\d))\b"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def gone_models(sentence: Sentence) -> Iterator[Draft]:
    """The models that a sentence says are there no more, from the day that its title gives."""
    names, words = _marked(sentence.text)
    found = _GONE.fullmatch(words.strip().rstrip(".")) if names else None
    if found is None or _NOT_SO.search(words.replace("no longer", "")):
        return
    days = (_day(title.words) for title in reversed(sentence.titles))
    since = next((day for day in days if day), "yes")
    why = "says that the model is there no more"
    for name in names:
        when = f"model={name}"
        span = sentence.text.span()
        yield Draft("request.model", "deprecated", since, *span, when, "candidate", why)


def _marked(text: Text) -> tuple[list[str], str]:
    """The ids of models that a sentence has as code, and its words with marks in their places."""
    names, out, here = [], [], 0
    for first, last in text.codes:
        name = text.plain[first:last].strip()
        if _ID.fullmatch(name):
            names.append(name)
            out += [text.plain[here:first], _M]
            here = last
    return names, " ".join("".join([*out, text.plain[here:]]).split())


def _day(words: str) -> str:
    """A day (RFC 3339, full-date) that words name; empty for none."""
    found = _DAY.search(words)
    if found is None or found["iso"]:
        return found["iso"] if found else ""
    month = (found["month"] or found["month2"])[:3].lower()
    if month not in _MONTHS:
        return ""
    day, year = int(found["day"] or found["day2"]), found["year"] or found["year2"]
    return f"{year}-{_MONTHS.index(month) + 1:02d}-{day:02d}"
