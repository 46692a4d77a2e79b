"""Columns: which field of a product each header of a Shopify file means, in the spellings seen in the wild."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Field → its headers without case, space and punctuation. The first is that of Shopify's export of today or before
# 2025; the others come from the 2025 template and from files that passed through other tools.
_FIELDS: dict[str, tuple[str, ...]] = {
    "handle": ("handle", "urlhandle", "slug"),
    "title": ("title", "name", "productname", "producttitle"),
    "body": ("bodyhtml", "body", "description", "descriptionhtml", "productdescription"),
    "vendor": ("vendor", "brand"),
    "product_category": ("productcategory", "standardizedproducttype", "standardproducttype"),
    "type": ("type", "producttype", "customproducttype"),
    "tags": ("tags",),
    "published": ("published", "publishedononlinestore"),
    "status": ("status",),
    "option1_name": ("option1name",),
    "option1_value": ("option1value",),
    "option2_name": ("option2name",),
    "option2_value": ("option2value",),
    "option3_name": ("option3name",),
    "option3_value": ("option3value",),
    "sku": ("variantsku", "sku"),
    "grams": ("variantgrams", "weightvaluegrams", "grams"),
    "weight": ("variantweight", "weight", "weightvalue"),
    "weight_unit": ("variantweightunit", "weightunitfordisplay", "weightunit"),
    "tracker": ("variantinventorytracker", "inventorytracker"),
    "quantity": ("variantinventoryqty", "variantinventoryquantity", "inventoryquantity"),
    "policy": ("variantinventorypolicy",),
    "continue": ("continuesellingwhenoutofstock",),
    "price": ("variantprice", "price"),
    "compare_at": ("variantcompareatprice", "compareatprice"),
    "barcode": ("variantbarcode", "barcode"),
    "unit_total": ("unitpricetotalmeasure",),
    "unit_total_unit": ("unitpricetotalmeasureunit",),
    "unit_base": ("unitpricebasemeasure",),
    "unit_base_unit": ("unitpricebasemeasureunit",),
    "image": ("imagesrc", "productimageurl", "imageurl", "imagesource"),
    "image_position": ("imageposition",),
    "image_alt": ("imagealttext", "imagealt", "alttext"),
    "variant_image": ("variantimage", "variantimageurl"),
    "gift_card": ("giftcard",),
    "seo_title": ("seotitle", "metatitle"),
    "seo_description": ("seodescription", "metadescription"),
    "google_category": ("googleshoppinggoogleproductcategory", "googleproductcategory"),
    "condition": ("googleshoppingcondition",),
    "gender": ("googleshoppinggender",),
    "age_group": ("googleshoppingagegroup",),
    "mpn": ("googleshoppingmpn", "googleshoppingmanufacturerpartnumbermpn"),
}
# Headers whose cells have no place in a shop, and why.
_LEFT_OUT: dict[str, str] = {
    "variantfulfillmentservice": "who ships an order is not part of a storefront",
    "variantfullfilmentservice": "who ships an order is not part of a storefront",
    "fulfillmentservice": "who ships an order is not part of a storefront",
    "variantrequiresshipping": "shipping is set for the whole shop in tenant.yaml",
    "requiresshipping": "shipping is set for the whole shop in tenant.yaml",
    "varianttaxable": "prices are shown as they are; taxes belong to the checkout",
    "chargetax": "prices are shown as they are; taxes belong to the checkout",
    "varianttaxcode": "prices are shown as they are; taxes belong to the checkout",
    "taxcode": "prices are shown as they are; taxes belong to the checkout",
    "costperitem": "private: what you paid must not be published",
    "collection": "collections are made from types; put the product into one by hand",
    "templatesuffix": "Shopify's theme templates are not used",
    "publishedscope": "there is one storefront",
}
_LEFT_OUT_LIKE: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"googleshopping(adwords|customlabel|customproduct).*"),
        "labels for advertising campaigns are not shown in a shop",
    ),
    (re.compile(r"option[123]linkedto"), "options are written out, not linked to metafields"),
    (re.compile(r"(included|price|compareatprice)(?!$).+"), "prices of other markets: a shop has one currency"),
)
_METAFIELD = re.compile(
    r"(?:(?P<label>.*?)\s*\()?(?P<owner>product|variant)\.metafields\.(?P<space>[^.()]+)\.(?P<key>[^()]+?)\)?",
    re.IGNORECASE,
)
# Namespaces of metafields that are no facts about a product for customers to read.
_RECOMMENDED = "shopify--discovery--product_recommendation"
_RECOMMENDATIONS = {"related_products": "related", "complementary_products": "complementary"}
_OF_APPS = re.compile(r"shopify--discovery--.*|mm-google-shopping|seo|app--.*")
_CURRENCY = re.compile(r"\b([A-Z]{3})\b")
REASON_UNKNOWN = "no field of a product has this name"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a file."""

    fields: dict[str, int]
    metafields: dict[int, str]  # column → attribute name
    left_out: dict[int, str]  # column → why
    currency: str = ""  # named in a price header

    @property
    def prices(self) -> tuple[int, ...]:
        """The columns that hold prices."""
        return tuple(self.fields[name] for name in ("price", "compare_at") if name in self.fields)

    @property
    def measures(self) -> tuple[int, ...]:
        """The columns that hold weights and sizes."""
        names = ("grams", "weight", "unit_total", "unit_base")
        return tuple(self.fields[name] for name in names if name in self.fields)


def key(header: str) -> str:
    """A header without case, space and punctuation: "Image Alt Text" and "image_alt_text" are one."""
    # Composed first: a Mac may have written "é" as two characters, of which the first is plain ASCII.
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", header).casefold())


_BY_KEY = {name: field for field, names in _FIELDS.items() for name in names}


def known(header: Sequence[str]) -> int:
    """How many of the headers mean something to a Shopify import."""
    return sum(
        key(name) in _BY_KEY or key(name) in _LEFT_OUT or bool(_METAFIELD.fullmatch(name.strip())) for name in header
    )


def columns(header: Sequence[str]) -> Columns:
    """The meaning of every header; each column is a field, a metafield, or left out with a reason."""
    fields: dict[str, int] = {}
    metafields: dict[int, str] = {}
    left_out: dict[int, str] = {}
    currency = ""
    rank: dict[str, int] = {}
    for column, name in enumerate(header):
        plain, found = key(name), ""
        if field := _price_field(name):
            plain, found = field
        named = _BY_KEY.get(plain)
        metafield = _METAFIELD.fullmatch(name.strip())
        if metafield:
            space = metafield["space"].lower()
            recommended = _RECOMMENDATIONS.get(metafield["key"].lower()) if space == _RECOMMENDED else None
            if metafield["owner"].lower() == "variant":
                left_out[column] = "variants have no attributes of their own"
            elif recommended and recommended not in fields:
                fields[recommended] = column
            elif _OF_APPS.fullmatch(space):
                left_out[column] = "a setting of Shopify or an app, not a fact about the product"
            else:
                metafields[column] = (metafield["label"] or "").strip() or _label(metafield["key"])
        elif named is not None:
            # "Name" may stand beside "Title": the spelling nearest to Shopify's wins, the other is left out.
            place = _FIELDS[named].index(plain)
            if named not in fields or place < rank[named]:
                if named in fields:
                    left_out[fields[named]] = f"the column “{name}” is read for this"
                fields[named], rank[named] = column, place
                currency = currency or found
            else:
                left_out[column] = f"the column “{header[fields[named]]}” is read for this"
        else:
            left_out[column] = _LEFT_OUT.get(plain) or next(
                (why for like, why in _LEFT_OUT_LIKE if like.fullmatch(plain)), REASON_UNKNOWN
            )
    return Columns(fields, metafields, left_out, currency)


def _price_field(name: str) -> tuple[str, str] | None:
    """The price field and its currency for "Variant Price (EUR)"; "Price / France" is another market and gives None."""
    match = re.fullmatch(
        r"(variant price|price|variant compare at price)\s*[(/\[\-]?\s*([A-Z]{3})\s*[)\]]?", name.strip(), re.IGNORECASE
    )
    if match and _CURRENCY.fullmatch(match[2].upper()) and match[2].isupper():
        return key(match[1]), match[2]
    return None


def _label(name: str) -> str:
    words = re.sub(r"[_\-.]+", " ", name).strip()
    return words[:1].upper() + words[1:]
