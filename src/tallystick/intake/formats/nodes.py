"""The values in an object with the names that lead to them, and which of them are bodies."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tallystick.intake.formats.logbodies import begins_stream
from tallystick.intake.formats.mapping import parsed

Line = dict[str, Any]

_DEEPEST, _MOST_NODES = 6, 400
_LONGEST_OPENED = 1 << 22
# What a server-sent event stream (WHATWG HTML, 9.2.6) begins with.
_STREAM = re.compile(r"\s*(?::[^\n]*\n\s*)*(?:(?:event|id|retry):[^\n]*\n)*data:")
_PROMPTS = ("input", "prompt", "contents")


class Node(NamedTuple):
    """A value, the names that lead to it in lower case without marks, the words of those, and the
    words of the last of them.
    """

    names: tuple[str, ...]
    value: Any
    words: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The last of its names."""
        return self.names[-1] if self.names else ""

    def is_in(self, words: frozenset[str]) -> bool:
        """Whether a name on the way is, has among its words, or begins with one of these."""
        long = tuple(word for word in words if len(word) > 5)
        return bool(words & self.words) or any(name.startswith(long) for name in self.names)

    def is_below(self, other: "Node") -> bool:
        """Whether it stands in another value."""
        return len(self.names) > len(other.names) and (
            self.names[: len(other.names)] == other.names
        )


def nodes_of(line: Line) -> Iterator[Node]:
    """Every value of an object, the shallow ones first; texts that hold JSON are opened."""
    level: list[Node] = [Node((), line)]
    seen = 0
    for _ in range(_DEEPEST):
        below: list[Node] = []
        for node in level:
            seen += 1
            if seen > _MOST_NODES:
                return
            yield node
            if isinstance(node.value, dict):
                below += [_below(node, str(k), v) for k, v in node.value.items()]
        level = below


def _below(node: Node, name: str, value: Any) -> Node:
    words = frozenset(word.lower() for word in _WORD.findall(name))
    return Node((*node.names, plain(name)), _opened(value), node.words | words, words)


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def plain(name: object) -> str:
    """A name in lower case, without the marks that naming styles differ in."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def _opened(value: Any) -> Any:
    """A value, or what it is the JSON of."""
    is_json = isinstance(value, str) and len(value) < _LONGEST_OPENED and value[:1] in ("{", "[")
    return parsed(value) if is_json else value


def is_request(value: Any) -> bool:
    """Whether a value is the body of a chat completion's request, or of a relative of it."""
    if not isinstance(value, dict):
        return False
    messages = value.get("messages")
    told = isinstance(messages, list) and all(isinstance(one, dict) for one in messages)
    if told and (messages or "model" in value):
        return True
    return "model" in value and any(isinstance(value.get(k), str | list) for k in _PROMPTS)


def is_chunk(value: Any) -> bool:
    """Whether a value is one chunk of a stream (OpenAI, the chat completion chunk object)."""
    if not isinstance(value, dict):
        return False
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    has_delta = isinstance(first, dict) and "delta" in first
    return value.get("object") == "chat.completion.chunk" or has_delta


def is_error(value: Any) -> bool:
    """Whether a value is the body of an error as the API has it (OpenAI, Error codes)."""
    told = value.get("error") if isinstance(value, dict) else None
    return (
        isinstance(told, dict) and "message" in told and bool({"type", "code", "param"} & {*told})
    )


def is_answer(value: Any) -> bool:
    """Whether a value is the body of an answer: whole, a stream's text, its lines or its chunks."""
    if isinstance(value, dict):
        kind = value.get("object")
        return isinstance(value.get("choices"), list) or (
            isinstance(kind, str) and kind.startswith("chat.completion")
        )
    if isinstance(value, list) and value:
        lines = all(isinstance(one, str) for one in value) and begins_stream(value)
        chunks = all(isinstance(one, dict) and "choices" in one for one in value)
        return lines or chunks
    return isinstance(value, str) and _STREAM.match(value) is not None
