"""Selling: the cells that say what a variant costs, weighs and is called, read with care and mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from highstreet.importers import values
from highstreet.importers.draft import DraftProduct, DraftStock, DraftVariant
from highstreet.importers.loss import Ledger
from highstreet.importers.notation import Notation
from highstreet.importers.table import Cell

LINE_BREAKS = "line breaks in a title became spaces: is a quotation mark missing in this row?"


class ReadVariant(NamedTuple):
    """A variant, the cell its SKU came from and the row it stood on."""

    variant: DraftVariant
    sku: Cell
    row: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class SellingReader:
    """Reads cells in one currency; each of its answers has been entered in the ledger."""

    currency: str
    ledger: Ledger
    notation: Notation

    def price(self, cell: Cell) -> Decimal | None:
        """The price, or None when there is none to be read. 0 is a price."""
        if not cell:
            return None
        try:
            amount, how = values.price(cell.text, self.currency, self.notation.prices)
        except ValueError as error:
            self.ledger.left_out(cell, str(error))
            return None
        self._note(cell, how)
        return amount

    def compare_at(self, cell: Cell, price: Decimal) -> Decimal | None:
        """The earlier price, only where it is above `price`: anything else may not be shown as a reduction."""
        amount = self.price(cell)
        if amount is None or amount == 0:
            self.ledger.imported(cell)
            return None
        if amount <= price:
            self.ledger.repaired(cell, "dropped, as it is not above the price")
            return None
        return amount

    def sku(self, cell: Cell) -> str:
        text = cell.text[1:] if cell.text[:1] == "'" else cell.text
        sku = values.line(text)
        self._note(cell, "a spreadsheet seems to have rounded it: please check" if values.mangled(sku) else "")
        return sku

    def barcode(self, cell: Cell) -> str:
        if not cell:
            return ""
        try:
            digits = values.gtin(cell.text)
        except ValueError as error:
            self.ledger.repaired(cell, f"dropped: {error}")
            return ""
        self._note(cell, "" if digits == cell.text else "written as digits only")
        return digits

    def weight(self, cell: Cell, unit: str) -> Decimal | None:
        if not cell:
            return None
        try:
            kilos = values.kilograms(cell.text, unit, self.notation.measures)
        except ValueError as error:
            self.ledger.left_out(cell, str(error))
            return None
        self._note(cell, kilos.how if kilos else "")
        return kilos.number if kilos else None

    def quantity(self, cell: Cell) -> int | None:
        """A count of pieces; below zero becomes 0, and what is no number is left out."""
        if not cell:
            return None
        try:
            number, how = values.whole(cell.text, self.notation.measures)
        except ValueError as error:
            self.ledger.left_out(cell, str(error))
            return None
        self._note(cell, "negative stock is 0 pieces" if number < 0 else how)
        return max(0, int(number))

    def shopify_stock(self, quantity: Cell, tracker: Cell | None, policy: Cell, goes_on: Cell) -> DraftStock:
        """Stock as Shopify means it: a variant whose `tracker` is empty is sold whatever its quantity says.

        The quantity is kept even then, so that nothing is lost; `policy: continue` keeps it from stopping a sale.
        A file without a column for trackers (None) says nothing about them: there the quantity counts.
        """
        self.ledger.imported(policy, goes_on, *(() if tracker is None else (tracker,)))
        pieces = self.quantity(quantity)
        beyond = policy.text.casefold() == "continue" or values.truth(goes_on.text) is True
        return DraftStock(pieces, pieces is not None and (beyond or (tracker is not None and not tracker)))

    def unit_price(
        self, price: Decimal, total: Cell, unit: Cell, base: Cell, base_unit: Cell
    ) -> tuple[Decimal, str] | None:
        """The price per 100 g and the like, for goods that are sold by measure."""
        cells = (total, unit, base, base_unit)
        if not total or not unit:
            for cell in cells:
                self.ledger.left_out(cell, "a unit price needs a measure and its unit")
            return None
        try:
            amount, per = values.unit_price(
                price, total.text, unit.text, base.text or "1", base_unit.text or unit.text, self.notation.measures
            )
            rounded = values.price(format(amount, "f"), self.currency, ".").number
        except ValueError as error:
            for cell in cells:
                self.ledger.left_out(cell, str(error))
            return None
        self.ledger.imported(*cells)
        return rounded, per

    def _note(self, cell: Cell, how: str) -> None:
        if how:
            self.ledger.repaired(cell, how)
        else:
            self.ledger.imported(cell)


def unrepeated(
    names: tuple[str, ...], read: list[ReadVariant], ledger: Ledger
) -> tuple[tuple[str, ...], list[ReadVariant]]:
    """Option names and variants with every combination of options once.

    A row that repeats a variant in everything is left out. One that differs in price, stock or SKU is something
    else to buy: it keeps its place under a value told apart by a number ("Red (2)").
    """
    if not names and len({one.variant for one in read}) > 1:
        ledger.remark("Products with several rows but no options were given an option “Version”.")
        names = ("Version",)
        read = [
            one._replace(variant=replace(one.variant, options=(one.variant.sku or str(index),)))
            for index, one in enumerate(read, 1)
        ]
    seen: dict[tuple[str, ...], ReadVariant] = {}
    for one in read:
        options = one.variant.options
        if options not in seen:
            seen[options] = one
            continue
        first = seen[options]
        if one.variant == first.variant:
            for cell in one.row:
                ledger.left_out(
                    cell, f"repeats the variant of row {first.row[0].row}" if first.row else "repeats another variant"
                )
            continue
        number = 2
        while (told := (f"{options[0]} ({number})", *options[1:])) in seen:
            number += 1
        seen[told] = one._replace(variant=replace(one.variant, options=told))
        for cell in one.row:
            if cell.text == options[0]:
                ledger.repaired(cell, f"the product has this combination already, with other data: now “{told[0]}”")
                break
        else:
            ledger.remark(
                f"Row {one.row[0].row}: the same options as another variant, with other data; now “{told[0]}”."
            )
    return names, list(seen.values())


def settle_skus(products: Sequence[tuple[DraftProduct, Sequence[Cell]]], ledger: Ledger) -> tuple[DraftProduct, ...]:
    """The products with every SKU once in the shop: the first keeps it, later ones lose it, each with a note."""
    owners: dict[str, tuple[str, int]] = {}
    settled: list[DraftProduct] = []
    for product, cells in products:
        variants: list[DraftVariant] = []
        for variant, cell in zip(product.variants, cells, strict=True):
            if variant.sku and variant.sku in owners:
                handle, row = owners[variant.sku]
                ledger.repaired(cell, f"dropped: {handle} (row {row}) has this SKU already")
                variant = replace(variant, sku="")
            elif variant.sku:
                owners[variant.sku] = (product.handle, cell.row)
            variants.append(variant)
        settled.append(replace(product, variants=tuple(variants)))
    return tuple(settled)
