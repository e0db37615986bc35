"""Which addresses a webhook may go to: those of the public internet, whatever they are written like (abuse 66)."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

NAT64 = IPv6Network("64:ff9b::/96")


class NotPublic(Exception):
    """An address of this machine's own network, or none at all."""


def is_public(address: str) -> bool:
    """Whether a numeric address is reached over the public internet; an IPv6 one that stands for an IPv4 one is taken
    for that."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(found)
    plain = inner if inner is not None else found
    return plain.is_global and not plain.is_multicast and not plain.is_reserved


def _inner(found: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(found, IPv4Address):
        return None
    if found.ipv4_mapped is not None:
        return found.ipv4_mapped
    if found.sixtofour is not None:
        return found.sixtofour
    if found.teredo is not None:
        return found.teredo[1]
    if found in NAT64:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return None


def checked_url(url: str) -> tuple[str, int]:
    """Host and port of an address that a webhook may have; raises NotPublic. Nothing is asked of the network."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError as error:
        raise NotPublic("it is no address") from error
    if parts.scheme != "https":
        raise NotPublic("it has to begin with https://")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise NotPublic("it has to name a host, and nobody's password")
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise NotPublic("it is no address")
    if port not in (443, 8443):
        raise NotPublic("its port has to be 443 or 8443")
    return host, port


def resolve(url: str) -> str:
    """The numeric address to connect to; raises NotPublic.

    Every address that the name has must be public, and it is the one that is returned that is connected to: what a name
    server answers a moment later changes nothing (DNS rebinding).
    """
    host, port = checked_url(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotPublic(f"its host is not found: {error}") from error
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not addresses or not all(is_public(each) for each in addresses):
        raise NotPublic("its host is not on the public internet")
    return addresses[0]
