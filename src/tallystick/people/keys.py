"""Ed25519 keys (RFC 8032), as files have them."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file


def raw_public(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public half of a key."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def private_key(path: Path) -> Ed25519PrivateKey:
    """An Ed25519 key in PEM (PKCS 8) or OpenSSH form, without a password.

    Raises:
        CannotRunError: the file holds none.
    """
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


def public_key(path: Path) -> Ed25519PublicKey:
    """An Ed25519 public key in PEM or OpenSSH form.

    Raises:
        CannotRunError: the file holds none.
    """
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
