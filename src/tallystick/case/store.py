"""The case folder on disk: atomic commits of several files, recovery, and the manifest.

A commit stages every new file, makes the plan durable with one rename (the commit point), and
moves the files into place, the manifest last. Opening a folder finishes a commit that was cut off
after that point, and forgets one that was cut off before. Only a plan that this user's own command
made is finished: a folder that somebody sent may hold another.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from tallystick.handoff.escape import one_line
from tallystick.host.errors import CannotRunError
from tallystick.host.userstate import authenticator, is_own
from tallystick.host.within import Within, digest_of
from tallystick.record.canonical import canonical, digest
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

PRIVATE = ".tallystick"
_STAGING = f"{PRIVATE}/next"
_SCRATCH = f"{PRIVATE}/scratch"
_PLAN = f"{PRIVATE}/commit.json"
_GONE = "-"
LOCK = f"{PRIVATE}/lock"
FILES = (CASE_FILE, JOURNAL, REVIEW, REVIEWED)
FOLDERS = ("evidence", "contract", "lab", "replay", "handoff")
SEAL = "seal"


Read = Callable[[str], bytes | None]
"""How a part of a case is read: by its name; None when it is not there."""


class _Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A commit that is to be finished: the moves, the digest of every staged file, and what shows
    that this user's own command wrote them.
    """

    moves: tuple[tuple[str, str], ...]
    digests: dict[str, str]
    own: str = ""

    def signed(self) -> bytes:
        """What `own` is made over."""
        return canonical([self.moves, self.digests])


# What may lie in the folders that are not part of the record.
_KNOWN = {
    SEAL: ("statement.json", "envelope.json", "verify.py"),
    PRIVATE: ("lock", "commit.json", "next", "scratch", "trials.ndjson"),
}


class Folder:
    """One case folder. Only `commit` writes, and only while the folder is held."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.parts = Within(root)
        self._stated: bytes | None = None

    def read(self, name: str) -> bytes | None:
        """The bytes of a file of the case, or None when it is not there. The case file is read
        once: what is trusted, and what is obeyed, are the same bytes.
        """
        if name != CASE_FILE:
            return self.parts.read(name)
        if self._stated is None:
            self._stated = self.parts.read(name)
        return self._stated

    def unknown(self) -> tuple[str, ...]:
        """What lies in the folder and is no part of a case."""
        parts = {*FILES, *FOLDERS, MANIFEST, SEAL, PRIVATE}
        found = [path.name for path in self.root.iterdir() if path.name not in parts]
        for folder, known in _KNOWN.items():
            inside = self.root / folder
            there = inside.iterdir() if inside.is_dir() else ()
            found += [f"{folder}/{path.name}" for path in there if path.name not in known]
        for folder in FOLDERS:
            below = (path for path in (self.root / folder).rglob("*") if path.is_dir())
            empty = [path for path in below if not any(path.iterdir())]
            found += [f"{path.relative_to(self.root).as_posix()}/ (empty)" for path in empty]
        return tuple(sorted(map(one_line, found)))

    @property
    def cut_off(self) -> bool:
        """Whether a commit was begun and is not finished."""
        return self.parts.exists(_PLAN)

    def digests(self) -> dict[str, str]:
        """The digest of every file that belongs to the record, without the manifest."""
        names = [name for name in FILES if self.parts.exists(name)]
        for folder in FOLDERS:
            names += self.parts.files(folder)
        return {name: self.parts.digest(name) for name in sorted(names)}

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
        told = {**found, MANIFEST: digest(manifest)}
        self._put({**changed, MANIFEST: manifest}, told, gone)

    def put_seal(self, parts: Mapping[str, bytes]) -> None:
        """Write the files of a seal, all of them or none. The manifest stays: they are about it."""
        staged = {f"{SEAL}/{name}": data for name, data in parts.items()}
        self._put(staged, {name: digest(data) for name, data in staged.items()})

    def _put(
        self,
        staged: Mapping[str, bytes | Path],
        digests: Mapping[str, str],
        gone: Sequence[str] = (),
    ) -> None:
        """Stage files, make the plan durable, and move them into place in their order."""
        for number, data in enumerate(staged.values()):
            self._stage(f"{_STAGING}/{number}", data)
        moves = [(_GONE, name) for name in gone]
        moves += [(str(number), name) for number, name in enumerate(staged)]
        plan = _Plan(tuple(moves), {str(n): digests[name] for n, name in enumerate(staged)})
        plan = msgspec.structs.replace(plan, own=authenticator(plan.signed()))
        self.parts.write(f"{_STAGING}/plan", canonical(plan))
        self.parts.move(f"{_STAGING}/plan", _PLAN)
        self._apply()

    def recover(self) -> None:
        """Finish or forget a commit that was cut off.

        Raises:
            CannotRunError: what is to be finished is not what this user's own command began.
        """
        if self.cut_off:
            self._require_own()
            self._apply()
        self.parts.remove_tree(_STAGING)
        self.parts.remove_tree(_SCRATCH)

    def _stage(self, name: str, data: bytes | Path) -> None:
        if isinstance(data, bytes):
            self.parts.write(name, data)
        else:
            self.parts.take(data, name)

    def _apply(self) -> None:
        for number, name in self._plan().moves:
            if name == CASE_FILE:
                self._stated = None
            if number == _GONE:
                self.parts.remove(name)
            elif self.parts.exists(f"{_STAGING}/{number}"):  # else it was moved before the cut
                self.parts.move(f"{_STAGING}/{number}", name)
        self.parts.remove(_PLAN)

    def _require_own(self) -> None:
        """Everything that is to be moved is as it was staged."""
        for number, told in self._plan().digests.items():
            staged = f"{_STAGING}/{number}"
            if self.parts.exists(staged) and self.parts.digest(staged) != told:
                raise self._foreign("a staged file that has changed")

    def _plan(self) -> _Plan:
        """The planned commit; a plan that is not ours moves nothing.

        Raises:
            CannotRunError: it is damaged, names what is no part of a record, or is not this user's.
        """
        try:
            plan = msgspec.json.decode(self.read(_PLAN) or b"", type=_Plan)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._foreign("something else") from None
        good = all((n.isdecimal() or n == _GONE) and _is_part(name) for n, name in plan.moves)
        if not good or not is_own(plan.signed(), plan.own):
            raise self._foreign("another user's or another machine's")
        return plan

    def _foreign(self, got: str) -> CannotRunError:
        return CannotRunError(
            "this folder holds an unfinished commit that cannot be trusted",
            where=str(self.root / _PLAN),
            expected="moves that a command of this user began, of the bytes that it staged",
            got=got,
            do=f"ask who sent the folder for a whole copy, or remove {PRIVATE} and verify it",
        )


def _is_part(name: str) -> bool:
    """Whether a path names a file that belongs to a record."""
    parts = name.split("/")
    inside = parts[0] in FOLDERS and len(parts) > 1 and all(p not in ("", ".", "..") for p in parts)
    sealed = parts[0] == SEAL and "/".join(parts[1:]) in _KNOWN[SEAL]
    return name in (*FILES, MANIFEST) or inside or sealed


def file_digest(path: Path) -> str:
    """The digest of a file elsewhere."""
    with path.open("rb") as file:
        return digest_of(file)


def _digest(data: bytes | Path) -> str:
    return file_digest(data) if isinstance(data, Path) else digest(data)
