"""A server that answers what it is told to: for answers that no real server gives when asked to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys
from publish.servers import store_at


class Asked(NamedTuple):
    method: str
    target: str
    headers: Mapping[str, str]  # any case
    body: bytes


class Told(NamedTuple):
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


Script = Callable[[Asked], Told]


class Scripted:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.asked: list[Asked] = []

    def store(self, **options: object) -> S3Store:
        return store_at(self.endpoint, Keys("KEYID", "the-secret", "the-token"), **{"patience": 5, **options})


@contextmanager
def scripted(script: Script | list[Told]) -> Iterator[Scripted]:
    """A list is told one by one, its last answer for ever."""
    left = script if callable(script) else list(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            asked = Asked(self.command, self.path, self.headers, self.rfile.read(int(self.headers.get("content-length", 0))))  # type: ignore[arg-type]
            running.asked.append(asked)
            told = left(asked) if callable(left) else left.pop(0) if len(left) > 1 else left[0]
            self.send_response_only(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Scripted(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def error(code: str, status: int = 403, headers: Mapping[str, str] | None = None, more: str = "") -> Told:
    return Told(status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>m</Message>{more}</Error>".encode(), headers or {})
