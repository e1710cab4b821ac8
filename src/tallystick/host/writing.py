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
    _require_outside(path)
    write_whole(path, data)
    say(f"wrote {path}")


_MARKS = ("case.toml", "manifest.json")


def _require_outside(path: Path) -> None:
    """Raises CannotRunError for a place in a case folder: its record is written by its own commands
    alone.
    """
    for folder in path.resolve().parents:
        if all((folder / name).is_file() for name in _MARKS):
            raise CannotRunError(
                "this file would lie in a case, which holds its record and nothing else",
                where=str(path),
                expected="a place outside the case folder",
                got=f"a place in {folder}",
                do="name another file",
            )


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
