"""Bodies as loggers keep them, as bytes: a text, an object, or a stream as a list of its parts."""

import json


def as_bytes(value: object) -> bytes:
    """A body as bytes. Loggers keep a stream as a list of its lines or of its parsed chunks."""
    if isinstance(value, list) and value:
        if all(isinstance(one, str) for one in value) and begins_stream(value):
            return "\n\n".join(line.rstrip("\n") for line in value).encode() + b"\n\n"
        if all(isinstance(one, dict) and "choices" in one for one in value):
            return b"".join(b"data: %s\n\n" % encoded(one) for one in value)
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else encoded(value)


def begins_stream(lines: list[str]) -> bool:
    """Whether lines are those of a stream (WHATWG HTML, 9.2.6); comments may stand before its
    first data.
    """
    first = next((one for one in map(str.lstrip, lines) if not one.startswith(":")), "")
    return first.startswith(("data:", "event:"))


def encoded(value: object) -> bytes:
    """A value as JSON."""
    return json.dumps(value).encode()
