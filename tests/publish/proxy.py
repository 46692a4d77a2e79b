"""A proxy between a client and an S3 server: counts and keeps every request, and does to it what a test asks for.

Requests are passed on byte for byte, Host included, because signatures cover it: the server sees the proxy's own address
as its name.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

# pass: as it is. refuse: the connection is cut before the server hears of it. swallow: the server acts, the client gets
# no answer. overrun: 503 SlowDown instead of the server's answer, which never hears of it. slow: a second later.
# late: four seconds later. forbid: 403 AccessDenied instead of the server's answer, which never hears of it.
Fate = Literal["pass", "refuse", "swallow", "overrun", "slow", "late", "forbid"]


class Request(NamedTuple):
    number: int  # from 0
    method: str
    target: str  # as sent: path and query, encoded
    headers: dict[str, str]  # lower-case names
    body: bytes  # of POST only
    fate: Fate

    @property
    def key(self) -> str:
        """The object's key, without the bucket."""
        return unquote(self.target.partition("?")[0]).partition("/")[2].partition("/")[2]

    @property
    def is_list(self) -> bool:
        return "list-type=" in self.target

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


Decide = Callable[[Request], Fate]


def passing(_request: Request) -> Fate:
    return "pass"


def from_request(k: int) -> Decide:
    """Nothing gets through from request k on: what a client that died before it leaves behind."""
    return lambda request: "refuse" if request.number >= k else "pass"


def lost_answer(k: int) -> Decide:
    return lambda request: "swallow" if request.number == k else "pass"


def noise(overrun: float, cut: float, seed: int) -> Decide:
    """Some 503s and some cut connections, half of these before the server acts and half after."""
    chance = random.Random(seed)

    def decide(_request: Request) -> Fate:
        drawn = chance.random()
        if drawn < overrun:
            return "overrun"
        if drawn < overrun + cut:
            return "refuse" if drawn < overrun + cut / 2 else "swallow"
        return "pass"

    return decide


def outage(_request: Request) -> Fate:
    return "refuse"


def _error(status: bytes, code: bytes) -> bytes:
    body = b"<?xml version='1.0'?><Error><Code>%b</Code><Message>m</Message></Error>" % code
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


_INSTEAD: dict[str, bytes] = {"overrun": _error(b"503 Slow Down", b"SlowDown"), "forbid": _error(b"403 Forbidden", b"AccessDenied")}


class Proxy:
    """Listens on `endpoint` until closed. `decide` and `requests` may be set at any time."""

    def __init__(self, server: str, decide: Decide = passing) -> None:
        url = urlsplit(server)
        self._server = (url.hostname, url.port)
        self.decide = decide
        self.requests: list[Request] = []
        self.most_at_once = 0  # requests that the server was answering at a time
        self._at_once = 0
        self._serving: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        # In a thread of its own from the start: the browser of other tests may keep a loop running in this one.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listening = asyncio.start_server(self._welcome, "127.0.0.1", 0, limit=1 << 20, backlog=512)
        self._listening = asyncio.run_coroutine_threadsafe(listening, self._loop).result(60)
        self.port: int = self._listening.sockets[0].getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def start_over(self, decide: Decide = passing) -> None:
        """Forgets what was seen and does something else from now on."""
        self.requests = []
        self.decide = decide

    @contextlib.contextmanager
    def watching(self, decide: Decide = passing) -> Iterator[list[Request]]:
        """The requests that are made meanwhile."""
        self.start_over(decide)
        seen = self.requests
        yield seen
        self.decide = passing

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    async def _stop(self) -> None:
        self._listening.close()
        while others := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    def _welcome(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._serve(client, back))
        self._serving.add(task)  # a loop itself holds no task
        task.add_done_callback(self._serving.discard)
        task.add_done_callback(lambda _: back.transport.abort())  # who is stopped before it begins closes nothing

    async def _serve(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while True:
                head = await client.readuntil(b"\r\n\r\n")
                method, target, headers = _parse(head)
                if headers.get("expect", "").lower() == "100-continue":
                    back.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"expect:"))
                body = await _body(client, headers)
                request = Request(len(self.requests), method, target, headers, body if method == "POST" else b"", "pass")
                request = request._replace(fate=self.decide(request))
                self.requests.append(request)
                if request.fate == "refuse":
                    break
                if request.fate in _INSTEAD:
                    back.write(_INSTEAD[request.fate])
                    continue
                if request.fate in ("slow", "late"):
                    await asyncio.sleep(1 if request.fate == "slow" else 4)
                if upstream is None:
                    upstream = await asyncio.open_connection(*self._server, limit=1 << 20)
                self._at_once += 1
                self.most_at_once = max(self.most_at_once, self._at_once)
                try:
                    upstream[1].write(head + body)
                    answer = await _answer(upstream[0], method)
                finally:
                    self._at_once -= 1
                if request.fate == "swallow":
                    break
                back.write(answer)
                await back.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            for one in (back, upstream and upstream[1]):
                if one is not None:
                    one.transport.abort()  # a reset, not a polite end


def _parse(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    return method, target, {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    """The body as sent, chunk lengths and all."""
    if "chunked" in headers.get("transfer-encoding", ""):
        parts = []
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.partition(b";")[0], 16)
            parts += [line, await reader.readexactly(size + 2)]
            if size == 0:
                return b"".join(parts)
    length = int(headers.get("content-length", 0))
    return await reader.readexactly(length) if length else b""


async def _answer(reader: asyncio.StreamReader, method: str) -> bytes:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status >= 200:
            break
    lines = head.decode("latin-1").split("\r\n")[1:]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    if method == "HEAD" or status in (204, 304):
        return head
    return head + await _body(reader, headers)
