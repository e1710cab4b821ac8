"""The parts of a folder, each reached from the folder's descriptor: no link on the way is followed.

Whoever may write to a folder can swap a part of it for a link between the look at it and its use.
Opened component by component, relative to a descriptor and with `O_NOFOLLOW` (openat(2)), a part is
where it was looked at, or the operation fails. A name that leads out (`..`, an absolute path) may
stand in a record that somebody sent: it is none of a part.
"""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path, PurePosixPath

from tallystick.host.errors import CannotRunError
from tallystick.record.canonical import DIGEST_PREFIX

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
_LINKS = frozenset((errno.ELOOP, errno.ENOTDIR, errno.EMLINK))


def digest_of(file: BufferedReader) -> str:
    """The digest of a file's bytes, however many there are."""
    return f"{DIGEST_PREFIX}{hashlib.file_digest(file, 'sha256').hexdigest()}"


class Within:
    """The parts of one folder, named by their path in it.

    Every operation raises CannotRunError where a part or a folder on the way to it is a link or
    something else that no case holds, and OSError where the system refuses it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def opened(self, name: str, flags: int = _READ) -> Iterator[int]:
        """A descriptor of a regular file."""
        with self._beside(name, make=bool(flags & os.O_CREAT)) as (folder, last):
            handle = os.open(last, flags, 0o666, dir_fd=folder)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise self._foreign(name)
            yield handle
        finally:
            os.close(handle)

    def exists(self, name: str) -> bool:
        """Whether there is something of this name; of a link, that it is one."""
        try:
            with self._beside(name) as (folder, last):
                os.stat(last, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None when it is not there."""
        try:
            with self.opened(name) as handle, os.fdopen(os.dup(handle), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def digest(self, name: str) -> str:
        """The digest of a file's bytes, however many there are."""
        with self.opened(name) as handle, os.fdopen(os.dup(handle), "rb") as file:
            return digest_of(file)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, durably; the folders on the way are made."""
        with self.opened(name, WRITE) as handle, os.fdopen(os.dup(handle), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)

    def take(self, path: Path, name: str) -> None:
        """Move a file from elsewhere on the same file system to here, durably."""
        with path.open("rb") as file:
            os.fsync(file.fileno())
        with self._beside(name, make=True) as (folder, last):
            os.replace(path, last, dst_dir_fd=folder)

    def move(self, name: str, target: str) -> None:
        """Move a file within the folder, durably (fsync(2): a directory needs its own)."""
        with (
            self._beside(name) as (before, first),
            self._beside(target, make=True) as (after, last),
        ):
            os.replace(first, last, src_dir_fd=before, dst_dir_fd=after)
            os.fsync(after)

    def remove(self, name: str) -> None:
        """Remove a file, durably, if it is there."""
        with suppress(FileNotFoundError), self._beside(name) as (folder, last):
            os.unlink(last, dir_fd=folder)
            os.fsync(folder)

    def remove_tree(self, name: str) -> None:
        """Remove a folder with all that is in it, if it is there."""
        with suppress(FileNotFoundError), self._beside(name) as (folder, last):
            shutil.rmtree(last, ignore_errors=True, dir_fd=folder)

    def files(self, name: str) -> Iterator[str]:
        """The names of the regular files in a folder and in those below it; links are none."""
        try:
            with self._beside(name) as (folder, last):
                for top, _, found, handle in os.fwalk(last, dir_fd=folder):
                    inner = PurePosixPath(name).parent / top
                    for one in found:
                        if stat.S_ISREG(os.lstat(one, dir_fd=handle).st_mode):
                            yield (inner / one).as_posix()
        except FileNotFoundError:
            return

    @contextmanager
    def _beside(self, name: str, make: bool = False) -> Iterator[tuple[int, str]]:
        """A descriptor of the folder that a part lies in, and the part's own name there."""
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise self._foreign(name)
        *folders, last = path.parts
        handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(folder, dir_fd=handle)
                inner = os.open(folder, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle, last
        except OSError as error:
            if error.errno in _LINKS:
                raise self._foreign(name) from None
            raise
        finally:
            os.close(handle)

    def _foreign(self, name: str) -> CannotRunError:
        return CannotRunError(
            "a part of this folder is not what a case holds",
            where=str(self._root / name),
            expected="a regular file in real folders",
            got="a link, a path that leads out of the folder, or something else",
            do="ask who sent the folder for a whole copy; nothing behind it was read or changed",
        )
