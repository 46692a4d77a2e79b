"""Random shops and carts: price manifests with everything they may hold, and what people put into carts."""

from __future__ import annotations

import random
from typing import Any

from highstreet.base.verifier import MOST, totals

CURRENCIES = (("JPY", 0), ("EUR", 2), ("KWD", 3))
HOSTILE = (
    "plain", "two words", "a&b=c#d?e", "x\"y'<b>&{{ 7*7 }}", "Écaille 黒 ٣ 🕶", "line\nbreak\r\ttab", "%0A%00\u2028\u202e", "a*b;c,d", "__proto__", "constructor", "-_.~", "toString",
)  # fmt: skip


def manifest(rng: random.Random, currency: str = "EUR", decimals: int = 2) -> dict[str, Any]:
    """A price manifest of a random shop."""
    lines: dict[str, Any] = {}
    for number in range(rng.randint(1, 12)):
        key = f"thing-{number}" if rng.random() < 0.5 else f"thing-{number}:{rng.choice(HOSTILE)}{number}"
        price = rng.choice([0, 1, 99, 450, 12950, rng.randint(0, 10**6), rng.randint(0, 10**11)])
        row: dict[str, Any] = {"price": price}
        if rng.random() < 0.5:
            row["sku"] = f"SKU {rng.choice(HOSTILE)} {number}"
        if rng.random() < 0.3:
            row["compare_at"] = price + rng.randint(1, 10_000)
        if rng.random() < 0.4 and price > 10:
            many, steps = 1, []
            for _ in range(rng.randint(1, 4)):
                many, price = many + rng.randint(1, 10), rng.randint(0, max(0, price - 1))
                steps.append([many, price])
            row["tiers"] = steps
        if rng.random() < 0.3:
            row["most"] = rng.choice([0, 1, 2, 5, 40, MOST])
        lines[key] = row
    shipping: dict[str, int] = {}
    if rng.random() < 0.7:
        shipping["flat"] = rng.choice([0, 490, 5000])
    if rng.random() < 0.6:
        shipping["free_from"] = rng.choice([0, 1, 5000, 10_000, rng.randint(0, 10**6)])
    return {"format": "highstreet-prices 1", "shop": "acme", "url": "https://acme.example", "currency": currency, "decimals": decimals, "shipping": shipping, "lines": lines}


def wanted(rng: random.Random, prices: dict[str, Any], wrong: float = 0.0) -> list[tuple[str, int]]:
    """What somebody puts into a cart: with `wrong` > 0 also what cannot be had."""
    keys = rng.sample(list(prices["lines"]), rng.randint(0, len(prices["lines"])))
    found = []
    for key in keys:
        row = prices["lines"][key]
        steps = [many for many, _ in row.get("tiers", ())]
        most = row.get("most", MOST)
        choices = [1, 2, 3, rng.randint(1, MOST), *steps, *(many - 1 for many in steps), most]
        if rng.random() < wrong:
            found.append((key, rng.choice([0, -1, most + 1, 10**9])))
        elif most:
            found.append((key, min(rng.choice(choices), most)))
    if wrong and rng.random() < wrong:
        found.append(rng.choice([("nothing", 1), ("__proto__", 1), ("constructor", 1), found[0] if found else ("x", 1)]))
    return found


def order(prices: dict[str, Any], lines: list[tuple[str, int]], **more: Any) -> dict[str, Any]:
    """The order as the shop's scripts hand it over."""
    sums = totals(prices, lines)
    rows = [
        {"key": line.key, **({"sku": prices["lines"][line.key]["sku"]} if "sku" in prices["lines"][line.key] else {}), "title": f"Title of {line.key}", "variant": "", "url": f"https://acme.example/products/{number}/",
         "quantity": line.quantity, "unit": line.unit, "total": line.total}
        for number, line in enumerate(sums.lines)
    ]  # fmt: skip
    return {"format": "highstreet-cart 1", "shop": prices["shop"], "name": "Acme & Söhne", "site": "https://acme.example", "currency": prices["currency"], "language": "en-GB", "lines": rows,
            "subtotal": sums.subtotal, "shipping": sums.shipping, "total": sums.total, "note": "", **more}  # fmt: skip
