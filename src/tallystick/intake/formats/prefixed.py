"""Logs in which a collector put something before every line of a program: `docker compose logs`
(the service), syslog and journald (RFC 3164: date, host, tag), `kubectl logs --timestamps` and
GitHub Actions (a time). What stands behind it is read as it was written.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from tallystick.intake.formats.base import Cutter, Format, Piece, Read, sniffs

_PREFIXES = (
    re.compile(r"[\w.-]{1,60} +\| "),
    re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w./@-]{1,60}(?:\[\d+\])?: "),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}Z (?!std(?:out|err) )(?=\S)"),
)
_FEWEST, _SHARE = 2, 0.9
_LOOKED_AT = 200


def format_of(known: Sequence[Format]) -> Format:
    """The format of logs with such prefixes, whose lines are of one of the known formats."""

    def inner(data: bytes) -> tuple[Format, bytes] | None:
        stripped = _stripped(data)
        form = next((one for one in known if stripped and sniffs(one, stripped)), None)
        return (form, stripped) if form is not None else None

    def read(piece: Piece) -> Iterator[Read]:
        found = inner(piece.data)
        if found is not None:
            form, lines = found
            yield from form.read(msgspec.structs.replace(piece, data=lines))

    about = (
        "logs with a service, a host or a time before every line (docker compose, syslog, kubectl)"
    )
    return Format(
        "prefixed",
        about,
        lambda head: inner(head) is not None,
        lambda: Cutter(lambda data: data.rfind(b"\n") + 1),
        read,
    )


def _stripped(data: bytes) -> bytes:
    """The lines without their prefix; empty where most have none, or not the same kind."""
    lines = data.decode("utf-8", "replace").splitlines()
    told = [line for line in lines[:_LOOKED_AT] if line.strip()]
    for prefix in _PREFIXES:
        if sum(prefix.match(line) is not None for line in told) >= max(_FEWEST, _SHARE * len(told)):
            return "\n".join(prefix.sub("", line, count=1) for line in lines).encode()
    return b""
