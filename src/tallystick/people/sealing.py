"""`seal`: the in-toto statement of a signed review, signed if there is a key, and its verifier."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tallystick import sealed
from tallystick.case.store import SEAL, Folder
from tallystick.handoff import Dossier
from tallystick.handoff.intoto import PAYLOAD_TYPE, pre_authentication, statement
from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file
from tallystick.host.writing import write_out
from tallystick.record import journal
from tallystick.record.canonical import canonical, digest, pretty
from tallystick.record.case import JOURNAL, MANIFEST

_STATEMENT, _ENVELOPE, _VERIFIER = "statement.json", "envelope.json", "verify.py"


def seal(folder: Folder, made: Dossier, key: Path | None) -> tuple[Path, ...]:
    """Write the statement, the verifier, and with a key the signed envelope (DSSE v1).

    Raises:
        CannotRunError: nobody signed the review as it is, or the key cannot sign.
    """
    if not any(signature.current for signature in made.signatures):
        raise CannotRunError(
            "nobody has signed this state of the review",
            where=str(folder.root),
            do=f"sign it first: `tallystick sign {folder.root} --who … --why …`",
        )
    verifier = Path(sealed.__file__).read_bytes()
    told = statement(made, _subjects(folder, verifier))
    parts = {_STATEMENT: pretty(told), _VERIFIER: verifier}
    if key is not None:
        parts[_ENVELOPE] = pretty(_envelope(canonical(told), _private(key)))
    elif folder.parts.exists(f"{SEAL}/{_ENVELOPE}"):
        raise CannotRunError(
            "this case has a signed seal, and a seal without a key would undo it",
            where=str(folder.root / SEAL / _ENVELOPE),
            do="give --key to sign this state, or remove that file first",
        )
    folder.put_seal(parts)
    return tuple(folder.root / SEAL / name for name in parts)


def _subjects(folder: Folder, verifier: bytes) -> dict[str, str]:
    """What the seal is about: the manifest, the verifier beside it, and every file of the case."""
    first = {
        MANIFEST: digest(folder.read(MANIFEST) or b""),
        f"{SEAL}/{_VERIFIER}": digest(verifier),
    }
    return {**first, **folder.digests()}


def _envelope(payload: bytes, key: Ed25519PrivateKey) -> dict[str, Any]:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    signature = key.sign(pre_authentication(payload))
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": digest(raw), "sig": base64.b64encode(signature).decode()}],
    }


def _raw(key: Ed25519PrivateKey) -> str:
    """The public half of a key, as a witness has it."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def _private(path: Path) -> Ed25519PrivateKey:
    """An Ed25519 key in PEM (PKCS 8) or OpenSSH form, without a password."""
    data = read_file(path, "key")
    for load in (serialization.load_pem_private_key, serialization.load_ssh_private_key):
        try:
            key = load(data, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PrivateKey):
            return key
    raise CannotRunError(
        "this key cannot sign",
        where=str(path),
        expected="an Ed25519 private key without a password, in PEM or OpenSSH form",
        got="another file, another kind of key, or one with a password",
    )


def _public(path: Path) -> Ed25519PublicKey:
    data = read_file(path, "key")
    for load in (serialization.load_pem_public_key, serialization.load_ssh_public_key):
        try:
            key = load(data)
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            return key
    raise CannotRunError(
        "this is no public key",
        where=str(path),
        expected="an Ed25519 public key in PEM or OpenSSH form",
        got="something else",
    )


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """The DSSE envelope, as far as it is read back."""

    payload_type: str
    payload: str
    signatures: tuple[dict[str, str], ...]


def seal_problems(
    folder: Folder, key: Path | None, judged: Dossier | None = None
) -> tuple[str, ...]:
    """What is wrong with the seal of a case; empty when it is whole, or when there is none.

    With a public key the signature must be there and hold; with the case judged again, the
    statement must say of the case what that says.

    Raises:
        CannotRunError: the key is none.
    """
    public = _public(key) if key is not None else None
    told = folder.read(f"{SEAL}/{_STATEMENT}")
    if told is None:
        return ("there is no seal, and so no signature",) if public is not None else ()
    try:
        problems = _about(folder, told) or _of_another_case(told, judged)
    except (msgspec.DecodeError, KeyError, IndexError, TypeError):
        return ("seal/statement.json is no statement",)
    if public is not None:
        problems += _unsigned(folder, told, public)
    return tuple(problems)


def _about(folder: Folder, told: bytes) -> list[str]:
    """Whether a statement is about the files as they are: the manifest, the verifier, the rest."""
    read = msgspec.json.decode(told)
    if not isinstance(read, dict) or "subject" not in read:
        raise TypeError("no statement")
    if pretty(read) != told:
        return ["seal/statement.json is not in the form that it was sealed in"]
    subjects = {one["name"]: f"sha256:{one['digest']['sha256']}" for one in read["subject"]}
    if subjects.pop(MANIFEST, "") != digest(folder.read(MANIFEST) or b""):
        return ["seal/statement.json is about another manifest"]
    found = []
    verifier = folder.read(f"{SEAL}/{_VERIFIER}")
    sealed_as = subjects.pop(f"{SEAL}/{_VERIFIER}", "")
    if verifier is None or digest(verifier) != sealed_as:
        found.append(f"{SEAL}/{_VERIFIER} is not the verifier that was sealed: do not run it")
    if subjects != folder.digests():
        found.append("seal/statement.json is about other files")
    return found


def _of_another_case(told: bytes, judged: Dossier | None) -> list[str]:
    """Whether a statement, whose subjects are the files as they are, says the right thing of them:
    its words are covered by no digest, and where nobody signed them by nothing else.
    """
    if judged is None:
        return []
    read = msgspec.json.decode(told)
    subjects = {one["name"]: f"sha256:{one['digest']['sha256']}" for one in read["subject"]}
    if pretty(statement(judged, subjects)) == told:
        return []
    return ["seal/statement.json does not say what the case gives when it is judged again"]


def unshown(folder: Folder, key: Path | None, witness: Path | None) -> tuple[str, ...]:
    """What looking at a seal in this way does not show, one line each."""
    found = []
    if folder.read(f"{SEAL}/{_STATEMENT}") is None:
        found.append("no seal: who could write to the folder could have made all of it anew")
    elif key is None:
        signed = folder.read(f"{SEAL}/{_ENVELOPE}") is not None
        found.append(
            "the seal's signature: give --key with the signer's public key"
            if signed
            else "the seal is not signed: who could write to the folder could have made it anew"
        )
    if witness is None:
        found.append("whether the case was rolled back to an earlier state: give --witness")
    elif (more := len((folder.read(JOURNAL) or b"").splitlines()) - _witness(witness).entries) > 0:
        found.append(f"what the {more} later entries of the journal changed: the witness is older")
    return tuple(found)


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
    data = folder.read(JOURNAL) or b""
    made = Witness(
        case=folder.root.resolve().name,
        sealed=datetime.now(UTC).replace(microsecond=0).isoformat(),
        entries=len(data.splitlines()),
        journal=journal.head(data),
        manifest=digest(folder.read(MANIFEST) or b""),
        statement=digest(folder.read(f"{SEAL}/{_STATEMENT}") or b""),
        signers=_signers(folder),
        public=_raw(_private(key)) if key is not None else "",
    )
    write_out(path, pretty(made))
    return made


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
    statement_now = folder.read(f"{SEAL}/{_STATEMENT}")
    same_length = len((folder.read(JOURNAL) or b"").splitlines()) == told.entries
    if statement_now is None:
        found.append(f"the seal of {told.sealed} is gone")
    elif same_length and digest(statement_now) != told.statement:
        found.append(f"the seal is not the one of {told.sealed}: it was made anew")
    if same_length and digest(folder.read(MANIFEST) or b"") != told.manifest:
        found.append(
            f"the files are not those of {told.sealed}, and the journal tells of no change"
        )
    signed = told.signers is None or _signers(folder) == told.signers
    if statement_now is not None and signed and told.public:
        signed = not _unsigned(folder, statement_now, _known(told))
    if statement_now is not None and not signed:
        found.append(f"the seal is not signed by the key of {told.sealed}")
    return tuple(found)


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


def _signers(folder: Folder) -> tuple[str, ...]:
    """The names of the keys that the seal is signed with."""
    try:
        envelope = msgspec.json.decode(folder.read(f"{SEAL}/{_ENVELOPE}") or b"", type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
    return tuple(sorted(one.get("keyid", "") for one in envelope.signatures))


def _unsigned(folder: Folder, told: bytes, key: Ed25519PublicKey) -> list[str]:
    data = folder.read(f"{SEAL}/{_ENVELOPE}")
    if data is None:
        return ["the seal is not signed"]
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
        payload = base64.b64decode(envelope.payload, validate=True)
        signatures = [base64.b64decode(each["sig"], validate=True) for each in envelope.signatures]
        stated = pretty(msgspec.json.decode(payload))
    except (msgspec.DecodeError, ValueError, KeyError):  # UnicodeDecodeError is a ValueError
        return ["seal/envelope.json is no envelope"]
    if stated != told or envelope.payload_type != PAYLOAD_TYPE:
        return ["seal/envelope.json is not about seal/statement.json"]
    if not any(_holds(key, signature, payload) for signature in signatures):
        return ["the signature does not hold under this key"]
    return []


def _holds(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, pre_authentication(payload))
    except InvalidSignature:
        return False
    return True
