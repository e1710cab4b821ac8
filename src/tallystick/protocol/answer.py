"""The answer of a chat completion, read from one object or assembled from a stream's chunks.

Works on raw and on sanitized JSON alike: what is missing or of another kind is skipped here and
named by `protocol.response`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

Usage = Mapping[str, Any]


class ToolCall(msgspec.Struct, frozen=True):
    """One tool call; `arguments` are the concatenated fragments of its index."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What an answer said at choice 0.

    `usage` None means that the answer had no usage, which is not the same as zero. `done` says
    that a stream ended with `[DONE]` (always true for a plain answer).
    """

    content: str | None = None
    refusal: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    usage: Usage | None = None
    done: bool = True


class Assembler:
    """Folds the chunks of one stream into an Answer."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._refusal: list[str] = []
        self._calls: dict[int, dict[str, str]] = {}
        self._finish: str | None = None
        self._usage: Usage | None = None
        self._done = False

    def feed(self, chunk: object) -> None:
        """Take one decoded chunk."""
        if not isinstance(chunk, dict):
            return
        usage = chunk.get("usage")
        if isinstance(usage, dict):
            self._usage = usage  # a later chunk's usage stands for the whole answer so far
        for choice in _objects(chunk.get("choices")):
            if choice.get("index", 0) == 0:
                self._choice(choice)

    def finish(self) -> None:
        """The stream said `[DONE]`."""
        self._done = True

    @property
    def answer(self) -> Answer:
        """The answer as assembled so far."""
        return Answer(
            content="".join(self._content) if self._content else None,
            refusal="".join(self._refusal) if self._refusal else None,
            tool_calls=tuple(_tool_call(i, self._calls[i]) for i in sorted(self._calls)),
            finish_reason=self._finish,
            usage=self._usage,
            done=self._done,
        )

    def _choice(self, choice: Mapping[str, Any]) -> None:
        finish = choice.get("finish_reason")
        if isinstance(finish, str):
            self._finish = finish
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return
        _append(self._content, _spoken(delta.get("content")))
        _append(self._refusal, delta.get("refusal"))
        for place, call in enumerate(_objects(delta.get("tool_calls"))):
            self._tool_call(call, place)

    def _tool_call(self, call: Mapping[str, Any], place: int) -> None:
        index = call.get("index")
        parts = self._calls.setdefault(
            index if isinstance(index, int) else self._nth(call, place), {}
        )
        function = call.get("function")
        named = function if isinstance(function, dict) else {}
        for key, value in (("id", call.get("id")), ("name", named.get("name"))):
            if isinstance(value, str) and value:
                parts[key] = value
        if isinstance(named.get("arguments"), str):
            parts["arguments"] = parts.get("arguments", "") + named["arguments"]

    def _nth(self, call: Mapping[str, Any], place: int) -> int:
        """Where a fragment without an index belongs: with the call of its id, which is a new one
        if nobody had it; without an id by its place in the delta.
        """
        name = call.get("id")
        if not isinstance(name, str) or not name:
            return place
        same = (index for index, parts in self._calls.items() if parts.get("id") == name)
        return next(same, max(self._calls, default=-1) + 1)


def read_completion(body: object) -> Answer:
    """The answer that a plain response object holds."""
    if not isinstance(body, dict):
        return Answer()
    usage = body.get("usage")
    choice = next(_objects(body.get("choices")), {})
    message = choice.get("message")
    said = message if isinstance(message, dict) else {}
    finish = choice.get("finish_reason")
    calls = (_plain_call(i, call) for i, call in enumerate(_objects(said.get("tool_calls"))))
    return Answer(
        content=_spoken(said.get("content")),
        refusal=_text(said.get("refusal")),
        tool_calls=tuple(calls),
        finish_reason=finish if isinstance(finish, str) else None,
        usage=usage if isinstance(usage, dict) else None,
    )


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list) else []
    return iter([item for item in items if isinstance(item, dict)])


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _spoken(value: object) -> str | None:
    """The text of a content; of one in parts, which the protocol has in requests only and some
    upstreams answer with, the texts in them.
    """
    if isinstance(value, list):
        return "".join(filter(None, (_text(part.get("text")) for part in _objects(value)))) or None
    return _text(value)


def _append(parts: list[str], value: object) -> None:
    if isinstance(value, str):
        parts.append(value)


def _plain_call(index: int, call: Mapping[str, Any]) -> ToolCall:
    function = call.get("function")
    named = function if isinstance(function, dict) else {}
    found = {"id": call.get("id"), "name": named.get("name"), "arguments": named.get("arguments")}
    return _tool_call(index, {key: value for key, value in found.items() if isinstance(value, str)})


def _tool_call(index: int, parts: Mapping[str, str]) -> ToolCall:
    get = parts.get
    return ToolCall(index, get("id", ""), get("name", ""), get("arguments", ""))


def has_member(tree: object, name: str) -> bool:
    """Whether an object anywhere in a decoded body has a member of that name."""
    match tree:
        case dict():
            return name in tree or any(has_member(value, name) for value in tree.values())
        case list():
            return any(has_member(value, name) for value in tree)
        case _:
            return False
