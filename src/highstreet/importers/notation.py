"""Notation: the sign a file writes before decimals, told by its own numbers: "1.299" alone may be two prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from highstreet.importers import values
from highstreet.importers.table import Cell, Table


@dataclass(frozen=True, slots=True)
class Notation:
    """The sign before decimals in prices and in measures: "." or ",", "" where no number tells or some contradict."""

    prices: str = ""
    measures: str = ""


def notation(table: Table, prices: Iterable[int], measures: Iterable[int]) -> Notation:
    """The notation of the columns numbered. Prices that tell nothing are written as measures are, and the reverse."""
    of_prices, of_measures = _signs(table, prices), _signs(table, measures)
    return Notation(_agreed(of_prices or of_measures), _agreed(of_measures or of_prices))


def currency(table: Table, prices: Iterable[int]) -> str:
    """The currency that the cells of the columns numbered name by code or sign; "" where none does, or two differ."""
    told = {values.currencies(cell.text) for column in prices for cell in _column(table, column)} - {()}
    shared = set.intersection(*map(set, told)) if told else set()
    narrowest = min(told, key=lambda codes: (len(codes), codes), default=())
    return next((code for code in narrowest if code in shared), "")


def _signs(table: Table, columns: Iterable[int]) -> set[str]:
    return {values.decimal_signs(cell.text) for column in columns for cell in _column(table, column)} - {""}


def _column(table: Table, column: int) -> Iterable[Cell]:
    return (row[column] for row in table.rows if row[column])


def _agreed(signs: set[str]) -> str:
    return next(iter(signs)) if len(signs) == 1 else ""
