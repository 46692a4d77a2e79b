"""Shopify: a product export, or a file shaped like one, as a draft catalog."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.importers import values
from highstreet.importers.body import body, words
from highstreet.importers.columns import REASON_UNKNOWN, Columns, columns, key
from highstreet.importers.draft import Catalog, DraftCollection, DraftImage, DraftProduct, DraftVariant, Status
from highstreet.importers.loss import Ledger
from highstreet.importers.metafield import attribute
from highstreet.importers.notation import notation
from highstreet.importers.pictures import address
from highstreet.importers.selling import LINE_BREAKS, ReadVariant, SellingReader, settle_skus, unrepeated
from highstreet.importers.table import Cell, Table

_NOTHING = Cell("", 0, -1)
# Cells that describe the product, not a variant: said once, on its first row.
_OF_PRODUCT = (
    "title",
    "body",
    "vendor",
    "product_category",
    "type",
    "tags",
    "published",
    "status",
    "gift_card",
    "seo_title",
    "seo_description",
    "google_category",
    "condition",
    "gender",
    "age_group",
    "mpn",
)
_OF_VARIANT = (
    "option1_value",
    "option2_value",
    "option3_value",
    "option4_value",
    "option5_value",
    "sku",
    "price",
    "barcode",
    "quantity",
    "grams",
    "weight",
    "variant_image",
    "compare_at",
)
_STATUS: dict[str, Status] = {"active": "active", "draft": "draft", "archived": "archived", "unlisted": "draft"}
_MOST_ATTRIBUTES = 60


def meaning(table: Table) -> Columns:
    """What the columns of `table` mean. Raises Problems HS703 when it is no product export."""
    found = columns(table.header)
    if not ({"handle", "title"} & found.fields.keys()) or len(found.fields) < 3:
        names = ", ".join(table.header[:8]) + (", …" if len(table.header) > 8 else "")
        woo = {"sku", "regularprice", "published"} <= {key(name) for name in table.header}
        fix = (
            "import it with: highstreet import woocommerce"
            if woo
            else "give the CSV that Shopify exports, or import another system's with: highstreet import csv"
        )
        raise Problems(
            [
                Diagnostic(
                    "HS703",
                    Span(table.file, 1, 1),
                    "this is not a Shopify product export",
                    names,
                    "columns such as Handle, Title, Variant Price and Image Src",
                    fix,
                )
            ]
        )
    return found


def catalog(
    table: Table, found: Columns, currency: str, ledger: Ledger, before: Mapping[str, str] | None = None
) -> Catalog:
    """Products in the order the file first names them, and one rule-based collection per product type.

    `before` are the handles that the last import gave to what has none that can be kept.
    """
    for column, why in found.left_out.items():
        for row in table.rows:
            ledger.left_out(row[column], why)
    unknown = sum(why == REASON_UNKNOWN for why in found.left_out.values())
    if unknown * 3 > len(table.header):
        ledger.remark(
            f"{unknown} of {len(table.header)} columns are of no Shopify export: if another system wrote the file, "
            "look at currency, prices and variants before you publish."
        )
    written = notation(table, found.prices, found.measures)
    reader = _Reader(found, ledger, SellingReader(currency, ledger, written))
    groups = reader.groups(table)
    kept = dict(before or {})
    taken: set[str] = set(kept.values())
    handles: dict[str, str] = {}
    for old, rows in groups.items():
        wanted = values.handle(old, values.handle(reader.cell(rows[0], "title").text, f"product-{rows[0][0].row}"))
        handles[old] = kept.get(old) or values.distinct(wanted, taken)
        taken.add(handles[old])
        if handles[old] != values.handle(old, ""):
            kept[old] = handles[old]
    reader.handles = {old: made for old, made in handles.items() if old}
    products = [reader.product(handles[old], old, rows) for old, rows in groups.items()]
    made = settle_skus(products, ledger)
    return Catalog(made, collections_by_type(made, ledger, kept), kept)


def moved(catalog: Catalog) -> dict[str, str]:
    """Addresses of a shop that are not the same here: of its list of everything, unless a collection has that name,
    and of products whose handles are in another script."""
    named = any(collection.handle == "all" for collection in catalog.collections)
    here = {product.handle for product in catalog.products}
    shown = {product.handle for product in catalog.products if product.status == "active"}
    return {
        **({} if named else {"/collections/all": "/products/"}),
        "/collections/all/products/*": "product/*",
        **{
            f"/products/{old}": f"product/{handle}"
            for old, handle in catalog.handles.items()
            if handle in shown and old not in here and re.fullmatch(r"[\w-]+", old)
        },
    }


def collections_by_type(
    products: Sequence[DraftProduct], ledger: Ledger, kept: dict[str, str]
) -> tuple[DraftCollection, ...]:
    """A collection per product type, so that a shop whose export has none can be browsed.

    `kept` has the handles of types that Latin letters do not spell, and takes in those that are new.
    """
    by_handle: dict[str, list[str]] = {}
    for product in products:
        if product.type:
            record = f"type:{product.type.casefold()}"
            handle = values.handle(product.type, "") or kept.get(record)
            if not handle:
                handle = values.distinct("type", {*by_handle, *kept.values()})
                kept[record] = handle
            spellings = by_handle.setdefault(handle, [])
            if product.type not in spellings:
                spellings.append(product.type)
    if by_handle:
        made = "one was" if len(by_handle) == 1 else f"{len(by_handle)} were"
        ledger.remark(f"The file has no collections: {made} made from the product types, as rules you may change.")
    note = "Made by the import from the product type, since the file holds no collections. Change it as you like."
    return tuple(
        DraftCollection(handle, spellings[0], types=tuple(spellings), note=note)
        for handle, spellings in by_handle.items()
    )


@dataclass(slots=True)
class _Reader:
    """Reads rows into products and writes down what became of every cell."""

    found: Columns
    ledger: Ledger
    selling: SellingReader
    handles: dict[str, str] = field(default_factory=dict)  # the file's handles → ours, for links in texts

    def cell(self, row: Sequence[Cell], name: str) -> Cell:
        column = self.found.fields.get(name)
        return _NOTHING if column is None else row[column]

    def groups(self, table: Table) -> dict[str, list[Sequence[Cell]]]:
        """Rows by the handle they name, wherever they stand; a row without handle belongs to the product above it."""
        groups: dict[str, list[Sequence[Cell]]] = {}
        current = ""
        for row in table.rows:
            if not any(row):
                continue
            cell, title = self.cell(row, "handle"), self.cell(row, "title")
            if cell:
                current = cell.text.lstrip("'").casefold()
                self.ledger.imported(cell)
                if values.handle(cell.text, "") != cell.text:
                    self.ledger.repaired(cell, "made a handle: lower-case letters, digits and hyphens")
            elif title:
                # A file without a Handle column, or a product that someone added in a spreadsheet.
                current = title.text.casefold()
            if current:
                groups.setdefault(current, []).append(row)
                continue
            for lost in row:
                self.ledger.left_out(lost, "the row names no product, and there is none above it")
        return groups

    def product(self, handle: str, old: str, rows: list[Sequence[Cell]]) -> tuple[DraftProduct, tuple[Cell, ...]]:
        """The product of `rows`, with the cells of its variants' SKUs."""
        facts = self._facts(rows)
        title = values.line(words(facts["title"].text), 300)
        if not title:
            title = old.replace("-", " ").strip().capitalize()[:300] or handle
            self.ledger.repaired(self.cell(rows[0], "handle"), "the product has no title; it is named after its handle")
        if "\n" in facts["title"].text:
            self.ledger.repaired(facts["title"], LINE_BREAKS)
        images = self._images(rows)
        names, variant_rows = self._options(rows)
        read = [
            ReadVariant(variant, self.cell(row, "sku"), row)
            for row, options in variant_rows
            if (variant := self._variant(row, options, images)) is not None
        ]
        status = self._status(facts)
        if not read:
            self.ledger.remark(
                f"{handle} (row {rows[0][0].row}) has no price: it is a draft with price 0 until you give it one."
            )
            read, names, status = (
                [ReadVariant(DraftVariant(values.price("0", self.selling.currency).number), _NOTHING, ())],
                (),
                "draft",
            )
        names, read = unrepeated(names, read, self.ledger)
        text = body(facts["body"].text, self._link)
        self._account_body(facts["body"], text.dropped, text.pictures)
        return DraftProduct(
            handle=handle,
            title=title,
            variants=tuple(one.variant for one in read),
            options=names,
            vendor=values.line(words(facts["vendor"].text)),
            type=self._type(facts),
            tags=values.first_by_case([values.line(words(tag)) for tag in facts["tags"].text.split(",")]),
            status=status,
            images=tuple(DraftImage(source, alt) for source, alt in images.items()),
            attributes=self._attributes(facts, rows),
            related=self._recommended(rows, "related", handle),
            complementary=self._recommended(rows, "complementary", handle),
            seo_title=values.line(words(facts["seo_title"].text)),
            seo_description=values.line(words(facts["seo_description"].text), 1000),
            description=text.text,
            google_category=values.line(words(facts["google_category"].text)),
            condition=self._condition(facts["condition"]),
        ), tuple(one.sku for one in read)

    def _facts(self, rows: list[Sequence[Cell]]) -> dict[str, Cell]:
        """The product-level cells: the first that says something counts, later ones that differ are left out."""
        facts = dict.fromkeys(_OF_PRODUCT, _NOTHING)
        for row in rows:
            for name in _OF_PRODUCT:
                cell = self.cell(row, name)
                if not cell:
                    continue
                if not facts[name]:
                    facts[name] = cell
                    self.ledger.imported(cell)
                elif cell.text == facts[name].text:
                    self.ledger.imported(cell)
                else:
                    self.ledger.left_out(cell, "another product of this handle, further up, has a different value")
        return facts

    def _options(
        self, rows: list[Sequence[Cell]]
    ) -> tuple[tuple[str, ...], list[tuple[Sequence[Cell], tuple[str, ...]]]]:
        """Option names, and the rows that are variants with their values; other rows only bring pictures."""
        variant_rows = [
            row for index, row in enumerate(rows) if index == 0 or any(self.cell(row, name) for name in _OF_VARIANT)
        ]
        names: list[str] = []
        places: list[int] = []
        for place in (1, 2, 3, 4, 5):
            cells = [self.cell(row, f"option{place}_name") for row in rows]
            given = [self.cell(row, f"option{place}_value") for row in variant_rows]
            self.ledger.imported(*cells, *given)
            name = values.line(words(next((cell.text for cell in cells if cell), "")))
            if not any(given) or (
                name.casefold() in ("title", "")
                and {cell.text.casefold() for cell in given if cell} == {"default title"}
            ):
                continue
            if not name:
                self.ledger.repaired(
                    next(cell for cell in given if cell), f"the option has no name; it is called Option {place}"
                )
            for cell in cells:
                if cell and values.line(words(cell.text)) != name:
                    self.ledger.left_out(cell, "the product's first row names this option differently")
            names.append(values.distinct_name(name or f"Option {place}", names))
            places.append(place)
        return tuple(names), [(row, tuple(self._value(row, place) for place in places)) for row in variant_rows]

    def _value(self, row: Sequence[Cell], place: int) -> str:
        cell = self.cell(row, f"option{place}_value")
        made = values.line(words(cell.text))
        if not made:
            self.ledger.remark("Variants without a value for one of their options are called “Default” there.")
        return made or "Default"

    def _variant(self, row: Sequence[Cell], options: tuple[str, ...], images: dict[str, str]) -> DraftVariant | None:
        selling = self.selling
        price = selling.price(self.cell(row, "price"))
        if price is None:
            for name in _OF_VARIANT:
                self.ledger.left_out(self.cell(row, name), "the variant has no price, so nobody could buy it")
            self.ledger.imported(*(self.cell(row, name) for name in ("tracker", "policy", "continue", "weight_unit")))
            return None
        unit = self.cell(row, "weight_unit")
        self.ledger.imported(unit)
        grams = self.cell(row, "grams")
        weight = (
            selling.weight(grams, "g")
            if grams or not self.cell(row, "weight")
            else selling.weight(self.cell(row, "weight"), unit.text or "g")
        )
        if grams:
            self.ledger.left_out(self.cell(row, "weight"), "the weight in grams says the same")
        image = self.cell(row, "variant_image")
        source = address(image, self.ledger) if image else ""
        if source:
            images.setdefault(source, "")
        return DraftVariant(
            price=price,
            options=options,
            compare_at_price=selling.compare_at(self.cell(row, "compare_at"), price),
            sku=selling.sku(self.cell(row, "sku")),
            barcode=selling.barcode(self.cell(row, "barcode")),
            stock=selling.shopify_stock(
                quantity=self.cell(row, "quantity"),
                tracker=self.cell(row, "tracker") if "tracker" in self.found.fields else None,
                policy=self.cell(row, "policy"),
                goes_on=self.cell(row, "continue"),
            ),
            image=source,
            weight=weight,
            unit_price=selling.unit_price(
                price,
                *(self.cell(row, name) for name in ("unit_total", "unit_total_unit", "unit_base", "unit_base_unit")),
            ),
        )

    def _images(self, rows: list[Sequence[Cell]]) -> dict[str, str]:
        """Address → alt text of the product's pictures, in the order of their positions."""
        found: list[tuple[int, str, str]] = []
        for index, row in enumerate(rows):
            cell, alt, position = (self.cell(row, name) for name in ("image", "image_alt", "image_position"))
            source = address(cell, self.ledger) if cell else ""
            if not source:
                for other in (alt, position):
                    self.ledger.left_out(other, "there is no picture on this row")
                continue
            self.ledger.imported(alt, position)
            self.ledger.of_picture(source, alt, position)
            place = (
                int(position.text)
                if position.text.isascii() and position.text.isdigit() and len(position.text) < 6
                else index + 1
            )
            found.append((place, source, values.line(words(alt.text), 500)))
        images: dict[str, str] = {}
        for _, source, alt_text in sorted(found, key=lambda picture: picture[0]):
            images[source] = images.get(source) or alt_text
        return images

    def _status(self, facts: dict[str, Cell]) -> Status:
        status = _STATUS.get(facts["status"].text.casefold(), "active")
        if facts["status"] and facts["status"].text.casefold() not in _STATUS:
            self.ledger.left_out(facts["status"], "not one of active, draft and archived")
        if facts["status"].text.casefold() == "unlisted":
            self.ledger.repaired(facts["status"], "unlisted products become drafts: a page that is built can be found")
        if values.truth(facts["published"].text) is False and status == "active":
            return "draft"
        if values.truth(facts["gift_card"].text):
            self.ledger.repaired(facts["gift_card"], "kept as a draft: a static shop cannot issue gift cards")
            return "draft"
        return status

    def _type(self, facts: dict[str, Cell]) -> str:
        category = facts["product_category"]
        if facts["type"]:
            self.ledger.left_out(category, "Shopify's own taxonomy; the product has a type")
            return values.line(words(facts["type"].text))
        return values.line(words(category.text.rsplit(">", 1)[-1]))

    def _condition(self, cell: Cell) -> values.ConditionWord:
        condition = values.condition(cell.text)
        if cell and not condition:
            self.ledger.left_out(cell, "not one of new, refurbished and used")
        return condition

    def _attributes(self, facts: dict[str, Cell], rows: list[Sequence[Cell]]) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for column, name in self.found.metafields.items():
            cells = [row[column] for row in rows if row[column]]
            for cell in cells:
                if cell.text != cells[0].text:
                    self.ledger.left_out(cell, "another product of this handle, further up, has a different value")
            if not cells:
                continue
            try:
                value = attribute(cells[0].text)
            except ValueError as error:
                for cell in cells:
                    self.ledger.left_out(cell, str(error))
                continue
            if len(found) < _MOST_ATTRIBUTES:
                self.ledger.imported(*cells)
                found[values.distinct_name(values.line(words(name), 100) or "Detail", found)] = value
            else:
                self.ledger.left_out(cells[0], f"a product has at most {_MOST_ATTRIBUTES} attributes")
        for label, name in (("Gender", "gender"), ("Age group", "age_group"), ("MPN", "mpn")):
            if facts[name]:
                found.setdefault(label, values.line(words(facts[name].text)))
        return tuple((name, value) for name, value in found.items() if value)

    def _recommended(self, rows: list[Sequence[Cell]], name: str, handle: str) -> tuple[str, ...]:
        """The products that are named beside this one: "cup; jug" are handles, an id means nothing outside Shopify."""
        found: dict[str, None] = {}
        for cell in (self.cell(row, name) for row in rows):
            if not cell:
                continue
            self.ledger.imported(cell)
            for part in filter(None, re.split(r"[;,\s]+", cell.text.casefold())):
                other = self.handles.get(part, "")
                if not other:
                    self.ledger.repaired(cell, f"{part[:40]} is not in the file")
                elif other != handle:
                    found[other] = None
        return tuple(found)

    def _account_body(self, cell: Cell, dropped: Sequence[str], pictures: Sequence[str]) -> None:
        if dropped:
            self.ledger.repaired(cell, "not kept in the text: " + ", ".join(dropped))

    def _link(self, target: str) -> str | None:
        return values.shop_link(target, self.handles)
