"""What tells a trial's requests from those of any other process on this machine.

Where a client has no network of its own, every local process can reach the ports of its trials. So
the base URL has a secret path and the key a secret end, and a proxy's address a secret password:
a request with none of them is a stranger's.
"""

import base64
import secrets
from collections.abc import Iterable

_KEY = "sk-tallystick-lab-dummy-key"
_USER = "tallystick"
_PROXY_HEADER = "proxy-authorization"
Headers = Iterable[tuple[str, str]]


def new_secret() -> str:
    """A secret of 128 bits, for the trials of one run."""
    return secrets.token_hex(16)


def dummy_key(secret: str) -> str:
    """The key that the client is given; no provider knows it."""
    return f"{_KEY}-{secret}" if secret else _KEY


def secret_path(secret: str) -> str:
    """What stands before `/v1` in the base URL."""
    return f"/{secret}" if secret else ""


def user_info(secret: str) -> str:
    """What stands before the host in the address of a proxy (RFC 3986, section 3.2.1)."""
    return f"{_USER}:{secret}@" if secret else ""


def without_secret(secret: str, path: str) -> str:
    """The path as the client would send it to the provider."""
    before = secret_path(secret)
    return path[len(before) :] or "/" if before and path.startswith(f"{before}/") else path


def knows_secret(secret: str, path: str, headers: Headers) -> bool:
    """Whether a request has the secret: in its path, in a header, or as a proxy's password."""
    password = base64.b64encode(f"{_USER}:{secret}".encode()).decode()
    values = [value for _, value in headers]
    return secret in path or any(secret in value or password in value for value in values)


def for_provider(headers: Headers) -> tuple[tuple[str, str], ...]:
    """The headers without the one that is the proxy's alone (RFC 9110, section 11.7.2)."""
    return tuple(pair for pair in headers if pair[0].lower() != _PROXY_HEADER)
