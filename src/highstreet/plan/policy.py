"""Policy: whom else the pages of a shop may load from, by what its sections and its checkout say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from highstreet.model.content import Plain
from highstreet.model.tenant import Tenant
from highstreet.theme.theme import Setting, Theme

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#]|$)")


def allowed(theme: Theme, tenant: Tenant) -> Mapping[str, tuple[str, ...]]:
    """Directive of the security policy → its sources, for the checkout and settings theme.yaml marks with `allow`.

    A shop without such things gets nothing here, so its policy stays the strict one.
    """
    found = {name: set(sources) for name, sources in _CHECKOUT.get(tenant.checkout.kind, {}).items()}
    for section in (*tenant.content.home, *(s for below in tenant.content.templates.values() for s in below)):
        known = theme.sections.get(section.type)
        for directive, source in _sources(known.settings if known is not None else (), section.settings):
            found.setdefault(directive, set()).add(source)
    if any(image.film for product in tenant.products.values() for image in product.images):
        found.setdefault("media-src", set()).add("'self'")
    return {directive: tuple(sorted(sources)) for directive, sources in sorted(found.items())}


# What Snipcart's own script loads and does once a customer has asked for it; a policy cannot let it in later.
_SNIPCART = ("https://*.snipcart.com",)
_CHECKOUT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "snipcart": {
        "connect-src": _SNIPCART,
        "font-src": _SNIPCART,
        "frame-src": _SNIPCART,
        "img-src": _SNIPCART,
        "script-src": ("https://cdn.snipcart.com",),
        "style-src": (*_SNIPCART, "'unsafe-inline'"),
    }
}


def strict(tenant: Tenant) -> bool:
    """Whether scripts may never write HTML. Snipcart's does."""
    return tenant.checkout.kind not in _CHECKOUT


def _sources(schema: tuple[Setting, ...], given: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    for setting in schema:
        value = given.get(setting.name)
        if setting.type == "list" and isinstance(value, list):
            for item in value:
                yield from _sources(setting.of, item if isinstance(item, dict) else {})
        elif setting.allow and isinstance(value, str) and value:
            address = _ADDRESS.match(value)
            if setting.type == "media":
                yield setting.allow, "'self'"
            elif address:
                for directive in setting.allow.split():
                    yield directive, address[0].lower()
