"""Logs of an application's, a proxy's or a gateway's own: JSON, line by line or in one document, of
any shape in which the parts of a call can be found (`parts.py`).
"""

import csv
import re
from collections.abc import Iterator

from tallystick.intake.formats.base import MALFORMED, Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.legs import legs_of, told_side
from tallystick.intake.formats.lines import Line, first_object, of_lines
from tallystick.intake.formats.logs import LANGFUSE, is_observation, observations
from tallystick.intake.formats.mapping import Mapping, parsed
from tallystick.intake.formats.marks import JSON_BEGINS, OF_MODELS
from tallystick.intake.formats.nodes import is_answer, is_request
from tallystick.intake.formats.openrouter import OPENROUTER, activity, is_activity
from tallystick.intake.formats.parts import find_parts
from tallystick.intake.formats.queried import is_tail

OWN = Mapping(
    at=("at",),
    end=("end",),
    duration=("duration_ms",),
    method=("method",),
    url=("url",),
    base_url=("base_url",),
    status=("status",),
    request_headers=("request_headers",),
    response_headers=("response_headers",),
    request_body=("request_body",),
    response_body=("response_body",),
    choices=("choices",),
    model=("model",),
    messages=("messages",),
    parameters=("parameters",),
    stream=("stream",),
    error=("error",),
    error_code=("error_code",),
    error_param=("error_param",),
    call=("call",),
    nth=("nth",),
    ids=("ids",),
    traces=("traces",),
    broken=("broken",),
    leg=("leg",),
)
# Members under which exports keep several calls in one document.
_SEVERAL = (
    "data result logs records items entries events rows results observations requests calls "
    "exchanges interactions flows hits traces history attributes spans log steps runs operations"
).split()
_OPENS = re.compile(JSON_BEGINS.encode())
_DEEPEST = 3
_MOST_COLUMNS = 200
_LOOKED_AT = 40


def _calls(line: Line, depth: int = 0, *, in_table: bool = False) -> Iterator[Line]:
    """The calls of one object: itself, or those in a list that it holds; one empty line where it
    tells of none.
    """
    little = len(line) < 2 and not any(isinstance(v, str | dict | list) for v in line.values())
    if little or _is_served(line):
        yield {}  # no call has so little, and a file may hold millions of such lines
        return
    inner = _inner(line)
    if inner is not None:
        yield from _calls(inner, depth)
        return
    legs = [{**_timed(found), "leg": side} for side, one in legs_of(line)
            if (found := find_parts(one))]  # fmt: skip
    if len(legs) > 1:
        yield from legs
        return
    found = find_parts(line, in_table=in_table)
    held = list(_held(line, depth)) if not _has_body(found) else []
    side = told_side(line)
    of = {"leg": f"{side}-named" if side else ""}
    yield from held or [{**_timed(found), **of} if found and not _is_part(found) else {}]


def _is_entry(line: Line) -> bool:
    """Whether an object is an entry of a cloud's log, around a line (Google Cloud, `LogEntry`)."""
    return "insertId" in line and not {"jsonPayload", "textPayload"}.isdisjoint(line)


# Paths at which programs tell whether they run (Kubernetes, probes).
_PROBE = re.compile(r"/(?:live|ready|health|ping|metrics|status)\w*(?:/\w+)*$")


def _is_served(line: Line) -> bool:
    """Whether a line is of a request that a service got itself (Google Cloud, `LogEntry`; Vercel,
    runtime logs): what else it says is a line of the program.
    """
    asked = line.get("httpRequest") if "logName" in line else None
    url = asked.get("requestUrl") if isinstance(asked, dict) else None
    if line.get("method") == "GET" and _PROBE.match(str(line.get("path") or "")):
        return True
    if "responseStatusCode" in line and "message" in line:
        url = line.get("requestPath")
    return isinstance(url, str) and not OF_MODELS.search(url)


def _inner(line: Line) -> Line | None:
    """What an envelope holds: a hit of a search (Elasticsearch), an API's result (Cloudflare)."""
    held = line.get("result") if {"success", "errors"} <= line.keys() else line.get("_source")
    return held if isinstance(held, dict) else None


def _is_part(found: Line) -> bool:
    """Whether a line tells of one event of a stream and of nothing else: no call is so little."""
    body = found.get("response_body")
    alone = all(found.get(name) is None for name in ("url", "status", "request_body", "messages"))
    return alone and isinstance(body, str) and body.startswith("data:") and "\n" not in body


def _has_body(found: Line) -> bool:
    """Whether parts of a call were found that no list of calls has."""
    whole = found.get("request_body") is not None or found.get("messages") is not None
    return whole or is_answer(found.get("response_body"))


def _held(line: Line, depth: int) -> Iterator[Line]:
    """The calls in the lists that an object holds."""
    for one in _several(line) if depth < _DEEPEST else ():
        yield from (call for call in _calls(one, depth + 1) if call)


def _several(line: Line) -> Iterator[Line]:
    for name in _SEVERAL:
        held = line.get(name)
        if isinstance(held, dict):
            yield from _several(held)
        elif isinstance(held, list):
            yield from (one for one in held if isinstance(one, dict))


def _timed(found: Line) -> Line:
    """Durations in one unit."""
    seconds = found.get("duration_s")
    if found.get("duration_ms") is None and seconds is not None:
        found = {**found, "duration_ms": float(seconds) * 1000}
    return found


def sniff(head: bytes) -> bool:
    """Whether one of the first objects of a log tells of a call, or holds those that do."""
    first = first_object(head)
    if not first:
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        names = rb'"(?:messages|choices|chat\.completion|chat/completions)|/chat/completions"'
        return _OPENS.match(start) is not None and re.search(names, head) is not None
    if is_tail(first) or _is_entry(first):
        return False  # what is of a call is in the lines of the program that it holds
    return any(any(_calls(one)) or _holds_call(one) for one in [first, *_next_lines(head)])


def _next_lines(head: bytes) -> Iterator[Line]:
    """The objects of the lines behind the first one: a log may begin with other lines."""
    for text in head.split(b"\n")[1:_LOOKED_AT]:
        found = parsed(text.decode("utf-8", "replace").strip(" \t\r,"))
        if isinstance(found, dict):
            yield found


def _holds_call(first: Line) -> bool:
    return any(is_request(one) or is_answer(one) for one in _several(first))


def _read_table(piece: Piece) -> Iterator[Read]:
    """A table of calls (RFC 4180): a row is an object whose members are the columns."""
    text = piece.data.decode("utf-8-sig", "replace")
    lines, mark = text.splitlines(keepends=True), _separator(text)
    try:
        for number, row in enumerate(csv.DictReader(lines, strict=True, delimiter=mark)):
            line = {str(name): value for name, value in row.items() if value not in (None, "")}
            yield from read_row(line, number, piece.offset)
    except csv.Error:
        yield Broken(piece.offset, "a table that is no CSV")


def _separator(text: str) -> str:
    """What stands between columns: where a comma is the decimal mark, exports have semicolons."""
    first = text.split("\n", maxsplit=1)[0]
    return max(",;\t", key=first.count)


def _of_row(line: Line) -> Iterator[tuple[Mapping, Line]]:
    """The calls of a row; tables that a product exports have its own columns."""
    if is_observation(line):
        yield from ((LANGFUSE, one) for one in observations(line))
    elif is_activity(line):
        yield from ((OPENROUTER, one) for one in activity(line))
    else:
        yield from ((OWN, one) for one in _calls(line, in_table=True))


def read_row(line: Line, number: int, offset: int) -> Iterator[Read]:
    """The calls of a row of a table, which begins at `offset`."""
    try:
        calls = list(_of_row(line))
        yield from [mapping.attempt(one, number) if one else None for mapping, one in calls]
    except MALFORMED:
        yield Broken(offset, f"row {number + 2}, whose columns are not what their names say")


def _is_table(head: bytes) -> bool:
    """Whether the first line names columns, and the row below it tells of a call."""
    text = head.decode("utf-8-sig", "replace")
    first = text.split("\n")[0].strip()
    mark = _separator(text)
    if first[:1] in ("{", "[", "<") or first.count(mark) < 2:
        return False
    try:
        columns = next(csv.reader([first], delimiter=mark), [])
    except csv.Error:
        return False
    if len(columns) > _MOST_COLUMNS or not all(
        re.fullmatch(r"[@\w .:/()\[\]-]{1,60}", c) for c in columns
    ):
        return False
    try:
        lines = text.splitlines(keepends=True)
        below = next(csv.reader(lines[1:], delimiter=mark), columns)
        if len(below) != len(columns):
            return False  # a sentence with commas, and what follows it
        row = next(csv.DictReader(lines, delimiter=mark), {})
        line = {str(name): value for name, value in row.items() if value not in (None, "")}
        return any(found for _, found in _of_row(line))
    except (csv.Error, TypeError, ValueError, AttributeError):
        return _NAMED & {re.sub(r"[^a-z]", "", c.lower()) for c in columns} != set()


# Columns by which a table is known whose first row cannot be read.
_NAMED = {"request", "response", "requestbody", "responsebody", "url"}
FORMAT = of_lines(
    "own",
    "JSON logs in which the parts of a call can be found by their names and what they hold",
    sniff,
    OWN,
    _calls,
)
TABLE = Format("csv", "CSV tables of calls", _is_table, lambda: Cutter(lambda _: 0), _read_table)
