"""A case folder holds regular files and folders, and nothing else: a folder that somebody sent may
hold links that lead out of it, pipes that never end, and devices.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tallystick.host.errors import CannotRunError

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
}


def require_plain(root: Path, files: Iterable[str], folders: Iterable[str]) -> None:
    """Refuse a case folder whose parts are not regular files in real folders.

    Raises:
        CannotRunError: a part is something else; it is named, and nothing was followed or opened.
    """
    for name in files:
        _require(root / name, stat.S_IFREG)
    for name in folders:
        if _require(root / name, stat.S_IFDIR):
            for path, kind in _below(root / name):
                _require(path, kind)


def _require(path: Path, expected: int) -> bool:
    """Whether a part is there, and what it must be."""
    try:
        kind = stat.S_IFMT(path.lstat().st_mode)
    except FileNotFoundError:
        return False
    if kind != expected:
        raise CannotRunError(
            "a part of this case is not what a case holds",
            where=str(path),
            expected=_KINDS[expected],
            got=_KINDS.get(kind, "something else"),
            do="ask who sent the folder for a whole copy; nothing was read or changed",
        )
    return True


def _below(folder: Path) -> Iterator[tuple[Path, int]]:
    """Everything in a folder with what it should be; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            yield path, stat.S_IFDIR if is_folder else stat.S_IFREG
            if is_folder:
                yield from _below(path)


def require_ending(path: Path) -> None:
    """Refuse a named pipe: nobody may ever write to it. One that a shell made for this command
    (`<(…)`) ends.

    Raises:
        CannotRunError: the path is one.
    """
    if path.is_fifo() and not path.is_relative_to("/dev/fd"):
        raise CannotRunError(
            "this is a named pipe, which may never end",
            where=str(path),
            expected="a file",
            got="a named pipe",
            do="write what comes out of it to a file, and give that",
        )


def read_file(path: Path, what: str) -> bytes:
    """The bytes of an input file.

    Raises:
        CannotRunError: it is not there or cannot be read.
    """
    require_ending(path)
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise CannotRunError(
            f"the {what} cannot be read: {reason}",
            where=str(path),
            do="check the path and its permissions",
        ) from None
