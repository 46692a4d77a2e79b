"""A street of many small shops published by the command: what one shop costs must not grow with how many there are.

    python tests/benchmarks/fleet.py [--shops 1000] [--files 20]

One shop is built and laid out as often as asked for, cut down to `--files` files: building is not what is measured. Then
`highstreet publish` runs as a process of its own for the first tenth of the shops and for all of them, against one
SeaweedFS: first publish, nothing changed, and nothing changed after a commit. Wall time and CPU time of the client for
each shop, and the most memory it took.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from highstreet import freshness
from highstreet.output import state as states
from publish.servers import BUCKET, Server, running_seaweedfs
from support.command import AS_OF, command
from support.street import Lane, simple_shop

KEPT = (".html", ".json", ".xml", ".txt", ".css", ".js", "_headers", "_redirects")


def lay_out(lane: Lane, count: int, files: int) -> list[str]:
    """`count` shops that count as built."""
    lane.tenant("s0000", simple_shop("Acme", 1))
    street = lane.street()
    built = lane.build("s0000", street)
    assert built.outcome == "built", built
    space = street.workspace
    state = lane.state("s0000")
    folder = space.site("s0000")
    kept = {path for path in sorted(state.outputs) if path.endswith(KEPT)}
    kept = set(sorted(kept, key=lambda path: (path.endswith(".js"), path))[:files])
    for path in state.outputs.keys() - kept:
        (folder / path).unlink()
    handles = [f"s{number:04}" for number in range(count)]
    digest = street.theme_digest(state.theme)
    assert digest is not None
    for handle in handles:
        if handle != "s0000":
            shutil.copytree(space.tenant("s0000"), space.tenant(handle))
            shutil.copytree(folder, space.site(handle))
        outputs = states.Outputs.of({path: state.outputs[path] for path in sorted(kept)})
        snapshot = freshness.scanned(street, handle, states.State())
        site_key = freshness.site_key(snapshot.handle, snapshot.digest, state.theme, digest, street)
        made = {"outputs": outputs, "directories": states.directories(space.site(handle), outputs), "index": dict(snapshot.index)}
        states.save(space.state(handle), states.State(**{name: getattr(state, name) for name in states.State.__slots__} | made | {"site_key": site_key}))
    return handles


def publish(lane: Lane, server: Server, handles: list[str]) -> tuple[float, float, float]:
    """Wall and CPU milliseconds for each shop, and megabytes."""
    words = command("-C", lane.root, "publish", *handles, "--as-of", AS_OF, "--to", f"s3://{BUCKET}", "--endpoint-url", server.endpoint, "--format", "json")
    keys = {"AWS_ACCESS_KEY_ID": server.owner.access, "AWS_SECRET_ACCESS_KEY": server.owner.secret, "AWS_REGION": "us-east-1"}
    start = time.monotonic()
    with (lane.root.parent / "report.json").open("w+") as report:
        process = subprocess.Popen(words, env=os.environ | keys, stdout=report)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            report.seek(0)
            bad = [row["diagnostics"] or row["reason"] for row in json.load(report)["tenants"] if row["outcome"] not in ("published", "unchanged")]
            raise SystemExit(f"exit {process.returncode}, {len(bad)} shops: {bad[:2]}")
    each = 1000 / len(handles)
    return (time.monotonic() - start) * each, (used.ru_utime + used.ru_stime) * each, used.ru_maxrss / 1024


def commit(lane: Lane, number: int) -> None:
    git = ["git", "-C", str(lane.root), "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    if not (lane.root / ".git").exists():
        subprocess.run([*git, "init", "-q"], check=True)
        (lane.root / ".gitignore").write_text("build/\n.highstreet/\n")
        subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", str(number)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shops", type=int, default=1_000)
    parser.add_argument("--files", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_seaweedfs(Path(name)) as server:
        lane = Lane(Path(name) / "street")
        (lane.root / "tenants").mkdir(parents=True)
        (lane.root / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "example.com"\n')
        handles = lay_out(lane, chosen.shops, chosen.files)
        commit(lane, 0)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        for part in (handles[: max(1, chosen.shops // 10)], handles):
            rows = {"first publish": publish(lane, server, part), "nothing changed": publish(lane, server, part)}
            commit(lane, len(part))
            rows["after a commit"] = publish(lane, server, part)
            for step, (wall, cpu, memory) in rows.items():
                print(f"{len(part):5} shops, {step:15} {wall:7.1f} ms wall, {cpu:6.1f} ms CPU each; {memory:5.0f} MB", flush=True)
            if part is not handles:  # the second round starts from nothing, too
                shutil.rmtree(lane.root / ".highstreet/publish")
                for handle in part:
                    server.store().delete([found.key for found in server.store().list(f"{handle}/")])


if __name__ == "__main__":
    main()
