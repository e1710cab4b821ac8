"""Lists that tick what is taken: `- [x] model`, `- [ ] logit_bias` (GFM 0.29, task list items)."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.vocabulary import below
from tallystick.documents import Node

_ITEM = re.compile(r"^\[(?P<mark>[ xX])\] (?P<name>[a-z]\w*)$")
_OF_FIELDS = re.compile(
    r"\b(?:request|body)\b.{0,20}\b(?:fields?|param\w*|members?|options?)\b"
    r"|\bsupported (?:fields?|param\w*|members?)\b",
    re.IGNORECASE,
)


def ticked_fields(passage: Passage) -> Iterator[Draft]:
    """The members of a request that a list ticks; one without a tick is for a person to read."""
    title = passage.titles[-1].words if passage.titles else ""
    if passage.node.kind == "list" and _OF_FIELDS.search(title):
        yield from _items(passage.node, "request")


def _items(node: Node, parent: str) -> Iterator[Draft]:
    for item in node.children:
        first = item.children[0] if item.children else None
        told = _ITEM.match(first.text.plain.strip()) if first is not None else None
        if first is None or told is None or not first.text.codes:
            continue
        place, span = below(parent, told["name"]), first.text.span()
        if told["mark"] == " ":
            why = "stands in a list of what is taken, without its tick"
            yield Draft(place, "meaning", "not ticked", *span, "", "candidate", why)
            continue
        yield Draft(place, "exists", "yes", *span)
        for inner in item.children[1:]:
            if inner.kind == "list":
                yield from _items(inner, place)
