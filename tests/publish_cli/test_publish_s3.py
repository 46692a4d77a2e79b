"""`highstreet publish` and its companions against a real S3 server: exit codes, reports, and what lies there in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from highstreet.cli import online
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import DEFAULTS
from highstreet.publish.stores import open_store
from publish.crawl import live, whole
from publish.proxy import Fate, Proxy, Request
from publish.servers import BUCKET, Server
from support.command import AS_OF, Said, call, run
from support.street import Lane, simple_shop

Command = Callable[..., Said]


@pytest.fixture
def command(lane: Lane, seaweedfs: Server, proxy: Proxy, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command on the street, through the proxy, with JSON as its answer where it has one."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweedfs.owner.access)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweedfs.owner.secret)
    monkeypatch.setenv("AWS_REGION", "us-east-1")

    def command(name: str, *words: str | Path, own_process: bool = False) -> Said:
        place = [] if name == "build" else ["--to", f"s3://{BUCKET}/{prefix}", "--endpoint-url", proxy.endpoint, "--format", "json"]
        timed = ["--as-of", AS_OF] if name in ("build", "publish") else []
        return (run if own_process else call)("-C", lane.root, name, *words, *timed, *place)

    return command


@pytest.fixture
def store(seaweedfs: Server, prefix: str) -> S3Store:
    return seaweedfs.store(prefix)


def outcomes(answer: Said) -> dict[str, str]:
    return {row["handle"]: row["outcome"] for row in answer.json["tenants"]}


def objects(store: S3Store, handle: str) -> set[str]:
    return {found.key for found in store.list(f"{handle}/")}


def test_from_the_first_publish_to_the_last_object(lane: Lane, command: Command, store: S3Store, proxy: Proxy) -> None:
    for handle in ("acme", "acme-2"):
        lane.tenant(handle, simple_shop(handle.title(), 1))
    assert command("build").code == 0
    plan = command("publish", "--dry-run")
    untouched = not objects(store, "acme")

    first = command("publish", own_process=True)
    again = command("publish")
    before = live(store, "acme")
    lane.tenant("acme", {"tenant.yaml": {**simple_shop("Acme & Daughters", 1)["tenant.yaml"]}})
    assert command("build").code == 0
    second = command("publish")

    assert plan.code == 0 and outcomes(plan) == {"acme": "planned", "acme-2": "planned"} and untouched
    assert first.code == 0, first.all
    assert outcomes(first) == {"acme": "published", "acme-2": "published"}
    assert (again.code, outcomes(again)) == (0, {"acme": "unchanged", "acme-2": "unchanged"})
    assert (second.code, outcomes(second)) == (0, {"acme": "published", "acme-2": "unchanged"})
    assert before is not None
    (row,) = [row for row in second.json["tenants"] if row["handle"] == "acme"]
    assert row["previous"] == before.release and row["uploaded"] > 0
    whole(store, "acme")

    listed = command("releases", "acme")
    back = command("rollback", "acme")
    held = command("publish")
    text = call("-C", lane.root, "releases", "acme", "--to", store.name, "--endpoint-url", proxy.endpoint)

    assert listed.code == 0 and [found["live"] for found in listed.json["releases"]] == [True, False]
    assert (back.code, outcomes(back)) == (0, {"acme": "rolled back"})
    assert (held.code, outcomes(held)) == (4, {"acme": "superseded", "acme-2": "unchanged"})
    assert "rolled back" in held.json["tenants"][0]["reason"]
    assert text.code == 0 and before.release in text.out
    now = live(store, "acme")
    assert now is not None and now.release == before.release
    whole(store, "acme")

    lifted = command("publish", "--allow-older")
    lane.tenant("acme", {"tenant.yaml": {**simple_shop("Acme & Sons", 1)["tenant.yaml"]}})
    assert command("build").code == command("publish").code == 0
    there = objects(store, "acme")
    time.sleep(1.1)  # the server's clock has whole seconds
    cleaned = command("gc", "--keep", "1", "--grace", "0")

    assert (lifted.code, outcomes(lifted)) == (0, {"acme": "published", "acme-2": "unchanged"})
    assert cleaned.code == 0 and set(outcomes(cleaned).values()) == {"collected"}
    assert objects(store, "acme") < there, cleaned.out
    whole(store, "acme")
    whole(store, "acme-2")

    kept = objects(store, "acme-2")
    refused = command("unpublish", "acme")
    off = command("unpublish", "acme", "--allow-live")
    gone = live(store, "acme")
    no_way_back = command("rollback", "acme")
    purged = command("unpublish", "acme", "--allow-live", "--purge", "--allow-deletes")

    assert refused.code == 1 and refused.json["tenants"][0]["diagnostics"][0]["code"] == "HS861"
    assert (off.code, outcomes(off)) == (0, {"acme": "withdrawn"})
    assert gone is not None and gone.status == "gone"
    assert no_way_back.code == 1 and no_way_back.json["tenants"][0]["diagnostics"][0]["code"] == "HS809"
    assert (purged.code, outcomes(purged)) == (0, {"acme": "purged"})
    assert objects(store, "acme") == {"acme/_hs/current"}  # which says that it is gone
    assert objects(store, "acme-2") == kept
    whole(store, "acme-2")


@pytest.mark.usefixtures("plain_icons")
def test_shops_whose_part_of_the_store_fails_stop_nobody(
    lane: Lane, command: Command, store: S3Store, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty shops; one is refused every request for ever, another hears nothing but 503."""
    # What is told of a store that is down for a minute is told after eight seconds here.
    monkeypatch.setattr(online, "open_store", partial(open_store, manner=DEFAULTS._replace(patience=8.0)))
    handles = [f"shop-{number:02}" for number in range(20)]
    for handle in handles:
        lane.tenant(handle, simple_shop(handle, 1))
    assert command("build").code == 0
    assert command("publish").code == 0
    before = {handle: live(store, handle) for handle in handles}
    for handle in handles:
        lane.tenant(handle, {"tenant.yaml": {**simple_shop(f"{handle} again", 1)["tenant.yaml"]}})
    assert command("build").code == 0
    bad: dict[str, tuple[Fate, str]] = {"shop-07": ("forbid", "HS805"), "shop-11": ("overrun", "HS806")}

    def decide(request: Request) -> Fate:
        return next((fate for handle, (fate, _) in bad.items() if of(request, handle)), "pass")

    def of(request: Request, handle: str) -> bool:
        return f"/{handle}/" in request.target or f"%2F{handle}%2F" in request.target

    with proxy.watching(decide) as seen:
        answer = command("publish")

    assert answer.code == 1, answer.all
    assert "8 s allowed" in answer.out
    assert outcomes(answer) == {handle: "failed" if handle in bad else "published" for handle in handles}
    for row in answer.json["tenants"]:
        if row["handle"] in bad:
            assert [found["code"] for found in row["diagnostics"]] == [bad[row["handle"]][1]]
            assert row["handle"] in row["diagnostics"][0]["file"]
    for handle in handles:
        assert (live(store, handle) == before[handle]) == (handle in bad)
    for handle in bad:
        whole(store, handle)
        assert sum(of(request, handle) for request in seen) < 40

    mended = command("publish")
    assert (mended.code, outcomes(mended)) == (0, {handle: "published" if handle in bad else "unchanged" for handle in handles})
