"""What a log keeps of a request beside its own members."""

import re
from typing import Any

from tallystick.intake.formats.mapping import parsed

Line = dict[str, Any]
_BESIDE = "tools tool_choice response_format temperature max_tokens top_p stop n".split()


def members_of(line: Line) -> Line:
    """A request whose members stand beside the log's own: a part of it, at best."""
    kept = {name: line[name] for name in _BESIDE if name in line}
    stream = line.get("stream")
    return {
        "model": line.get("model"),
        "messages": parsed(line.get("messages")),
        "parameters": kept or None,
        "stream": stream if isinstance(stream, bool) else None,
    }


# Members of a request that logs keep beside the model. `n` alone may count anything.
_NUMBERS = (
    "temperature max_tokens max_completion_tokens top_p presence_penalty frequency_penalty".split()
)


def numbers_of(line: Line) -> Line | None:
    """What a log keeps of a request whose body it has not."""
    kept = {name: number for name in _NUMBERS if (number := _as_number(line.get(name))) is not None}
    count = _as_number(line.get("n"))
    return ({**kept, "n": count} if kept and count is not None else kept) or None


def _as_number(value: Any) -> int | float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    if not plain and not (isinstance(value, str) and re.fullmatch(r"-?\d+(?:\.\d+)?", value)):
        return None
    number = float(value)
    return int(number) if number.is_integer() and "." not in str(value) else number
