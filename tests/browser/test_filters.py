"""Filters in a real Chromium: ticking, chips, the address, more products, and the way back."""

from __future__ import annotations

import os
import random
import re
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_street import Server
from PIL import Image, ImageFilter

from highstreet.shop import open_shop
from support.street import Lane, messages, simple_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COLOURS = ["Black", "Sand", "Moss"]
PRODUCTS, CHANGES, MOST = 10_000, 100, 100  # milliseconds


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
        page.wait_for_url("**/collections/things/?colour=moss")
        assert page.locator("[data-facet=colour] label .facet-count").all_text_contents() == ["60", "40", "20"]
        page.locator("#sort").select_option("price-desc")
        page.locator("[data-grid]>li:first-child .price", has_text="69.00").wait_for()  # the dearest with moss
        page.reload()
        total(page, "20 products")
        assert page.locator("#cart [data-cart-total]").count() == 1, "the cart is still there"
        page.locator("[data-active] button").first.click()
        total(page, "60 products")


def test_filters_work_by_keyboard_and_keep_the_focus(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        page.goto("/collections/things/")
        page.locator("[data-facet=colour] summary").focus()
        page.keyboard.press("Enter")
        page.locator("[data-facet=colour] input").first.wait_for(state="attached")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        total(page, "20 products")

        here = "document.activeElement"
        assert page.evaluate(f"{here}.matches('[data-facet=colour] input:checked') && {here}.value") == "moss"
        assert page.evaluate(f"(box => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight)({here}.closest('label').getBoundingClientRect())")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")
        page.wait_for_url("**colour=sand**")
        chips = page.locator("[data-active] li:not([hidden]) button")
        for left in (1, 0):
            chips.first.focus()
            page.keyboard.press("Enter")
            total(page, "20 products" if left else "60 products")  # Sand goes first, then Moss
            assert chips.count() == left
            assert page.evaluate(f"{here}.matches('[data-active] button')" if left else f"{here}.matches('summary')"), "a chip that goes hands the focus on"


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

        page.evaluate("""() => {
            window.gone = new Set(), window.moved = 0
            new MutationObserver(all => { for (const one of all) { for (const node of one.removedNodes) gone.add(node); for (const node of one.addedNodes) if (gone.has(node)) moved++ } }).observe(document.querySelector('[data-grid]'), {childList: true})
        }""")
        page.locator("[data-facet=colour] label", has_text="Sand").click()
        total(page, "40 products")
        page.locator("[data-grid]>li:nth-child(24)").wait_for()
        assert page.evaluate("moved") == 0, "what stays is not taken out and put in again"


def test_what_a_tick_would_show_is_fetched_while_the_pointer_rests_on_it(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/cards/" in request.url else None)
        page.goto("/collections/things/")
        page.locator("[data-facet=colour] summary").click()
        moss = page.locator("[data-facet=colour] label", has_text="Moss")
        moss.wait_for()
        assert asked == []
        with page.expect_request_finished(lambda request: "/cards/" in request.url):
            moss.hover()
        page.wait_for_load_state("networkidle")
        before = list(asked)
        moss.click()
        total(page, "20 products")
        page.locator("[data-grid]>li:nth-child(20)").wait_for()

        assert asked == before


@pytest.fixture
def crowded(lane: Lane, tmp_path: Path) -> Iterator[Server]:
    """A collection of thousands, of which only what a visitor of it asks for is made."""
    rng = random.Random(7)
    shop = simple_shop(products=0) | {"catalog/collections/things.yaml": {"title": "Things", "rules": {"where": [{"field": "price", "above": "0"}]}}}
    shop["tenant.yaml"] |= {"images": {"cdn": "https://cdn.example/{stem}-{width}.{format}"}}
    for n in range(PRODUCTS):
        colours, sizes = rng.sample([f"Colour {c}" for c in range(12)], rng.randint(1, 3)), ["S", "M", "L"][: rng.randint(1, 3)]
        shop[f"catalog/products/thing-{n}.yaml"] = {
            "title": f"Thing {rng.randrange(10**6)} {n}", "vendor": f"Maker {rng.randrange(15)}", "type": f"Kind {rng.randrange(8)}", "tags": rng.sample([f"tag {t}" for t in range(20)], 2),
            "price": f"{rng.randint(5, 400)}.90", "options": {"Colour": colours, "Size": sizes}, "attributes": {"Material": f"Material {rng.randrange(6)}"},
            "variants": [{"options": [c, s], "inventory": str(rng.choice([0, 5, 30]))} for c in colours for s in sizes], "images": [{"src": f"{n}.jpg", "alt": "", "width": "900", "height": "900"}],
        }  # fmt: skip
    lane.tenant("acme", shop)
    live = open_shop(lane.street(), "acme")
    assert not live.errors, live.errors[:2]
    for path in live.everything():
        if path.startswith("products/") or "/page/" in path:
            continue
        made = live.render(path)
        assert made is not None, path
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        # Pictures come from the same place: an interceptor in this test would take longer than the page.
        (tmp_path / "site" / path).write_bytes(re.sub(rb"https://cdn\.example/(\d+)-\d+\.\w+", rb"/pictures/\1.webp", made.data))
    (tmp_path / "site/pictures").mkdir()
    Image.effect_noise((480, 480), 90).filter(ImageFilter.GaussianBlur(2)).save(tmp_path / "one.webp", quality=75)  # 14 KB
    for n in range(PRODUCTS):
        os.link(tmp_path / "one.webp", tmp_path / f"site/pictures/{n}.webp")
    found = Server(tmp_path / "site")
    yield found
    found.close()


FIRST_IN_LINE = "HIGHSTREET_LONG" in os.environ and hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0) != os.SCHED_OTHER
WATCH = """() => {
  let start = 0, end = 0
  const painted = () => requestAnimationFrame(() => { const wire = new MessageChannel(); wire.port1.onmessage = () => { end = performance.now() }; wire.port2.postMessage(0) })
  new MutationObserver(painted).observe(document.querySelector('[data-collection]'), {childList: true, subtree: true, characterData: true, attributes: true})
  addEventListener('click', event => { start ||= end = event.timeStamp }, true)
  window.aim = pick => {
    const boxes = [...document.querySelectorAll('[data-facet] input[type=checkbox]')].filter(box => !box.disabled || box.checked)
    const label = boxes[pick % boxes.length].closest('label'), facet = label.closest('details')
    for (const fold of document.querySelectorAll('[data-facet]')) if (fold.open !== (fold === facet)) fold.open = fold === facet
    label.scrollIntoView({block: 'nearest'})
    const {left, top, width, height} = label.getBoundingClientRect()
    start = 0
    return [left + width / 3, top + height / 2]
  }
  window.settled = () => new Promise(done => {
    const settle = () => { const seen = end; setTimeout(() => end === seen && end > start ? done(end - start) : settle(), 150) }
    settle()
  })
}"""


@pytest.mark.skipif(not FIRST_IN_LINE, reason="by the clock: HIGHSTREET_LONG=1 chrt -r 10 runs it; that a change makes only what was not there is held above")
def test_a_change_among_thousands_is_painted_at_once_on_a_slow_phone(browser: Browser, crowded: Server) -> None:
    """From a click to the painted list and counts, with the processor four times slower. The pointer rests on a value before, as
    a hand does. The time by the clock is held, and whoever stands in line with others is told theirs: it runs with
    `chrt -r 10 pytest …` only. The processor time of the page, printed beside it, goes on until all pictures have come."""
    with visit(browser, crowded) as page:
        page.goto("/collections/things/")
        page.locator("[data-facet] summary").first.click()
        page.locator("[data-facet] input[type=checkbox]").first.wait_for(state="attached")
        page.evaluate(WATCH)
        wire = page.context.new_cdp_session(page)
        wire.send("Performance.enable", {"timeDomain": "threadTicks"})
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})

        def spent() -> float:
            return 1000 * next(row["value"] for row in wire.send("Performance.getMetrics")["metrics"] if row["name"] == "TaskDuration")  # type: ignore[no-any-return]

        rng = random.Random(1)
        took, worked = [], []
        for _ in range(CHANGES):
            page.mouse.move(*page.evaluate("pick => aim(pick)", rng.randrange(10**6)))
            page.wait_for_timeout(200)
            page.mouse.down()
            before = spent()
            page.mouse.up()
            took.append(page.evaluate("settled()"))
            worked.append(spent() - before)
        took.sort()
        worked.sort()

        p95 = took[int(0.95 * len(took))]
        print(f"{PRODUCTS} products, {CHANGES} changes: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f}, longest {took[-1]:.0f}; processor {statistics.median(worked):.0f}, {worked[int(0.95 * len(worked))]:.0f}, {worked[-1]:.0f}")
        assert p95 <= MOST, took[-20:]
