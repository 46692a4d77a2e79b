"""Ceph's S3 gateway on this machine: one monitor, one store in memory, one gateway. For tests, and by hand:

    apt install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common
    python tests/publish/radosgw.py          # prints where it listens and with which keys, until Ctrl-C
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from highstreet.model.publishing import Publishing
from highstreet.publish.policy import policy
from highstreet.publish.s3_options import Keys
from publish.servers import BUCKET, Server, ready
from support.ports import free_ports

PROGRAMS = ("ceph-mon", "ceph-osd", "ceph", "monmaptool", "radosgw", "radosgw-admin")

# Nobody but tests on this machine talks to it, and nothing has to outlive them.
_CONFIG = """\
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon2}/0,v1:127.0.0.1:{mon1}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = {folder}/keyring
run dir = {folder}
admin socket =
log file = {folder}/$name.log
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false
osd heartbeat interval = 1
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw dns name = s3.test
rgw enable usage log = false
rgw bucket default quota max objects = -1
"""


def missing() -> str:
    """The programs that are not installed."""
    return ", ".join(name for name in PROGRAMS if shutil.which(name) is None)


@contextmanager
def running_radosgw(folder: Path) -> Iterator[Server]:
    """The gateway with a bucket and its owner, ready in half a minute. Ceph's own processes end with it."""
    port, mon1, mon2 = free_ports(3)
    fsid, osd = str(uuid4()), str(uuid4())
    config = folder / "ceph.conf"
    config.write_text(_CONFIG.format(fsid=fsid, mon1=mon1, mon2=mon2, port=port, folder=folder))
    (folder / "osd").mkdir()
    keyring = str(folder / "keyring")
    owner, acme = Keys("OWNERKEY0000", "owner-secret-0000"), Keys("TENANTKEY0000", "tenant-secret-0000")
    running: list[subprocess.Popen[bytes]] = []

    def run(*words: str) -> None:
        done = subprocess.run([*words, "-c", str(config)], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"

    def start(*words: str) -> None:
        with (folder / f"{words[0]}.out").open("wb") as out:
            running.append(subprocess.Popen([*words, "-f", "-c", str(config)], stdout=out, stderr=out))

    try:
        addresses = f"[v2:127.0.0.1:{mon2},v1:127.0.0.1:{mon1}]"
        run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", addresses, str(folder / "monmap"))
        for name in ("mon.", "client.admin", "osd.0"):
            rights = [word for part in ("mon", "osd", "mgr") for word in ("--cap", part, "allow *")]
            run("ceph-authtool", *(["--create-keyring"] if name == "mon." else []), keyring, "--gen-key", "-n", name, *rights)
        run("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(folder / "monmap"), "--keyring", keyring)
        start("ceph-mon", "-i", "a")
        run("ceph", "--connect-timeout", "60", "osd", "new", osd)
        run("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", osd)
        start("ceph-osd", "-i", "0")
        for name, keys in (("owner", owner), ("acme", acme)):
            run("radosgw-admin", "user", "create", f"--uid={name}", f"--display-name={name}", f"--access-key={keys.access}", f"--secret-key={keys.secret}")
        start("radosgw", "-n", "client.admin")
        server = Server(f"http://127.0.0.1:{port}", owner, {"acme": acme}, running[-1].pid)
        ready(server, running[-1], folder / "client.admin.log")
        _allow(server, "acme")
        yield server
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _allow(server: Server, tenant: str) -> None:
    """Gives a tenant's user what `highstreet policy --for gc` says, as the bucket's policy."""
    made = policy(Publishing(to=f"s3://{BUCKET}"), tenant, "gc")
    for statement in made["Statement"]:
        statement["Principal"] = {"AWS": [f"arn:aws:iam:::user/{tenant}"]}
    answer = server.store()._wire.send("PUT", f"/{BUCKET}", {"policy": ""}, {}, json.dumps(made).encode(), lambda answer: "", BUCKET)
    assert answer.status in (200, 204), answer


def main() -> None:
    if missing():
        raise SystemExit(f"not installed: {missing()}")
    with tempfile.TemporaryDirectory() as name, running_radosgw(Path(name)) as server:
        print(f"{server.endpoint}  access key {server.owner.access}  secret key {server.owner.secret}  bucket street", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
