"""Building on a cluster: what workers deliver is what this machine builds, byte for byte, however many of them die."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from farm.conftest import WORKERS, Cluster
from highstreet.farm import scheduler
from support.command import AS_OF, Said, call
from support.street import Lane, picture, simple_shop

LONG = bool(os.environ.get("HIGHSTREET_LONG"))


def filled(lane: Lane, shops: int, products: int = 2) -> list[str]:
    """A street whose cache is a folder that all workers see."""
    handles = [f"shop-{number}" for number in range(shops)]
    for number, handle in enumerate(handles):
        shop = simple_shop(f"Shop {number}", products=products)
        first = {**shop["catalog/products/thing-0.yaml"], "images": [{"src": "images/thing.png", "alt": "A thing"}]}
        lane.tenant(handle, {**shop, "catalog/products/thing-0.yaml": first, "assets/images/thing.png": picture(number, 90, 70)})
    lane.write("pyproject.toml", f'[tool.highstreet]\ncache = "file://{lane.root.parent}/shared"\n')
    return handles


def build(lane: Lane, *words: str | Path) -> Said:
    return call("-C", lane.root, "build", "--as-of", AS_OF, "--format", "json", *words)


def outcomes(said: Said) -> dict[str, str]:
    return {row["handle"]: row["outcome"] for row in said.json["tenants"]}


def wanted(lane: Lane) -> dict[str, dict[str, bytes]]:
    """The sites as this machine builds them, without the cache the workers use."""
    out = lane.root.parent / "here"
    said = build(lane, "--cache-domain", "none", "--out", out)
    assert said.code in (0, 1)
    return {site.name: lane.files(site.name, out) for site in out.iterdir()}


def forget(lane: Lane) -> None:
    for place in (lane.workspace.out, lane.workspace.cache):
        shutil.rmtree(place, ignore_errors=True)


def packs(lane: Lane) -> list[Path]:
    return [path for path in (lane.root.parent / "shared/_cache").rglob("packs/*/*") if path.is_file()]


def test_workers_deliver_what_is_built_here(lane: Lane, cluster: Cluster) -> None:
    handles = filled(lane, 4)
    sites = wanted(lane)

    first = build(lane, "--executor", cluster.address)
    again = build(lane, "--executor", "dask://127.0.0.1:9")

    assert first.code == 0, first.all
    assert outcomes(first) == dict.fromkeys(handles, "built")
    assert {handle: lane.files(handle) for handle in handles} == sites
    assert outcomes(again) == dict.fromkeys(handles, "unchanged"), "what is up to date needs no cluster"
    assert packs(lane) == [], "nothing is left behind"
    lane.write("tenants/shop-1/pages/about.md", "---\ntitle: About\n---\nNew words.\n")
    here = build(lane)
    assert outcomes(here)["shop-1"] == "built" and here.json["tenants"][1]["rendered"] < 10, "a build here goes on from what workers delivered"

    # The shared cache loses what workers believe it has: they are asked for all of it.
    forget(lane)
    shutil.rmtree(lane.root.parent / "shared")
    sites = wanted(lane)
    forget(lane)
    once_more = build(lane, "--executor", cluster.address)
    assert once_more.code == 0, once_more.all
    assert {handle: lane.files(handle) for handle in handles} == sites


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@example.com", *words], check=True, capture_output=True, text=True).stdout


def test_workers_fetch_the_commit_that_is_checked_out_here(lane: Lane, cluster: Cluster, tmp_path: Path) -> None:
    filled(lane, 2)
    git(lane.root, "init", "-q")
    git(lane.root, "add", ".")
    git(lane.root, "commit", "-qm", "one")
    bare = tmp_path / "street.git"
    git(tmp_path, "clone", "-q", "--bare", str(lane.root), str(bare))
    sites = wanted(lane)
    # Somebody pushes something newer: it is not what lies here.
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(bare), str(other))
    (other / "tenants/shop-0/pages/about.md").write_text("---\ntitle: About\n---\nNewer.\n")
    git(other, "commit", "-qam", "two")
    git(other, "push", "-q", "origin", "HEAD")

    said = build(lane, "--executor", cluster.address, "--sources", f"git+file://{bare}")

    assert said.code == 0, said.all
    assert {handle: lane.files(handle) for handle in sites} == sites

    lane.write("tenants/shop-0/pages/about.md", "---\ntitle: About\n---\nEdited here.\n")
    edited = build(lane, "--executor", cluster.address, "--sources", f"git+file://{bare}")
    assert edited.code == 2
    assert "tenants/shop-0 differs: commit and push first" in edited.err

    foreign = build(lane, "--executor", cluster.address, "--sources", str(other))
    assert foreign.code == 1
    assert [row["code"] for row in foreign.json["tenants"][0]["diagnostics"] if row["severity"] == "error"] == ["HS509"]
    assert {handle: lane.files(handle) for handle in sites} == sites, "nothing of it was put in place"


def test_killing_workers_loses_nothing(lane: Lane, cluster: Cluster) -> None:
    handles = filled(lane, 24 if LONG else 6, products=12 if LONG else 2)
    sites = wanted(lane)
    chance, killed, over = random.Random(5), [], threading.Event()

    def kill() -> None:
        while len(killed) < (100 if LONG else 4):
            while not (busy := cluster.at_work()):
                if over.wait(0.02):
                    return
            killed.append(chance.choice(busy))
            os.kill(killed[-1], signal.SIGKILL)
            if over.wait(3.0 if LONG else 0.5):
                return

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        said = build(lane, "--executor", cluster.address)
    finally:
        over.set()
        killer.join()

    print(f"{len(killed)} workers killed during {said.json['seconds']} s")
    assert len(set(killed)) >= 3
    assert said.code == 0, said.all
    assert outcomes(said) == dict.fromkeys(handles, "built")
    assert {handle: lane.files(handle) for handle in handles} == sites


def test_a_shop_that_kills_its_workers_fails_alone(lane: Lane, cluster: Cluster) -> None:
    handles = filled(lane, 4)
    lane.tenant("poison", simple_shop("Poison", products=40))  # the dearest: it is taken up first
    sites = wanted(lane)

    said = build(lane, "--executor", cluster.address)

    assert said.code == 1
    assert outcomes(said) == {**dict.fromkeys(handles, "built"), "poison": "failed"}
    told = next(row["diagnostics"] for row in said.json["tenants"] if row["handle"] == "poison")
    assert [(row["code"], row["found"]) for row in told] == [("HS501", "every worker that took it up was killed")]
    assert {handle: lane.files(handle) for handle in handles} == {handle: sites[handle] for handle in handles}
    deadline = time.monotonic() + 30
    while len(cluster.workers()) < WORKERS and time.monotonic() < deadline:
        time.sleep(0.2)


def test_a_shop_with_mistakes_or_over_its_limits_is_told_as_here(lane: Lane, cluster: Cluster) -> None:
    filled(lane, 1)
    lane.tenant("wrong", {**simple_shop(), "catalog/products/thing-0.yaml": {"title": "Thing", "price": "12,50"}})
    lane.tenant("greedy", {**simple_shop(), "theme/templates/page.html": "{% for a in range(70) %}{{ 'x' * 90000 }}{% endfor %}"})
    here = build(lane, "--cache-domain", "none", "--out", lane.root.parent / "here")

    there = build(lane, "--executor", cluster.address)

    assert (here.code, there.code) == (1, 1)
    for one, other in zip(here.json["tenants"], there.json["tenants"], strict=True):
        assert (one["handle"], one["outcome"], one["diagnostics"]) == (other["handle"], other["outcome"], other["diagnostics"])


def test_what_is_missing_is_told_before_anything_is_done(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(scheduler, "_CONNECT", 1.0)
    filled(lane, 1)

    nobody = build(lane, "--executor", "dask://127.0.0.1:9")
    uncached = build(lane, "--executor", "dask://127.0.0.1:9", "--cache-domain", "none")
    nonsense = build(lane, "--executor", "10.0.0.5")

    assert nobody.code == uncached.code == nonsense.code == 2
    assert "no scheduler answers at dask://127.0.0.1:9" in nobody.err
    assert "set cache in [tool.highstreet]" in uncached.err
    assert "dask://10.0.0.5:8786" in nonsense.err
    assert not lane.workspace.out.exists()
