"""`verify`: every digest and every derived part, made again and compared."""

import msgspec

from tallystick.app.derive import derive
from tallystick.app.errors import CannotRunError
from tallystick.app.statement import read_case
from tallystick.app.store import Folder
from tallystick.contract import DocumentError
from tallystick.record import journal
from tallystick.record.case import CASE_FILE, JOURNAL, MANIFEST
from tallystick.record.exchange import UnheldError
from tallystick.record.manifest import Problem, check


def verify(folder: Folder) -> tuple[Problem, ...]:
    """Everything that is wrong with a case folder; empty when it is whole.

    Raises:
        CannotRunError: the case was never written to.
    """
    data = folder.read(MANIFEST)
    if data is None:
        raise CannotRunError(
            "this case has no manifest",
            where=f"{folder.root}/{MANIFEST}",
            do=f"run `tallystick run {folder.root}` first; every command that writes makes one",
        )
    problems = check(data, folder.digests())
    return problems or (*_chain(folder), *_derived(folder))


def _chain(folder: Folder) -> tuple[Problem, ...]:
    try:
        journal.read(folder.read(JOURNAL) or b"")
    except journal.ChainError as error:
        return (Problem(JOURNAL, f"is broken at {error}"),)
    return ()


def _derived(folder: Folder) -> tuple[Problem, ...]:
    """Derived parts that are not what the captured parts give."""
    try:
        case = read_case(folder.read(CASE_FILE) or b"", CASE_FILE)
        _, parts = derive(folder.read, case)
    except (CannotRunError, DocumentError, UnheldError, msgspec.DecodeError) as error:
        return (Problem("captured parts", f"cannot be judged again: {error}"),)
    return tuple(
        Problem(name, "is not what the captured parts give")
        for name, data in parts.items()
        if folder.read(name) not in (None, data)
    )
