"""Fetching: pictures from other people's servers, with everything refused that a hostile address could ask for.

An import runs where it may reach machines that the internet cannot, so an address in a CSV file must not choose whom
we talk to: https only, every resolved address public, the connection made to the very address that was checked, and
every redirect checked again.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from highstreet.source.image import MAX_BYTES

_MOST_REDIRECTS = 5
_CHUNK = 64 * 1024
_HEADERS = {
    "Accept": "image/avif,image/webp,image/*;q=0.8",
    "Accept-Encoding": "identity",
    "User-Agent": "highstreet-import",
}
# Public by the registry, yet doors to private IPv4 addresses: NAT64, 6to4, Teredo.
_TUNNELS = tuple(ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


class Refused(Exception):
    """Why a picture was not fetched, in words for the report."""


class Fetcher(Protocol):
    """Gives the bytes behind an address."""

    def fetch(self, url: str) -> bytes:
        """The whole body. Raises Refused for anything but a complete answer within the caps."""
        ...


@dataclass(frozen=True, slots=True)
class HttpsFetcher:
    """Fetches over https from public addresses. `allow_private` is for pictures that lie in a network of one's own."""

    seconds: float = 30.0  # for one picture, redirects included
    largest: int = MAX_BYTES
    allow_private: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def fetch(self, url: str) -> bytes:
        until = time.monotonic() + self.seconds
        for _ in range(_MOST_REDIRECTS + 1):
            parts = _checked(url)
            connection = self.connection(parts, max(0.1, until - time.monotonic()))
            # Servers that send a byte now and then never run into a socket's timeout, so the line is cut at the end.
            alarm = Timer(max(0.1, until - time.monotonic()), _cut, (connection,))
            alarm.daemon = True
            alarm.start()
            try:
                connection.request(
                    "GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=_HEADERS
                )
                response = connection.getresponse()
                if response.status in (301, 302, 303, 307, 308):
                    url = urljoin(url, response.getheader("Location") or "")
                    continue
                if response.status != 200:
                    raise Refused(f"the server answered {response.status}")
                return self._body(response, until)
            except (OSError, HTTPException, ValueError) as error:
                if time.monotonic() >= until:
                    raise self._late() from error
                raise Refused(f"the connection failed ({type(error).__name__})") from error
            finally:
                alarm.cancel()
                connection.close()
        raise Refused(f"more than {_MOST_REDIRECTS} redirects")

    def connection(self, parts: SplitResult, seconds: float) -> HTTPConnection:
        """A connection to a checked address of the host; the certificate is still that of the name."""
        host, port = parts.hostname or "", parts.port or 443
        return _Pinned(host, port, addresses(host, port, self.allow_private)[0], seconds, self.context)

    def _body(self, response: HTTPResponse, until: float) -> bytes:
        announced = response.getheader("Content-Length") or ""
        if announced.isdigit() and int(announced) > self.largest:
            raise Refused(f"it is larger than {self.largest:,} bytes")
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > self.largest:
                raise Refused(f"it is larger than {self.largest:,} bytes")
            if time.monotonic() > until:
                raise self._late()
        if time.monotonic() > until:
            raise self._late()  # a line that was cut looks like the end of the body
        return bytes(body)

    def _late(self) -> Refused:
        return Refused(f"it took more than {self.seconds:g} seconds")


def _cut(connection: HTTPConnection) -> None:
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def addresses(host: str, port: int, allow_private: bool = False) -> list[str]:
    """The addresses of `host`. Raises Refused if any of them is private: one is enough to be misused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"there is no host {host[:80]}") from error
    texts = [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]
    if not texts:
        raise Refused(f"there is no host {host[:80]}")
    if not allow_private and not all(public(ip_address(text)) for text in texts):
        raise Refused(f"{host[:80]} is in a private network")
    return texts


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one that anybody on the internet can reach."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return public(address.ipv4_mapped)
        if any(address in net for net in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("it is not a web address") from error
    if parts.scheme != "https":
        raise Refused("only https addresses are fetched")
    if (
        not parts.hostname
        or parts.username is not None
        or parts.password is not None
        or (port is not None and port < 1)
    ):
        raise Refused("it is not a plain web address")
    if not url.isascii() or any(character <= " " or character == "\x7f" for character in url):
        raise Refused("it has characters no web address has")
    return parts


class _Pinned(HTTPSConnection):
    """An https connection to one given address."""

    def __init__(self, host: str, port: int, address: str, seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._address = address
        self._secure = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._secure.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise
