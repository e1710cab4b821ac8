"""Placeholders: what stands in a record where a value was not kept.

`‹string:12›` is a string of 12 characters, `‹string:12#3›` the third distinct value of this
intake, `‹number›` a number, `‹object:2›` an object with two members. A placeholder carries a
kind, a length and an ordinal, and never a digest of the content.
"""

import re
from typing import NamedTuple

KINDS = frozenset(
    {
        "string",
        "json",
        "text",
        "number",
        "boolean",
        "object",
        "array",
        "credential",
        "id",
        "key",
        "model",
        "host",
        "segment",
        "value",
        "html",
        "bytes",
    }
)
MOST = 9_999_999
_PATTERN = re.compile(
    r"‹(?P<kind>[a-z]+)(?::(?P<length>0|[1-9]\d{0,6}))?(?:#(?P<ordinal>[1-9]\d{0,6}))?›", re.ASCII
)
_JSON_KIND = {
    "string": "string",
    "json": "string",
    "text": "string",
    "credential": "string",
    "id": "string",
    "model": "string",
    "number": "number",
    "boolean": "boolean",
    "object": "object",
    "array": "array",
}


class Placeholder(NamedTuple):
    """The parts of a placeholder. `length` counts characters, members or items."""

    kind: str
    length: int | None = None
    ordinal: int | None = None

    def __str__(self) -> str:
        length = "" if self.length is None else f":{min(self.length, MOST)}"
        ordinal = "" if self.ordinal is None else f"#{self.ordinal}"
        return f"‹{self.kind}{length}{ordinal}›"


def parse(text: str) -> Placeholder | None:
    """The placeholder that `text` is as a whole, or None."""
    match = _PATTERN.fullmatch(text) if text[:1] == "‹" else None
    if match is None or match["kind"] not in KINDS:
        return None
    length, ordinal = match["length"], match["ordinal"]
    return Placeholder(
        match["kind"], int(length) if length else None, int(ordinal) if ordinal else None
    )


def json_kind(value: object) -> str:
    """The JSON kind a value has, or had before it was masked.

    One of `null`, `boolean`, `number`, `string`, `array`, `object` (RFC 8259, section 3).
    """
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            masked = parse(value)
            return "string" if masked is None else _JSON_KIND.get(masked.kind, "string")
        case list() | tuple():
            return "array"
        case _:
            return "object"


def as_number(value: object) -> object:
    """A number, also one that a log keeps as a text (Langfuse); anything else as it is."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def text_length(value: object) -> int:
    """The number of characters a string has, or had before it was masked; 0 for other kinds."""
    if not isinstance(value, str):
        return 0
    masked = parse(value)
    if masked is None:
        return len(value)
    return 1 if masked.length is None else masked.length
