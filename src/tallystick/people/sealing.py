"""`seal`: the in-toto statement of a signed review, signed if there is a key, and its verifier."""

import base64
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tallystick import sealed
from tallystick.case.store import SEAL, Folder
from tallystick.handoff import Dossier
from tallystick.handoff.intoto import PAYLOAD_TYPE, pre_authentication, statement
from tallystick.host.errors import CannotRunError
from tallystick.people.keys import private_key, public_key, raw_public
from tallystick.record.canonical import canonical, digest, pretty
from tallystick.record.case import MANIFEST

STATEMENT, _ENVELOPE, _VERIFIER = "statement.json", "envelope.json", "verify.py"


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
    parts = {STATEMENT: pretty(told), _VERIFIER: verifier}
    if key is not None:
        parts[_ENVELOPE] = pretty(_envelope(canonical(told), private_key(key)))
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
    signature = base64.b64encode(key.sign(pre_authentication(payload))).decode()
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": digest(raw_public(key)), "sig": signature}],
    }


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
    public = public_key(key) if key is not None else None
    told = folder.read(f"{SEAL}/{STATEMENT}")
    if told is None:
        return ("there is no seal, and so no signature",) if public is not None else ()
    try:
        problems = _about(folder, told) or _of_another_case(told, judged)
    except (msgspec.DecodeError, KeyError, IndexError, TypeError, RecursionError):
        return ("seal/statement.json is no statement",)
    if public is not None:
        problems += unsigned(folder, told, public)
    elif (data := folder.read(f"{SEAL}/{_ENVELOPE}")) is not None:
        problems += _misfit(data, told)
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


def unshown(folder: Folder, key: Path | None) -> tuple[str, ...]:
    """What looking at a seal in this way does not show, one line each."""
    found = []
    if folder.read(f"{SEAL}/{STATEMENT}") is None:
        found.append("no seal: who could write to the folder could have made all of it anew")
    elif key is None:
        signed = folder.read(f"{SEAL}/{_ENVELOPE}") is not None
        found.append(
            "the seal's signature: give --key with the signer's public key"
            if signed
            else "the seal is not signed: who could write to the folder could have made it anew"
        )
    return tuple(found)


def signers(folder: Folder) -> tuple[str, ...]:
    """The names of the keys that the seal is signed with."""
    try:
        envelope = msgspec.json.decode(folder.read(f"{SEAL}/{_ENVELOPE}") or b"", type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
    return tuple(sorted(one.get("keyid", "") for one in envelope.signatures))


def unsigned(folder: Folder, told: bytes, key: Ed25519PublicKey) -> list[str]:
    """Why a seal's envelope is not this key's signature of its statement; empty where it is."""
    data = folder.read(f"{SEAL}/{_ENVELOPE}")
    if data is None:
        return ["the seal is not signed"]
    if misfit := _misfit(data, told):
        return misfit
    payload, signatures = _opened(data)
    if not any(_holds(key, signature, payload) for signature in signatures):
        return ["the signature does not hold under this key"]
    return []


def _misfit(data: bytes, told: bytes) -> list[str]:
    """Why an envelope is none of this statement, whoever signed it; empty where it is."""
    try:
        payload, _ = _opened(data)
        stated = pretty(msgspec.json.decode(payload))
        kind = msgspec.json.decode(data, type=Envelope).payload_type
    except (msgspec.DecodeError, ValueError, KeyError, RecursionError):
        return ["seal/envelope.json is no envelope"]  # UnicodeDecodeError is a ValueError
    if stated != told or kind != PAYLOAD_TYPE:
        return ["seal/envelope.json is not about seal/statement.json"]
    return []


def _opened(data: bytes) -> tuple[bytes, list[bytes]]:
    """The payload of an envelope and its signatures."""
    envelope = msgspec.json.decode(data, type=Envelope)
    signatures = [base64.b64decode(each["sig"], validate=True) for each in envelope.signatures]
    return base64.b64decode(envelope.payload, validate=True), signatures


def _holds(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, pre_authentication(payload))
    except InvalidSignature:
        return False
    return True
