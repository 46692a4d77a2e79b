# ruff: noqa: B023  # functions made in a loop run in the same round of it
"""gc: removes all that nobody needs and nothing else, whoever publishes meanwhile and wherever it is stopped."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from highstreet.publish.collect import Collected, collect
from highstreet.publish.log import releases
from highstreet.publish.manifests import manifest_of
from highstreet.publish.memory import MemoryStore
from highstreet.publish.options import Preview
from highstreet.publish.release import PREVIEWS, RELEASES, is_asset
from highstreet.publish.release_json import decode_pointer
from highstreet.publish.switch import rollback
from highstreet.publish.wanted import Wanted
from publish.shops import (
    Between,
    Crash,
    Time,
    check_live,
    check_whole,
    each_request,
    pointer,
    put,
    shelf,
    shop,
    site,
    stamp,
    struck,
)

DAY = timedelta(days=1)


def gc(store: Any, time: Time, keep: int = 1, grace: timedelta = DAY, **fields: Any) -> Collected:
    return collect(shelf(store), keep, grace, time.now(), patience=time.patience, **fields)


_STREETS: dict[tuple[Path, int], tuple[MemoryStore, Time, list[Wanted]]] = {}


def street(folder: Path, count: int = 4) -> tuple[MemoryStore, Time, list[Wanted]]:
    """A shop published once a day."""
    if (folder, count) not in _STREETS:
        time = Time()
        store = MemoryStore(now=time.now)
        shops = [site(folder / str(n), shop(n, 1)) for n in range(count + 2)]
        for n in range(count):
            assert put(store, shops[n], stamp(n), time).kind == "published"
            time.wait(86_400)
        _STREETS[folder, count] = store, time, shops
    made, then, shops = _STREETS[folder, count]
    time = Time()
    time.seconds = then.seconds
    store = MemoryStore(now=time.now)
    store.objects = dict(made.objects)
    return store, time, shops


def check_everything(store: MemoryStore, orphans: bool = False) -> None:
    """What pointers and manifests name is there; with `orphans`, nothing else is."""
    live = pointer(store)
    assert live is not None
    check_whole(store, live)
    names = {key.removeprefix(f"acme/{RELEASES}").removesuffix(".json") for key in store.objects if key.startswith(f"acme/{RELEASES}")}
    for key in [key for key in store.objects if key.startswith(f"acme/{PREVIEWS}")]:
        found = store.get(key)
        assert found is not None
        check_whole(store, decode_pointer(found.body, key))
    reach, needed = set(), set()
    for name in names:
        release = manifest_of(shelf(store), name, None)
        assert release is not None
        keys = {release.key(row) for row in release.objects}
        reach |= keys
        # One that never went live may be in parts: its publisher was stopped. Nobody can go back to it.
        if name in (live.release, live.previous) or f"acme/_hs/log/{name}.json" in store.objects:
            needed |= keys
    there = {key.removeprefix("acme/") for key in store.objects if not key.startswith("acme/_hs/")}
    assert needed - there == set()
    if orphans:
        assert there - reach == set()


def test_keeps_what_is_needed_and_removes_the_rest(tmp_path: Path) -> None:
    store, time, shops = street(tmp_path)
    before = len(store.objects)

    plan = gc(store, time, dry_run=True)
    assert len(store.objects) == before and plan.keys
    done = gc(store, time)

    assert done.releases == plan.releases == 2, "the live one, and the one before it to go back to, stay"
    assert before - len(store.objects) == done.objects + done.releases == len(plan.keys)
    check_live(store, shops[3])
    check_everything(store, orphans=True)
    assert gc(store, time) == Collected(kept=2)
    live = pointer(store)
    assert live is not None and live.collecting == "" and live.collected == 1
    assert rollback(shelf(store), None, stamp(9)).kind == "rolled back"
    check_live(store, shops[2])


def test_leaves_all_that_was_live_within_the_grace(tmp_path: Path) -> None:
    store, time, _ = street(tmp_path)

    assert gc(store, time, grace=30 * DAY) == Collected(kept=4)
    assert gc(store, time, grace=timedelta(days=2.5)).releases == 1
    rollback(shelf(store), None, stamp(9, now=time.now()))
    time.wait(3600)
    assert gc(store, time, grace=DAY).releases == 0, "a rollback an hour ago"
    check_everything(store)


def test_nothing_published_and_neighbours(tmp_path: Path) -> None:
    store, time, shops = street(tmp_path)
    for name in ("acme-2", "acm", "acme."):
        store.put(f"{name}/assets/x.0123456789abcdef.css", b"", store.objects[next(iter(store.objects))][0].headers)
    assert collect(shelf(store, "other"), 1, DAY, time.now()).reason == "nothing is published here"

    gc(store, time, keep=1, grace=timedelta())

    assert sum(key.startswith(("acme-2/", "acm/", "acme./")) for key in store.objects) == 3
    check_live(store, shops[3])


def test_previews_keep_what_they_need_until_they_expire(tmp_path: Path) -> None:
    store, time, shops = street(tmp_path)
    put(store, shops[4], stamp(9, preview=Preview("p", time.now() + 5 * DAY)), time)
    time.wait(2 * 86_400)

    gc(store, time)
    check_everything(store, orphans=True)
    assert f"acme/{PREVIEWS}p" in store.objects
    time.wait(5 * 86_400)
    assert gc(store, time).previews == 1
    check_everything(store, orphans=True)
    check_live(store, shops[3])


def test_a_tenant_of_which_only_previews_are_there_is_collected_too(tmp_path: Path) -> None:
    _, time, shops = street(tmp_path)
    for works in ("alone", "gc between"):
        store = MemoryStore(now=time.now)
        for n in range(3):
            put(store, shops[n], stamp(n, now=time.now(), preview=Preview(f"p{n}", time.now() + DAY)), time)
        time.wait(86_400 * 4)
        plan = gc(store, time, dry_run=True)
        assert plan.previews == 3 and pointer(store) is None

        if works == "gc between":
            # Whoever publishes while it is at work finds its mark, although there was no pointer before.
            done: list[str] = []

            def meanwhile(verb: str, key: str, store: MemoryStore = store, done: list[str] = done) -> None:
                if verb == "LIST" and pointer(store) is not None and not done:
                    done.append("")
                    time.wait(1)
                    assert put(store, shops[0], stamp(5, now=time.now()), time).kind == "published"

            gc(Between(store, before=meanwhile), time)
            check_live(store, shops[0])
            check_everything(store)
        else:
            assert gc(store, time).previews == 3
            assert not [key for key in store.objects if not key.endswith("_hs/current") and "_hs/log/" not in key]
            assert gc(store, time) == Collected()
            assert not any(known.live for known in releases(shelf(store)))
            assert rollback(shelf(store), None, stamp(9)).diagnostics[0].code == "HS809"
            assert put(store, shops[1], stamp(9, now=time.now()), time).kind == "published"
            check_live(store, shops[1])
            live = pointer(store)
            assert live is not None and (live.previous, live.status) == ("", "live")


def test_what_is_not_surely_ours_is_left(tmp_path: Path) -> None:
    store, time, _ = street(tmp_path)
    for key in [key for key in store.objects if "/_hs/" in key]:
        del store.objects[key]

    assert gc(store, time, grace=timedelta()).reason == "nothing is published here"
    assert pointer(store) is None and store.objects


def test_the_cap_leaves_the_rest_for_the_next_run(tmp_path: Path) -> None:
    store, time, _ = street(tmp_path)

    first = gc(store, time, cap=2)

    assert first.objects == 2 and first.left > 0
    check_everything(store)
    while gc(store, time, cap=2).objects:
        pass
    check_everything(store, orphans=True)


def test_stopped_anywhere_it_leaves_nothing_broken_and_the_next_run_ends_it(tmp_path: Path) -> None:
    for kind in ("crash", "lost"):
        for at in each_request(11):
            store, time, shops = street(tmp_path)
            with contextlib.suppress(Crash):
                gc(struck(store, kind, at), time)
            check_everything(store)
            assert put(store, shops[4], stamp(8), time).kind == "published", "a dead gc is not waited for for ever"
            assert rollback(shelf(store), None, stamp(9), time.patience).kind == "rolled back"
            check_everything(store)
            time.wait(30 * 86_400)
            gc(store, time)
            check_everything(store, orphans=True)


def test_publishers_previews_rollbacks_and_gcs_between_any_two_requests(tmp_path: Path) -> None:
    store, time, shops = street(tmp_path)

    def preview(inner: Any) -> object:
        return put(inner, shops[0], stamp(20, preview=Preview("p", time.now() + DAY)), time)

    works: list[Callable[[Any], object]] = [
        lambda inner: put(inner, shops[0], stamp(20), time),  # what gc is about to remove comes back
        preview,
        lambda inner: rollback(shelf(inner), None, stamp(20, now=time.now()), time.patience),
        lambda inner: gc(inner, time, keep=1, grace=timedelta()),
    ]
    rounds = 0
    for first in works:
        for second in works:
            for at in each_request(2):
                store, time, _ = street(tmp_path)

                def meanwhile(verb: str, key: str) -> None:
                    if at.reached() and verb != "DELETE":
                        # Who waits for the first, which never goes on, takes its mark away after a lease. The first
                        # finds that out by its next write. A delete is sent within half a lease of such a write, or
                        # not at all: that alone cannot be interrupted for as long here.
                        second(store)

                first(Between(store, before=meanwhile))
                check_everything(store)
                rounds += 1
    assert rounds > 200


def test_many_at_once_by_chance(tmp_path: Path) -> None:
    for seed in range(25):
        chance = random.Random(seed)
        store, time, shops = street(tmp_path, 3)
        depth = 0

        def work() -> None:
            n = chance.randrange(5)
            inner = Between(store, before=meanwhile)
            match chance.randrange(5):
                case 0 | 1:
                    put(inner, shops[n], stamp(10 + chance.randrange(9), now=time.now()), time)
                case 2:
                    put(inner, shops[n], stamp(20, preview=Preview(f"p{n % 2}", time.now() + DAY)), time)
                case 3:
                    rollback(shelf(inner), None, stamp(20, now=time.now()), time.patience)
                case 4:
                    gc(inner, time, keep=1, grace=timedelta(seconds=chance.choice((0, 60, 90_000))))

        def meanwhile(verb: str, key: str) -> None:
            nonlocal depth
            if verb == "DELETE":
                return  # sent within half a lease of the last write, see above
            time.wait(chance.choice((0, 1, 40, 400)))
            if depth < 3 and chance.random() < 0.05:
                depth += 1
                with contextlib.suppress(Crash):
                    work()
                depth -= 1
            if depth and chance.random() < 0.01:
                raise Crash

        for _ in range(12):
            with contextlib.suppress(Crash):
                work()
            check_everything(store)
        time.wait(400)
        assert put(store, site(tmp_path / "last", shop(9)), stamp(90, now=time.now(), allow_older=True), time).kind in ("published", "unchanged")
        time.wait(40 * 86_400)
        gc(store, time, keep=1)
        check_everything(store, orphans=True)
        assert {key for key in store.objects if is_asset(key.removeprefix("acme/"))}
