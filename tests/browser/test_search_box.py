"""The search of the header in a real Chromium: by keyboard alone, in groups, with mistakes forgiven; nothing loads before it is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from browser_street import Server, npm

from support.street import Lane, messages, simple_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COUNT = 10_000 if os.environ.get("HIGHSTREET_LONG") else 160
AXE = "4.14.1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    lane = Lane(tmp_path_factory.mktemp("searching"))
    shop = simple_shop(products=0) | {"catalog/collections/things.yaml": {"title": "Walnut things", "rules": {"where": [{"field": "price", "above": "0"}]}}}
    shop |= {"pages/walnut.md": "---\ntitle: Care of walnut\n---\nOil it.\n", "posts/wood.md": "---\ntitle: Why walnut\ndate: 2026-01-02\n---\nText.\n"}
    shop["search.yaml"] = {"synonyms": [["stool", "pouffe"]], "expect": {"pouffe 003": "thing-3", "lamp 007": "thing-7"}}
    for n in range(COUNT):
        kind = ["Walnut chair", "Oak table", "Desk lamp", "Stool"][n % 4] if n != 7 else "Desk lamp"
        shop[f"catalog/products/thing-{n}.yaml"] = {"title": f"{kind} {n:03}", "price": f"{10 + n % 90}.00", "sku": f"TH-{n:05}"}
    lane.tenant("acme", shop)
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)
    found = Server(lane.root / "build/acme")
    yield found
    found.close()


@contextmanager
def visit(browser: Browser, server: Server, **given: object) -> Iterator[tuple[Page, list[str]]]:
    wrong: list[str] = []
    asked: list[str] = []
    context = browser.new_context(base_url=server.url, **{"viewport": {"width": 1440, "height": 900}, **given})  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)) if "Transition was skipped" not in str(error) else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    try:
        yield page, asked
        assert wrong == []
    finally:
        context.close()


def test_keyboard_alone_finds_and_opens_a_product(browser: Browser, server: Server) -> None:
    with visit(browser, server) as (page, asked):
        page.goto("/", wait_until="networkidle")
        assert not any("search" in url and "search-open" not in url for url in asked), asked
        page.locator("[data-search-open]").focus()
        page.keyboard.press("Enter")
        box = page.locator("#search [role=combobox]")
        box.wait_for()
        assert box.evaluate("node => node === document.activeElement")
        page.keyboard.type("walnt")

        page.locator("#search [role=option]").first.wait_for()
        assert page.locator("#search [role=group]").evaluate_all("nodes => nodes.map(node => node.ariaLabel)") == ["Products", "Collections", "Pages", "Journal"]
        assert "walnut" in (page.locator("#search [role=status]").text_content() or "")
        assert box.get_attribute("aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        chosen = page.locator("#search [aria-selected=true]")
        assert chosen.count() == 1
        assert chosen.get_attribute("id") == box.get_attribute("aria-activedescendant")
        assert box.evaluate("node => node === document.activeElement"), "the caret stays in the field"
        page.keyboard.press("Enter")
        page.wait_for_url("**/products/thing-*/")
        assert sum(url.startswith("/search/") for url in asked) <= 8, asked


def test_escape_closes_the_list_and_then_the_dialog(browser: Browser, server: Server) -> None:
    with visit(browser, server) as (page, _):
        page.goto("/")
        page.locator("[data-search-open]").click()
        page.locator("#search [role=combobox]").fill("lamp")
        page.locator("#search [role=option]").first.wait_for()
        page.keyboard.press("Escape")
        assert page.locator("#search [role=listbox]").is_hidden()
        assert page.locator("#search").is_visible()
        page.keyboard.press("Escape")
        page.locator("#search").wait_for(state="hidden")
        assert page.locator("[data-search-open]").evaluate("node => node === document.activeElement"), "focus returned"


def test_the_search_page_finds_skus_synonyms_and_says_what_it_meant(browser: Browser, server: Server) -> None:
    with visit(browser, server) as (page, _):
        for query, title, said in (("TH-00007", "Desk lamp 007", "1 result"), ("pouffe 003", "Stool 003", "1 result"), ("desk lmap 007", "Desk lamp 007", "“desk lamp 007”")):
            page.goto(f"/search/?q={query}")
            page.locator("[data-search-products] .card-title a").first.wait_for()
            assert page.locator("[data-search-products] .card-title").first.inner_text() == title
            assert said in (page.locator("[data-search-status]").text_content() or "") + (page.locator("[data-search-meant]").text_content() or "")
        page.goto("/search/?q=xyzzyx")
        page.locator("[data-search-status]", has_text="xyzzyx").wait_for()
        assert page.locator("[data-search-idle] a").count() > 0


def test_without_scripts_the_search_leads_on(browser: Browser, server: Server) -> None:
    with visit(browser, server, java_script_enabled=False) as (page, _):
        page.goto("/")
        page.locator("[data-search-open]").click()
        assert page.url.endswith("/search/")
        assert page.locator("[data-search-idle] a").count() > 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_search_is_accessible_on_a_small_phone(browser: Browser, server: Server, scheme: str) -> None:
    axe = (npm("axe-core", AXE) / "axe.min.js").read_text("utf-8")
    with visit(browser, server, viewport={"width": 320, "height": 640}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce") as (page, _):
        page.goto("/")
        page.locator("[data-search-open]").click()
        page.locator("#search [role=combobox]").fill("walnut")
        page.locator("#search [role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.querySelector('#search').scrollWidth <= innerWidth")
        page.evaluate(axe)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
        assert [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in result["violations"]] == []
