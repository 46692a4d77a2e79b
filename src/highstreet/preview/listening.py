"""Listening: the port of a preview, on this machine only unless names were given."""

from __future__ import annotations

import contextlib
import socket


class Busy(Exception):
    """The port is taken by another program. `free` is one that is not, 0 when none was found."""

    def __init__(self, port: int, free: int) -> None:
        self.port, self.free = port, free
        super().__init__(f"port {port} is taken by another program; try --port {free}")


def sockets(port: int, everywhere: bool) -> list[socket.socket]:
    """Listening sockets, for IPv6 too where there is one. Raises Busy when the port is taken."""
    places = [
        (socket.AF_INET, "0.0.0.0" if everywhere else "127.0.0.1"),
        (socket.AF_INET6, "::" if everywhere else "::1"),
    ]
    made: list[socket.socket] = []
    for family, address in places:
        try:
            # With its protocol named asyncio sends small answers at once: without it a style sheet took 45 ms.
            one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address, port))
            one.listen(128)
        except OSError as error:
            if family == socket.AF_INET6 and made:
                continue  # a machine without IPv6
            for other in made:
                other.close()
            raise Busy(port, _free(port)) from error
        made.append(one)
    return made


def _free(port: int) -> int:
    for other in range(port + 1, min(port + 100, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                one.bind(("127.0.0.1", other))
                return other
    return 0
