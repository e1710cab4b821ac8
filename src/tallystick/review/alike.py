"""What a sentence of a page and a rejection both speak of: members and codes, numbers, values,
matters in words of their own, or the very words of the error (decision 0040).
"""

import re
from collections.abc import Iterator

import msgspec

from tallystick.protocol import read_error
from tallystick.record.clause import Saying
from tallystick.record.exchange import Exchange
from tallystick.record.vocabulary import SCHEMA_NAMES
from tallystick.review.codes import GENERAL_CODES, OF_OTHERS
from tallystick.review.figures import bounds, is_passed, limits_of, size_of
from tallystick.review.listedvalues import listed_alike, set_to
from tallystick.review.material import Material
from tallystick.review.matters import WEAK, of_matters, refuses
from tallystick.review.ofmodels import asked_model
from tallystick.review.outside import values_at
from tallystick.review.quotes import gives_words

MODEL = "request.model"
MASK = re.compile(r"‹[^›]*›")
_INDEX = re.compile(r"\[\d+\]|(?<=\w)\.\d+(?=\.)")
_NAME = re.compile(
    r"[A-Za-z]\w*_\w+|\b[A-Za-z][a-z]+(?:[A-Z][a-z]+)+\b|(?<=[`'\"])[A-Za-z][\w/-]{2,}(?=[`'\"])"
)
_OF_SIZES = ("out-of-range", "not-allowed", "invalid")
# What a rejection says of a member itself, and not of its value.
OF_MEMBERS = ("unknown", "unsupported", "by-model")


def refusal_of(last: Exchange) -> str:
    """What the API said in rejecting a call, with marks for what is masked."""
    error = read_error(last.response.body)
    said = f"{error.message} {error.code} {error.more}" if error else ""
    return _INDEX.sub(" ", said)


class Shared(msgspec.Struct, frozen=True):
    """What a sentence and a rejection both speak of. `is_quoted`: the sentence gives the words of
    the rejection.
    """

    names: frozenset[str]
    numbers: frozenset[float]
    matters: frozenset[str]
    is_quoted: bool = False
    listed: frozenset[str] = frozenset()

    @property
    def weight(self) -> int:
        """How much they have in common; 0 where that is no rule by itself."""
        strong = self.matters - WEAK
        told = len(self.names | self.listed) + len(self.numbers) + len(strong)
        if not (told or self.is_quoted):
            return 0
        return 4 * self.is_quoted + 2 * told + len(self.matters & WEAK)


def shared_by(saying: Saying, last: Exchange, refusal: str, place: str) -> Shared:
    """What a sentence and the rejection of a place have in common."""
    said, told = saying.citation.words, MASK.sub("‹›", refusal)
    own = {*re.split(r"[.\[\]]+", place)} | GENERAL_CODES
    matters = of_matters(said) & of_matters(told)
    title = saying.titles[-1] if saying.titles else ""
    if last.response.rejects_as in OF_MEMBERS and refuses(said, title, last.response.rejects):
        matters |= {"refused"}
    if last.response.rejects_as == "wrong-type" and _kind_told(said, place) & _kind_wanted(told):
        matters |= {"kind"}
    return Shared(
        frozenset(_names_of_both(said, told, last, place) - own),
        _numbers(said, told, last, place),
        matters,
        listed=listed_alike(said, told, last, place) | (set_to(said) & set_to(told)),
        is_quoted=gives_words(said, refusal) and not OF_OTHERS.search(said),
    )


_KIND = r"(?:an? )?(?P<kind>object|array|list|string|number|integer|boolean)\b"
_WANTED = re.compile(rf"\bexpected (?:type )?[`'\"]?{_KIND}", re.IGNORECASE)
_SAME = {"list": "array", "integer": "number"}


def _kind_wanted(told: str) -> set[str]:
    """The type that a rejection says was expected."""
    return {_SAME.get(one["kind"].lower(), one["kind"].lower()) for one in _WANTED.finditer(told)}


def _kind_told(said: str, place: str) -> set[str]:
    """The type that a sentence says a place has."""
    name = re.escape(place.rpartition(".")[2].rstrip("[]"))
    is_one = (
        rf"(?<![\w.]){name}\b[`'\"]? (?:is|must be|has to be|needs to be|takes|expects) {_KIND}"
    )
    found = re.finditer(is_one, said, re.IGNORECASE)
    return {_SAME.get(one["kind"].lower(), one["kind"].lower()) for one in found}


def _numbers(said: str, told: str, last: Exchange, place: str) -> frozenset[float]:
    """The bounds that both give; where the rejection's are masked, what a sentence gives as bounds
    and what was sent passes.
    """
    most, least = limits_of(said)
    given = most | least
    if given & bounds(told) or last.response.rejects_as not in _OF_SIZES:
        return given & bounds(told)
    sizes = [size for v in values_at(last.request.body, place) if (size := size_of(v)) is not None]
    return given if any(is_passed(said, size) for size in sizes) else frozenset()


def _names_of_both(said: str, told: str, last: Exchange, place: str) -> set[str]:
    """The names that a sentence and a rejection have: those that one of them marks as names. Of a
    combination also the other members, and of a model that is there no more its id.
    """
    found = names_in(said) & names_in(told)
    found |= {one for one in marked_in(said) if re.search(rf"\b{one}\b", told)} - _PLAIN
    if last.response.rejects_as == "combination":
        found |= {one for one in marked_in(told) & SCHEMA_NAMES if re.search(rf"\b{one}\b", said)}
    asked = asked_model(last)
    if place == MODEL and asked and asked in said.lower() and "not there" in of_matters(said):
        found.add(asked)
    return found


def marked_in(words: str) -> set[str]:
    """The names that words set as code or in quotation marks."""
    return set(re.findall(r"[`'\"]([A-Za-z]\w+)(?:[`'\"]|$)", words))


# What a page marks as code and any error has as a plain word.
_PLAIN = frozenset(
    "type name string object array messages tools message content model request error true false"
    " null number user assistant system tool function text value role none auto".split()
)


def names_in(words: str) -> set[str]:
    """The words that cannot but be names: of several parts, or in marks."""
    return set(_NAME.findall(words))


def sayings_at(material: Material, place: str) -> Iterator[Saying]:
    """The sentences of pages, and what else sources seem to state at a place. What tells of a
    change counts where it is about models: they are announced so.
    """
    yield from (s for s in material.sayings if place == MODEL or not s.is_dated)
    within = (f"{place}.", f"{place}[")
    for one in material.candidates:
        if one.clause.location == place or one.clause.location.startswith(within):
            models = one.clause.when.partition("model=")[2]
            yield Saying(one.clause.citation, (place.rpartition(".")[2],), "", models)
