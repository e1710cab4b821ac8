"""The capture formats that intake reads, each told by its first bytes."""

import re

from tallystick.intake.formats import (
    access,
    cassette,
    console,
    curl,
    events,
    exports,
    flows,
    har,
    included,
    langsmith,
    logfmt,
    logs,
    newrelic,
    nodelog,
    otlp,
    own,
    parquet,
    pasted,
    prefixed,
    pythonlog,
    relay,
    spans,
    stubs,
    transcript,
    wrapped,
)
from tallystick.intake.formats.base import Broken, Format, Piece, sniffs
from tallystick.intake.formats.collected import is_table
from tallystick.intake.formats.mapping import Mapping

_PLAIN: tuple[Format, ...] = (
    har.FORMAT,
    langsmith.FORMAT,
    *logs.FORMATS,
    cassette.JSON,
    cassette.YAML,
    stubs.FORMAT,
    console.FORMAT,
    curl.FORMAT,
    included.FORMAT,
    flows.FORMAT,
    otlp.FORMAT,
    parquet.FORMAT,
    nodelog.FORMAT,
    pythonlog.FORMAT,
    relay.FORMAT,
    logfmt.FORMAT,
    transcript.FORMAT,
    *exports.FORMATS,
    newrelic.FORMAT,
    *spans.FORMATS,
    events.FORMAT,
    own.FORMAT,
    own.TABLE,
    access.FORMAT,
    pasted.FORMAT,
)
# What wraps the lines of another log is told before what reads as an error anywhere in a text.
_HOLDS = wrapped.format_of(_PLAIN)
_WRAPPED: tuple[Format, ...] = (*_PLAIN[:-1], _HOLDS, _PLAIN[-1])
# What stands before every line is taken off first: lines that have it look like others.
FORMATS: tuple[Format, ...] = (prefixed.format_of(_WRAPPED), *_WRAPPED)


def detect(head: bytes) -> Format | None:
    """The format of a capture by its first bytes (64 KiB are enough), or None."""
    in_cells = is_table(head) and not sniffs(own.TABLE, head)
    if in_cells and sniffs(_HOLDS, head):
        return _HOLDS  # its cells look like lines of other formats
    return next((one for one in FORMATS if sniffs(one, head)), None)


_MAP = "give --mapping for newline-delimited JSON of your own, or export it as HAR 1.2"
# What bytes that no format knows may be, by how they begin, and what to do about it; the last holds
# for all others.
_LOOKS = (
    (rb"\s*[{\[]", "JSON without a call that can be told, or JSON that is not whole", _MAP),
    (rb"\s*<(?:!doctype|html|\?xml)", "a page or XML", "export the calls as HAR 1.2"),
    (rb"PK\x03\x04|\xfd7zXZ|BZh", "an archive", "unpack it first"),
    (rb"%PDF|\x89PNG|\xff\xd8|GIF8", "a picture or a document",
     "copy its text, and give that; or export the calls as HAR 1.2"),
    (rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x0a\x0d\x0d\x0a", "packets of a network capture",
     "read them with mitmproxy, and save its flows as HAR"),
    (rb"[^\x00]*\Z", "text without a call that can be told",
     "of an error paste its class, its text and the lines above it; of a log the lines of a call"),
    (rb"", "bytes that are no text", "export the calls as HAR 1.2, or as lines of JSON"),
)  # fmt: skip


def looks_like(head: bytes) -> tuple[str, str]:
    """What the first bytes of a capture of no known format seem to be, and what to do about it;
    nothing of them is told.
    """
    return next((what, do) for start, what, do in _LOOKS if re.match(start, head, re.IGNORECASE))


def named(name: str) -> Format | None:
    """The format of that name, or None."""
    return next((one for one in FORMATS if one.name == name), None)


__all__ = ["FORMATS", "Broken", "Format", "Mapping", "Piece", "detect", "named"]
