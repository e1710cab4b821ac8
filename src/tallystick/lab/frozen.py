"""The incident's frozen answer beside a conforming one: how they differ, and any part of that.

Placeholders are filled with harmless values of their kind.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from tallystick.lab import answers
from tallystick.lab.deviation import (
    BodyPart,
    EndPart,
    HeaderPart,
    Part,
    SlotPart,
    StatusPart,
    TreePart,
)
from tallystick.lab.failures import PAGE
from tallystick.lab.provider import SSE
from tallystick.lab.slots import Slot, event_bytes, expanded, slot_parts, slots_of, stream_bytes
from tallystick.lab.trees import applied, differences, filled
from tallystick.lab.wire import Reply
from tallystick.protocol import encode_event
from tallystick.protocol.sse import DONE
from tallystick.record.exchange import Exchange
from tallystick.record.placeholder import parse

_KEPT_HEADERS = ("retry-after", "retry-after-ms", "x-should-retry", "location")
_FILLED_HEADERS = {"location": "/", "retry-after": "30"}
_ENDS: dict[str, Literal["close", "reset", "stall"]] = {
    "timeout": "stall",
    "aborted": "stall",
    "reset": "reset",
    "network": "reset",
    "protocol": "close",
    "refused": "reset",
}
JSON = "application/json"


class CannotServeError(ValueError):
    """This exchange's answer cannot be served again; the text says why."""


class Frozen(msgspec.Struct, frozen=True):
    """What an answer consists of beside its deviations, and the deviations themselves."""

    streamed: bool
    failed: bool
    parts: tuple[Part, ...]
    slots: tuple[Slot, ...] = ()
    tools: bool = False

    def sound(self) -> "Frozen":
        """The conforming answer of the same kind of call, in words."""
        return Frozen(self.streamed, failed=False, parts=())


def freeze_answer(exchange: Exchange) -> Frozen:
    """The answer of an exchange as deviations from a conforming one.

    Raises:
        CannotServeError: the capture does not hold what would have to be served.
    """
    body = exchange.request.body
    streamed = isinstance(body, dict) and body.get("stream") is True
    response = exchange.response
    failed = response.status >= 400
    if exchange.failure is not None and exchange.failure not in _ENDS:
        raise CannotServeError(f"a failure of the kind {exchange.failure} cannot be served")
    if exchange.failure is None and response.body_kind in ("not-visible", "partial"):
        raise CannotServeError("the capture does not show this answer's whole body")
    tools = _calls_tools(response.body)
    if streamed and any(_calls_tools(frame.data, "delta") for frame in response.frames):
        raise CannotServeError("a streamed tool call cannot be served again")
    slots = tuple(slots_of(response.frames)) if streamed and response.body_kind == "sse" else ()
    parts = list(_wrapping(exchange, streamed))
    if exchange.failure is None or response.status:
        parts += _content(exchange, streamed, slots, tools)
    return Frozen(streamed, failed, tuple(parts), slots, tools)


def _calls_tools(body: Any, part: str = "message") -> bool:
    """Whether an answer, or one chunk of it, calls a tool."""
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    said = first.get(part) if isinstance(first, dict) else None
    return isinstance(said, dict) and bool(said.get("tool_calls"))


def _wrapping(exchange: Exchange, streamed: bool) -> Iterator[Part]:
    response = exchange.response
    if response.status not in (0, 200):
        yield StatusPart(response.status)
    usual = SSE[1] if streamed else JSON
    media = exchange.response_header("content-type")
    # A capture without any header does not show that one was missing.
    shown = bool(response.status) and bool(response.headers)
    if shown and (media or "").partition(";")[0] != usual:
        filled = media if media and parse(media) is None else None
        yield HeaderPart("content-type", filled)
    for name in _KEPT_HEADERS:
        form = exchange.response_header(name)
        if form and response.status:
            held = parse(form) is None and name != "location"
            yield HeaderPart(name, form if held else _FILLED_HEADERS.get(name, "1"))
    if exchange.failure is not None:
        yield EndPart(_ENDS[exchange.failure], exchange.failure, bool(response.status))


def _content(
    exchange: Exchange, streamed: bool, slots: tuple[Slot, ...], tools: bool
) -> Iterator[Part]:
    response = exchange.response
    if slots:
        yield from slot_parts(slots)
    elif response.body_kind == "json" and not streamed and isinstance(response.body, dict):
        base = answers.tool_completion({}) if tools else answers.completion()
        yield from differences(base, response.body, 0, ())
    else:
        yield BodyPart(_bytes(exchange), response.body_kind)


def _bytes(exchange: Exchange) -> bytes:
    response = exchange.response
    match response.body_kind:
        case "json":
            return msgspec.json.encode(filled(response.body))
        case "html":
            return PAGE
        case "text":
            return b"x" * max(1, response.text_length)
        case "sse":
            return b"".join(event_bytes(frame) for frame in expanded(response.frames))
        case _:
            return b""


def compose(frozen: Frozen, chosen: Iterable[Part], asked: dict[str, Any]) -> Reply:
    """A conforming answer with some of the deviations; `asked` is the request's body."""
    parts = list(chosen)
    end = next((p for p in parts if isinstance(p, EndPart)), None)
    if end is not None and not end.head:
        return Reply(0, end=end.end)
    status = next((p.status for p in parts if isinstance(p, StatusPart)), 200)
    headers = {"content-type": SSE[1] if frozen.streamed else JSON}
    for part in parts:
        if isinstance(part, HeaderPart):
            headers[part.name] = part.value or ""
    named = tuple((name, value) for name, value in headers.items() if value)
    pieces = _pieces(frozen, parts, asked)
    streams = frozen.streamed and len(pieces) != 1
    whole = sum(map(len, pieces))
    if end is not None:
        pieces = pieces[: len(pieces) // 2] if streams else (pieces[0][: whole // 2],)
    declared = None if streams else whole
    return Reply(status, named, pieces, end.end if end else "complete", declared)


def _pieces(frozen: Frozen, parts: list[Part], asked: dict[str, Any]) -> tuple[bytes, ...]:
    body = next((p for p in parts if isinstance(p, BodyPart)), None)
    if body is not None:
        return (body.data,)
    trees = [p for p in parts if isinstance(p, TreePart)]
    if frozen.slots:
        return tuple(
            stream_bytes(frozen.slots, trees, [p for p in parts if isinstance(p, SlotPart)])
        )
    if frozen.streamed:
        options = asked.get("stream_options")
        usage = isinstance(options, dict) and options.get("include_usage") is True
        made = [json.dumps(chunk) for chunk in answers.chunks(usage)]
        return tuple(encode_event(data) for data in [*made, DONE])
    base = answers.tool_completion(asked) if frozen.tools else answers.completion()
    return (msgspec.json.encode(applied(base, trees)),)
