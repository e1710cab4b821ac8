"""Tables that say something of members by name, whatever their columns are called: what differs
from another provider (`On OpenAI | Here`), or what each model takes. Rows are candidates.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.columns import columns_of
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.vocabulary import REQUEST, place_of
from tallystick.documents import Node

_WHY = "stands in a table beside the member"
_LEAST = 2  # rows about members that make a table one of members
_STREAMED = re.compile(r"\bstream", re.IGNORECASE)
_NOT_OF_THE_BODY = re.compile(
    r"\b(?:client|sdk|environment|config\w*|flags?|columns?|prices?|pric\w+|console)\b",
    re.IGNORECASE,
)
# Values that stand for the member that holds them, and a member that places have no short name for.
_MEANT = {
    "developer": "request.messages[].role",
    "content": "request.messages[].content",
}


def member_rows(passage: Passage) -> Iterator[Draft]:
    """What the rows of a table say of the members that their first cells name as code."""
    rows = passage.node.children
    if len(rows) < _LEAST or not rows[0].children:
        return
    headings = tuple(cell.text.plain for cell in rows[0].children)
    known = columns_of(headings)
    about = f"{passage.heads} {' '.join(headings)}"
    if {"field", "status", "setting"} & known.keys() or _NOT_OF_THE_BODY.search(about):
        return
    found = [(row, places) for row in rows[1:] if row.children and (places := _places(row))]
    if len(found) < _LEAST:
        return
    for row, places in found:
        said = " | ".join(" ".join(cell.text.plain.split()) for cell in row.children)
        for place in places:
            yield Draft(place, "meaning", said, row.start, row.end, "", "candidate", _WHY)


def _places(row: Node) -> list[str]:
    """The members that the first cell of a row names, where another cell says something."""
    first, *others = (cell.text for cell in row.children)
    if not any(text.plain.strip(" -–—") for text in others):
        return []
    named = (re.split(r"[:=]", first.plain[a:b])[0].strip() for a, b in first.codes)
    found = [_place(name, first.plain) for name in named]
    return list(dict.fromkeys(place for place in found if place))[:_MOST]


_MOST = 3


def _place(name: str, words: str) -> str:
    place = _MEANT.get(name) or place_of(name) or (f"request.{name}" if name in REQUEST else "")
    if place == "response.usage" and _STREAMED.search(words):
        return "stream.usage"
    return place
