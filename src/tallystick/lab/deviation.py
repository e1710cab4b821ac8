"""One way in which an answer departs from a conforming one, as data that can be applied alone."""

from typing import Any, Literal

import msgspec

from tallystick.record.placeholder import json_kind

Path = tuple[str | int, ...]


class StatusPart(msgspec.Struct, frozen=True):
    """Another status."""

    status: int


class HeaderPart(msgspec.Struct, frozen=True):
    """A header with another value, or left out (None)."""

    name: str
    value: str | None


class BodyPart(msgspec.Struct, frozen=True):
    """A body of another kind altogether."""

    data: bytes
    kind: str


class TreePart(msgspec.Struct, frozen=True):
    """One member of the body, or of one event's data: set, or left out."""

    slot: int
    path: Path
    change: Literal["remove", "set"]
    value: Any = None


class SlotPart(msgspec.Struct, frozen=True):
    """One event of a stream: left out, or put in."""

    slot: int
    change: Literal["drop", "insert"]
    sort: str = ""


class EndPart(msgspec.Struct, frozen=True):
    """The answer ends as a transport failure does."""

    end: Literal["close", "reset", "stall"]
    failure: str
    head: bool


Part = StatusPart | HeaderPart | BodyPart | TreePart | SlotPart | EndPart


def location_of(part: Part, streamed: bool, failed: bool) -> str:
    """The contract location of a deviation; `failed`: the answer's status is an error's."""
    side = "stream" if streamed else "response"
    match part:
        case StatusPart():
            return f"error.status.{part.status}" if part.status >= 400 else "endpoint.redirect"
        case HeaderPart():
            return _HEADERS.get(part.name, f"{'error' if failed else side}.content_type")
        case BodyPart():
            return "error.body" if failed else f"{side}.body"
        case TreePart():
            dotted = _dotted(part.path)
            inside = dotted.split(".")[0] == "error"
            return dotted if inside else f"{side}.{dotted}"
        case SlotPart():
            return _SLOTS.get(part.sort, "stream.frames")
        case EndPart():
            return f"transport.{part.failure}"


_SLOTS = {
    "done": "stream.done",
    "usage": "stream.usage",
    "error": "stream.error",
    "comment": "stream.comment",
    "finish": "stream.choices[].finish_reason",
    "content": "stream.choices[].delta.content",
    "role": "stream.choices[].delta.role",
}
_HEADERS = {
    "retry-after": "retry.retry_after",
    "retry-after-ms": "retry.retry_after",
    "x-should-retry": "retry.should_retry",
    "location": "endpoint.redirect",
}


def _dotted(path: Path) -> str:
    text = ""
    for key in path:
        text += "[]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def says(part: Part) -> str:
    """A deviation in words, without any value that is not of the protocol."""
    match part:
        case StatusPart():
            return f"status {part.status}"
        case HeaderPart():
            return f"header {part.name} {'is other' if part.value else 'is not sent'}"
        case BodyPart():
            return f"the body is {part.kind}"
        case TreePart() if part.change == "remove":
            return "left out"
        case TreePart():
            kind = json_kind(part.value)
            empty = kind in ("string", "array", "object") and not part.value
            return f"is {'an empty ' if empty else ''}{kind}"
        case SlotPart():
            did = "missing" if part.change == "drop" else "more"
            return f"event {part.slot + 1} is {did}: {part.sort}"
        case EndPart():
            return f"the answer ends by {part.end}"
