"""What programs print of a call: an SDK's options and header fields as Python, bodies as JSON."""

import ast
import json
import re
from typing import Any

from tallystick.intake.formats.nodes import is_answer, is_request
from tallystick.protocol import read_error
from tallystick.protocol.exceptions import read_exception

# Members of a log's own lines, which no body of an API has.
_OF_LOGS = frozenset(("level", "lvl", "msg", "logger", "severity", "levelname"))
_FAILED = 400


def literal(text: str) -> Any:
    """What a program printed as Python; None where it is no literal."""
    try:
        return ast.literal_eval(re.sub(r"<[^<>]*>|\bNOT_GIVEN\b", "None", text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def json_data(text: str) -> Any:
    """The body among an SDK's options; None where there is none."""
    found = literal(text)
    body = found.get("json_data") if isinstance(found, dict) else None
    return body if is_request(body) else None


def header_pairs(fields: Any) -> list[tuple[str, str]]:
    """Header fields that were printed as an object, or as pairs."""
    listed = list(fields.items()) if isinstance(fields, dict) else fields
    pairs = [one for one in listed or () if isinstance(one, tuple) and len(one) == 2]
    return [(str(name).lower(), str(value)) for name, value in pairs]


def is_body(found: dict[str, Any], status: int) -> bool:
    """Whether an object reads as an answer's body, and not as a log's own line."""
    if is_answer(found):
        return True
    error = found.get("error")
    told = isinstance(error, dict) or (status >= _FAILED and read_error(found) is not None)
    return told and not _OF_LOGS & found.keys()


_BEHIND = re.compile(r"(?<![\w.:-])(?:([1-5]\d\d)\W{0,3}$|(20[0-2]) (?:OK|Created|Accepted)\b)")


def status_before(line: str, body: dict[str, Any]) -> int:
    """The status that a line tells before the body of an answer: `Error code: 429 - {…}`, or alone
    (`400 {…}`). 0 where it tells none that such a body comes with.
    """
    before = line.partition("{")[0]
    alone = _BEHIND.search(before)
    status = int(alone[1] or alone[2]) if alone else read_exception(before).status or 0
    failed = "error" in body
    return status if (status >= _FAILED) == failed and (failed or status // 100 == 2) else 0


# An object as a text of JSON: what loggers print of a body that is a text (Ruby, `inspect`).
_ESCAPED = re.compile(r'(?<=[\s=>])(?<!": )"(\{\\"(?:[^"\\]|\\.)*\})"')


def unescaped(line: str) -> str:
    """A line with the objects that stand in it as texts of JSON, as objects."""
    return _ESCAPED.sub(_object_of, line) if '"{\\"' in line else line


def _object_of(found: re.Match[str]) -> str:
    try:
        return str(json.loads(found[0]))
    except ValueError:
        return found[0]
