"""Reloading: what is told to open pages, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

MOST = 64  # streams of one shop, and of the street list: somebody's forgotten windows must not use up what there is
_KEEP_ALIVE = 15.0  # seconds; a proxy on the way may cut silent connections


class Full(Exception):
    """As many pages listen as may."""


class Hub:
    """Who listens to which shop; "" is the street list. Used on the server's loop only."""

    def __init__(self) -> None:
        self._listening: dict[str, set[asyncio.Queue[tuple[str, object] | None]]] = {}
        self._closed = False

    def listened(self) -> frozenset[str]:
        """Shops with an open page."""
        return frozenset(handle for handle in self._listening if handle)

    def tell(self, handle: str, event: str, data: object) -> None:
        for queue in self._listening.get(handle, ()):
            queue.put_nowait((event, data))

    def close(self) -> None:
        """Ends every stream."""
        self._closed = True
        for queues in self._listening.values():
            for queue in queues:
                queue.put_nowait(None)

    def stream(self, handle: str, first: tuple[str, object]) -> AsyncIterator[bytes]:
        """`first`, then whatever is told of `handle`, until the page goes. Raises Full."""
        if len(self._listening.get(handle, ())) >= MOST or sum(map(len, self._listening.values())) >= 8 * MOST:
            raise Full
        return self._stream(handle, first)

    async def _stream(self, handle: str, first: tuple[str, object]) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[tuple[str, object] | None] = asyncio.Queue()
        listening = self._listening.setdefault(handle, set())
        listening.add(queue)
        try:
            yield b"retry: 500\n\n" + _event(*first)
            while not self._closed:
                try:
                    told = await asyncio.wait_for(queue.get(), _KEEP_ALIVE)
                except TimeoutError:
                    yield b":\n\n"
                    continue
                if told is None:
                    return
                yield _event(*told)
        finally:
            listening.discard(queue)
            if not listening:
                self._listening.pop(handle, None)


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
