"""A documentation page as a tree in which every character knows its place in the stored bytes."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from types import MappingProxyType
from typing import Literal

import msgspec

Kind = Literal[
    "heading",
    "paragraph",
    "list",
    "item",
    "table",
    "row",
    "cell",
    "code",
    "component",
    "term",
    "description",
]
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Text(msgspec.Struct, frozen=True):
    """Plain text; character `i` stands in bytes `starts[i]` to `ends[i]` of the source.

    `codes` are the stretches that the page sets as code.
    """

    plain: str
    starts: "array[int]"
    ends: "array[int]"
    codes: tuple[tuple[int, int], ...] = ()

    def span(self, first: int = 0, last: int | None = None) -> tuple[int, int]:
        """The byte range from character `first` up to `last`; an empty text has an empty one."""
        stop = len(self.plain) if last is None else last
        if not self.plain or stop <= first:
            return 0, 0
        return self.starts[first], self.ends[stop - 1]

    def part(self, first: int, last: int) -> "Text":
        """The characters from `first` up to `last`."""
        begin = max(0, bisect_left(self.codes, (first, 0)) - 1)
        within = tuple(
            (max(a, first) - first, min(b, last) - first)
            for a, b in takewhile(lambda code: code[0] < last, islice(self.codes, begin, None))
            if b > first
        )
        return Text(self.plain[first:last], self.starts[first:last], self.ends[first:last], within)

    def stripped(self) -> "Text":
        """Without the white space at both ends."""
        begin = len(self.plain) - len(self.plain.lstrip())
        return self.part(begin, max(begin, len(self.plain.rstrip())))


EMPTY = Text("", array("I"), array("I"))


class Node(msgspec.Struct, frozen=True):
    """A piece of a page. `name` is a component's or the language line of a code block; `level`
    that of a heading; `offset` the byte at which a code block's stored text begins.
    """

    kind: Kind
    start: int
    end: int
    text: Text = EMPTY
    name: str = ""
    level: int = 0
    attributes: Mapping[str, str] = _NOTHING
    children: tuple["Node", ...] = ()
    raw: str = ""
    offset: int = 0

    def walk(self) -> Iterator["Node"]:
        """This node and everything in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Document(msgspec.Struct, frozen=True):
    """A page: its title, its front matter, its pieces in reading order, and what is odd of it."""

    title: str
    nodes: tuple[Node, ...]
    matter: Mapping[str, str] = _NOTHING
    remarks: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Every piece, in reading order."""
        for node in self.nodes:
            yield from node.walk()


def byte_places(text: str) -> "array[int]":
    """The byte offset of every character of a text, and its length in bytes at the end."""
    if text.isascii():
        return array("I", range(len(text) + 1))
    places, total = array("I", [0]), 0
    for char in text:
        total += len(char.encode("utf-8", "surrogatepass"))
        places.append(total)
    return places
