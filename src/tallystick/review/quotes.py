"""Whether a page gives the very words of an error: what is masked, and what a page leaves open
(`…`, `{name}`), stands for any one word.
"""

import re

_ANY = "*"
_TOKEN = re.compile(r"‹[^›]*›|\.\.\.|…|\{\w+\}|<\w+>|\[\w+\]|[A-Za-z_][\w'’-]*|\d+")
_OPEN = re.compile(r"‹[^›]*›|\.\.\.|…|\{\w+\}|<\w+>|\[\w+\]")
# What a page sets as code, or in quotation marks.
_GIVEN = re.compile(r"`([^`]{8,300})`|[“\"]([^”\"]{8,300})[”\"]")
_RUN, _WHOLE = 6, 3  # words in a row; words of a quotation that the error has whole


def gives_words(said: str, error: str) -> bool:
    """Whether a sentence has a run of the words of an error, or a quotation that the error has
    whole.
    """
    told = _tokens(error)
    if _longest(_tokens(said), told) >= _RUN:
        return True
    given = (_tokens(one[1] or one[2]) for one in _GIVEN.finditer(said))
    return any(_counted(one) >= _WHOLE and _has(told, one) for one in given)


def _tokens(words: str) -> list[str]:
    return [_ANY if _OPEN.fullmatch(one) else one.lower() for one in _TOKEN.findall(words)]


def _counted(tokens: list[str]) -> int:
    return sum(one != _ANY for one in tokens)


def _is_same(one: str, other: str) -> bool:
    return one == other or _ANY in (one, other)


def _longest(first: list[str], second: list[str]) -> int:
    """The most words, without those that stand for any, of a run that both have."""
    best, before = 0, [0] * (len(second) + 1)
    for one in first:
        row = [0]
        for at, other in enumerate(second):
            plain = one == other and one != _ANY
            row.append(before[at] + plain if _is_same(one, other) else 0)
        best, before = max(best, *row), row
    return best


def _has(told: list[str], given: list[str]) -> bool:
    """Whether an error has every word of a quotation, in a row."""
    for at in range(len(told) - len(given) + 1):
        pairs = list(zip(told[at : at + len(given)], given, strict=True))
        plain = sum(one == other != _ANY for one, other in pairs)
        if plain >= _WHOLE and all(_is_same(*pair) for pair in pairs):
            return True
    return False
