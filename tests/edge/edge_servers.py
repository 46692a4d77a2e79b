"""Real servers for the edges' tests: a store with the street in it, and an edge in front; raw requests to either."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from cases import Answer, Case
from edge_shops import Thing

from support.ports import free_ports

BUCKET = "street"
KEYS = {"aws_access_key_id": "OWNERKEY0000", "aws_secret_access_key": "owner-secret-0000"}


def program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def running(command: list[str], log: Path, ready: int, ask_to_end: bool = False) -> Iterator[int]:
    """A server, from when it listens at `ready` until it is no longer needed; its process id.

    `ask_to_end`: it has processes of its own to take along.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        end = time.monotonic() + 60
        while True:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", ready)) == 0:
                    break
            assert process.poll() is None and time.monotonic() < end, log.read_text(errors="replace")[-3000:]
            time.sleep(0.05)
        yield process.pid
    finally:
        if ask_to_end:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
        process.kill()
        process.wait()


@contextmanager
def seaweedfs(folder: Path) -> Iterator[str]:
    """Endpoint of a real S3 server with a bucket that anybody may read objects of, as an edge's network may."""
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc", "admin.port", "webdav.port")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    owner = {"name": "owner", "credentials": [{"accessKey": KEYS["aws_access_key_id"], "secretKey": KEYS["aws_secret_access_key"]}], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    (folder / "who.json").write_text(json.dumps({"identities": [owner, {"name": "anonymous", "actions": [f"Read:{BUCKET}"]}]}))
    (folder / "data").mkdir()
    command = [program("weed"), "-logtostderr=true", "mini", f"-dir={folder}/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    command += ["-master.telemetry=false", "-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-s3.config={folder}/who.json", f"-filer.localSocket={folder}/f.sock", f"-s3.localSocket={folder}/s.sock"]
    endpoint = f"http://127.0.0.1:{ports['s3.port']}"
    with running(command, folder / "weed.log", ports["s3.port"]):
        end = time.monotonic() + 60
        while True:
            with suppress(Exception):
                client(endpoint).create_bucket(Bucket=BUCKET)
            try:
                client(endpoint).put_object(Bucket=BUCKET, Key="ready", Body=b"yes")
                break
            except Exception:
                assert time.monotonic() < end, (folder / "weed.log").read_text(errors="replace")[-3000:]
                time.sleep(0.2)
        yield endpoint


def client(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}), **KEYS)


def fill(endpoint: str, prefix: str, things: Mapping[str, Iterable[Thing]]) -> None:
    s3 = client(endpoint)
    for tenant, found in things.items():
        for thing in found:
            more = {"ContentEncoding": thing.headers.content_encoding} if thing.headers.content_encoding else {}
            meta = {"redirect": thing.headers.redirect, "redirect-temporary": thing.headers.temporary}
            meta = {name: value for name, value in meta.items() if value}
            s3.put_object(Bucket=BUCKET, Key=f"{prefix}{tenant}/{thing.key}", Body=thing.body, ContentType=thing.headers.content_type, CacheControl=thing.headers.cache_control, Metadata=meta, **more)


def ask(port: int, case: Case) -> Answer:
    """The answer to exactly what the case says: nothing is tidied on the way."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection._validate_path = lambda url: None  # type: ignore[attr-defined]
        connection.putrequest(case.method, case.target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", case.host)
        for name, value in case.sends.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        headers: dict[str, str] = {}
        for name, value in answer.getheaders():
            name = name.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return Answer(answer.status, headers, answer.read())
    finally:
        connection.close()


class Counting(ThreadingHTTPServer):
    """Passes requests on to a store, counts them, and can stop answering."""

    def __init__(self, store: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.store = store
        self.asked: list[str] = []
        self.broken = False


class _Passing(BaseHTTPRequestHandler):
    server: Counting
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, headers, body = 503, {}, b"slow down"
        if not self.server.broken:
            try:
                answer = urlopen(Request(self.server.store + self.path, method=self.command), timeout=30)
            except HTTPError as error:
                answer = error
            with answer:
                status, headers, body = answer.status, dict(answer.headers), answer.read()
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() in ("content-type", "cache-control", "etag", "content-encoding") or name.lower().startswith("x-amz-meta-"):
                self.send_header(name, value)
        self.send_header("Content-Length", headers.get("Content-Length", str(len(body))))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass
