"""Verifier: whether an order that a browser handed over is what the shop sells, at the shop's signed prices.

One file, and nothing but Python's standard library: `highstreet verify-cart --write-verifier verify_cart.py` writes it
to wherever orders arrive. There, either run it or call `problems`:

    python verify_cart.py order.json --manifest prices.json --signature prices.sig.json --key <public key>

docs/checkout.md tells where the three files come from. All amounts are whole numbers of the currency's smallest unit.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

CART, PRICES, SIGNATURE = "highstreet-cart 1", "highstreet-prices 1", "highstreet-signature 1"
MOST = 999  # pieces of one line
LINES = 100  # of one cart
LARGEST = 2**53 - 1  # amounts beyond it are not exact in every language
_LONGEST = 1_000_000  # characters of an order; more is no order


class Refused(Exception):
    """The reason in one word, for programs: unknown, twice, quantity or amount."""


class Line(NamedTuple):
    key: str
    quantity: int
    unit: int
    total: int
    saved: int


class Totals(NamedTuple):
    lines: tuple[Line, ...]
    subtotal: int
    saved: int
    shipping: int | None  # None where the shop does not tell what shipping costs
    total: int


def unit(row: Mapping[str, Any], quantity: int) -> int:
    """The price of one piece when `quantity` are bought: the last step that is reached, else the price."""
    price: int = row["price"]
    for many, less in row.get("tiers", ()):
        if quantity >= many:
            price = less
    return price


def totals(rules: Mapping[str, Any], wanted: Sequence[tuple[str, int]]) -> Totals:
    """What `wanted` costs by the rules of a price manifest: the same as totals.js says. Raises Refused."""
    lines: list[Line] = []
    for key, quantity in wanted:
        row = rules["lines"].get(key)
        if row is None:
            raise Refused("unknown")
        if any(line.key == key for line in lines):
            raise Refused("twice")
        if not _whole(quantity) or not 1 <= quantity <= row.get("most", MOST):
            raise Refused("quantity")
        one = unit(row, quantity)
        before = max(row.get("compare_at", 0), row["price"])
        lines.append(Line(key, quantity, one, one * quantity, max(0, before - one) * quantity))
    subtotal, saved = sum(line.total for line in lines), sum(line.saved for line in lines)
    rates = rules.get("shipping", {})
    shipping: int | None = rates.get("flat") if lines else None
    if lines and "free_from" in rates and subtotal >= rates["free_from"]:
        shipping = 0
    total = subtotal + (shipping or 0)
    if max(total, saved) > LARGEST:
        raise Refused("amount")
    return Totals(tuple(lines), subtotal, saved, shipping, total)


def problems(cart: Any, manifest: bytes, signature: bytes, key: str, now: datetime | None = None) -> list[str]:
    """Why the order must not be taken; empty when everything in it is right.

    `cart` is the order as parsed from JSON, `manifest` and `signature` are the bytes of the shop's prices.json and
    prices.sig.json, `key` is the publisher's public key (64 hexadecimal digits), told to you once and not by the shop.
    """
    now = now or datetime.now(timezone.utc)  # noqa: UP017  # receivers may run an older Python
    try:
        prices = signed_prices(manifest, signature, key, now)
    except ValueError as error:
        return [str(error)]
    return _order_problems(cart, prices, now)


def signed_prices(manifest: bytes, signature: bytes, key: str, now: datetime) -> dict[str, Any]:
    """The price manifest, if the holder of the secret key signed it and it is still valid. Raises ValueError."""
    try:
        public = bytes.fromhex(key.strip())
    except ValueError:
        public = b""
    if len(public) != 32:
        raise ValueError("the key is not 64 hexadecimal digits")
    seal, words = _document(signature, SIGNATURE, "the signature"), ""
    try:
        words, mark = seal["statement"], bytes.fromhex(seal["signature"])
    except (KeyError, TypeError, ValueError):
        mark = b""
    if not isinstance(words, str) or not verified(public, words.encode("utf-8", "surrogatepass"), mark):
        raise ValueError("the signature is not by this key")
    said = json.loads(words)
    if sha256(manifest).hexdigest() != said["prices"]:
        raise ValueError("the prices are not those that were signed")
    prices = _document(manifest, PRICES, "the price manifest")
    if prices["shop"] != said["shop"]:
        raise ValueError("the prices are another shop's")
    if now >= _moment(said["until"]):
        raise ValueError(f"the prices held until {said['until']}: fetch the shop's present ones")
    return prices


def _order_problems(cart: Any, prices: Mapping[str, Any], now: datetime) -> list[str]:
    if not isinstance(cart, dict) or cart.get("format") != CART:
        return ["this is not an order of a kind known here"]
    found = [
        f"{name} is {_told(cart.get(name))}, the prices are in {prices[name]}"
        if name == "currency"
        else f"the order is for the shop {_told(cart.get(name))}, the prices are of {prices[name]}"
        for name in ("currency", "shop")
        if cart.get(name) != prices[name]
    ]
    lines = cart.get("lines")
    if not isinstance(lines, list) or not 0 < len(lines) <= LINES or not all(isinstance(row, dict) for row in lines):
        return [*found, f"an order has 1 to {LINES} lines"]
    wanted: list[tuple[str, int]] = []
    for number, line in enumerate(lines, 1):
        wrong = _line_problem(line, prices["lines"], wanted, now)
        if wrong:
            found.append(f"line {number}: {wrong}")
        else:
            wanted.append((line["key"], line["quantity"]))
    if found:
        return found
    try:
        right = totals(prices, wanted)
    except Refused as error:
        return [f"this cannot be sold: {error}"]
    for number, (line, cost) in enumerate(zip(lines, right.lines, strict=True), 1):
        for name, amount in (("unit", cost.unit), ("total", cost.total)):
            found += _amount(f"line {number}: {name}", line.get(name), amount)
    found += _amount("subtotal", cart.get("subtotal"), right.subtotal)
    found += _amount("total", cart.get("total"), right.total)
    if right.shipping is None:
        found += [] if cart.get("shipping") is None else ["the shop does not tell what shipping costs, the order does"]
    else:
        found += _amount("shipping", cart.get("shipping"), right.shipping)
    return found


def _line_problem(
    line: Mapping[str, Any], known: Mapping[str, Any], before: Sequence[tuple[str, int]], now: datetime
) -> str:
    key, quantity = line.get("key"), line.get("quantity")
    if not isinstance(key, str) or key not in known:
        return f"{_told(key)} is not sold here"
    row = known[key]
    if any(key == other for other, _ in before):
        return f"{_told(key)} is listed twice"
    if "sku" in line and line["sku"] != row.get("sku"):
        return f"{_told(line['sku'])} is not the SKU of {_told(key)}"
    most: int = row.get("most", MOST)
    if not _whole(quantity) or not 1 <= quantity <= most:
        return (
            f"{_told(quantity)} pieces of {_told(key)}: 1 to {most} can be had" if most else f"{_told(key)} is sold out"
        )
    if "until" in row and now >= _moment(row["until"]):
        return f"{_told(key)} was sold until {row['until']}"
    return ""


def _amount(name: str, said: Any, right: int) -> list[str]:
    return [] if _whole(said) and said == right else [f"{name} is {_told(said)}, and should be {right}"]


def _whole(number: Any) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool)


def _told(given: Any) -> str:
    """What a stranger wrote, fit for a terminal and a log."""
    words = ascii(given)
    return words if len(words) <= 80 else f"{words[:77]}..."


def _document(data: bytes, kind: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != kind:
        raise ValueError(f"{name} is not of a kind known here")
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


# Ed25519 (RFC 8032), the half that checks. Nothing here is secret, so nothing has to take equal time.

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int, int, int]  # x, y, z, t of x/z, y/z and t = xy/z
_ZERO: _Point = (0, 1, 1, 0)


def verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the secret key of `public` signed `message`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, scalar = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or scalar >= _ORDER:
        return False
    turn = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    x, y, z, t = key
    return _bytes(_sum(_times(scalar, _BASE), _times(turn, (-x % _P, y, z, -t % _P)))) == signature[:32]


def _point(data: bytes) -> _Point | None:
    number = int.from_bytes(data, "little")
    odd, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _bytes(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


def _sum(one: _Point, other: _Point) -> _Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % _P, (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    found = _ZERO
    while number:
        if number & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        number >>= 1
    return found


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _ZERO


def main(arguments: Sequence[str] | None = None) -> int:
    """0: the order is right, 1: it is not, 2: something cannot be read."""
    parser = argparse.ArgumentParser(description="Check an order against a shop's signed prices.")
    parser.add_argument("cart", metavar="CART", help="the order as JSON, - for standard input")
    parser.add_argument("--manifest", metavar="FILE", required=True, help="the shop's prices.json")
    parser.add_argument("--signature", metavar="FILE", help="the shop's prices.sig.json (default: beside the manifest)")
    parser.add_argument("--key", metavar="KEY", required=True, help="the public key, or a file that holds it")
    parser.add_argument("--at", metavar="TIME", help="check as of this ISO time (default: now)")
    args = parser.parse_args(arguments)
    try:
        manifest = Path(args.manifest)
        text = _text(args.cart)
        seal = (Path(args.signature) if args.signature else manifest.with_name("prices.sig.json")).read_bytes()
        key = Path(args.key).read_text("ascii") if len(args.key) != 64 else args.key
        now = _moment(args.at) if args.at else datetime.now(timezone.utc)  # noqa: UP017
        found = problems(order(text), manifest.read_bytes(), seal, key, now if now.tzinfo else now.astimezone())
    except (OSError, ValueError) as error:
        sys.stderr.write(f"verify-cart: {error}\n")
        return 2
    sys.stdout.write("".join(f"refused: {problem}\n" for problem in found) or "accepted\n")
    return 1 if found else 0


def _text(name: str) -> str:
    """As much of a file as an order may have, and one character more."""
    if name == "-":
        return sys.stdin.read(_LONGEST + 1)
    with open(name, encoding="utf-8") as file:
        return file.read(_LONGEST + 1)


def order(text: str) -> Any:
    """The order that `text` holds: JSON of sane size. Raises ValueError."""
    if len(text) > _LONGEST:
        raise ValueError("the order is too large to be one")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_int=_short, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("the order is nested too deeply to be one") from None


# What readers of JSON do not agree on: who takes the order after us must not see another than the one that was checked.


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the order says something twice")
    return found


def _short(digits: str) -> int:
    if len(digits) > 17:  # more than LARGEST and a sign; and older Pythons take minutes over a million digits
        raise ValueError("the order has a number that is too large")
    return int(digits)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


if __name__ == "__main__":
    sys.exit(main())
