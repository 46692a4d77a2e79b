"""Checkout: how an order leaves the shop, by the kind that tenant.yaml names.

Carts are handed over by one script for each kind (`script`, checkout-<kind>.js); one piece without any script by a link
or a form that says the same: `singles`. tests/checkout holds both to one contract.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from highstreet.base.verifier import totals
from highstreet.model.tenant import CheckoutKind, Tenant
from highstreet.plan.routes import Routes
from highstreet.theme.views import ProductView, VariantView

CART = "highstreet-cart 1"


class Way(NamedTuple):
    """What is known of one kind of checkout before anybody has a cart."""

    form: str  # how one piece is ordered without scripts: "mail", "message", "link", "post" or "" for none
    single: Callable[[Mapping[str, Any], str], str] | None = None  # the order and `to` → an address or a form's value


class Language(Protocol):
    """One language of a shop; a plan.Site is one."""

    tenant: Tenant
    lang: str
    routes: Routes


def way(kind: CheckoutKind) -> Way:
    return _WAYS[kind]


def singles(site: Language, product: ProductView) -> tuple[str, ...]:
    """For each variant what orders one piece: an address, or the value of a form's field. () where people write."""
    checkout = site.tenant.checkout
    single = way(checkout.kind).single
    if single is None:
        return ()
    return tuple(single(order(site, product, variant), checkout.to) for variant in product.variants)


def order(site: Language, product: ProductView, variant: VariantView) -> dict[str, Any]:
    """One piece of `variant` as a cart would be handed over; cart-view.js makes the same of a whole one."""
    shipping = site.tenant.shipping
    rates = {"flat": shipping.flat, "free_from": shipping.free_from}
    rules = {
        "lines": {variant.line: {"price": variant.price.minor}},
        "shipping": {name: money.minor for name, money in rates.items() if money is not None},
    }
    sums = totals(rules, [(variant.line, 1)])
    row = {"key": variant.line} | ({"sku": variant.sku} if variant.sku else {})
    row |= {"title": product.title, "variant": variant.title, "url": site.routes.absolute(variant.url)}
    return {
        "format": CART,
        "shop": site.tenant.handle,
        "name": site.tenant.name,
        "site": site.routes.base,
        "currency": site.tenant.currency,
        "language": site.lang,
        "lines": [{**row, "quantity": 1, "unit": variant.price.minor, "total": variant.price.minor}],
        "subtotal": sums.subtotal,
        "shipping": sums.shipping,
        "total": sums.total,
        "note": "",
    }


def _payment_link(given: Mapping[str, Any], to: str) -> str:
    reference = "_-".join(f"{line['quantity']}-{_reference(line['key'])}" for line in given["lines"])
    told = {"client_reference_id": reference} if len(reference) <= 200 else {}
    told |= {"__prefilled_amount": given["total"], "locale": given["language"].partition("-")[0]}
    return _with(to, told)


def _reference(key: str) -> str:
    """`key` in letters, digits, "-" and "_" alone: other bytes are "_" and two digits."""
    return "".join(
        chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or byte == 45) else f"_{byte:02x}"
        for byte in key.encode("utf-8", "replace")
    )


def _url(given: Mapping[str, Any], to: str) -> str:
    lines = [("line", f"{line['quantity']}*{line['key']}") for line in given["lines"]]
    told = {"total": given["total"], "currency": given["currency"], "lang": given["language"]}
    return _with(to, told, lines)


def _with(to: str, told: Mapping[str, object], more: list[tuple[str, str]] | None = None) -> str:
    """`to` with these parameters in place of its own of the same names."""
    parts = urlsplit(to)
    kept = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name not in told]
    query = urlencode([*kept, *(more or []), *((name, str(text)) for name, text in told.items())], quote_via=quote)
    return urlunsplit(parts._replace(query=query))


def _post(given: Mapping[str, Any], _to: str) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))


_WAYS: Mapping[CheckoutKind, Way] = {
    "none": Way("mail"),
    "email": Way("mail"),
    "whatsapp": Way("message"),
    "payment_link": Way("link", _payment_link),
    "url": Way("link", _url),
    "webhook": Way("post", _post),
    "snipcart": Way("mail"),
}
