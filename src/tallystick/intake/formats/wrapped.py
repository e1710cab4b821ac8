"""Logs within logs, and errors as JSON prints them.

Log drivers, agents and clouds put each line of a program into a record of their own (Docker's
json-file and fluentd drivers, Kubernetes' CRI format, Google Cloud Logging's `textPayload`, Loki,
Splunk's `_raw`, journald's `MESSAGE`, a tail of Cloudflare's Workers): what they hold is read as it
was written. A JSON object that is an error, as SDKs and workflow tools print it (openai-node, n8n),
is read as the text that it repeats.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tallystick.intake.formats import pasted
from tallystick.intake.formats.base import Cutter, Format, Piece, Read, sniffs
from tallystick.intake.formats.lines import objects_in
from tallystick.intake.formats.queried import queried
from tallystick.protocol.exceptions import read_exception

# Members that hold a line of another program, the surest first.
_HELD = (
    "log",
    "textPayload",
    "jsonPayload",
    "MESSAGE",
    "@message",
    "_raw",
    "@x",  # an exception as Serilog writes it into compact JSON
    "line",
    "message",
    "msg",
    "event",  # structlog
)
# Members that hold what was raised, beside such a line (structlog, python-json-logger, Logback).
_TRACES = ("exception", "exc_info", "stack_trace")
_STATUSES = ("status", "statusCode", "status_code")
_MOST_STRINGS, _DEPTH = 200, 8


def format_of(known: Sequence[Format]) -> Format:
    """The format of logs that hold lines of one of the known formats, and of printed errors."""

    def inner(data: bytes) -> tuple[Format, bytes] | None:
        records = list(objects_in(data.decode("utf-8", "replace")))
        lines = _queried(records) or _lines(records) or _of_containers(data)
        form = next((one for one in known if lines and sniffs(one, lines)), None)
        if form is not None:
            return form, lines
        said = _printed(records[0]).encode() if len(records) == 1 else b""
        return (pasted.FORMAT, said) if said and pasted.sniff(said) else None

    def read(piece: Piece) -> Iterator[Read]:
        found = inner(piece.data)
        if found is not None:
            form, lines = found
            yield from form.read(msgspec.structs.replace(piece, data=lines))

    about = "a log that wraps the lines of another, or an error as JSON"
    return Format("wrapped", about, lambda head: inner(head) is not None, _splitter, read)


def _splitter() -> Cutter:
    """Lines of JSON are cut behind a line; an array or one object is read whole."""
    return Cutter(lambda data: data.rfind(b"\n{") + 1)


def _queried(records: Sequence[dict[str, Any]]) -> bytes:
    return "\n".join(queried(records)).encode("utf-8", "surrogatepass")


def _lines(records: Sequence[dict[str, Any]]) -> bytes:
    """What the records hold of another program, as that wrote it."""
    name = next((one for one in _HELD if any(_is_held(r.get(one)) for r in records)), "")
    members = (name, *_TRACES) if name else ()
    held = [r[one] for r in records for one in members if _is_held(r.get(one))]
    lines = [one if isinstance(one, str) else json.dumps(one) for one in held]
    # Docker parts a line that is too long for it: the parts before the last have no line end.
    mark = "" if any(line.endswith("\n") for line in lines) else "\n"
    return mark.join(lines).encode("utf-8", "surrogatepass")


# A container's log (Kubernetes, CRI logging format): time, stream, whether the line is whole (`F`)
# or a part of one (`P`), and what was written.
_CRI = re.compile(rb"(?m)^\d{4}-\S+ (?P<stream>stdout|stderr) (?P<tag>[FP])\S* ?(?P<said>.*)$")


def _of_containers(data: bytes) -> bytes:
    """What a container wrote; the lines of its two outputs stand among each other."""
    lines: list[bytes] = []
    parts: dict[bytes, bytes] = {}
    for found in _CRI.finditer(data):
        stream = found["stream"]
        whole = parts.pop(stream, b"") + found["said"]
        if found["tag"] == b"P":
            parts[stream] = whole
        else:
            lines.append(whole)
    return b"\n".join(lines)


def _is_held(value: object) -> bool:
    return isinstance(value, str | dict) and bool(value)


def _printed(record: dict[str, Any]) -> str:
    """The text of an error that an object is; empty where it is none."""
    for one in _inner(record, _DEPTH):
        held = (one.get(name) for name in _STATUSES)
        status = next((value for value in held if isinstance(value, int)), 0)
        error = one.get("error")
        if 400 <= status < 600 and isinstance(error, dict):
            return f"Error code: {status} - {json.dumps({'error': error})}"
    strings = list(_strings(record, _DEPTH))[:_MOST_STRINGS]
    return next((one for one in strings if read_exception(one).status is not None), "")


def _inner(value: object, depth: int) -> Iterator[dict[str, Any]]:
    """An object and those within it, the outer ones first."""
    if isinstance(value, dict) and depth:
        yield value
        for one in value.values():
            yield from _inner(one, depth - 1)


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner if depth else ():
        yield from _strings(one, depth - 1)
