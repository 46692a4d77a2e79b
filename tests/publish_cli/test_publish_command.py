"""`highstreet publish` and its companions as people run them, against a folder as the store."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from highstreet.publish import concurrent
from highstreet.publish.folder import FolderStore
from highstreet.publish.object_store import Condition, ETag, Headers, Refused
from support.command import AS_OF, Said, call, run
from support.street import Lane, simple_shop

SECRET = "hunter2-wJalrXUtnFEMI"


@pytest.fixture
def street(lane: Lane) -> Lane:
    for handle in ("acme", "bell"):
        lane.tenant(handle, simple_shop(handle.title(), 1))
    assert call("-C", lane.root, "build", "--as-of", AS_OF).code == 0
    return lane


def said(lane: Lane, *words: str | Path) -> Said:
    command, *rest = words
    timed = ["--as-of", AS_OF] if command in ("publish", "build") else []
    place = [] if command == "build" else ["--to", f"file://{lane.root.parent}/web"]
    return call("-C", lane.root, command, *rest, *timed, *place)


def outcomes(answer: Said) -> dict[str, str]:
    return {row["handle"]: row["outcome"] for row in answer.json["tenants"]}


def pointer(lane: Lane, handle: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((lane.root.parent / f"web/{handle}/_hs/current").read_bytes())
    return found


def left(lane: Lane, handle: str) -> list[str]:
    """Names of the files that the store has of a shop."""
    return [file.name for file in (lane.root.parent / "web" / handle).rglob("*") if file.is_file()]


def edited(lane: Lane, handle: str, **fields: str) -> None:
    tenant = {**simple_shop(handle.title(), 1)["tenant.yaml"], **fields}
    lane.tenant(handle, {"tenant.yaml": tenant})
    assert said(lane, "build", handle).code == 0


def test_a_street_goes_online_and_the_next_run_has_nothing_to_do(street: Lane) -> None:
    plan = said(street, "publish", "--dry-run")
    nothing_yet = not list((street.root.parent / "web").glob("*/_hs/current"))
    first = run("-C", street.root, "publish", "--as-of", AS_OF, "--to", f"file://{street.root.parent}/web", "--format", "json")
    second = said(street, "publish", "--format", "json")

    assert nothing_yet
    assert [row["url"] for row in first.json["tenants"]] == ["https://acme.localhost", "https://bell.localhost"]
    assert "to create" in plan.out and "not there yet" in plan.out and "nothing was changed" in plan.out
    assert first.code == 0, first.all
    assert outcomes(first) == {"acme": "published", "bell": "published"}
    assert outcomes(second) == {"acme": "unchanged", "bell": "unchanged"}
    assert pointer(street, "acme")["status"] == "live"


def test_an_edit_is_planned_published_listed_and_taken_back(street: Lane) -> None:
    first = said(street, "publish")
    before = pointer(street, "acme")["release"]
    edited(street, "acme", name="Acme & Daughters")

    plan = said(street, "publish", "acme", "--dry-run")
    done = said(street, "publish", "acme")
    hint = done.out.splitlines()[-1].removeprefix("take one back with: highstreet ")
    listed = said(street, "releases", "acme", "--format", "json").json
    back = run("-C", street.root, *hint.split())  # as it is written there, with the store that was named

    assert "take one back" not in first.all  # nothing was online before
    assert "content differs" in plan.out
    assert done.code == 0 and "is live at https://acme.localhost" in done.err
    assert [row["live"] for row in listed["releases"]] == [True, False]
    assert back.code == 0 and f"release {before} is live again" in back.out
    assert pointer(street, "acme")["release"] == before


@pytest.mark.parametrize(("harm", "code"), [("never", "HS851"), ("source", "HS852"), ("output", "HS854")])
def test_only_what_build_made_is_published(street: Lane, harm: str, code: str) -> None:
    if harm == "never":
        street.tenant("acme-2", simple_shop())
    elif harm == "source":
        street.write("tenants/acme/pages/about.md", "---\ntitle: Other\n---\nx\n")
    else:
        street.write("build/acme/index.html", "<!doctype html>hacked")

    answer = said(street, "publish", "--format", "json")
    bad = "acme-2" if harm == "never" else "acme"

    assert answer.code == 1
    assert outcomes(answer)["bell"] == "published"
    (row,) = [row for row in answer.json["tenants"] if row["handle"] == bad]
    assert [d["code"] for d in row["diagnostics"]] == [code]
    assert f"highstreet build {bad}" in row["diagnostics"][0]["fix"]
    assert not (street.root.parent / f"web/{bad}/_hs/current").exists()


def test_drafts_are_left_out_and_suspended_shops_are_switched(street: Lane) -> None:
    edited(street, "bell", status="draft")
    first = said(street, "publish", "--format", "json")
    edited(street, "acme", status="suspended")
    second = said(street, "publish", "--format", "json")
    preview = said(street, "publish", "bell", "--preview", "pr-1", "--format", "json")

    assert outcomes(first) == {"acme": "published", "bell": "draft"}
    assert outcomes(second) == {"acme": "suspended", "bell": "draft"}
    assert pointer(street, "acme")["status"] == "suspended"
    assert outcomes(preview) == {"bell": "published"}


def test_a_live_shop_that_becomes_a_draft_is_told(street: Lane) -> None:
    said(street, "publish")
    edited(street, "bell", status="draft")

    answer = said(street, "publish")

    assert answer.code == 1 and "HS855" in answer.err


def test_a_shop_whose_folder_is_gone_is_told_and_taken_off_by_word_only(street: Lane) -> None:
    said(street, "publish")
    kept = said(street, "unpublish", "bell")
    shutil.rmtree(street.root / "tenants/bell")
    told = said(street, "publish", "--format", "json")
    off = said(street, "unpublish", "bell")
    listed = said(street, "releases", "bell")
    after = said(street, "publish", "--format", "json")
    unsure = said(street, "unpublish", "bell", "--purge")
    purged = said(street, "unpublish", "bell", "--purge", "--allow-deletes")

    assert kept.code == 1 and "HS861" in kept.err
    assert (told.code, outcomes(told)) == (1, {"acme": "unchanged", "bell": "departed"})
    assert "highstreet unpublish bell" in told.out
    assert off.code == 0
    assert "rollback" not in listed.out and "highstreet publish bell" in listed.out  # what is off is not rolled back
    assert (after.code, outcomes(after)) == (0, {"acme": "unchanged"})
    assert unsure.code == 2 and "--allow-deletes" in unsure.err
    assert purged.code == 0
    assert left(street, "bell") == ["current"] and pointer(street, "bell")["status"] == "gone"
    assert pointer(street, "acme")["status"] == "live"


def test_what_fails_at_the_store_stops_nobody(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    handles = [f"shop-{number:02}" for number in range(12)]
    for handle in handles:
        lane.tenant(handle, simple_shop(handle, 1))
    assert call("-C", lane.root, "build", "--as-of", AS_OF).code == 0
    lane.write("build/shop-03/index.html", "<!doctype html>hacked")
    (lane.root.parent / "web").mkdir()
    FolderStore(lane.root.parent / "web").put("shop-05/_hs/current", b"{broken", Headers("application/json", "no-store"))
    put = FolderStore.put

    def refusing(self: FolderStore, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        if key.startswith("shop-07/"):
            raise Refused(key, "no permission")
        if key.startswith("shop-09/"):
            raise RuntimeError("a fault of ours")
        return put(self, key, body, headers, condition)

    monkeypatch.setattr(FolderStore, "put", refusing)
    answer = said(lane, "publish", "--format", "json")

    bad = {"shop-03": "HS854", "shop-05": "HS801", "shop-07": "HS805", "shop-09": "HS901"}
    assert outcomes(answer) == {handle: "failed" if handle in bad else "published" for handle in handles}
    assert {row["handle"]: row["diagnostics"][0]["code"] for row in answer.json["tenants"] if row["diagnostics"]} == bad
    assert answer.code == 3 and "RuntimeError" in answer.err


def test_no_secret_is_ever_told(street: Lane) -> None:
    env = {"AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": SECRET, "GITHUB_ACTIONS": "1", "GITHUB_ACTOR": "mara", "GITHUB_TOKEN": SECRET}
    place = f"file://{street.root.parent}/web"
    done = run("-C", street.root, "publish", "--as-of", AS_OF, "--to", place, "--format", "json", env=env)
    wrong = [
        run("-C", street.root, "publish", "--to", f"s3://key:{SECRET}@bucket/x", env=env),
        run("-C", street.root, "publish", "--to", "s3://bucket/x", "--endpoint-url", f"https://me:{SECRET}@s3.example.com", env=env),
    ]
    street.write("pyproject.toml", f'[tool.highstreet.publish]\nto = "s3://key:{SECRET}@bucket/x"\nsecret_key = "{SECRET}"\n')
    wrong.append(run("-C", street.root, "publish", env=env))

    assert done.code == 0, done.all
    assert all(answer.code == 2 for answer in wrong), [answer.all for answer in wrong]
    assert not any(SECRET in answer.all for answer in (done, *wrong))
    stored = [file for folder in (street.root.parent / "web", street.root / ".highstreet/publish") for file in folder.rglob("*") if file.is_file()]
    assert len(stored) > 20
    assert not any(SECRET.encode() in file.read_bytes() for file in stored)


def test_a_flat_shop_is_published_and_leaves_by_deletion_only(street: Lane) -> None:
    first = said(street, "publish", "bell", "--layout", "flat", "--format", "json")
    still = said(street, "unpublish", "bell", "--allow-live")
    there = (street.root.parent / "web/bell/index.html").is_file()
    purged = said(street, "unpublish", "bell", "--allow-live", "--purge", "--allow-deletes")

    assert (first.code, outcomes(first)) == (0, {"bell": "published"})
    assert still.code == 1 and "HS811" in still.err and there
    assert purged.code == 0 and left(street, "bell") == ["current"]


@pytest.mark.parametrize("inside", ["tenants", "build", ".", "themes/x", ".highstreet"])
def test_a_store_among_the_sources_is_refused(street: Lane, inside: str) -> None:
    answer = call("-C", street.root, "publish", "--to", f"file://{os.path.normpath(street.root / inside)}")

    assert answer.code == 2 and "folders" in answer.err


def test_what_hinders_every_shop_is_told_a_few_times_and_counted(lane: Lane) -> None:
    for number in range(9):
        lane.tenant(f"shop-{number}", simple_shop(f"Shop {number}", 1))

    text, data = said(lane, "publish"), said(lane, "publish", "--format", "json")

    assert text.code == 1 and text.err.count("HS851") == 6 and "): 4 more" in text.err, text.err
    assert [row["diagnostics"][0]["code"] for row in data.json["tenants"]] == ["HS851"] * 9


def test_a_preview_is_told_as_one(street: Lane) -> None:
    said(street, "publish", "acme")
    same = said(street, "publish", "acme", "--preview", "pr-1")
    edited(street, "acme", name="Acme & Sons")
    other = said(street, "publish", "acme", "--preview", "pr-2")

    assert "shows what is live" in same.err and "is online" in same.err and "acme: release" not in same.err
    assert "updated" in other.err and "https://pr-2--acme." in other.out


def test_missing_credentials_are_told_at_the_address(street: Lane) -> None:
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/none", "AWS_SHARED_CREDENTIALS_FILE": "/none"}

    answer = run("-C", street.root, "publish", "--as-of", AS_OF, "--to", "s3://bucket/x", env=nothing)

    assert answer.code == 1 and answer.err.startswith("s3://bucket/x  HS805"), answer.all


def test_without_a_place_the_setting_is_told(street: Lane) -> None:
    answer = call("-C", street.root, "publish")

    assert answer.code == 2 and "--to s3://bucket/prefix" in answer.err


def test_results_are_told_in_order_and_at_most_so_many_at_once() -> None:
    at_work: set[str] = set()
    most = 0

    def work(handle: str) -> str:
        nonlocal most
        at_work.add(handle)
        most = max(most, len(at_work))
        at_work.discard(handle)
        if handle == "5":
            raise ValueError("x")
        return handle

    results = list(concurrent.each(map(str, range(200)), work, 4))

    assert sorted(r for r in results if isinstance(r, str)) == sorted(str(n) for n in range(200) if n != 5)
    assert [r.handle for r in results if isinstance(r, concurrent.Crashed)] == ["5"]
    assert most <= 4




@pytest.mark.parametrize("layout", ["releases", "flat"])
def test_a_renamed_product_without_a_redirect_is_named(street: Lane, layout: str) -> None:
    def renamed(old: str, new: str) -> None:
        folder = street.root / "tenants/acme/catalog/products"
        (folder / f"{old}.yaml").rename(folder / f"{new}.yaml")
        street.tenant("acme", {"catalog/collections/things.yaml": {"title": "Things", "products": [new]}})

    said(street, "publish", "acme", "--layout", layout)
    renamed("thing-0", "thing-a")
    said(street, "build", "acme")
    plan = said(street, "publish", "acme", "--layout", layout, "--dry-run")
    told = said(street, "publish", "acme", "--layout", layout)
    renamed("thing-a", "thing-b")
    street.tenant("acme", {"redirects.yaml": {"/products/thing-0/": "product/thing-b", "/products/thing-a": "product/thing-b"}})
    said(street, "build", "acme")
    led = said(street, "publish", "acme", "--layout", layout, "--format", "json")

    for one in (plan, told):
        assert "1 address leads nowhere now: /products/thing-0/ (redirects.yaml takes visitors on)" in one.all
    assert led.json["tenants"][0]["dead_ends"] == []
