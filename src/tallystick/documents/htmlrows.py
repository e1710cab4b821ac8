"""Rows and cells of tables of HTML."""

import re
from collections.abc import Iterator

from tallystick.documents.elements import Element, every
from tallystick.documents.tree import Node

DEEPEST = 8  # how far tables within rows of tables are followed


def is_row(element: Element) -> bool:
    """Whether an element is a row (HTML, section 4.9.8; WAI-ARIA, `row`)."""
    return element.name == "tr" or element.attributes.get("role") == "row"


def cell_kind(element: Element) -> str:
    """What a cell is: `heading`, `cell`, or nothing for another element."""
    role = element.attributes.get("role", "")
    if element.name == "th" or role in ("columnheader", "rowheader"):
        return "heading"
    return "cell" if element.name == "td" or role in ("cell", "gridcell") else ""


def tables_in(row: Element) -> Iterator[Element]:
    """The tables within a row that have no headings of their own: their columns are the row's."""
    for child in row.children:
        if child.name != "table":
            yield from tables_in(child)
        elif not any(cell_kind(one) == "heading" for one in every(child)):
            yield child


def within(table: Element) -> Iterator[Element]:
    """What stands in a table, without what stands in tables within it."""
    for child in table.children:
        if child.name != "table":
            yield child
            yield from within(child)


def taken(held: dict[int, tuple[int, Node]], column: int) -> Node:
    """The cell that reaches down into a column, which is then one row shorter."""
    left, cell = held.pop(column)
    if left > 1:
        held[column] = (left - 1, cell)
    return cell


def number(text: str | None) -> int:
    """Over how many rows or columns a cell reaches; 1 for what is no such number."""
    return max(1, min(1000, int(text))) if text and re.fullmatch(r"[0-9]{1,6}", text) else 1
