"""The bytes of a simulated stream: events, and what a scenario does to their framing."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tallystick.lab import answers, edits
from tallystick.lab.failures import envelope
from tallystick.protocol.sse import DONE
from tallystick.record.scenario import (
    Add,
    Choices,
    Framing,
    Insert,
    Leave,
    Put,
    Remove,
    Scenario,
    StreamUsage,
)

BEAT = b": keep-alive\n\n"
_NEWLINES = {"lf": "\n", "cr": "\r", "crlf": "\r\n"}
_ERROR = json.dumps(envelope(500, ""))


def edited(scenario: Scenario, tree: Any) -> Any:
    """A body, or one chunk, with the scenario's changes to its members."""
    for change in scenario.changes:
        match change:
            case Remove():
                tree = edits.without(tree, change.path)
            case Put():
                tree = edits.put(tree, change.path, change.shape)
            case Add():
                tree = edits.add(tree, change.path)
            case Choices() if tree.get("choices"):
                copies = [{**tree["choices"][0], "index": i} for i in range(change.count)]
                tree = {**tree, "choices": copies}
            case _:
                pass
    return tree


def stream(scenario: Scenario, chunks: Iterable[Mapping[str, Any]]) -> tuple[bytes, ...]:
    """The pieces of a stream, one event each unless its framing says otherwise."""
    framing = next((c for c in scenario.changes if isinstance(c, Framing)), Framing())
    parts = [edited(scenario, chunk) for chunk in _with_usage(scenario, list(chunks))]
    events = [_event(json.dumps(part), framing) for part in parts] + [_event(DONE, framing)]
    for change in scenario.changes:
        if isinstance(change, Leave):
            events = {"done": events[:-1], "all-but-done": events[-1:], "everything": []}[
                change.out
            ]
    for change in scenario.changes:
        if isinstance(change, Insert):
            events = _inserted(events, change, framing)
    data = [event.encode() for event in events]
    if framing.bom and data:
        data[0] = b"\xef\xbb\xbf" + data[0]
    return _split(data, framing.split)


def _event(data: str, framing: Framing, event: str = "") -> str:
    newline = _NEWLINES[framing.newline]
    name = event or framing.event
    head = f"event: {name}{newline}" if name else ""
    return f"{head}data:{' ' if framing.space else ''}{data}{newline}{newline}"


def _inserted(events: list[str], change: Insert, framing: Framing) -> list[str]:
    newline = _NEWLINES[framing.newline]
    first, rest = events[: change.at], events[change.at :]
    between = {
        "comment": [f": tallystick{newline}{newline}"],
        "keep-alives": [f": keep-alive{newline}{newline}"] * 10,
        "blank-lines": [newline * 4],
        "ping": [_event("{}", framing, "ping")],
        "empty-data": [_event("", framing)],
        "bad-json": [_event('{"choices": [', framing)],
        "repeat": first[-1:],
    }
    last = {
        "error": [_event(_ERROR, framing)],
        "error-event": [_event(_ERROR, framing, "error")],
        "error-then-done": [_event(_ERROR, framing), _event(DONE, framing)],
    }
    if change.what in last:
        return [*first, *last[change.what]]
    return [*first, *between[change.what], *rest]


def _with_usage(scenario: Scenario, chunks: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    change = next((c for c in scenario.changes if isinstance(c, StreamUsage)), None)
    if change is None:
        return chunks
    bare = [chunk for chunk in chunks if "usage" not in chunk]
    last = answers.usage_chunk()
    match change.where:
        case "empty-choices":
            return [*bare, last]
        case "no-choices":
            return [*bare, edits.without(last, "choices")]
        case "with-finish":
            return [*bare[:-1], {**bare[-1], "usage": answers.USAGE}]
        case "every-chunk":
            counts = [growing(i, len(bare)) for i in range(len(bare))]
            return [{**chunk, "usage": usage} for chunk, usage in zip(bare, counts, strict=True)]
        case "nowhere":
            return bare


def growing(index: int, of: int) -> dict[str, Any]:
    """The usage of one chunk among several: it grows, and the last one is the whole."""
    usage = answers.USAGE
    output = 10 - (of - 1 - index)
    return {**usage, "completion_tokens": output, "total_tokens": 19 + output}


def _split(pieces: list[bytes], size: int) -> tuple[bytes, ...]:
    if not size:
        return tuple(pieces)
    whole = b"".join(pieces)
    return tuple(whole[i : i + size] for i in range(0, len(whole), size))
