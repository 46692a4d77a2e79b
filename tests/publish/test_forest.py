"""Where pages lie: what an edit costs, and that every address shows what the live release has, after any edits."""

from __future__ import annotations

import random
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from highstreet.publish.forest import APART, forest, tree_id
from highstreet.publish.memory import MemoryStore
from highstreet.publish.object_store import ETag, Headers
from highstreet.publish.release import Commit, Pointer, Published, Release, Trees, key_of
from publish.shops import Between, check_live, pointer, put, shop, site, stamp

PAGE = Headers("text/html; charset=utf-8", "no-cache")


def page(path: str, text: str = "") -> Published:
    digest = sha256(f"{path} {text}".encode()).hexdigest()
    return Published(path, digest, 1, PAGE, ETag("e"), digest)


def _shard(path: str, shards: int) -> int:
    return int(sha256(path.encode()).hexdigest()[:2], 16) % shards


def rows(count: int) -> dict[str, Published]:
    return {path: page(path) for path in (f"p/{number}/index.html" for number in range(count))}


def release(pages: dict[str, Published], trees: Trees) -> Release:
    return Release("r", Pointer("r", "", trees, {}, (), (), (), "", Commit(), ""), tuple(pages[path] for path in sorted(pages)))


def moved(pages: dict[str, Published], trees: Trees, before: Release) -> int:
    """How many pages have another place than before: each is one request."""
    there = {key_of(row.path, before.pointer.trees): row for row in before.objects}
    return sum(there.get(key_of(path, trees)) != row for path, row in pages.items())


@pytest.mark.parametrize(("count", "shards", "edits"), [(60, 1, 150), (700, 64, 400), (2_100, 256, 200)])
def test_an_edit_of_a_page_costs_that_page_and_now_and_then_a_tree(count: int, shards: int, edits: int) -> None:
    """Always another page, by chance: nobody edits worse."""
    chance = random.Random(count)
    pages = rows(count)
    live = release(pages, forest(pages, None))
    assert live.pointer.trees.shards == shards
    costs = []

    for number in range(edits):
        path = chance.choice(sorted(pages))
        pages = pages | {path: page(path, str(number))}
        trees = forest(pages, live)
        costs.append(moved(pages, trees, live))
        live = release(pages, trees)
        assert len(trees.apart) <= APART

    assert costs[:50] == [1] * 50, "the page itself, until the pointer is full"
    assert sum(costs[150:]) <= len(costs[150:]) * (1 + 0.6 * count / shards)
    if count > APART:
        assert 1 < max(costs) <= 1 + max(Counter(_shard(row.path, shards) for row in pages.values()).values())


def test_pages_that_change_each_time_are_set_apart_once() -> None:
    pages = rows(700)
    live = release(pages, forest(pages, None))

    for number in range(50):
        pages = pages | {path: page(path, str(number)) for path in ("p/1/index.html", "p/2/index.html", "p/3/index.html")}
        trees = forest(pages, live)
        assert moved(pages, trees, live) == 3
        live = release(pages, trees)

    assert len(live.pointer.trees.apart) == 3


def test_a_shop_of_which_everything_changes_has_no_page_set_apart() -> None:
    pages = rows(700)
    live = release(pages, forest(pages | {"p/1/index.html": page("p/1/index.html", "old")}, None))
    new = {path: page(path, "new") for path in pages}

    assert forest(new, live) == forest(new, None)
    assert not forest(new, live).apart


def test_what_stays_lies_where_it_lay() -> None:
    pages = rows(700)
    live = release(pages, forest(pages, None))

    assert forest(pages, live) == live.pointer.trees
    assert moved(pages, forest(pages, live), live) == 0


def test_two_paths_whose_digests_begin_alike_share_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chance of 1 in 4,000,000 for a shop of 50 pages that are set apart: made certain here."""
    both = ("a/index.html", "b/index.html")

    class Alike:
        def __init__(self, data: bytes = b"") -> None:
            self.real = sha256(data)
            self.same = data in {path.encode() for path in both}
            self.update, self.digest = self.real.update, self.real.digest

        def hexdigest(self) -> str:
            return "1234abcd" * 8 if self.same else self.real.hexdigest()

    monkeypatch.setattr("highstreet.publish.forest.sha256", Alike)
    monkeypatch.setattr("highstreet.publish.release.sha256", Alike)
    pages = rows(20) | {path: page(path) for path in both}
    live = release(pages, forest(pages, None))

    pages = pages | {both[0]: page(both[0], "new")}
    trees = forest(pages, live)

    assert trees.ids["1234abcd"] == tree_id(pages[path] for path in both)
    assert moved(pages, trees, live) == 2


@pytest.mark.parametrize("pages", [20, 200])
def test_after_any_edits_every_address_shows_what_is_live_and_no_key_has_two_contents(pages: int, tmp_path: Path) -> None:
    chance = random.Random(pages)
    store = MemoryStore()
    had: dict[str, tuple[bytes, Headers]] = {}

    def kept(verb: str, key: str) -> None:
        """Whatever was once in a tree is in it for good."""
        if verb in ("PUT", "COPY") and key.startswith("acme/t/") and (found := store.get(key)) is not None:
            assert had.setdefault(key, (found.body, found.headers)) == (found.body, found.headers), key

    files = shop(0, pages)
    ever = set(files)
    most, copied = 0, 0
    for number in range(12):
        text = str(number)
        for path in [*chance.sample(sorted(files), min(chance.choice((1, 5, 60)), len(files))), "index.html"]:
            if path.endswith(".html"):
                files = files | {path: f"{path} {text}"}
        if number % 3 == 1:
            files = files | {f"new/{number}/index.html": text, "products/p3/index.html": "page 3"}
        if number % 3 == 2:
            files = {path: what for path, what in files.items() if path not in ("products/p3/index.html", f"new/{number - 4}/index.html")}
        if number % 7 == 6:
            files = files | {"_redirects": f"/old/ /to/{number}/ 301\n/soon/ /later/ 302\n"}  # headers of a page
        ever |= set(files)
        what = site(tmp_path / "site", files)

        done = put(Between(store, after=kept), what, stamp(number), cache=tmp_path / "cache")

        assert done.kind == "published", done
        check_live(store, what)
        live = pointer(store)
        assert live is not None
        most = max(most, len(live.trees.apart))
        copied += done.counts.copied
        shown = {item.path for item in what.items}
        for path in ever - shown:
            assert store.get(f"acme/{key_of(path, live.trees)}") is None, f"{path} was deleted"
    assert most <= APART
    if pages > APART:
        assert most > APART / 2 and copied, "trees were made anew"
