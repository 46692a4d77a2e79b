# ruff: noqa: B023  # functions made in a loop run in the same round of it
"""Publishing as releases: what is asked of the store, crashes, lost answers, races."""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from highstreet.publish.apply import publish
from highstreet.publish.beside import planned
from highstreet.publish.changeset import changeset
from highstreet.publish.forest import tree_id
from highstreet.publish.log import releases
from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import ETag, Headers
from highstreet.publish.options import Options, Preview
from highstreet.publish.outcome import Outcome
from highstreet.publish.release import CURRENT, PRIVATE, Published
from highstreet.publish.release_json import decode_release, encode_pointer, encode_release
from highstreet.publish.switch import rollback, suspend
from highstreet.publish.withdraw import withdraw
from publish.shops import (
    CLOCK,
    Between,
    Crash,
    Time,
    check_live,
    check_whole,
    each_request,
    lost,
    manifest,
    pointer,
    put,
    shelf,
    shop,
    site,
    stamp,
    struck,
    versions,
)


def test_first_publish_no_op_and_one_edit(tmp_path: Path) -> None:
    store = Between(MemoryStore())
    old, new = versions(tmp_path, 2)

    first = put(store, old, stamp(0), cache=tmp_path / "cache")

    assert first.kind == "published", first
    check_live(store.store, old)
    assert not [verb for verb, _ in store.asked if verb in ("LIST", "COPY", "DELETE")]
    store.asked.clear()
    assert put(store, old, stamp(0)).kind == "unchanged"
    assert store.asked == [("GET", f"acme/{CURRENT}")]
    store.asked.clear()
    second = put(store, new, stamp(1), cache=tmp_path / "cache")
    assert second.kind == "published" and second.previous == first.release
    check_live(store.store, new)
    verbs = [verb for verb, _ in store.asked]
    assert verbs.count("GET") == 1 and len(verbs) == verbs.count("PUT") + 1
    assert second.counts.uploaded == verbs.count("PUT") - 3 and second.counts.copied == 0


@pytest.mark.parametrize("precompress", ["assets", "all", "none"])
def test_variants_and_headers(tmp_path: Path, precompress: str) -> None:
    store = MemoryStore()
    (what,) = versions(tmp_path, 1, precompress=precompress)

    put(store, what, stamp())

    check_live(store, what)
    paths = {item.path for item in what.items}
    assert ("index.html.br" in paths) == (precompress == "all")
    assert any(path.endswith(".css.gz") for path in paths) == (precompress != "none")
    assert not any(path.startswith("_") for path in paths)
    moved = {item.path: item.headers[3:] for item in what.items if any(item.headers[3:]) and not item.headers.content_encoding}
    assert moved == {"old/index.html": ("/new/", ""), "soon/index.html": ("", "/later/")}
    live = pointer(store)
    assert live is not None and live.headers == {"content-security-policy": "default-src 'self'"}
    assert live.not_found == ("404.html",)


def test_crash_before_every_request_and_lost_answers(tmp_path: Path) -> None:
    old, new = versions(tmp_path, 2)
    for kind in ("crash", "lost"):
        for at in each_request(9):
            store = MemoryStore()
            put(store, old, stamp(0))
            before = pointer(store)
            mine = Outcome("failed")
            with contextlib.suppress(Crash):
                mine = put(struck(store, kind, at), new, stamp(1))
            live = pointer(store)
            assert live is not None and before is not None
            check_whole(store, live)
            if kind == "lost":
                assert (mine.kind == "published") == (live.site == new.site), "it knows what became of it"
            again = put(store, new, stamp(1))
            assert again.kind in ("published", "unchanged")
            check_live(store, new)


def test_of_two_publishers_the_newer_commit_wins_whoever_is_first(tmp_path: Path) -> None:
    a, b, c = versions(tmp_path, 3)
    for first, second, ours, theirs in ((b, c, 1, 2), (c, b, 2, 1), (b, c, 1, 1)):
        for at in each_request(9):
            store = MemoryStore()
            put(store, a, stamp(0))
            other: list[Outcome] = []

            def meanwhile(verb: str, key: str) -> None:
                if at.reached():
                    other.append(put(store, second, stamp(theirs)))

            mine = put(Between(store, before=meanwhile), first, stamp(ours))
            if not other:
                continue
            assert {mine.kind, other[0].kind} <= {"published", "superseded"}
            if ours != theirs:
                check_live(store, c)
            elif mine.kind == "superseded":
                check_live(store, second)
            elif other[0].kind == "superseded":
                check_live(store, first)
            else:  # one after the other, not at once
                live = pointer(store)
                assert live is not None and check_whole(store, live)


def test_the_pointer_notes_the_newest_commit_of_the_same_content(tmp_path: Path) -> None:
    a, b = versions(tmp_path, 2)
    for layout in ("releases", "flat"):
        old, other = (replace(what, options=Options(layout=layout)) for what in (a, b))
        store = Between(MemoryStore())
        put(store, old, stamp(1))
        store.asked.clear()

        assert put(store, old, stamp(3)).kind == "unchanged"
        asked = list(store.asked)
        late = put(store, other, stamp(2))

        assert asked == [("GET", f"acme/{CURRENT}"), ("PUT", f"acme/{CURRENT}")]
        assert late.kind == "superseded", "commit 3 took back what commit 2 had changed, and was quicker"
        live = pointer(store.store)
        assert live is not None and (live.site, live.commit) == (old.site, stamp(3).commit)
        store.asked.clear()
        assert put(store, old, stamp(2)).kind == "unchanged"
        assert len(store.asked) == 1, "an older commit is not noted"


def test_noting_a_commit_waits_for_gc_and_loses_no_race(tmp_path: Path) -> None:
    a, b = versions(tmp_path, 2)
    store, time = MemoryStore(), Time()
    put(store, a, stamp(1), time)
    live = pointer(store)
    assert live is not None
    store.put(f"acme/{CURRENT}", encode_pointer(live._replace(collecting="gc")), PRIVATE)

    assert put(store, a, stamp(2), time).kind == "unchanged"
    live = pointer(store)
    assert live is not None and live.collecting == "" and live.commit == stamp(2).commit
    assert time.seconds >= 300

    def meanwhile(verb: str, key: str) -> None:
        if verb == "PUT":
            put(store, b, stamp(4), time)

    assert put(Between(store, before=meanwhile), a, stamp(3), time).kind == "superseded"
    check_live(store, b)


def test_rollback(tmp_path: Path) -> None:
    a, b, c = versions(tmp_path, 3)
    store = Between(MemoryStore())
    first, second = put(store, a, stamp(0)), put(store, b, stamp(1))
    store.asked.clear()

    back = rollback(shelf(store), None, stamp(2))

    assert back.kind == "rolled back" and back.release == first.release
    assert len(store.asked) <= 3
    check_live(store.store, a)
    again = put(store, b, stamp(1, clock=CLOCK + timedelta(hours=1)))
    assert again.kind == "superseded" and "rolled back" in again.reason
    assert put(store, b, stamp(1, allow_older=True)).kind == "published"
    rollback(shelf(store), first.release, stamp(2))
    assert put(store, c, stamp(2)).kind == "published"
    assert {known.id for known in releases(shelf(store))} >= {first.release, second.release}
    assert rollback(shelf(store), "nothing", stamp(2)).diagnostics[0].code == "HS809"


def test_a_rollback_whose_answer_was_lost_took_place(tmp_path: Path) -> None:
    a, b = versions(tmp_path, 2)
    store = MemoryStore()
    put(store, a, stamp(0))
    put(store, b, stamp(1))

    def strike(verb: str, key: str) -> None:
        if verb == "PUT":
            raise lost(key)

    assert rollback(shelf(Between(store, after=strike)), None, stamp(2)).kind == "rolled back"
    check_live(store, a)


def test_a_rollback_between_releases_of_one_clock_holds(tmp_path: Path) -> None:
    a, b = versions(tmp_path, 2)
    for commit in (stamp().commit, stamp().commit._replace(id="", time=0)):
        store = MemoryStore()
        by = [replace(stamp(n), commit=commit, clock=CLOCK) for n in range(4)]
        assert put(store, a, by[0]).kind == "published"
        assert put(store, b, by[1]).kind == "published"

        assert rollback(shelf(store), None, by[2]).kind == "rolled back"

        assert put(store, b, by[3]).kind == "superseded"
        check_live(store, a)


def test_same_content_without_commits_does_not_come_back_by_itself(tmp_path: Path) -> None:
    a, b, c = versions(tmp_path, 3)
    store = MemoryStore()
    plain = [replace(stamp(n), commit=stamp().commit._replace(id="", time=0)) for n in range(5)]
    put(store, a, plain[0])
    put(store, b, plain[1])
    rollback(shelf(store), None, plain[2])

    assert put(store, b, plain[3]).kind == "superseded"
    assert put(store, c, plain[3]).kind == "published"


def test_no_commit_brings_back_content_that_was_rolled_back(tmp_path: Path) -> None:
    a, b, c = versions(tmp_path, 3)
    store = MemoryStore()
    put(store, a, stamp(0))
    put(store, b, stamp(1))
    put(store, b, stamp(2))
    rollback(shelf(store), None, stamp(3))

    again = put(store, b, stamp(4))

    assert again.kind == "superseded" and "content was rolled back" in again.reason, "others' commits are no reason"
    assert put(store, c, stamp(2)).kind == "superseded", "nor does the commit that was live come back"
    check_live(store, a)
    assert put(store, c, stamp(5)).kind == "published"


def test_a_shop_that_is_off_the_net_is_published_not_rolled_back(tmp_path: Path) -> None:
    a, b = versions(tmp_path, 2)
    store = MemoryStore()
    put(store, a, stamp(0))
    put(store, b, stamp(1))
    assert withdraw(shelf(store), stamp(2)).found

    back = rollback(shelf(store), None, stamp(3))

    assert back.diagnostics[0].code == "HS809" and "publish" in back.diagnostics[0].fix
    assert put(store, b, stamp(1)).kind == "published"
    check_live(store, b)
    assert rollback(shelf(store), None, stamp(3)).kind == "rolled back"


def test_header_only_changes_are_published(tmp_path: Path) -> None:
    store = Between(MemoryStore())
    (what,) = versions(tmp_path, 1)
    put(store, what, stamp(0))
    items = tuple(item._replace(headers=item.headers._replace(cache_control="no-store")) for item in what.items)
    changed = replace(what, site="f" * 64)
    changed.__dict__["items"] = items

    store.asked.clear()
    assert put(store, changed, stamp(1)).counts.headers == len(items)

    check_live(store.store, changed)
    assert not [key for verb, key in store.asked if verb == "PUT" and "/t/" in key]  # pages are copied


def test_what_was_published_before_redirects_had_two_kinds_is_read_and_kept(tmp_path: Path) -> None:
    store = MemoryStore()
    (what,) = versions(tmp_path, 1)
    put(store, what, stamp())
    live = pointer(store)
    assert live is not None
    release = manifest(store, live.release)
    older = json.loads(encode_release(release)) | {"format": 1}
    for headers in older["headers"]:
        del headers["temporary"]
    page = Published("a.html", "00", 1, Headers("text/html", "x", "", "/b/"), ETag("e"), "00")

    read = decode_release(json.dumps(older).encode(), "older")

    assert [found.path for found in read.objects if found.headers.temporary] == []
    assert [found._replace(headers=found.headers._replace(temporary="")) for found in release.objects] == list(read.objects)
    assert tree_id([page]) == "prrpo4yrchcjper"  # as before: no tree is put anew for it
    assert tree_id([page._replace(headers=page.headers._replace(temporary="/c/"))]) != tree_id([page])


def test_suspended_answers_until_it_is_published_again(tmp_path: Path) -> None:
    store = MemoryStore()
    (what,) = versions(tmp_path, 1)
    put(store, what, stamp(0))

    assert suspend(shelf(store), stamp(1)).kind == "suspended"
    live = pointer(store)
    assert live is not None and live.status == "suspended"
    assert suspend(shelf(store), stamp(1)).kind == "unchanged"
    assert put(store, what, stamp(2)).kind == "published"
    live = pointer(store)
    assert live is not None and live.status == "live"


def test_many_deletes_need_a_word(tmp_path: Path) -> None:
    store = MemoryStore()
    large = site(tmp_path / "large", shop(0, 40))
    small = site(tmp_path / "small", shop(1, 5))
    put(store, large, stamp(0))

    refused = put(store, small, stamp(1))

    assert refused.diagnostics[0].code == "HS804"
    check_live(store, large)
    assert "--allow-deletes" in planned(shelf(store), small, stamp(1)).refusal
    assert put(store, small, stamp(1, allow_deletes=True)).kind == "published"
    check_live(store, small)


def test_previews_are_apart_from_what_is_live(tmp_path: Path) -> None:
    store = MemoryStore()
    a, b = versions(tmp_path, 2)
    put(store, a, stamp(0))
    preview = stamp(1, preview=Preview("spring", CLOCK + timedelta(days=3)))

    assert put(store, b, preview).kind == "published"
    assert put(store, b, preview).kind == "unchanged"

    check_live(store, a)
    assert store.get("acme/_hs/previews/spring") is not None
    assert put(store, b, stamp(1, preview=Preview("no--name", CLOCK))).diagnostics[0].code == "HS813"


def test_damaged_and_foreign_pointers_are_told(tmp_path: Path) -> None:
    (what,) = versions(tmp_path, 1)
    for body in (b"", b"[]", b"{}", b"\xff", b'{"format":2}', b'{"format":2,"release":"../x"}', b"[" * 100_000):
        store = MemoryStore()
        put(store, what, stamp(0))
        held = store.get(f"acme/{CURRENT}")
        assert held is not None
        store.put(f"acme/{CURRENT}", body, held.headers)
        assert put(store, what, stamp(1)).diagnostics[0].code == "HS801"
        assert rollback(shelf(store), None, stamp(1)).diagnostics[0].code == "HS801"
    store.put(f"acme/{CURRENT}", b'{"format":3}', held.headers)
    assert put(store, what, stamp(1)).diagnostics[0].code == "HS802"


def test_a_damaged_manifest_is_mended_by_publishing(tmp_path: Path) -> None:
    store = MemoryStore()
    a, b = versions(tmp_path, 2)
    first = put(store, a, stamp(0))
    key = f"acme/_hs/releases/{first.release}.json"
    held = store.get(key)
    assert held is not None
    store.put(key, b"{}", held.headers)

    assert put(store, b, stamp(1)).kind == "published"
    check_live(store, b)
    assert rollback(shelf(store), None, stamp(2)).diagnostics[0].code == "HS801"


def test_changeset_applied_to_published_gives_wanted(tmp_path: Path) -> None:
    store = MemoryStore()
    a, b = versions(tmp_path, 2)
    put(store, a, stamp(0))
    live = pointer(store)
    assert live is not None
    published = manifest(store, live.release).objects

    changes = changeset(b.items, published)

    held = {row.path: (row.source, row.headers) for row in published}
    by_path = {item.path: item for item in b.items}
    for change in changes:
        if change.action == "delete":
            del held[change.path]
        else:
            held[change.path] = by_path[change.path].source, by_path[change.path].headers
    assert held == {item.path: (item.source, item.headers) for item in b.items}
    assert all(change.why for change in changes)
    assert changeset(a.items, published) == ()


def test_threads_give_the_same(tmp_path: Path) -> None:
    store = MemoryStore()
    what = site(tmp_path / "s", shop(0, 200), Options(precompress="all"))

    with ThreadPoolExecutor(8) as pool:
        done = publish(shelf(store), what, stamp(0), tmp_path / "cache", pool)

    assert done.kind == "published"
    check_live(store, what)


def test_a_file_changed_after_the_build_is_not_published(tmp_path: Path) -> None:
    store = MemoryStore()
    a, b = versions(tmp_path, 2)
    put(store, a, stamp(0))
    (b.folder / "index.html").write_text("by hand")

    assert put(store, b, stamp(1)).diagnostics[0].code == "HS810"
    check_live(store, a)
