"""JSON-LD: schema.org facts of a page, from the same views its template shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from markupsafe import Markup

from highstreet.run import markdown
from highstreet.theme.filters import script_json
from highstreet.theme.views import Facts, ImageView, PostView, ProductView, ReturnFact, ShippingFact, VariantView

_CONDITIONS = {"new": "NewCondition", "refurbished": "RefurbishedCondition", "used": "UsedCondition"}
# What schema.org lets a ProductGroup vary by, with the words shops use for it (lower case).
VARIES = {
    "color": "https://schema.org/color",
    "colour": "https://schema.org/color",
    "farbe": "https://schema.org/color",
    "couleur": "https://schema.org/color",
    "色": "https://schema.org/color",
    "カラー": "https://schema.org/color",
    "اللون": "https://schema.org/color",
    "size": "https://schema.org/size",
    "größe": "https://schema.org/size",
    "taille": "https://schema.org/size",
    "サイズ": "https://schema.org/size",
    "الحجم": "https://schema.org/size",
    "المقاس": "https://schema.org/size",
    "material": "https://schema.org/material",
    "matière": "https://schema.org/material",
    "pattern": "https://schema.org/pattern",
}
_PROPERTY = {
    "https://schema.org/color": "color",
    "https://schema.org/size": "size",
    "https://schema.org/material": "material",
    "https://schema.org/pattern": "pattern",
}


def jsonld(context: Mapping[str, Any]) -> Markup:
    """The page's graph as script-safe JSON. `structured` in `context` is its Facts and the product or post it shows."""
    facts, subject = cast("tuple[Facts, Any]", context["structured"])
    graph: list[dict[str, Any]] = []
    if facts.kind == "home":
        graph += [_organization(facts), _website(facts)]
    elif facts.kind == "product":
        graph.append(_product(facts, subject))
    elif facts.kind == "post":
        graph.append(_article(facts, subject))
    elif facts.kind == "collection":
        graph.append(_collection(facts))
    if len(facts.breadcrumbs) > 1:
        graph.append(_breadcrumbs(facts))
    return script_json({"@context": "https://schema.org", "@graph": graph}) if graph else Markup("")


def _some(**fields: Any) -> dict[str, Any]:
    """Only the fields that say something: an empty value is worse than none."""
    return {
        name.replace("at_", "@", 1) if name.startswith("at_") else name: item
        for name, item in fields.items()
        if item not in ("", None, [], (), {})
    }


def _organization(facts: Facts) -> dict[str, Any]:
    address = _some(
        at_type="PostalAddress",
        streetAddress=facts.street,
        addressLocality=facts.city,
        addressRegion=facts.region,
        postalCode=facts.postal_code,
        addressCountry=facts.country,
    )
    return _some(
        at_type="OnlineStore",
        at_id=f"{facts.base}/#shop",
        name=facts.shop,
        url=f"{facts.base}/",
        logo=facts.shop_logo,
        description=facts.description,
        email=facts.email,
        telephone=facts.phone,
        address=address if len(address) > 1 else None,
        sameAs=list(facts.same_as),
        hasMerchantReturnPolicy=_returns(facts.returns),
    )


def _website(facts: Facts) -> dict[str, Any]:
    search = (
        {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{facts.search_url}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        }
        if facts.search_url
        else None
    )
    return _some(
        at_type="WebSite",
        name=facts.shop,
        url=facts.url,
        inLanguage=facts.lang,
        publisher={"@id": f"{facts.base}/#shop"},
        potentialAction=search,
    )


def _breadcrumbs(facts: Facts) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": place, "name": label, "item": url}
        for place, (label, url) in enumerate(facts.breadcrumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _collection(facts: Facts) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": place, "name": name, "url": url}
        for place, (name, url) in enumerate(facts.items, 1)
    ]
    return _some(
        at_type="CollectionPage",
        name=facts.name,
        url=facts.url,
        description=facts.description,
        image=facts.image,
        inLanguage=facts.lang,
        mainEntity={"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items} if items else None,
    )


def _article(facts: Facts, post: PostView) -> dict[str, Any]:
    author = (
        {"@type": "Person", "name": post.author}
        if post.author
        else {"@type": "Organization", "name": facts.shop, "url": f"{facts.base}/"}
    )
    return _some(
        at_type="BlogPosting",
        headline=post.title[:110],
        url=facts.url,
        mainEntityOfPage=facts.url,
        datePublished=post.date,
        dateModified=post.updated or post.date,
        author=author,
        image=[facts.image] if facts.image else None,
        description=facts.description,
        inLanguage=facts.lang,
        keywords=list(post.tags),
        publisher=_some(at_type="Organization", name=facts.shop, url=f"{facts.base}/", logo=facts.shop_logo),
    )


def _product(facts: Facts, product: ProductView) -> dict[str, Any]:
    images = [_absolute(facts, image) for image in product.images]
    common = _some(
        name=product.title,
        description=markdown.plain(product.description_md, 5000) or facts.description or product.title,
        url=facts.url,
        image=images,
        brand={"@type": "Brand", "name": product.vendor or facts.shop},
        category=product.type,
        inLanguage=facts.lang,
        additionalProperty=[{"@type": "PropertyValue", "name": a.name, "value": a.value} for a in product.attributes],
        aggregateRating=_rating(product),
    )
    if not product.options:
        return {
            "@type": "Product",
            "@id": f"{facts.url}#product",
            **common,
            **_identity(product.variants[0]),
            "offers": _offer(facts, product.variants[0], _every_offer(facts, product)),
        }
    varied = [VARIES.get(option.name.lower(), "") for option in product.options]
    labels = [{value.value: value.label for value in option.values} for option in product.options]
    first, common_offer = images[:1], _every_offer(facts, product)
    variants = []
    for variant in product.variants:
        made: dict[str, Any] = {
            "@type": "Product",
            "@id": f"{facts.url}#{quote(variant.key, safe='')}",
            "name": f"{product.title} – {variant.title}",
        }
        picture = [images[variant.image]] if 0 <= variant.image < len(images) else first
        if picture:
            made["image"] = picture
        shown = [known.get(chosen, chosen) for known, chosen in zip(labels, variant.options, strict=True)]
        others = [
            {"@type": "PropertyValue", "name": option.label, "value": label}
            for option, kind, label in zip(product.options, varied, shown, strict=True)
            if not kind
        ]
        if others:
            made["additionalProperty"] = others
        made.update((_PROPERTY[kind], label) for kind, label in zip(varied, shown, strict=True) if kind)
        made.update(_identity(variant))
        made["offers"] = _offer(facts, variant, common_offer)
        variants.append(made)
    varies = [kind or option.name for kind, option in zip(varied, product.options, strict=True)]
    return {
        "@type": "ProductGroup",
        "@id": f"{facts.url}#product",
        "productGroupID": product.handle,
        "variesBy": varies,
        **common,
        "hasVariant": variants,
    }


def _rating(product: ProductView) -> dict[str, Any] | None:
    if product.rating is None:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": product.rating.value,
        "ratingCount": product.rating.count,
        "bestRating": "5",
        "worstRating": "1",
    }


_GTIN = {8: "gtin8", 12: "gtin12", 13: "gtin13", 14: "gtin14"}


def _identity(variant: VariantView) -> dict[str, str]:
    name = _GTIN.get(len(variant.barcode))
    # Without a number of the merchant's own it is the name that carts, prices.json and the feed have for it.
    return {"sku": variant.sku or variant.line, **({name: variant.barcode} if name else {})}


def _every_offer(facts: Facts, product: ProductView) -> dict[str, Any]:
    """What all offers of a product say alike."""
    return _some(
        itemCondition=f"https://schema.org/{_CONDITIONS[product.condition]}",
        priceValidUntil=_last_day(product.until),
        seller={"@id": f"{facts.base}/#shop"},
        hasMerchantReturnPolicy=_returns(facts.returns),
    )


def _last_day(until: str) -> str:
    """The day of the last second before the moment `until`; "" without one."""
    return (datetime.fromisoformat(until) - timedelta(seconds=1)).date().isoformat() if until else ""


def _offer(facts: Facts, variant: VariantView, common: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "Offer",
        "url": facts.base + variant.url,
        "price": variant.price.amount,
        "priceCurrency": variant.price.currency,
    }
    if variant.compare_at is not None:
        made["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/StrikethroughPrice",
            "price": variant.compare_at.amount,
            "priceCurrency": variant.compare_at.currency,
        }
    made["availability"] = "https://schema.org/InStock" if variant.available else "https://schema.org/OutOfStock"
    made.update(common)
    shipping = _shipping(facts.shipping, variant.price.amount)
    if shipping:
        made["shippingDetails"] = shipping
    return made


def _shipping(shipping: ShippingFact | None, price: str) -> list[dict[str, Any]] | None:
    cost = shipping.cost(price) if shipping is not None else ""
    if shipping is None or not cost:
        return None
    times = _some(
        at_type="ShippingDeliveryTime", handlingTime=_days(shipping.handling), transitTime=_days(shipping.transit)
    )
    rate = {"@type": "MonetaryAmount", "value": cost, "currency": shipping.currency}
    return [
        _some(
            at_type="OfferShippingDetails",
            shippingRate=rate,
            shippingDestination={"@type": "DefinedRegion", "addressCountry": country},
            deliveryTime=times if len(times) > 1 else None,
        )
        for country in shipping.countries
    ]


def _days(days: tuple[int, int] | None) -> dict[str, Any] | None:
    return {"@type": "QuantitativeValue", "minValue": days[0], "maxValue": days[1], "unitCode": "DAY"} if days else None


def _returns(policy: ReturnFact | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    window = "MerchantReturnFiniteReturnWindow" if policy.days else "MerchantReturnNotPermitted"
    fees = "FreeReturn" if policy.fees == "free" else "ReturnFeesCustomerResponsibility"
    return _some(
        at_type="MerchantReturnPolicy",
        applicableCountry=policy.country,
        returnPolicyCategory=f"https://schema.org/{window}",
        merchantReturnDays=policy.days or None,
        returnMethod="https://schema.org/ReturnByMail" if policy.days else None,
        returnFees=f"https://schema.org/{fees}" if policy.days else None,
    )


def _absolute(facts: Facts, image: ImageView) -> str:
    return image.full if "://" in image.full else facts.base + image.full
