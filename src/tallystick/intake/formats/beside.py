"""What a log keeps of a request beside its own members."""

import re
from typing import Any

from tallystick.intake.formats.mapping import parsed

Line = dict[str, Any]
_BESIDE = "tools tool_choice response_format temperature max_tokens top_p stop n".split()


# How nginx names the header fields of an answer (ngx_http_upstream_module, ngx_http_core_module).
_FIELD = re.compile(r"(?:upstream|sent)_http_(?P<name>[a-z0-9_]{2,60})")


# And how loggers of programs name its type.
_TYPE = re.compile(r"(?P<of>resp(?:onse)?_?)?content_?type", re.IGNORECASE)


def flat_headers(line: Line) -> Line | None:
    """The header fields of an answer that stand beside a log's own members, one a member."""
    named = ((_FIELD.fullmatch(name), value) for name, value in line.items())
    told = {
        found["name"].replace("_", "-"): value for found, value in named
        if found and isinstance(value, str) and value not in ("", "-")
    }  # fmt: skip
    for name, kind in line.items():
        typed = _TYPE.fullmatch(name) if isinstance(kind, str) and "/" in kind else None
        # Without a word for the answer it may be the request's (nginx, `$content_type`).
        if typed and (typed["of"] or kind.startswith("text/html")):
            told.setdefault("content-type", kind)
    return told or None


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
