"""The law the engine stands on: an incremental build gives the bytes of a clean one, and makes little it need not.

HIGHSTREET_LONG=1 makes 1,008 random edits instead of 360.
"""

from __future__ import annotations

import os
import pickle
import random
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from engine.edits import Shop, random_edit
from highstreet import freshness, pipeline
from highstreet.action import action as actions
from highstreet.freshness import Street
from highstreet.output import state as states
from highstreet.run.registry import _LASTING, Runners
from support.street import Lane, messages

# 1,008 edits the long way, 360 otherwise: each costs two builds, and no planted fault below has lived through more than 17.
SEEDS, EDITS = (12, 84) if os.environ.get("HIGHSTREET_LONG") else (12, 30)

# What dear runners gave for inputs that are really the same, by content: it makes clean builds affordable without
# trusting any key of the engine's.
_given: dict[str, bytes] = {}


class _ByContent(Runners):
    def __getitem__(self, kind: str) -> Callable[[Mapping[str, object]], bytes]:
        runner = super().__getitem__(kind)
        if kind not in _LASTING:
            return runner

        def remembered(inputs: Mapping[str, object]) -> bytes:
            name = sha256(pickle.dumps((kind, sorted(inputs.items())))).hexdigest()
            if name not in _given:
                _given[name] = runner(inputs)
            return _given[name]

        return remembered


class _Pair:
    """One shop built twice after each edit: in place, and from nothing."""

    def __init__(self, lane: Lane, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        lane.own_theme()
        self.lane, self.shop = lane, Shop(lane, random.Random(seed))
        self.shop.start()
        self.shop.save()
        self.ran = self.wasted = 0
        self._clean = 0
        self._street: Street | None = None
        monkeypatch.setattr(pipeline, "Runners", _ByContent)

    def street(self, out: Path | None = None, cache: Path | None = None) -> Street:
        return self.lane.street(out, cache)

    def difference(self, edit: str) -> str:
        """Builds both ways; what differs, "" when nothing does."""
        before = {path: row[1] for path, row in self.lane.state("acme").outputs.items()}
        built = self.lane.build("acme")
        assert built.outcome != "failed", f"{edit}: {messages(built)}"
        after = {path: row[1] for path, row in self.lane.state("acme").outputs.items()}
        self.ran += len(built.ran)
        self.wasted += sum(1 for path in built.ran if before.get(path) == after[path])
        self._clean += 1
        out = self.lane.root / f"clean-{self._clean}"
        clean = self.lane.build("acme", self.street(out, self.lane.root / f"cache-{self._clean}"))
        assert clean.outcome == "built", f"{edit}: {messages(clean)}"
        mine, wanted = self.lane.files("acme"), self.lane.files("acme", out)
        _remove(out), _remove(self.lane.root / f"cache-{self._clean}")
        assert clean.manifest == built.manifest or mine != wanted
        if mine == wanted:
            return ""
        wrong = [name for name in sorted(mine.keys() | wanted.keys()) if mine.get(name) != wanted.get(name)]
        return f"after {edit}: {', '.join(wrong[:5])}"


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_incremental_build_gives_the_bytes_of_a_clean_build(
    lane: Lane, seed: int, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pair = _Pair(lane, seed, monkeypatch)
    assert pair.difference("the first build") == ""
    pair.ran = pair.wasted = 0

    for _ in range(EDITS):
        edit = random_edit(pair.shop)
        assert pair.difference(edit) == ""

    print(f"seed {seed}: {pair.ran} made, {pair.wasted} of them for nothing")
    with (tmp_path_factory.getbasetemp().parent / "renders").open("a") as file:
        file.write(f"{pair.ran} {pair.wasted}\n")
    rows = [[int(number) for number in line.split()] for line in Path(file.name).read_text().splitlines()]
    ran, wasted = (sum(column) for column in zip(*rows, strict=True))
    # One in a hundred over all seeds; a single seed may meet an unlucky edit, such as a word only sold-out cards show.
    assert wasted <= ran * (0.01 if len(rows) >= SEEDS // 2 else 0.05), f"{wasted} of {ran} made for nothing"


def _without(*names: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Leaves inputs of these names out of every key. Some facts reach a page by two inputs; both must go to be missed."""
    real = actions._key

    def key(kind: str, tools: str, items: tuple[actions.Input, ...]) -> actions.Key:
        return real(kind, tools, tuple(item for item in items if item.name not in names))

    return lambda patch: patch.setattr(actions, "_key", key)


def _one_site_key(patch: pytest.MonkeyPatch) -> None:
    for module in (freshness, pipeline):
        patch.setattr(module, "site_key", lambda *given: "always the same")


_FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the product is not in the key": _without("product", "structured"),
    "a card's product is not in the key": _without("card"),
    "cards are not in a list's key": _without("cards", "related"),
    "templates are not in the key": _without("root", "templates"),
    "rows of feeds are not in the key": _without("rows"),
    "the original is not in a picture's key": _without("original"),
    "the shop is not in the key": _without("shop"),
    "the shop's sources are not in the site key": _one_site_key,
    "the schedule is not looked at": lambda patch: patch.setattr(freshness, "valid", lambda before, clock: True),
    "touched output is taken for intact": lambda patch: patch.setattr(states.State, "found", _all_found),
}


def _all_found(self: states.State, folder: Path) -> dict[str, states.Output]:
    return dict(self.outputs)


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_planted_fault_is_caught(lane: Lane, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law can fail: with each of these faults some edit soon gives other bytes than a clean build."""
    pair = _Pair(lane, 4711, monkeypatch)
    _FAULTS[fault](monkeypatch)
    pair.difference("the first build")

    for number in range(150):
        edit = random_edit(pair.shop)
        if fault.startswith("touched output"):
            page = lane.root / "build/acme/index.html"
            page.write_bytes(page.read_bytes() + b"vandal")
        try:
            if pair.difference(edit):
                print(f"{fault}: caught after {number + 1} edits")
                return
        except AssertionError:
            return  # caught even earlier, by the manifest
    pytest.fail(f"not caught: {fault}")


def test_nothing_is_made_when_nothing_changed(lane: Lane) -> None:
    shop = Shop(lane, random.Random(1))
    shop.start()
    shop.save()
    lane.build("acme")

    again = lane.build("acme")

    assert (again.outcome, again.rendered, again.written) == ("unchanged", 0, 0)


