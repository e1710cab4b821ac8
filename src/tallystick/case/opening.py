"""Opening a case folder: what it may hold, and who may write to it meanwhile."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tallystick.case.store import FILES, FOLDERS, LOCK, PRIVATE, SEAL, Folder
from tallystick.host.errors import CannotRunError
from tallystick.host.locks import LOCKS
from tallystick.host.plain import require_plain
from tallystick.host.talk import say
from tallystick.host.within import WRITE, Within
from tallystick.record.case import CASE_FILE, MANIFEST

WAIT_S = 20.0
_POLL_S = 0.1


@contextmanager
def held(root: Path) -> Iterator[Folder]:
    """The folder of a case, recovered and locked against other commands.

    Raises:
        CannotRunError: there is no case, or another command is working on it.
    """
    require_case(root)
    require_safe(root)
    try:
        with Within(root).opened(LOCK, WRITE) as handle:
            lock = os.fdopen(os.dup(handle), "w")
    except OSError as error:
        raise CannotRunError(
            f"the case folder cannot be written to: {error.strerror}",
            where=str(root),
            do="check its permissions; `tallystick verify` needs to read only",
        ) from None
    with lock:
        _wait_for(lock, root, fcntl.LOCK_EX)
        folder = Folder(root)
        folder.recover()
        LOCKS.append(lock)
        try:
            yield folder
        finally:
            LOCKS.remove(lock)


def require_case(root: Path) -> None:
    """Raises CannotRunError where there is no case."""
    if not (root / CASE_FILE).is_file():
        raise CannotRunError(
            "there is no case here",
            where=str(root),
            expected=f"a folder with {CASE_FILE}",
            got="a folder without it" if root.is_dir() else "no folder",
            do=f"create one with `tallystick new {root}`",
        )


def require_safe(root: Path) -> None:
    """Refuse a case folder that holds anything but regular files in real folders."""
    files = (*FILES, MANIFEST)
    require_plain(root, files, (*FOLDERS, SEAL, PRIVATE))


@contextmanager
def looked_at(root: Path) -> Iterator[Folder]:
    """The folder of a case for a command that only reads: nothing in it is written or recovered.

    Raises:
        CannotRunError: there is no case, it holds what no case holds, or another command is
            writing to it for longer than one waits.
    """
    require_case(root)
    require_safe(root)
    try:
        with Within(root).opened(LOCK) as handle:
            lock = os.fdopen(os.dup(handle), "r")
    except OSError:
        yield Folder(root)  # nobody has written to it here, or nobody can
        return
    with lock:
        _wait_for(lock, root, fcntl.LOCK_SH)
        yield Folder(root)


def _wait_for(lock: IO[str], root: Path, kind: int) -> None:
    """Take a lock; another command is waited for, a bounded time.

    Raises:
        CannotRunError: it was not free in that time.
    """
    until = time.monotonic() + WAIT_S
    told = False
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                say(f"another tallystick command is working on {root}: waiting {WAIT_S:g} s for it")
                told = True
            if time.monotonic() > until:
                break
            time.sleep(_POLL_S)
        else:
            return
    raise CannotRunError(
        "another tallystick command is still working on this case",
        where=str(root),
        got=f"a lock that was held for more than {WAIT_S:g} s",
        do="wait until it has ended and run this again",
    )
