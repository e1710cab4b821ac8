"""A file that a person asked for, beside the case."""

from pathlib import Path

from tallystick.host.errors import CannotRunError
from tallystick.host.talk import say


def write_out(path: Path | None, data: bytes) -> None:
    """Write a file that was asked for, if one was.

    Raises:
        CannotRunError: it cannot be written.
    """
    if path is None:
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CannotRunError(f"cannot be written: {error.strerror}", where=str(path)) from None
    say(f"wrote {path}")
