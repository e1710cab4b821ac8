"""What the entries of a table or a list stand in, where a title or the sentence before names it."""

import re

from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.topics import AS_INPUT
from tallystick.contract.reading.vocabulary import DEEPER, place_of

# Places that a name stands for wherever it is named, deeper than the side it is on.
DEEP = frozenset(place for place in DEEPER.values() if place.startswith("request.messages[]"))
PARTS = re.compile(
    r"\b(?:(?:content|image|text|audio|file|input) parts?"
    r"|parts of (?:a |the )?(?:message|content))\b",
    re.IGNORECASE,
)
OF_MESSAGE = re.compile(
    r"\b(?:fields|members|properties|attributes|keys|parts) of"
    r" (?:an? |each |every |the )?messages?\b"
    r"|\bmessage (?:fields|members|properties|attributes|object)\b|^the message$",
    re.IGNORECASE,
)
# How the sentence before a table or a list names what its entries stand in.
_HOLDS = re.compile(
    r"\b(?:under|inside|within|in|of|below)\b(?: (?:each|every|the|an?))?"
    r"(?: (?:entry|element|item|object|part)s?(?: of| in)?)?(?: the)? ?$",
    re.IGNORECASE,
)
# A list that the sentence before names, and says what its entries have.
_ENTRIES = re.compile(
    r"is (?:always )?(?:an? )?(?:list|array)[.,;:]?\s+(?:(?:and|where|in which)\s+)?"
    r"(?:each|every|an?) (?:entry|element|item|object)\b[^.]*[.:]?$",
    re.IGNORECASE,
)
# A path that a title is: `choices[].message`.
_PATH = re.compile(r"`?[a-z_]+(?:\[\w?\])?(?:\.[a-z_]+(?:\[\w?\])?)*`?")
_LISTS_OF = ("choices", "tool_calls", "messages", "tools")


def container(passage: Passage) -> str:
    """The place that the entries of a passage stand in, where its title or the sentence before it
    names one: `calls arrive under choices[0].delta.tool_calls`; empty where none is named.
    """
    if passage.titles and _are_parts(passage):
        return "request.messages[].content[]"
    if passage.titles and OF_MESSAGE.search(passage.titles[-1].words):
        return "request.messages[]"
    titled = passage.titles[-1].words if passage.titles else ""
    if _PATH.fullmatch(titled) and re.search(r"[.\[]", titled) and (place := _of_path(titled)):
        return place
    lead = passage.lead
    if lead is None or not lead.codes:
        return ""
    first, last = lead.codes[-1]
    place = place_of(lead.plain[first:last])
    if _ENTRIES.match(lead.plain[last:].lstrip("` ")) and place.count(".") > 1:
        return f"{place}[]"
    denied = re.search(r"\b(?:unlike|not|except|no)\b", lead.plain[:first], re.IGNORECASE)
    if denied or place.count(".") < 2 or not _HOLDS.search(lead.plain[:first]):
        return ""
    return _as_entry(place)


def _are_parts(passage: Passage) -> bool:
    """Whether a passage is about the parts of a message, by its title or those above it."""
    last = passage.titles[-1].words
    of_inputs = any(AS_INPUT.search(title.words) for title in passage.titles)
    return bool(PARTS.search(last)) or (of_inputs and last.strip().lower() == "parts")


def _of_path(path: str) -> str:
    """The place of a path that is a title, as what its members stand in."""
    whole = place_of(re.sub(r"\[\w?\]", "[]", path.strip("`")).removesuffix("[]"))
    return _as_entry(whole) if whole else ""


def _as_entry(place: str) -> str:
    """A place as what members stand in: those of a list in each entry."""
    return f"{place}[]" if place.rpartition(".")[2] in _LISTS_OF else place
