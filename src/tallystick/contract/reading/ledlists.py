"""Lists that the sentence before them explains: the values of a member, or what is refused.

`role` is one of: … states the values; `The following make a request fail:` names members that are
refused, some of them under a condition of their own.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Text
from tallystick.record.clause import Aspect

_CLOSED = re.compile(
    r"^\W{0,3}(?:is|are|must be|has to be|can only be|may only be|takes|accepts)"
    r" (?:always |exactly )?(?:one of|either)(?: (?:the following|these)(?: values)?)?\W*$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^\W{0,3}(?:can be|may be|takes|accepts|supports)"
    r"(?: (?:one of|either|the following|these)(?: values)?){0,2}\W*$",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[A-Za-z][\w.-]{0,40}")
_REFUSED = re.compile(
    r"\b(?:following|these)\b[^.;]{0,60}\b(?:fails?|refused|rejected|unsupported|error"
    r"|not (?:supported|accepted|allowed|available|implemented))\b",
    re.IGNORECASE,
)
_IGNORED = re.compile(r"\bignor\w+\b|\bno effect\b", re.IGNORECASE)
_NAMES = re.compile(r"^(?:[\s,]|and|or)*$")
_ANY = re.compile(r"(?:,? (?:in any form|at all|whatever the value))?\W*", re.IGNORECASE)
_BUT = re.compile(
    r"\W*\b(?:when|if|unless)\b (?:it is |set to |the value is )?"
    r"(?:(?:anything )?(?:other than|not)|(?P<above>above|greater than|more than|over))"
    r" (?P<value>-?\d+(?:\.\d+)?|true|false)\W*",
    re.IGNORECASE,
)
_WHY = "stands in a list of what is refused"


def led_list(passage: Passage) -> Iterator[Draft]:
    """What the items of a list are, by the sentence that leads to it."""
    lead = passage.lead
    if passage.node.kind != "list" or lead is None or passage.is_within:
        return
    terms = [one.text for one in passage.node.children if one.kind == "term"]
    items = terms or [one.children[0].text for one in passage.node.children if one.children]
    yield from _values(lead, items)
    if _REFUSED.search(lead.plain) and not _IGNORED.search(lead.plain):
        for item in items:
            yield from _refused(item)


def _values(lead: Text, items: list[Text]) -> Iterator[Draft]:
    if not lead.codes or len(items) < 2:
        return
    first, last = lead.codes[-1]
    name, said = lead.plain[first:last].strip("\"' "), lead.plain[last:]
    place = "request.messages[].role" if name == "role" else place_of(name)
    closed = _CLOSED.match(said) is not None
    led = [one.plain[: one.codes[0][1]].strip("\"' ") for one in items if _is_led(one)]
    named = len(led) == len(items) and all(map(_VALUE.fullmatch, led))
    if place.startswith("request.") and named and (closed or _OPEN.match(said)):
        span = items[0].span()[0], items[-1].span()[1]
        why = "" if closed else "stands in a list of its values"
        yield Draft(place, "enum", "|".join(dict.fromkeys(led)), *span, "",
                    "stated" if closed else "candidate", why)  # fmt: skip


def _is_led(item: Text) -> bool:
    return bool(item.codes) and item.codes[0][0] == 0


def _refused(item: Text) -> Iterator[Draft]:
    """The members that an item begins with, each refused, or but for one value."""
    end, places = 0, []
    for first, last in item.codes:
        if not _NAMES.match(item.plain[end:first]):
            break
        name = item.plain[first:last].strip("\"' ")
        places.append(place_of(name) or (f"request.{name}" if _VALUE.fullmatch(name) else ""))
        end = last
    rest, span = item.plain[end:], item.span()
    but = _BUT.fullmatch(rest)
    for place in places if _ANY.fullmatch(rest) or but else ():
        if not place.startswith("request."):
            continue
        if but is None:
            yield Draft(place, "refused", "*", *span, "", "candidate", _WHY)
        else:
            aspect: Aspect = "maximum" if but["above"] else "enum"
            yield Draft(place, aspect, but["value"], *span, "", "candidate", _WHY)
