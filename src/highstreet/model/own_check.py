"""Checks of a single file beyond its shape: what can be said without looking at any other file.

A record that passed is never checked again. One with a warning is (Reader), so that the warning is told each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from highstreet.base.diagnostic import nearest
from highstreet.base.span import Keys
from highstreet.model import content_check, product_check, tenant_check
from highstreet.model.finding import Finding

# Keys that are judged by each other: with a flaw in one, nothing can be said of the others.
_TOGETHER: dict[str, list[tuple[str, ...]]] = {
    "product": [
        ("price", "compare_at_price", "volume_prices", "unit_price", "sku", "inventory", "options", "variants")
    ],
    "tenant": [("locale", "languages"), ("currency", "shipping")],
    "collection": [("products", "rules")],
}
_HARMLESS = {"navigation": {"label": "-", "to": "/"}, "sections": {"type": "any"}}  # an entry


def findings(kind: str, file: str, record: Any, currency: str | None) -> list[Finding]:
    """What is wrong with a record of the right shape. `currency` None skips what depends on it."""
    if kind == "product":
        return product_check.findings(file, record, currency)
    if kind == "collection":
        return content_check.collection_findings(file, record)
    if kind == "navigation":
        return content_check.navigation_findings(file, record)
    if kind == "sections":
        return content_check.section_findings(file, record)
    if kind == "tenant":
        return tenant_check.tenant_findings(file, record, currency)
    if kind == "branding":
        return tenant_check.branding_findings(file, record)
    return []


def sound(kind: str, record: Any, flawed: Iterable[Keys]) -> Any:
    """What of a record can be checked although the values at `flawed` are not of their shape.

    So mistakes of both sorts are told at once, and none because another one hides what it would be judged by.
    """
    left = dict(record)
    known = {name for names in _TOGETHER.get(kind, ()) for name in names}
    for keys in flawed:
        if not keys:
            return {}
        key = keys[0]
        if kind in _HARMLESS and len(keys) > 1 and isinstance(keys[1], int):
            entries = left.get(key)
            if isinstance(entries, list) and keys[1] < len(entries):
                left[key] = [_HARMLESS[kind] if place == keys[1] else entry for place, entry in enumerate(entries)]
            continue
        meant = key if key in known else nearest(str(key), known)
        for name in {key, *(name for names in _TOGETHER.get(kind, ()) if meant in names for name in names)}:
            left.pop(name, None)
        if kind == "product" and meant in known:
            left["price"] = "1"  # there is one, whatever is wrong with it
    return left
