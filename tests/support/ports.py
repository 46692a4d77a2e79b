"""Ports for servers of tests, which several processes start at the same time."""

from __future__ import annotations

import socket
from contextlib import suppress
from random import sample


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, below the range from which systems pick ports for outgoing connections."""
    found: list[int] = []
    for port in sample(range(10_000, 22_000), 2_000):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free ports")
