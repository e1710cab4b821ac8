"""HTML as elements: what is open, what ends it, and where each stands in characters.

Implied end tags: https://html.spec.whatwg.org/multipage/syntax.html#optional-tags. The tokens are
those of the standard library's parser, since it tells the place of everything it reads.
"""

import html
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import msgspec

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# An element of the left ends an open one of the right, up to the nearest that holds them.
_ENDS: Mapping[str, tuple[str, ...]] = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "tr": ("tr", "td", "th"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tbody": ("thead", "tbody", "tr", "td", "th"),
    "option": ("option",),
}
_HOLDS = frozenset(("ul", "ol", "dl", "table", "body", "main", "article"))
ENDS_P = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6"
    " header hr main nav ol p pre section table ul".split()
)
MAX_DEPTH = 200


class Element(msgspec.Struct):
    """An element with its place in characters; `chars` is text with the places of its letters."""

    name: str
    start: int
    end: int
    attributes: Mapping[str, str]
    children: "list[Element]" = msgspec.field(default_factory=list)
    chars: str = ""
    origin: tuple[tuple[int, int], ...] = ()


def elements_of(source: str) -> Element:
    """The root of a page's elements."""
    parser = _Parser(source)
    parser.feed(_ended(source))
    parser.close()
    return parser.root


def _ended(source: str) -> str:
    """The page without the beginnings of tags and comments that nothing ends: the parser would
    look for their ends again and again. Every character keeps its place.
    """
    comment = source.find("<!--", max(0, source.rfind("-->")))
    whole = source[:comment] if comment >= 0 else source
    last = whole.rfind(">") + 1
    return whole[:last] + whole[last:].replace("<", " ")


def every(element: Element) -> Iterator[Element]:
    """An element and everything in it, in reading order."""
    yield element
    for child in element.children:
        yield from every(child)


def words_of(element: Element) -> str:
    """The text of an element in one line."""
    return " ".join("".join(e.chars for e in every(element)).split())


class _Parser(HTMLParser):
    """Builds elements; the parser of the standard library tells where each begins."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Element("#root", 0, 0, {})
        self.stack = [self.root]
        self.lines = [0]
        for line in source.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)

    def _here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._imply(tag)
        here = self._here()
        length = len(self.get_starttag_text() or "")
        made = Element(tag, here, here + length, {n: v or "" for n, v in reversed(attrs)})
        self.stack[-1].children.append(made)
        if tag not in _VOID and len(self.stack) < MAX_DEPTH:
            self.stack.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML has no self-closing elements but the void ones

    def handle_endtag(self, tag: str) -> None:
        names = [element.name for element in self.stack]
        if tag not in names[1:]:
            return
        at = len(names) - 1 - names[::-1].index(tag)
        for element in self.stack[at:]:
            element.end = self._here()
        del self.stack[at:]

    def _imply(self, tag: str) -> None:
        if tag in ENDS_P and self.stack[-1].name == "p":
            self.stack.pop()
        ended = _ENDS.get(tag, ())
        for at in range(len(self.stack) - 1, 0, -1):
            if self.stack[at].name in ended:
                del self.stack[at:]
                return self._imply(tag)
            if self.stack[at].name in _HOLDS:
                return None
        return None

    def handle_data(self, data: str) -> None:
        here = self._here()
        self._add(data, tuple((at, at + 1) for at in range(here, here + len(data))))

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        here = self._here()
        shown = html.unescape(f"{written};")
        self._add(shown, ((here, here + len(written) + 1),) * len(shown))

    def _add(self, chars: str, origin: tuple[tuple[int, int], ...]) -> None:
        if origin:
            made = Element("#text", origin[0][0], origin[-1][1], {}, [], chars, origin)
            self.stack[-1].children.append(made)
