"""What a shape says, read once: all that grouping and the profile need of an attempt."""

import re
from typing import Any

import msgspec

from tallystick.protocol import retry_hint
from tallystick.record.placeholder import parse

_HOLE = re.compile(r"%%|(#|\"body_ordinal\":)?%s")
# Holes are filled with numbers from here on, so that each can be found again.
_FIRST = 7_000_000
_USAGE_LIMIT = 40


class BodyShape:
    """The request's body."""

    def __init__(self, text: str) -> None:
        self.text = text
        marks = _marks(text)
        self.ordinals = _ordinals(marks)
        held = _decoded(f"{text[:-1]}}}", len(marks))
        self.hole = _index(held["body_ordinal"])
        self.kind = str(held["body_kind"])
        sent = held["body"] if isinstance(held["body"], dict) else {}
        self.streamed = sent.get("stream") is True
        model = sent.get("model")
        self._model = model if isinstance(model, str) else ""
        masked = parse(self._model)
        self._model_hole = _index(masked.ordinal) if masked and masked.ordinal else None
        if masked is not None:
            self._model = f"‹{masked.kind}›"

    def model(self, holes: tuple[Any, ...]) -> str:
        """The model asked for: its name, or its placeholder with the ordinal of this intake."""
        hole = self._model_hole
        return self._model if hole is None else f"{self._model[:-1]}#{holes[hole]}›"


class WayShape:
    """The request's headers and address."""

    def __init__(self, text: str) -> None:
        self.text = text
        marks = _marks(text)
        self.ordinals = _ordinals(marks)
        held = _decoded(f"{{{text}", len(marks))
        # The address stands last, and only in it can a quotation mark follow `"query":[`.
        address = text[text.rindex('"query":[') :]
        self.address = f"{held['method']} {address}"
        self.address_holes = len(_marks(address))
        counter = _form(held["headers"], "x-stainless-retry-count")
        self.counter = int(counter) if counter and counter.isdecimal() else None
        length = _form(held["headers"], "content-length")
        self._length = _index(int(length)) if length and length.isdecimal() else None

    def length(self, holes: tuple[Any, ...]) -> str:
        """How many bytes the request says that it has; empty where it does not say."""
        return "" if self._length is None else str(holes[self._length])


class TailShape:
    """The answer's part of a shape."""

    def __init__(self, text: str) -> None:
        failure, answer = text.split("\n")
        self.text = text
        marks = _marks(text)
        self.ordinals = _ordinals(marks)
        before = len(_marks(failure))
        body = _decoded(answer, len(marks) - before, before)
        self.failed = not failure.startswith('"failure":null')
        self.status = int(body["status"])
        self.kind = str(body["body_kind"])
        self.answered = not self.failed and 200 <= self.status < 300
        hint = retry_hint(_form(body["headers"], "retry-after"))
        self.asked_s = (hint.seconds or 0.0) if hint else 0.0
        self.usage = tuple(_usage(body))


def _marks(text: str) -> list[str]:
    """What stands before each hole of a shape: a mark of an ordinal, or nothing."""
    return [match[1] or "" for match in _HOLE.finditer(text) if match[0] != "%%"]


def _ordinals(marks: list[str]) -> tuple[int, ...]:
    """Which of a shape's holes are ordinals."""
    return tuple(index for index, mark in enumerate(marks) if mark)


def _decoded(text: str, holes: int, first: int = 0) -> Any:
    """A part of a shape as JSON, its holes filled with numbers that name them."""
    start = _FIRST + first
    return msgspec.json.decode(text % tuple(range(start, start + holes)))


def _index(number: Any) -> int | None:
    held = isinstance(number, int) and not isinstance(number, bool) and number >= _FIRST
    return number - _FIRST if held else None


def _form(headers: list[dict[str, str]], name: str) -> str | None:
    return next((header["form"] for header in headers if header["name"] == name), None)


def _usage(answer: dict[str, Any]) -> list[tuple[str, int | None]]:
    """The counts of the last usage that an answer states, each with its hole; None is zero."""
    bodies = [frame["data"] for frame in answer["frames"]] or [answer["body"]]
    stated = [body["usage"] for body in bodies if isinstance(body, dict) and "usage" in body]
    last = next((usage for usage in reversed(stated) if isinstance(usage, dict)), None)
    return list(_counts(last or {}))[:_USAGE_LIMIT]


def _counts(usage: dict[str, Any], above: str = "") -> list[tuple[str, int | None]]:
    found: list[tuple[str, int | None]] = []
    for name, value in usage.items():
        if isinstance(value, dict):
            found += _counts(value, f"{above}{name}.")
        elif isinstance(value, int | float) and (value == 0 or _index(value) is not None):
            found.append((f"{above}{name}", _index(value)))
    return found
