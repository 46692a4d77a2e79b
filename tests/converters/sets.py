"""Small converters: public data sets that nobody here wrote, as draft shops. They prove the model, not an importer.

Each takes the folder of its set and gives a `Conversion`: the shop, and in words what the set holds that a shop has no
place for. A picture's source is its path below the shared data.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from highstreet.importers import values
from highstreet.importers.body import body
from highstreet.importers.draft import (
    DraftCollection,
    DraftImage,
    DraftPage,
    DraftPost,
    DraftProduct,
    DraftShop,
    DraftStock,
    DraftVariant,
)
from highstreet.importers.folder import collection_path, product_path
from highstreet.source.emit import Node

_POLICIES: dict[str, Any] = {
    "privacy-policy": "privacy",
    "return-policy": "returns",
    "shipping-policy": "shipping",
    "terms-conditions": "terms",
}


@dataclass
class Conversion:
    shop: DraftShop
    left_out: list[str] = field(default_factory=list)  # what, and why


def money(text: str | int | float | None) -> Decimal:
    return Decimal(str(text)).quantize(Decimal("0.01"))


def _kilograms(text: str, unit: str) -> Decimal | None:
    weight = values.kilograms(text, unit, ".")
    return weight.number if weight else None


def above(text: str | int | None, price: Decimal) -> Decimal | None:
    """A compare-at price that is one: above the price."""
    amount = money(text) if text not in (None, "", "0", 0) else None
    return amount if amount is not None and amount > price else None


def members(
    products: Iterable[tuple[DraftProduct, Iterable[str]]],
    titles: dict[str, str],
    parents: dict[str, str] | None = None,
) -> tuple[DraftCollection, ...]:
    """Collections from the handles each product names, in the order of `titles`."""
    found: dict[str, list[str]] = {handle: [] for handle in titles}
    for product, handles in products:
        for handle in handles:
            found[handle].append(product.handle)
    return tuple(
        DraftCollection(handle, titles[handle], tuple(listed), parent=(parents or {}).get(handle, ""))
        for handle, listed in found.items()
    )


def eshop_adventure(folder: Path) -> Conversion:
    rows = json.loads((folder / "raw/Setup/catalog.json").read_text(encoding="utf-8-sig"))
    made = []
    for row in rows:
        title = row["Name"]
        product = DraftProduct(
            handle=values.handle(f"{title} {row['Id']}".casefold(), ""),
            title=title,
            vendor=row["Brand"],
            type=row["Type"],
            variants=(DraftVariant(money(row["Price"]), sku=f"AW-{row['Id']:03}"),),
            images=(DraftImage(f"eshop-adventure/raw/Pics/{row['Id']}.webp", title),),
            description=body(row["Description"]).text,
        )
        made.append((product, [values.handle(row["Type"].casefold(), "")]))
    titles = {handle: product.type for product, (handle,) in made}
    return Conversion(
        DraftShop(
            "AdventureWorks", "USD", products=tuple(product for product, _ in made), collections=members(made, titles)
        )
    )


def aws_spyshop(folder: Path) -> Conversion:
    tags = {tag["name"]: tag["displayName"] for tag in json.loads((folder / "raw/data/tags.json").read_text())}
    made = []
    for row in json.loads((folder / "raw/data/products.json").read_text()):
        product = DraftProduct(
            handle=values.handle(row["name"].casefold().replace("&", " "), ""),
            title=row["name"],
            type=row["tags"][0],
            tags=tuple(row["tags"]),
            variants=(DraftVariant(money(row["price"]), sku=row["id"]),),
            images=(DraftImage(f"aws-spyshop/raw/images/{row['id']}.jpg", row["name"]),),
            description=body(row["description"]).text,
        )
        made.append((product, row["tags"]))
    return Conversion(
        DraftShop(
            "The most public Secret Shop",
            "USD",
            products=tuple(product for product, _ in made),
            collections=members(made, tags),
        )
    )


def aws_retail(folder: Path) -> Conversion:
    loader = yaml.CSafeLoader
    rows = yaml.load((folder / "raw/products.yaml").read_text(), Loader=loader)
    categories = yaml.load((folder / "raw/categories.yaml").read_text(), Loader=loader)
    taken: set[str] = set()
    made = []
    for row in rows:
        plain = values.handle(row["name"].casefold().replace("&", " "), "")
        handle = plain if plain not in taken else f"{plain}-{row['id'][:8]}"
        taken.add(handle)
        tags = [row.get("gender_affinity") or "", row.get("where_visible") or ""]
        product = DraftProduct(
            handle=handle,
            title=row["name"],
            type=row["style"],
            tags=tuple(tag for tag in tags if tag),
            variants=(DraftVariant(money(row["price"]), sku=row["id"], stock=DraftStock(int(row["current_stock"]))),),
            description=body(row["description"]).text,
        )
        made.append((product, [values.handle(row["category"].casefold(), "")]))
    titles = {
        values.handle(one["name"].casefold(), ""): one["name"].replace("_", " ").capitalize() for one in categories
    }
    missing = sorted({handle for _, (handle,) in made} - titles.keys())
    titles |= {handle: handle.replace("-", " ").capitalize() for handle in missing}
    left_out = [f"{len(rows)} pictures: named in the set but not part of it"]
    return Conversion(
        DraftShop(
            "Retail Demo Store",
            "USD",
            products=tuple(product for product, _ in made),
            collections=members(made, titles),
        ),
        left_out,
    )


def vendure_mock(folder: Path) -> Conversion:
    """Cells are padded; a row without a name is the next variant; options, facets and pictures are lists in one cell."""
    with (folder / "raw/data-sources/products.csv").open(encoding="utf-8", newline="") as file:
        lines = [
            {str(name).strip(): (text or "").strip().strip('"') for name, text in row.items()}
            for row in csv.DictReader(file)
        ]
    groups: list[list[dict[str, str]]] = []
    for line in lines:
        if line["name"]:
            groups.append([])
        groups[-1].append(line)
    skus: set[str] = set()
    left_out: list[str] = []
    made, titles = [], {}
    for rows in groups:
        head = rows[0]
        facets = [tuple(facet.split(":", 1)) for facet in head["facets"].split("|") if ":" in facet]
        categories = [name for kind, name in facets if kind == "category"]
        titles |= {values.handle(name.casefold().replace("&", " "), ""): name for name in categories}
        names = tuple(name for name in head["optionGroups"].split("|") if name)
        variants = []
        for row in rows:
            sku = row["sku"] if row["sku"] not in skus else ""
            if not sku:
                left_out.append(f"SKU {row['sku']}: used more than once, kept by the first variant")
            skus.add(row["sku"])
            options = tuple(part.strip() for part in row["optionValues"].split("|") if part.strip())
            variants.append(
                DraftVariant(money(row["price"]), options, sku=sku, stock=DraftStock(int(row["stockOnHand"])))
            )
        title = head["name"]
        product = DraftProduct(
            handle=head["slug"],
            title=title,
            vendor=next((name for kind, name in facets if kind == "brand"), ""),
            type=categories[0] if categories else "",
            options=names,
            variants=tuple(variants),
            images=tuple(
                DraftImage(f"vendure-mock/raw/assets/{name.strip()}", title)
                for name in head["assets"].split("|")
                if name.strip()
            ),
            attributes=tuple((kind.capitalize(), name) for kind, name in facets if kind not in ("category", "brand")),
            description=body(head["description"]).text,
        )
        made.append((product, [values.handle(name.casefold().replace("&", " "), "") for name in categories]))
    return Conversion(
        DraftShop(
            "Vendure demo", "USD", products=tuple(product for product, _ in made), collections=members(made, titles)
        ),
        left_out,
    )


def spree_appliances(folder: Path) -> Conversion:
    """The first row of a slug is a master without a price; a second run of rows repeats SKUs with prices in EUR."""
    with (folder / "raw/products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "raw/product_translations.csv").open(encoding="utf-8", newline="") as file:
        translated = list(csv.DictReader(file))
    euros = [row for row in rows if row["currency"] == "EUR"]
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["currency"] != "EUR":
            groups.setdefault(row["slug"], []).append(row)
    made, titles, parents = [], {}, {}
    for slug, (master, *variant_rows) in groups.items():
        path = [part.strip() for part in master["category1"].split("->")]
        for depth in range(1, len(path) + 1):
            handle = category(path[:depth])
            titles[handle] = path[depth - 1]
            if depth > 1:
                parents[handle] = category(path[: depth - 1])
        variants = []
        for row in variant_rows or [master]:
            price = money(row["price"])
            variants.append(DraftVariant(
                price, tuple(row[f"option{n}_value"] for n in (1, 2) if row[f"option{n}_value"]), above(row["compare_at_price"], price), sku=row["sku"],
                stock=DraftStock(int(row["inventory_count"]) if row["inventory_count"] else None, False),
                image=picture(row) if variant_rows else "", weight=_kilograms(row["weight"], row["weight_unit"]) if row["weight"] else None,
            ))  # fmt: skip
        names = tuple(
            dict.fromkeys(row[f"option{n}_name"] for n in (1, 2) for row in variant_rows if row[f"option{n}_name"])
        )
        images = dict.fromkeys(filter(None, (picture(row) for row in (master, *variant_rows))))
        product = DraftProduct(
            handle=slug,
            title=master["name"],
            type=master["product_type"],
            tags=tuple(tag.strip() for tag in master["tags"].split(",") if tag.strip()),
            status="active" if master["status"] == "active" else "draft",
            options=names,
            variants=tuple(variants),
            images=tuple(DraftImage(source, master["name"]) for source in images),
            attributes=tuple(
                (name.rsplit(".", 1)[1].replace("_", " ").capitalize(), text)
                for name, text in master.items()
                if name.startswith("custom_field.") and text
            ),
            seo_title=master["meta_title"],
            seo_description=master["meta_description"],
            description=body(master["description"]).text,
        )
        made.append((product, [category(path[:depth]) for depth in range(1, len(path) + 1)]))
    overlays: dict[str, dict[str, dict[str, Node]]] = {}
    for row in translated:
        seo = {
            name: text
            for name, text in (("title", row["meta_title"]), ("description", row["meta_description"]))
            if text
        }
        fields: dict[str, Node] = {"title": row["name"], "seo": seo, "description": body(row["description"]).text}
        overlays.setdefault(row["locale"], {})[product_path(row["slug"])] = fields
    left_out = [
        f"{len(euros)} prices in EUR: a shop has one currency",
        "width, height and depth: no field of a variant",
        "meta_keywords: read by nobody",
    ]
    shop = DraftShop(
        "Spree demo",
        "USD",
        languages=tuple(overlays),
        products=tuple(product for product, _ in made),
        collections=members(made, titles, parents),
        translations=overlays,
    )
    return Conversion(shop, left_out)


def category(path: list[str]) -> str:
    return values.handle(re.sub(r"[^a-z0-9]+", "-", " ".join(path).casefold()), "")


def picture(row: dict[str, str]) -> str:
    name = row["image1_src"].rsplit("/", 1)[-1]
    return f"spree-appliances/raw/images/{name}" if name else ""


def liquid_vision(folder: Path) -> Conversion:
    """YAML with anchors; prices in cents; a compare-at price of 0 or below the price is none."""
    data = yaml.load((folder / "raw/vision.database.yml").read_text(), Loader=yaml.CSafeLoader)
    products = []
    for row in data["products"]:
        variants = []
        for variant in row["variants"]:
            price = money(Decimal(variant["price"]) / 100)
            compare = variant["compare_at_price"]
            options = tuple(str(variant[f"option{n}"]) for n in (1, 2, 3) if variant[f"option{n}"] is not None)
            weight = _kilograms(str(variant["weight"]), "g") if variant.get("weight") else None
            variants.append(DraftVariant(price, options[: len(row["options"])], above(str(Decimal(compare) / 100), price) if compare else None, sku=str(variant["id"]),
                                         stock=DraftStock(variant["inventory_quantity"]), weight=weight))  # fmt: skip
        products.append(DraftProduct(
            handle=row["handle"], title=row["title"], vendor=row["vendor"], type=row["type"], tags=tuple(row["tags"] or ()), options=tuple(row["options"]),
            variants=tuple(variants), description=body(row["description"]).text,
        ))  # fmt: skip
    collections = tuple(DraftCollection(row["handle"], row["title"], tuple(product["handle"] for product in row["products"]), description=body(row.get("description") or "").text)
                        for row in data["collections"])  # fmt: skip
    pages = tuple(DraftPage(row["handle"], row["title"], _own(row["content"])) for row in data["pages"])
    posts: dict[str, DraftPost] = {}
    comments = 0
    for blog in data["blogs"]:
        for row in blog["articles"]:
            handle = values.distinct(values.handle(row["title"].casefold(), "post"), posts)
            posts[handle] = DraftPost(
                handle,
                row["title"],
                _own(row["content"]),
                date.fromisoformat(str(row["created_at"])[:10]),
                row["author"],
            )
            comments += len(row.get("comments") or ())
    left_out = [
        f"{comments} comments: a static journal has none",
        "15 pictures: named in the set but not part of it",
        "link_lists: menus are made anew",
    ]
    return Conversion(
        DraftShop(
            "Vision", "USD", products=tuple(products), collections=collections, pages=pages, posts=tuple(posts.values())
        ),
        left_out,
    )


def _own(html: str) -> str:
    """A text of the old shop as an importer takes it: links to places that are not imported are words."""
    return body(html, lambda target: values.shop_link(target, {})).text


def bagisto(folder: Path, language: str, others: tuple[str, ...] = ()) -> Conversion:
    """The shop in `language`, with `others` as translations. The set's prices are only in its neutral files."""
    texts = {code: json.loads((folder / f"locales/{code}.json").read_text()) for code in (language, *others)}
    neutral = {code: json.loads((folder / f"neutral/bagisto-i18n-{code}.json").read_text()) for code in texts}
    own = neutral[language]
    left_out = []
    products = []
    for row in own["products"]:
        options = tuple(row["options"])
        variants, priced = [], True
        for one in row["variants"]:
            priced = one["price"] is not None
            price = money(one["price"] or 0)
            chosen = tuple(one["options"][name] for name in options)
            variants.append(
                DraftVariant(
                    price,
                    chosen,
                    above(one["compare_at"], price),
                    sku=one["sku"],
                    stock=DraftStock(one["stock"]),
                    image=one.get("image") or "",
                )
            )
        if not priced:
            left_out.append(f"{row['handle']}: a {row['type']} product without a price of its own; kept as a draft")
        images = dict.fromkeys(
            [image["src"] for image in row["images"]] + [one["image"] for one in row["variants"] if one.get("image")]
        )
        products.append(DraftProduct(
            handle=row["handle"], title=row["title"], options=options, variants=tuple(variants), status="active" if priced else "draft",
            images=tuple(DraftImage(source, row["title"]) for source in images), description=body(row["description"]).text,
        ))  # fmt: skip
    collections = tuple(
        DraftCollection(
            row["handle"],
            row["title"],
            tuple(product["handle"] for product in own["products"] if row["handle"] in product["collections"]),
            description=body(row["description"]).text,
        )
        for row in own["collections"]
    )
    pages = tuple(
        DraftPage(handle, page["title"], body(page["content"]).text, _POLICIES.get(handle, ""))
        for handle, page in texts[language]["cms"]["pages"].items()
    )
    overlays: dict[str, dict[str, dict[str, Node]]] = {}
    for code in others:
        files = overlays.setdefault(code, {})
        for row in neutral[code]["products"]:
            files[product_path(row["handle"])] = {"title": row["title"], "description": body(row["description"]).text}
        for row in neutral[code]["collections"]:
            files[collection_path(row["handle"])] = {
                "title": row["title"],
                "description": body(row["description"]).text,
            }
        for handle, page in texts[code]["cms"]["pages"].items():
            files[f"pages/{handle}.md"] = {"title": page["title"], "body": body(page["content"]).text}
    left_out.append("meta titles and descriptions: placeholders (“Meta Title”) in every language")
    shop = DraftShop(
        own["store"]["name"], "USD", language, others, tuple(products), collections, pages, translations=overlays
    )
    return Conversion(shop, left_out)


def with_pictures(conversion: Conversion, data: Path) -> dict[str, str]:
    """Source → asset below assets/ for the pictures that are part of the set."""
    assets: dict[str, str] = {}
    taken: set[str] = set()
    for image in conversion.shop.pictures():
        path = data / image.source
        if path.is_file():
            name = values.distinct(values.handle(path.stem.casefold(), "picture"), taken)
            taken.add(name)
            assets[image.source] = f"products/{name}{path.suffix}"
    return assets


CONVERTERS: dict[str, tuple[str, str, Callable[[Path], Conversion]]] = {
    "spree-appliances": ("spree-appliances", "spree-appliances", spree_appliances),
    "vendure-mock": ("vendure-mock", "vendure-mock", vendure_mock),
    "eshop-adventure": ("eshop-adventure", "eshop-adventure", eshop_adventure),
    "liquid-vision": ("liquid-vision", "liquid-vision", liquid_vision),
    "aws-spyshop": ("aws-spyshop", "aws-spyshop", aws_spyshop),
    "aws-retail": ("aws-retail", "aws-retail", aws_retail),
    "bagisto-en": ("bagisto-i18n", "bagisto-i18n-en", lambda folder: bagisto(folder, "en", ("ar", "ja"))),
    "bagisto-ar": ("bagisto-i18n", "bagisto-i18n-ar", lambda folder: bagisto(folder, "ar", ("en",))),
    "bagisto-ja": ("bagisto-i18n", "bagisto-i18n-ja", lambda folder: bagisto(folder, "ja", ("en",))),
}  # fmt: skip
