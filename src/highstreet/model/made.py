"""Made things: what one state of a shop made of its records, for the next state to take over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from highstreet.model.catalog import Collection, Product
from highstreet.model.rules import resolved, same_place
from highstreet.model.tree import Entry

T = TypeVar("T")


@dataclass(slots=True)
class Made:
    """Products, collections, pages and posts by the record they were made of. While a record is the same object, so is
    what was made of it, and whoever compares two states of a shop sees at a glance what differs."""

    before: Made | None = None
    # By path: record, body, currency, and what they made.
    things: dict[str, tuple[object, str, str, Any]] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    resolved: dict[str, tuple[Collection, Collection]] = field(default_factory=dict)  # as written, and with products
    edited: list[tuple[Product, Product]] | None = None  # (before, now); None: others have come, gone or moved as well

    def thing(self, entry: Entry, record: object, body: str, currency: str, make: Callable[[], T]) -> T:
        """What `make` gives for this record, made once."""
        known = self.before.things.get(entry.path) if self.before is not None else None
        if known is None or known[0] is not record or known[1] != body or known[2] != currency:
            known = (record, body, currency, make())
        self.things[entry.path] = known
        thing: T = known[3]
        return thing

    def sell(self, products: Mapping[str, Product]) -> None:
        """Says which products there are, before collections ask."""
        self.products = products
        if self.before is not None and list(self.before.products) == list(products):
            pairs = zip(self.before.products.values(), products.values(), strict=True)
            self.edited = [(old, new) for old, new in pairs if old is not new]

    def collection(self, written: Collection) -> Collection:
        """`written` with its products; not looked for again when no edit can have moved one."""
        known = self.before.resolved.get(written.handle) if self.before is not None else None
        if (
            known is None
            or known[0] is not written
            or self.edited is None
            or not all(same_place(known[1], old, new) for old, new in self.edited)
        ):
            known = (written, resolved(written, self.products))
        self.resolved[written.handle] = known
        return known[1]
