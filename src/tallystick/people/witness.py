"""A witness of a seal, kept outside its case: it shows a roll-back, and whose signature it was."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tallystick.case.store import SEAL, Folder
from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file
from tallystick.host.writing import write_out
from tallystick.people.keys import private_key, raw_public
from tallystick.people.sealing import STATEMENT, signers, unsigned
from tallystick.record import journal
from tallystick.record.canonical import digest, pretty
from tallystick.record.case import JOURNAL, MANIFEST


class Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept outside a case of its last seal: how far its journal went, its digests, and the
    keys that signed it (None in a witness of a version that did not note them); `public` is the
    key itself (Ed25519, base64), empty where nobody signed, or an older version made it.
    """

    case: str
    sealed: str
    entries: int
    journal: str
    manifest: str
    statement: str
    signers: tuple[str, ...] | None = None
    public: str = ""


def write_witness(folder: Folder, path: Path, key: Path | None = None) -> Witness:
    """Write down, outside the case, what it was sealed as.

    Raises:
        CannotRunError: the file cannot be written, or would lie in the case.
    """
    if path.resolve().is_relative_to(folder.root.resolve()):
        raise CannotRunError(
            "a witness inside the case would be rolled back with it",
            where=str(path),
            do="keep it elsewhere: with the ticket, or in another repository",
        )
    _require_older(folder, path)
    data = folder.read(JOURNAL) or b""
    made = Witness(
        case=folder.root.resolve().name,
        sealed=datetime.now(UTC).replace(microsecond=0).isoformat(),
        entries=len(data.splitlines()),
        journal=journal.head(data),
        manifest=digest(folder.read(MANIFEST) or b""),
        statement=digest(folder.read(f"{SEAL}/{STATEMENT}") or b""),
        signers=signers(folder),
        public=base64.b64encode(raw_public(private_key(key))).decode() if key is not None else "",
    )
    write_out(path, pretty(made))
    return made


def _require_older(folder: Folder, path: Path) -> None:
    """Raises CannotRunError where a file is there that is no witness, or one that this case is not
    the continuation of: what would show a roll-back is not written over.
    """
    if not path.exists():
        return
    told = _witness(path)
    lines = (folder.read(JOURNAL) or b"").splitlines(keepends=True)[: told.entries]
    if journal.head(b"".join(lines)) != told.journal:
        raise CannotRunError(
            "the witness that is there tells of another case, or of a later state of this one",
            where=str(path),
            expected=f"a journal that goes on from its {told.entries} entries of {told.sealed}",
            got="another one: the case may have been rolled back",
            do="look at it with `tallystick verify --witness`, or name another file",
        )


def witness_problems(folder: Folder, path: Path) -> tuple[str, ...]:
    """How a case differs from what a witness of its seal says; empty when it does not.

    A journal that has gone on since is no rollback; that is what the seal itself shows.

    Raises:
        CannotRunError: the witness is none.
    """
    told, found = _witness(path), []
    lines = (folder.read(JOURNAL) or b"").splitlines(keepends=True)[: told.entries]
    if journal.head(b"".join(lines)) != told.journal:
        return (f"the journal is not the one that was sealed on {told.sealed}: rolled back or new",)
    statement_now = folder.read(f"{SEAL}/{STATEMENT}")
    same_length = len((folder.read(JOURNAL) or b"").splitlines()) == told.entries
    if statement_now is None:
        found.append(f"the seal of {told.sealed} is gone")
    elif same_length and digest(statement_now) != told.statement:
        found.append(f"the seal is not the one of {told.sealed}: it was made anew")
    if same_length and digest(folder.read(MANIFEST) or b"") != told.manifest:
        found.append(
            f"the files are not those of {told.sealed}, and the journal tells of no change"
        )
    signed = told.signers is None or signers(folder) == told.signers
    if statement_now is not None and signed and told.public:
        signed = not unsigned(folder, statement_now, _known(told))
    if statement_now is not None and not signed:
        found.append(f"the seal is not signed by the key of {told.sealed}")
    return tuple(found)


def unwitnessed(folder: Folder, path: Path | None) -> tuple[str, ...]:
    """What looking at a case with this witness, or with none, does not show, one line each.

    Raises:
        CannotRunError: the witness is none.
    """
    if path is None:
        return ("whether the case was rolled back to an earlier state: give --witness",)
    more = len((folder.read(JOURNAL) or b"").splitlines()) - _witness(path).entries
    if more <= 0:
        return ()
    return (f"what the {more} later entries of the journal changed: the witness is older",)


def _witness(path: Path) -> Witness:
    try:
        told = msgspec.json.decode(read_file(path, "witness"), type=Witness)
        if told.public:
            _known(told)
    except ValueError:  # no JSON, no text, another shape, or a key that is none
        raise CannotRunError(
            "this is no witness of a seal",
            where=str(path),
            expected="what `tallystick seal CASE --witness FILE` writes",
            got="something else",
        ) from None
    return told


def _known(told: Witness) -> Ed25519PublicKey:
    raw = base64.b64decode(told.public, validate=True)
    return Ed25519PublicKey.from_public_bytes(raw)
