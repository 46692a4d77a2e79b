"""Prices: the shop's price manifest, which carts are reckoned and checked by. One for all languages.

`prices.json` holds everything. Large shops have it in parts as well, so that a cart fetches what it needs and no more.
base/verifier.py and totals.js read it; docs/checkout.md tells people what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from highstreet.model.catalog import Inventory, Product
from highstreet.model.money import decimals
from highstreet.model.tenant import Tenant
from highstreet.plan.products import line_key, variant_keys

FORMAT = "highstreet-prices 1"
MOST = 999  # pieces of one line
_PART = 256  # products


def parts(products: int) -> int:
    """How many parts the manifest comes in: 1, 2, 4 and so on, so that a new product rarely changes every page."""
    found = 1
    while products > found * _PART:
        found *= 2
    return found


def part_of(handle: str, count: int) -> int:
    """Which of `count` parts a product is in (FNV-1a, as store scripts reckon it too)."""
    mixed = 2166136261
    for char in handle:
        mixed = (mixed ^ ord(char)) * 16777619 & 0xFFFFFFFF
    return mixed % count


def url(tenant: Tenant) -> str:
    """Where client code finds prices: one address, or one with {} for the number of a part."""
    return "/prices.json" if parts(len(tenant.products)) == 1 else "/prices/{}.json"


def manifest(tenant: Tenant, base: str, products: Iterable[Product], count: int = 1) -> dict[str, object]:
    """Amounts in minor units. What a line does not say: no earlier price, no steps, no limit, no end.

    One of `count` parts says how many there are: a page made for another number looks for its products elsewhere.
    """
    shipping = tenant.shipping
    rates = {"flat": shipping.flat, "free_from": shipping.free_from}
    return ({"parts": count} if count > 1 else {}) | {
        "format": FORMAT,
        "shop": tenant.handle,
        "url": base,
        "currency": tenant.currency,
        "decimals": decimals(tenant.currency),
        "shipping": {name: money.minor for name, money in rates.items() if money is not None},
        "lines": {key: row for product in products for key, row in _rows(product)},
    }


def _rows(product: Product) -> Iterator[tuple[str, dict[str, object]]]:
    until = product.unpublish_at.isoformat() if product.unpublish_at else ""
    for variant, key in zip(product.variants, variant_keys(product), strict=True):
        row: dict[str, object] = {"sku": variant.sku} if variant.sku else {}
        row["price"] = variant.price.minor
        if variant.compare_at_price is not None:
            row["compare_at"] = variant.compare_at_price.minor
        if variant.volume_prices:
            row["tiers"] = [[many, price.minor] for many, price in variant.volume_prices]
        most = _most(variant.inventory)
        if most is not None:
            row["most"] = most
        if until:
            row["until"] = until
        yield line_key(product, key), row


def _most(stock: Inventory) -> int | None:
    if stock.quantity is None or stock.policy == "continue":
        return None
    return max(0, min(stock.quantity, MOST))
