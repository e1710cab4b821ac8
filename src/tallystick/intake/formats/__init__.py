"""The capture formats that intake reads, each told by its first bytes."""

from tallystick.intake.formats import (
    access,
    cassette,
    curl,
    exports,
    flows,
    har,
    included,
    logs,
    own,
    pasted,
)
from tallystick.intake.formats.base import MALFORMED, Broken, Format, Piece
from tallystick.intake.formats.mapping import Mapping

FORMATS: tuple[Format, ...] = (
    har.FORMAT,
    *logs.FORMATS,
    cassette.JSON,
    cassette.YAML,
    curl.FORMAT,
    included.FORMAT,
    flows.FORMAT,
    *exports.FORMATS,
    own.FORMAT,
    own.TABLE,
    access.FORMAT,
    pasted.FORMAT,
)


def detect(head: bytes) -> Format | None:
    """The format of a capture by its first bytes (64 KiB are enough), or None."""
    return next((one for one in FORMATS if _sniffs(one, head)), None)


def _sniffs(form: Format, head: bytes) -> bool:
    """Whether bytes are of a format. What no format can make sense of is of none."""
    try:
        return form.sniff(head)
    except MALFORMED:
        return False


def named(name: str) -> Format | None:
    """The format of that name, or None."""
    return next((one for one in FORMATS if one.name == name), None)


__all__ = ["FORMATS", "Broken", "Format", "Mapping", "Piece", "detect", "named"]
