"""Markdown and MDX become the tree: CommonMark 0.31, with the tables of GFM 0.29 (section 4.10)."""

import re
from array import array
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tallystick.documents.htmltables import table_nodes, without_tables
from tallystick.documents.mdx import Flat, Tag, flatten
from tallystick.documents.readme import block_nodes, without_blocks
from tallystick.documents.tree import EMPTY, Document, Kind, Node, Text, byte_places

_ENTITY = re.compile(r"&(?:#\d+|#[xX][\da-fA-F]+|\w+);")
_DESTINATION = re.compile(r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\]\n]*\]|\]")
_CONTAINERS: dict[str, Kind] = {
    "bullet_list": "list",
    "ordered_list": "list",
    "list_item": "item",
    "table": "table",
    "tr": "row",
}


def read_markdown(source: str) -> Document:
    """The tree of a Markdown or MDX page."""
    flat = flatten(without_tables(without_blocks(source)))
    parser = MarkdownIt("commonmark").enable("table").disable(["html_block", "html_inline"])
    builder = _Builder(source, flat)
    plain = tuple(builder.build(parser.parse(flat.plain)))
    blocks = (*block_nodes(source, builder.bytes), *table_nodes(source, builder.bytes))
    nodes = tuple(sorted((*plain, *blocks), key=lambda n: n.start)) if blocks else plain
    if flat.matter:
        end = builder.bytes[flat.matter_end]
        nodes = (Node("component", 0, end, name=FRONT_MATTER, attributes=flat.matter), *nodes)
    first = next((n.text.plain for n in nodes if n.kind == "heading" and n.level == 1), "")
    return Document(first or flat.matter.get("title", ""), nodes, flat.matter)


# The name of the component that stands for a page's front matter.
FRONT_MATTER = "front matter"
_DEFINED = re.compile(r"[^\n]{1,80}\n: ")


class _Builder:
    def __init__(self, source: str, flat: Flat) -> None:
        self.source = source
        self.flat = flat
        self.bytes = byte_places(source)
        self.lines = [0]
        for line in flat.plain.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)

    def build(self, tokens: list[Token]) -> Iterator[Node]:
        """The pieces between the tokens; components enclose what stands between their marks."""
        yield from _enclosed(self._pieces(tokens, 0, len(tokens)), self.bytes)

    def _pieces(self, tokens: list[Token], at: int, end: int) -> Iterator[Node | Tag]:
        while at < end:
            stop = _closing(tokens, at) if tokens[at].nesting == 1 else at
            yield from self._piece(tokens, at, stop)
            at = stop + 1

    def _piece(self, tokens: list[Token], at: int, stop: int) -> Iterator[Node | Tag]:
        token = tokens[at]
        match token.type.removesuffix("_open"):
            case "tr":
                yield self._row(tokens[at:stop])
            case name if name in _CONTAINERS:
                inner = self._pieces(tokens, at + 1, stop)
                children = tuple(_enclosed(inner, self.bytes))
                yield Node(_CONTAINERS[name], *self._range(token), children=children)
            case "heading":
                text = self._inline(tokens[at + 1], token)
                yield Node("heading", *text.span(), text=text, level=int(token.tag[1:]))
            case "paragraph":
                yield self._paragraph(tokens[at + 1])
            case "fence" | "code_block":
                yield self._code(token)
            case _:  # quotations, table heads and bodies
                yield from self._pieces(tokens, at + 1, stop)

    def _row(self, tokens: list[Token]) -> Node:
        first = (tokens[0].map or (0, 0))[0]
        written = self.flat.plain[self.lines[first] : self.lines[first + 1]]
        cells, cursor = [], 0
        for index, token in enumerate(tokens):
            if token.type not in ("th_open", "td_open"):
                continue
            inline = tokens[index + 1]
            found = _aligned(inline.content, written, cursor)
            cursor = max(found[-1] if found else cursor, cursor) + 1
            text = self._children(inline, [self.lines[first] + at for at in found])
            name = "heading" if token.type == "th_open" else ""
            cells.append(Node("cell", *text.span(), text=text, name=name))
        return Node("row", *self._range(tokens[0]), children=tuple(cells))

    def _paragraph(self, inline: Token) -> Node | Tag:
        first = self.lines[inline.map[0]] if inline.map else 0
        begin = first + len(self.flat.plain[first:]) - len(self.flat.plain[first:].lstrip(" \t>"))
        tag = self.flat.marked(inline.content, begin)
        if tag is not None:
            return tag
        text = self._inline(inline, inline)
        if _DEFINED.match(inline.content):
            return _defined(text, inline.content.index("\n"))
        return Node("paragraph", *text.span(), text=text)

    def _range(self, token: Token) -> tuple[int, int]:
        first, last = token.map or (0, 0)
        origin = [at for at in self.flat.origin[self.lines[first] : self.lines[last]] if at >= 0]
        if not origin:
            return 0, 0
        last_line = self.source[origin[0] : origin[-1] + 1].rstrip()
        return self.bytes[origin[0]], self.bytes[origin[0] + len(last_line)]

    def _code(self, token: Token) -> Node:
        first, last = token.map or (0, 0)
        closed = token.type == "fence" and last - first > 1
        body = self.flat.origin[self.lines[first + (token.type == "fence")] :
                                self.lines[last - closed if closed else last]]  # fmt: skip
        origin = [at for at in body if at >= 0]
        if not origin:
            return Node("code", *self._range(token), name=token.info.strip())
        begin, end = self.source.rfind("\n", 0, origin[0]) + 1, origin[-1] + 1
        places = self.bytes[begin], self.bytes[end]
        text = self._at(token.content, array("q", origin), "".join(self.source[i] for i in origin))
        raw = self.source[begin:end]
        return Node("code", *places, text, token.info.strip(), raw=raw, offset=places[0])

    def _at(self, plain: str, origin: "array[int]", written: str) -> Text:
        """Text whose characters are found one after the other among some written ones."""
        starts, ends = array("I"), array("I")
        for at in _aligned(plain, written, 0):
            here = origin[min(at, len(origin) - 1)]
            starts.append(self.bytes[here])
            ends.append(self.bytes[here + 1])
        return Text(plain, starts, ends)

    def _inline(self, inline: Token, block: Token) -> Text:
        first, last = inline.map or block.map or (0, 0)
        begin, end = self.lines[first], self.lines[last]
        written = self.flat.plain[begin:end]
        places = [begin + at for at in _aligned(inline.content, written, 0)]
        return self._children(inline, places)

    def _children(self, inline: Token, places: list[int]) -> Text:
        content = inline.content
        plain: list[str] = []
        found: list[int] = []
        codes: list[tuple[int, int]] = []
        cursor = 0
        for child in inline.children or []:
            if child.type in ("softbreak", "hardbreak"):
                cursor = max(cursor, content.find("\n", cursor))
                plain.append(" ")
                found.append(cursor)
            elif child.type in ("text", "code_inline") and child.content:
                at = _aligned(child.content, content, cursor)
                if child.type == "code_inline":
                    codes.append((len(found), len(found) + len(at)))
                plain.append(child.content)
                found.extend(at)
                cursor = at[-1] + 1
            elif child.type == "link_close":
                link = _DESTINATION.match(content, max(cursor, content.find("]", cursor)))
                cursor = link.end() if link and child.info != "auto" else cursor
        return self._text("".join(plain), [places[at] for at in found if at < len(places)], codes)

    def _text(self, plain: str, places: list[int], codes: list[tuple[int, int]]) -> Text:
        starts, ends = array("I"), array("I")
        origin = self.flat.origin
        for at in places:
            here = origin[at] if at < len(origin) else -1
            starts.append(self.bytes[here] if here >= 0 else (ends[-1] if ends else 0))
            ends.append(self.bytes[here + 1] if here >= 0 else starts[-1])
        return Text(plain[: len(starts)], starts, ends, tuple(codes)).stripped()


def _defined(text: Text, at: int) -> Node:
    """A term and what a colon at the next line's beginning says of it (PHP Markdown Extra)."""
    at = text.plain.find(" : ", max(0, at - 4))
    if at < 0:
        return Node("paragraph", *text.span(), text=text)
    term, said = text.part(0, at).stripped(), text.part(at + 3, len(text.plain)).stripped()
    inner = Node("paragraph", *said.span(), text=said)
    children = (
        Node("term", *term.span(), text=term),
        Node("description", *said.span(), children=(inner,)),
    )
    return Node("list", *text.span(), name="definitions", children=children)


def _closing(tokens: list[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _aligned(plain: str, written: str, cursor: int) -> list[int]:
    """Where each character of a text stands in what was written for it, escapes passed over."""
    whole = written.find(plain, cursor)
    if whole >= 0 and plain:
        return list(range(whole, whole + len(plain)))
    places = []
    for char in plain:
        at = _next(char, written, cursor)
        places.append(at)
        entity = _ENTITY.match(written, at) if written[at : at + 1] == "&" else None
        cursor = entity.end() if entity and char != "&" else at + 1
    return places


def _next(char: str, written: str, cursor: int) -> int:
    """The next place of a character within some steps, or of an entity that may stand for it."""
    end = min(len(written), cursor + 400)
    plain = written.find(char, cursor, end)
    entity = written.find("&", cursor, end if plain < 0 else plain)
    if entity >= 0 and _ENTITY.match(written, entity):
        return entity
    return plain if plain >= 0 else min(cursor, max(0, len(written) - 1))


def _enclosed(pieces: Iterator[Node | Tag], places: "array[int]") -> Iterator[Node]:
    """The pieces with each component around what stands between its marks."""
    open_: list[tuple[Tag, list[Node]]] = []
    for piece in pieces:
        if isinstance(piece, Tag) and not piece.is_whole and not piece.closes:
            open_.append((piece, []))
            continue
        made = _made(piece, open_, places)
        if made is not None and open_:
            open_[-1][1].append(made)
        elif made is not None:
            yield made
    while len(open_) > 1:
        open_[-2][1].append(_component(open_.pop(), places))
    if open_:
        yield _component(open_.pop(), places)


def _made(
    piece: Node | Tag, open_: list[tuple[Tag, list[Node]]], places: "array[int]"
) -> Node | None:
    """What a piece adds: itself, a component without content, or the one that it closes."""
    if isinstance(piece, Node):
        return piece
    if piece.is_whole:
        return _component((piece, []), places)
    return _component(open_.pop(), places) if open_ else None


def _component(opened: tuple[Tag, list[Node]], places: "array[int]") -> Node:
    tag, children = opened
    return Node(
        "component",
        places[tag.start],
        places[tag.end],
        EMPTY,
        tag.name,
        attributes=tag.attributes,
        children=tuple(children),
    )
