"""Numbers as pages write them: digits in groups, and what is short for a larger number."""

import re

# Digits in groups of three (`4,096`, `4 096`); not `[1,128]`, which is a range.
_GROUPED = re.compile(
    r"(?<![\w.,\[])[1-9]\d{0,2}(?P<mark>[, \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*(?!\w|[,.]\d)"
)
# `128K`, `1.5 million`, `2e15`: how much that is pages do not say to the unit.
_ROUNDED = re.compile(
    r"\d+(?:\.\d+)?(?: ?[km]\b| ?(?:thousand|million|billion)\b|e[+-]?\d+\b)", re.IGNORECASE
)


def ungrouped(words: str) -> str:
    """The words, with the digits of each number in one piece: `4,096` as `4096`."""
    return _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), words)


def exact_numbers(words: str) -> str:
    """The words with the digits of each number in one piece, and without rounded numbers."""
    return _ROUNDED.sub("…", ungrouped(words))
