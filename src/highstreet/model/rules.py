"""Rules: which products a collection holds and in which order."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from highstreet.model.catalog import Collection, Condition, Product, Rules, SortOrder, to_be_had

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def resolved(collection: Collection, products: Mapping[str, Product]) -> Collection:
    """`collection` with the handles of its products in display order; handles that do not exist are left out."""
    if collection.rules is not None:
        members = [product for product in products.values() if matches(product, collection.rules)]
    else:
        members = [products[handle] for handle in dict.fromkeys(collection.products) if handle in products]
    handles = tuple(product.handle for product in ordered(members, collection.sort))
    return collection if handles == collection.products else replace(collection, products=handles)


def same_place(collection: Collection, old: Product, new: Product) -> bool:
    """Whether a product that was edited from `old` to `new` stands in the resolved `collection` where it stood."""
    if collection.rules is not None:
        member = matches(new, collection.rules)
        if member != matches(old, collection.rules):
            return False
    else:
        member = new.handle in collection.products
    return not member or (
        (collection.sort != "title" or old.title == new.title)
        and (not collection.sort.startswith("price") or old.price.amount == new.price.amount)
        and (collection.sort != "newest" or old.publish_at == new.publish_at)
    )


def ordered(products: Sequence[Product], sort: SortOrder) -> list[Product]:
    """`products` sorted. "manual" and "best-selling" keep the order: a static shop has no sales figures of its own."""
    if sort == "title":
        return sorted(products, key=lambda product: (title_key(product.title), product.handle))
    if sort == "price-asc":
        return sorted(products, key=lambda product: product.price.amount)
    if sort == "price-desc":
        return sorted(products, key=lambda product: -product.price.amount)
    if sort == "newest":
        return sorted(products, key=lambda product: product.publish_at or _BEGINNING, reverse=True)
    return list(products)


def title_key(title: str) -> str:
    """Sorts "Étui" beside "Etui" and "arc" beside "Arc"."""
    if title.isascii():
        return title.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c)).casefold()


def matches(product: Product, rules: Rules) -> bool:
    """Whether all (or any) of the conditions hold for `product`."""
    results = (holds(product, condition) for condition in rules.where)
    return all(results) if rules.match == "all" else any(results)


def holds(product: Product, condition: Condition) -> bool:
    """Whether one condition holds. Texts compare without regard to case; "not" means no value is equal."""
    if condition.field == "price":
        return _price_holds(product, condition)
    if condition.field in ("available", "on_sale"):
        actual = (
            bool(to_be_had(product.variants))
            if condition.field == "available"
            else any(variant.compare_at_price for variant in to_be_had(product.variants) or product.variants)
        )
        return actual == ((condition.value == "true") == (condition.op != "not"))
    wanted = condition.value.casefold()
    texts = [text.casefold() for text in _texts(product, condition)]
    if condition.op == "is":
        return wanted in texts
    if condition.op == "not":
        return wanted not in texts
    if condition.op == "contains":
        return any(wanted in text for text in texts)
    return any(text.startswith(wanted) for text in texts)


def _price_holds(product: Product, condition: Condition) -> bool:
    amount, wanted = product.price.amount, Decimal(condition.value)
    if condition.op == "below":
        return amount < wanted
    if condition.op == "above":
        return amount > wanted
    return (amount == wanted) == (condition.op == "is")


def _texts(product: Product, condition: Condition) -> tuple[str, ...]:
    if condition.field == "tag":
        return product.tags
    if condition.field == "attribute":
        return tuple(value for name, value in product.attributes if name.casefold() == condition.attribute.casefold())
    return ({"type": product.type, "vendor": product.vendor, "title": product.title}[condition.field],)
