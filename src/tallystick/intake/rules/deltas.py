"""What the deltas of a stream show: fragments of tool calls, and roles."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tallystick.intake.features import Features
from tallystick.record.exchange import Frame


def _deltas(seen: Features) -> Iterator[tuple[Frame, dict[str, Any]]]:
    """The deltas of a stream; a frame that stands for several like it has its count."""
    for frame in seen.last.response.frames:
        choices = frame.data.get("choices") if isinstance(frame.data, dict) else None
        for choice in choices if isinstance(choices, list) else []:
            delta = choice.get("delta") if isinstance(choice, dict) else None
            if isinstance(delta, dict):
                yield frame, delta


def _fragments(seen: Features) -> Iterator[tuple[Frame, dict[str, Any]]]:
    """The fragments of tool calls in a stream."""
    for frame, delta in _deltas(seen):
        calls = delta.get("tool_calls")
        for one in calls if isinstance(calls, list) else ():
            if isinstance(one, dict):
                yield frame, one


def has_several_calls(seen: Features) -> bool:
    """Whether fragments of several tool calls came, each call with an index of its own."""
    return len({call.get("index") for _, call in _fragments(seen)} - {None}) > 1


def has_pieces(seen: Features) -> bool:
    """Whether the arguments of one tool call came in several pieces."""
    pieces = Counter[Any]()
    for frame, call in _fragments(seen):
        function = call.get("function")
        if isinstance(function, dict) and function.get("arguments"):
            pieces[call.get("index")] += frame.count
    return any(number > 1 for number in pieces.values())


def has_empty_role(seen: Features) -> bool:
    """Whether a delta has an empty text for a role."""
    return any(delta.get("role") == "" for _, delta in _deltas(seen))
