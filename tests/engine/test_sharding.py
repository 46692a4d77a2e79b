"""Shards: every machine comes to the same parts, of about equal cost, whose sites are those of the whole street."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from highstreet import sharding
from highstreet.sharding import cost, part_of
from support.command import AS_OF, call
from support.street import Lane, simple_shop


def sized(lane: Lane, sizes: dict[str, int]) -> None:
    for handle, size in sizes.items():
        for number in range(max(1, size // 10_000)):
            lane.write(f"tenants/{handle}/catalog/products/p{number}.yaml", b"x" * (size if size < 10_000 else 10_000))


def test_parts_cost_about_the_same(lane: Lane) -> None:
    """A street as streets are: many small shops, few large ones. By name alone parts differ by more than a half."""
    chance = random.Random(3)
    sizes = {f"shop-{number:03}": int(10_000 * chance.paretovariate(0.9)) % 1_500_000 for number in range(120)}
    sized(lane, sizes)
    space = lane.workspace

    for parts in (2, 5, 8):
        found = part_of(space, sizes, parts)
        loads = [sum(cost(space, handle) for handle, part in found.items() if part == number) for number in range(parts)]

        assert max(loads) < 1.25 * sum(loads) / parts, loads


@pytest.mark.parametrize("turned", [False, True])
def test_a_shop_without_end_is_looked_at_only_so_far_and_costs_the_same_everywhere(lane: Lane, monkeypatch: pytest.MonkeyPatch, turned: bool) -> None:
    """In whichever order a machine lists its names."""
    sized(lane, {"endless": 600_000})
    lane.write("tenants/endless/catalog/products/a.yaml", b"x" * 90_000)
    monkeypatch.setattr(sharding, "MOST_NAMES", 40)
    looked, real = [], os.scandir

    def listed(place: str) -> Any:
        found = sorted(real(place), key=lambda entry: entry.name, reverse=turned)
        return contextlib.nullcontext(looked.append(entry.name) or entry for entry in found)  # type: ignore[func-returns-value]

    monkeypatch.setattr(os, "scandir", listed)

    assert cost(lane.workspace, "endless") == 20_000 + 40 * 2_000
    assert len(looked) == 40


def test_every_machine_comes_to_the_same_parts(lane: Lane) -> None:
    sizes = {f"shop-{number}": 3_000 * (number + 1) for number in range(30)}
    sized(lane, sizes)
    handles = list(sizes)
    first = part_of(lane.workspace, handles, 4)

    random.Random(1).shuffle(handles)
    some_gone = part_of(lane.workspace, [*handles, "gone-1", "gone-2"], 4)

    assert {handle: part for handle, part in some_gone.items() if handle in sizes} == first
    assert part_of(lane.workspace, ["gone-1"], 4)["gone-1"] == some_gone["gone-1"], "a folder that is gone is known to some machines only"
    assert set(first.values()) == {0, 1, 2, 3}


def test_an_edit_moves_no_shop(lane: Lane) -> None:
    sizes = {f"shop-{number}": 40_000 + 7_000 * number for number in range(24)}
    sized(lane, sizes)
    before = part_of(lane.workspace, sizes, 4)
    moved = 0

    for number in range(24):
        lane.write(f"tenants/shop-{number}/catalog/products/p0.yaml", b"x" * 10_400)
        moved += part_of(lane.workspace, sizes, 4) != before
        lane.write(f"tenants/shop-{number}/catalog/products/p0.yaml", b"x" * 10_000)

    assert moved <= 1


@pytest.mark.usefixtures("plain_icons")
def test_the_parts_together_are_the_whole_byte_for_byte(lane: Lane) -> None:
    for number in range(5):
        lane.tenant(f"shop-{number}", simple_shop(f"Shop {number}", products=1 + number))

    def built(out: str, *words: str) -> set[str]:
        said = call("-C", lane.root, "build", "--as-of", AS_OF, "--out", lane.root.parent / out, "--format", "json", *words)
        assert said.code == 0, said.all
        return {row["handle"] for row in said.json["tenants"]}

    parts = [built("parts", "--shard", f"{number}/3") for number in (1, 2, 3)]
    whole = built("whole")
    files: Callable[[str], dict[str, bytes]] = lambda out: {  # noqa: E731
        path.relative_to(lane.root.parent / out).as_posix(): path.read_bytes() for path in (lane.root.parent / out).rglob("*") if path.is_file()
    }

    assert sorted(handle for part in parts for handle in part) == sorted(whole)
    assert all(parts)
    assert files("parts") == files("whole")
