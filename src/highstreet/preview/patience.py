"""Patience: connections of people who send whole requests."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Patience(H11Protocol):
    """HTTP as h11 reads it, but a request that does not come in whole within `SECONDS` is not waited for.

    Whoever opens a thousand connections and sends a letter now and then would leave none for anybody else. h11 also
    refuses a request for another address, which httptools, taken wherever it is installed, lets by.
    """

    SECONDS = 10.0

    _awaited: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()  # a part of the next request
        else:
            self._enough()

    def connection_lost(self, exc: Exception | None) -> None:
        self._enough()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._awaited is None:
            self._awaited = self.loop.call_later(self.SECONDS, self.transport.close)

    def _enough(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None
