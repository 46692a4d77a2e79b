"""Shopping in a real Chromium under a strict content security policy: nothing breaks, overflows or leaves the shop; sums are exact."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from browser_street import DEMO, Server
from playwright.sync_api import Browser, Page
from real_shops import REAL

from highstreet.plan.format import money_format

Serve = Callable[[str], Server]
pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
AXE = "4.14.1"


@contextmanager
def visit(browser: Browser, server: Server, size: dict[str, int] = DESK, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """A page in a fresh profile, and everything that goes wrong on it."""
    context = browser.new_context(viewport=size, base_url=server.url, **options)  # type: ignore[arg-type]
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url} {request.failure}") if request.failure != "net::ERR_ABORTED" else None)  # by leaving
    page.on("response", lambda answer: wrong.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None)
    page.on("request", lambda request: wrong.append(f"foreign: {request.url}") if not request.url.startswith((server.url, "data:", "mailto:")) else None)
    try:
        yield page, wrong
    finally:
        context.close()


def places(server: Server) -> dict[str, str]:
    """One page of each kind: the collection with most products, a product with choices where there is one."""
    folder = server.folder

    def richest(pattern: str, mark: str) -> str:
        found = max(folder.glob(pattern), key=lambda page: (page.read_text("utf-8").count(mark), page))
        return "/" + str(found.parent.relative_to(folder)) + "/"

    found = {
        "home": "/",
        "collection": richest("collections/*/index.html", '<article class="card') if (folder / "collections").is_dir() else "/products/",
        "product": richest("products/*/index.html", "data-key="),
        "cart": "/cart/",
        "search": "/search/",
        "404": "/404.html",
    }
    return {kind: path for kind, path in found.items() if (folder / path.strip("/") / "index.html").is_file() or path.endswith(".html")}


def all_kinds(server: Server) -> dict[str, str]:
    """One page of each kind, a journal, a post and a page of text among them."""
    found = places(server)
    for kind, pattern in {"page": "pages/*/index.html", "post": "journal/*/index.html", "journal": "journal/index.html", "products": "products/index.html"}.items():
        files = sorted(server.folder.glob(pattern))
        if files:
            found[kind] = "/" + str(files[0].parent.relative_to(server.folder)) + "/"
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", [*DEMO, *REAL, "eur", "kwd", "evil"])
def test_pages_work_under_a_strict_policy_and_do_not_overflow(browser: Browser, serve: Serve, name: str, size: dict[str, int]) -> None:
    server = serve(name)
    with visit(browser, server, size) as (page, wrong):
        for kind, path in places(server).items():
            page.goto(path, wait_until="load")
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")

            assert wide[0] <= wide[1], f"{kind} is {wide[0]} wide at {wide[1]}"
            assert page.locator("h1").count() == 1, kind
            assert page.evaluate("getComputedStyle(document.body).fontFamily") != "", kind
        assert wrong == []


def test_unknown_address_is_answered_with_the_shops_own_page(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, _):
        answer = page.goto("/products/nothing/")

        assert answer is not None
        assert answer.status == 404
        assert page.locator("h1").inner_text() == "Page not found"
        assert page.locator("article.card").count() > 0


def digits(text: str) -> int:
    return int("".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal()))


SUMS = [  # shop, language, product, variant, quantity, its minor units; shipping is 490 below 10000
    ("eur", "en-GB", "aria", "AR-BLK-48", 3, 12950), ("eur", "en-GB", "cloth", "", 7, 450), ("eur", "fr", "aria", "tortoise-48", 1, 123950),
    ("jpy", "ja", "aria", "tortoise-48", 12, 123950), ("jpy", "en", "cloth", "", 1, 450), ("kwd", "ar", "aria", "AR-BLK-48", 3, 12950),
    ("kwd", "ar", "backorder", "", 5, 1999), ("eur", "en-GB", "bare", "", 2, 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lang", "handle", "variant", "count", "price"), SUMS)
def test_cart_is_exact_to_the_minor_unit(browser: Browser, serve: Serve, name: str, lang: str, handle: str, variant: str, count: int, price: int) -> None:
    currency = name.upper()
    prefix = "" if lang in ("en-GB", "ja", "ar") else f"/{lang}"
    money = money_format(lang, currency)
    shipping = 0 if price * count >= 10_000 else 490
    with visit(browser, serve(name)) as (page, wrong):
        page.goto(f"{prefix}/products/{handle}/" + (f"?variant={variant}" if variant else ""))
        page.locator("[data-buy] input[name=quantity]").fill(str(count))
        page.locator("[data-buy] [data-add]").click()

        drawer = page.locator("#cart")
        drawer.locator("[data-checkout-link]").wait_for()
        assert drawer.locator("[data-cart-total]").text_content() == money.text(price * count + shipping)
        assert drawer.locator("[data-cart-subtotal]").text_content() == money.text(price * count)
        assert drawer.locator(".cart-price").text_content() == money.text(price * count)
        page.goto(f"{prefix}/cart/")
        page.locator("[data-cart-page] [data-checkout-link]").wait_for()
        total = page.locator("[data-cart-page] [data-cart-total]")
        assert total.text_content() == money.text(price * count + shipping)
        page.locator("[data-cart-page] [data-step='1']").click()
        more = price * (count + 1) + (0 if price * (count + 1) >= 10_000 else 490)
        assert total.text_content() == money.text(more)
        order = page.locator("[data-cart-page] [data-checkout-link]").get_attribute("href") or ""
        assert order.startswith("mailto:orders@rich.example?")
        assert wrong == []


def test_variant_link_shows_that_variant(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.goto("/products/aria/?variant=tortoise-48")
        assert page.locator("[data-price]").text_content() == "€1,239.50"
        assert page.locator("[data-option] input:checked").evaluate_all("nodes => nodes.map(n => n.value)") == ["Tortoise", "48"]

        page.goto("/products/aria/?variant=AR%2FBLK%2050%26%C3%A9")
        assert page.locator("[data-price]").text_content() == "€129.50"
        assert page.locator("[data-buy] [data-add]").is_disabled()
        assert wrong == []


def test_choosing_a_variant_changes_price_address_and_cart(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.goto("/products/aria/")
        page.locator("[data-option] label", has=page.locator("input[value=Tortoise]")).click()

        assert page.locator("[data-price]").text_content() == "€1,239.50"
        assert page.url.endswith("?variant=tortoise-48")
        page.locator("[data-buy] [data-add]").click()
        line = json.loads(page.evaluate("localStorage.getItem('highstreet:cart:eur')"))["lines"][0]
        assert (line["key"], line["price_minor"], line["qty"]) == ("aria:tortoise-48", 123950, 1)
        assert wrong == []


def test_cart_names_a_variant_in_the_language_of_its_page(browser: Browser, serve: Serve) -> None:
    with visit(browser, serve("eur")) as (page, wrong):
        page.goto("/fr/products/aria/?variant=tortoise-48")
        page.locator("[data-buy] [data-add]").click()

        assert page.locator("#cart .cart-variant").text_content() == "Écaille / 48"
        assert wrong == []


def test_counts_have_the_digits_of_prices_whoever_writes_them(browser: Browser, serve: Serve) -> None:
    """The build, and scripts after it: in Kuwait ١٠ products beside ٣٨٫٥٠٠."""
    with visit(browser, serve("ghasaq")) as (page, wrong):

        def numbers(selector: str) -> set[str]:
            page.locator(selector).first.wait_for(state="attached")
            found = {char for words in page.locator(selector).all_text_contents() for char in words if char.isdecimal()}
            assert found, selector
            return found

        page.goto("/collections/perfumes/")
        seen = numbers(".card .price") | numbers(".collection-count") | numbers(".footer p.small:has-text('©')")
        page.locator("[data-facet] summary").first.click()
        page.locator(".facet-count", has_text=re.compile(r"[0-9٠-٩]")).first.wait_for(state="attached")
        page.locator("[data-facet] label").first.click()
        page.wait_for_url("**?**")
        seen |= numbers(".facet-count") | numbers(".collection-count") | numbers(".facet-chosen")
        page.goto("/products/ghasaq/")
        page.locator("[data-buy] [data-add]").click()
        page.locator("#cart [data-checkout-link]").wait_for()
        seen |= numbers("[data-cart-count]") | {char for char in page.locator("[data-cart-open]").get_attribute("aria-label") or "" if char.isdecimal()}
        page.goto("/search/?q=عطر")
        page.locator("[data-search-products] .card").first.wait_for()
        seen |= numbers("[data-search-status]")

        assert seen <= set("٠١٢٣٤٥٦٧٨٩")
        assert wrong == []


@pytest.mark.parametrize(("name", "query", "path"), [("eur", "aria", "/products/aria/"), ("eur", "AR-TOR-50", "/products/aria/"), ("jpy", "cloth", "/products/cloth/"), ("kwd", "acetate", "/products/aria/")])
def test_search_finds(browser: Browser, serve: Serve, name: str, query: str, path: str) -> None:
    with visit(browser, serve(name)) as (page, wrong):
        page.goto(f"/search/?q={query}")
        hit = page.locator(f"[data-search-products] a[href='{path}']")

        hit.wait_for()
        page.locator("#q").fill("zzzz")
        page.locator("[data-search-products]").wait_for(state="hidden")
        assert "zzzz" in (page.locator("[data-search-status]").text_content() or "")
        assert wrong == []


@pytest.mark.parametrize("name", [*DEMO, *REAL, "eur"])
def test_without_scripts_prices_are_shown_and_one_thing_can_be_ordered(browser: Browser, serve: Serve, name: str) -> None:
    server = serve(name)
    with visit(browser, server, PHONE, java_script_enabled=False) as (page, wrong):
        found = places(server)
        page.goto(found["collection"])
        prices = page.locator("article.card .price")
        assert prices.count() > 0
        assert all(any(char.isdecimal() for char in text) for text in prices.all_text_contents())
        whole = prices.count()
        if page.locator(".filters-open:visible").count():
            page.locator(".filters-open").click()
            page.locator(".facet summary:visible").first.click()
            page.locator(".facet a:visible").first.click()
            assert 0 < page.locator("article.card").count() <= whole, "a way to narrow is a page"
        page.locator(".menu-button").click()
        assert page.locator(".menu a:visible, .menu summary:visible").count() > 0
        page.goto(found["product"])

        assert page.locator("[data-price]").is_visible()
        ways = page.locator(".order .button:visible")
        if page.locator("[data-key]").count() > 1:
            assert ways.count() == page.locator("[data-key]").count() > 1, "a button for each variant, with its price"
            last = page.locator(".variants li").last
            page.goto(f"{found['product']}#{last.get_attribute('id')}")
            assert last.is_visible()
            assert last.evaluate("node => node.matches(':target') && node.getBoundingClientRect().top < innerHeight"), "a link leads to its variant"
        else:
            assert ways.count() == 1
        assert page.locator("[data-buy]").is_hidden()
        assert wrong == []


@pytest.mark.parametrize("name", [*DEMO, *REAL])
def test_a_shop_takes_something_into_the_cart(browser: Browser, serve: Serve, name: str) -> None:
    server = serve(name)
    path = places(server)["product"]
    with visit(browser, server, PHONE) as (page, wrong):
        page.goto(path)
        if page.locator("[data-buy] [data-add]").is_disabled():
            pytest.skip("this one is sold out")
        price = digits(page.locator("[data-price]").text_content() or "")
        page.locator("[data-buy] [data-add]").click()

        page.locator("#cart [data-checkout-link]").wait_for()
        assert digits(page.locator("#cart .cart-price").text_content() or "") == price
        assert wrong == []
