"""No price is ever wrong: files of random prices, in the notations of eleven kinds of shops, against the prices they were made of."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from import_desk import Desk, table


def grouped(amount: Decimal, between: str, point: str) -> str:
    """1299.00 as 1.299,00 for "." and ","."""
    return f"{amount:,.2f}".replace(",", "␟").replace(".", point).replace("␟", between)


def shortened(amount: Decimal, between: str, point: str) -> str:
    """Without zeros at the end of decimals: 1.299 or 12,5."""
    return grouped(amount, between, point).rstrip("0").rstrip(point) if "." in f"{amount.normalize():f}" else grouped(amount, between, point).partition(point)[0]


def in_lakhs(amount: Decimal) -> str:
    whole, _, part = f"{amount:.2f}".partition(".")
    groups = [whole[-3:]]
    for end in range(len(whole) - 3, 0, -2):
        groups.insert(0, whole[max(0, end - 2) : end])
    return f"₹{','.join(groups)}.{part}"


NOTATIONS: dict[str, Callable[[Decimal], str]] = {
    "machine": lambda amount: f"{amount:.2f}",
    "machine, shortened": lambda amount: f"{amount.normalize():f}",
    "American": lambda amount: grouped(amount, ",", "."),
    "American, with its sign": lambda amount: f"${grouped(amount, ',', '.')}",
    "German": lambda amount: grouped(amount, ".", ","),
    "German, with its sign": lambda amount: f"{grouped(amount, '.', ',')} €",
    "German, shortened": lambda amount: shortened(amount, ".", ","),
    "German, with a dash": lambda amount: grouped(amount, ".", ",").replace(",00", ",-"),
    "French": lambda amount: f"{grouped(amount, chr(0x202F), ',')}\u00a0€",
    "Swiss": lambda amount: f"CHF {grouped(amount, '’', '.')}",
    "Indian": in_lakhs,
}


CURRENCIES = {"American, with its sign": "USD", "Swiss": "CHF", "Indian": "INR"}


@pytest.mark.parametrize("name", NOTATIONS)
@pytest.mark.parametrize("kind", ["shopify", "woocommerce"])
def test_prices_are_those_of_the_file_or_none(tmp_path: Path, kind: str, name: str) -> None:
    chance = random.Random(f"{kind} {name}")
    written = NOTATIONS[name]
    for trial in range(3):
        desk = Desk(tmp_path / f"{trial}/tenants/acme", kind)
        cents = [chance.choice([chance.randrange(1, 100_000), chance.randrange(100, 300_000) * 100, chance.randrange(1, 9) * 100_000]) for _ in range(15)]
        prices = {f"p-{index}": (Decimal(amount) / 100, Decimal(amount + chance.randrange(1, 5_000)) / 100) for index, amount in enumerate(cents)}

        if kind == "shopify":
            rows = [{"Handle": handle, "Title": handle, "Variant Price": written(price), "Variant Compare At Price": written(before)} for handle, (price, before) in prices.items()]
        else:
            rows = [{"ID": handle[2:], "Type": "simple", "Name": handle, "Published": "1", "Sale price": written(price), "Regular price": written(before)} for handle, (price, before) in prices.items()]
        desk.take(table(*rows, delimiter=chance.choice(",;\t|")), currency=CURRENCIES.get(name, "EUR"))

        read = {handle: product.variants[0] for handle, product in desk.shop.products.items() if product.status == "active"}
        assert {handle: (one.price.amount, one.compare_at_price and one.compare_at_price.amount) for handle, one in read.items()} == {handle: prices[handle] for handle in read}
        assert len(read) == len(prices), "a file this long tells its notation"
