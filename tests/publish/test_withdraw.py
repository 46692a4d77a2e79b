# ruff: noqa: B023  # functions made in a loop run in the same round of it
"""Purge: all that the store holds of a shop goes, and whoever publishes the shop meanwhile leaves it whole."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import Conflict
from highstreet.publish.release import CURRENT
from highstreet.publish.wanted import Wanted
from highstreet.publish.withdraw import Withdrawn, purge
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
    stamp,
    struck,
    versions,
)


def purged(store: Any, time: Time) -> Withdrawn:
    return purge(shelf(store), stamp(9, now=time.now()), patience=time.patience)


def made(there: bool, old: Wanted) -> tuple[MemoryStore, Time]:
    time = Time()
    store = MemoryStore(now=time.now)
    if there:
        assert put(store, old, stamp(0), time).kind == "published"
    return store, time


def check_shown(store: MemoryStore) -> None:
    """Whatever visitors are shown is whole."""
    live = pointer(store)
    if live is not None and live.status == "live":
        check_whole(store, live)


def test_nothing_but_the_word_that_it_is_gone_is_left(tmp_path: Path) -> None:
    old, new = versions(tmp_path, 2)
    store, time = made(True, old)
    there = len(store.objects)

    plan = purge(shelf(store), stamp(9), dry_run=True)
    done = purged(store, time)
    again = purged(store, time)

    assert plan.objects == done.objects == there - 1
    assert set(store.objects) == {f"acme/{CURRENT}"}
    live = pointer(store)
    assert live is not None and (live.status, live.holds, live.headers, live.collecting) == ("gone", "", {}, "")
    assert not again.found and again.reason
    assert put(store, new, stamp(1), time).kind == "published"
    check_live(store, new)


@pytest.mark.parametrize("there", [True, False])
def test_purged_between_any_two_requests_of_a_publisher(tmp_path: Path, there: bool) -> None:
    old, new = versions(tmp_path, 2)
    for at in each_request(9):
        store, time = made(there, old)

        def meanwhile(verb: str, key: str) -> None:
            if at.reached():
                with contextlib.suppress(Conflict):
                    purged(store, time)

        done = put(Between(store, before=meanwhile), new, stamp(1), time)

        check_shown(store)
        assert done.kind == "published", (at.number, done)
        assert put(store, new, stamp(1), time).kind in ("published", "unchanged")
        check_live(store, new)


def test_published_between_any_two_requests_of_a_purge(tmp_path: Path) -> None:
    old, new = versions(tmp_path, 2)
    for at in each_request(5):
        store, time = made(True, old)

        def meanwhile(verb: str, key: str) -> None:
            # A delete is sent within half a lease of a write of the mark, or not at all: nobody gets past it meanwhile.
            if at.reached() and verb != "DELETE":
                assert put(store, new, stamp(1), time).kind == "published"

        with contextlib.suppress(Conflict):
            purged(Between(store, before=meanwhile), time)

        check_shown(store)


def test_stopped_anywhere_it_is_off_the_net_or_whole_and_the_next_run_ends_it(tmp_path: Path) -> None:
    (old,) = versions(tmp_path, 1)
    for at in each_request(5):
        store, time = made(True, old)
        with contextlib.suppress(Crash):
            purged(struck(store, "crash", at), time)

        check_shown(store)
        purged(store, time)
        assert set(store.objects) == {f"acme/{CURRENT}"}
