"""The case folder on disk: atomic commits of several files, recovery, and the manifest.

A commit stages every new file, makes the plan durable with one rename (the commit point), and
moves the files into place, the manifest last. Opening a folder finishes a commit that was cut off
after that point, and forgets one that was cut off before.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from tallystick.app.errors import CannotRunError
from tallystick.record.canonical import DIGEST_PREFIX, canonical, digest
from tallystick.record.case import (
    CASE_FILE,
    DERIVED,
    FORMAT_VERSION,
    JOURNAL,
    MANIFEST,
    REVIEW,
    REVIEWED,
)
from tallystick.record.manifest import build, version_of

_PRIVATE = ".tallystick"
_STAGING = f"{_PRIVATE}/next"
_SCRATCH = f"{_PRIVATE}/scratch"
_PLAN = f"{_PRIVATE}/commit.json"
_GONE = "-"
_LOCK = f"{_PRIVATE}/lock"
_FILES = (CASE_FILE, JOURNAL, REVIEW, REVIEWED)
_FOLDERS = ("evidence", "contract", "lab", "replay", "handoff")


class Folder:
    """One case folder. Only `commit` writes, and only while the folder is held."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, name: str) -> bytes | None:
        """The bytes of a file of the case, or None when it is not there."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def digests(self) -> dict[str, str]:
        """The digest of every file that belongs to the record, without the manifest."""
        names = [name for name in _FILES if (self.root / name).is_file()]
        for folder in _FOLDERS:
            found = (p for p in (self.root / folder).rglob("*") if p.is_file())
            names += [path.relative_to(self.root).as_posix() for path in found]
        return {name: file_digest(self.root / name) for name in sorted(names)}

    def private(self, name: str) -> Path:
        """A folder for what is not yet a part of the record; it goes with the next command."""
        path = self.root / _SCRATCH / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def commit(self, changes: Mapping[str, bytes | Path]) -> None:
        """Write some files and the manifest: all of them, or after a crash none or all.

        A file that is already written, in `private`, is moved. Derived parts that are not written
        with a part that they were derived from go with the same commit, and so do those of an
        earlier version: until they are made again, none is there that says something else.
        """
        before = self.digests()
        found = {name: _digest(data) for name, data in changes.items()}
        changed = {name: data for name, data in changes.items() if before.get(name) != found[name]}
        older = (version_of(self.read(MANIFEST) or b"") or FORMAT_VERSION) != FORMAT_VERSION
        moved = set(changed) - set(DERIVED) or older
        stale = set(DERIVED) - set(changes) if moved else set()
        gone = sorted(stale & set(before))
        digests = before | {name: found[name] for name in changed}
        digests = {name: digest for name, digest in digests.items() if name not in gone}
        manifest = build(digests)
        if not changed and self.read(MANIFEST) == manifest:
            return
        staged: dict[str, bytes | Path] = {**changed, MANIFEST: manifest}
        for number, data in enumerate(staged.values()):
            _stage(self.root / _STAGING / str(number), data)
        plan = [[_GONE, name] for name in gone]
        plan += [[str(number), name] for number, name in enumerate(staged)]
        _write(self.root / _STAGING / "plan", canonical(plan))
        (self.root / _STAGING / "plan").replace(self.root / _PLAN)
        _sync_folder(self.root / _PRIVATE)
        self._apply()

    def recover(self) -> None:
        """Finish or forget a commit that was cut off."""
        if (self.root / _PLAN).exists():
            self._apply()
        shutil.rmtree(self.root / _STAGING, ignore_errors=True)
        shutil.rmtree(self.root / _SCRATCH, ignore_errors=True)

    def _apply(self) -> None:
        for number, name in self._plan():
            staged, target = self.root / _STAGING / number, self.root / name
            if number == _GONE:
                target.unlink(missing_ok=True)
            elif staged.exists():  # else it was moved before the cut
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(target)
                _sync_folder(target.parent)
        (self.root / _PLAN).unlink()
        _sync_folder(self.root / _PRIVATE)

    def _plan(self) -> list[tuple[str, str]]:
        """The moves of a planned commit; a plan that is not ours moves nothing.

        Raises:
            CannotRunError: it is damaged, or names what is no part of a record.
        """
        try:
            data = (self.root / _PLAN).read_bytes()
            plan = msgspec.json.decode(data, type=list[tuple[str, str]])
            good = all((n.isdecimal() or n == _GONE) and _is_part(name) for n, name in plan)
        except (msgspec.DecodeError, UnicodeDecodeError):
            good, plan = False, []
        if not good:
            raise CannotRunError(
                "the plan of an unfinished commit is damaged",
                where=str(self.root / _PLAN),
                expected="moves of this tool's own into parts of the record",
                got="something else",
                do="restore the folder from where it came, or remove that file and verify the case",
            )
        return plan


def _is_part(name: str) -> bool:
    """Whether a path names a file that belongs to a record."""
    parts = name.split("/")
    inside = (
        parts[0] in _FOLDERS and len(parts) > 1 and all(p not in ("", ".", "..") for p in parts)
    )
    return name in (*_FILES, MANIFEST) or inside


@contextmanager
def held(root: Path) -> Iterator[Folder]:
    """The folder of a case, recovered and locked against other commands.

    Raises:
        CannotRunError: there is no case, or another command is working on it.
    """
    if not (root / CASE_FILE).is_file():
        raise CannotRunError(
            "there is no case here",
            where=str(root),
            expected=f"a folder with {CASE_FILE}",
            got="a folder without it" if root.is_dir() else "no folder",
            do=f"create one with `tallystick new {root}`",
        )
    try:
        (root / _PRIVATE).mkdir(exist_ok=True)
        lock = (root / _LOCK).open("w")
    except OSError as error:
        raise CannotRunError(
            f"the case folder cannot be written to: {error.strerror}",
            where=str(root),
            do="check its permissions; `tallystick verify` needs to read only",
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRunError(
                "another tallystick command is working on this case",
                where=str(root),
                do="wait until it has ended and run this again",
            ) from None
        folder = Folder(root)
        folder.recover()
        _locks.append(lock)
        try:
            yield folder
        finally:
            _locks.remove(lock)


def forget_locks() -> None:
    """In a process that was forked: the locks of its parent are not its own to hold."""
    while _locks:
        _locks.pop().close()


_locks: list[IO[str]] = []


def file_digest(path: Path) -> str:
    """The digest of a file's bytes, however many there are."""
    with path.open("rb") as file:
        return f"{DIGEST_PREFIX}{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _digest(data: bytes | Path) -> str:
    return file_digest(data) if isinstance(data, Path) else digest(data)


def _stage(path: Path, data: bytes | Path) -> None:
    if isinstance(data, bytes):
        _write(path, data)
        return
    with data.open("rb") as file:
        os.fsync(file.fileno())
    path.parent.mkdir(parents=True, exist_ok=True)
    data.replace(path)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Make renames in a folder durable (fsync(2): the directory needs its own)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
