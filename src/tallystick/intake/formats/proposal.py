"""A mapping as it would be written by hand, proposed from the first lines of a log.

What the parts of a call are is found as `own` finds it, by names and by what values hold; here the
paths at which they stand are written down, so that a person can read, correct and keep them.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tallystick.intake.formats.lines import Line
from tallystick.intake.formats.mapping import at, parsed
from tallystick.intake.formats.parts import find_parts

_LINES = 50
_DEEPEST = 6
# The parts that have one value at one place, by their names in a mapping.
_PARTS = (
    "at", "end", "method", "url", "base_url", "host", "path", "status", "request_headers",
    "response_headers", "request_body", "response_body", "model", "messages", "parameters",
    "stream", "error", "error_code", "error_param", "call", "nth",
)  # fmt: skip
_MISSING: tuple[object, ...] = (None, "", [], {})


def proposed(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    """The paths of each part that the first lines have, those of most lines first; empty where no
    line tells of a call.
    """
    seen: dict[str, Counter[str]] = {}
    for _, line in zip(range(_LINES), lines, strict=False):
        for part, path in _of_line(line):
            seen.setdefault(part, Counter())[path] += 1
    return {part: tuple(path for path, _ in paths.most_common()) for part, paths in seen.items()}


def _of_line(line: Line) -> Iterator[tuple[str, str]]:
    found = find_parts(line)
    durations = (("duration", found.get("duration_ms")), ("seconds", found.get("duration_s")))
    wanted = [*((part, found.get(part)) for part in _PARTS), *durations] if found else []
    for part, value in wanted:
        path = _path_of(line, value) if value not in _MISSING else ""
        if path and at(line, (path,)) not in _MISSING:
            yield part, path


def _path_of(line: Line, value: object, depth: int = 0, above: str = "") -> str:
    """The path at which a value stands in an object, or the text that it is the JSON of; empty
    where it was put together of several.
    """
    for name, held in line.items():
        path = f"{above}{name}"
        opened = parsed(held) if isinstance(value, dict | list) else held
        if opened is value or (type(opened) is type(value) and opened == value):
            return path
    inner = ((f"{above}{n}.", v) for n, v in line.items() if isinstance(v, dict))
    below = (_path_of(v, value, depth + 1, path) for path, v in inner if depth < _DEEPEST)
    return next(filter(None, below), "")


def as_toml(paths: dict[str, tuple[str, ...]]) -> str:
    """The proposal as the TOML file that `--mapping` takes."""
    parts: dict[str, Any] = dict(paths)
    seconds = parts.pop("seconds", ())
    if seconds and "duration" not in parts:
        parts |= {"duration": seconds}
    as_list = {part: json.dumps(list(parts[part]), ensure_ascii=False) for part in sorted(parts)}
    lines = [f"{part} = {written}" for part, written in as_list.items()]
    unit = ['duration_unit = "s"'] if seconds and "duration" not in paths else []
    return "\n".join([*lines, *unit]) + "\n"


def tells(paths: dict[str, tuple[str, ...]]) -> bool:
    """Whether a mapping of these paths finds anything that an answer is told by."""
    return any(paths.get(part) for part in ("status", "response_body", "error"))
