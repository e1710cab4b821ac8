"""A Markdown page as a documentation site serves it: its title, tables and OpenAPI fences.

Spans are byte ranges of the stored page. MDX component tags are passed over; what stands inside
them is read.
"""

import re
from collections.abc import Iterator

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_COMMENT = re.compile(r"^[ \t]*\{/\*")
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
    lines = _LINE.findall(text)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line.encode()))
    plain = "".join(_without_components(lines))
    tokens = MarkdownIt("commonmark").enable("table").parse(plain)
    return Page(
        title=next((text for _, level, text in _headings(tokens) if level == 1), ""),
        tables=tuple(_tables(tokens, offsets, lines)),
        fences=tuple(_fences(tokens, offsets, lines)),
    )


def _without_components(lines: list[str]) -> Iterator[str]:
    """The lines as Markdown sees them: tags and comments blank, what components hold moved to the
    margin. Line numbers stay.
    """
    fence, depth, comment = "", 0, False
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            closing = mark is not None and mark[1].startswith(fence) and line.strip() == mark[1]
            yield line.lstrip(" \t") if closing and depth else line
            fence = "" if closing else fence
        elif comment or _COMMENT.match(line):
            comment = "*/}" not in line
            yield "\n"
        elif mark:
            fence = mark[1]
            yield line.lstrip(" \t") if depth else line
        elif tag := _COMPONENT.match(line.rstrip("\r\n")):
            depth = max(0, depth + _opens(tag[0].strip()))
            yield "\n"
        else:
            # Spans are those of the stored line, so a row may be moved to the margin.
            yield line.lstrip(" \t") if depth and _INDENTED_ROW.match(line) else line


def _opens(tag: str) -> int:
    """How much deeper a component's tag leads: 1, -1, or 0 for one that closes itself."""
    if tag.startswith("</"):
        return -1
    return 0 if tag.endswith("/>") else 1


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


def _fences(tokens: list[Token], offsets: list[int], lines: list[str]) -> Iterator[Fence]:
    """The fences with their text as it is stored: indentation and line ends are its own."""
    for token in tokens:
        if token.type == "fence" and token.map:
            first, last = token.map[0] + 1, token.map[1]
            closed = lines[last - 1].strip().startswith(token.markup) and last > first
            text = "".join(lines[first : last - closed])
            yield Fence(token.info.strip(), text, offsets[first])
