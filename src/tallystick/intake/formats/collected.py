"""What tools that collect logs export: one entry a line of a program, whose text, or whose members,
stand among those of the tool.

Entries are lines of JSON, the rows of a table, or in one document: lists of any depth (CloudWatch
`filter-log-events`, Datadog's log search, Elasticsearch's hits, Papertrail), lists of fields
(CloudWatch Logs Insights), rows under columns (Azure Monitor), streams (Loki), and invocations
(Cloudflare Workers). Shapes from the tools' own documentation.
"""

import csv
import html
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from tallystick.intake.formats.lines import objects_in
from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.queried import queried
from tallystick.intake.formats.times import moment, seconds_of

Line = dict[str, Any]
# Members that hold a line of another program, the surest first; the last ones have many senses.
# Log Analytics puts the kind of a column behind its name (`Log_s`).
_OF_TOOLS = (
    "log",
    "log_s",
    "textpayload",
    "jsonpayload",
    "@message",
    "_raw",
    "@x",  # an exception as Serilog writes it into compact JSON
    "logmessage",  # Kubernetes in Azure Monitor
    "logentry_s",
)
_HELD = (
    *_OF_TOOLS,
    "line",
    "message",
    "msg",
    "event",  # structlog
    "content",  # Datadog's table
    "outermessage",  # Application Insights, exceptions
)
# Members that hold what was raised, beside such a line (structlog, python-json-logger, Logback).
_TRACES = ("exception", "exc_info", "stack_trace", "stack", "stackTrace", "stacktrace", "traceback")
# Members that hold an error whose trace is one of its own (Datadog, Elastic Common Schema, pino).
_ERRORS = ("error", "err", "exception")
_TIMES = (
    "timestamp @timestamp _time time TimeGenerated ts Date date __REALTIME_TIMESTAMP @t"
    " received_at generated_at at"
).split()
# Members that hold what a tool knows of an entry, or what a program said, as one object.
_AROUND = ("attributes", "_source", "result", "source", "fields", "customDimensions", "jsonPayload")
_DEEPEST = 4
_MOST_COLUMNS = 200
_HEAD = 1 << 14


class Entry(msgspec.Struct, frozen=True):
    """A line of a program: when it was written (seconds since 1970), what it says, and its members
    as a line of JSON would have them. `is_open`: its end is not marked, as Docker marks ends.
    """

    at: float | None
    said: str
    members: Line
    is_open: bool = False


def entries(data: bytes) -> list[Entry]:
    """The lines of programs that an export holds, the oldest first."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    records = list(_records(text))
    told = [Entry(None, line, {}) for line in queried(records)]
    return told or _in_order([one for record in records for one in _entries(record, _DEEPEST)])


def is_table(head: bytes) -> bool:
    """Whether bytes begin as a table with a column of lines."""
    first = head.decode("utf-8", "replace").removeprefix("\ufeff").partition("\n")[0]
    names = {name.strip('" \r').lower() for name in first.split(",")}
    bare = first[:1] not in ("{", "[", "<") and 1 < len(names) <= _MOST_COLUMNS
    return bare and not names.isdisjoint(_HELD)


def is_entry(record: Line) -> bool:
    """Whether an object holds a line of a program itself, by a name that only tools give."""
    return "MESSAGE" in record or _holder(record, _OF_TOOLS) is not None


def as_text(found: Sequence[Entry]) -> bytes:
    """The lines as a program prints them, each with its time where it tells none itself."""
    marked = not all(one.is_open for one in found)  # Docker parts a line that is too long for it
    ends = ["" if one.is_open and marked else "\n" for one in found]
    lines = [
        "".join((_dated(one), *_raised(one), end)) for one, end in zip(found, ends, strict=True)
    ]
    return "".join(lines).encode("utf-8", "surrogatepass")


def as_json(found: Sequence[Entry]) -> bytes:
    """The lines as a logger that writes JSON does; empty where no entry has members of its own."""
    lines = [json.dumps(one.members) for one in found if one.members]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _records(text: str) -> Iterator[Line]:
    """The objects of an export. One that is cut is opened at the first list that it holds."""
    whole = list(objects_in(text))
    if not whole and text[:1] in ("{", "["):
        yield from objects_in(text[text.find("[", 1) + 1 :])
    yield from whole or _rows(text)


def _rows(text: str) -> Iterator[Line]:
    """The rows of a table (RFC 4180) that has a column of lines."""
    if not is_table(text[:_HEAD].encode()):
        return
    with suppress(csv.Error):
        for row in csv.DictReader(text.splitlines(keepends=True)):
            yield {name: value for name, value in row.items() if isinstance(name, str) and value}


def _entries(record: Line, depth: int) -> Iterator[Entry]:
    """The entries of an object: itself, or those within it."""
    within = list(_within(record, depth)) if _at(record) is None else []
    own = _own(record)
    if within or own is None:
        yield from within
    else:
        yield own


def _within(record: Line, depth: int) -> Iterator[Entry]:
    if not depth:
        return
    for one in (*_of_table(record), *_of_fields(record), *_inner(record)):
        yield from _entries(one, depth - 1)


def _inner(record: Line) -> Iterator[Line]:
    for name, value in record.items():
        if isinstance(value, dict) and _own(record) is None:
            around = {k: v for k, v in record.items() if k in _TIMES} if name in _AROUND else {}
            yield {**around, **value}
        elif isinstance(value, list):
            yield from (one for one in value if isinstance(one, dict))


def _of_table(record: Line) -> Iterator[Line]:
    """Rows under columns that have names (Azure Monitor, query results)."""
    columns, rows = record.get("columns"), record.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return
    names = [str(one.get("name")) if isinstance(one, dict) else str(one) for one in columns]
    for row in rows:
        if isinstance(row, list):
            yield dict(zip(names, row, strict=False))


def _of_fields(record: Line) -> Iterator[Line]:
    """Lists of fields, each with its name and value (CloudWatch Logs Insights)."""
    results = record.get("results")
    for row in results if isinstance(results, list) else ():
        named = [one for one in row if isinstance(one, dict)] if isinstance(row, list) else []
        told = {str(one["field"]): one.get("value") for one in named if "field" in one}
        if told:
            yield told


def _own(record: Line) -> Entry | None:
    """The line that an object holds itself, if any."""
    name = "text" if _is_of_chat(record) else _holder(record, _HELD)
    if name == "text":
        return Entry(_at(record), html.unescape(record[name]).replace("```", "\n").strip(), {})
    if name is None:
        return None
    held, at = _text(record[name]), _at(record)
    inner = parsed(held) if isinstance(held, str) and held.lstrip()[:1] == "{" else held
    members = {k: v for k, v in record.items() if k not in _AROUND}
    if isinstance(inner, dict):
        members = inner
    for around in _AROUND:
        beside = record.get(around)
        members = {**members, **beside} if isinstance(beside, dict) else members
    if at is not None and _at(members) is None:
        members = {"timestamp": moment(at), **members}
    said = held if isinstance(held, str) and not isinstance(inner, dict) else _said(members)
    is_open = name == "log" and isinstance(held, str) and held[-1:] != "\n"
    return Entry(at, said.rstrip("\n"), members, is_open)


def _is_of_chat(record: Line) -> bool:
    """Whether an object is a message of a chat (Slack, `conversations.history` and exports), into
    which somebody pasted lines of a program.
    """
    told = record.get("type") == "message" and isinstance(record.get("ts"), str)
    return told and isinstance(record.get("text"), str)


def _holder(record: Line, names: Sequence[str]) -> str | None:
    """The member of an object that holds a line, by the surest name."""
    found = {name.lower(): name for name, value in record.items() if _is_held(_text(value))}
    return next((found[name] for name in names if name in found), None)


def _text(value: object) -> object:
    """A value; journald writes a text with control characters as its bytes."""
    if (
        isinstance(value, list)
        and value
        and all(isinstance(n, int) and 0 <= n < 256 for n in value)
    ):
        return bytes(value).decode("utf-8", "replace")
    return value


def _said(members: Line) -> str:
    """What a line of JSON says; all of it where no member is its text."""
    name = _holder({k: v for k, v in members.items() if isinstance(v, str)}, _HELD)
    return members[name] if name is not None else json.dumps(members)


def _is_held(value: object) -> bool:
    return isinstance(value, str | dict) and bool(value)


def _at(record: Line) -> float | None:
    told = (record.get(name) for name in _TIMES)
    return next((at for one in told if (at := seconds_of(one)) is not None), None)


def _in_order(found: list[Entry]) -> list[Entry]:
    """Entries by their times, where all have one; tools show the newest first."""
    times = [one.at for one in found if one.at is not None]
    if len(times) < len(found) or not found:
        return found
    before = found[::-1] if times[0] > times[-1] else found
    return sorted(before, key=lambda one: one.at or 0)


_TOLD = re.compile(r"\d\d:\d\d:\d\d")
_LOOKED_AT = 100


def _dated(one: Entry) -> str:
    """A line with its time before it, where it looks like one of a logger and tells none."""
    bare = one.at is not None and not _TOLD.search(one.said[:_LOOKED_AT])
    logged = one.said[:1].isalpha() and not one.said.startswith("Traceback")
    return f"{moment(one.at)} {one.said}" if bare and logged else one.said


def _raised(one: Entry) -> Iterator[str]:
    """What was raised, as lines behind a line."""
    errors = [e for name in _ERRORS if isinstance(e := one.members.get(name), dict)]
    for value in (v.get(name) for v in (one.members, *errors) for name in _TRACES):
        lines = value if isinstance(value, list) else [value]
        told = "\n".join(line for line in lines if isinstance(line, str))
        if told and told not in one.said:
            yield f"\n{told}"
