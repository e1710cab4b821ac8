"""Blocks of ReadMe.io's Markdown: `[block:parameters]`, `[block:api-header]`, `[block:callout]`,
each a JSON object between its marks (ReadMe, "Magic blocks").

Their texts are JSON strings, so that a character's place is that of what stands for it there.
"""

import json
import re
from array import array
from collections.abc import Iterator
from typing import Any

from tallystick.documents.tree import EMPTY, Kind, Node, Text

BLOCK = re.compile(
    r"^\[block:(?P<kind>[\w-]+)\]\s*\n(?P<data>\{.*?\n\}|\{.*?\})\s*\n\[/block\]",
    re.DOTALL | re.MULTILINE,
)
_STRING = re.compile(r'"(?P<key>(?:[^"\\]|\\.)*)"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)|.", re.DOTALL)
_CELL = re.compile(r"(?P<row>h|\d+)-(?P<column>\d+)")
MAX_CELLS = 5_000


def without_blocks(source: str) -> str:
    """The text with its blocks as blanks, so that every other character keeps its place."""
    return BLOCK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)


def block_nodes(source: str, places: "array[int]") -> Iterator[Node]:
    """The tables, headings and paragraphs that blocks stand for."""
    for found in BLOCK.finditer(source):
        texts = dict(_texts(found, source, places))
        start, end = places[found.start()], places[found.end()]
        match found["kind"]:
            case "parameters":
                yield from _table(texts, start, end)
            case "api-header" if "title" in texts:
                yield Node("heading", *texts["title"].span(), text=texts["title"], level=2)
            case "callout" if "body" in texts:
                yield Node("paragraph", *texts["body"].span(), text=texts["body"])
            case _:
                pass


def _texts(found: re.Match[str], source: str, places: "array[int]") -> Iterator[tuple[str, Text]]:
    """The texts of a block by their names, each with its places."""
    if not _is_json(found["data"]):
        return
    for number, pair in enumerate(_STRING.finditer(source, found.start("data"), found.end("data"))):
        if number > MAX_CELLS:
            return
        yield pair["key"], _text(pair["value"], pair.start("value"), places)


def _is_json(data: str) -> bool:
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict)


def _text(raw: str, begin: int, places: "array[int]") -> Text:
    """A JSON string as plain text: escapes resolved, Markdown's marks left out."""
    chars: list[str] = []
    starts, ends = array("I"), array("I")
    codes: list[tuple[int, int]] = []
    opened = -1
    for found in _ESCAPE.finditer(raw):
        char = json.loads(f'"{found[0]}"') if found[0][0] == "\\" else found[0]
        if char == "`":
            opened, closed = (len(chars), -1) if opened < 0 else (-1, opened)
            codes += [(closed, len(chars))] if closed >= 0 else []
            continue
        if char == "*" and opened < 0:
            continue
        chars.append(" " if char == "\n" else char)
        starts.append(places[begin + found.start()])
        ends.append(places[begin + found.end()])
    return Text("".join(chars), starts, ends, tuple(codes)).stripped()


def _table(texts: dict[str, Text], start: int, end: int) -> Iterator[Node]:
    """The rows of a block of parameters: `h-0` is a heading, `2-1` a cell."""
    rows: dict[str, dict[int, Text]] = {}
    for key, text in texts.items():
        if named := _CELL.fullmatch(key):
            rows.setdefault(named["row"], {})[int(named["column"])] = text
    heads = rows.pop("h", {})
    width = max((max(cells) for cells in (heads, *rows.values()) if cells), default=-1) + 1
    if not heads or not rows or width > MAX_CELLS:
        return
    ordered = [heads, *(rows[name] for name in sorted(rows, key=int))]
    yield Node("table", start, end, children=tuple(
        _row(cells, width, "heading" if not number else "") for number, cells in enumerate(ordered)
    ))  # fmt: skip


def _row(cells: dict[int, Text], width: int, name: str) -> Node:
    made = [cells.get(at, EMPTY) for at in range(width)]
    kind: Kind = "cell"
    children = tuple(Node(kind, *text.span(), text=text, name=name) for text in made)
    spans = [text.span() for text in made if text.plain]
    first, last = (min(a for a, _ in spans), max(b for _, b in spans)) if spans else (0, 0)
    return Node("row", first, last, children=children)
