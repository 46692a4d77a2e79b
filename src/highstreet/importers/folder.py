"""Folder: a draft catalog as the files of a tenant folder, in the order and with the words a person would use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from highstreet.importers.draft import (
    DraftCollection,
    DraftPage,
    DraftPost,
    DraftProduct,
    DraftShop,
    DraftStock,
    DraftVariant,
)
from highstreet.source.emit import Node, document, front_matter
from highstreet.theme.strings import Strings

_MENU = 6  # collections in the main menu; a menu of thirty is a list
_SHELVES = 3  # featured collections on the home page, the first with two rows: phones fetch two screens of pictures
_ROW = 3  # tiles of collections in a row; the home page shows one row or two


class File(NamedTuple):
    """One file: its data, a comment for its top, and, for Markdown, its text (`body` None means YAML)."""

    data: Mapping[str, Node]
    comment: str = ""
    body: str | None = None

    @property
    def text(self) -> str:
        return document(self.data, self.comment) if self.body is None else front_matter(self.data, self.body)


def product_path(handle: str) -> str:
    return f"catalog/products/{handle}.yaml"


def collection_path(handle: str) -> str:
    return f"catalog/collections/{handle}.yaml"


def catalog_files(
    products: Iterable[DraftProduct], collections: Iterable[DraftCollection], assets: Mapping[str, str]
) -> dict[str, File]:
    """The files below catalog/. Pictures that are no assets (yet) are not named: a shop must build without them."""
    files = {product_path(product.handle): File(_product(product, assets)) for product in products}
    for collection in collections:
        files[collection_path(collection.handle)] = File(_collection(collection, assets), collection.note)
    return files


def shop_files(shop: DraftShop, assets: Mapping[str, str], words: Strings) -> dict[str, File]:
    """Every file of a new tenant: the catalog, pages, translations, and what makes it a shop that builds at once."""
    files = starter_files(shop, words, assets)
    files |= catalog_files(shop.products, shop.collections, assets)
    files |= {f"pages/{page.handle}.md": File(_page(page), body=page.body) for page in shop.pages}
    files |= {f"posts/{post.handle}.md": File(_post(post), body=post.body) for post in shop.posts}
    for language, overlays in shop.translations.items():
        for path, fields in overlays.items():
            body = fields.get("body")
            data = {name: value for name, value in fields.items() if name != "body"}
            files[f"locales/{language}/{path}"] = File(data, body=str(body or "") if path.endswith(".md") else None)
    return files


def starter_files(shop: DraftShop, words: Strings, assets: Mapping[str, str]) -> dict[str, File]:
    """tenant, branding, navigation, home and redirects (.yaml), for a tenant that has none of them yet.

    `words` are those of the theme in the shop's language: a menu is the merchant's to edit, so they are written out.
    `assets` are the pictures that came, as the files they became: a home page shows collections by theirs.
    """
    said = words.get("collection", {})
    everything: dict[str, Node] = {"label": str(said.get("all", "All")), "to": "/products/"}
    tenant: dict[str, Node] = {"name": shop.name, "status": "live", "locale": shop.locale}
    if shop.languages:
        tenant["languages"] = [shop.locale, *shop.languages]
    tenant["currency"] = shop.currency
    files = {
        "tenant.yaml": File(tenant, "Who the shop is and how it trades. Next: contact, checkout and shipping."),
        "branding.yaml": File(
            {"colors": {"primary": "#1f4d4a"}, "shape": "soft"},
            "How the shop looks: one to three colours are enough, the rest is derived.",
        ),
        "navigation.yaml": File(_navigation(shop, everything)),
    }
    if shop.moved:
        files["redirects.yaml"] = File(shop.moved, "Addresses of the old shop that others still link to.")
    sections = _home(shop, everything, str(said.get("collections", "Collections")), assets)
    return files | {"home.yaml": File({"sections": sections})} if sections else files


def _product(product: DraftProduct, assets: Mapping[str, str]) -> dict[str, Node]:
    data: dict[str, Node] = {
        "title": product.title,
        "vendor": product.vendor,
        "type": product.type,
        "tags": list(product.tags),
        "status": "" if product.status == "active" else product.status,
    }
    if product.options:
        data |= _shared(product.variants)
        data["options"] = {name: list(product.values(index)) for index, name in enumerate(product.options)}
        data["variants"] = [_variant(variant, "price" in data, assets) for variant in product.variants]
    else:
        data |= _selling(product.variants[0])
    data |= {
        "images": [_image(assets[image.source], image.alt) for image in product.images if image.source in assets],
        "attributes": dict(product.attributes),
        "related": list(product.related),
        "complementary": list(product.complementary),
        "seo": _filled({"title": product.seo_title, "description": product.seo_description}),
        "google_category": product.google_category,
        "condition": "" if product.condition == "new" else product.condition,
        "description": product.description,
    }
    return _filled(data)


def _shared(variants: Sequence[DraftVariant]) -> dict[str, Node]:
    """Price and compare-at price once for the product when no variant differs."""
    prices = {(variant.price, variant.compare_at_price, variant.unit_price) for variant in variants}
    if len(prices) > 1:
        return {}
    return {
        name: value
        for name, value in _selling(variants[0]).items()
        if name in ("price", "compare_at_price", "unit_price")
    }


def _variant(variant: DraftVariant, priced: bool, assets: Mapping[str, str]) -> dict[str, Node]:
    selling = _selling(variant)
    if priced:
        selling = {
            name: value for name, value in selling.items() if name not in ("price", "compare_at_price", "unit_price")
        }
    sku = selling.pop("sku", None)
    return _filled({"sku": sku, "options": list(variant.options), **selling, "image": assets.get(variant.image, "")})


def _selling(variant: DraftVariant) -> dict[str, Node]:
    per = variant.unit_price
    return _filled(
        {
            "price": variant.price,
            "compare_at_price": variant.compare_at_price,
            "sku": variant.sku,
            "barcode": variant.barcode,
            "weight": _weight(variant.weight),
            "unit_price": {"price": per[0], "per": per[1]} if per else None,
            "inventory": _stock(variant.stock),
        }
    )


def _stock(stock: DraftStock) -> Node:
    if stock.backorder:
        return _filled({"quantity": stock.quantity, "policy": "continue"})
    return stock.quantity


def _weight(kilos: Decimal | None) -> str:
    if kilos is None:
        return ""
    number, unit = (kilos, "kg") if kilos >= 1 else (kilos * 1000, "g")
    text = format(number, "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"


def _image(asset: str, alt: str) -> Node:
    return _filled({"src": asset, "alt": alt})


def _collection(collection: DraftCollection, assets: Mapping[str, str]) -> dict[str, Node]:
    data: dict[str, Node] = {
        "title": collection.title,
        "image": assets.get(collection.image, ""),
        "description": collection.description,
    }
    if collection.types:
        # Products without an order of their own: by title they can at least be found.
        match: dict[str, Node] = {} if len(collection.types) == 1 else {"match": "any"}
        data["rules"] = {**match, "where": [{"field": "type", "is": kind} for kind in collection.types]}
        data["sort"] = "title"
    else:
        data["products"] = list(collection.products)
    return _filled(data)


def _page(page: DraftPage) -> dict[str, Node]:
    return _filled({"title": page.title, "policy": page.policy})


def _post(post: DraftPost) -> dict[str, Node]:
    return _filled({"title": post.title, "date": post.date.isoformat(), "author": post.author})


def _navigation(shop: DraftShop, everything: dict[str, Node]) -> dict[str, Node]:
    busy = {collection.handle: collection for collection in _by_size(shop)}
    top = [collection for collection in busy.values() if not collection.parent][:_MENU]
    chosen = {collection.handle for collection in top}
    # In the source's own order: it is closer to what the merchant had than the order of size.
    entries = [_entry(collection, shop) for collection in shop.collections if collection.handle in chosen]
    # A collection of everything is what the theme's own list is: one of the two, in the merchant's place for it.
    same = next((entry for entry in entries if _alike(entry["label"], everything["label"])), None)
    main: list[Node] = [entry | everything if entry is same else entry for entry in entries]
    if same is None:
        main.append(everything)
    footer: list[Node] = [{"label": page.title, "to": f"page/{page.handle}"} for page in shop.pages]
    return {"main": main, "footer": footer} if footer else {"main": main}


def _alike(one: Node, other: Node) -> bool:
    return str(one).casefold().split() == str(other).casefold().split()


def _entry(collection: DraftCollection, shop: DraftShop) -> dict[str, Node]:
    children: list[Node] = [
        {"label": child.title, "to": f"collection/{child.handle}"}
        for child in shop.collections
        if child.parent == collection.handle
    ]
    entry: dict[str, Node] = {"label": collection.title, "to": f"collection/{collection.handle}"}
    return entry | {"items": children} if children else entry


def _home(shop: DraftShop, everything: dict[str, Node], heading: str, assets: Mapping[str, str]) -> list[Node]:
    top = [collection for collection in _by_size(shop) if not collection.parent]
    active = [product.handle for product in shop.products if product.status == "active"]
    if not active:
        return []
    tiles = _tiles(top, shop, assets)
    shelves = top[: _SHELVES - bool(tiles)]
    sections: list[Node] = [
        {
            "type": "hero",
            "layout": "plain",
            "height": "small",
            "heading": shop.name,
            "button": everything,
            "background": "tinted",
        }
    ]
    if tiles:
        sections.append({"type": "collection-tiles", "heading": heading, "collections": tiles, "ratio": "square"})
    sections += [
        {"type": "featured-collection", "collection": collection.handle, "limit": 4 if number else 8}
        for number, collection in enumerate(shelves)
    ]
    return sections if shelves else [*sections, {"type": "featured-products", "products": list(active[:8])}]


def _tiles(top: Sequence[DraftCollection], shop: DraftShop, assets: Mapping[str, str]) -> list[Node]:
    """Whole rows of collections that have a picture to show, each another one; [] when they do not fill a row."""
    active = {product.handle: product for product in shop.products if product.status == "active"}
    shown: dict[str, Node] = {}
    for collection in top:
        of_type = (product.handle for product in active.values() if product.type in collection.types)
        members = (active[handle] for handle in (*collection.products, *of_type) if handle in active)
        own = [collection.image] if collection.image else []
        sources = [*own, *(product.images[0].source for product in members if product.images)]
        picture = next((assets[source] for source in sources if source in assets), "")
        if picture:
            shown.setdefault(picture, collection.handle)
    rows = min(len(shown) // _ROW, 2)
    return list(shown.values())[: rows * _ROW]


def _by_size(shop: DraftShop) -> list[DraftCollection]:
    """Collections that show at least one product, the largest first."""
    active = [product for product in shop.products if product.status == "active"]
    handles = {product.handle for product in active}

    def size(collection: DraftCollection) -> int:
        if collection.types:
            return sum(product.type in collection.types for product in active)
        return sum(handle in handles for handle in collection.products)

    sized = [(size(collection), collection) for collection in shop.collections]
    return [collection for count, collection in sorted(sized, key=lambda one: -one[0]) if count]


def _filled(data: Mapping[str, Node]) -> dict[str, Node]:
    """The entries that say something: no empty texts, lists or mappings. 0 says something."""
    return {
        name: value for name, value in data.items() if value is not None and value != "" and value != [] and value != {}
    }
