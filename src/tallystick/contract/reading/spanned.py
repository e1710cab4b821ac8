"""Names of fields that stand in several columns under one heading: `choices | message | role`."""

import re
from array import array
from collections.abc import Sequence

from tallystick.documents import Node, Text

# Members that are lists, of which a row under them names what each part has.
_LISTS = frozenset(("messages", "choices", "tools", "tool_calls"))
_NAME = re.compile(r"[a-z_][\w.\[\]]*", re.IGNORECASE)


def columns_under(headings: Sequence[Node], first: int) -> int:
    """How many columns the heading of column `first` reaches over."""
    place = headings[first].start
    return sum(cell.start == place for cell in headings[first:])


def field_text(cells: Sequence[Node], first: int, count: int) -> Text:
    """The name of a row's field, from each of its columns; a cell that reaches over several, or
    that holds no name (`(whole)`, `-`), counts once or not at all.
    """
    kept: dict[int, Text] = {}
    for cell in cells[first : first + count]:
        if not kept or _NAME.fullmatch(cell.text.plain.strip()):
            kept.setdefault(cell.start, cell.text)
    *above, last = kept.values()
    if not above:
        return last
    begin, end = last.span()
    path = ".".join(map(_as_parent, above)) + f".{last.plain.strip()}"
    return Text(path, array("I", [begin] * len(path)), array("I", [end] * len(path)))


def _as_parent(text: Text) -> str:
    name = text.plain.strip()
    return f"{name}[]" if name in _LISTS else name
