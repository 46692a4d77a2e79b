"""Columns of a WooCommerce product export: which field each header means, and why some have no place in a shop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from highstreet.importers.columns import key

# Field → header in English, German, French and Spanish: WooCommerce exports in the language of the site.
_FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("ID",),
    "type": ("Type", "Typ", "Tipo"),
    "sku": ("SKU", "Artikelnummer", "UGS"),
    "gtin": ("GTIN, UPC, EAN, or ISBN", "GTIN, UPC, EAN oder ISBN", "GTIN, UPC, EAN ou ISBN", "GTIN, UPC, EAN o ISBN"),
    "name": ("Name", "Nom", "Nombre"),
    "published": ("Published", "Veröffentlicht", "Publié", "Publicado"),
    "featured": ("Is featured?", "Ist hervorgehoben?", "Mis en avant ?", "¿Está destacado?"),
    "visibility": (
        "Visibility in catalog",
        "Sichtbarkeit im Katalog",
        "Visibilité dans le catalogue",
        "Visibilidad en el catálogo",
    ),
    "short": ("Short description", "Kurzbeschreibung", "Description courte", "Descripción corta"),
    "description": ("Description", "Beschreibung", "Descripción"),
    "sale_from": (
        "Date sale price starts",
        "Datum, an dem Angebotspreis beginnt",
        "Date de début de promo",
        "Día en que empieza el precio rebajado",
    ),
    "sale_to": (
        "Date sale price ends",
        "Datum, an dem Angebotspreis endet",
        "Date de fin de promo",
        "Día en que termina el precio rebajado",
    ),
    "in_stock": ("In stock?", "Vorrätig?", "En stock ?", "¿Existencias?"),
    "stock": ("Stock", "Bestand", "Lager", "Inventario"),
    "backorders": (
        "Backorders allowed?",
        "Lieferrückstände erlaubt?",
        "Autoriser les commandes de produits en rupture ?",
        "¿Permitir reservas de productos agotados?",
    ),
    "sale": ("Sale price", "Angebotspreis", "Tarif promo", "Precio rebajado"),
    "regular": ("Regular price", "Regulärer Preis", "Tarif régulier", "Precio normal"),
    "categories": ("Categories", "Kategorien", "Catégories", "Categorías"),
    "tags": ("Tags", "Schlagwörter", "Étiquettes", "Etiquetas"),
    "images": ("Images", "Bilder", "Imágenes"),
    "parent": ("Parent", "Übergeordnetes Produkt", "Superior"),
    "grouped": ("Grouped products", "Gruppierte Produkte", "Produits groupés", "Productos agrupados"),
    "upsells": ("Upsells", "Zusatzverkäufe", "Montées en gamme", "Ventas dirigidas"),
    "cross_sells": ("Cross-sells", "Cross-Sells (Querverkäufe)", "Ventes croisées", "Ventas cruzadas"),
    "external": ("External URL", "Externe URL", "URL externe", "URL externa"),
    "button": ("Button text", "Button-Text", "Libellé du bouton", "Texto del botón"),
    "position": ("Position", "Posición"),
    "brands": ("Brands", "Brand", "Marken", "Marques", "Marcas"),
}
_SHIPPING = "shipping is set for the whole shop in tenant.yaml"
_TAXES = "prices are shown as they are; taxes belong to the checkout"
_DOWNLOADS = "a static shop does not sell downloads: their addresses would be open to everybody"
_LEFT_OUT = {
    "taxstatus": _TAXES,
    "taxclass": _TAXES,
    "steuerstatus": _TAXES,
    "steuerklasse": _TAXES,
    "shippingclass": _SHIPPING,
    "versandklasse": _SHIPPING,
    "lowstockamount": "when to reorder is not part of a storefront",
    "soldindividually": "the number in a cart is not limited here",
    "allowcustomerreviews": "reviews are not part of a catalog",
    "purchasenote": "a note that is sent after an order belongs to the checkout",
    "downloadlimit": _DOWNLOADS,
    "downloadexpirydays": _DOWNLOADS,
    "swatchesattributes": "data of a plugin",
}
_SEO = {
    "_yoast_wpseo_title": "seo_title",
    "rank_math_title": "seo_title",
    "_aioseo_title": "seo_title",
    "_yoast_wpseo_metadesc": "seo_description",
    "rank_math_description": "seo_description",
    "_aioseo_description": "seo_description",
}
_GTIN_META = frozenset(("_wpm_gtin_code", "_alg_ean", "hwp_product_gtin", "_ts_gtin", "_global_unique_id", "_barcode"))
# "Attribute 1 value(s)", "Attribut 1 Wert(e)"; French and Spanish put the part first: "Valeur(s) de l’attribut 1".
_ATTRIBUTE = re.compile(
    r"(?:attribut[eo]?|atributo)(?P<number>\d{1,4})(?P<part>[a-z]+)|(?P<first>[a-z]+?)del?a?l?(?:attribut|atributo)(?P<last>\d{1,4})"
)
_MEASURE = re.compile(
    r"(weight|gewicht|poids|peso|length|länge|longueur|longitud|width|breite|largeur|anchura|height|höhe|hauteur|altura)\s*\((\w+)\)",
    re.IGNORECASE,
)
_MEASURES = {
    **dict.fromkeys(("weight", "gewicht", "poids", "peso"), "weight"),
    **dict.fromkeys(("length", "länge", "longueur", "longitud"), "length"),
    **dict.fromkeys(("width", "breite", "largeur", "anchura"), "width"),
    **dict.fromkeys(("height", "höhe", "hauteur", "altura"), "height"),
}
_PARTS = {
    **dict.fromkeys(("name", "nombre", "nom"), "name"),
    **dict.fromkeys(("value", "values", "wert", "werte", "valor", "valores", "valeur", "valeurs"), "values"),
    **dict.fromkeys(("visible", "sichtbar"), "visible"),
}
_BY_KEY = {key(name): named for named, names in _FIELDS.items() for name in names}


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
        key(name) in _BY_KEY or key(name) in _LEFT_OUT or name.startswith("Meta:") or _attribute(name) is not None
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
        plain = key(name)
        measure = _MEASURE.fullmatch(name.strip())
        attribute = _attribute(name)
        if measure:
            named = _MEASURES[measure[1].casefold()]
            fields.setdefault(named, column)
            units[named], labels[named] = measure[2].casefold(), measure[1]
        elif plain in _BY_KEY:
            if _BY_KEY[plain] in fields:
                left_out[column] = f"the column “{header[fields[_BY_KEY[plain]]]}” is read for this"
            fields.setdefault(_BY_KEY[plain], column)
        elif attribute is not None:
            number, part = attribute
            if part in _PARTS:
                parts.setdefault(number, {}).setdefault(_PARTS[part], column)
            else:
                left_out[column] = (
                    "all attributes are alike here"
                    if part == "global"
                    else "which value is chosen at first is the theme's business"
                )
        elif name.startswith("Meta:"):
            meta = name[5:].strip()
            named = _SEO.get(meta) or ("gtin" if meta in _GTIN_META else "")
            if named and named not in fields:
                fields[named] = column
            else:
                left_out[column] = "data of WordPress or a plugin"
        else:
            left_out[column] = _LEFT_OUT.get(plain) or (
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
    return Columns(fields, attributes, left_out, units, labels)


def _attribute(name: str) -> tuple[int, str] | None:
    """The number and the part: "Attribute 2 value(s)" is (2, "values")."""
    match = _ATTRIBUTE.fullmatch(key(name))
    if match is None:
        return None
    return int(match["number"] or match["last"]), match["part"] or match["first"]
