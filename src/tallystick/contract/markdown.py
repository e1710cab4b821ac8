"""A Markdown page as a documentation site serves it: its title, tables and OpenAPI fences.

Spans are byte ranges of the stored page. MDX component tags are passed over; what stands inside
them is read.
"""

import re
from collections.abc import Iterator

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

_INDENTED_ROW = re.compile(r"^[ \t]{4,}\|.*\|[ \t]*$")
_COMPONENT = re.compile(r"^[ \t]*</?[A-Z][A-Za-z]*(?:\s[^>]*)?/?>[ \t]*$")


class Row(msgspec.Struct, frozen=True):
    """One row of a table: its cells as plain text, and its line's byte range."""

    cells: tuple[str, ...]
    start: int
    end: int


class Table(msgspec.Struct, frozen=True):
    """A table with its column headings and the headings of the sections it stands under."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    section: str


class Fence(msgspec.Struct, frozen=True):
    """A code fence: its info string, its text and the byte offset of that text."""

    info: str
    text: str
    offset: int


class Page(msgspec.Struct, frozen=True):
    """What a page states in a form that can be read without guessing."""

    title: str
    tables: tuple[Table, ...]
    fences: tuple[Fence, ...]


def read_page(text: str) -> Page:
    """The title, tables and fences of a Markdown page."""
    lines = text.splitlines(keepends=True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line.encode()))
    plain = "".join(_without_components(lines))
    tokens = MarkdownIt("commonmark").enable("table").parse(plain)
    return Page(
        title=next((text for _, level, text in _headings(tokens) if level == 1), ""),
        tables=tuple(_tables(tokens, offsets, lines)),
        fences=tuple(_fences(tokens, offsets)),
    )


def _without_components(lines: list[str]) -> Iterator[str]:
    """Blank the lines that hold only a component's tag, so that line numbers stay."""
    fence = ""
    for line in lines:
        mark = re.match(r"[ \t]*(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == mark[1] and mark[1].startswith(fence):
            fence = ""
        if not fence and _COMPONENT.match(line.rstrip("\r\n")):
            yield "\n"
        elif not fence and _INDENTED_ROW.match(line):
            yield line.lstrip(" \t")  # rows inside a component; their spans are those of the line
        else:
            yield line


def _headings(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            yield index, int(token.tag[1:]), _text(tokens[index + 1])


def _text(inline: Token) -> str:
    parts = []
    for child in inline.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts).strip()


def _tables(tokens: list[Token], offsets: list[int], lines: list[str]) -> Iterator[Table]:
    headings = list(_headings(tokens))
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            close = next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")
            rows = list(_rows(tokens[index:close], offsets, lines))
            yield Table(rows[0].cells, tuple(rows[1:]), _section(headings, index))


def _section(headings: list[tuple[int, int, str]], index: int) -> str:
    above: dict[int, str] = {}
    for place, level, text in headings:
        if place < index:
            above = {depth: title for depth, title in above.items() if depth < level}
            above[level] = text
    return " / ".join(above[level] for level in sorted(above))


def _rows(tokens: list[Token], offsets: list[int], lines: list[str]) -> Iterator[Row]:
    cells: list[str] = []
    line = 0
    for index, token in enumerate(tokens):
        if token.type == "tr_open" and token.map:
            cells, line = [], token.map[0]
        elif token.type in ("th_open", "td_open"):
            cells.append(_text(tokens[index + 1]))
        elif token.type == "tr_close":
            end = offsets[line] + len(lines[line].rstrip("\r\n").encode())
            yield Row(tuple(cells), offsets[line], end)


def _fences(tokens: list[Token], offsets: list[int]) -> Iterator[Fence]:
    for token in tokens:
        if token.type == "fence" and token.map:
            yield Fence(token.info.strip(), token.content, offsets[token.map[0] + 1])
