"""A folder for the length of one run, in the system's folder for temporary files.

It goes when the run ends. A process that is killed cannot remove it, so the next run does: the name
has the process's id, and a folder whose process is gone is nobody's.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallystick.host.errors import CannotRunError

_PREFIX = "tallystick-run-"
_NAMED = re.compile(rf"{_PREFIX}(\d+)-\w+")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of this run's own. Those that killed runs of this user left behind are removed.

    Raises:
        CannotRunError: there is no folder for temporary files that can be written to.
    """
    _sweep(_temporary())
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
        yield Path(name)


def _temporary() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # tempfile wrote to each place it knows, and could not
        raise CannotRunError(
            "no folder for temporary files can be written to",
            where="TMPDIR",
            do="make room, or name a folder that can be written to in TMPDIR",
        ) from None


def _sweep(folder: Path) -> None:
    for each in folder.glob(f"{_PREFIX}*"):
        named = _NAMED.fullmatch(each.name)
        if named and _is_own_folder(each) and not _runs(int(named[1])):
            shutil.rmtree(each, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    """Whether it is this user's; the folder for temporary files is everybody's."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return found.st_uid == os.getuid() and path.is_dir() and not path.is_symlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it runs, as somebody else's
        return True
    return True
