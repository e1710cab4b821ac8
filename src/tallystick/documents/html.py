"""HTML as it is served becomes the tree: what a reader sees of the main content."""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Set

from tallystick.documents.elements import ENDS_P, Element, elements_of, every, words_of
from tallystick.documents.fieldblocks import FieldBlock, field_blocks
from tallystick.documents.htmlrows import (
    DEEPEST,
    cell_kind,
    is_row,
    number,
    tables_in,
    taken,
    within,
)
from tallystick.documents.htmltabs import panel_titles
from tallystick.documents.tree import Document, Node, Text, byte_places

_UNREAD = frozenset(
    "script style nav footer aside template svg select textarea dialog noscript iframe"
    " object canvas head".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em font i img ins kbd label mark q s samp small"
    " span strike strong sub sup time tt u var wbr".split()
)
# What is set apart from its neighbours though no white space is written between them.
_APART = ENDS_P | {"br", "li", "label", "span", "td", "th", "dt", "dd"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:lang|language|highlight|highlight-source|source)-([\w+#-]+)")


def read_html(source: str) -> Document:
    """The tree of an HTML page: its main content, without scripts, menus and hidden text."""
    root = elements_of(source)
    main = _main(root)
    builder = Builder(source, field_blocks(main), byte_places(source), panel_titles(main))
    nodes = tuple(builder.blocks(main))
    heading = next((n.text.plain for node in nodes for n in node.walk() if n.level == 1), "")
    title = next((words_of(e) for e in every(root) if e.name == "title"), "")
    return Document(heading or title, nodes, {}, tuple(_remarks(root, nodes)))


def _remarks(root: Element, nodes: tuple[Node, ...]) -> Iterator[str]:
    words = sum(len(n.text.plain.split()) for node in nodes for n in node.walk())
    elements = list(every(root))
    if any(e.name == "input" and e.attributes.get("type") == "password" for e in elements):
        yield "this is a login page: sign in, save the page and add the file"
    elif words < 20 and any(e.name == "script" for e in elements):
        yield "this page builds its text with a script: add its Markdown twin, or a saved copy"


def _main(root: Element) -> Element:
    """The main content: `main`, else the one article, else the body, else everything."""
    elements = list(every(root))
    for found in (
        [e for e in elements if e.name == "main" or e.attributes.get("role") == "main"],
        [e for e in elements if e.name == "article"],
        [e for e in elements if e.name == "body"],
    ):
        if len(found) == 1:
            return found[0]
    return root


# Callouts that generators set as asides of the text (Starlight, VitePress themes).
_CALLOUT = re.compile(
    # And the panel in which references show the key and a sample (Docusaurus' OpenAPI plugin).
    r"openapi-\w+-panel|(?:^|[\s_-])(?:note|tip|info|caution|danger|warning|important|admonition|callout|alert)(?:[\s_-]|$)",
    re.IGNORECASE,
)


_BESIDE = re.compile(r"side-?bar|toc|nav|banner|footer|ad(?:vert|s\b)", re.IGNORECASE)


def _is_callout(element: Element) -> bool:
    told = f"{element.attributes.get('class', '')} {element.attributes.get('aria-label', '')}"
    is_one = _CALLOUT.search(told) is not None and _BESIDE.search(told) is None
    return element.name == "aside" and is_one


def _is_seen(element: Element) -> bool:
    attributes = element.attributes
    return not (
        (element.name in _UNREAD and not _is_callout(element))
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDDEN_STYLE.search(attributes.get("style", ""))
    )


class Builder:
    """Makes nodes of elements; `places` are the bytes of the source's characters, `tabs` the titles
    of panels.
    """

    def __init__(
        self,
        source: str,
        fields: Mapping[int, FieldBlock],
        places: "array[int]",
        tabs: Mapping[int, str],
    ) -> None:
        self.source, self.fields, self.bytes, self.tabs = source, fields, places, tabs
        self.stated = {one for field in fields.values() for one in field.stated_by}

    def blocks(self, element: Element) -> Iterator[Node]:
        """The pieces of an element; text between its blocks stands for paragraphs."""
        loose: list[Element] = []
        for child in element.children:
            if id(child) in self.stated:
                continue  # an attribute of the field that it stands in
            if child.name == "#text" or (child.name in _INLINE and not _has_block(child)):
                loose.append(child)
                continue
            yield from self._paragraph(loose)
            loose = []
            seen = _is_seen(child) or id(child) in self.tabs
            if seen and not (child.name == "header" and element.name == "body"):
                yield from self._block(child)
        yield from self._paragraph(loose)

    def _paragraph(self, elements: list[Element]) -> Iterator[Node]:
        text = self.text(elements)
        if text.plain:
            yield Node("paragraph", *text.span(), text=text)

    def _block(self, element: Element) -> Iterator[Node]:
        place = self.bytes[element.start], self.bytes[max(element.end, element.start)]
        if id(element) in self.fields:
            yield self._field(element)
        elif level := _level(element):
            text = self.text(element.children)
            yield Node("heading", *text.span(), text=text, level=level)
        elif element.name == "table" or element.attributes.get("role") in ("table", "grid"):
            yield Node("table", *place, children=tuple(self._rows(element)))
        elif element.name in ("ul", "ol"):
            yield Node("list", *place, children=tuple(self._items(element)))
        elif element.name == "dl":
            inner = tuple(self._definitions(element))
            yield Node("list", *place, name="definitions", children=inner)
        elif element.name == "pre":
            yield self._code(element)
        else:
            yield from self._component(element, place)

    def _field(self, element: Element) -> Node:
        """A field's box as a component: its attributes, and what describes it or stands in it."""
        place = self.bytes[element.start], self.bytes[max(element.end, element.start)]
        attributes = self.fields[id(element)].attributes
        inner = tuple(self.blocks(element))
        return Node("component", *place, name="Field", attributes=attributes, children=inner)

    def _component(self, element: Element, place: tuple[int, int]) -> Iterator[Node]:
        name = element.name
        if title := self.tabs.get(id(element)):
            inner = tuple(self.blocks(element))
            yield Node("component", *place, name="Tab", attributes={"title": title}, children=inner)
        elif name in ("details", "summary") or element.attributes.get("role") == "alert":
            yield Node("component", *place, name=name, attributes=element.attributes,
                       children=tuple(self.blocks(element)))  # fmt: skip
        else:
            yield from self.blocks(element)

    def _items(self, element: Element) -> Iterator[Node]:
        for child in element.children:
            if child.name != "#text" and _is_seen(child):
                place = self.bytes[child.start], self.bytes[max(child.end, child.start)]
                field = (self._field(child),) if id(child) in self.fields else ()
                yield Node("item", *place, children=field or tuple(self.blocks(child)))

    def _definitions(self, element: Element) -> Iterator[Node]:
        for child in filter(_is_seen, element.children):
            if child.name == "dt":
                text = self.text(child.children)
                yield Node("term", *text.span(), text=text)
            elif child.name == "dd":
                place = self.bytes[child.start], self.bytes[max(child.end, child.start)]
                yield Node("description", *place, children=tuple(self.blocks(child)))
            elif child.name == "div":
                yield from self._definitions(child)

    def _rows(self, table: Element, depth: int = 0) -> Iterator[Node]:
        """The rows, with cells that reach over rows or columns repeated where they reach. Those of
        a table within a row follow it, and are as much deeper (Redoc's nested schemas).
        """
        held: dict[int, tuple[int, Node]] = {}
        for row in (e for e in within(table) if is_row(e) and _is_seen(e)):
            cells: list[Node] = []
            inner = list(tables_in(row))
            without = {id(one) for one in inner}
            for child in (c for c in row.children if cell_kind(c)):
                while len(cells) in held:
                    cells.append(taken(held, len(cells)))
                text = self.text([child], without=without)
                name = "heading" if cell_kind(child) == "heading" else ""
                cell = Node("cell", *text.span(), text=text, name=name)
                for _ in range(min(20, number(child.attributes.get("colspan")))):
                    down = number(child.attributes.get("rowspan"))
                    if down > 1:
                        held[len(cells)] = (down - 1, cell)
                    cells.append(cell)
            while len(cells) in held and held:
                cells.append(taken(held, len(cells)))
            place = self.bytes[row.start], self.bytes[max(row.end, row.start)]
            yield Node("row", *place, children=tuple(cells), level=depth)
            for one in inner if depth < DEEPEST else ():
                yield from self._rows(one, depth + 1)

    def _code(self, element: Element) -> Node:
        classes = " ".join(e.attributes.get("class", "") for e in every(element))
        language = _LANGUAGE.search(classes)
        text = self.text([element], keep=True)
        begin, end = text.span()
        raw = text.plain
        name = language[1] if language else ""
        return Node("code", begin, end, text, name, raw=raw, offset=begin)

    def text(
        self, elements: Iterable[Element], *, keep: bool = False, without: Set[int] = frozenset()
    ) -> Text:
        """What a reader sees of some elements, without some that stand in them: white space folded,
        unless it is to be kept.
        """
        chars: list[str] = []
        starts, ends = array("I"), array("I")
        codes: list[tuple[int, int]] = []
        for element in elements:
            for piece, in_code in _runs(element, self.stated | without, in_code=keep):
                begin = len(chars)
                for char, (first, last) in zip(piece.chars, piece.origin, strict=True):
                    blank = char.isspace() and not keep
                    if blank and (not chars or chars[-1] == " "):
                        continue
                    chars.append(" " if blank else char)
                    starts.append(self.bytes[first])
                    ends.append(self.bytes[min(last, len(self.source))])
                if in_code and len(chars) > begin:
                    codes.append((begin, len(chars)))
        made = Text("".join(chars), starts, ends, tuple(codes))
        return made if keep else made.stripped()


def _runs(
    element: Element, left_out: Set[int], *, in_code: bool = False
) -> Iterator[tuple[Element, bool]]:
    if id(element) in left_out:
        return
    if element.name == "#text":
        yield element, in_code
    elif element.name in _APART and not in_code:
        yield Element("#text", 0, 0, {}, [], " ", ((element.start, element.start + 1),)), False
    if element.name == "sup":  # 2 to the power of 31 is not 231
        yield Element("#text", 0, 0, {}, [], "^", ((element.start, element.start + 1),)), in_code
    if _is_seen(element):
        for child in element.children:
            inner = in_code or element.name in ("code", "kbd", "tt")
            yield from _runs(child, left_out, in_code=inner)


def _level(element: Element) -> int:
    """Of which level a heading is; 0 for what is none."""
    if re.fullmatch("h[1-6]", element.name):
        return int(element.name[1])
    if element.name == "header" and _is_title(element):
        return 3
    return _OF_ANSWER if _is_status(element) else 0


# Over the fields of an answer, references set its status in an element that only a class names.
_OF_ANSWER = 5
_STATUS_CLASS = re.compile(r"(?:^|[-_])(?:response|status)[-_](?:code|status)(?![a-z])")


def _is_status(element: Element) -> bool:
    told = any(map(_STATUS_CLASS.search, element.attributes.get("class", "").split()))
    return told and re.fullmatch(r"[1-5]\d\d", words_of(element)) is not None


_LONGEST_TITLE = 60


def _is_title(element: Element) -> bool:
    """Whether a header is only a line of text over what follows it."""
    plain = all(e.name in _INLINE or e.name in ("#text", "header") for e in every(element))
    return plain and 0 < len(words_of(element)) < _LONGEST_TITLE


def _has_block(element: Element) -> bool:
    return any(e.name not in _INLINE and e.name != "#text" for e in every(element))
