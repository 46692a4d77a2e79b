"""Filters in a real Chromium: ticking, chips, the address, more products, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_street import Server

from support.street import Lane, messages, simple_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COLOURS = ["Black", "Sand", "Moss"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    lane = Lane(tmp_path_factory.mktemp("filters"))
    shop = simple_shop(products=0) | {"catalog/collections/things.yaml": {"title": "Things", "rules": {"where": [{"field": "price", "above": "0"}]}}}
    for n in range(60):
        colours = COLOURS[: 1 + n % 3]
        shop[f"catalog/products/thing-{n}.yaml"] = {"title": f"Thing {n:02}", "price": f"{10 + n}.00", "options": {"Colour": colours}, "variants": [{"options": [c]} for c in colours]}
    lane.tenant("acme", shop)
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)
    found = Server(lane.root / "build/acme")
    yield found
    found.close()


@contextmanager
def visit(browser: Browser, server: Server, **given: object) -> Iterator[Page]:
    wrong: list[str] = []
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900}, **given)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)) if "Transition was skipped" not in str(error) else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    try:
        yield page
        assert wrong == []
    finally:
        context.close()


def total(page: Page, words: str) -> None:
    page.locator(".collection-count", has_text=words).wait_for()


def test_ticking_narrows_counts_and_writes_the_address(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        page.goto("/collections/things/")
        page.locator("[data-facet=colour] summary").click()
        moss = page.locator("[data-facet=colour] label", has_text="Moss")
        moss.click()

        total(page, "20 products")
        assert page.url.endswith("/collections/things/?colour=moss")
        assert page.locator("[data-facet=colour] label .facet-count").all_text_contents() == ["60", "40", "20"]
        page.locator("#sort").select_option("price-desc")
        page.locator("[data-grid]>li:first-child .price", has_text="69.00").wait_for()  # the dearest with moss
        page.reload()
        total(page, "20 products")
        assert page.locator("#cart [data-cart-total]").count() == 1, "the cart is still there"
        page.locator("[data-active] button").first.click()
        total(page, "60 products")


def test_more_products_come_below_and_are_there_after_going_back(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        page.goto("/collections/things/")
        page.locator(".load-more").click()
        page.locator("[data-grid]>li:nth-child(48)").wait_for()
        page.locator("[data-grid]>li a").nth(40).click()
        page.wait_for_url("**/products/**")
        page.go_back()

        page.locator("[data-grid]>li:nth-child(48)").wait_for()


def test_without_scripts_a_value_is_a_page(browser: Browser, server: Server) -> None:
    with visit(browser, server, java_script_enabled=False) as page:
        page.goto("/collections/things/")
        page.locator("[data-facet=colour] summary").click()
        page.locator("[data-facet=colour] a", has_text="Moss").click()

        assert page.url.endswith("/collections/things/colour/moss/")
        assert page.locator("article.card").count() == 20
        assert Path(server.folder / "collections/things/colour/moss/index.html").read_text().count('rel="canonical"') == 1


def test_cards_say_what_is_in_the_cart_in_every_tab(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        page.goto("/collections/things/")
        other = page.context.new_page()
        other.goto("/products/thing-1/")
        other.locator("[data-buy] [data-add]").click()
        mark = page.locator("[data-card=thing-1] .badge-cart")
        mark.wait_for()
        assert page.locator(".badge-cart").count() == 1
        page.locator("#sort").select_option("price-asc")  # cards made anew have it too
        page.locator("[data-grid]>li:nth-child(2) .badge-cart").wait_for()
        page.evaluate("localStorage.clear()")
        page.reload()
        assert page.locator(".badge-cart").count() == 0


def test_a_change_makes_only_what_was_not_there(browser: Browser, server: Server) -> None:
    """Nodes, not milliseconds: what a change costs a slow phone is what it makes and lays out."""
    with visit(browser, server) as page:
        page.goto("/collections/things/")
        page.locator("[data-facet=colour] summary").click()
        page.locator("[data-facet=colour] label", has_text="Moss").click()
        total(page, "20 products")
        page.locator("[data-grid]>li:nth-child(20)").wait_for()
        page.evaluate("""() => {
            document.querySelectorAll('[data-grid]>li').forEach(node => { node.old = true })
            window.touched = 0
            new MutationObserver(all => { for (const one of all) if (one.target.closest('.facet-count')) touched++ }).observe(document.querySelector('[data-filters]'), {childList: true, subtree: true, characterData: true})
        }""")
        page.locator("#sort").select_option("price-desc")
        page.locator("[data-grid]>li:first-child .price", has_text="69.00").wait_for()

        assert page.evaluate("[...document.querySelectorAll('[data-grid]>li')].filter(node => !node.old).length") == 0, "the same products, other order"
        assert page.evaluate("touched") == 0, "no count changed"
