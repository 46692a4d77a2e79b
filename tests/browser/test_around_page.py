"""Header, drawer, mega menu and the newer sections in Chromium: by keyboard, without a script, on paper, and ahead of a click."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from browser_street import Server, npm
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Page, expect

from support.street import ROOT, Lane, messages, picture

pytestmark = pytest.mark.browser
AXE = "4.14.1"
Open = Callable[..., Page]


def shop() -> dict[str, Any]:
    return {
        "tenant.yaml": {"name": "Walk", "currency": "EUR", "contact": {"email": "a@b.example"}, "checkout": {"kind": "email", "to": "a@b.example"}, "theme": {"settings": {"menu_style": "pictures", "header_layout": "split"}}},
        "navigation.yaml": {"main": [{"label": "Shop", "items": [{"label": "Mugs", "to": "collection/mugs"}, {"label": "Mug", "to": "product/mug"}]}, {"label": "All", "to": "/products/"}]},
        "catalog/products/mug.yaml": {"title": "Mug", "price": "12.50", "images": [{"src": "a.png", "alt": "a"}]},
        "catalog/products/pot.yaml": {"title": "Pot", "price": "30.00", "images": [{"src": f"{name}.png", "alt": f"Seen from {name}"} for name in "abc"],
            "options": {"Size": ["S", "M"], "Glaze": [{"value": "Red", "swatch": "#aa0000"}, {"value": "Blue", "swatch": "#0000aa"}]},
            "variants": [{"options": [size, glaze]} for size in "SM" for glaze in ("Red", "Blue")]},
        "catalog/products/kiln.yaml": {"title": "Kiln", "price": "900.00", "images": [{"src": "b.png", "alt": "The kiln"},
            {"src": "c.png", "alt": "It is fired", "video": "fire.webm", "captions": "fire.vtt"}]},
        "catalog/collections/mugs.yaml": {"title": "Mugs", "products": ["mug"]},
        "assets/fire.webm": (ROOT / "tenants/hullabaloo/assets/roast.webm").read_bytes(),
        "assets/fire.vtt": b"WEBVTT\n\n00:00.000 --> 00:05.000\nIt roars.\n",
        "assets/a.png": picture(1, 300, 200),
        "assets/b.png": picture(2, 300, 200),
        "assets/c.png": picture(3, 300, 200),
        "assets/film.webm": b"film",
        "templates/header.yaml": {"sections": [{"type": "announcement-bar", "messages": [{"text": "One"}, {"text": "Two", "link": {"to": "product/mug", "label": "See"}}]}]},
        "templates/footer.yaml": {"sections": [{"type": "newsletter", "heading": "News", "endpoint": "https://a.example/"}]},
        "home.yaml": {"sections": [
            {"type": "multicolumn", "items": [{"heading": "Fired twice"}]},
            {"type": "featured-collection", "collection": "mugs"},
            {"type": "before-after", "heading": "Then and now", "before": {"src": "a.png", "alt": "then"}, "after": {"src": "b.png", "alt": "now"}, "start": "30"},
            {"type": "countdown", "heading": "Sale", "unpublish_at": "2999-12-24T18:00:00Z"},
            {"type": "shop-the-look", "heading": "Look", "image": {"src": "a.png", "alt": "look"}, "points": [{"product": "mug", "x": "50", "y": "50"}]},
            {"type": "video", "heading": "Film", "video": "film.webm", "poster": {"src": "a.png", "alt": "film"}},
            {"type": "embed", "heading": "There", "url": "https://player.example/film", "title": "A film"},
        ]},
    }  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("around") / "street"
    (root / "tenants").mkdir(parents=True)
    lane = Lane(root)
    lane.tenant("walk", shop())
    built = lane.build("walk")
    assert built.outcome == "built", messages(built)
    running = Server(root / "build/walk")
    yield running
    running.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Any:
    """Opens the home page in a fresh profile; what goes wrong on it fails the test at its end."""
    contexts, wrong = [], []

    def opened(width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=server.url, **({"reduced_motion": "reduce"} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def focused(page: Page) -> str:
    return page.evaluate("(document.activeElement.textContent || document.activeElement.ariaLabel || '').trim()")  # type: ignore[no-any-return]


def test_the_whole_header_can_be_walked_by_keyboard(visit: Open) -> None:
    page = visit()
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    panel = page.locator(".menu details > ul")
    assert panel.is_visible()
    assert panel.locator("img").evaluate_all("all => all.every(img => img.complete && img.naturalWidth)")
    page.keyboard.press("Tab")
    assert focused(page) == "Mugs"
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert focused(page) == "Shop"
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")  # through the panel and out of it
    assert focused(page) == "All"
    assert not panel.is_visible()


def test_the_drawer_of_a_phone_opens_holds_and_gives_focus_back(visit: Open) -> None:
    page = visit(390)
    button = page.locator(".menu-button")
    button.focus()
    page.keyboard.press("Enter")
    menu = page.locator(".menu")
    assert menu.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.menu') !== null")
    page.keyboard.press("Escape")

    assert not menu.is_visible()
    assert page.evaluate("document.activeElement.className").endswith("menu-button")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_before_and_after_is_a_range_for_everybody(visit: Open) -> None:
    page = visit()
    handle, frame = page.get_by_role("slider"), page.locator("[data-compare]")
    assert handle.get_attribute("aria-label")
    assert frame.evaluate("node => node.style.getPropertyValue('--at')") == "30%"
    handle.focus()
    page.keyboard.press("End")

    assert frame.evaluate("node => node.style.getPropertyValue('--at')") == "100%"
    plain = visit(java_script_enabled=False)
    boxes = [plain.locator("[data-compare] img").nth(n).bounding_box() for n in range(2)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] != boxes[1]["x"]  # both are seen, beside each other
    assert not plain.get_by_role("slider").is_visible()


def test_a_countdown_counts_and_is_gone_at_its_end(visit: Open) -> None:
    page = visit()
    clock = page.get_by_role("timer")

    def at(moment: str) -> list[str]:
        page.clock.set_fixed_time(moment)
        page.reload()
        return clock.locator("> span").all_inner_texts()

    # No ticking seconds for those who want less motion.
    assert [words.split() for words in at("2999-12-22T15:20:00Z")] == [["2", "days"], ["2", "hours"], ["40", "minutes"]]
    assert [words.split() for words in at("2999-12-23T16:59:00Z")] == [["1", "day"], ["1", "hour"], ["1", "minute"]]
    assert at("2999-12-24T18:00:00Z") == []
    assert not clock.count()

    plain = visit(java_script_enabled=False)
    assert "December 24, 2999" in plain.locator(".countdown-date").inner_text()
    assert not plain.locator(".countdown-clock").is_visible()


@pytest.mark.parametrize("wanted", ["reduce", "no-preference"])
def test_pictures_glide_only_where_motion_is_wanted(visit: Open, wanted: str) -> None:
    page = visit(reduced_motion=wanted)
    page.add_init_script("addEventListener('scrollend', event => event.stopImmediatePropagation(), true)")  # which Safari came to know late
    page.goto("/products/pot/")

    def places(strip: str, press: str) -> list[int]:
        """Where the strip is at once and at last, in pictures: what is pressed leads to the third."""
        script = f"""async () => {{
          const strip = document.querySelector('{strip}'), at = () => strip.scrollLeft / strip.clientWidth
          {press}
          const first = at()
          while (at() < 1.99) await new Promise(requestAnimationFrame)
          return [first, at()].map(Math.round)
        }}"""
        return page.evaluate(script)  # type: ignore[no-any-return]

    glides = wanted == "no-preference"
    assert places(".gallery-strip", "document.querySelectorAll('.gallery-thumbs a')[2].click()") == [0 if glides else 2, 2]
    page.locator(".gallery-strip a").nth(1).click()
    page.locator("dialog[open] .zoom-item img").nth(1).wait_for()
    assert places(".zoom-strip", "document.querySelector('.zoom-on').click()") == [1 if glides else 2, 2]
    expect(page.locator(".zoom-place")).to_have_text("3 / 3")


def test_a_film_of_a_product_plays_in_its_place(visit: Open) -> None:
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/products/kiln/")
    film = page.get_by_role("link", name="It is fired – Play film 2/2", exact=True)
    assert not [url for url in asked if "fire." in url or "film." in url]  # nothing of it before somebody asks

    page.locator(".gallery-thumbs a").nth(1).click()
    film.click()
    video = page.locator(".gallery-strip video")
    video.evaluate("async film => { while (!(film.currentTime > 0.2)) await new Promise(requestAnimationFrame) }")
    assert video.get_attribute("aria-label") == "It is fired"
    assert page.evaluate("document.activeElement.localName") == "video"
    video.evaluate("async film => { while (!(film.textTracks[0].activeCues?.[0]?.text == 'It roars.')) await new Promise(requestAnimationFrame) }")
    page.locator(".gallery-thumbs a").first.click()  # out of sight it waits
    video.evaluate("async film => { while (!(film.paused)) await new Promise(requestAnimationFrame) }")
    page.locator(".gallery-strip a").first.click()
    expect(page.locator("dialog[open] .zoom-item")).to_have_count(1)  # a film is no picture to enlarge


def test_a_film_leads_to_itself_without_scripts(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/products/kiln/")

    with page.expect_response("**/fire.*.webm") as answer:
        page.locator("[data-film]").evaluate("link => location = link.href")
    assert answer.value.ok
    assert answer.value.headers["content-type"] == "video/webm"


def test_a_picture_is_called_what_it_shows(visit: Open) -> None:
    page = visit()
    page.goto("/products/pot/")

    assert page.get_by_role("link", name="Seen from b – Enlarge picture 2/3", exact=True).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_what_is_chosen_is_seen_in_the_colours_of_the_device(visit: Open) -> None:
    """As with Windows' contrast themes: of our colours no ground is drawn, and a bolder letter tells nobody anything."""
    page = visit(forced_colors="active")
    page.goto("/products/pot/")
    one, other = page.locator("fieldset[data-option]").first.locator("label").all()

    def seen() -> Image.Image:
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        return Image.open(BytesIO(one.screenshot())).convert("L")

    chosen = seen()
    other.click()
    changed = ImageChops.difference(chosen, seen()).point(lambda level: 255 * (level > 60))

    assert ImageStat.Stat(changed).mean[0] > 255 / 2, "less than half of it looks different"


def test_nothing_of_another_site_is_asked_for_before_a_click(visit: Open) -> None:
    asked: list[str] = []
    page = visit()
    page.route("https://player.example/**", lambda route: (asked.append(route.request.url), route.fulfill(body="<p>film", content_type="text/html")))
    page.reload()
    assert asked == []
    page.locator("[data-embed] button").click()
    page.frame_locator("iframe").locator("p").wait_for()

    assert asked == ["https://player.example/film"]
    assert page.locator("iframe").get_attribute("title") == "A film"


def test_paper_gets_the_words_and_nothing_that_needs_a_screen(visit: Open) -> None:
    page = visit()
    page.goto("/products/mug/")
    page.emulate_media(media="print")

    assert page.locator(".logo").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("[data-price]").first.is_visible()
    for hidden in (".menu", ".above", ".below", ".header-actions", "[data-buy]", "nav"):
        assert not page.locator(hidden).first.is_visible(), hidden


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_axe_finds_nothing(visit: Open, width: int, scheme: str) -> None:
    axe = Path(npm("axe-core", AXE) / "axe.min.js").read_text("utf-8")
    page = visit(width, color_scheme=scheme, bypass_csp=True)
    if width == 320:
        page.locator(".menu-button").click()
    page.evaluate(axe)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")["violations"]

    assert [(rule["id"], node["target"], (node.get("failureSummary") or "")[:200]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
