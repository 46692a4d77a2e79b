"""Cards in Chromium: a colour shows its picture, and what a card shows can be bought without leaving the list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browser_street import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(browser: Browser, serve: Callable[[str], Server]) -> Iterator[Callable[[str, str], Page]]:
    """Opens a page of a demo shop; no script may fail and no rule of the security policy may be broken."""
    faults: list[str] = []
    contexts = []

    def open_page(shop: str, path: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=serve(shop).url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def cart(page: Page) -> list[dict[str, Any]]:
    return json.loads(page.evaluate("Object.values(localStorage).find(text => text.includes('\"lines\"')) || '{\"lines\":[]}'"))["lines"]


def test_a_colour_shows_its_picture_on_the_card(visit: Callable[[str, str], Page]) -> None:
    page = visit("lumen", "/collections/round/")
    card = page.locator("[data-card=cordouan]")
    swatch = card.locator(".swatches a[data-picture]").nth(1)

    swatch.focus()

    assert card.locator(".card-swap").get_attribute("src") == swatch.get_attribute("data-picture")


def test_what_has_one_variant_goes_straight_into_the_cart(visit: Callable[[str, str], Page]) -> None:
    page = visit("hullabaloo", "/collections/kit/")
    button = page.locator("[data-card=dripper] [data-quick]")

    button.focus()
    page.keyboard.press("Enter")

    page.locator("#cart[open] .cart-line").wait_for()
    assert [(line["key"], line["qty"], line["price_minor"]) for line in cart(page)] == [("dripper", 1, 2200)]
    page.keyboard.press("Escape")
    assert button.evaluate("node => node === document.activeElement")


def test_a_panel_asks_which_variant(visit: Callable[[str, str], Page]) -> None:
    page = visit("lumen", "/products/pharos/")  # a page with options, ids and an address of its own
    address = page.url
    card = page.locator(".related [data-card]").filter(has=page.locator("[data-quick]")).first
    handle = card.get_attribute("data-card")

    card.hover()
    card.locator("[data-quick]").click()
    panel = page.locator("dialog.quick[open]")
    panel.locator("[data-option]").first.locator("label:not(.out, .none)").last.click()
    chosen = panel.locator("[data-chosen]").get_attribute("data-key")
    price = panel.locator("[data-chosen]").get_attribute("data-p")
    doubled = page.evaluate("[...document.querySelectorAll('[id]')].map(n => n.id).filter((id, i, all) => all.indexOf(id) !== i)")
    own = page.locator("main [data-product] [data-option]").first.locator(":checked").count()
    panel.locator("[data-buy] [type=submit]").click()

    page.locator("#cart[open] .cart-line").wait_for()
    assert not panel.is_visible()
    assert [(line["key"], line["price_minor"]) for line in cart(page)] == [(f"{handle}:{chosen}", int(price or 0))]
    assert (doubled, own, page.url) == ([], 1, address)


def test_cards_found_by_filters_can_be_bought_too(visit: Callable[[str, str], Page]) -> None:
    page = visit("lumen", "/collections/eyeglasses/")
    page.locator("#sort").select_option("title")
    page.locator("[data-grid] [data-card=bell-rock]").wait_for()

    card = page.locator("[data-grid] [data-card]").first
    card.hover()
    card.locator("[data-quick]").click()

    page.locator("dialog.quick[open] [data-buy]").wait_for()
