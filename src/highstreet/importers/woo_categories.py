"""Categories: WooCommerce's tree of them as flat collections that remember their parent for the menus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from highstreet.importers import values
from highstreet.importers.body import words
from highstreet.importers.draft import DraftCollection
from highstreet.importers.loss import Ledger
from highstreet.importers.table import Cell
from highstreet.importers.woo_text import listed

_NONE = frozenset(
    {
        *("uncategorized", "uncategorised", "unkategorisiert", "non classé", "sin categorizar", "sin categoría"),
        *("senza categoria", "geen categorie", "niet gecategoriseerd", "bez kategorii", "sem categoria"),
        *("без категории", "okategoriserade", "kategorilenmemiş"),
    }
)


@dataclass(slots=True)
class Shelf:
    """Gathers collections while products are read."""

    _members: dict[tuple[str, ...], list[str]] = field(default_factory=dict)  # path of a category → handles
    _featured: list[str] = field(default_factory=list)
    _more: list[DraftCollection] = field(default_factory=list)

    def put(self, handle: str, cell: Cell, ledger: Ledger) -> str:
        """Puts a product into its categories and all above them; gives the deepest name of the first path."""
        first = ""
        for path in listed(cell.text):
            names = tuple(values.line(words(name)) for name in path.split(">") if name.strip())
            if not names:
                continue
            if names[-1].casefold() in _NONE:
                ledger.left_out(cell, "“Uncategorized” is no category")
                continue
            first = first or names[-1]
            for depth in range(1, len(names) + 1):
                members = self._members.setdefault(names[:depth], [])
                if handle not in members:
                    members.append(handle)
        return first

    def feature(self, handle: str) -> None:
        self._featured.append(handle)

    def add(self, collection: DraftCollection) -> None:
        self._more.append(collection)

    def collections(
        self, order: Mapping[str, tuple[int, int]], featured: str, kept: dict[str, str]
    ) -> tuple[DraftCollection, ...]:
        """All collections with handles of their own, their products in the order of the old shop.

        `featured` is the title of the one that holds what was featured there. `kept` has the handles of categories that
        Latin letters do not spell, and takes in those that are new.
        """
        taken: set[str] = {handle for record, handle in kept.items() if record.startswith("category:")}
        handles: dict[tuple[str, ...], str] = {}
        made: list[DraftCollection] = []

        def sorted_members(members: list[str]) -> tuple[str, ...]:
            return tuple(sorted(members, key=lambda handle: order.get(handle, (0, 0))))

        for path, members in self._members.items():
            record = f"category:{' > '.join(path)}"
            short = values.handle(path[-1].casefold(), "")
            handle = kept.get(record, short) or values.distinct("category", taken)
            if not short:
                kept[record] = handle
            elif short in taken:
                handle = values.distinct(values.handle("-".join(path).casefold(), short), taken)
            taken.add(handle)
            handles[path] = handle
            made.append(DraftCollection(handle, path[-1], sorted_members(members), parent=handles.get(path[:-1], "")))
        if self._featured:
            handle = values.distinct("featured", taken)
            taken.add(handle)
            made.append(
                DraftCollection(
                    handle,
                    featured,
                    sorted_members(self._featured),
                    note="Products that were featured in WooCommerce.",
                )
            )
        for collection in self._more:
            handle = values.distinct(collection.handle, taken)
            taken.add(handle)
            made.append(replace(collection, handle=handle))
        return tuple(made)
