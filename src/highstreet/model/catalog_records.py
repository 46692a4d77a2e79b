"""Products and collections from their records: plain data that has been checked, straight from YAML or from a cache.

Nothing here imports Pydantic or YAML, so that a shop can be rebuilt from cached records at the price of its objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from highstreet.model import values
from highstreet.model.catalog import (
    NO_SEO,
    Collection,
    Condition,
    Film,
    ImageRef,
    Inventory,
    Option,
    OptionValue,
    Product,
    Rating,
    Rules,
    Seo,
    Variant,
    leading,
)

Get = Callable[[str], Any]
Record = Mapping[str, Any]  # a validated document: str, None, lists and dicts only

_UNCOUNTED = Inventory()
_OPERATORS = ("is", "not", "contains", "starts", "below", "above")


def product_from_record(handle: str, record: Record, currency: str, file: str = "") -> Product:
    """The product that a valid `record` describes, with money in `currency`."""
    get: Get = record.get
    options = tuple(_option(name, given) for name, given in (get("options") or {}).items())
    names = tuple(option.name for option in options)
    rows: Sequence[Record] = get("variants") or ()
    if rows and options:
        variants = tuple([_variant(row, record, names, currency) for row in rows])
    else:
        variants = (_variant(rows[0] if rows else record, record, (), currency),)
    return Product(
        handle,
        record["title"],
        leading(variants).price,
        variants,
        options,
        get("vendor") or "",
        get("type") or "",
        tuple(get("tags") or ()),
        get("status") or "active",
        values.when(get("publish_at")) if get("publish_at") else None,
        values.when(get("unpublish_at")) if get("unpublish_at") else None,
        tuple([image(given) for given in get("images") or ()]),
        tuple([(name, _fact(fact)) for name, fact in (get("attributes") or {}).items() if fact]),
        tuple(get("related") or ()),
        seo(get("seo")),
        get("description") or "",
        get("google_category") or "",
        get("condition") or "new",
        get("template") or "",
        file or f"catalog/products/{handle}.yaml",
        tuple(get("complementary") or ()),
        _rating(get("rating")),
    )


def _rating(given: Record | None) -> Rating | None:
    """None without ratings: a mean of nothing is no fact."""
    return Rating(Decimal(given["value"]), int(given["count"])) if given and int(given["count"]) else None


def _variant(row: Record, product: Record, names: tuple[str, ...], currency: str) -> Variant:
    get: Get = row.get
    given = get("options") if names else ()
    options = tuple([given[name] for name in names]) if given.__class__ is dict else tuple(given or ())
    own = get("price")
    price = values.price(own or product["price"], currency)
    compare = values.price(get("compare_at_price"), currency) if get("compare_at_price") else None
    if compare is None and row is not product and product.get("compare_at_price"):
        # The product's earlier price holds for every variant that is cheaper than it.
        inherited = values.price(product["compare_at_price"], currency)
        compare = inherited if inherited.amount > price.amount else None
    shown = get("image")
    heavy = get("weight") or product.get("weight")
    per = get("unit_price") or (None if own else product.get("unit_price"))
    steps = get("volume_prices") or (None if own else product.get("volume_prices")) or ()
    return Variant(
        options,
        price,
        compare,
        get("sku") or "",
        get("barcode") or "",
        _stock(get("inventory"), product.get("inventory") if row is not product else None),
        image(shown) if shown and row is not product else None,
        values.kilograms(heavy) if heavy else None,
        (values.price(per["price"], currency), per["per"]) if per else None,
        tuple([(int(step["from"]), values.price(step["price"], currency)) for step in steps]),
    )


def _stock(own: str | Record | None, shared: str | Record | None) -> Inventory:
    """What a variant says of its stock; for what it leaves out, such as a policy, its product speaks."""
    if not own or not isinstance(shared, dict):
        return inventory(own or shared)
    given = own if isinstance(own, dict) else {"quantity": own}
    return inventory(shared | {name: value for name, value in given.items() if value})


def inventory(given: str | Record | None) -> Inventory:
    if not given:
        return _UNCOUNTED
    if isinstance(given, str):
        return Inventory(int(given))
    quantity = given.get("quantity")
    return Inventory(int(quantity) if quantity is not None else None, given.get("policy") or "deny")


def _option(name: str, given: Sequence[str | Record]) -> Option:
    return Option(
        name,
        tuple(
            [
                OptionValue(entry)
                if isinstance(entry, str)
                else OptionValue(entry["value"], values.hex_color(entry["swatch"]) if entry.get("swatch") else "")
                for entry in given
            ]
        ),
    )


def image(given: str | Record) -> ImageRef:
    """A picture written as a name alone or as src, alt, width and height; one of a product may have a film too."""
    if isinstance(given, str):
        return ImageRef(asset_name(given))
    width, height, film = given.get("width"), given.get("height"), given.get("video")
    return ImageRef(
        asset_name(given["src"]),
        given.get("alt") or "",
        int(width) if width else None,
        int(height) if height else None,
        Film(asset_name(film), asset_name(given.get("captions") or "")) if film else None,
    )


def asset_name(src: str) -> str:
    """Pictures may be written with or without the folder: "assets/mug.jpg" is "mug.jpg"."""
    return src.removeprefix("assets/") if src.startswith("assets/") else src


def seo(given: Record | None) -> Seo:
    return Seo(given.get("title") or "", given.get("description") or "") if given else NO_SEO


def _fact(given: str | list[str]) -> str:
    return given if isinstance(given, str) else ", ".join(given)


def collection_from_record(handle: str, record: Record, file: str = "") -> Collection:
    """The collection as written; `rules.resolved` fills `products` when it has rules or a sort order."""
    get: Get = record.get
    written = get("rules")
    rules = (
        Rules(written.get("match") or "all", tuple(_condition(row) for row in written["where"])) if written else None
    )
    return Collection(
        handle,
        record["title"],
        tuple(get("products") or ()),
        rules,
        get("sort") or "manual",
        image(get("image")) if get("image") else None,
        get("description") or "",
        seo(get("seo")),
        get("status") or "active",
        values.when(get("publish_at")) if get("publish_at") else None,
        tuple(get("filters")) if get("filters") is not None else None,
        file or f"catalog/collections/{handle}.yaml",
    )


def _condition(row: Record) -> Condition:
    op = next(word for word in _OPERATORS if word in row)
    return Condition(row["field"], cast(Any, op), row[op], row.get("attribute") or "")
