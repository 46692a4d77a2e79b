"""WooCommerce: a product export as a draft catalog. Variations join their parent, groups become collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from itertools import product as combinations
from typing import NamedTuple

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.importers import columns as shopify_columns
from highstreet.importers import values
from highstreet.importers.body import body, words
from highstreet.importers.draft import (
    Catalog,
    DraftCollection,
    DraftImage,
    DraftProduct,
    DraftStock,
    DraftVariant,
    Status,
)
from highstreet.importers.loss import Ledger
from highstreet.importers.notation import notation
from highstreet.importers.pictures import address
from highstreet.importers.selling import LINE_BREAKS, ReadVariant, SellingReader, settle_skus, unrepeated
from highstreet.importers.table import Cell, Table
from highstreet.importers.woo_categories import Shelf
from highstreet.importers.woo_columns import Columns, columns, known
from highstreet.importers.woo_headers import LANGUAGES
from highstreet.importers.woo_text import listed, prose, unescaped

__all__ = ["catalog", "known", "meaning", "moved"]

_NOTHING = Cell("", 0, -1)
# Where products, categories and the list of everything are, unless a shop has said otherwise: by its language.
_PLACES = {
    "en": ("product", "product-category", "shop"),
    "de": ("produkt", "produkt-kategorie", "shop"),
    "fr": ("produit", "categorie-produit", "boutique"),
    "es": ("producto", "categoria-producto", "tienda"),
    "it": ("prodotto", "categoria-prodotto", "negozio"),
    "nl": ("product", "product-categorie", "winkel"),
    "pl": ("produkt", "kategoria-produktu", "sklep"),
    "pt": ("produto", "categoria-produto", "loja"),
    "sv": ("produkt", "produkt-kategori", "butik"),
    "tr": ("urun", "urun-kategori", "magaza"),
}
_MOST_COMBINATIONS = 100  # of one variation that says "any"


def moved(locale: str) -> dict[str, str]:
    """The addresses a shop in this language had, each with where it leads now."""
    product, category, everything = _PLACES.get(locale.partition("-")[0], _PLACES["en"])
    return {f"/{product}/*": "product/*", f"/{category}/*": "collection/*", f"/{everything}": "/products/"}


class Priced(NamedTuple):
    """A price and the earlier, higher one if it is reduced."""

    price: DraftVariant
    stock: DraftStock


def meaning(table: Table) -> Columns:
    """What the columns of `table` mean. Raises Problems HS703 when it is no product export."""
    found = columns(table.header)
    if not {"name", "regular"} <= found.fields.keys():
        names = ", ".join(table.header[:8]) + (", …" if len(table.header) > 8 else "")
        shopify = shopify_columns.known(table.header) > known(table.header)
        raise Problems(
            [
                Diagnostic(
                    "HS703",
                    Span(table.file, 1, 1),
                    "this is not a WooCommerce product export",
                    names,
                    "columns such as ID, Type, SKU, Name and Regular price, in one of the languages that are known",
                    "import it with: highstreet import shopify"
                    if shopify
                    else "export under Products → Export, with all columns; if your site is in another language than "
                    f"{', '.join(LANGUAGES.values())}, set yours to English in WordPress while you export",
                )
            ]
        )
    return found


def catalog(
    table: Table,
    found: Columns,
    currency: str,
    ledger: Ledger,
    now: datetime | None,
    handles: Mapping[str, str],
    featured: str = "Featured",
) -> Catalog:
    """Products, and collections from categories and groups.

    `handles` are those given by the last import, by ID; `featured` is what the shop calls its featured products.
    """
    for column, why in found.left_out.items():
        for row in table.rows:
            ledger.left_out(row[column], why)
    written = notation(table, found.prices, found.measures)
    reader = _Reader(found, SellingReader(currency, ledger, written), ledger, now)
    rows = [row for row in table.rows if any(row)]
    reader.index(rows, handles)
    made: list[tuple[DraftProduct, tuple[Cell, ...]]] = []
    for row in rows:
        kind = reader.kind(row)
        if kind == "grouped":
            reader.group(row)
        elif kind != "variation":
            made.append(reader.product(row, kind))
        elif reader.parent(row) is None:
            reader.lose(row, "the product it is a variation of is not in the file")
    for row in rows:
        reader.lose(row, "has no meaning for a product of this kind")
    products = settle_skus(made, ledger)
    order = {product.handle: index for index, product in enumerate(products)}
    positions = {handle: (place, order[handle]) for handle, place in reader.positions.items() if handle in order}
    kept = {record: handle for record, handle in handles.items() if record.startswith("category:")}
    collections = reader.shelf.collections(positions, featured, kept)
    return Catalog(products, collections, reader.numbers | kept)


@dataclass(slots=True)
class _Reader:
    """Reads rows into products and writes down what became of every cell."""

    found: Columns
    selling: SellingReader
    ledger: Ledger
    now: datetime | None
    shelf: Shelf = field(default_factory=Shelf)
    handles: dict[str, str] = field(default_factory=dict)  # "id:12" and SKU → handle of a product
    grouped: dict[str, str] = field(default_factory=dict)  # the same for grouped products
    numbers: dict[str, str] = field(default_factory=dict)  # ID → handle, for the next import
    own: dict[int, str] = field(default_factory=dict)  # row → handle
    variations: dict[int, list[Sequence[Cell]]] = field(default_factory=dict)  # parent's row → rows
    positions: dict[str, int] = field(default_factory=dict)
    _parents: dict[str, Sequence[Cell]] = field(default_factory=dict)

    def cell(self, row: Sequence[Cell], name: str) -> Cell:
        """The cell of a field, marked as imported; a later mark for worse stands above that."""
        column = self.found.fields.get(name)
        if column is None:
            return _NOTHING
        self.ledger.imported(row[column])
        return row[column]._replace(text=unescaped(row[column].text))

    def lose(self, row: Sequence[Cell], why: str) -> None:
        for cell in row:
            if not self.ledger.marked(cell):
                self.ledger.left_out(cell, why)

    def kind(self, row: Sequence[Cell]) -> str:
        """simple, variable, variation, grouped or external; kinds of plugins count as what they are nearest to."""
        kinds = [kind.casefold() for kind in listed(self.cell(row, "type").text)] or ["simple"]
        if "downloadable" in kinds:
            self.ledger.remark(
                "Downloadable products are imported without their downloads: a static shop cannot guard them."
            )
        for known_kind in ("variation", "grouped", "external"):
            if known_kind in kinds:
                return known_kind
        return "variable" if any(kind.startswith("variable") for kind in kinds) else "simple"

    def index(self, rows: Sequence[Sequence[Cell]], before: Mapping[str, str]) -> None:
        """Gives every product its handle, and every variation its parent, before anything refers to them."""
        taken = set(before.values())
        for row in rows:
            kind = self.kind(row)
            number, sku = self.cell(row, "id").text, self.cell(row, "sku").text
            if kind == "variation":
                continue
            name = words(self.cell(row, "name").text)
            handle = before.get(number, "") if number else ""
            if not handle:
                handle = values.distinct(
                    values.handle(values.handle(name.casefold(), ""), f"product-{number or row[0].row}"), taken
                )
                taken.add(handle)
            if number:
                self.numbers[number] = handle
            self.own[row[0].row] = handle
            for reference in (f"id:{number}" if number else "", sku):
                if reference:
                    self._parents.setdefault(reference, row)
                    (self.grouped if kind == "grouped" else self.handles).setdefault(reference, handle)
        for row in rows:
            parent = self.parent(row) if self.kind(row) == "variation" else None
            if parent is not None:
                self.variations.setdefault(parent[0].row, []).append(row)

    def parent(self, row: Sequence[Cell]) -> Sequence[Cell] | None:
        return self._parents.get(self.cell(row, "parent").text.replace("id: ", "id:"))

    def product(self, row: Sequence[Cell], kind: str) -> tuple[DraftProduct, tuple[Cell, ...]]:
        handle = self.own[row[0].row]
        name = self.cell(row, "name")
        if "\n" in name.text:
            self.ledger.repaired(name, LINE_BREAKS)
        title = values.line(words(name.text), 300) or handle
        images = self._images(row)
        attributes = self._attributes(row)
        names, read = self._variants(row, attributes, images) if kind == "variable" else ((), self._simple(row))
        status = self._status(row)
        if not read:
            self.ledger.remark(
                f"{handle} (row {row[0].row}) has no price: it is kept as a draft with price 0 until you give it one."
            )
            read, names, status = (
                [ReadVariant(DraftVariant(values.price("0", self.selling.currency).number), _NOTHING, ())],
                (),
                "draft",
            )
        names, read = unrepeated(names, read, self.ledger)
        text = self._description(row)
        if kind == "external":
            text, read = self._elsewhere(row, text, read)
        if values.truth(self.cell(row, "featured").text):
            self.shelf.feature(handle)
        category = self.shelf.put(handle, self.cell(row, "categories"), self.ledger)
        self.positions[handle] = self._position(row)
        brand = next((value for name, (value, _) in attributes.items() if name.casefold() == "brand"), "")
        chosen = {name.casefold() for name in names}
        return DraftProduct(
            handle=handle,
            title=title,
            variants=tuple(one.variant for one in read),
            options=names,
            vendor=values.line(words(", ".join(listed(self.cell(row, "brands").text)))) or brand,
            type=category,
            tags=values.first_by_case([values.line(words(tag)) for tag in listed(self.cell(row, "tags").text)]),
            status=status,
            images=tuple(DraftImage(source) for source in images),
            attributes=(
                *(
                    (name, value)
                    for name, (value, shown) in attributes.items()
                    if shown and name.casefold() not in chosen
                ),
                *self._measures(row),
            ),
            related=self._related(row, handle),
            seo_title=self._seo(row, "seo_title"),
            seo_description=self._seo(row, "seo_description"),
            description=text,
        ), tuple(one.sku for one in read)

    def group(self, row: Sequence[Cell]) -> None:
        """A grouped product is, in WooCommerce's own words, a collection of related products: here it is one indeed."""
        members = [self._reference(part, self.cell(row, "grouped")) for part in listed(self.cell(row, "grouped").text)]
        images = self._images(row)
        title = values.line(words(self.cell(row, "name").text), 300) or self.own[row[0].row]
        found = tuple(dict.fromkeys(member for member in members if member))
        if self._status(row) != "active":
            self.lose(row, "a hidden grouped product: collections cannot be hidden")
            return
        self.ledger.remark(f"“{title}” groups {len(found)} products: it became a collection.")
        self.shelf.add(
            DraftCollection(
                self.own[row[0].row],
                title,
                found,
                description=self._description(row),
                image=images[0] if images else "",
                note="A grouped product of WooCommerce.",
            )
        )

    def _simple(self, row: Sequence[Cell]) -> list[ReadVariant]:
        variant = self._variant(row, (), "", None)
        return [] if variant is None else [ReadVariant(variant, self.cell(row, "sku"), row)]

    def _variants(
        self, row: Sequence[Cell], attributes: Mapping[str, tuple[str, bool]], images: list[str]
    ) -> tuple[tuple[str, ...], list[ReadVariant]]:
        """Options are the attributes that variations choose from, in the parent's order; "any" means every value."""
        rows = self.variations.get(row[0].row, [])
        chosen = [
            {name.casefold(): (name, value) for name, (value, _) in self._attributes(one).items()} for one in rows
        ]
        used = dict.fromkeys(name for choice in chosen for name in choice)
        names = [name for name in attributes if name.casefold() in used]
        names += [
            next(choice[name][0] for choice in chosen if name in choice)
            for name in used
            if name not in {known_name.casefold() for known_name in names}
        ]
        offered = {name: listed(self._raw(row, name)) for name in names}
        read: list[ReadVariant] = []
        for one, choice in zip(rows, chosen, strict=True):
            if self._switched_off(one, row):
                self.lose(one, "the variation is switched off")
                self.ledger.left_out(one[self.found.fields["published"]], "the variation is switched off")
                continue
            images_of_one = self._images(one)
            picture = images_of_one[0] if images_of_one else ""
            if picture and picture not in images:
                images.append(picture)
            variant = self._variant(one, (), picture, row)
            if variant is None:
                self.lose(one, "the variation has no price, so nobody could buy it")
                continue
            given = [
                [choice[name.casefold()][1]]
                if choice.get(name.casefold(), ("", ""))[1]
                else offered[name] or ["Default"]
                for name in names
            ]
            made = list(combinations(*given))
            if len(made) > 1:
                self.ledger.remark(
                    f"Row {one[0].row}: “any” became {min(len(made), _MOST_COMBINATIONS)} variants, one for each value."
                )
            for index, options in enumerate(made[:_MOST_COMBINATIONS]):
                single = variant if index == 0 else replace(variant, sku="", barcode="")
                read.append(
                    ReadVariant(
                        replace(single, options=tuple(values.line(option) for option in options)),
                        self.cell(one, "sku"),
                        one,
                    )
                )
        return tuple(names), read

    def _switched_off(self, row: Sequence[Cell], parent: Sequence[Cell]) -> bool:
        """Whether nobody can buy the variation. Those of a draft are exported as drafts, and are as its own prices."""
        published = self.cell(row, "published").text
        return published not in ("", self.cell(parent, "published").text) and values.truth(published) is not True

    def _variant(
        self, row: Sequence[Cell], options: tuple[str, ...], picture: str, parent: Sequence[Cell] | None
    ) -> DraftVariant | None:
        regular, sale = self.cell(row, "regular"), self.cell(row, "sale")
        normal, reduced = self.selling.price(regular), self.selling.price(sale)
        if reduced is not None and not self._on_sale(row, sale):
            reduced = None
        price = normal if reduced is None or (normal is not None and reduced >= normal) else reduced
        if price is None:
            return None
        if reduced is not None and normal is not None and reduced >= normal:
            self.ledger.repaired(sale, "dropped, as it is not below the regular price")
        weight = self.cell(row, "weight")
        if not weight and parent is not None:
            weight = self.cell(parent, "weight")
        return DraftVariant(
            price=price,
            options=options,
            compare_at_price=normal if normal is not None and price < normal else None,
            sku=self.selling.sku(self.cell(row, "sku")),
            barcode=self.selling.barcode(self.cell(row, "gtin")),
            stock=self._stock(row, parent),
            image=picture,
            weight=self.selling.weight(weight, self.found.units.get("weight", "kg")),
        )

    def _on_sale(self, row: Sequence[Cell], sale: Cell) -> bool:
        """Whether a dated sale price counts now. The dates themselves cannot be kept: prices have no calendar here.

        A date that cannot be read may have passed: the regular price is the one that is surely asked.
        """
        starts, ends = self.cell(row, "sale_from"), self.cell(row, "sale_to")
        if not (starts or ends):
            return True
        start, end = _moment(starts.text, time.min), _moment(ends.text, time.max)
        for cell in (starts, ends):
            self.ledger.left_out(cell, "prices have no dates here: change the price when the sale begins or ends")
        readable = (start is not None or not starts) and (end is not None or not ends)
        if (
            self.now is not None
            and readable
            and (start is None or start <= self.now)
            and (end is None or self.now <= end)
        ):
            return True
        self.ledger.left_out(sale, "the sale is not on at the time of the import")
        return False

    def _stock(self, row: Sequence[Cell], parent: Sequence[Cell] | None) -> DraftStock:
        stock, available, backorders = (self.cell(row, name) for name in ("stock", "in_stock", "backorders"))
        if stock.text.casefold() == "parent" and parent is not None:
            return self._stock(parent, None)
        beyond = (
            backorders.text.casefold() == "notify"
            or values.truth(backorders.text) is True
            or available.text.casefold() == "backorder"
        )
        pieces = self.selling.quantity(stock)
        if values.truth(available.text) is False and not beyond:
            if pieces:
                self.ledger.repaired(stock, "0 pieces, as the product is marked as out of stock")
            pieces = 0
        return DraftStock(pieces, beyond and pieces is not None)

    def _status(self, row: Sequence[Cell]) -> Status:
        published, visibility = self.cell(row, "published"), self.cell(row, "visibility").text.casefold()
        if published and values.truth(published.text) is not True:
            return "draft"
        if visibility == "hidden":
            self.ledger.repaired(
                self.cell(row, "visibility"), "hidden products become drafts: a page that is built can be found"
            )
            return "draft"
        if visibility in ("search", "catalog"):
            self.ledger.repaired(self.cell(row, "visibility"), "shown in collections and in search alike")
        return "active"

    def _attributes(self, row: Sequence[Cell]) -> dict[str, tuple[str, bool]]:
        """Name → values on one line, and whether customers see them."""
        made: dict[str, tuple[str, bool]] = {}
        one = self.kind(row) == "variation"  # which has one value of each: files that others wrote leave "3,6 l" bare
        for attribute in self.found.attributes:
            name, given = row[attribute.name], row[attribute.values]
            visible = row[attribute.visible] if attribute.visible >= 0 else _NOTHING
            self.ledger.imported(name, given, visible)
            label = values.line(words(unescaped(name.text)), 100)
            if not label:
                self.ledger.left_out(given, "the attribute has no name")
                continue
            shown = values.truth(visible.text) is not False
            if not shown and given and self.kind(row) not in ("variation", "variable"):
                self.ledger.left_out(given, "the attribute is not visible to customers")
            text = unescaped(given.text)
            said = text.replace("\\,", ",") if one else ", ".join(listed(text))
            made.setdefault(label, (values.line(words(said), 400), shown and bool(given)))
        return made

    def _raw(self, row: Sequence[Cell], label: str) -> str:
        for attribute in self.found.attributes:
            if values.line(words(unescaped(row[attribute.name].text)), 100).casefold() == label.casefold():
                return row[attribute.values].text
        return ""

    def _images(self, row: Sequence[Cell]) -> list[str]:
        cell = self.cell(row, "images")
        sources = [address(cell._replace(text=part), self.ledger) for part in listed(cell.text)]
        return list(dict.fromkeys(source for source in sources if source))

    def _description(self, row: Sequence[Cell]) -> str:
        texts: list[str] = []
        for name in ("short", "description"):
            cell = self.cell(row, name)
            source, shortcodes = prose(cell.text)
            made = body(source, lambda target: values.shop_link(target, {}))
            dropped = [*shortcodes, *made.dropped]
            if dropped:
                self.ledger.repaired(cell, "not kept in the text: " + ", ".join(dropped))
            if made.text and made.text not in texts:
                texts.append(made.text)
        return "\n".join(texts)

    def _elsewhere(self, row: Sequence[Cell], text: str, read: list[ReadVariant]) -> tuple[str, list[ReadVariant]]:
        """A product that another shop sells: its link goes into the text, and it cannot be put into our cart."""
        url, label = self.cell(row, "external"), values.line(words(self.cell(row, "button").text), 60)
        link = values.shop_link(url.text, {})
        if link is None or not link.startswith("http"):
            self.ledger.left_out(url, "it is not a web address")
            return text, read
        self.ledger.repaired(url, "a link in the description; the product itself cannot be put into the cart")
        made = body(f'<p><a href="{link.replace(chr(34), "%22")}">{label or "Buy it here"}</a></p>').text
        stock = DraftStock(0)
        return (f"{text}\n{made}" if text else made), [
            one._replace(variant=replace(one.variant, stock=stock)) for one in read
        ]

    def _related(self, row: Sequence[Cell], handle: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in ("upsells", "cross_sells"):
            cell = self.cell(row, name)
            for part in listed(cell.text):
                other = self._reference(part, cell)
                if other and other != handle:
                    found[other] = None
        return tuple(found)

    def _reference(self, part: str, cell: Cell) -> str:
        handle = self.handles.get(part, "")
        if not handle:
            self.ledger.repaired(
                cell,
                "leads to a grouped product, which is a collection now"
                if part in self.grouped
                else f"{part[:40]} is not in the file",
            )
        return handle

    def _measures(self, row: Sequence[Cell]) -> tuple[tuple[str, str], ...]:
        """The size as one attribute, called as its columns are: ("Länge × Höhe", "20 × 10 cm")."""
        given = {name: self.cell(row, name).text for name in ("length", "width", "height")}
        sizes = {name: size for name, size in given.items() if size}
        if not sizes:
            return ()
        label = " × ".join(self.found.labels.get(name, name) for name in sizes)
        return ((label, f"{' × '.join(sizes.values())} {self.found.units.get(next(iter(sizes)), '')}".strip()),)

    def _seo(self, row: Sequence[Cell], name: str) -> str:
        cell = self.cell(row, name)
        if "%" in cell.text and ("%%" in cell.text or "%title%" in cell.text or "%sitename%" in cell.text):
            self.ledger.left_out(cell, "a template of the SEO plugin, not a text")
            return ""
        return values.line(words(cell.text), 500)

    def _position(self, row: Sequence[Cell]) -> int:
        text = self.cell(row, "position").text
        return int(text) if text.lstrip("-").isdecimal() and text.isascii() and len(text) < 10 else 0


def _moment(text: str, of_day: time) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= 10:
        moment = datetime.combine(moment.date(), of_day)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
