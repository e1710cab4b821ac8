"""Numbers as pages write them: digits in groups, and what is short for a larger number."""

import re

# Digits in groups of three (`4,096`, `4 096`); not `[1,128]`, which is a range.
_GROUPED = re.compile(
    r"(?<![\w.,\[])[1-9]\d{0,2}(?P<mark>[, \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*(?!\w|[,.]\d)"
)
# `128K`, `1.5 million`, `2e15`: how much that is pages do not say to the unit.
_OF_RANGE = re.compile(r"(?:\brange\W*|\()$", re.IGNORECASE)
_ROUNDED = re.compile(
    r"(?<!\d)\d{1,15}(?:\.\d{1,15})?(?: ?[km]\b| ?(?:thousand|million|billion)\b"
    r"|e[+-]?\d{1,3}\b)",
    re.IGNORECASE,
)


def ungrouped(words: str) -> str:
    """The words, with the digits of each number in one piece: `4,096` as `4096`."""
    return _GROUPED.sub(_whole, words)


def _whole(found: re.Match[str]) -> str:
    """One number, or what it was where two of a range may stand: `range: 1,128`, `(1,100)`."""
    apart = _OF_RANGE.search(found.string, max(0, found.start() - 12), found.start())
    return found[0] if apart else re.sub(r"\D", "", found[0])


def exact_numbers(words: str) -> str:
    """The words with the digits of each number in one piece, and without rounded numbers."""
    return _ROUNDED.sub("…", ungrouped(words))
