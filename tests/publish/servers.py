"""Real S3 servers for tests: each on free ports of 127.0.0.1, stopped by its process id."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from highstreet.publish.object_store import Headers, StoreError
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys, S3Options
from support.ports import free_ports

BUCKET = "street"


class Server(NamedTuple):
    """A running S3 server with one bucket, and who may use it."""

    endpoint: str
    owner: Keys
    tenants: dict[str, Keys]  # may use `<tenant>/` of the bucket and nothing else
    pid: int

    def store(self, prefix: str = "", *, endpoint: str = "", keys: Keys | None = None, **options: object) -> S3Store:
        """A store at `s3://street/<prefix>`, by default for the owner and without a proxy between."""
        return store_at(endpoint or self.endpoint, keys or self.owner, prefix, **options)


def store_at(endpoint: str, keys: Keys, prefix: str = "", **options: object) -> S3Store:
    """The bucket of a server of these tests, whatever kind it is."""
    settings = S3Options(endpoint_url=endpoint, region="us-east-1", path_style=True)
    return S3Store(BUCKET, prefix, settings._replace(**options), keys)  # type: ignore[arg-type]


def program(name: str) -> str:
    """Where the wheel put a program: beside this Python, else on the path."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


TENANTS = ("acme", "acme-2", "acme.", "acm")
_PORTS = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc", "admin.port", "webdav.port"]


@contextmanager
def running_seaweedfs(folder: Path) -> Iterator[Server]:
    """`weed mini` with the bucket, an owner, and one identity for each of TENANTS."""
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    owner = Keys("OWNERKEY0000", "owner-secret-0000")
    tenants = {name: Keys(f"TENANTKEY{number:04}", f"tenant-secret-{number:04}") for number, name in enumerate(TENANTS)}
    config = folder / "identities.json"
    config.write_text(json.dumps({"identities": [_owner(owner), *(_tenant(name, keys) for name, keys in tenants.items())]}))
    data = folder / "data"
    data.mkdir()
    command = [program("weed"), "-logtostderr=true", "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    command += ["-master.telemetry=false", "-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-s3.config={config}", "-s3.domainName=s3.test", f"-filer.localSocket={folder}/filer.sock", f"-s3.localSocket={folder}/s3.sock"]
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    server = Server(f"http://127.0.0.1:{ports['s3.port']}", owner, tenants, process.pid)
    try:
        ready(server, process, folder / "weed.log")
        yield server
    finally:
        process.kill()
        process.wait()


def _owner(keys: Keys) -> dict[str, object]:
    return {"name": "owner", "credentials": [{"accessKey": keys.access, "secretKey": keys.secret}], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}


def _tenant(name: str, keys: Keys) -> dict[str, object]:
    return {
        "name": f"tenant-{name}",
        "credentials": [{"accessKey": keys.access, "secretKey": keys.secret}],
        "actions": [f"{action}:{BUCKET}/{name}/*" for action in ("Read", "Write", "List")],
    }


def make_bucket(server: Server) -> None:
    store = server.store(patience=5)
    store._wire.send("PUT", f"/{BUCKET}", {}, {}, b"", lambda answer: "", BUCKET)


def ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until a signed PUT succeeds: the ports open well before the server can store."""
    end = time.monotonic() + 60
    store = server.store(patience=5)
    while True:
        try:
            make_bucket(server)
            store.put("ready", b"yes", Headers("text/plain", ""))
            store.delete(["ready"])
            return
        except StoreError as fault:
            if process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the server did not start: {fault}\n{log.read_text()[-2000:]}") from fault
            time.sleep(0.1)
