"""Shops and a browser, made once for all tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_street import DEMO, Server, build_demo, build_real, once
from real_shops import DATA, REAL

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
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built real catalogs: all of them with HIGHSTREET_LONG=1, else a few small ones."""
    if not DATA.is_dir():
        pytest.skip("the shared data sets are not beside this checkout")
    return once(tmp_path_factory, "real-shops", build_real) / "build"


@pytest.fixture(scope="session")
def streets(demo: Path, shops: Path, request: pytest.FixtureRequest) -> tuple[Path, ...]:
    """The folders of all built shops: demo, test and, where they can be had, real ones."""
    return (demo, shops, request.getfixturevalue("real")) if DATA.is_dir() else (demo, shops)


@pytest.fixture(scope="session")
def serve(demo: Path, shops: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Server]]:
    """A server for a shop, by name."""
    running: dict[str, Server] = {}

    def server(name: str) -> Server:
        if name not in running:
            root = request.getfixturevalue("real") if name in REAL else demo if name in DEMO else shops
            running[name] = Server(root / name)
        return running[name]

    yield server
    for one in running.values():
        one.close()
