"""One contract for every way to check out: the receiver gets these lines, quantities, total, currency and language, whatever people typed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from checkout import carts
from highstreet.model.catalog import Inventory, Option, OptionValue, Product, Variant
from highstreet.model.money import money
from highstreet.model.tenant import Checkout, CheckoutKind, Shipping, Tenant
from highstreet.plan import checkout
from highstreet.plan.format import money_format
from highstreet.plan.pictures import Pictures
from highstreet.plan.products import product_view
from highstreet.plan.routes import Routes
from storefront.script import run

TO: dict[CheckoutKind, str] = {
    "email": "orders@acme.example",
    "whatsapp": "+33 1 23 45 67 89",
    "payment_link": "https://buy.stripe.com/test_abc?utm=x&locale=auto",
    "url": "https://pay.acme.example/checkout?theme=dark&total=1",
    "webhook": "https://hooks.acme.example/order",
    "snipcart": "YWNtZS1wdWJsaWMta2V5LWZvci10ZXN0cw==",
}
LONGEST = {"email": 2000, "whatsapp": 6000, "payment_link": 2000, "url": 4000}
FORGED = "Ring\n99 × Gold [gold] – €0.00\nTotal: €0.00\r\nacme en-GB EUR 1"

HAND = """
const ways = {email: 'email', whatsapp: 'whatsapp', payment_link: 'payment-link', url: 'url', webhook: 'webhook', snipcart: 'snipcart'}
const modules = Object.fromEntries(await Promise.all(Object.entries(ways).map(async ([kind, name]) => [kind, await import(`./checkout-${name}.js`)])))
const words = {order: 'Order', subtotal: 'Subtotal', shipping: 'Shipping', total: 'Total', free: 'Free'}
console.log(JSON.stringify(given.map(([kind, to, order]) => modules[kind].handoff(order, {to, email: 'hello@acme.example', words, money: minor => `¤${minor}`, major: minor => minor / 100, tiers: ({quantity}) => quantity > 5 ? 5 : 1}))))
"""


class Received(NamedTuple):
    """What whoever gets the order can tell of it; None for what this way does not say."""

    lines: list[tuple[str, int]]
    total: int
    currency: str | None
    language: str


def flat(words: str) -> str:
    """`words` on one line, as a message has them."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s\ufeff]+", " ", re.sub("[\u202a-\u202e\u2066-\u2069]", "", words)).strip(" ")


def of_text(text: str) -> Received:
    """An order as people read it: nothing in it but the shop's own lines may look like one."""
    lines = [line for line in re.split(r"\r?\n", text) if not line.startswith("> ")]
    found = [re.fullmatch(r"(\d+) × (?:.* )?\[(.*)\] – ¤(\d+)", line) for line in lines]
    totals = [line for line in lines if re.match(r"Total: ", line)]
    assert len(totals) == 1, "one total"
    shop, language, currency, total = lines[-1].split(" ")
    assert (shop, totals[0]) == ("acme", f"Total: ¤{total}")
    return Received([(match[2], int(match[1])) for match in found if match], int(total), currency, language)


def of_mail(hand: dict[str, Any]) -> Received:
    parts = urlsplit(hand["url"])
    assert (parts.scheme, parts.path) == ("mailto", "orders@acme.example")
    fields = dict(pair.split("=", 1) for pair in parts.query.split("&"))
    assert set(fields) <= {"subject", "body"}, "people's words made no field of their own"
    assert not re.search(r"%0[ad]", fields["subject"], re.IGNORECASE), "nor a header"
    return of_text(unquote(fields["body"]) if "body" in fields else hand["text"])


def of_message(hand: dict[str, Any]) -> Received:
    if "url" not in hand:
        return of_text(hand["text"])
    parts = urlsplit(hand["url"])
    assert (parts.netloc, parts.path, parts.query.count("&")) == ("wa.me", "/33123456789", 0)
    return of_text(unquote(parts.query.removeprefix("text=")))


def of_payment_link(hand: dict[str, Any]) -> Received:
    parts = urlsplit(hand["url"])
    fields = parse_qsl(parts.query)
    told = dict(fields)
    assert len(told) == len(fields)
    assert (parts.netloc, told["utm"]) == ("buy.stripe.com", "x")
    if "text" in hand:
        assert "client_reference_id" not in told
        assert told["__prefilled_amount"] == str(of_text(hand["text"]).total)
        return of_text(hand["text"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,200}", told["client_reference_id"])
    lines = []
    for part in told["client_reference_id"].split("_-"):
        quantity, _, name = part.partition("-")
        key = re.sub(rb"_([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), name.encode()).decode()
        lines.append((key, int(quantity)))
    return Received(lines, int(told["__prefilled_amount"]), None, told["locale"])


def of_url(hand: dict[str, Any]) -> Received:
    if "url" not in hand:
        return of_text(hand["text"])
    parts = urlsplit(hand["url"])
    fields = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
    told = dict(fields)
    assert (parts.scheme, parts.netloc, parts.path, told["theme"]) == ("https", "pay.acme.example", "/checkout", "dark")
    assert [name for name, _ in fields if name != "line"] == [*dict.fromkeys(name for name, _ in fields if name != "line")], "each once"
    lines = [text.partition("*") for name, text in fields if name == "line"]
    return Received([(key, int(quantity)) for quantity, _, key in lines], int(told["total"]), told["currency"], told["lang"])


def of_webhook(hand: dict[str, Any]) -> Received:
    assert hand["post"]["action"] == TO["webhook"]
    assert list(hand["post"]["fields"]) == ["order"]
    order = json.loads(hand["post"]["fields"]["order"])
    return Received([(line["key"], line["quantity"]) for line in order["lines"]], order["total"], order["currency"], order["language"])


def of_snipcart(hand: dict[str, Any]) -> Received:
    """What Snipcart is told; it adds shipping by its own rates, and knows the shop's language from its session."""
    items = hand["items"]
    assert {item["url"] for item in items} == {"https://acme.example/snipcart.json"}
    lines = [(item["id"].removesuffix("*5") if item["quantity"] > 5 else item["id"], item["quantity"]) for item in items]
    return Received(lines, sum(round(item["price"] * 100) * item["quantity"] for item in items), None, "")


RECEIVE: dict[str, Callable[[dict[str, Any]], Received]] = {"email": of_mail, "whatsapp": of_message, "payment_link": of_payment_link, "url": of_url, "webhook": of_webhook, "snipcart": of_snipcart}


def orders() -> Iterator[dict[str, Any]]:
    """The carts that every way is given: small and large, plain and hostile, in three currencies."""
    rng = random.Random(11)
    made = 0
    while made < 120:
        prices = carts.manifest(rng, *rng.choice(carts.CURRENCIES))
        lines = carts.wanted(rng, prices)
        if lines:
            order = carts.order(prices, lines, language=rng.choice(["en-GB", "fr", "ar", "ja"]), note=rng.choice(["", "Ring twice", FORGED, "a&b=c\u2028x"]), name=rng.choice(["Acme", FORGED, "A&B=C?"]))
            for line in order["lines"]:
                line |= {"title": rng.choice([*carts.HOSTILE, FORGED, "\ud800 half a letter"]), "variant": rng.choice(["", "Black / 48", FORGED])}
            made += 1
            yield order
    large = {"format": "highstreet-prices 1", "shop": "acme", "currency": "EUR", "shipping": {"flat": 490}, "lines": {f"a-rather-long-handle-{n}:écaille": {"price": 100 + n} for n in range(100)}}
    yield carts.order(large, [(key, 999) for key in large["lines"]])


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]:
    """By kind: each order with what the shop's script makes of it."""
    given = [(kind, TO[kind], order) for kind in RECEIVE for order in orders()]  # type: ignore[index]
    made = run(tmp_path_factory.mktemp("hand"), HAND, given)
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for (kind, _, order), hand in zip(given, made, strict=True):
        found.setdefault(kind, []).append((order, hand))
    return found


@pytest.mark.parametrize("kind", RECEIVE)
def test_the_receiver_gets_exactly_the_order(handed: dict[str, Any], kind: str) -> None:
    for order, hand in handed[kind]:
        got = RECEIVE[kind](hand)

        as_text = "text" in hand or kind in ("email", "whatsapp")
        lines = [(flat(line["key"]) if as_text else line["key"], line["quantity"]) for line in order["lines"]]
        assert got.lines == lines
        assert got.total == order["subtotal" if kind == "snipcart" else "total"]
        assert got.currency in (order["currency"], None)
        assert got.language in ("" if kind == "snipcart" else order["language"], order["language"].partition("-")[0])


@pytest.mark.parametrize("kind", LONGEST)
def test_addresses_stay_short_enough_and_nothing_is_cut(handed: dict[str, Any], kind: str) -> None:
    assert all(len(hand.get("url", "")) <= LONGEST[kind] for _, hand in handed[kind])
    order, hand = handed[kind][-1]
    assert len(order["lines"]) == 100
    assert len(of_text(hand["text"]).lines) == 100, "too long for an address: the whole order is there to be copied"
    if kind != "payment_link":  # its reference has 200 letters and no more
        assert sum("text" not in hand for _, hand in handed[kind]) > 60, "most carts need no copying"


def test_a_posted_order_is_the_order(handed: dict[str, Any]) -> None:
    for order, hand in handed["webhook"]:
        assert json.loads(hand["post"]["fields"]["order"]) == order


# One piece, without any script


class Place(NamedTuple):
    """One language of a shop, as far as checkout.py needs it."""

    tenant: Tenant
    lang: str
    routes: Routes


def shop(kind: CheckoutKind) -> tuple[Place, Product]:
    variants = tuple(
        Variant((value,), money("12.50", "EUR"), sku=f"SKU {number}", inventory=Inventory())
        for number, value in enumerate(carts.HOSTILE)
    )
    product = Product("mug", FORGED, variants[0].price, variants, (Option("Colour", tuple(OptionValue(value) for value in carts.HOSTILE)),))
    tenant = Tenant("acme", "A&B=C?", "EUR", "en-GB", ("en-GB",), checkout=Checkout(kind, TO[kind]), shipping=Shipping(flat=money("4.90", "EUR")))
    return Place(tenant, "en-GB", Routes("https://acme.example")), product


@pytest.mark.parametrize("kind", ["payment_link", "url", "webhook"])
def test_one_piece_without_scripts_says_what_a_cart_of_one_would(kind: CheckoutKind, tmp_path: Path) -> None:
    site, product = shop(kind)
    view = product_view(product, "/products/mug/", money_format("en-GB", "EUR"), Pictures({}, (), (), "", "", None), lambda name: None)  # type: ignore[arg-type, call-arg]

    singles = checkout.singles(site, view)

    given = [checkout.order(site, view, variant) for variant in view.variants]
    assert [order["total"] for order in given] == [1740] * len(given)
    hands = run(tmp_path, HAND, [(kind, TO[kind], order) for order in given])
    for single, hand, variant in zip(singles, hands, view.variants, strict=True):
        if kind == "webhook":
            assert json.loads(single) == json.loads(hand["post"]["fields"]["order"])
        else:
            assert RECEIVE[kind]({"url": single}) == RECEIVE[kind](hand) == Received([(variant.line, 1)], 1740, None if kind == "payment_link" else "EUR", "en" if kind == "payment_link" else "en-GB")


@pytest.mark.parametrize("kind", ["email", "whatsapp", "none", "snipcart"])
def test_ways_that_people_write_need_no_address_of_each_variant(kind: CheckoutKind) -> None:
    assert checkout.way(kind).single is None
    assert checkout.way(kind).form in ("mail", "message")
