"""The toolbar's tools in a real Chromium, through the keyboard and by what they change."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from .conftest import Previewed, live, mark, unreloaded, until

pytestmark = pytest.mark.browser


def look(page: Page, words: str) -> None:
    page.evaluate("words => { document.cookie = `highstreet_look=${encodeURIComponent(words)};path=/;SameSite=Strict` }", words)


def test_drafts_and_another_time(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/"))
    live(page)
    assert page.get_by_role("link", name="Draft", exact=True).count() == 0

    look(page, "drafts")
    page.reload()
    assert page.get_by_role("link", name="Draft", exact=True).count() == 1
    look(page, "2027-02-01T00:00:00Z")
    page.reload()
    assert page.get_by_role("link", name="Later", exact=True).count() == 1
    assert page.get_by_role("link", name="Draft", exact=True).count() == 0
    live(page)
    mark(page)
    shop.edit("tenants/rich/catalog/products/later.yaml", '"Later"', '"Much later"')
    expect(page.get_by_role("link", name="Much later", exact=True).first).to_be_attached()
    assert unreloaded(page)


def test_widths_side_by_side_change_one_header_for_their_frames_only(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/_highstreet/looking?path=/products/aria/"))
    frames = page.locator("iframe")
    expect(frames).to_have_count(3)
    for number in range(3):
        expect(page.frame_locator("iframe").nth(number).locator("h1")).to_have_text("Aria Round")

    shop.edit("tenants/rich/catalog/products/aria.yaml", "Aria Round", "Aria Wide")
    for number in range(3):
        expect(page.frame_locator("iframe").nth(number).locator("h1")).to_have_text("Aria Wide")

    plain = shop.get("rich", "/products/aria/").headers.get("content-security-policy", "")
    framed = shop.get("rich", "/products/aria/", Sec_Fetch_Dest="iframe", Sec_Fetch_Site="same-origin").headers.get("content-security-policy", "")
    assert "frame-ancestors 'none'" in plain
    assert framed == plain.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    assert shop.get("rich", "/products/aria/", Sec_Fetch_Dest="iframe", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 403


def test_toolbar_is_beside_the_page_and_can_be_put_away(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/"))
    live(page)

    assert page.evaluate("[document.querySelector('highstreet-toolbar').parentNode.localName, document.querySelector('highstreet-toolbar').shadowRoot, document.body.querySelectorAll('highstreet-toolbar').length]") == ["html", None, 0]
    page.keyboard.press("Alt+KeyP")
    until(page, "!document.querySelector('highstreet-toolbar')")
    page.keyboard.press("Alt+KeyP")
    live(page)
    page.goto(shop.url("rich", "/?highstreet=off"))
    page.wait_for_timeout(600)
    assert page.locator("highstreet-toolbar").count() == 0


def test_why_and_compare_tell_of_the_page(page: Page, shop: Previewed) -> None:
    why = json.loads(shop.get("rich", "/_highstreet/why?path=/products/aria/").body)
    context = json.loads(shop.get("rich", "/_highstreet/context").body)
    compared = json.loads(shop.get("rich", "/_highstreet/compare?path=/products/aria/").body)

    assert why["path"] == "products/aria/index.html"
    assert {"product", "root"} <= {row["name"] for row in why["inputs"]}
    assert [handle for handle, _ in context["shops"]] == ["other", "rich", "tiny"]
    assert compared["state"] in ("absent", "same", "differs")
    page.goto(shop.url("rich", "/"))
    live(page)
