"""Which lists are outlines of schemas (`outlines.py`): an item is a name, and a paragraph below it
begins with the type as code.
"""

import re

from tallystick.contract.reading.traits import kinds_of
from tallystick.documents import Node, Text

_NAMED = re.compile(r"(?P<name>[A-Za-z_][\w.-]*)(?P<required> \(required\))?")
_SHARE = 0.6


def is_outline(node: Node) -> bool:
    """Whether a list is such an outline."""
    if node.kind != "list" or not node.children:
        return False
    return sum(parts_of(item) is not None for item in node.children) >= _SHARE * len(node.children)


def parts_of(item: Node) -> tuple[re.Match[str], Text] | None:
    """The name of an item and the paragraph with its type; None where it is none of an outline."""
    if len(item.children) < 2 or item.children[1].kind != "paragraph":
        return None
    named, typed = item.children[0].text, item.children[1].text
    found = _NAMED.fullmatch(named.plain.strip())
    if found is None or not typed.codes or typed.codes[0][0] != 0:
        return None
    return (found, typed) if kinds_of(typed.plain[slice(*typed.codes[0])]) else None


_PATH = re.compile(r"Path: (?P<path>/\S+)")


def outlined_path(node: Node) -> str:
    """The path that a list of labelled items names (`Method: GET`, `Path: /keys`); else empty."""
    items = (item.children[0].text.plain for item in node.children if item.children)
    found = [m["path"] for words in items if (m := _PATH.fullmatch(words.strip()))]
    return found[0] if node.kind == "list" and len(found) == 1 else ""
