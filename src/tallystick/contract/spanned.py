"""YAML or JSON text as a tree in which every value knows its place in the stored bytes.

JSON is read as the subset of YAML 1.2 that it is. Plain scalars follow the YAML 1.2 core schema,
so that `no` and `on` stay strings.
"""

import math
import re
from collections.abc import Callable, Mapping

import msgspec
import yaml

MAX_NODES = 200_000


class DocumentError(ValueError):
    """A document that cannot be read as what it claims to be. `line` counts from 1."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem, self.line = problem, line


class Spanned(msgspec.Struct, frozen=True):
    """A value with its byte range; `fields` and `items` hold the children of containers.

    `key_start` and `key_end` enclose the key of a member; elsewhere both are `start`.
    """

    start: int
    end: int
    key_start: int
    key_end: int
    scalar: str | int | float | bool | None = None
    fields: "Mapping[str, Spanned] | None" = None
    items: "tuple[Spanned, ...] | None" = None

    def get(self, *path: str) -> "Spanned | None":
        """The value some members further down, or None."""
        here: Spanned | None = self
        for name in path:
            here = here.fields.get(name) if here is not None and here.fields else None
        return here

    def text(self, *path: str) -> str:
        """A string some members further down, or an empty one."""
        found = self.get(*path)
        return found.scalar if found is not None and isinstance(found.scalar, str) else ""


def parse_spanned(text: str, offset: int) -> Spanned:
    """The tree of a YAML or JSON text that begins at byte `offset` of its source.

    Raises:
        DocumentError: it does not parse, holds more than one document, or is too large.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return _Builder(text, offset).build(_require_content(node))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DocumentError(f"does not parse as YAML or JSON: {error.problem}", line) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"does not parse as YAML or JSON: {type(error).__name__}") from None


def _require_content(node: yaml.Node | None) -> yaml.Node:
    if node is None:
        raise DocumentError("is empty")
    return node


class _Builder:
    def __init__(self, text: str, offset: int) -> None:
        self._nodes = 0
        self._offset = offset
        # Marks count characters; citations count bytes. ASCII, the usual case, needs no table.
        self._bytes = None if text.isascii() else _byte_offsets(text)

    def _at(self, character: int) -> int:
        return self._offset + (self._bytes[character] if self._bytes else character)

    def build(self, node: yaml.Node, key: tuple[int, int] | None = None) -> Spanned:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            line = node.start_mark.line + 1
            raise DocumentError(f"expands to more than {MAX_NODES} values", line)
        start, end = self._at(node.start_mark.index), self._at(node.end_mark.index)
        begins = (start, start) if key is None else key
        match node:
            case yaml.ScalarNode():
                return Spanned(start, end, *begins, scalar=_scalar(node))
            case yaml.SequenceNode():
                items = tuple(self.build(item) for item in node.value)
                last = end if node.flow_style or not items else items[-1].end
                return Spanned(start, last, *begins, items=items)
            case yaml.MappingNode():
                return self._mapping(node, start, end, begins)
        raise DocumentError("holds a node of an unknown kind", node.start_mark.line + 1)

    def _mapping(
        self, node: yaml.MappingNode, start: int, end: int, begins: tuple[int, int]
    ) -> Spanned:
        fields: dict[str, Spanned] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise DocumentError("has a key that is no scalar", key.start_mark.line + 1)
            if key.value in fields:
                raise DocumentError(f"has the key {key.value} twice", key.start_mark.line + 1)
            place = self._at(key.start_mark.index), self._at(key.end_mark.index)
            fields[key.value] = self.build(value, place)
        # A block collection's end mark lies behind the white space that follows it.
        inner = max((child.end for child in fields.values()), default=end)
        last = end if node.flow_style else inner
        return Spanned(start, last, *begins, fields=fields)


def _byte_offsets(text: str) -> list[int]:
    offsets, total = [0], 0
    for char in text:
        total += len(char.encode("utf-8", "surrogatepass"))
        offsets.append(total)
    return offsets


def _real(text: str) -> float | str:
    """A number, or its text where no double holds it."""
    return float(text) if math.isfinite(float(text)) else text


_CORE: tuple[tuple[re.Pattern[str], Callable[[str], str | int | float | bool | None]], ...] = (
    (re.compile(r"null|Null|NULL|~|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?\d{1,400}"), int),
    (re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d{1,3})?"), _real),
)


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style is not None:
        return text
    return next((make(text) for pattern, make in _CORE if pattern.fullmatch(text)), text)
