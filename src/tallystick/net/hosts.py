"""The host of an address in one spelling, so that two addresses of one host are seen to be that.

`2130706433`, `0x7f.1` and `[::ffff:127.0.0.1]` are 127.0.0.1 to the system's resolver
(inet_aton(3)); `api.example.`, `api%2Eexample` and `api。example` are api.example to a client.
"""

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import unquote, urlsplit

from tallystick.net.addresses import Address, addresses, inner_addresses, is_of_cloud

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
# What clouds call the machine that hands out their credentials.
_METADATA = frozenset(
    ("metadata", "metadata.google.internal", "metadata.goog", "instance-data",
     "instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com")
)  # fmt: skip
LOOPBACK = "loopback"


def host_of(url: str) -> str:
    """The host of a URL in its one spelling, with its port; the usual port is left out. All names
    of this machine to itself are one host.
    """
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{_name(url)}{port}"


def machine_of(url: str) -> str:
    """The host of a URL without its port: another port of a host is that host still. On this
    machine each port is another program.
    """
    name = _name(url)
    return host_of(url) if name == LOOPBACK else name


def _name(url: str) -> str:
    name = plain(urlsplit(url).hostname or "")
    address = address_of(name)
    is_own = name == "localhost" or name.endswith(".localhost")
    inner = inner_addresses(address) if address is not None else ()
    if is_own or any(one.is_loopback for one in (*inner, *((address,) if address else ()))):
        name = LOOPBACK
    return name


def plain(host: str) -> str:
    """A host as it is written plainly; one that cannot be so stays as it is."""
    name = unicodedata.normalize("NFKC", unquote(host)).lower().rstrip(".")
    address = address_of(name)
    if address is not None:
        return str(address)
    try:
        return name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        return name


def is_plain(host: str) -> bool:
    """Whether a host is written plainly: a name of letters, digits and hyphens, or an address."""
    named = _NAME.fullmatch(host) is not None or address_of(host) is not None
    return named and plain(host) == host


def address_of(host: str) -> Address | None:
    """The address that a host is, in whatever form the system takes; None where it is a name."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        try:
            found = ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):  # UnicodeError is one
            return None
    mapped = found.ipv4_mapped if found.version == 6 else None
    return mapped or found


def no_api(host: str) -> str:
    """Why no API is at a host, by its name or by one of the addresses that it leads to now; empty
    where nothing says so.
    """
    if host in _METADATA:
        return f"{host} (where a cloud hands out credentials)"
    own = address_of(host)
    found = (own,) if own else tuple(map(ipaddress.ip_address, addresses(host)))
    for one in (inner for address in found for inner in (address, *inner_addresses(address))):
        if one.is_link_local or one.is_multicast or one.is_unspecified:
            return f"{one} (link-local, multicast or unspecified)"
        if is_of_cloud(one):
            return f"{one} (where a cloud answers its own machines)"
    return ""
