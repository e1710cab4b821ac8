"""Files outside a case: written whole or not at all, whatever ends the command."""

import os
import shutil
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
    write_whole(path, data)
    say(f"wrote {path}")


def write_whole(path: Path, data: bytes) -> None:
    """Put bytes in the place of a file, in one step (rename(2)); a pipe or a device takes them.

    Raises:
        CannotRunError: it cannot be written; what stood there stands as it was.
    """
    target = Path(os.path.realpath(path))
    plain = not target.exists() or target.is_file()
    staged = target.with_name(f".{target.name}.{os.getpid()}.next") if plain else target
    try:
        staged.write_bytes(data)
        if plain and target.exists():
            shutil.copymode(target, staged)
        staged.replace(target)
    except OSError as error:
        if plain:
            staged.unlink(missing_ok=True)
        raise CannotRunError(f"cannot be written: {error.strerror}", where=str(path)) from None
