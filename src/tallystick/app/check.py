"""`verify`: every digest and every derived part, made again and compared."""

import os
from pathlib import Path

import msgspec

from tallystick.app.derive import derive
from tallystick.app.errors import CannotRunError
from tallystick.app.statement import read_case
from tallystick.app.store import Folder, held
from tallystick.contract import DocumentError
from tallystick.record import journal
from tallystick.record.case import CASE_FILE, JOURNAL, MANIFEST
from tallystick.record.exchange import UnheldError
from tallystick.record.manifest import Problem, check


def verify(root: Path) -> tuple[tuple[Problem, ...], int]:
    """Everything that is wrong with a case folder, and how many files were looked at.

    A commit that was cut off is finished first, where the folder can be written to.

    Raises:
        CannotRunError: there is no case, or it was never written to.
    """
    if (root / CASE_FILE).is_file() and not os.access(root, os.W_OK):
        folder = Folder(root)
        return problems_of(folder), len(folder.digests())
    with held(root) as folder:
        return problems_of(folder), len(folder.digests())


def problems_of(folder: Folder) -> tuple[Problem, ...]:
    """Everything that is wrong with a folder as it lies there; empty when it is whole."""
    data = folder.read(MANIFEST)
    if data is None:
        raise CannotRunError(
            "this case has no manifest",
            where=f"{folder.root}/{MANIFEST}",
            do=f"run `tallystick run {folder.root}` first; every command that writes makes one",
        )
    problems = check(data, folder.digests())
    return problems or _chain(folder) or _derived(folder)


def _chain(folder: Folder) -> tuple[Problem, ...]:
    try:
        journal.read(folder.read(JOURNAL) or b"")
    except journal.ChainError as error:
        return (Problem(JOURNAL, f"is broken at {error}"),)
    return ()


def _derived(folder: Folder) -> tuple[Problem, ...]:
    """Derived parts that are not what the captured parts give."""
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
        if folder.read(name) not in (None, data)
    )
