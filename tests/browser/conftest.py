"""Shops and a browser, made once for all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_street import Server, build_demo, once

from support.street import Lane, messages

sys.path.append(str(Path(__file__).parents[1] / "site"))

from site_shops import CURRENCY, hostile_shop, rich_shop, tiny_shop

LOCALES = {"eur": ("en-GB", "fr"), "jpy": ("ja", "en"), "kwd": ("ar",)}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built demo street."""
    return once(tmp_path_factory, "demo-street", lambda folder: build_demo(folder / "build")) / "build"


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built test shops."""

    def make(folder: Path) -> None:
        (folder / "tenants").mkdir()
        lane = Lane(folder)
        found = {name: rich_shop(CURRENCY[name][0], locales[0], locales) for name, locales in LOCALES.items()}
        for name, files in (found | {"tiny": tiny_shop(), "evil": hostile_shop()}).items():
            lane.tenant(name, files)
            built = lane.build(name)
            assert built.outcome == "built", messages(built)

    return once(tmp_path_factory, "test-shops", make) / "build"


@pytest.fixture(scope="session")
def serve(demo: Path, shops: Path) -> Iterator[Callable[[str], Server]]:
    """A server for a shop, by name."""
    running: dict[str, Server] = {}

    def server(name: str) -> Server:
        if name not in running:
            running[name] = Server(next(root / name for root in (demo, shops) if (root / name).is_dir()))
        return running[name]

    yield server
    for one in running.values():
        one.close()
