"""Outlines of schemas as Markdown, as Scalar renders a specification: a list whose items are a name
in bold, perhaps `(required)`, with the type and what is said of it in a paragraph below, and the
members within in lists below that; statuses and servers stand in titles and labelled items.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.described import described
from tallystick.contract.reading.outlineforms import is_outline, parts_of
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.traits import traits
from tallystick.contract.reading.vocabulary import below, side_of
from tallystick.documents import Node
from tallystick.record.case import Operation

_ITEMS = re.compile(r"(?:array )?items:?", re.IGNORECASE)
_STATUS = re.compile(r"Status: (?P<status>\d{3}|default)\b[ :–—-]*(?P<said>.*)")
_LABEL = re.compile(r"(?P<label>Method|Path|URL): (?P<said>\S+)")
_ENDS = re.compile(r"\s[–—-]\s")


def outlined_fields(passage: Passage) -> Iterator[Draft]:
    """The members that an outline describes; of answers only those of a success."""
    if passage.is_within or not is_outline(passage.node):
        return
    heads = [title.words for title in passage.titles]
    statuses = [found["status"] for head in heads if (found := _STATUS.match(head))]
    if statuses and statuses[-1][0] != "2":
        return
    side = side_of(heads)
    if side in ("request", "response", "stream"):
        yield from _members(passage.node, side)


def labelled_operation(passage: Passage, operation: Operation) -> Iterator[Draft]:
    """The method, the path and the server that items name behind a label."""
    text = passage.node.text
    found = _LABEL.fullmatch(text.plain.strip()) if passage.node.kind == "paragraph" else None
    if found is None:
        return
    span, said, label = text.span(*found.span("said")), found["said"], found["label"]
    if label == "Path" and operation.path.endswith(said):
        yield Draft("endpoint.path", "value", said, *span)
    elif label == "URL" and said.startswith("https://"):
        yield Draft("endpoint.base_url", "value", said.rstrip("/"), *span)


def titled_status(passage: Passage) -> Iterator[Draft]:
    """An error status that a title tells the meaning of itself."""
    text = passage.node.text
    found = _STATUS.fullmatch(text.plain) if passage.node.kind == "heading" else None
    if found is not None and found["status"][0] in "45" and " " in found["said"]:
        span = text.span(*found.span("said"))
        yield Draft(f"error.status.{found['status']}", "meaning", found["said"], *span)


def _members(node: Node, parent: str) -> Iterator[Draft]:
    for item in node.children:
        parts = parts_of(item)
        if parts is None:
            continue
        found, typed = parts
        location = below(parent, found["name"])
        named = item.children[0].text.span()
        yield Draft(location, "exists", "yes", *named)
        if found["required"]:
            yield Draft(location, "required", "yes", *named)
        end = _ENDS.search(typed.plain)
        cut = end.start() if end else len(typed.plain)
        yield from traits(location, typed.part(0, cut), form="stated")
        if end is not None:
            yield from described(location, typed.part(end.end(), len(typed.plain)))
        yield from _within(item, location)


def _within(item: Node, location: str) -> Iterator[Draft]:
    """The members of an item, or of the entries of the list that it is."""
    inner = location
    for node in item.children[2:]:
        if node.kind == "paragraph" and _ITEMS.fullmatch(node.text.plain.strip()):
            inner = f"{location}[]".replace("[][]", "[]")
        elif is_outline(node):
            yield from _members(node, inner)
