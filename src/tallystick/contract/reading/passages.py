"""The passages of a page: each piece of text with the titles that it stands under."""

import re
from collections.abc import Iterator
from itertools import zip_longest

import msgspec

from tallystick.contract.reading.ends import as_end
from tallystick.contract.reading.outlineforms import is_outline, outlined_path
from tallystick.contract.reading.statuses import in_title
from tallystick.contract.reading.topics import (
    AS_INPUT,
    CHAT,
    OTHER,
    PARTS_ALONE,
    PATH,
    RETIRED,
    is_elsewhere,
    leads_elsewhere,
    leads_entry_elsewhere,
    names_another,
    sends_elsewhere,
)
from tallystick.documents import Document, Node, Text
from tallystick.record.case import Operation

_TITLES = ("question", "title", "name", "label", "summary", "header", "heading", "status", "code")
# Components that describe a field: Mintlify's, ReadMe's and those named after them.
FIELD = re.compile(r"(?:\w*(?:Param|Parameter|Property|Attribute|Argument)\w*|\w*Field)$")
_LEVEL = re.compile(r"h([1-6])")
# What changed at some date is for a person to read: it may have changed again.
_DATED = re.compile(
    r"\b(?:deprecated|deprecations?|change ?log|release notes|what(?:'|\u2019)s new"
    # From another vendor's interface a page tells what holds here and now.
    r"|migrat\w+(?! (?:guide )?(?:from|off) (?:the )?(?:OpenAI|Anthropic|Azure|Claude|Gemini|Google"
    r"|another|other|your)))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!etc\.)\s+(?=[^a-z\s])|;\s+|\n+"
)


# What stands for a heading below all headings.
LABEL = 7
_HOLDS_FOR = 2  # pieces that a label holds for
_STATUS_LABEL = re.compile(
    r"[^\w\s]{0,2}\s*(?:(?:HTTP|Error|Status)\W*)?[45]\d\d(?:\W+(?:[45]\d\d|and|or))*"
    r"(?:\W+(?:[A-Z][\w ]*|[\u3040-\u9fff]{2,12}))?\W*"
)
_NAME_LABEL = re.compile(r"[a-z]+(?:_[a-z]+)*(?:\[\])?(?:\.[a-z_]+)*")


class Title(msgspec.Struct, frozen=True):
    """A title and the bytes where it stands. `is_code`: it is set as code; `is_lead`: it is the
    line of a list's item that begins with code.
    """

    words: str
    start: int
    end: int
    is_code: bool = False
    is_lead: bool = False


def is_dated(title: Title) -> bool:
    """Whether what stands under a title tells of a change."""
    return _DATED.search(title.words) is not None


class Passage(msgspec.Struct, frozen=True):
    """A piece of the page under its titles, outermost first.

    `is_other`: what stands there is about another operation, or no longer holds. `is_within`: it
    stands in a component that describes a field, and is read with that. `lead` is the paragraph
    right before it.
    """

    node: Node
    titles: tuple[Title, ...]
    is_other: bool = False
    is_within: bool = False
    lead: Text | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it tells of a change: what it says holds from a date on, and may be overtaken."""
        return any(map(is_dated, self.titles))

    @property
    def heads(self) -> str:
        """The titles in one line."""
        return " / ".join(title.words for title in self.titles)


class Sentence(msgspec.Struct, frozen=True):
    """A sentence under its titles."""

    text: Text
    titles: tuple[Title, ...]

    @property
    def plain(self) -> str:
        """Its words."""
        return self.text.plain


def passages(document: Document, operation: Operation) -> tuple[Passage, ...]:
    """Every piece of a page in reading order, with the titles that it stands under."""
    outer = (Title(document.title, 0, 0),) if document.title else ()
    stated = document.matter.get("openapi", "") or document.matter.get("api", "")
    other = bool(stated) and operation.path not in stated
    own = (bool(stated) and not other) or _is_own(document.title)
    found = _walk(document.nodes, outer, operation, is_other=other)
    return tuple(_reclaimed(one) for one in found) if own else tuple(found)


def _is_own(title: str) -> bool:
    """Whether a page's title says that it is about the operation alone."""
    own = bool(CHAT.search(title)) and not OTHER.search(title)
    return own or bool(AS_INPUT.search(title))


def _reclaimed(passage: Passage) -> Passage:
    """On a page about the operation, what stands under `Images` or `Audio` is about its parts."""
    heads = [title.words for title in passage.titles]
    parts = [head for head in heads if OTHER.search(head)]
    of_parts = bool(parts) and all(PARTS_ALONE.fullmatch(head.strip()) for head in parts)
    retired = any(RETIRED.search(head) for head in heads)
    back = passage.is_other and of_parts and not retired and not any(map(PATH.search, heads))
    return msgspec.structs.replace(passage, is_other=False) if back else passage


def title_of(text: Text) -> Title:
    """A text as a title."""
    covered = sum(last - first for first, last in text.codes)
    start, end = text.span()
    return Title(text.plain, start, end, is_code=covered >= len(text.plain) * 0.8)


def _walk(
    nodes: tuple[Node, ...], outer: tuple[Title, ...], operation: Operation, *, is_other: bool
) -> Iterator[Passage]:
    """Headings hold for what follows them, until one of their level or above."""
    above: dict[int, tuple[Title, bool]] = {}
    since, lead = 0, None
    for node in nodes:
        heading = _heading(node)
        if heading is not None:
            level, title = heading
            above = {at: held for at, held in above.items() if at < level}
            above[level] = title, is_elsewhere(title.words, operation)
        elif _is_of_another(node, operation):
            level = max(above, default=0)
            above[level] = (above[level][0] if level in above else Title("", 0, 0)), True
        elif node.kind == "paragraph" and sends_elsewhere(node.text.plain, operation):
            above[LABEL] = Title("", 0, 0), True
        elif since > _HOLDS_FOR:
            above.pop(LABEL, None) if not above.get(LABEL, (None, True))[1] else None
        since = 0 if heading is not None and heading[0] == LABEL else since + 1
        titles = (*outer, *(above[at][0] for at in sorted(above) if above[at][0].words))
        foreign = is_other or any(held for _, held in above.values())
        foreign = foreign or (node.kind == "list" and lead is not None
                              and leads_elsewhere(lead.plain))  # fmt: skip
        yield Passage(node, titles, foreign, lead=lead)
        lead = node.text if node.kind == "paragraph" else None
        yield from _inner(node, titles, operation, is_other=foreign)


def _is_of_another(node: Node, operation: Operation) -> bool:
    """Whether a piece says that what stands around it is another operation."""
    path = outlined_path(node)
    other = bool(path) and not operation.path.endswith(path)
    return other or (node.kind == "paragraph" and names_another(node.text.plain, operation))


def _inner(
    node: Node, titles: tuple[Title, ...], operation: Operation, *, is_other: bool
) -> Iterator[Passage]:
    if node.kind == "table":
        return
    own = _own_title(node)
    inner = (*titles, own) if own else titles
    foreign = is_other or bool(own and is_elsewhere(own.words, operation))
    foreign = foreign or _is_entry_of_other(node)
    is_field = (node.kind == "component" and bool(FIELD.fullmatch(node.name))) or is_outline(node)
    if node.kind == "list" and node.name == "definitions":
        yield from _definitions(node, titles, operation, is_other=is_other)
    elif node.children:
        below = _walk(node.children, inner, operation, is_other=foreign)
        yield from (_as_within(one) for one in below) if is_field else below


def _is_entry_of_other(node: Node) -> bool:
    first = node.children[0].text.plain if node.kind == "item" and node.children else ""
    return leads_entry_elsewhere(first)


def _as_within(passage: Passage) -> Passage:
    return msgspec.structs.replace(passage, is_within=True)


def _definitions(
    node: Node, titles: tuple[Title, ...], operation: Operation, *, is_other: bool
) -> Iterator[Passage]:
    term: Title | None = None
    for child in node.children:
        if child.kind == "term":
            term = title_of(child.text)
            words = as_end(term.words, [title.words for title in titles])
            term = msgspec.structs.replace(term, words=words)
            yield Passage(child, titles, is_other)
        else:
            inner = (*titles, term) if term else titles
            yield Passage(child, inner, is_other)
            yield from _walk(child.children, inner, operation, is_other=is_other)


def _heading(node: Node) -> tuple[int, Title] | None:
    if node.kind == "heading":
        return node.level, title_of(node.text)
    if node.kind == "paragraph" and _is_label(node.text):
        return LABEL, title_of(node.text)
    level = _LEVEL.fullmatch(node.attributes.get("as", ""))
    if node.kind == "component" and level and node.children:
        return int(level[1]), title_of(node.children[0].text)
    return None


def _is_label(text: Text) -> bool:
    """Whether a paragraph is only a status with its name, or only a member's name as code: pages
    that set their titles so have no heading for them.
    """
    if text.plain.rstrip().endswith((".", ";")) or len(text.plain) > 60:
        return False
    if _STATUS_LABEL.fullmatch(text.plain):
        return True
    return bool(_NAME_LABEL.fullmatch(text.plain)) and title_of(text).is_code


def _own_title(node: Node) -> Title | None:
    """What a component or the first line of a list's item says of what it holds."""
    if node.kind == "item" and len(node.children) > 1:
        text = node.children[0].text
        leads = bool(text.codes) and text.codes[0][0] == 0
        return msgspec.structs.replace(title_of(text), is_lead=leads) if text.plain else None
    if node.kind != "component":
        return None
    for name in _TITLES:
        if node.attributes.get(name):
            return Title(node.attributes[name], node.start, node.end)
    first = node.children[0] if node.children else None
    if first is not None and first.name in ("summary", "AccordionTitle") and first.children:
        return title_of(first.children[0].text)
    return None


def sentences(passage: Passage) -> Iterator[Sentence]:
    """The sentences of a paragraph, or of the cells of a table's rows."""
    if passage.node.kind == "paragraph":
        yield from sentences_in(passage.node.text, passage.titles)
    elif passage.node.kind == "table":
        headings, *rows = passage.node.children or (passage.node,)
        coded = [bool(_CODE_HEADING.fullmatch(cell.text.plain)) for cell in headings.children]
        named = [title_of(cell.text) if cell.text.codes else None for cell in headings.children]
        for row in rows:
            yield from _of_row(row, coded, named, passage.titles)


# What the title of a row that is about one error code begins with.
OF_CODE = "code "
_CODE_HEADING = re.compile(r"(?:error[ ._]?)?code|error type|type", re.IGNORECASE)


def _of_row(
    row: Node, coded: list[bool], named: list[Title | None], outer: tuple[Title, ...]
) -> Iterator[Sentence]:
    """The sentences of a row's cells, under the row's status or first cell, under the code that a
    row of a status has, and under a heading of their column that names a member.
    """
    cells = [cell.text for cell in row.children]
    paths = PATH.findall(cells[0].plain) if cells else []
    if paths and not any("completions" in path for path in paths):
        return  # it is about other operations
    subject = next((text for text in cells if in_title(text.plain)), cells[0] if cells else None)
    titles = (*outer, title_of(subject)) if subject else outer
    of_status = subject is not None and bool(in_title(subject.plain))
    for is_code, text in zip(coded, cells, strict=False):
        if of_status and is_code and text is not subject and re.fullmatch(r"\w+", text.plain):
            titles = (*titles, Title(f"{OF_CODE}{text.plain}", *text.span()))
    for text, over in zip_longest(cells, named[: len(cells)]):
        if text is not subject or len(text.codes) > 1:  # `403`, and what its body has
            yield from sentences_in(text, (*titles, over) if over else titles)


def sentences_in(text: Text, titles: tuple[Title, ...] = ()) -> Iterator[Sentence]:
    """The sentences of a text under some titles."""
    begin = 0
    for gap in _SENTENCE.finditer(text.plain):
        yield Sentence(text.part(begin, gap.start()).stripped(), titles)
        begin = gap.end()
    yield Sentence(text.part(begin, len(text.plain)).stripped(), titles)
