"""Logs of pairs, each line a whole call: `method=POST url=… status=401 err_msg="…"` (logfmt), with
or without words and a time before them.

What follows the last pair belongs to it where it is an error's: `error=Error code: 400 - {…}`.
"""

import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.base import MALFORMED, Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.mapping import NoAnswerError, parsed
from tallystick.intake.formats.marks import AT, OF_MODELS
from tallystick.intake.formats.own import OWN
from tallystick.intake.formats.parts import find_parts
from tallystick.intake.formats.times import moment_of_line

Line = dict[str, Any]
_PAIR = re.compile(
    r'(?:(?<=\s)|^)(?P<name>[A-Za-z_][\w.@-]{0,60})=(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]*)'
)
_REST = re.compile(
    r"(?:(?<=\s)|^)(?P<name>err(?:or)?(?:_?(?:msg|message))?)=(?P<value>[^\"\s].* .*)$"
)
# An object at the end of a line, which has blanks and needs no quotation marks.
_BODY = re.compile(r"(?:(?<=\s)|^)(?P<name>[A-Za-z_][\w.-]{0,60})=(?P<value>\{.*\})\s*$")
_FEWEST = 3
_LOOKED_AT = 40
_TIMES = frozenset(("time", "ts", "t", "at", "timestamp", "@timestamp", "date"))


def _told(text: str) -> Line:
    """The values of a line; empty where it has too few pairs to be one of such a log."""
    rest = _REST.search(text)
    head = text[: rest.start()] if rest else text
    body = _BODY.search(head)
    held = parsed(body["value"]) if body else None
    head = head[: body.start()] if body and isinstance(held, dict) else head
    pairs: Line = {found["name"]: _value(found["value"]) for found in _PAIR.finditer(head)}
    if body and isinstance(held, dict):
        pairs[body["name"]] = held
    if rest:
        pairs[rest["name"]] = rest["value"]
    if len(pairs) < _FEWEST:
        return {}
    dated = AT.match(text.lstrip("[ "))
    if dated and not _TIMES & pairs.keys():
        pairs["ts"] = moment_of_line(dated[0])
    return pairs


def _value(text: str) -> Any:
    return parsed(text) if text[:1] == '"' else text


def _call(text: str) -> Line:
    """The parts of the call that a line tells of, whole; empty for none."""
    line = _told(text)
    found = find_parts(line) if line else {}
    ended = found.get("status") is not None or found.get("error")
    return found if ended and OF_MODELS.search(str(found.get("url") or "")) else {}


def sniff(head: bytes) -> bool:
    """Whether the first lines have a whole call in pairs. Beside a single one, a line that tells of
    an error may be about it: that is for a reader of texts.
    """
    text = head.decode("utf-8", "replace")
    if "\0" in text or text.lstrip("\ufeff \r\n")[:1] in ("{", "["):
        return False
    lines = text.splitlines()[:_LOOKED_AT]
    calls = [bool(_call(line)) for line in lines]
    apart = any(
        _ERROR.search(line) for line, is_call in zip(lines, calls, strict=True) if not is_call
    )
    return sum(calls) > 1 or (any(calls) and not apart)


_ERROR = re.compile(r"\berr(?:or)?\w*=|\b\w+(?:Error|Exception)\b|level=error", re.IGNORECASE)


def _read(piece: Piece) -> Iterator[Read]:
    offset, number = piece.offset, 0
    for raw in piece.data.split(b"\n"):
        here, offset = offset, offset + len(raw) + 1
        text = raw.decode("utf-8", "replace").strip()
        if not text:
            continue
        try:
            found = _call(text)
            yield OWN.attempt(found, number) if found else None
        except NoAnswerError:
            yield Broken(here, "a line that tells neither a status nor an error")
        except MALFORMED:
            yield Broken(here, "a line whose values are not what their names say")
        number += 1


FORMAT = Format(
    "logfmt",
    "logs of pairs (logfmt), each line a whole call",
    sniff,
    lambda: Cutter(lambda data: data.rfind(b"\n") + 1),
    _read,
)
