"""Words longer than a phone is wide, wide tables and long lines of code: none makes a page wider than its window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_street import Server
from playwright.sync_api import Browser
from test_shopping import all_kinds, visit

from support.street import Lane

sys.path.append(str(Path(__file__).parents[1] / "site"))

from site_shops import built, hostile_shop

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TEXT = f"{WORD}\n\n" + "|".join(["Column"] * 12) + "\n" + "|".join(["---"] * 12) + "\n" + "|".join(["100"] * 12) + f"\n\n```\n{WORD * 2}\n```\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    lane = Lane(tmp_path_factory.mktemp("long-words"))
    shop = hostile_shop(WORD)
    for file in ("pages/evil.md", "posts/evil.md"):
        shop[file] += TEXT
    shop["catalog/products/evil.yaml"]["description"] = TEXT
    built(lane, "long", shop)
    running = Server(lane.workspace.site("long"))
    yield running
    running.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_no_page_is_wider_than_its_window(browser: Browser, server: Server, width: int) -> None:
    wide = {}
    with visit(browser, server, {"width": width, "height": 900}) as (page, _):
        for kind, path in {**all_kinds(server), "results": "/search/?q=donau"}.items():
            page.goto(path)
            wide[kind] = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert {"home", "product", "collection", "page", "post", "search", "cart"} <= wide.keys()
    assert {kind: by for kind, by in wide.items() if by > 0} == {}
