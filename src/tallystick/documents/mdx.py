"""MDX as Markdown: components leave the text and stand as marks at the places where they were.

What follows is Markdown that any parser reads, and a table that says where each of its characters
stands in the source. Syntax: https://mdxjs.com/docs/what-is-mdx/ (JSX, expressions, ESM).
"""

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping

import msgspec

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_FENCE = re.compile(r"[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})")
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][\w.]*)"
    r"(?P<attributes>(?:\s+[\w:@-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\}))?)*)"
    r"\s*(?P<self>/?)>|</?>"
)
# A block of GitBook's Markdown: `{% hint style="info" %}` to `{% endhint %}`.
_BLOCK = re.compile(
    r"\{%-?[ \t]*(?P<close>end)?(?P<name>[a-z][\w-]*)(?P<attributes>(?:\s+[\w-]+=\"[^\"]*\")*)"
    r"\s*-?%\}"
)
# What its blocks are called where they are what other components are, too.
_KNOWN_BLOCKS = {"swagger-parameter": "ParamField", "tab": "Tab", "tabs": "Tabs", "hint": "Note"}
_ATTRIBUTE = re.compile(
    r"([\w:@-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{((?:[^{}]|\{[^{}]*\})*)\}))?"
)
_COMMENT = re.compile(r"\{/\*.*?(?:\*/\}|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_MODULE = re.compile(
    r"(?:import\s.+\sfrom\s*['\"].+['\"];?|import\s+['\"].+['\"];?|export\s+(?:const|let|default|function)\b.+)\s*"
)
_MATTER = re.compile(r"\A(?:\ufeff)?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^([\w-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
# Elements that are part of a sentence; every other one stands for itself.
_INLINE = frozenset(
    ("a abbr b br code em i kbd mark s samp small span strong sub sup u var wbr img"
     " Tooltip Icon Badge Link Code").split()
)  # fmt: skip
# Blocks of Material for MkDocs, whose text is indented below: `!!! note "Title"` and `??? code`
# (admonitions), `=== "Title"` (content tabs).
_ASIDE = re.compile(
    r"[ \t]*(?:(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[\w-]+)(?:[ \t]+\"(?P<named>[^\"\n]*)\")?"
    r"|===[ \t]+\"(?P<tab>[^\"\n]+)\")[ \t]*\r?\n?"
)
# How many tags are looked through for the end of one.
_AHEAD = 500
MAX_DEPTH = 100
_OPEN, _CLOSE = "\ue000", "\ue001"
NOWHERE = -1


class Tag(msgspec.Struct, frozen=True):
    """A component's tag; `start` and `end` are characters of the source."""

    name: str
    closes: bool
    is_whole: bool
    attributes: Mapping[str, str]
    start: int
    end: int


class Flat(msgspec.Struct, frozen=True):
    """Markdown without components, and for each character its index in the source."""

    plain: str
    origin: "array[int]"
    tags: tuple[Tag, ...]
    matter: Mapping[str, str]
    matter_end: int

    def marked(self, content: str, first: int) -> Tag | None:
        """The tag that a line of the plain text stands for, if it is a mark that was put there."""
        if not content.startswith(_OPEN) or self.origin[first] != NOWHERE:
            return None
        return self.tags[int(content.strip()[1:-1])]


def flatten(text: str) -> Flat:
    """A page's text without components, comments, module lines and front matter."""
    writer = _Writer(text)
    matter = _MATTER.match(text)
    writer.read(matter.end() if matter else 0)
    pairs = _PAIR.findall(matter[1]) if matter else ()
    return Flat(
        "".join(writer.chars),
        array("i", writer.origin),
        tuple(writer.tags),
        {name: value.strip("\"'") for name, value in pairs},
        matter.end() if matter else 0,
    )


_Piece = tuple[int, int, Tag | None]


def _tags(text: str, begin: int, end: int) -> Iterator[Tag]:
    """The tags of components, and of GitBook's blocks; a fragment's have no name."""
    for found in _TAG.finditer(text, begin, end):
        given = _attributes(found["attributes"] or "")
        whole = bool(found["self"])
        yield Tag(found["name"] or "", bool(found["close"]), whole, given, *found.span())
    for found in _BLOCK.finditer(text, begin, end):
        given = _of_block(_attributes(found["attributes"] or ""))
        name = _KNOWN_BLOCKS.get(found["name"], found["name"])
        yield Tag(name, bool(found["close"]), False, given, *found.span())


def _of_block(given: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes of a block as other components have them: where a field is, and a title."""
    told = dict(given)
    if given.get("in") and given.get("name"):
        told[given["in"]] = given["name"]
    if given.get("method") and given.get("path"):
        told["title"] = f"{given['method'].upper()} {given['path']}"
    return told


class _Writer:
    """Writes the flat text; `indents` are the margins of the components that are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.chars: list[str] = []
        self.origin: list[int] = []
        self.tags: list[Tag] = []
        self.open: list[tuple[str, bool]] = []
        self.indents: list[int | None] = []
        self.asides: list[tuple[int, str]] = []

    def read(self, begin: int) -> None:
        prose = begin
        fence = ""
        for line in _LINE.finditer(self.text, begin):
            if not fence and self._turns(line[0]):
                self._prose(prose, line.start())
                self._leave(_margin(line[0]), line.start())
                prose = line.start()
                if aside := _ASIDE.fullmatch(line[0]):
                    self._enter(aside, line)
                    prose = line.end()
                    continue
            mark = _FENCE.match(line[0])
            if fence:
                self._line(line.start(), line.end())
                prose = line.end()
                if mark and mark[1].startswith(fence) and line[0].strip() == mark[1]:
                    fence = ""
            elif mark:
                self._prose(prose, line.start())
                self._line(line.start(), line.end())
                fence, prose = mark[1], line.end()
        self._prose(prose, len(self.text))
        self._leave(-1, len(self.text))

    def _turns(self, line: str) -> bool:
        """Whether an indented block begins with a line, or ends before it."""
        ends = bool(self.asides and line.strip()) and _margin(line) <= self.asides[-1][0]
        return ends or _ASIDE.fullmatch(line) is not None

    def _enter(self, aside: re.Match[str], line: re.Match[str]) -> None:
        """Begin an indented block, as the component that it is."""
        if len(self.open) >= MAX_DEPTH:
            return
        name, title = ("Tab" if aside["tab"] else "Note"), aside["tab"] or aside["named"]
        given = {"title": title} if title else {}
        self.asides.append((_margin(line[0]), name))
        self.open.append((name, True))
        self._mark(Tag(name, False, False, given, *line.span()), name)
        self.indents.append(None)

    def _leave(self, margin: int, at: int) -> None:
        """End the indented blocks that a line at this margin is not of."""
        while self.asides and margin <= self.asides[-1][0]:
            _, name = self.asides.pop()
            self._closing(Tag(name, True, False, {}, at, at), name)

    def _prose(self, begin: int, end: int) -> None:
        """Text outside of code blocks, piece by piece between its block tags and comments."""
        cut = [(m.start(), m.end(), None) for m in _COMMENT.finditer(self.text, begin, end)]
        code = [m.span() for m in _CODE_SPAN.finditer(self.text, begin, end)]
        hidden = sorted([*code, *((a, b) for a, b, _ in cut)])
        tags = [
            (one.start, one.end, one)
            for one in _tags(self.text, begin, end)
            if not _is_within(hidden, one.start)
        ]
        pieces: list[_Piece] = sorted([*cut, *tags], key=lambda piece: piece[:2])
        at = begin
        for index, (first, last, tag) in enumerate(pieces):
            if first < at:
                continue
            self._lines(at, first)
            at = last
            if tag is not None and tag.name:
                self._tag(tag, pieces[index + 1 : index + 1 + _AHEAD])
        self._lines(at, end)

    def _tag(self, tag: Tag, later: list[_Piece]) -> None:
        name = tag.name
        if tag.closes:
            self._closing(tag, name)
            return
        is_deep = len(self.open) >= MAX_DEPTH
        is_block = name not in _INLINE and not is_deep and self._stands_alone(tag, later)
        if name.lower() == "br":
            self._put(" ", tag.start)
        if not tag.is_whole and not is_deep and name.lower() not in ("br", "img", "hr", "wbr"):
            self.open.append((name, is_block))
        if is_block:
            self._mark(tag, tag.name)
            if not tag.is_whole:
                self.indents.append(None)

    def _closing(self, tag: Tag, name: str) -> None:
        if name not in [opened for opened, _ in self.open]:
            return
        while self.open:
            opened, is_block = self.open.pop()
            if is_block:
                self.indents.pop()
                self._mark(tag, opened)
            if opened == name:
                return

    def _stands_alone(self, tag: Tag, later: list[_Piece]) -> bool:
        """Whether a tag is not in the midst of a sentence: it begins a line, and no text of that
        line follows its end.
        """
        written = "".join(self.chars[-400:]).rpartition("\n")[2]
        if written.strip(" \t>"):
            return False
        if tag.is_whole:
            return not self._rest(tag.end).strip() or self._rest(tag.end).lstrip()[:1] == "<"
        depth = 1
        for _, last, other in later:
            if other is None or other.name != tag.name or other.is_whole:
                continue
            depth += -1 if other.closes else 1
            if depth == 0:
                one_line = "\n" not in self.text[tag.end : last]
                rest = _TAG.sub("", self._rest(last)).strip()
                return not (one_line and rest)
        return True

    def _rest(self, at: int) -> str:
        stop = self.text.find("\n", at)
        return self.text[at : stop if stop >= 0 else len(self.text)]

    def _mark(self, tag: Tag, name: str) -> None:
        self._put(f"\n\n{_OPEN}{len(self.tags)}{_CLOSE}\n\n")
        self.tags.append(msgspec.structs.replace(tag, name=name))

    def _put(self, chars: str, at: int = NOWHERE) -> None:
        self.chars.extend(chars)
        self.origin.extend([at] * len(chars))

    def _lines(self, begin: int, end: int) -> None:
        for line in _LINE.finditer(self.text, begin, end):
            if not (_MODULE.fullmatch(line[0]) and self._is_line_start(line.start())):
                self._line(line.start(), line.end())

    def _is_line_start(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] in "\r\n"

    def _line(self, begin: int, end: int) -> None:
        """A line, moved to the margin by what its component indents."""
        line = self.text[begin:end]
        own = len(line) - len(line.lstrip(" \t"))
        if self.indents and line.strip() and self._is_line_start(begin):
            if self.indents[-1] is None:
                self.indents[-1] = own
            begin += min(own, self.indents[-1] or 0)
        elif self.indents and not self._is_line_start(begin):
            begin += own if self.chars[-1:] == ["\n"] else 0
        self.chars.extend(self.text[begin:end].replace("\r\n", " \n").replace("\r", "\n"))
        self.origin.extend(range(begin, end))


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_within(ranges: list[tuple[int, int]], at: int) -> bool:
    before = bisect_right(ranges, (at, sys.maxsize)) - 1
    return any(a <= at < b for a, b in ranges[max(0, before - 1) : before + 1])


def _attributes(text: str) -> Mapping[str, str]:
    """A tag's attributes; an expression is its text, without the quotes of a plain string."""
    found = {}
    for name, double, single, expression in _ATTRIBUTE.findall(text):
        found[name] = double or single or expression.strip().strip("\"'`")
    return found
