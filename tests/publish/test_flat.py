# ruff: noqa: B023  # functions made in a loop run in the same round of it
"""The flat layout: order of uploads, publishers that were stopped, publishers at once."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from highstreet.publish.collect import collect
from highstreet.publish.memory import MemoryStore
from highstreet.publish.options import Options, Preview
from highstreet.publish.outcome import Outcome
from highstreet.publish.release import CURRENT
from highstreet.publish.switch import rollback
from highstreet.publish.wanted import Wanted
from publish.shops import (
    CLOCK,
    Between,
    Crash,
    Time,
    each_request,
    pointer,
    put,
    shelf,
    shop,
    site,
    stamp,
    struck,
)

FLAT = Options(layout="flat")


def versions(folder: Path, count: int) -> list[Wanted]:
    return [site(folder / str(n), shop(n) | {f"products/only{n}/index.html": "x"}, FLAT) for n in range(count)]


def check(store: MemoryStore, what: Wanted) -> None:
    """All pages of `what` lie in place, and no others; so do its assets."""
    live = pointer(store)
    assert live is not None and live.site == what.site and not live.collecting and not live.unfinished
    held = {key.removeprefix("acme/"): found for key, (found, _) in store.objects.items() if not key.startswith("acme/_hs/")}
    for item in what.items:
        assert sha256(held[item.path].body).hexdigest() == item.source, item.path
        assert held[item.path].headers == item.headers
    assert {path for path in held if not path.startswith("assets/")} == {item.path for item in what.items if not item.path.startswith("assets/")}


def test_assets_then_pages_then_home_and_sitemap_then_deletes(tmp_path: Path) -> None:
    a, b = versions(tmp_path, 2)
    store = Between(MemoryStore())
    assert put(store, a, stamp(0)).kind == "published"
    check(store.store, a)
    store.asked.clear()
    assert put(store, a, stamp(0)).kind == "unchanged"
    assert store.asked == [("GET", f"acme/{CURRENT}")]
    store.asked.clear()

    done = put(store, b, stamp(1))

    assert done.kind == "published" and done.counts.deleted == 2
    check(store.store, b)
    steps = ["a" if "/assets/" in key else "d" if verb == "DELETE" else "h" if key.endswith(("acme/index.html", "sitemap.xml")) else "p"
             for verb, key in store.asked if verb != "GET" and "_hs" not in key]  # fmt: skip
    assert steps == sorted(steps, key="aphd".index)
    assert {"a", "p", "h", "d"} == set(steps)
    assert not any(verb == "LIST" for verb, _ in store.asked)


def test_stopped_anywhere_the_next_one_makes_it_good(tmp_path: Path) -> None:
    a, b, c = versions(tmp_path, 3)
    for kind in ("crash", "lost"):
        for last in (a, b, c):  # what is published after the crash: the old again, the same, or something else
            for at in each_request(9):
                store, time = MemoryStore(), Time()
                put(store, a, stamp(0), time)
                with contextlib.suppress(Crash):
                    put(struck(store, kind, at), b, stamp(1), time)
                for key, (found, _) in list(store.objects.items()):  # no page without its style sheet, ever
                    if key == "acme/index.html":
                        assert f"acme/{found.body.decode().split()[-1]}" in store.objects
                again = put(store, last, stamp(2, allow_older=True), time)
                assert again.kind in ("published", "unchanged"), again
                check(store, last)


def test_two_at_once_never_leave_a_mix(tmp_path: Path) -> None:
    a, b, c = versions(tmp_path, 3)
    for ours, theirs in ((1, 2), (2, 1), (1, 1)):
        for at in each_request(9):
            store, time = MemoryStore(), Time()
            put(store, a, stamp(0), time)
            other: list[Outcome] = []

            def meanwhile(verb: str, key: str) -> None:
                # Who is stopped for longer than the lease in the very moment of writing a page is what this layout
                # cannot fence off: no store takes a write back. Before writes of the pointer it can.
                if at.reached() and (verb != "PUT" or "_hs" in key or "/assets/" in key) and verb != "DELETE":
                    other.append(put(store, c, stamp(theirs), time))

            mine = put(Between(store, meanwhile), b, stamp(ours), time)
            assert {mine.kind, *(one.kind for one in other)} <= {"published", "superseded"}
            live = pointer(store)
            assert live is not None
            check(store, b if live.site == b.site else c)
            if other and ours != theirs:
                check(store, b if ours > theirs else c)


def test_gc_leaves_pages_and_removes_old_assets_later(tmp_path: Path) -> None:
    a, b, _ = versions(tmp_path, 3)
    time = Time()
    store = MemoryStore(now=time.now)
    put(store, a, stamp(0), time)
    time.wait(86_400 * 3)
    put(store, b, stamp(1), time)

    assert collect(shelf(store), 1, timedelta(days=1), time.now(), patience=time.patience).objects == 0
    check(store, b)
    for n in range(2, 5):
        time.wait(86_400 * 3)
        put(store, site(tmp_path / f"n{n}", shop(n), FLAT), stamp(n), time)
    time.wait(86_400 * 3)
    assert collect(shelf(store), 1, timedelta(days=1), time.now(), patience=time.patience).objects > 0
    check(store, site(tmp_path / "n4", shop(4), FLAT))


def test_what_the_layout_cannot_do_is_told(tmp_path: Path) -> None:
    (a,) = versions(tmp_path, 1)
    store = MemoryStore()
    put(store, a, stamp(0))

    assert put(store, a, stamp(1, preview=Preview("p", CLOCK))).diagnostics[0].code == "HS811"
    assert rollback(shelf(store), None, stamp(1)).diagnostics[0].code == "HS811"
