"""Kills and full disks at every change a build makes: the next build puts all right, byte for byte, and nothing lies.

A shop's worker, or the command that watches over it, is stopped by SIGKILL, or is told that the disk is full, at its
first, second, third … change of a file: opening one for writing, renaming, removing, making a folder, and in the
middle of each write. HIGHSTREET_LONG=1 takes every change of a larger shop, and says how many those are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hostile.bad_street import Builder
from support.command import AS_OF
from support.street import Lane, simple_shop

LONG = bool(os.environ.get("HIGHSTREET_LONG"))
STEP = 1 if LONG else 23
PRODUCTS = 10 if LONG else 1
ABREAST = 2 if LONG else 1  # every stop is a build of its own and another after it: two processors share them


@dataclass
class _Shop:
    """A street with one shop in one of two forms: other texts, and a page and a product more or less."""

    builder: Builder
    root: Path
    side: int = 0

    def __post_init__(self) -> None:
        (self.root / "street/tenants").mkdir(parents=True)
        self.turn(0)

    @property
    def lane(self) -> Lane:
        return Lane(self.root / "street")

    def turn(self, side: int) -> None:
        self.side = side
        self.lane.tenant("acme", simple_shop(f"Acme {side}", products=PRODUCTS + side))
        if not side:
            (self.lane.root / f"tenants/acme/catalog/products/thing-{PRODUCTS}.yaml").unlink(missing_ok=True)

    def build(self, **how: Any) -> dict[str, Any]:
        return self.builder.run(self.root, "-C", self.lane.root, "build", "--as-of", AS_OF, "--jobs", "1", "--format", "json", **how)

    def files(self) -> dict[str, bytes]:
        return self.lane.files("acme") if self.lane.workspace.site("acme").is_dir() else {}

    def forget(self) -> None:
        """As on a new machine, but with the shared store of what is dear to make: drawing icons is not what is tried here."""
        space = self.lane.workspace
        for path in sorted(space.out.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        for folder in ("tenants", "themes"):
            for path in (space.cache / folder).glob("*"):
                path.unlink()


@pytest.fixture(scope="module")
def shops(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[_Shop]]:
    builders = [builder, *(Builder() for _ in range(ABREAST - 1))]
    yield [_Shop(one, tmp_path_factory.mktemp("at-work")) for one in builders]
    for one in builders[1:]:
        one.close()


@pytest.fixture(scope="module")
def wanted(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """The sites of clean builds."""
    found = []
    for side in (0, 1):
        shop = _Shop(builder, tmp_path_factory.mktemp("clean"))
        shop.turn(side)
        assert shop.build()["code"] == 0
        found.append(shop.files())
    return found


@pytest.mark.parametrize("who", ["worker", "command"])
@pytest.mark.parametrize("ending", ["killed", "full"])
@pytest.mark.parametrize("first", [True, False], ids=["first build", "later build"])
def test_build_stopped_at_any_change_is_put_right_by_the_next(first: bool, ending: str, who: str, shops: list[_Shop], wanted: list[dict[str, bytes]]) -> None:
    step = STEP if who == "worker" else min(STEP, 3)
    sides = (0,) if first else (0, 1)
    points = [count(1, step) for _ in sides]  # which all shops at work take from
    stopped: list[list[int]] = [[] for _ in sides]

    def stop(shop: _Shop) -> bool:
        """Stops a build at the next point and lets another one put it right. False: it makes no more changes."""
        at, side = next(points[shop.side]), shop.side
        told = shop.build(ending=ending, at=at, who=who)
        done = told["code"] == 0
        if done:
            assert shop.files() == wanted[side], (at, "it said it was done")
        else:
            assert told["code"] == (-9 if (ending, who) == ("killed", "command") else 1), (at, told["err"])
            assert "Traceback" not in told["err"], at
            if who == "worker":
                assert ("HS504" if ending == "full" else "HS501") in told["out"], (at, told["out"])
            elif ending == "full":
                assert "No space left on device" in told["err"], (at, told["err"])
            stopped[side].append(at)

        again = shop.build()

        assert again["code"] == 0, (at, again["err"])
        assert shop.files() == wanted[side], at
        assert not [path for path in shop.lane.workspace.out.rglob("*") if ".hs-" in path.name], at
        return not done

    def share(shop: _Shop) -> None:
        shop.turn(0)
        assert shop.build()["code"] == 0
        left = set(sides)
        while left:
            if first:
                shop.forget()
            else:
                shop.turn(1 - shop.side)
            if shop.side not in left:
                assert shop.build()["code"] == 0
            elif not stop(shop):
                left.remove(shop.side)

    with ThreadPoolExecutor(len(shops)) as pool:
        for ended in [pool.submit(share, shop) for shop in shops]:
            ended.result()
    for found in stopped:
        assert sorted(found) == list(range(1, max(found) + 1, step))
    print(f"\n{ending} {who}, {'first' if first else 'later'} build: stopped at {sum(map(len, stopped))} changes of files")
