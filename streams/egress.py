"""Where the platform may connect to on a user's word: one check for every outbound URL (OWASP, SSRF prevention).

The address is judged after name resolution, and the connection goes to the very address that was judged, so a name
that changes its meaning between check and connection gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

NAT64 = ip_network("64:ff9b::/96")
REMEDY = "use a public address, or start the platform with STUDIO_ALLOW_PRIVATE_ENDPOINTS=true"


class EgressRefused(Exception):
    """The platform does not connect there. `message` is for the person who gave the URL, `remedy` the way out."""

    code = "EGRESS_REFUSED"

    def __init__(self, message: str, remedy: str = REMEDY) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def judge(address: str, allow_private: bool) -> None:
    """Refuse an IP address that is not public. Loopback and private ranges pass if `allow_private`; link-local
    (where clouds keep their credentials), multicast and unspecified addresses never do.

    Raises:
        EgressRefused.
    """
    ip = _plain(ip_address(address.split("%")[0]))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_loopback):
        raise EgressRefused(f"{address} is no address that the platform connects to", "use the address of a server")
    if not ip.is_global and not (allow_private and (ip.is_private or ip.is_loopback)):
        raise EgressRefused(f"{address} is a loopback or private address")


def check_url(url: str, allow_private: bool) -> None:
    """Refuse what the URL alone shows: another scheme, a login in it, a literal address that may not be used.

    Raises:
        EgressRefused.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise EgressRefused(f"{url!r} is no URL", "for example https://host/v1") from error
    if parts.scheme not in ("http", "https") or not host:
        raise EgressRefused(f"{url!r} is no http or https URL", "for example https://host/v1")
    if parts.username is not None or parts.password is not None:
        raise EgressRefused("a login in a URL would end up in the log", "leave user and password out of the URL")
    literal = _literal(host)
    if literal:
        judge(literal, allow_private)


class CheckedResolver(AbstractResolver):
    """Resolves names and refuses those that lead to an address which may not be used."""

    def __init__(self, allow_private: bool) -> None:
        self._inner = ThreadedResolver()
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for entry in found:
            judge(entry["host"], self._allow_private)
        return found

    async def close(self) -> None:
        await self._inner.close()


def session(allow_private: bool, seconds: float = 120.0, connections: int = 16) -> aiohttp.ClientSession:
    """A client whose every connection passed the check. Call check_url for each URL before using it, and leave
    redirects off. `seconds` is the limit of a whole request."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=CheckedResolver(allow_private), limit=connections),
        timeout=aiohttp.ClientTimeout(total=seconds, connect=10),
        trust_env=False,
    )


def _literal(host: str) -> str:
    """The IP address that a host name spells, in any form that the system's resolver accepts; else empty."""
    try:
        return str(ip_address(host.strip("[]").split("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
    except OSError:
        return ""


def _plain(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), for that is where the packets go."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped or ip.sixtofour:
            return ip.ipv4_mapped or ip.sixtofour or ip
        if ip in NAT64:
            return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip
