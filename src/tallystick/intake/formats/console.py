"""A request as Postman's console shows it, copied as text: the request line, the status, and the
parts of both messages under their titles.
"""

import re
from collections.abc import Iterator

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.raw import RawAttempt, RawMessage

_ASKED = re.compile(
    r"^(?P<method>GET|POST|PUT|PATCH|DELETE) (?P<url>https?://\S+)\s*?(?P<rest>\s\d{3}\b.*)?$"
)
# The marks of what is folded and unfolded.
_MARKED = re.compile(r"^[ \t]*[▼▶▸▾][ \t]*")
_STATUS = re.compile(r"^(?:Status:? )?(?P<status>[1-5]\d\d)\b")
_TOOK = re.compile(r"^(?P<ms>\d+(?:\.\d+)?) ?(?P<unit>ms|s)$")
_TITLES = ("network", "request headers", "request body", "response headers", "response body")
_FIELD = re.compile(r"^\s*\"?(?P<name>[A-Za-z][\w-]{1,60})\"?: ?(?P<value>.*)$")


def sniff(head: bytes) -> bool:
    """Whether a text begins with a request line and has titles of both messages."""
    lines = _lines(head)
    titles = {line.strip().lower() for line in lines if not line.startswith((" ", "\t"))}
    begun = any(_ASKED.match(line.strip()) for line in lines[:3])
    return begun and "response headers" in titles and "request headers" in titles


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    return [_MARKED.sub("", line) for line in text.splitlines()]


def _read(piece: Piece) -> Iterator[Read]:
    lines = _lines(piece.data)
    starts = [number for number, line in enumerate(lines) if _ASKED.match(line)]
    for entry, (first, last) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
        yield _call(lines[first:last], entry)


def _call(lines: list[str], entry: int) -> RawAttempt | None:
    asked = _ASKED.match(lines[0])
    if asked is None:
        return None
    parts = _parts(lines[1:])
    top = [*(asked["rest"] or "").split("  "), *parts.pop("", [])]
    top = [line.strip() for line in top if line.strip()]
    status = next((int(m["status"]) for line in top if (m := _STATUS.match(line))), 0)
    took = next((m for line in top if (m := _TOOK.match(line))), None)
    return RawAttempt(
        entry=entry,
        at=None,
        duration_ms=float(took["ms"]) * (1 if took["unit"] == "ms" else 1000) if took else None,
        method=asked["method"],
        url=asked["url"],
        request=_message(parts, "request"),
        status=status,
        response=_message(parts, "response"),
        error="" if status else " ".join(top),
        hidden=(),
    )


def _parts(lines: list[str]) -> dict[str, list[str]]:
    """The lines under each title; those above the first under an empty one."""
    found: dict[str, list[str]] = {"": []}
    title = ""
    for line in lines:
        named = line.strip().lower()
        if named in _TITLES and not line.startswith((" ", "\t")):
            title = named
            found[title] = []
        else:
            found[title].append(line.strip() if not title else line)
    return found


def _message(parts: dict[str, list[str]], side: str) -> RawMessage:
    fields = [m for line in parts.get(f"{side} headers", []) if (m := _FIELD.match(line))]
    body = "\n".join(line.strip() for line in parts.get(f"{side} body", [])).strip()
    return RawMessage(
        tuple((m["name"].lower(), m["value"].strip('", ')) for m in fields), body or None
    )


FORMAT = Format(
    "console",
    "requests copied from Postman's console",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
