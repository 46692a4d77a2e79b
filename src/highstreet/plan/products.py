"""Product views: a product as its own page shows it, and as lists do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from highstreet.base.digest import of_data
from highstreet.model.catalog import Film, ImageRef, Product, Variant, leading
from highstreet.plan.format import MoneyFormat
from highstreet.plan.frames import frame
from highstreet.plan.pictures import Pictures
from highstreet.theme.filters import in_digits
from highstreet.theme.views import (
    AttributeView,
    FilmView,
    ImageView,
    MediaView,
    MoneyView,
    OptionValueView,
    OptionView,
    ProductCard,
    ProductView,
    RatingView,
    StepView,
    SwatchView,
    VariantView,
)

_LOW_STOCK = 5
_MOST_SWATCHES = 6
Money = Callable[..., MoneyView]


def variant_keys(product: Product) -> tuple[str, ...]:
    """What names each variant in URLs, carts and feeds: its SKU, else its option values. All differ within a product.

    Stable while prices, stock and the order of variants change: names that would clash ("A b" and "a-b", or a SKU
    like another variant's values) get a digest of the option values.
    """
    plain = [
        variant.sku or "-".join(value.lower().replace(" ", "-") for value in variant.options)
        for variant in product.variants
    ]
    return tuple(
        f"{key}-{of_data(variant.options)[:8]}" if plain.count(key) > 1 and not variant.sku else key or product.handle
        for key, variant in zip(plain, product.variants, strict=True)
    )


def line_key(product: Product, variant: str) -> str:
    """What names a variant, whose key is `variant`, in carts and price manifests of the whole shop."""
    return f"{product.handle}:{variant}" if len(product.variants) > 1 else product.handle


def variant_anchors(keys: tuple[str, ...]) -> tuple[str, ...]:
    """An id on the page for each variant key, readable where the key allows it."""
    plain = [re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-") for key in keys]
    return tuple(
        f"variant-{name}" if name and plain.count(name) == 1 else f"variant-{of_data(key)[:8]}"
        for name, key in zip(plain, keys, strict=True)
    )


def product_view(
    product: Product, url: str, money: MoneyFormat, pictures: Pictures, media: Callable[[str], MediaView | None]
) -> ProductView:
    """The product as its page shows it. `media` gives the address of a film below assets/."""
    refs = gallery(product)
    refs = tuple(ref for ref in refs if pictures.view(ref) is not None)
    images = tuple(view for ref in refs if (view := pictures.view(ref)) is not None)
    places = {ref.src: index for index, ref in enumerate(refs)}
    labels = {
        (option.name, value.value): value.label or value.value for option in product.options for value in option.values
    }
    names = [option.name for option in product.options]
    keys = variant_keys(product)
    shown = _media(product, places)
    variants = tuple(
        VariantView(
            key=key,
            title=" / ".join(
                labels.get((name, chosen), chosen) for name, chosen in zip(names, variant.options, strict=True)
            ),
            sku=variant.sku,
            barcode=variant.barcode,
            options=variant.options,
            price=money.view(variant.price),
            compare_at=money.view(variant.compare_at_price) if variant.compare_at_price else None,
            unit_price=unit_price(variant, money),
            available=variant.inventory.available,
            quantity=shown_quantity(variant),
            image=image,
            url=f"{url}?variant={quote(key, safe='')}" if product.options else url,
            line=line_key(product, key),
            volume_prices=tuple(StepView(many, money.view(price)) for many, price in variant.volume_prices),
            anchor=anchor,
        )
        for key, anchor, image, variant in zip(keys, variant_anchors(keys), shown, product.variants, strict=True)
    )
    sellable = [position for position, variant in enumerate(product.variants) if variant.inventory.available]
    can_be_had = [{product.variants[position].options[place] for position in sellable} for place in range(len(names))]
    options = tuple(
        OptionView(
            option.name,
            option.label or option.name,
            tuple(
                OptionValueView(v.value, v.label or v.value, v.swatch, v.value in can_be_had[place])
                for v in option.values
            ),
        )
        for place, option in enumerate(product.options)
    )
    lead = leading(product.variants)
    return ProductView(
        handle=product.handle,
        url=url,
        title=product.title,
        vendor=product.vendor,
        type=product.type,
        tags=product.tags,
        price=money.view(lead.price),
        price_varies=varies(product),
        compare_at=money.view(lead.compare_at_price) if lead.compare_at_price else None,
        discount=discount(lead),
        available=bool(sellable),
        images=images,
        options=options,
        variants=variants,
        chosen=variants[sellable[0] if sellable else 0],
        attributes=tuple(AttributeView(name, text) for name, text in product.attributes),
        description_md=product.description,
        condition=product.condition,
        google_category=product.google_category,
        frame=frame(product.attributes),
        rating=RatingView(
            str(product.rating.value),
            in_digits(str(product.rating.value).replace(".", money.decimal_mark or "."), money.digits),
            product.rating.count,
        )
        if product.rating
        else None,
        until=product.unpublish_at.isoformat() if product.unpublish_at else "",
        films=tuple([_film(ref.film, media) for ref in refs]) if any(ref.film for ref in refs) else (),
    )


def _film(film: Film | None, media: Callable[[str], MediaView | None]) -> FilmView | None:
    view = media(film.src) if film is not None else None
    if film is None or view is None:
        return None
    captions = media(film.captions) if film.captions else None
    return FilmView(view.url, view.type, captions.url if captions is not None else "")


def _media(product: Product, places: Mapping[str, int]) -> tuple[int, ...]:
    """For each variant the place of its picture in the gallery, -1 for none.

    A variant without a picture shows that of the others with its colour, where each value of an option has one picture:
    shops name the picture of "Black, 48" and mean every black one.
    """
    own = [places.get(variant.image.src, -1) if variant.image else -1 for variant in product.variants]
    if -1 not in own or max(own) < 0:
        return tuple(own)
    for option in range(len(product.options)):
        pictures: dict[str, set[int]] = {}
        for variant, place in zip(product.variants, own, strict=True):
            if place >= 0:
                pictures.setdefault(variant.options[option], set()).add(place)
        one_each = all(len(found) == 1 for found in pictures.values())
        if one_each and len(set().union(*pictures.values())) == len(pictures):
            return tuple(
                place if place >= 0 else min(pictures.get(variant.options[option], {-1}))
                for variant, place in zip(product.variants, own, strict=True)
            )
    return tuple(own)


def product_card(product: Product, url: str, money: MoneyFormat, pictures: Pictures) -> ProductCard:
    lead = leading(product.variants)
    shown: list[ImageView] = []
    for ref in gallery(product):
        view = pictures.view(ref)
        if view is not None:
            shown.append(view)
        if len(shown) == 2:
            break
    sellable = [variant for variant in product.variants if variant.inventory.available]
    return ProductCard(
        handle=product.handle,
        url=url,
        title=product.title,
        vendor=product.vendor,
        price=money.view(lead.price),
        price_varies=varies(product),
        compare_at=money.view(lead.compare_at_price) if lead.compare_at_price else None,
        unit_price=unit_price(lead, money),
        discount=discount(lead),
        available=bool(sellable),
        low=bool(sellable) and all(shown_quantity(variant) is not None for variant in sellable),
        image=shown[0] if shown else None,
        # The second picture is decoration: its text and its largest size are never shown.
        hover_image=shown[1]._replace(alt="", full="", color="") if len(shown) > 1 else None,
        swatches=_swatches(product, url, pictures),
        variant_count=len(product.variants),
    )


def unit_price(variant: Variant, money: MoneyFormat) -> str:
    """ "€3.20 / 100 g", or ""."""
    return f"{money.text(variant.unit_price[0].minor)} / {variant.unit_price[1]}" if variant.unit_price else ""


def _swatches(product: Product, url: str, pictures: Pictures) -> tuple[SwatchView, ...]:
    """The colours a product comes in, each leading to its first variant that can be had, else to its first."""
    if not any(value.swatch for option in product.options for value in option.values):
        return ()
    keys = variant_keys(product)
    anchors = variant_anchors(keys)
    found = []
    for place, option in enumerate(product.options):
        for value in option.values:
            having = [at for at, variant in enumerate(product.variants) if variant.options[place] == value.value]
            if value.swatch and having:
                at = next((n for n in having if product.variants[n].inventory.available), having[0])
                image = pictures.view(product.variants[at].image)
                link = f"{url}?variant={quote(keys[at], safe='')}#{anchors[at]}"
                found.append(SwatchView(value.label or value.value, value.swatch, link, image.src if image else ""))
    return tuple(found[:_MOST_SWATCHES])


def gallery(product: Product) -> tuple[ImageRef, ...]:
    """The product's pictures, then those that only variants show, each once."""
    seen = {image.src: image for image in product.images}
    for variant in product.variants:
        if variant.image is not None and variant.image.src not in seen:
            image = variant.image
            seen[image.src] = image
    return tuple(image if image.alt else replace(image, alt=product.title) for image in seen.values())


def varies(product: Product) -> bool:
    return len({variant.price.amount for variant in product.variants}) > 1


def discount(variant: Variant) -> int:
    """Whole per cent off, rounded down so that it never promises too much; 0 when not on sale."""
    if variant.compare_at_price is None or variant.compare_at_price.amount <= variant.price.amount:
        return 0
    return int((1 - variant.price.amount / variant.compare_at_price.amount) * 100)


def shown_quantity(variant: Variant) -> int | None:
    """Stock worth telling: only when it is low, so that every sale does not change the page."""
    quantity = variant.inventory.quantity
    if quantity is None or variant.inventory.policy == "continue" or not 0 < quantity <= _LOW_STOCK:
        return None
    return quantity
