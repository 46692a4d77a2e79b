"""Tenant and branding from their records (see catalog_records.py)."""

from __future__ import annotations

from typing import Any

from highstreet.model import values
from highstreet.model.branding import BrandColors, Branding, FontFile, Typography
from highstreet.model.catalog_records import Get, Record
from highstreet.model.platform import Platform
from highstreet.model.tenant import Address, Checkout, Contact, Features, Returns, Shipping


def tenant_fields(record: Record, platform: Platform) -> dict[str, Any]:
    """What tenant.yaml says, as arguments for `Tenant`."""
    get: Get = record.get
    currency = get("currency") or platform.currency
    locale = get("locale") or (get("languages") or [platform.locale])[0]
    languages = tuple(get("languages") or ())
    theme = get("theme") or {}
    theme = {"name": theme} if isinstance(theme, str) else theme
    return {
        "name": record["name"],
        "currency": currency,
        "locale": locale,
        "languages": (locale, *(language for language in languages if language != locale)),
        "status": get("status") or "live",
        "domains": tuple(get("domains") or ()),
        "theme": theme.get("name") or "main",
        "theme_settings": theme.get("settings") or {},
        "contact": _contact(get("contact") or {}),
        "checkout": Checkout(get("checkout")["kind"], get("checkout").get("to") or "")
        if get("checkout")
        else Checkout(),
        "shipping": _shipping(get("shipping") or {}, currency),
        "returns": _returns(get("returns") or {}),
        "features": Features(**{name: word == "true" for name, word in (get("features") or {}).items() if word}),
        "plan": get("plan") or "",
        "image_cdn": (get("images") or {}).get("cdn") or "",
        "image_formats": tuple(dict.fromkeys((get("images") or {}).get("formats") or ())),
    }


def _contact(record: Record) -> Contact:
    address = {name: text for name, text in (record.get("address") or {}).items() if text}
    return Contact(
        record.get("email") or "",
        record.get("phone") or "",
        Address(**address) if address else None,
        record.get("hours") or "",
    )


def _shipping(record: Record, currency: str) -> Shipping:
    get: Get = record.get
    return Shipping(
        values.price(get("free_from"), currency) if get("free_from") else None,
        values.price(get("flat"), currency) if get("flat") else None,
        tuple(get("countries") or ()),
        _days(get("handling_days")),
        _days(get("transit_days")),
    )


def _days(given: list[str] | None) -> tuple[int, int] | None:
    return (int(given[0]), int(given[1])) if given else None


def _returns(record: Record) -> Returns:
    days = record.get("days")
    return Returns(int(days) if days is not None else None, record.get("fees") or "customer")


def branding_from_record(record: Record | None) -> Branding:
    if not record:
        return Branding()
    get: Get = record.get
    colors = {name: values.hex_color(text) for name, text in (get("colors") or {}).items()}
    type_ = get("typography") or {}
    files = tuple(
        FontFile(file["family"], file["src"], file.get("weight") or "400", file.get("style") or "normal")
        for file in type_.get("files") or ()
    )
    return Branding(
        get("tagline") or "",
        get("logo") or "",
        get("favicon") or "",
        BrandColors(**colors),
        Typography(type_.get("heading") or "", type_.get("body") or "", files),
        get("shape") or "soft",
        get("mode") or "auto",
        get("announcement") or "",
        get("social") or {},
    )
