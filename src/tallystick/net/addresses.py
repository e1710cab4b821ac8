"""Where a name leads: its addresses, which of them are public, and a request bound to one of them.

A name can lead elsewhere the second time it is asked for (DNS rebinding), so that what was checked
and what is connected to must be one address.
"""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

# Registered for one purpose each, or no longer in use, where `ipaddress` of some versions says
# "global" (IANA special-purpose address registries; RFC 2765, 3879, 4291, 7526, 7534, 7535, 7600,
# 9602, 9637, 9780).
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24", "192.88.99.0/24", "::/96", "::ffff:0:0:0/96", "fec0::/10", "2001::/23",
            "3fff::/20", "5f00::/16", "100::/64", "2001:db8::/32", "100:0:0:1::/64",
            "2620:4f:8000::/48", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24",
        ),
    )
)  # fmt: skip
# All that IANA has given out as globally routed unicast so far (IPv6 address space registry), and
# what NAT64 translates to, which is judged by the address within.
_UNICAST = ipaddress.ip_network("2000::/3")
# Addresses at which clouds answer their own machines (Azure, Alibaba Cloud, AWS over IPv6).
_OF_CLOUDS = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200",
                                                  "fd00:ec2::254")))  # fmt: skip
Address = IPv4Address | IPv6Address
_NAT64 = (
    ipaddress.ip_network("64:ff9b::/96"),  # RFC 6052, section 2.1
    ipaddress.ip_network("64:ff9b:1::/48"),  # RFC 8215: for local use
)


def addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host, in the order of the resolver; empty when it does not resolve."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))


def is_public(text: str) -> bool:
    """Whether an address is globally reachable unicast (IANA special-purpose registries, as
    `ipaddress` has them), and so is every IPv4 address that it stands for.
    """
    address = ipaddress.ip_address(text)
    special = any(address in network for network in _SPECIAL if network.version == address.version)
    routed = address.version == 4 or address in _UNICAST or any(address in net for net in _NAT64)
    return (
        address.is_global
        and routed
        and not special
        and not is_of_cloud(address)
        and not address.is_multicast
        and all(inner.is_global and not inner.is_multicast for inner in inner_addresses(address))
    )


def is_of_cloud(address: Address) -> bool:
    """Whether a cloud answers its own machines at an address, or at one that it stands for."""
    return any(one in _OF_CLOUDS for one in (address, *inner_addresses(address)))


def inner_addresses(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address is translated or tunnelled to."""
    if isinstance(address, IPv4Address):
        return ()
    teredo = address.teredo or ()
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    translated = (last,) if any(address in network for network in _NAT64) else ()
    others = (address.ipv4_mapped, address.sixtofour)
    return (*translated, *teredo, *(inner for inner in others if inner is not None))


def pinned(client: httpx.Client, url: str, address: str) -> httpx.Request:
    """A GET request for a URL that connects to one address and to no other; TLS still asks for a
    certificate of the URL's own name. Without an address it is an ordinary request.
    """
    if not address:
        return client.build_request("GET", url)
    asked = httpx.URL(url)
    host = f"[{address}]" if ":" in address else address
    headers = {"host": urlsplit(url).netloc.rpartition("@")[2]}
    extensions = {"sni_hostname": asked.host}
    return client.build_request(
        "GET", asked.copy_with(host=host), headers=headers, extensions=extensions
    )


def through_proxy(url: str) -> bool:
    """Whether this machine sends a request for a URL to a proxy: then the proxy asks for the name,
    and what it connects to is its own to decide.
    """
    parts = urlsplit(url)
    return parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")
