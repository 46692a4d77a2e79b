"""Page kinds, in the order a shop is planned. A new kind is a module here and a line in PAGES."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from highstreet.plan import rows
from highstreet.plan.kinds import collection, collections, feeds, home, journal, product, search, shell, text
from highstreet.plan.site import Planned, Several, Site

PAGES: tuple[Callable[[Site], Iterator[Planned | Several]], ...] = (
    home.pages,
    collection.pages,
    collections.pages,
    product.pages,
    text.pages,
    journal.pages,
    shell.pages,
    feeds.language_pages,
    search.pages,
    rows.files,
)
