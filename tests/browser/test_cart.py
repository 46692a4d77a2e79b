"""The cart in a real Chromium: it never lies about prices, loses nothing, forgets no focus, and believes no storage."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from browser_street import DEMO, Server, npm
from playwright.sync_api import Browser, Page, Route, expect
from test_shopping import AXE, PHONE, places, visit

from highstreet.plan.format import money_format

Serve = Callable[[str], Server]
pytestmark = pytest.mark.browser
STORE = "highstreet:cart:eur"


def line(key: str, **changes: Any) -> dict[str, Any]:
    handle = key.partition(":")[0]
    return {"key": key, "qty": 1, "price_minor": 450, "title": key, "variant": "", "url": f"/products/{handle}/", "image": ""} | changes


def put(page: Page, *lines: dict[str, Any], note: str = "") -> None:
    """Leaves a cart in the browser's storage, as an earlier visit would have."""
    page.goto("/404.html")
    page.evaluate("([name, cart]) => localStorage.setItem(name, cart)", [STORE, json.dumps({"lines": lines, "note": note})])


def stored(page: Page) -> Any:
    return json.loads(page.evaluate(f"localStorage.getItem('{STORE}')"))


def text(page: Page, name: str) -> str:
    return page.locator(f"[data-cart-page] [data-cart-{name}]").text_content() or ""


def test_stale_lines_are_mended_and_told(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        put(page, line("cloth", price_minor=300), line("aria:AR-BLK-48", price_minor=12950, qty=9), line("gone", price_minor=2000), line("nothing"), line("bare", price_minor=0))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()

        notices = {row.get_attribute("data-key"): row.locator(".cart-notice").text_content() for row in page.locator("[data-cart-page] .cart-line").all()}
        assert notices == {"cloth": "The price has changed from €3.00 to €4.50.", "aria:AR-BLK-48": "Only 4 left", "gone": "Sold out", "nothing": "No longer available", "bare": ""}
        assert text(page, "total") == "€522.50"
        assert [(row["key"], row["qty"], row["price_minor"]) for row in stored(page)["lines"][:2]] == [("cloth", 1, 450), ("aria:AR-BLK-48", 4, 12950)]
        order = unquote(page.locator("[data-cart-page] [data-checkout-link]").get_attribute("href") or "")
        assert re.findall(r"(\d+) × .*\[(.*)\]", order) == [("1", "cloth"), ("4", "aria:AR-BLK-48"), ("1", "bare")]
        assert wrong == []


def test_prices_that_cannot_be_asked_for_are_said_to_be_old(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, _):
        page.route("**/prices.json", lambda route: route.abort())
        put(page, line("cloth", price_minor=450, qty=2))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()

        assert text(page, "unchecked").startswith("Prices could not be checked")
        assert text(page, "total") == "€13.90"


def test_what_one_order_cannot_hold_is_said_not_dropped(browser: Browser, serve: Serve) -> None:
    server = serve("eur")
    with visit(browser, server) as (page, wrong):
        put(page, *[line(f"other-{number}") for number in range(100)])
        page.goto("/products/cloth/")
        page.locator("[data-buy] [data-add]").click()

        expect(page.locator("#cart [data-cart-status]")).to_have_text("That is more than one order can hold.")
        assert len(stored(page)["lines"]) == 100

        put(page, *[line(f"other-{number}") for number in range(99)])
        page.goto("/products/cloth/")
        page.locator("[data-buy] [data-add]").click()

        expect(page.locator("#cart [data-cart-status]")).to_have_text("Added to cart")
        assert stored(page)["lines"][99]["key"] == "cloth"

        answering(page, server, lambda given: given["lines"]["cloth"].update(price=10**14))
        put(page, line("cloth", qty=120, price_minor=10**14))
        page.goto("/cart/")

        expect(page.locator("[data-cart-page] [data-cart-unchecked]")).to_have_text("That is more than one order can hold.")
        expect(page.locator("[data-cart-page] [data-checkout-link]")).to_be_hidden()
        assert wrong == []


def answering(page: Page, server: Server, told: Callable[[dict[str, Any]], object], pattern: str = "**/prices.json") -> None:
    """The shop's prices as `told` changes them, each time they are asked for."""

    def answer(route: Route) -> None:
        given = json.loads((server.folder / "prices.json").read_text("utf-8"))
        told(given)
        route.fulfill(json=given)

    page.route(pattern, answer)


def test_long_amounts_stand_beside_a_name_and_on_one_line(browser: Browser, serve: Serve) -> None:
    server = serve("eur")
    with visit(browser, server, PHONE) as (page, wrong):
        answering(page, server, lambda given: given["lines"]["cloth"].update(price=12_345_678_999, compare_at=22_345_678_999))
        put(page, line("cloth", price_minor=12_345_678_999, title="Lens cloth " * 8))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()

        boxes = page.evaluate("['.cart-name', '.cart-end p'].map(name => document.querySelector(`[data-cart-page] ${name}`).getBoundingClientRect().toJSON())")
        lines = page.evaluate("""[...document.querySelectorAll('[data-cart-page] :is(.cart-price, .cart-was, dd:not([hidden] *))')].map(node => {
            const range = document.createRange(); range.selectNodeContents(node); return new Set([...range.getClientRects()].map(box => box.top)).size })""")

        assert boxes[0]["right"] <= boxes[1]["left"]
        assert len(lines) >= 5 and set(lines) == {1}
        assert wrong == []


# Time passes for the page at a word: what it does every so often is done at once.
LATER = """
  let passed = 0
  const now = Date.now, every = setInterval, ticks = []
  Date.now = () => now() + passed
  window.setInterval = (tick, wait) => { ticks.push(tick); return every(tick, wait) }
  window.later = wait => { passed += wait; for (const tick of ticks) tick() }
"""


def test_a_cart_that_stays_open_asks_again_and_ends_with_the_offer(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.add_init_script(LATER)
        now = {"price": 450, "until": (datetime.now(UTC) + timedelta(minutes=3)).isoformat()}
        answering(page, serve("eur"), lambda prices: prices["lines"]["cloth"].update(now))
        put(page, line("cloth", qty=2), line("bare", price_minor=0))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()
        assert text(page, "subtotal") == "€9.00"
        link, notice = page.locator("[data-cart-page] [data-checkout-link]"), page.locator("[data-cart-page] .cart-line").first.locator(".cart-notice")

        now["price"] = 500
        page.evaluate("later(65_000)")
        expect(notice).to_have_text("The price has changed from €4.50 to €5.00.")
        assert "€10.00" in unquote(link.get_attribute("href") or "")

        page.evaluate("later(180_000)")
        expect(notice).to_have_text("No longer available")
        assert "cloth" not in (link.get_attribute("href") or "")
        assert text(page, "subtotal") == "€0.00"
        assert wrong == []


def test_a_page_from_before_an_offers_end_sells_nothing_after_it(browser: Browser, serve: Serve) -> None:
    server = serve("eur")
    page_of = (server.folder / "products/cloth/index.html").read_text("utf-8")
    ends = ["2027-06-01T09:00:00+02:00"]
    with visit(browser, server) as (page, wrong):
        page.route("**/products/cloth/", lambda route: route.fulfill(body=page_of.replace(" data-product ", f' data-product data-until="{ends[-1]}" '), content_type="text/html"))
        page.add_init_script("Date.now = () => Date.parse('2026-12-01')")
        page.goto("/products/cloth/")
        expect(page.locator("[data-buy] [data-add]")).to_be_enabled()
        ends.append("2026-06-01T09:00:00+02:00")
        page.goto("/products/cloth/")
        expect(page.locator("[data-buy] [data-add]")).to_be_disabled()
        assert page.locator("[data-stock]").text_content() == "Sold out"
        assert wrong == []


def test_amounts_of_another_currency_are_never_prices(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, _):
        put(page, line("cloth", qty=2))
        answering(page, serve("eur"), lambda prices: (prices.update(currency="JPY"), prices["lines"]["cloth"].update(price=800)))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()

        assert text(page, "unchecked").startswith("Prices could not be checked")
        assert text(page, "subtotal") == "€9.00", "a page from before the shop changed its currency"
        page.evaluate("name => localStorage.setItem(name, localStorage.getItem(name).replace('{', '{\"currency\":\"JPY\",'))", STORE)
        page.reload()
        page.locator("[data-cart-page] [data-cart-empty]:visible").wait_for()
        page.evaluate("line => document.dispatchEvent(new CustomEvent('highstreet:cart-add', {detail: {line}}))", line("cloth"))
        assert stored(page)["currency"] == "EUR"
        page.reload()
        expect(page.locator("[data-cart-page] .cart-line")).to_have_count(1)


def test_a_page_from_before_the_shop_grew_finds_its_products(browser: Browser, serve: Serve) -> None:
    server = serve("eur")
    with visit(browser, server) as (page, _):
        old = (server.folder / "cart/index.html").read_text("utf-8").replace('data-prices="/prices.json" data-parts="1"', 'data-prices="/prices/{}.json" data-parts="2"')
        assert 'data-parts="2"' in old
        page.route("**/cart/", lambda route: route.fulfill(body=old, content_type="text/html"))
        answering(page, server, lambda prices: prices.update(parts=4, lines={}), "**/prices/*.json")
        put(page, line("cloth", price_minor=300), line("aria:AR-BLK-48", price_minor=12950), line("nothing"))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()

        assert page.locator("[data-cart-page] .cart-line .cart-notice").all_text_contents() == ["The price has changed from €3.00 to €4.50.", "", "No longer available"]
        assert text(page, "subtotal") == "€134.00"


def test_an_order_too_long_for_an_address_is_there_to_be_copied(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur"), PHONE) as (page, wrong):
        put(page, line("cloth", qty=2), note="あ" * 400)
        page.goto("/products/bare/")
        page.locator("[data-cart-open]").click()
        link = page.locator("#cart [data-checkout-link]")
        link.wait_for()
        assert link.get_attribute("href") == "/cart/", "the drawer leads to where it can be copied"
        link.click()
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()

        copied = page.locator("[data-cart-copy] textarea").input_value()
        assert "2 × cloth [cloth]" in copied
        assert f"> {'あ' * 400}" in copied
        assert (page.locator("[data-cart-page] [data-checkout-link]").get_attribute("href") or "").startswith("mailto:orders@rich.example?subject=")
        assert wrong == []


HOSTILE: list[Any] = [
    "{", "null", "[]", '"text"', '{"lines":7}', '{"lines":[null,7,"x",{}]}', '{"lines":{"length":3}}', '{"lines":[{"key":"cloth"}],"note":{}}',
    {"lines": [line("cloth", qty="NaN", title="<img src=x onerror=alert(1)>", url="javascript:alert(1)", image="javascript:alert(2)", variant={"a": 1})]},
    {"lines": [line("cloth", qty=-5, url="//evil.example/", image="data:text/html,x")]},
    {"lines": [line("cloth", qty=1e99, url="/\\evil.example")]},
    {"lines": [line("cloth", url="/\t/evil.example/", image="/\n/evil.example/a.png")]},  # browsers drop what is between
    {"lines": [line("cloth", price_minor=-1)]},
    {"lines": [line("cloth", price_minor=1.5), line("cloth", price_minor="450")]},
    {"lines": [line("__proto__"), line("constructor"), line("cloth"), line("cloth")]},
    {"lines": [line(f"x{n}") for n in range(500)]},
    {"lines": [line("cloth", title="x" * 100_000)], "note": "y" * 100_000},
]  # fmt: skip


def test_no_content_of_the_storage_breaks_or_enters_the_page(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur"), PHONE) as (page, wrong):
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}") or dialog.dismiss())
        for given in HOSTILE:
            page.goto("/404.html")
            page.evaluate("([name, cart]) => localStorage.setItem(name, cart)", [STORE, given if isinstance(given, str) else json.dumps(given)])
            page.goto("/cart/")
            page.locator("[data-cart-page] [data-cart-empty]:visible, [data-cart-page] .cart-line").first.wait_for()
            rows = page.locator("[data-cart-page] .cart-line")

            assert rows.count() <= 100
            links = page.locator("[data-cart-page] .cart-line a").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
            assert all(re.match(r"/(?![/\\])", link) for link in links), given
            assert page.locator("[data-cart-page] .cart-line a").evaluate_all("nodes => nodes.filter(node => node.origin !== location.origin).length") == 0, given
            assert page.locator("[data-cart-page] .cart-line img").evaluate_all("nodes => nodes.filter(node => node.onerror || !/^(https?:|\\/)/.test(node.getAttribute('src'))).length") == 0
            for value in rows.locator("input").evaluate_all("nodes => nodes.map(node => node.value)"):
                assert 1 <= int(value) <= 999
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a long title does not widen the page"
            page.locator("[data-cart-note]").evaluate("node => { node.value = 'Ring twice'; node.dispatchEvent(new Event('change', {bubbles: true})) }")
            assert stored(page)["note"] == "Ring twice", "and the cart goes on working"
        assert [words for words in wrong if "404" not in words] == []


def test_tabs_agree_and_undo_puts_back(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        put(page, line("cloth", qty=2), line("bare", price_minor=0))
        page.goto("/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()
        other = page.context.new_page()
        other.goto("/products/backorder/")
        other.locator("[data-buy] [data-add]").click()

        expect(page.locator("[data-cart-page] .cart-line")).to_have_count(3)
        expect(page.locator("[data-cart-count]")).to_have_text("4")
        other.close()
        second = page.locator("[data-cart-page] .cart-line").nth(1)
        second.locator(".cart-remove").click()
        expect(page.locator("[data-cart-page] .cart-line")).to_have_count(2)
        undo = page.locator("[data-cart-page] [data-cart-status] button")
        expect(undo).to_be_focused()
        undo.press("Enter")
        assert [row.get_attribute("data-key") for row in page.locator("[data-cart-page] .cart-line").all()] == ["cloth", "bare", "backorder"]
        expect(second.locator(".cart-remove")).to_be_focused()
        assert wrong == []


def test_a_browser_that_stores_nothing_has_a_cart_for_the_page(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})")
        page.goto("/products/cloth/")
        page.locator("[data-buy] [data-add]").click()
        page.locator("#cart [data-checkout-link]").wait_for()
        page.locator("#cart [data-step='1']").click()

        assert page.locator("#cart [data-cart-total]").text_content() == "€13.90"
        expect(page.locator("[data-cart-count]")).to_have_text("2")
        assert wrong == []


def test_other_scripts_hear_of_the_cart_and_may_ask(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.add_init_script("window.heard = []; document.addEventListener('highstreet:cart', ({detail}) => heard.push([detail.count, detail.of('aria'), detail.lines.length]))")
        page.goto("/")
        assert page.evaluate("heard") == [[0, 0, 0]]
        ask = "line => document.dispatchEvent(new CustomEvent('highstreet:cart-add', {detail: {line, open: true}}))"
        page.evaluate(ask, line("aria:AR-BLK-48", price_minor=12950, qty=2))
        page.locator("#cart [data-checkout-link]").wait_for()
        page.keyboard.press("Escape")
        page.evaluate(ask, {"key": "no line at all"})

        assert page.evaluate("heard.at(-1)") == [2, 2, 1]
        assert page.locator("#cart").is_visible(), "asked to open it, though nothing was put in"
        assert wrong == []


def test_everything_by_keyboard_and_the_focus_comes_back(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.goto("/products/aria/")

        def tab_to(selector: str, most: int = 60) -> None:
            for _ in range(most):
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement !== document.body"), "the focus was lost"
                assert page.evaluate("(node => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0 })(document.activeElement)"), "the focus is on nothing to be seen"
                if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                    return
            raise AssertionError(f"{selector} cannot be reached")

        tab_to("[data-option] input")
        page.keyboard.press("ArrowRight")
        assert page.url.endswith("?variant=tortoise-48")
        tab_to("[data-buy] [data-add]")
        page.keyboard.press("Enter")
        page.locator("#cart [data-checkout-link]").wait_for()
        assert page.evaluate("document.activeElement.closest('#cart') !== null"), "the drawer takes the focus"
        tab_to("#cart [data-step='1']", 8)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator("#cart .cart-line input")).to_have_value("3")
        assert page.evaluate("document.activeElement.dataset.step") == "1", "drawing anew left the focus where it was"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.dataset.step") == "-1"
        for _ in range(2):
            page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('#cart .cart-line input')"), "a button that can do no more hands it on"
        tab_to("#cart .cart-remove", 4)
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('[data-cart-status]') !== null"), "undo is at hand"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.className") == "cart-remove"
        page.keyboard.press("Escape")
        expect(page.locator("#cart")).to_be_hidden()
        assert page.evaluate("document.activeElement.matches('[data-buy] [data-add]')"), "and back to where it was opened"
        assert wrong == []


@pytest.mark.parametrize(("name", "lang", "currency"), [("eur", "en-GB", "EUR"), ("jpy", "ja", "JPY"), ("kwd", "ar", "KWD")])
def test_amounts_are_written_as_the_build_writes_them(browser: Browser, serve: Serve, name: str, lang: str, currency: str) -> None:
    amounts = [0, 1, 9, 10, 99, 100, 999, 1000, 12345, 99999, 100000, 1234567, 99_999_999_999, 2**53 - 1]
    with visit(browser, serve(name)) as (page, wrong):
        page.goto("/cart/")
        module = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name).find(name => /shop\\.[0-9a-f]+\\.js/.test(name))")
        written = page.evaluate("async ([module, amounts]) => { const {money} = await import(module); return amounts.map(money) }", [module, amounts])

        assert written == [money_format(lang, currency).text(minor) for minor in amounts]
        assert wrong == []


def test_snipcart_is_loaded_when_asked_for_and_told_everything(browser: Browser, serve: Serve) -> None:
    fake = """
    const items = [{uniqueId: 'old', id: 'something of last week'}]
    window.told = []
    window.Snipcart = {store: {getState: () => ({cart: {items: {items}}})}, api: {
      session: {setLanguage: async lang => told.push(['language', lang])}, theme: {cart: {open: () => told.push(['open'])}},
      cart: {items: {add: async item => told.push(['add', item]), remove: async id => told.push(['remove', id])}, update: async () => {}}}}
    document.dispatchEvent(new Event('snipcart.ready'))
    """
    with visit(browser, serve("bigwall"), PHONE, bypass_csp=True) as (page, wrong):
        asked: list[str] = []

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            route.fulfill(body=fake if route.request.url.endswith(".js") else "", content_type="text/javascript" if route.request.url.endswith(".js") else "text/css")

        page.route("https://cdn.snipcart.com/**", answer)
        page.goto(places(serve("bigwall"))["product"])
        page.locator("[data-buy] [data-add]").click()
        page.locator("#cart [data-checkout-link]").wait_for()
        assert asked == [], "nothing of theirs before the customer asks"
        assert "Snipcart" in page.locator("#cart .cart-sum").inner_text()
        page.locator("#cart [data-checkout-link]").click()
        page.wait_for_function("window.told?.at(-1)?.[0] === 'open'")

        told = page.evaluate("told")
        assert [step[0] for step in told] == ["language", "remove", "add", "open"]
        item = told[2][1]
        known = {row["id"]: row for row in json.loads((serve("bigwall").folder / "snipcart.json").read_text())}
        assert known[item["id"]]["price"] == item["price"]
        assert known[item["id"]]["url"] == item["url"]
        assert page.locator("#cart").is_hidden()
        assert [words for words in wrong if "snipcart" not in words] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*DEMO, "kwd"])
def test_an_open_cart_is_accessible_on_a_small_screen(browser: Browser, serve: Serve, name: str, scheme: str) -> None:
    axe = (npm("axe-core", AXE) / "axe.min.js").read_text("utf-8")
    server = serve(name)
    with visit(browser, server, {"width": 320, "height": 640}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce") as (page, _):
        page.goto(places(server)["product"])
        if not page.locator("[data-buy] [data-add]").count() or page.locator("[data-buy] [data-add]").is_disabled():
            page.goto("/products/cloth/") if name == "kwd" else pytest.skip("nothing can be bought on this page")
        page.locator("[data-buy] [data-add]").click()
        page.locator("#cart [data-checkout-link]").wait_for()
        for place in ("drawer", "page"):
            if place == "page":
                page.goto("/cart/")
                page.locator("[data-cart-page] [data-checkout-link]").wait_for()
            page.evaluate(axe)
            result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")

            found = [f"{name} {place} {scheme}: {rule['id']} {node['target']} {' '.join((node.get('failureSummary') or '').split())[:200]}" for rule in result["violations"] for node in rule["nodes"][:2]]
            assert found == []
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1]
