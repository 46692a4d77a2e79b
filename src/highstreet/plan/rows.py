"""Rows: what client code needs to show a product in a list, in small files that facets and search fetch a few of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.plan.packing import LINES
from highstreet.plan.routes import file_of
from highstreet.plan.site import Planned, Site
from highstreet.theme.filters import in_digits
from highstreet.theme.views import ImageView, MoneyView, ProductCard, ProductRow, SwatchView

_BLANK_MONEY = MoneyView("__amount__", "__currency__", "__price__", 0)
_BLANK_IMAGE = ImageView("__image__", "", (), 300, 300, "__alt__", "", "")

# A card whose texts are names of a row's fields between underscores: client code fills copies of it. Templates see
# that it is one by `card.blank`, and mark what not every card has with `data-if`.
BLANK = ProductCard(
    handle="__handle__",
    url="__url__",
    title="__title__",
    vendor="__vendor__",
    price=_BLANK_MONEY,
    price_varies=False,
    compare_at=_BLANK_MONEY._replace(text="__compare__"),
    unit_price="__unit__",
    discount="__discount__",  # type: ignore[arg-type]  # a template only prints it
    available=True,
    low=False,
    image=_BLANK_IMAGE,
    hover_image=_BLANK_IMAGE._replace(src="__second__", alt=""),
    swatches=(SwatchView("__swatch__", "#000000", "__swatch_url__", "__swatch_image__"),),
    variant_count=2,
    blank=True,
)


def row(site: Site, handle: str) -> ProductRow:
    """The product as its card shows it, in words."""
    card = site.card(handle)
    assert card is not None
    return ProductRow(
        handle=handle,
        url=card.url,
        title=card.title,
        price=site.word("card", "from").replace("{price}", card.price.text) if card.price_varies else card.price.text,
        compare=card.compare_at.text if card.compare_at else "",
        discount=in_digits(card.discount, site.money.digits) if card.discount else "",
        state="out" if not card.available else "low" if card.low else "in",
        vendor=card.vendor,
        image=card.image.src if card.image else "",
        second=card.hover_image.src if card.hover_image else "",
        unit=card.unit_price,
        swatches=card.swatches if len(card.swatches) > 1 else (),
    )


def blank(site: Site) -> Action:
    """The card that client code fills."""
    return site.card_html("", BLANK)


def files(site: Site) -> Iterator[Planned]:
    """The files of one language's rows."""
    if not site.tenant.features.search and not site.uses_facets:
        return
    lines: dict[int, list[str]] = {}
    for handle, number in sorted(site.numbers.items(), key=lambda item: item[1]):
        lines.setdefault(number // LINES, []).append(handle)
    for file, handles in lines.items():
        path = file_of(site.routes.rows(file))
        yield Planned(path, partial(_file, site, path, tuple(handles)))


def _file(site: Site, path: str, handles: tuple[str, ...]) -> Action:
    found = tuple(row(site, handle) for handle in handles)
    return site.make("data", {"format": value("rows"), "rows": value(found)}, path=path)
