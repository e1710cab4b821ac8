"""The numbers of a rejection and of a sentence: whether both give one bound, and what was sent
passes it.
"""

import re

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)*(?![\w.]|\.\d)")
# The statuses that APIs answer with (RFC 9110, section 15; Cloudflare's own).
_STATUS = re.compile(r"\b(?:40[0-9]|41[0-9]|42[2-9]|431|451|49[89]|50[0-5]|52[0-9])\b")
_WORDED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "twelve": "12", "sixteen": "16", "twenty": "20",
}  # fmt: skip
_WORDS = re.compile(rf"\b(?:{'|'.join(_WORDED)})\b", re.IGNORECASE)
# What a rejection says of what was sent, and not of what is taken.
_SENT = re.compile(
    r"\b(?:got|provided|sent|requested|received|input|was|resulted in|has|position|index)"
    r"(?: (?:an? |the )?(?:\w+ ){0,3}(?:of )?(?:with length )?|\W{1,4})(-?\d[\d.,]*)",
    re.IGNORECASE,
)
# Words before a number, or behind it, by which a sentence gives it as the most or the least.
_OF = r"(?:\W{1,3}|\s(?:[a-z]+\s){1,3}?)"
_N = r"(-?\d[\d.,]*\d|\d)"
_EQUAL = r"\b(?:equals?|equal to|must be|has to be)\W{1,3}"
_MOST = re.compile(
    rf"\b(?:up to|at most|as (?:many|much|long|high) as|max(?:imum)?|ceiling|limit(?:ed)?"
    rf"|no more than|exceeds?|(?:larger|greater|bigger|longer|more) than|above|beyond|over"
    rf"|stops? at){_OF}{_N}|{_EQUAL}{_N}"
    rf"|\b(?:between|from)\W[^.;]{{1,40}}?(?:to|and|through|-|–)\W{{1,3}}{_N}|[≤<]=?\W{{0,3}}{_N}"
    rf"|{_N}\W(?:\w+\W){{0,3}}?(?:or (?:fewer|less)|at the (?:very )?most|at the longest"
    rf"|and (?:no|not 1) more)|\d ?[-–] ?{_N}|\[\d+, {_N}[\])]",
    re.IGNORECASE,
)
_LEAST = re.compile(
    rf"\b(?:at least|min(?:imum)?|no (?:fewer|less) than|(?:smaller|less|shorter|fewer) than|below"
    rf"|from|between){_OF}{_N}|{_EQUAL}{_N}|[≥>]=?\W{{0,3}}{_N}"
    rf"|{_N}\W(?:\w+\W){{0,2}}?or more",
    re.IGNORECASE,
)


def figures(words: str) -> frozenset[float]:
    """The numbers that words give, without statuses; those in words count as well."""
    found = _NUMBER.findall(_plain(words))
    return frozenset(float(one.replace(",", "")) for one in found if _is_one(one))


def _plain(words: str) -> str:
    return _WORDS.sub(lambda one: _WORDED[one[0].lower()], _STATUS.sub(" ", words))


def _is_one(text: str) -> bool:
    """Whether digits with marks are one number: `32,768` and `1.5`, and not `1.2.3` or `1,2`."""
    return re.fullmatch(r"-?(?:\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+)", text) is not None


def bounds(refusal: str) -> frozenset[float]:
    """The numbers that a rejection gives as bounds."""
    return figures(_SENT.sub(" ", refusal))


def limits_of(words: str) -> tuple[frozenset[float], frozenset[float]]:
    """The numbers that a sentence gives as the most and as the least."""
    plain = _plain(words)
    return _found(_MOST, plain), _found(_LEAST, plain)


def _found(pattern: re.Pattern[str], words: str) -> frozenset[float]:
    told = (next(filter(None, match.groups()), "") for match in pattern.finditer(words))
    return frozenset(number for one in told for number in figures(one.rstrip(".,")))


def is_passed(words: str, size: float) -> bool:
    """Whether a size lies beyond what a sentence gives as the most or the least."""
    most, least = limits_of(words)
    above = bool(most) and size > max(most)
    return above or (bool(least) and size < min(least))


def is_kept(words: str, size: float) -> bool:
    """Whether a sentence gives a bound, and a size lies within it."""
    return any(limits_of(words)) and not is_passed(words, size)


def size_of(value: object) -> float | None:
    """How large a value is: a number, the items of a list, the characters of a text."""
    match value:
        case bool() | None:
            return None
        case int() | float():
            return float(value)
        case list():
            return float(len(value))
        case str():
            masked = re.fullmatch(r"‹\w+:(\d+)(?:#\d+)?›", value)
            return float(masked[1]) if masked else float(len(value))
    return None
