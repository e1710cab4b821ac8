"""The values that a rejection lists, and a sentence about the same member: both name what is taken,
or the one that is not.
"""

import re

from tallystick.record.exchange import Exchange, is_masked
from tallystick.review.outside import values_at

_QUOTED = re.compile(r"[`'\"‘“]([A-Za-z][\w-]{2,30})[`'\"’”]")
_ENOUGH = 2
_NEGATIVE = re.compile(
    r"\b(?:not|never|no|reject\w*|refus\w*|fails?|errors?|unsupported|confined|except|instead of"
    r"|other than|rather than|cannot|forbid\w*|invalid)\b|n't\b",
    re.IGNORECASE,
)
_OF_VALUES = ("not-allowed", "unsupported", "by-model", "invalid", "combination")


def listed_alike(said: str, refusal: str, last: Exchange, place: str) -> frozenset[str]:
    """What both name: two and more of the values that are taken, and not the one that was sent; or
    that one, in words that deny it.
    """
    if last.response.rejects_as not in _OF_VALUES:
        return frozenset()
    own = {*re.split(r"[.\[\]]+", place)}
    told = [one for one in _QUOTED.findall(refusal.lower()) if one not in own]
    sent = rejected_values(refusal, last, place)
    said = said.lower()
    words = set(re.findall(r"[a-z][\w-]*", said))
    denied = {one for one in sent & words if _NEGATIVE.search(_piece(said, one))}
    if sent & words:
        return frozenset(denied) if sent & words == denied else frozenset()
    listed = (set(told) - sent) & words
    seen = bool(sent) or "[]" in place
    return frozenset(listed) if seen and len(listed) >= _ENOUGH else frozenset()


# What a member is to be: `set x to false`, `x must be false`, `x: false`.
_SET = re.compile(
    r"\bset\b[^.;]{1,60}?\bto [`'\"]?(?P<to>true|false|null|none|auto|\d[\d.]*)\b"
    r"|\b(?:must|has to|needs to|should) (?:always )?be(?: set to)? "
    r"[`'\"]?(?P<be>true|false|null|none|auto)\b",
    re.IGNORECASE,
)


def set_to(words: str) -> frozenset[str]:
    """The values that words order a member to be set to."""
    return frozenset((one["to"] or one["be"]).lower().strip(".") for one in _SET.finditer(words))


# How a rejection names the value that it rejects: serde, pydantic, OpenAI.
_NAMED = re.compile(
    r"\b(?:variant|value:|got|does not support) [`'\"](\w+)[`'\"]|[`'\"]?(\w+)[`'\"]? is not one of"
)


def rejected_values(refusal: str, last: Exchange, place: str) -> set[str]:
    """The values that were rejected, in small letters: what was sent; of several places, or where
    nothing is shown, the one that the rejection names so.
    """
    values = () if "[]" in place else values_at(last.request.body, place)
    sent = {one.lower() for one in values if isinstance(one, str) and not is_masked(one)}
    return sent or {match[1] or match[2] for match in _NAMED.finditer(refusal.lower())}


def _piece(said: str, word: str) -> str:
    """The piece of a sentence in which a word stands."""
    pieces = (one for one in re.split(r"[;(),]|\bbut\b|\band\b", said) if word in one)
    return next(pieces, "")
