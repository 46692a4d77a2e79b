"""Words longer than a phone is wide, wide tables and long lines of code: none makes a page wider than its window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_street import Server
from playwright.sync_api import Browser
from test_shopping import all_kinds, visit

from support.street import Lane, simple_shop

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


@pytest.mark.parametrize("levels", [2, 3])
def test_every_entry_of_an_open_menu_can_be_reached(browser: Browser, tmp_path: Path, levels: int) -> None:
    lane = Lane(tmp_path / "menus")
    leaves = [{"label": f"Shelf {n}", "to": "/products/"} for n in range(4)]
    entries = [{"label": f"A department with a long name {n}", "to": "/products/"} | ({"items": leaves} if levels == 3 else {}) for n in range(8)]
    menu = [{"label": f"Entry {n}", "to": "/products/", "items": entries} for n in range(9)]
    built(lane, "menus", simple_shop() | {"navigation.yaml": {"main": menu}})
    server = Server(lane.workspace.site("menus"))
    outside = {}
    try:
        with visit(browser, server, {"width": 1100, "height": 600}) as (page, _):
            page.goto("/pages/about/")
            for place in (0, 8):
                page.locator(".menu summary").nth(place).click()
                last = page.locator(".menu details[open] li:last-child a").last
                last.scroll_into_view_if_needed()
                box = last.bounding_box()
                assert box is not None
                outside[place] = max(box["x"] + box["width"] - 1100, -box["x"], box["y"] + box["height"] - 600, 0)
                outside["page"] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                page.keyboard.press("Escape")
    finally:
        server.close()

    assert outside == {0: 0, 8: 0, "page": 0}
