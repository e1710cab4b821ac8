"""The locations of a sanitized exchange: which are present, of what kind, with which values."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tallystick.record.exchange import ResponsePart
from tallystick.record.placeholder import json_kind, parse
from tallystick.record.policy import VARYING

# Values of one location that are told apart.
MAX_VALUES = 24
_MAX_TEXT = 80


class Met(NamedTuple):
    """One member met: its location, its JSON kind, and its value where that is kept."""

    location: str
    kind: str
    value: str


class Seen:
    """Counts of locations, added shape by shape."""

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[str]] = {}
        self.values: dict[str, Counter[str]] = {}
        self.objects: Counter[str] = Counter()

    def add(self, met: Counter[Met], times: int) -> None:
        """Count what one shape holds, so many times."""
        for (location, kind, value), count in met.items():
            self.kinds.setdefault(location, Counter())[kind] += count * times
            if kind == "object":
                self.objects[location] += count * times
            if value:
                self.values.setdefault(location, Counter())[value] += count * times


def request_locations(body: object) -> Counter[Met]:
    """What the body of a request holds."""
    return Counter(_walk(body, "request"))


def answer_locations(response: ResponsePart) -> Counter[Met]:
    """What an answer holds: `response`, `stream` or `error`."""
    found: Counter[Met] = Counter()
    if response.body_kind == "sse":
        for frame in response.frames:
            if frame.kind == "data":
                found.update(_walk(frame.data, "stream"))
            else:
                found[Met(f"stream.{frame.kind}", "event", "")] += 1
        return found
    room = "error" if response.status >= 400 else "response"
    return found + Counter(_walk(response.body, room))


def _walk(value: object, location: str) -> Iterator[Met]:
    kind = json_kind(value)
    varies = location.rpartition(".")[2] in VARYING
    yield Met(location, kind, "" if varies else _shown(value))
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "‹key›" if parse(key) else key
            yield from _walk(inner, f"{location}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{location}[]")


def _shown(value: object) -> str:
    """A value that was kept, as text; empty for what was masked and for containers."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}"
        case str() if "‹" not in value and len(value) <= _MAX_TEXT:
            return value
        case _:
            return ""
