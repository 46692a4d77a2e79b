"""Hosts: which names a preview answers to, whose shop a name is, and who may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from highstreet.model.values import is_handle

OWN = ("localhost", "127.0.0.1", "[::1]")
RESERVED = "/_highstreet/"  # addresses of the preview itself, on every host


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of this preview. Any other name is refused: a foreign site may point its own at this machine."""

    port: int
    more: tuple[str, ...] = ()  # names given with --host

    @property
    def names(self) -> tuple[str, ...]:
        return (*OWN, *self.more)

    def tenant(self, header: str) -> str | None:
        """The tenant a Host header names, "" for the street itself, None for a name that is not ours."""
        name, port = _split(header)
        name = name.removesuffix(".")
        if port and port != str(self.port):
            return None
        if name in self.names:
            return ""
        for parent in self.names:
            handle = name.removesuffix(f".{parent}")
            if handle != name and parent not in ("127.0.0.1", "[::1]") and is_handle(handle):
                return handle
        return None

    def shop_url(self, handle: str, host: str = "localhost") -> str:
        """The address of a shop, below the name the street was asked by where that can have shops below it."""
        name, _ = _split(host)
        parent = name if name in self.more else "localhost"
        return f"http://{handle}.{parent}:{self.port}/"

    def street_url(self, host: str = "localhost") -> str:
        """The address of the street list, seen from a shop at `host`."""
        name, _ = _split(host)
        parent = next((more for more in self.more if name.endswith(f".{more}")), "localhost")
        return f"http://{parent}:{self.port}/"


def _split(host: str) -> tuple[str, str]:
    """Name and port of a Host header; the port is "" where none is given."""
    name, _, port = host.lower().rpartition(":")
    return (name, port) if port.isdecimal() else (host.lower(), "")


Verdict = Literal["", "host", "origin", "site", "address"]


def verdict(hosts: Hosts, method_headers: Mapping[str, str], raw_path: bytes) -> Verdict:
    """Why a request must not be answered, "" if it may be. `method_headers` has lower-case names.

    Browsers say where a request comes from. Nothing of a shop is for pages of another origin, and the preview's own
    addresses are for its own pages and for people who type them.
    """
    host = method_headers.get("host", "")
    if hosts.tenant(host) is None:
        return "host"
    origin = method_headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        return "origin"
    site, mode = method_headers.get("sec-fetch-site", ""), method_headers.get("sec-fetch-mode", "")
    if site not in ("", "none", "same-origin") and mode != "navigate":
        return "site"
    if site not in ("", "none", "same-origin") and method_headers.get("sec-fetch-dest", "document") != "document":
        return "site"  # a frame in a foreign page
    if not safe(raw_path):
        return "address"
    return ""


_FORBIDDEN = (b"\\", b"%5c", b"%2f", b"%00", b"//", b"\0")


def safe(raw_path: bytes) -> bool:
    """Whether an address as sent can mean one place only: no way upwards and nothing that decodes to one."""
    path = raw_path.partition(b"?")[0].lower()
    if not path.startswith(b"/") or any(part in path for part in _FORBIDDEN):
        return False
    return not any(part.replace(b"%2e", b".") in (b".", b"..") for part in path.split(b"/"))
