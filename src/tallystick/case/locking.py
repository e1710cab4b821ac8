"""The lockfile on disk: written from a case, and compared with an application's settings."""

import tomllib
from pathlib import Path
from typing import Any

import tomli_w

from tallystick.case.settings import Reading
from tallystick.contract.lock import VERSION, Mismatch, differences, lock
from tallystick.handoff import Dossier
from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file
from tallystick.host.writing import write_whole
from tallystick.record.case import Comparison

_HEAD = "# Written by `tallystick contract lock`: the verified contract. Load it; do not edit it.\n"


def write(path: Path, made: Dossier) -> dict[str, Any]:
    """Write the contract of a case as it stands.

    Raises:
        CannotRunError: nothing stands, the file is somebody else's, or cannot be written.
    """
    locked = lock(made.clauses, made.sources)
    if not locked["sources"]:
        raise CannotRunError(
            "no statement stands that could be locked",
            where="contract",
            do="add current pages with `tallystick contract add`, or settle what conflicts",
        )
    if path.is_dir() or (path.exists() and not _is_ours(path)):
        raise CannotRunError("this is no lockfile of ours", where=str(path))
    write_whole(path, (_HEAD + tomli_w.dumps(locked)).encode())
    return locked


def _is_ours(path: Path) -> bool:
    return read_file(path, "lockfile").startswith(_HEAD.encode())


def check(lockfile: Path, files: list[Path]) -> tuple[Mismatch, ...]:
    """How settings differ from a lockfile.

    Raises:
        CannotRunError: the lockfile is none, or settings cannot be read.
    """
    try:
        locked = tomllib.loads(read_file(lockfile, "lockfile").decode())
    except ValueError:
        locked = {}
    shaped = all(isinstance(locked.get(name, {}), dict) for name in ("endpoint", "auth"))
    if locked.get("version") != VERSION or not shaped:
        raise CannotRunError(
            "this is no lockfile of this version",
            where=str(lockfile),
            expected=f"version = {VERSION}, as `tallystick contract lock` writes it",
            got=str(locked.get("version", "none")),
        )
    stated = Reading(Comparison(), _path(locked)).read("", files)
    places = ("endpoint.base_url", "endpoint.path", "auth.header", "auth.scheme")
    optional = ("endpoint.path", "auth.header", "auth.scheme")
    # What settings leave to the client is no mismatch; the address is theirs to state.
    given = {p: stated.at(p) for p in places if stated.at(p) or p not in optional}
    return differences(locked, given)


def _path(locked: dict[str, Any]) -> str:
    entry = locked.get("endpoint", {}).get("path", {})
    return str(entry.get("value", "")) if isinstance(entry, dict) else ""
