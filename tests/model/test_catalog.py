"""The catalog: money, check digits, links and rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from shop import tenant

from highstreet.model import addresses, amounts, references, values
from highstreet.model.money import money
from highstreet.model.references import Targets


@pytest.mark.parametrize(
    ("text", "currency", "amount", "minor"),
    [("12.5", "EUR", "12.50", 1250), ("12", "EUR", "12.00", 1200), ("1200", "JPY", "1200", 1200), ("1.5", "KWD", "1.500", 1500), ("0", "USD", "0.00", 0), ("12.500", "EUR", "12.50", 1250), ("1200.0", "JPY", "1200", 1200), ("007.10", "EUR", "7.10", 710)],
)
def test_prices_have_the_decimals_of_their_currency(text: str, currency: str, amount: str, minor: int) -> None:
    price = values.price(text, currency)

    assert (str(price.amount), price.minor) == (amount, minor)
    assert price == money(Decimal(text), currency)


@pytest.mark.parametrize(("text", "currency"), [("12.505", "EUR"), ("1.5", "JPY"), ("1.2345", "KWD")])
def test_prices_lose_no_digit(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match="decimals"):
        values.price(text, currency)


@pytest.mark.parametrize("text", ["4006381333931", "96385074", "036000291452", "00012345600012", "9783161484100"])
def test_gtins(text: str) -> None:
    assert values.is_gtin(text)
    for place in range(len(text)):  # every single wrong digit is noticed
        wrong = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        assert not values.is_gtin(wrong)


@pytest.mark.parametrize(("text", "kilograms"), [("250 g", "0.250"), ("250g", "0.250"), ("1.2 kg", "1.2"), ("2", "2"), ("1 lb", "0.45359237")])
def test_weights(text: str, kilograms: str) -> None:
    assert values.kilograms(text) == Decimal(kilograms)


@pytest.mark.parametrize(
    ("text", "fix"),
    [("1.234.567", "1234567"), ("1 234,50", "1234.50"), ("1'234.50", "1234.50"), ("12,-", "12"), (".5", "0.5"), ("CHF 12.50", "12.50"), ("１２.５０", "12.50"), ("$12", "12")],
)
def test_what_was_meant_by_a_price(text: str, fix: str) -> None:
    flaw = amounts.price(text)

    assert flaw is not None
    assert flaw.fix == f"write {fix}"


@pytest.mark.parametrize("text", ["acme\n", "a b", "-a", "a-", "_a", "Ä", "", "a/b", "..", "a" * 201, "A"])
def test_what_is_no_handle(text: str) -> None:
    assert not values.is_handle(text)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "https://a@b.example", "https://", "https://exa mple.com", "https://example.com/\u202egpj", "https://example.com\\@evil", "http://[::1", "file:///etc/passwd", "/a b", "/a\"onclick=x", "/../etc", "product/", "product/A", "product/a/b", "mailto:x", "tel:javascript", "https://localhost:99999", "/\\evil.example", "/<script>", ""],
)
def test_what_is_no_link(text: str) -> None:
    assert references.parse(text) is None
    assert references.flaw(text) is not None


@pytest.mark.parametrize(
    ("text", "kind", "target", "query"),
    [
        ("product/mug", "product", "mug", ""),
        ("product/mug?colour=red", "product", "mug", "?colour=red"),
        ("collection/cups/", "collection", "cups", ""),
        ("page/about#team", "page", "about", "#team"),
        ("/search/?q=a", "path", "/search/", "?q=a"),
        ("https://example.com/a?b=c#d", "url", "https://example.com/a?b=c#d", ""),
        ("mailto:a@b.example", "url", "mailto:a@b.example", ""),
        ("tel:+33123456789", "url", "tel:+33123456789", ""),
    ],
)
def test_links(text: str, kind: str, target: str, query: str) -> None:
    found = references.parse(text)

    assert found is not None
    assert (found.kind, found.target, found.query) == (kind, target, query)


@pytest.mark.parametrize(
    ("path", "exists"),
    [("/", True), ("/products/", True), ("/products", True), ("/products/mug/", True), ("/products/cup/", False), ("/fr/products/mug/", True), ("/de/products/mug/", False), ("/collections/all/page/2/", True), ("/cart/", False), ("/old", True), ("/old/", True), ("/assets/a.pdf", True), ("/assets/b.pdf", False), ("/sitemap.xml", True), ("/nothing/", False)],
)
def test_paths_of_the_site(path: str, exists: bool) -> None:
    targets = Targets(
        product={"mug"}, collection={"all"}, languages=("fr",), redirects={"/old"}, assets={"assets/a.pdf"}, off={"cart"}
    )
    link = references.parse(path)

    assert link is not None
    assert (targets.missing(link) is None) is exists


@pytest.mark.parametrize("text", ["a.example", "www.mugs.co.uk", "xn--mnchen-3ya.example", "1.example", "a-b.example"])
def test_host_names(text: str) -> None:
    assert addresses.host(text) is None


@pytest.mark.parametrize("text", ["a", "a.example.", "-a.example", "a..example", "a.example\n", "A.example", "a.1", "a" * 64 + ".example", "a.example:80", "ä.example"])
def test_what_is_no_host_name(text: str) -> None:
    assert addresses.host(text) is not None


@pytest.mark.parametrize(("text", "warns"), [("xn--pple-43d.com", True), ("xn--80ak6aa92e.com", True), ("xn--mnchen-3ya.example", False), ("xn--wgv71a.example", False), ("mugs.example", False)])
def test_lookalikes(text: str, warns: bool) -> None:
    assert bool(addresses.lookalike(text)) is warns


RULES = {
    "catalog/products/a.yaml": "{title: Apple mug, price: 5, tags: [Red], vendor: Acme, attributes: {Material: Clay}, publish_at: 2026-01-01}",
    "catalog/products/b.yaml": "{title: Éclair mug, price: 15, compare_at_price: 20, tags: [red, new], type: Mug, publish_at: 2026-03-01}",
    "catalog/products/c.yaml": "{title: Zebra cup, price: 10, inventory: 0, publish_at: 2026-02-01}",
}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("{field: tag, is: RED}", "ab"),
        ("{field: tag, not: new}", "ac"),
        ("{field: title, contains: mug}", "ab"),
        ("{field: title, starts: zebra}", "c"),
        ("{field: price, below: 10}", "a"),
        ("{field: price, above: 9.99}", "bc"),
        ("{field: price, is: 10.00}", "c"),
        ("{field: price, not: 10}", "ab"),
        ("{field: available, is: true}", "ab"),
        ("{field: available, not: true}", "c"),
        ("{field: on_sale, is: true}", "b"),
        ("{field: vendor, is: acme}", "a"),
        ("{field: attribute, attribute: material, is: clay}", "a"),
        ("{field: type, is: mug}", "b"),
    ],
)
def test_rules(where: str, found: str) -> None:
    shop = tenant({**RULES, "catalog/collections/x.yaml": f"{{title: X, rules: {{where: [{where}]}}}}"})

    assert shop.collections["x"].products == tuple(found)


@pytest.mark.parametrize(("sort", "order"), [("manual", "cab"), ("title", "abc"), ("price-asc", "acb"), ("price-desc", "bca"), ("newest", "bca"), ("best-selling", "cab")])
def test_sorting(sort: str, order: str) -> None:
    shop = tenant({**RULES, "catalog/collections/x.yaml": f"{{title: X, sort: {sort}, products: [c, a, b]}}"})

    assert shop.collections["x"].products == tuple(order)


def test_lists_go_by_the_price_their_cards_show() -> None:
    """The cheapest that can be had: a size that is sold out makes nothing cheaper, nor reduced."""
    sizes = "options: {Size: [S, L]}, variants: [{options: [S], price: 4, compare_at_price: 20, inventory: %s}, {options: [L], price: 15}]"
    shop = tenant({
        **RULES,
        "catalog/products/d.yaml": f"{{title: D, {sizes % 0}}}",
        "catalog/products/e.yaml": f"{{title: E, {sizes % 1}}}",
        "catalog/collections/cheap.yaml": "{title: X, rules: {where: [{field: price, below: 5}]}}",
        "catalog/collections/sale.yaml": "{title: X, rules: {where: [{field: on_sale, is: true}]}}",
        "catalog/collections/order.yaml": "{title: X, sort: price-asc, products: [d, a, e]}",
    })  # fmt: skip

    assert [shop.collections[name].products for name in ("cheap", "sale", "order")] == [("e",), ("b", "e"), ("e", "a", "d")]


def test_a_policy_of_the_product_holds_for_variants_that_are_counted() -> None:
    shop = tenant({"catalog/products/a.yaml": """\
title: A
price: 4
inventory: {policy: continue}
options: {Size: [S, M, L]}
variants: [{options: [S], inventory: 0}, {options: [M], inventory: {quantity: 0, policy: deny}}, {options: [L]}]
"""})

    assert [(variant.inventory.quantity, variant.inventory.available) for variant in shop.products["a"].variants] == [(0, True), (0, False), (None, True)]


def test_any_and_all() -> None:
    where = "[{field: tag, is: new}, {field: price, below: 10}]"
    shop = tenant({
        **RULES,
        "catalog/collections/all.yaml": f"{{title: X, rules: {{match: all, where: {where}}}}}",
        "catalog/collections/any.yaml": f"{{title: X, rules: {{match: any, where: {where}}}}}",
    })

    assert (shop.collections["all"].products, shop.collections["any"].products) == ((), ("a", "b"))
