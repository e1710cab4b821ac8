"""Tables that a Markdown page has as HTML, as GitBook and README files write them.

They are read by the reader of HTML, and leave the text as blanks, so that everything else keeps its
place.
"""

import re
from array import array
from collections.abc import Iterator

from tallystick.documents.elements import elements_of
from tallystick.documents.html import Builder
from tallystick.documents.tree import Node

_TABLE = re.compile(r"<table\b[^>]*>.*?</table>", re.DOTALL | re.IGNORECASE)
_FENCED = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*(?P=fence)|\Z)", re.DOTALL | re.MULTILINE
)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
MAX_TABLE = 400_000


def _tables(source: str) -> Iterator[tuple[int, int]]:
    """Where tables stand, but for those that a block of code shows."""
    fenced = [found.span() for found in _FENCED.finditer(source)]
    for found in _TABLE.finditer(source):
        start, end = found.span()
        shown = any(first <= start < last for first, last in fenced)
        if not shown and end - start < MAX_TABLE and _ROW.search(found[0]):
            yield start, end


def without_tables(source: str) -> str:
    """The text with its tables of HTML as blanks."""
    for start, end in _tables(source):
        blank = re.sub(r"[^\n]", " ", source[start:end])
        source = f"{source[:start]}{blank}{source[end:]}"
    return source


def table_nodes(source: str, places: "array[int]") -> Iterator[Node]:
    """The tables of HTML in a page of Markdown; `places` are the bytes of its characters."""
    for start, end in _tables(source):
        builder = Builder(source[start:end], {}, places[start : end + 1], {})
        yield from builder.blocks(elements_of(source[start:end]))
