"""The toolbar's tools in a real Chromium, through the keyboard and by what they change."""

from __future__ import annotations

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.command import AS_OF, PATIENCE, run
from support.street import Lane

from .conftest import Previewed, live, mark, start, stop, tiny_shop, unreloaded, until
from .toolbar import Toolbar

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
    shops = json.loads(shop.get("rich", "/_highstreet/shops").body)
    compared = json.loads(shop.get("rich", "/_highstreet/compare?path=/products/aria/").body)

    assert why["path"] == "products/aria/index.html"
    assert {"product", "root"} <= {row["name"] for row in why["inputs"]}
    assert [handle for handle, _ in shops] == ["other", "rich", "tiny"]
    assert compared["state"] in ("absent", "same", "differs")
    page.goto(shop.url("rich", "/"))
    live(page)


def test_a_save_waits_for_no_reasons(page: Page, tmp_path: Path) -> None:
    """Planning a large shop twice takes seconds. Here it takes for ever: the last build's sources are a pipe."""
    lane = Lane(tmp_path)
    lane.tenant("tiny", tiny_shop())
    assert run("-C", tmp_path, "build", "--as-of", AS_OF).code == 0
    previewed = start(tmp_path, "--as-of", AS_OF)
    previewed.lane = lane
    pipe = lane.workspace.sources("tiny")
    try:
        page.goto(previewed.url("tiny", "/products/mug/"))
        live(page)
        pipe.unlink()
        os.mkfifo(pipe)
        with ThreadPoolExecutor(1) as aside:
            asked = aside.submit(previewed.get, "tiny", "/_highstreet/why?path=/products/mug/")
            written = os.open(pipe, os.O_WRONLY)  # as soon as it is being read

            previewed.edit("tenants/tiny/catalog/products/mug.yaml", "Mug", "Jug")
            expect(page.locator("h1")).to_have_text("Jug")

            assert not asked.done()
            os.close(written)
            assert json.loads(asked.result().body)["path"] == "products/mug/index.html"
    finally:
        page.goto("about:blank")
        stop(previewed)


GROUND = "getComputedStyle(document.documentElement).getPropertyValue('--bg').trim()"


def test_light_and_dark_are_turned_in_this_page_and_stay_turned(page: Page, shop: Previewed) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    toolbar = Toolbar(page)
    light = page.evaluate(GROUND)

    toolbar.press("Light or dark")  # light
    assert page.evaluate(GROUND) == light
    toolbar.press("Light or dark")  # dark
    dark = page.evaluate(GROUND)
    assert dark != light
    base = shop.path("themes/main/assets/base.css")
    base.write_text(base.read_text() + "\nh1{letter-spacing:5px}\n")
    until(page, "getComputedStyle(document.querySelector('h1')).letterSpacing === '5px'")
    until(page, f"ground => {GROUND} === ground", dark)
    page.goto(shop.url("rich", "/products/cloth/"))
    live(page)
    until(page, f"ground => {GROUND} === ground", dark)
    Toolbar(page).press("Light or dark")  # as the browser wishes
    until(page, f"ground => {GROUND} === ground", light)


def test_language_shop_and_time_are_chosen_in_the_toolbar(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    toolbar = Toolbar(page)

    toolbar.press("Language")
    toolbar.press("French")
    page.wait_for_url("**/fr/products/aria/")
    expect(page.locator("h1")).to_have_text("Aria ronde")
    live(page)
    with page.expect_navigation():
        toolbar.press("Drafts")
    page.goto(shop.url("rich", "/products/draft/"))
    expect(page.locator("h1")).to_have_text("Draft")
    live(page)
    toolbar.press("Another time")
    with page.expect_navigation():
        toolbar.press("In a month")
    live(page)
    page.goto(shop.url("rich", "/products/later/"))
    expect(page.locator("h1")).not_to_have_text("Later")
    live(page)
    toolbar.press(toolbar_clock(toolbar))
    with page.expect_navigation():
        toolbar.press("In a month")
    page.goto(shop.url("rich", "/products/later/"))
    expect(page.locator("h1")).to_have_text("Later")
    live(page)
    toolbar.press("Shops")
    toolbar.press("tiny")
    page.wait_for_url(f"http://tiny.localhost:{shop.port}/")


def toolbar_clock(toolbar: Toolbar) -> str:
    """The clock's button, which tells the time it is set to."""
    return next(words for words in toolbar.all("button") if re.search(r"\d{4}", words)).strip()


def test_why_tells_what_a_page_is_made_of(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    toolbar = Toolbar(page)

    toolbar.press("Why is this so?")
    end = time.monotonic() + PATIENCE
    while "Made of" not in toolbar.words():
        assert time.monotonic() < end, toolbar.words()
        page.wait_for_timeout(50)

    assert "products/aria/index.html" in toolbar.words()
    assert "product" in toolbar.all("td")


def test_a_click_on_a_place_opens_the_editor(page: Page, tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    lane.tenant("tiny", tiny_shop())
    previewed = start(tmp_path, "--editor", "http://editor.test/open?file={path}&at={line}:{column}")
    previewed.lane = lane
    opened: list[str] = []
    page.route("http://editor.test/**", lambda route: (opened.append(route.request.url), route.fulfill(body="editor"))[0])
    try:
        page.goto(previewed.url("tiny", "/products/mug/"))
        live(page)
        place = previewed.path("tenants/tiny/catalog/products/mug.yaml")
        place.write_text(place.read_text().replace("12.50", "12,50"))
        page.locator("highstreet-problems .place a").click()
        page.wait_for_url("http://editor.test/**")
    finally:
        page.goto("about:blank")
        stop(previewed)

    assert re.fullmatch(rf"http://editor\.test/open\?file={re.escape(str(place))}&at=\d+:\d+", opened[0])
