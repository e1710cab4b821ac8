"""What a user keeps outside every case, where a received folder cannot bring it (XDG Base
Directory Specification, `$XDG_STATE_HOME`): a key of their own, and the case files they trust.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from tallystick.record.canonical import digest

_KEY = "key"
_TRUST = "trust"
_session = secrets.token_bytes(32)


def state_folder() -> Path:
    """The folder of this user's state; it need not be there."""
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base else Path.home() / ".local" / "state") / "tallystick"


def authenticator(data: bytes) -> str:
    """What shows that this user's own command wrote some bytes (HMAC, RFC 2104, SHA-256).

    Where the state folder cannot be written to, it holds for this process only.
    """
    return hmac.new(_own_key(), data, hashlib.sha256).hexdigest()


def is_own(data: bytes, tag: str) -> bool:
    """Whether this user's own command wrote some bytes."""
    return hmac.compare_digest(authenticator(data).encode(), tag.encode("utf-8", "replace"))


_KEYED = "hmac-sha256:"


def keyed(plain: str) -> str:
    """The digest of raw bytes under this user's key, after the name of that key: without the key,
    what the bytes were cannot be found by trying, however few values they may have had.
    """
    return f"{_KEYED}{authenticator(b'name of the key')[:16]}:{authenticator(plain.encode())}"


def calls_key() -> bytes:
    """The key of the digests by which two captures know one call: another captures' digests of the
    same user compare with them, and nobody else's.
    """
    return hmac.digest(_own_key(), b"ids of calls", hashlib.sha256)


def is_same(stored: str, plain: str) -> bool | None:
    """Whether raw bytes are those of a stored digest; None where another user's key made it."""
    if not stored.startswith(_KEYED):
        return stored == plain
    own = keyed(plain)
    return stored == own if stored[:_NAMED] == own[:_NAMED] else None


_NAMED = len(_KEYED) + 17


def _own_key() -> bytes:
    path = state_folder() / _KEY
    with suppress(OSError):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            staged = path.with_name(f"{_KEY}.{os.getpid()}")
            staged.touch(mode=0o600)
            staged.write_bytes(_session)
            with suppress(FileExistsError):
                path.hardlink_to(staged)  # the first of two commands wins; both read it below
            staged.unlink()
        return path.read_bytes()
    return _session


def trust(root: Path, case_file: bytes) -> None:
    """Remember that this user trusts a case file as it is.

    Raises:
        OSError: the state folder cannot be written to.
    """
    path = _trusted(root)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(digest(case_file))


def is_trusted(root: Path, case_file: bytes) -> bool:
    """Whether this user trusts the case file of a folder as it is now."""
    try:
        return _trusted(root).read_text() == digest(case_file)
    except OSError:
        return False


def confirm(root: Path, environment: str, host: str) -> None:
    """Remember that this user has confirmed where an environment of a case is."""
    path = _confirmed(root, environment)
    with suppress(OSError):  # then it is asked for again
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(host)


def is_confirmed(root: Path, environment: str, host: str) -> bool:
    """Whether this user has confirmed that address for that environment."""
    return confirmed_host(root, environment) == host


def confirmed_host(root: Path, environment: str) -> str:
    """Where an environment of a case was when this user confirmed it last; empty where nobody
    did.
    """
    try:
        return _confirmed(root, environment).read_text()
    except OSError:
        return ""


def _trusted(root: Path) -> Path:
    return state_folder() / _TRUST / _name(str(root.resolve()))


def _confirmed(root: Path, environment: str) -> Path:
    return state_folder() / "confirmed" / _name(f"{root.resolve()}\n{environment}")


def _name(text: str) -> str:
    return digest(text.encode()).removeprefix("sha256:")
