"""Sentences as forms: what they name as code, and the models that they are about, as marks.

A reader of whole sentences compares such a form with those that it knows; a word that none has
makes it another sentence.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tallystick.contract.reading.modelnames import O_SERIES, families_of, marked
from tallystick.documents import Text

_MODEL_ID = re.compile(
    r"[a-z][a-z0-9]*(?:[-.:/][a-z0-9.]+)+\*?|[a-z]{1,4}\d+(?:\.\d+)?", re.IGNORECASE
)
# The marks that stand for what a form leaves open: a member, a value, a model, a status.
F, V, M, N = "\x01F", "\x01V", "\x01M", "\x01N"
_STATUS = re.compile(r"\b(?:HTTP )?(?:status )?(?:code )?(?:400|422)\b")
_ONE = (
    rf"(?:(?:(?:every|all|the) )?{M}(?: (?:models?|famil(?:y|ies)|series))?"
    r"|(?:reasoning|thinking) models)"
)
MODELS = (
    rf"{_ONE}(?:(?:,? (?:and|or)|,) {_ONE})*"
    r"(?: (?:and (?:later|newer)|models?|famil(?:y|ies)|series))*"
)
# A family by its name, with its members in brackets.
MODELS = (
    rf"(?:{MODELS}|(?:The |All )?(?:\w+ )?(?:models|famil(?:y|ies)|series) "
    rf"(?:\(|such as |like )(?:the )?{M}(?:(?:,? (?:and|or)|,) (?:the )?{M})*"
    r"(?: (?:models|famil(?:y|ies)|series))?\)?)"
)
_PART = re.compile(r";\s+|(?<=[.!?])\s+")

Subject = tuple[str, str]
"""A place, and a value there."""


class Form(NamedTuple):
    """A sentence with marks for what it names, and what those are."""

    words: str
    subjects: tuple[Subject, ...]
    models: str


def sentences_of(text: Text) -> Iterator[Text]:
    """The sentences of a text, also those that a semicolon divides."""
    begin = 0
    for gap in [*_PART.finditer(text.plain), None]:
        end = gap.start() if gap else len(text.plain)
        yield text.part(begin, end).stripped()
        begin = gap.end() if gap else end


def form_of(sentence: Text, names: Callable[[str, str], Subject | None]) -> Form:
    """A sentence with what is open in it as marks. `names` tells what a word that stands as code
    names in the sentence: a member (its value is `*`), a value of one, or nothing.
    """
    out, here, subjects, models = [], 0, [], []
    for first, last in sentence.codes:
        word = sentence.plain[first:last].strip()
        subject = names(sentence.plain, word)
        mark = word
        if subject is not None:
            subjects.append(subject)
            mark = F if subject[1] == "*" else V
        elif _MODEL_ID.fullmatch(word):
            models.append(word.lower().rstrip("*-"))
            mark = M
        elif word == "o":
            models += O_SERIES
            mark = M
        out += [sentence.plain[here:first], mark]
        here = last
    words = "".join([*out, sentence.plain[here:]])
    families = [one for one in families_of(words).split("|") if one]
    words = _STATUS.sub(N, marked(words, M))
    return Form(" ".join(words.split()), tuple(subjects), "|".join(sorted({*models, *families})))
