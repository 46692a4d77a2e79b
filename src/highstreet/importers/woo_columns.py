"""Columns of a WooCommerce product export: which field each header means, and why some have no place in a shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from highstreet.importers.columns import key
from highstreet.importers.woo_headers import attribute, language, measure, meta
from highstreet.importers.woo_headers import field as field_of

_SHIPPING = "shipping is set for the whole shop in tenant.yaml"
_TAXES = "prices are shown as they are; taxes belong to the checkout"
_DOWNLOADS = "a static shop does not sell downloads: their addresses would be open to everybody"
# Fields that have no place in a shop, and headers of plugins, each with the reason.
_LEFT_OUT = {
    "tax_status": _TAXES,
    "tax_class": _TAXES,
    "shipping": _SHIPPING,
    "low_stock": "when to reorder is not part of a storefront",
    "individual": "the number in a cart is not limited here",
    "reviews": "reviews are not part of a catalog",
    "note": "a note that is sent after an order belongs to the checkout",
    "downloads": _DOWNLOADS,
    "expiry": _DOWNLOADS,
}
_OF_PLUGINS = {"swatchesattributes": "data of a plugin"}
_SEO = {
    "_yoast_wpseo_title": "seo_title",
    "rank_math_title": "seo_title",
    "_aioseo_title": "seo_title",
    "_yoast_wpseo_metadesc": "seo_description",
    "rank_math_description": "seo_description",
    "_aioseo_description": "seo_description",
}
_GTIN_META = frozenset(("_wpm_gtin_code", "_alg_ean", "hwp_product_gtin", "_ts_gtin", "_global_unique_id", "_barcode"))


class Attribute(NamedTuple):
    """The columns of one numbered attribute; -1 for those the file does not have."""

    name: int = -1
    values: int = -1
    visible: int = -1


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a file."""

    fields: dict[str, int]
    attributes: tuple[Attribute, ...]
    left_out: dict[int, str]
    units: dict[str, str] = field(default_factory=dict)  # "weight" → "kg"
    labels: dict[str, str] = field(default_factory=dict)  # "height" → "Höhe", in the language of the file
    language: str = "en"  # that the headers are in

    @property
    def prices(self) -> tuple[int, ...]:
        """The columns that hold prices."""
        return tuple(self.fields[name] for name in ("regular", "sale") if name in self.fields)

    @property
    def measures(self) -> tuple[int, ...]:
        """The columns that hold weights and sizes."""
        return tuple(self.fields[name] for name in ("weight", "length", "width", "height") if name in self.fields)


def known(header: Sequence[str]) -> int:
    """How many of the headers mean something to a WooCommerce import."""
    return sum(
        bool(field_of(name)) or meta(name) is not None or attribute(name) is not None or measure(name) is not None
        for name in header
    )


def columns(header: Sequence[str]) -> Columns:
    """The meaning of every header; each column is a field, part of an attribute, or left out with a reason."""
    fields: dict[str, int] = {}
    left_out: dict[int, str] = {}
    units: dict[str, str] = {}
    labels: dict[str, str] = {}
    parts: dict[int, dict[str, int]] = {}
    for column, name in enumerate(header):
        named, key_of_meta, size, part = field_of(name), meta(name), measure(name), attribute(name)
        if named in _LEFT_OUT:
            left_out[column] = _LEFT_OUT[named]
        elif named:
            if named in fields:
                left_out[column] = f"the column “{header[fields[named]]}” is read for this"
            fields.setdefault(named, column)
        elif key_of_meta is not None:
            wanted = _SEO.get(key_of_meta) or ("gtin" if key_of_meta in _GTIN_META else "")
            if wanted and wanted not in fields:
                fields[wanted] = column
            else:
                left_out[column] = "data of WordPress or a plugin"
        elif size is not None:
            fields.setdefault(size.field, column)
            units[size.field], labels[size.field] = size.unit, size.label
        elif part is not None:
            number, of_attribute = part
            if of_attribute in Attribute._fields:
                parts.setdefault(number, {}).setdefault(of_attribute, column)
            else:
                left_out[column] = (
                    "all attributes are alike here"
                    if of_attribute == "global"
                    else "which value is chosen at first is the theme's business"
                )
        else:
            plain = key(name)
            left_out[column] = _OF_PLUGINS.get(plain) or (
                _DOWNLOADS if plain.startswith("download") else "no field of a product has this name"
            )
    attributes = tuple(
        Attribute(**parts[number]) for number in sorted(parts) if {"name", "values"} <= parts[number].keys()
    )
    used = {*fields.values(), *(place for attribute in attributes for place in attribute)}
    left_out |= {
        place: "an attribute without a name or without values"
        for number in parts
        for place in parts[number].values()
        if place not in used
    }
    return Columns(fields, attributes, left_out, units, labels, language(header) or "en")
