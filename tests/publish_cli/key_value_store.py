"""A key-value store that speaks CloudFront's API over HTTP, for as much of it as publishing asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import unquote, urlsplit

ARN = "arn:aws:cloudfront::111111111111:key-value-store/8562e61f-caba-2845-9d99-b97d1e0ae5d3"


class KeyValueStore(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.values: dict[str, str] = {}
        self.version = 1
        self.asked: list[str] = []
        self.signed: set[str] = set()
        self.down = False
        self.meanwhile: list[Callable[[], None]] = []  # what others do right before our next updates
        self.lock = Lock()


class _Handler(BaseHTTPRequestHandler):
    server: KeyValueStore
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        assert path.startswith(f"/key-value-stores/{ARN}"), path
        rest = path.removeprefix(f"/key-value-stores/{ARN}")
        with self.server.lock:
            self.server.asked.append(f"{self.command} {rest}")
            self.server.signed.add(self.headers["Authorization"].partition(" ")[0])
            if self.server.down:
                self._say(503, {"Message": "out of order"})
            elif self.command == "GET" and not rest:
                self._say(200, {"ItemCount": len(self.server.values), "TotalSizeInBytes": 1, "KvsARN": ARN, "Created": 0})
            elif self.command == "GET":
                name = rest.removeprefix("/keys/")
                if name in self.server.values:
                    self._say(200, {"Key": name, "Value": self.server.values[name], "ItemCount": 1, "TotalSizeInBytes": 1})
                else:
                    self._say(404, {"Message": "Key not found"}, "ResourceNotFoundException")
            else:
                self._update(json.loads(body))

    do_GET = do_POST = _answer

    def _update(self, asked: dict[str, list[dict[str, str]]]) -> None:
        if self.server.meanwhile:
            self.server.meanwhile.pop(0)()
            self.server.version += 1
        if self.headers["If-Match"] != f"V{self.server.version}":
            return self._say(412, {"Message": "Pre-Condition failed"}, "ConflictException")
        puts, deletes = asked.get("Puts", []), asked.get("Deletes", [])
        assert len(puts) + len(deletes) <= 50 and all(len(put["Value"].encode()) <= 1024 for put in puts)
        assert all(re.fullmatch(r"[!-~]{1,512}", put["Key"]) for put in puts)
        for gone in deletes:
            self.server.values.pop(gone["Key"], None)
        self.server.values |= {put["Key"]: put["Value"] for put in puts}
        self.server.version += 1
        return self._say(200, {"ItemCount": len(self.server.values), "TotalSizeInBytes": 1})

    def _say(self, status: int, says: dict[str, object], error: str = "") -> None:
        body = json.dumps(says).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f"V{self.server.version}")
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def key_value_store() -> Iterator[KeyValueStore]:
    with KeyValueStore() as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()
