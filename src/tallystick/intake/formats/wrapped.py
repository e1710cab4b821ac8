"""Logs within logs, and errors as JSON prints them.

Log drivers, agents and clouds put each line of a program into a record of their own (Docker's
json-file and fluentd drivers, Kubernetes' CRI format, and what `collected.py` names): what they
hold is read as it was written. A JSON object that is an error, as SDKs and workflow tools print it
(openai-node, n8n), is read as the text that it repeats.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tallystick.intake.formats import pasted
from tallystick.intake.formats.base import Cutter, Format, Piece, Read, sniffs
from tallystick.intake.formats.collected import as_json, as_text, entries, is_entry
from tallystick.intake.formats.lines import objects_in
from tallystick.protocol.exceptions import read_exception

_HEAD = 1 << 16
_STATUSES = ("status", "statusCode", "status_code")
_MOST_STRINGS, _DEPTH = 200, 8


def format_of(known: Sequence[Format]) -> Format:
    """The format of logs that hold lines of one of the known formats, and of printed errors."""

    whole = tuple(one for one in known if one is not pasted.FORMAT)

    def inner(data: bytes) -> tuple[Format, bytes] | None:
        printed = _of_containers(data)
        found = entries(printed or data)
        said = _error(data) if len(found) < 2 else b""
        if said and pasted.sniff(said):
            return pasted.FORMAT, said
        ways = (
            *((told, whole) for told in (printed, _of_terminal(data), as_json(found))),
            *((told, known) for told in (as_text(found), printed)),
        )
        fit = (
            (one, told)
            for told, forms in ways
            if told
            for one in forms
            if sniffs(one, told[:_HEAD])
        )
        return next(fit, None)

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


# A command that prints a log, behind the prompt of a shell.
_PRINTS = re.compile(
    rb"(?m)^\S{0,40} ?[$#%>] (?:\w+=\S+ )*(?:sudo )?(?:kubectl|docker|podman|oc|journalctl|tail|cat"
    rb"|head|stern|aws|gcloud|az|heroku|fly|grep|zcat|jq|less|nomad|cf)\b"
)


def _of_terminal(data: bytes) -> bytes:
    """The lines of JSON that a command printed in a terminal, among what else stands there."""
    if _PRINTS.search(data) is None:
        return b""
    lines = (line.strip() for line in data.splitlines())
    return b"\n".join(line for line in lines if line[:1] == b"{" and line[-1:] == b"}")


def _error(data: bytes) -> bytes:
    """The text of an error that a document is, and no record of a log; empty where it is none."""
    records = list(objects_in(data.decode("utf-8", "replace")))
    alone = len(records) == 1 and not is_entry(records[0])
    return _printed(records[0]).encode() if alone else b""


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
