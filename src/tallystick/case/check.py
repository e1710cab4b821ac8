"""`verify`: every digest and every derived part, made again and compared."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from tallystick.case.derive import derive, dossier
from tallystick.case.opening import looked_at
from tallystick.case.statement import read_case
from tallystick.case.store import Folder
from tallystick.contract import DocumentError
from tallystick.handoff import Dossier
from tallystick.host.errors import CannotRunError
from tallystick.record import journal
from tallystick.record.canonical import DIGEST_PREFIX
from tallystick.record.case import CAPTURES, CASE_FILE, FORMAT_VERSION, JOURNAL, MANIFEST, RECORDED
from tallystick.record.exchange import UnheldError
from tallystick.record.manifest import Problem, check, version_of


class Checked(NamedTuple):
    """Everything that is wrong with a case folder, how many files were looked at, what could not be
    compared (empty where all of it was), and what was not looked at.
    """

    problems: tuple[Problem, ...]
    files: int
    unchecked: str = ""
    beside: tuple[str, ...] = ()


def verify(root: Path) -> Checked:
    """What is wrong with a case folder; nothing in it is written.

    Raises:
        CannotRunError: there is no case, it was never written to, it holds what no case holds, or
            it is of a later version.
    """
    with looked_at(root) as folder:
        if folder.cut_off:
            told = "is an unfinished commit: the next command finishes it, where it is this user's"
            none = "no file was compared with the manifest, and no derived part was made again"
            return Checked((Problem(".tallystick/commit.json", told),), 0, none)
        return _checked(folder)


def _checked(folder: Folder) -> Checked:
    version = require_known(folder)
    told = (
        f"the derived parts were made in format version {version} and are not compared: "
        f"`tallystick review {folder.root}` makes them again"
    )
    older = version < FORMAT_VERSION
    files = folder.digests()
    return Checked(problems_of(folder), len(files), told if older else "", _beside(folder))


def _beside(folder: Folder) -> tuple[str, ...]:
    """What `verify` does not look at, or cannot show."""
    found = []
    if unknown := folder.unknown():
        found.append(f"no part of a case, not looked at: {', '.join(unknown)}")
    if backward := _backward(folder):
        found.append(
            f"the journal's entry {backward} is dated before the one before it: the chain shows "
            "their order, nothing shows their times"
        )
    if plain := _plain_digests(folder):
        found.append(
            f"{plain} have digests of their raw bytes that are not keyed (an earlier Tallystick "
            "made them): whoever knows how such a capture is written can find a short value in it "
            "by trying; before this case is given away, make a new one from the captures"
        )
    return tuple(found)


class _Digested(msgspec.Struct):
    """What of a frozen capture, or of recorded usage, tells how its raw bytes are remembered."""

    digest: str = ""
    name: str = "the recorded usage"


def _plain_digests(folder: Folder) -> str:
    """What has its raw bytes remembered by a plain digest; empty when nothing has."""
    try:
        frozen = msgspec.json.decode(folder.read(CAPTURES) or b"[]", type=list[_Digested])
        frozen.append(msgspec.json.decode(folder.read(RECORDED) or b"{}", type=_Digested))
    except msgspec.DecodeError:  # a problem of its own
        return ""
    return ", ".join(one.name for one in frozen if one.digest.startswith(DIGEST_PREFIX))


def _backward(folder: Folder) -> int:
    """The number of the first entry that is dated before its predecessor; 0 when there is none."""
    try:
        times = [datetime.fromisoformat(e.at) for e in journal.read(folder.read(JOURNAL) or b"")]
    except ValueError:  # a broken chain, which is a problem of its own
        return 0
    return next((n for n, (a, b) in enumerate(pairwise(times), start=2) if b < a), 0)


def require_known(folder: Folder) -> int:
    """The format version that a case was written in; the present one where it has no manifest.

    Raises:
        CannotRunError: it is a later one.
    """
    data = folder.read(MANIFEST)
    version = (version_of(data) if data is not None else None) or FORMAT_VERSION
    if version > FORMAT_VERSION:
        raise CannotRunError(
            "this case was written by a later version of Tallystick",
            where=str(folder.root / MANIFEST),
            expected=f"format version {FORMAT_VERSION} or an earlier one",
            got=str(version),
            do="use the Tallystick that wrote it; nothing was changed",
        )
    return version


def problems_of(folder: Folder) -> tuple[Problem, ...]:
    """Everything that is wrong with a folder as it lies there; empty when it is whole."""
    data = folder.read(MANIFEST)
    if data is None:
        raise CannotRunError(
            "this case has no manifest",
            where=f"{folder.root}/{MANIFEST}",
            do=f"run `tallystick run {folder.root}` first, if the case is new; else restore it",
        )
    problems = check(data, folder.digests()) or _chain(folder)
    if problems:
        return problems
    return _derived(folder, compared=require_known(folder) == FORMAT_VERSION)


def judged_again(folder: Folder) -> Dossier | None:
    """The dossier that the captured parts of a whole case give; None where nothing is captured."""
    if set(folder.digests()) <= {CASE_FILE}:
        return None
    return dossier(folder.read, read_case(folder.read(CASE_FILE) or b"", CASE_FILE))


def _chain(folder: Folder) -> tuple[Problem, ...]:
    try:
        journal.read(folder.read(JOURNAL) or b"")
    except journal.ChainError as error:
        return (Problem(JOURNAL, f"is broken at {error}"),)
    return ()


def _derived(folder: Folder, *, compared: bool) -> tuple[Problem, ...]:
    """Derived parts that are not what the captured parts give: all, or none that can be judged."""
    if set(folder.digests()) <= {CASE_FILE}:
        return ()  # nothing has been captured yet
    try:
        case = read_case(folder.read(CASE_FILE) or b"", CASE_FILE)
        _, parts = derive(folder.read, case)
    except (CannotRunError, DocumentError, UnheldError, msgspec.DecodeError) as error:
        return (Problem("captured parts", f"cannot be judged again ({type(error).__name__})"),)
    return tuple(
        Problem(name, "is not what the captured parts give")
        for name, data in parts.items()
        if compared and folder.read(name) not in (None, data)
    )
