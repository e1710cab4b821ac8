"""What a sentence says that some models take only: one value of a member, its default, or some.

`Reasoning models (gpt-5, gpt-5-mini) accept only the default`, `DeepSeek models support text and
json_object only`, `For o3, temperature must be 1`: only whole sentences of these forms are read.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.sentenceforms import MODELS, F, Form, V, form_of, sentences_of
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Text

_FORMAT = "request.response_format.type"
_FORMATS = frozenset(("text", "json_object", "json_schema"))
_NUMBER = r"-?\d+(?:\.\d+)?"
_DEFAULT = rf"(?:the |its |their )?default(?: value)?(?: \(?(?:of )?(?P<given>{_NUMBER})\)?)?"
_ONE = rf"(?:the value )?(?P<number>{_NUMBER})|{_DEFAULT}"
_SEVERAL = rf"(?:the )?{V}(?:(?:,? (?:and|or)|,) {V})*"
_TAKE = r"(?:accept|support|take|allow|know|work with)s?"
_MUST = r"(?:must be|has to be|can only be|may only be|is (?:always )?fixed (?:at|to)|is always)"
_OF = rf"(?:for|with|on|by|of) {MODELS}"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{MODELS} {_TAKE} only (?:{_ONE}|{_SEVERAL})(?: for (?:it|{F}))?(?: values?)?",
        rf"{MODELS} only {_TAKE} (?:{_ONE}|{_SEVERAL})(?: for (?:it|{F}))?(?: values?)?",
        rf"{MODELS} {_TAKE} (?:{_ONE}|{_SEVERAL}) only",
        rf"(?:For|With|On) {MODELS},? (?:it |{F} )?(?:{_MUST}|only) (?:{_ONE})(?: is {_TAKE}ed)?",
        rf"(?:For|With|On) {MODELS},? only (?:{_ONE}|{_SEVERAL})"
        r" (?:is|are) (?:accepted|supported|allowed)",
        rf"(?:It |{F} )?(?:{_MUST}) (?:{_ONE}) {_OF}",
        rf"Only (?:{_ONE}|{_SEVERAL}) (?:is|are) (?:accepted|supported|allowed) {_OF}",
    )
)
_STATED = re.compile(
    rf"\bdefaults? (?:value )?(?:is|to|of)?:?\s*({_NUMBER})\b|\b({_NUMBER}) by default\b",
    re.IGNORECASE,
)
# What such a sentence goes on with says what to do, or what else happens.
_GOES_ON = re.compile(r"\s*(?:[:;]|, (?:so|any|other|else)\b|\. ).*$")
_WHY = "says what these models take only"


def only_these(text: Text, own: str = "") -> Iterator[Draft]:
    """What sentences of a text say that some models take only; `own` is the place that the text
    describes, if any.
    """
    default = _STATED.search(text.plain)
    stated = (default[1] or default[2]) if default else ""
    for sentence in sentences_of(text):
        form = form_of(sentence, _names)
        words = _GOES_ON.sub("", form.words).rstrip(".!")
        found = next((m for one in _FORMS if (m := one.fullmatch(words))), None)
        if found is None or not form.models:
            continue
        place = next((place for place, value in form.subjects if value == "*"), own)
        values = _values(found, form, stated)
        if all(value in _FORMATS for value in values):
            place = _FORMAT
        if place.startswith("request.") and values:
            when = f"model={form.models}"
            yield Draft(place, "enum", "|".join(values), *sentence.span(), when, "candidate", _WHY)


def _values(found: re.Match[str], form: Form, default: str) -> tuple[str, ...]:
    """The values that are taken: a number, the default where it is told, or those named."""
    groups = found.groupdict()
    number = groups.get("number") or groups.get("given")
    if number:
        return (number,)
    if re.search(r"\bdefault\b", found[0], re.IGNORECASE):
        return (default,) if default else ()
    return tuple(value for _, value in form.subjects if value != "*")


def _names(_: str, word: str) -> tuple[str, str] | None:
    bare = word.strip(" \"'")
    if bare in _FORMATS:
        return _FORMAT, bare
    place = place_of(bare)
    return (place, "*") if place.startswith("request.") else None
