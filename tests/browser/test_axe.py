"""Accessibility by axe-core, WCAG 2.2 AA and its best practices: no violation on any kind of page, whatever the brand's colours."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from browser_street import DEMO, Server, npm
from real_shops import REAL
from test_shopping import AXE, DESK, PHONE, all_kinds, places, visit

from highstreet.model import palette
from highstreet.model.branding import BrandColors
from highstreet.run import style
from highstreet.theme.fonts import Type
from support.street import SHARED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
Serve = Callable[[str], Server]
LONG = bool(os.environ.get("HIGHSTREET_LONG"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}


@cache
def axe() -> str:
    return (npm("axe-core", AXE) / "axe.min.js").read_text("utf-8")


def violations(page: Page, what: str, **options: Any) -> list[str]:
    page.evaluate(f"window.axe || (() => {{ {axe()} }})()")
    result = page.evaluate("options => axe.run(document, options)", {"runOnly": RULES, "resultTypes": ["violations"], **options})
    return [
        f"{what}: {rule['id']} ({rule['impact']}) {node['target']} {' '.join((node.get('failureSummary') or '').split())[:220]}"
        for rule in result["violations"] for node in rule["nodes"][:2]
    ]  # fmt: skip


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE), ("light", NARROW)], ids=["light-desk", "dark-phone", "light-320"])
@pytest.mark.parametrize("name", [*DEMO, *REAL, "kwd"])
def test_no_page_has_a_fault(browser: Browser, serve: Serve, name: str, scheme: str, size: dict[str, int]) -> None:
    server = serve(name)
    found = []
    with visit(browser, server, size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce") as (page, _):
        kinds = all_kinds(server)
        if not LONG:
            some = ("home", "collection", "product") if size is not DESK else ("home", "collection", "product", "cart", "page")
            kinds = {kind: kinds[kind] for kind in some if kind in kinds}
        for path in kinds.values():
            page.goto(path)
            found += violations(page, f"{name} {path} {scheme} {size['width']}")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{name} {path} {size['width']}: wider than the screen")
    assert found == []


@pytest.mark.parametrize("name", [*DEMO, *REAL])
def test_what_opens_has_no_fault(browser: Browser, serve: Serve, name: str) -> None:
    """The cart with something in it, large pictures, the menu of phones and the filters."""
    server = serve(name)
    found = []
    with visit(browser, server, PHONE, color_scheme="light", bypass_csp=True, reduced_motion="reduce") as (page, _):
        paths = places(server)
        page.goto(paths["product"])
        if page.locator(".gallery-strip a").count():
            page.locator(".gallery-strip a").first.click()
            page.locator("dialog[open] .zoom-item img").first.wait_for()
            found += violations(page, f"{name} zoom")
            page.keyboard.press("Escape")
        for add in page.locator("[data-buy] [data-add]:enabled").all():
            add.click()
            page.locator("#cart[open] .cart-line").first.wait_for()
            found += violations(page, f"{name} cart")
            page.keyboard.press("Escape")
        page.goto(paths["collection"])
        if page.locator(".menu-button:visible").count():
            page.locator(".menu-button").click()
            found += violations(page, f"{name} menu")
    assert found == []


def brands(count: int) -> Iterator[BrandColors]:
    """Brands, half with a page of their own colour: real ones where the public palettes are at hand, else made up."""
    raw = SHARED / "data/palettes/raw"
    chance = random.Random(4)
    if raw.is_dir():
        named = json.loads((raw / "brandColors.merged.json").read_text("utf-8"))
        primaries = [color for color in named.values() if len(color) == 7]
        rows = json.loads((raw / "nice-color-palettes-1000.json").read_text("utf-8"))
    else:
        primaries = [f"#{chance.randrange(1 << 24):06x}" for _ in range(500)]
        rows = [[f"#{chance.randrange(1 << 24):06x}" for _ in range(5)] for _ in range(500)]
    for number in range(count):
        row = chance.choice(rows)
        yield BrandColors(chance.choice(primaries), row[1]) if number % 2 else BrandColors(row[0], row[1], row[2])


def dressed(colors: BrandColors) -> str:
    """The part of a shop's style sheet that tells colours, as the build writes it for a brand."""
    found = palette.scheme(colors)
    fonts = Type(("sans-serif",), "650", "0em", "1.1")
    return style.sheet(style.StyleInputs(found.light, found.dark, "auto", "soft", fonts, fonts, (), ()))


@pytest.mark.parametrize(("name", "kind"), [("lumen", "product"), ("hullabaloo", "home")])
def test_any_brand_can_be_read(browser: Browser, serve: Serve, name: str, kind: str) -> None:
    """Every text of the page, in both schemes, in the colours of brands the theme has never met."""
    server = serve(name)
    found = []
    with visit(browser, server, PHONE, bypass_csp=True, reduced_motion="reduce") as (page, _):
        page.goto(places(server)[kind])
        if kind == "product":
            page.locator("[data-buy] [data-add]").click()
            page.locator("#cart[open] .cart-line").first.wait_for()
        for number, colors in enumerate(brands(100 if LONG else 6)):
            page.evaluate("css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }", dressed(colors))
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += violations(page, f"{name} {kind} {colors} {scheme}", runOnly=["color-contrast", "link-in-text-block"])
            if kind == "product" and number % 2:
                page.evaluate("document.querySelector('#cart').open ? document.querySelector('#cart').close() : document.querySelector('#cart').showModal()")
    assert found == []
