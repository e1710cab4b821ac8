"""`verify`: every digest and every derived part, made again and compared."""

import os
from pathlib import Path
from typing import NamedTuple

import msgspec

from tallystick.app.derive import derive
from tallystick.app.errors import CannotRunError
from tallystick.app.statement import read_case
from tallystick.app.store import Folder, held
from tallystick.contract import DocumentError
from tallystick.record import journal
from tallystick.record.case import CASE_FILE, FORMAT_VERSION, JOURNAL, MANIFEST
from tallystick.record.exchange import UnheldError
from tallystick.record.manifest import Problem, check, version_of


class Checked(NamedTuple):
    """Everything that is wrong with a case folder, how many files were looked at, and what could
    not be compared; empty where all of it was.
    """

    problems: tuple[Problem, ...]
    files: int
    unchecked: str = ""


def verify(root: Path) -> Checked:
    """What is wrong with a case folder.

    A commit that was cut off is finished first, where the folder can be written to.

    Raises:
        CannotRunError: there is no case, it was never written to, or by a later version.
    """
    if (root / CASE_FILE).is_file() and not os.access(root, os.W_OK):
        return _checked(Folder(root))
    with held(root) as folder:
        return _checked(folder)


def _checked(folder: Folder) -> Checked:
    version = require_known(folder)
    told = (
        f"the derived parts were made in format version {version} and are not compared: "
        f"`tallystick review {folder.root}` makes them again"
    )
    older = version < FORMAT_VERSION
    return Checked(problems_of(folder), len(folder.digests()), told if older else "")


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
