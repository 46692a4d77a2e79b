"""Sheets: a table of products from any system or spreadsheet, rearranged as one that Shopify might have written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product as combinations

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.importers import shopify, values
from highstreet.importers.columns import Columns
from highstreet.importers.draft import Catalog
from highstreet.importers.loss import Ledger
from highstreet.importers.notation import Notation, notation
from highstreet.importers.sheet_columns import SheetColumns
from highstreet.importers.table import Cell, Table

_NOTHING = Cell("", 0, -1)
_OF_PRODUCT = (
    "title", "body", "vendor", "type", "tags", "status", "published", "seo_title", "seo_description", "google_category",
    "condition",
)  # fmt: skip
_OF_VARIANT = (
    "sku",
    "barcode",
    "price",
    "compare_at",
    "quantity",
    "continue",
    "weight",
    "weight_unit",
    "variant_image",
)
_PLACES = (1, 2, 3, 4, 5)
_HEADER = (
    "handle", *_OF_PRODUCT, *_OF_VARIANT, "image", "image_alt",
    *(f"option{place}_{part}" for place in _PLACES for part in ("name", "value")),
)  # fmt: skip
_COUNTED = ("sku", "barcode", "quantity", "weight")
_READ_ASIDE = (
    "group", "kind", "handle", "continue", "weight_unit", "tracked", "availability", "option_names", "option_values",
)  # fmt: skip
_STATUS = {
    "active": "enabled published visible live public available yes true 1 aktiv actif activo attivo",
    "draft": "disabled hidden unpublished private inactive no false 0 inaktiv",
}
_BY_STATUS = {word: status for status, words in _STATUS.items() for word in words.split()}
_GONE = frozenset(
    ("out of stock", "outofstock", "out_of_stock", "sold out", "unavailable", "discontinued", "ausverkauft")
)
_HERE = frozenset(("in stock", "instock", "in_stock", "available", "preorder", "backorder", "auf lager", "verfügbar"))
_IS_FILE = re.compile(r"\S[^,]*\.(jpe?g|png|webp|avif|gif|svg)", re.IGNORECASE)
_BELOW = frozenset(("variant", "variation", "sku", "rule"))  # kinds of rows that belong to the product above them
_PRICED_BY_RULE = "prices by rules are not read: the product is a draft until you have checked its prices"
_UNPRICED = "the file does not tell what each of these costs: the product is a draft until you have written them"
_MOST_CHOICES = 100  # variants made of lists of choices in one row


def currency(table: Table, found: SheetColumns, chosen: str) -> str:
    """The currency that a column of its own names; "" without one. Of several it is `chosen`, the shop's own.

    Raises Problems HS704 where it names several and nobody has chosen.
    """
    column = found.fields.get("currency")
    cells = [row[column] for row in table.rows if row[column]] if column is not None else []
    codes = list(dict.fromkeys(cell.text.upper() for cell in cells))
    if len(codes) < 2 or chosen in codes:
        return chosen if chosen in codes else next(iter(codes), "")
    other = next(cell for cell in cells if cell.text.upper() == codes[1])
    raise Problems(
        [
            Diagnostic(
                "HS704",
                Span(table.file, other.row, 1),
                "the file's prices are in several currencies",
                f"{codes[0]} and {codes[1]}",
                "one currency",
                f"--currency {codes[0]} takes the rows in it; another currency needs a shop of its own",
            )
        ]
    )


def catalog(
    table: Table, found: SheetColumns, currency: str, ledger: Ledger, before: Mapping[str, str] | None = None
) -> Catalog:
    """Products in the order the table first names them. A column nobody knows is left out and told.

    `before` are the handles of the last import by what names each product in the table: the column of its group, else
    the SKU of its first row. So a product that is renamed or moved in the table stays the same file.
    """
    for column, why in found.left_out.items():
        for row in table.rows:
            ledger.left_out(row[column], why)
    types = {name: handle for name, handle in (before or {}).items() if name.startswith("type:")}
    own = {name: handle for name, handle in (before or {}).items() if name not in types}
    reader = _Reader(found, ledger, currency, notation(table, found.prices, found.measures), own)
    reader.taken.update(own.values())
    names = {column: at for at, column in enumerate([*found.attributes, *found.options], len(_HEADER))}
    header = (*_HEADER, *(table.header[column] for column in names))
    rows = [
        tuple(row.get(name, _NOTHING) for name in _HEADER) + tuple(row.get(str(column), _NOTHING) for column in names)
        for group in reader.groups(table)
        for row in reader.product(group)
    ]
    fields = {name: place for place, name in enumerate(_HEADER)}
    told = {at: found.attributes.get(column) or found.options[column] for column, at in names.items()}
    written = Table(table.file, header, tuple(rows), ())
    made = shopify.catalog(written, Columns(fields, told, {}), currency, ledger, types)
    for one, bought in reader.aside:
        reader.settle(one, bought)
    return replace(made, handles={**made.handles, **reader.handles})


@dataclass(slots=True)
class _Choice:
    """A row that can be bought: what it is of each option, as (name, value)."""

    row: Sequence[Cell]
    options: list[tuple[Cell, Cell]]
    listed: bool = False  # one of several that a row's lists of choices make


@dataclass(slots=True)
class _Reader:
    """Reads rows of one product at a time into rows by field; every cell keeps the place it was found at."""

    found: SheetColumns
    ledger: Ledger
    currency: str
    notation: Notation
    before: Mapping[str, str]
    handles: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    aside: list[tuple[Sequence[Cell], bool]] = field(default_factory=list)  # rows read, and whether each can be bought

    def cell(self, row: Sequence[Cell], name: str) -> Cell:
        column = self.found.fields.get(name)
        return _NOTHING if column is None else row[column]

    def groups(self, table: Table) -> list[list[Sequence[Cell]]]:
        """Rows of one product together: those that name the same one, or none."""
        found: dict[str, list[Sequence[Cell]]] = {}
        current = ""
        several = bool(self.found.options or self.found.pairs or "option_values" in self.found.fields)
        for row in table.rows:
            if not any(row):
                continue
            named, title = self.cell(row, "group") or self.cell(row, "handle"), self.cell(row, "title")
            if self._kind(row) in _BELOW and current:
                pass  # it has a name of its own, which is none
            elif named:
                current = f"={named.text.casefold()}"
            elif title:
                current = f"~{title.text.casefold()}" if several else f"#{title.row}"
            if current:
                found.setdefault(current, []).append(row)
                continue
            for lost in row:
                self.ledger.left_out(lost, "the row names no product, and there is none above it")
        return list(found.values())

    def product(self, rows: list[Sequence[Cell]]) -> Iterator[dict[str, Cell]]:
        """The rows of one product as Shopify has them: each variant, then pictures and whatever else is said."""
        doubtful = self._doubtful(rows)
        rows = [row for row in rows if self._meant(row)]
        if not rows:
            return
        choices = self._choices(rows)
        bought = [choice.row for choice in choices]
        others = [row for row in rows if row not in bought]
        said = {name: self._first(name, [*others, *rows]) for name in ("title", *_OF_PRODUCT)}
        handle = self._handle(rows, said["title"])
        if doubtful:
            said["status"] = doubtful._replace(text="draft")
        # The picture of one row alone is the product's, which that row describes as well.
        pictured = sum(any(True for _ in self._images(row)) for row in bought) > 1
        alone = len(choices) == 1
        for place, choice in enumerate(choices):
            first = said | self._attributes(choice.row, alone) if not place else {}
            yield {"handle": handle} | self._variant(choice, others, pictured) | first
        for own in [*others, *dict.fromkeys(map(tuple, bought))]:
            more = {name: self._said(name, own) for name in _OF_PRODUCT}
            if doubtful:
                self.ledger.imported(more.pop("status"))
            yield {"handle": handle} | more | self._attributes(own, alone)
            alt = self.cell(own, "image_alt")
            for image in self._images(own):
                yield {"handle": handle, "image": image, "image_alt": alt}
                alt = _NOTHING
            self.ledger.left_out(alt, "there is no picture on this row")
            self.aside.append((own, own not in others))

    def _doubtful(self, rows: list[Sequence[Cell]]) -> Cell:
        """A cell that says that prices depend on what the file does not tell: such a product is not sold unseen."""
        found = next((self.cell(row, "kind") for row in rows if self._kind(row) == "rule"), _NOTHING)
        for row in rows:
            for column in self.found.unpriced:
                found = found or row[column]
                self.ledger.left_out(row[column], _UNPRICED)
        return found

    def settle(self, row: Sequence[Cell], bought: bool) -> None:
        """Marks what nobody has marked of a row, once all of it has been made use of that can be."""
        for name in _READ_ASIDE:
            self.ledger.imported(self.cell(row, name))
        for named, valued in self.found.pairs.values():
            self.ledger.imported(row[valued], row[named] if named is not None else _NOTHING)
        for column in self.found.options:
            if not self.ledger.marked(row[column]):
                self.ledger.left_out(row[column], "not a choice between variants of this product")
        for name in ("sale_from", "sale_until"):
            if not self.ledger.marked(self.cell(row, name)):
                self.ledger.left_out(self.cell(row, name), "there is no lower price for these days")
        for name in () if bought else ("price", "sale_price", "compare_at", "surcharge", *_COUNTED):
            if not self.ledger.marked(self.cell(row, name)):
                self.ledger.left_out(self.cell(row, name), "the row of the product; its variants have their own")

    def _kind(self, row: Sequence[Cell]) -> str:
        return self.cell(row, "kind").text.strip().casefold()

    def _meant(self, row: Sequence[Cell]) -> bool:
        kind = self._kind(row)
        if kind in ("rule", "image", "option"):
            for cell in row:
                self.ledger.left_out(cell, _PRICED_BY_RULE if kind == "rule" else f"a row of the kind “{kind}”")
            return False
        named = self.cell(row, "currency")
        if named and named.text.upper() != self.currency:
            for cell in row:
                self.ledger.left_out(
                    cell, f"a row in {named.text.upper()}, and the shop's prices are in {self.currency}"
                )
            return False
        self.ledger.imported(named)
        return True

    def _handle(self, rows: list[Sequence[Cell]], title: Cell) -> Cell:
        """The product's handle, at the cell it comes from."""
        own = next((self.cell(row, "handle") for row in rows if self.cell(row, "handle")), _NOTHING)
        source = own or title or next(cell for cell in rows[0] if cell)
        number = next((c.text for name in ("group", "sku") for row in rows if (c := self.cell(row, name))), "")
        made = self.before.get(number, "") if not own and number not in self.handles else ""
        made = made or values.distinct(values.handle(source.text, f"product-{source.row}"), self.taken)
        self.taken.add(made)
        if number and not own:
            self.handles.setdefault(number, made)
        return source._replace(text=made)

    def _first(self, name: str, rows: Sequence[Sequence[Cell]]) -> Cell:
        return next((cell for row in rows if (cell := self._said(name, row))), _NOTHING)

    def _said(self, name: str, row: Sequence[Cell]) -> Cell:
        """What a row says of its product, in the words the reader of exports knows."""
        cell = self.cell(row, name)
        if name == "title" and self._kind(row) in _BELOW:
            self.ledger.imported(cell)
            return _NOTHING
        if name == "status" and cell.text.casefold() in _BY_STATUS:
            return cell._replace(text=_BY_STATUS[cell.text.casefold()])
        if name == "type" and cell:
            first = re.split(r"\s*[|;\n]\s*|,\s*", cell.text)[0]
            made = re.split(r"\s*(?:->|>|»|/)\s*", first.strip(" >/"))[-1]
            if made != cell.text:
                self.ledger.repaired(cell, "the last part of its first category")
            return cell._replace(text=made)
        return cell

    # What can be bought

    def _choices(self, rows: list[Sequence[Cell]]) -> list[_Choice]:
        """The variants of a product: rows that name choices, if some do, else all rows."""
        variants = [row for row in rows if self._kind(row) in _BELOW]
        read = [(row, self._options(row, rows)) for row in variants or rows]
        chosen = [(row, options) for row, options in read if options] or read
        # Each option at one place, also where a row leaves one of them empty.
        used = sorted({source for _, options in chosen for source in options})[: len(_PLACES)]
        none = (_NOTHING, _NOTHING)
        made = [_Choice(row, [options.get(source, none) for source in used]) for row, options in chosen]
        if len(rows) == 1 and any(";" in value.text or "|" in value.text for _, value in made[0].options):
            return self._listed(made[0])
        return made

    def _options(self, row: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> dict[tuple[int, int], tuple[Cell, Cell]]:
        """Where it is written → (name, value) of each option the row, one of a product's `rows`, is a choice of."""
        found: dict[tuple[int, int], tuple[Cell, Cell]] = {}
        for named, valued in self.found.pairs.values():
            if row[valued]:
                called = (one[named] for one in (row, *rows) if named is not None and one[named])
                found[0, valued] = (next(called, _NOTHING), self._value(row[valued]))
        if self._kind(row) in _BELOW:  # "[RT]Size=S,[CS]Colour=Red:#ff0000"
            title = self.cell(row, "title")
            for place, (name, text) in enumerate(re.findall(r"\[\w+\]([^=,]+)=([^,:]*)[^,]*", title.text)):
                found[3, place] = (title._replace(text=name.strip()), title._replace(text=text.strip()))
        names, given = self.cell(row, "option_names"), self.cell(row, "option_values")
        if given:
            words = names.text.split("|")
            for place, text in enumerate(given.text.split("|")):
                name = words[place].strip() if place < len(words) else ""
                found[1, place] = (names._replace(text=name), given._replace(text=text.strip()))
        for column, name in self.found.options.items() if len(rows) > 1 else ():
            if row[column]:
                found[2, column] = (row[column]._replace(text=name), row[column])
        return found

    def _value(self, cell: Cell) -> Cell:
        """A choice without the colour some systems write before it: "#ff0000:Red"."""
        return cell._replace(text=re.sub(r"(^|;)\s*(#[0-9a-fA-F]{3,8}|rgb\([^)]*\)):", r"\1", cell.text))

    def _listed(self, whole: _Choice) -> list[_Choice]:
        """Every combination of the choices that one row lists. All cost the same; what counts one thing counts none."""
        lists = [
            [value._replace(text=text) for text in dict.fromkeys(map(str.strip, re.split("[;|]", value.text))) if text]
            for _, value in whole.options
        ]
        names = [name for name, _ in whole.options]
        made = list(combinations(*lists))
        if len(made) > _MOST_CHOICES:
            for _, value in whole.options:
                self.ledger.left_out(
                    value, f"lists of choices that make {len(made):,} variants; at most {_MOST_CHOICES}"
                )
            return [_Choice(whole.row, [])]
        return [_Choice(whole.row, list(zip(names, chosen, strict=True)), len(made) > 1) for chosen in made]

    def _variant(self, choice: _Choice, others: Sequence[Sequence[Cell]], pictured: bool) -> dict[str, Cell]:
        row = choice.row
        made = {f"option{place}_{part}": cell for place, pair in zip(_PLACES, choice.options, strict=False)
                for part, cell in zip(("name", "value"), pair, strict=True)}  # fmt: skip
        made |= {name: self.cell(row, name) for name in ("sku", "barcode", "continue", "weight")}
        made |= dict(zip(("price", "compare_at"), self._prices(row, others), strict=True))
        made["quantity"] = self._quantity(row)
        made["weight_unit"] = self.cell(row, "weight_unit")
        weight = made["weight"]
        if weight and not made["weight_unit"] and not weight.text.strip(" .,0123456789"):
            unit = self.found.weight_unit
            made["weight_unit"] = weight._replace(text=unit) if unit else _NOTHING
            if not unit:
                self.ledger.left_out(weight, "its unit is not told: call the column Weight (kg), or Weight (g)")
                made["weight"] = _NOTHING
        if pictured and not choice.listed:
            made["variant_image"] = next(self._images(row), _NOTHING)
        if choice.listed:
            for name in ("sku", "barcode", "quantity"):
                if made[name] and not (name == "quantity" and made[name].text == "0"):
                    self.ledger.left_out(made[name], "the row lists several choices, and this is one thing's")
                    made[name] = _NOTHING
        return made

    def _prices(self, row: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> tuple[Cell, Cell]:
        """The price and the earlier one. A variant without a price of its own has its product's."""

        def cell(name: str) -> Cell:
            return self.cell(row, name) or next((c for one in others if (c := self.cell(one, name))), _NOTHING)

        price, sale, before = cell("price"), cell("sale_price"), cell("compare_at")
        surcharge = self.cell(row, "surcharge")
        more = self._number(surcharge)
        if more:
            base = self._number(price)
            if base is None:
                self.ledger.left_out(surcharge, "there is no price to add it to")
            else:
                self.ledger.repaired(surcharge, "added to the product's price")
                self.ledger.imported(price)
                text = format(base + more, "f").replace(".", self.notation.prices or ".")
                price = surcharge._replace(text=text)
        else:
            self.ledger.imported(surcharge)
        if not sale:
            return price, before
        dated = [c for name in ("sale_from", "sale_until") if (c := cell(name))]
        reduced, whole = self._number(sale), self._number(price)
        if dated:
            for one in (sale, *dated):
                self.ledger.left_out(one, "a sale with dates: write price and compare_at_price by hand while it lasts")
        elif reduced and whole is not None and reduced < whole:
            self.ledger.left_out(before, "the price before the sale is read for this")
            return sale, price
        else:
            self.ledger.left_out(sale, "not below the price")
        return price, before

    def _number(self, cell: Cell) -> Decimal | None:
        try:
            return values.price(cell.text.lstrip("+"), self.currency, self.notation.prices).number if cell else None
        except ValueError:
            return None

    def _quantity(self, row: Sequence[Cell]) -> Cell:
        """Pieces in stock; words such as "out of stock" are none, and "in stock" is not counted."""
        count, words = self.cell(row, "quantity"), self.cell(row, "availability")
        if values.truth(self.cell(row, "tracked").text) is False:
            self.ledger.left_out(count, "stock of this product is not counted")
            return _NOTHING
        for cell in (count, words):
            said = cell.text.casefold()
            if said in _GONE or (cell is words and values.truth(said) is False):
                self.ledger.imported(count, words)
                return cell._replace(text="0")
            if said in _HERE:
                self.ledger.imported(cell)
                if cell is count:
                    return _NOTHING
        return count

    # What is said of it

    def _attributes(self, row: Sequence[Cell], alone: bool) -> dict[str, Cell]:
        """What customers are told: columns a person named, and colour or size of a product that comes in one."""
        columns = [*self.found.attributes, *(self.found.options if alone else ())]
        return {str(column): row[column] for column in columns if row[column]}

    def _images(self, row: Sequence[Cell]) -> Iterator[Cell]:
        """Each address or name of a picture, also of several in one cell."""
        for column in self.found.images:
            cell = row[column]
            parts = re.split(r"[\s,;|]+(?=https?://)|\s*[|;\n]\s*", cell.text)
            if len(parts) == 1 and "://" not in cell.text and all(map(_IS_FILE.fullmatch, cell.text.split(","))):
                parts = cell.text.split(",")
            yield from (cell._replace(text=text) for part in parts if (text := part.strip().rstrip(",")))
