"""Price manifest: prices.json, and the parts of it that carts fetch. The shop has them once, for all its languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.model.catalog import Product
from highstreet.plan import prices
from highstreet.plan.routes import file_of
from highstreet.plan.site import Planned, Several, Site

_SNIPCART = "/snipcart.json"


def files(main: Site) -> Iterator[Planned | Several]:
    """Nothing where nothing can be ordered."""
    if main.tenant.checkout.kind == "none":
        return
    everything = tuple(main.tenant.products.values())
    yield _planned(main, main.routes.prices(), everything)
    if main.tenant.checkout.kind == "snipcart":
        yield Planned(file_of(_SNIPCART), partial(_snipcart, main, everything))
    count = prices.parts(len(everything))
    if count > 1:
        yield Several("prices/", partial(_parts, main, everything, count))


def _parts(main: Site, everything: Iterable[Product], count: int) -> Iterator[Planned]:
    held: list[list[Product]] = [[] for _ in range(count)]
    for product in everything:
        held[prices.part_of(product.handle, count)].append(product)
    return (_planned(main, main.routes.prices(number), tuple(some), count) for number, some in enumerate(held))


def _planned(main: Site, url: str, products: Iterable[Product], count: int = 1) -> Planned:
    return Planned(file_of(url), partial(_file, main, url, products, count))


def _file(main: Site, url: str, products: Iterable[Product], count: int) -> Action:
    told = prices.manifest(main.tenant, main.routes.base, products, count)
    return main.make("data", {"format": value("packed"), "head": value(told)}, path=file_of(url))


def _snipcart(main: Site, products: Iterable[Product]) -> Action:
    """The prices Snipcart asks for before it takes an order: one row for each price of each variant."""
    told = prices.manifest(main.tenant, main.routes.base, products)
    head = {"url": main.routes.absolute(_SNIPCART), "decimals": told["decimals"]}
    rows = {"format": value("snipcart"), "head": value(head), "rows": value(told["lines"])}
    return main.make("data", rows, path=file_of(_SNIPCART))
