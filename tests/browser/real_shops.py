"""Real catalogs as storefronts: the public sets and exports beside this checkout, each in the palette of a real brand.

An import brings a catalog; what no export holds (contact, checkout, delivery, returns, colours) is what a merchant adds
first, and what is added here.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

from highstreet.importers.folder import shop_files
from highstreet.importers.run import Options
from highstreet.importers.run import run as imported
from support.street import SHARED, as_yaml, theme_words

sys.path.append(str(Path(__file__).parents[1] / "converters"))

from sets import CONVERTERS, with_pictures

DATA = SHARED / "data"


class Real(NamedTuple):
    """A catalog (the name of a converter, or a Shopify export below the data) and the brand it is dressed as."""

    source: str
    brand: str  # of the public palettes: a brand's name, or the number of a row of five colours
    shape: str
    fonts: tuple[str, str]
    checkout: tuple[str, str] = ("email", "orders@real.example")
    settings: tuple[tuple[str, str], ...] = ()


# Both directions of writing, most ways to check out, shapes and densities; brands that are hard to read on or beside.
ALL = {
    "bagisto-ar": Real("bagisto-ar", "dhl", "round", ("Cairo", "Cairo"), ("webhook", "https://orders.real.example/take")),
    "spree": Real("spree-appliances", "42", "soft", ("DM Sans", "DM Sans"), settings=(("card_ratio", "square"), ("density", "compact"))),
    "vision": Real("liquid-vision", "snapchat", "sharp", ("Space Grotesk", "Inter"), settings=(("header_layout", "stacked"), ("collection_filters", "sidebar"))),
    "packt": Real("packt-shopify-csv/raw/products_export_1.csv", "17", "sharp", ("Lora", "Work Sans"), ("url", "https://pay.real.example/?shop=packt")),
    "gatsby": Real("gatsby-shopify-csv/raw/products.csv", "spotify", "round", ("Nunito", "Nunito"), ("whatsapp", "+4915112345678")),
    "bagisto-en": Real("bagisto-en", "121", "sharp", ("DM Sans", "DM Sans"), ("payment_link", "https://buy.stripe.com/test_real")),
    "spyshop": Real("aws-spyshop", "5", "soft", ("Playfair Display", "Lora")),
    "vendure": Real("vendure-mock", "ikea-2", "soft", ("Work Sans", "Work Sans"), settings=(("header_background", "inverse"), ("collection_columns_mobile", "1"))),
    "adventure": Real("eshop-adventure", "600", "sharp", ("Bricolage Grotesque", "Heebo"), settings=(("card_ratio", "landscape"),)),
    "retail": Real("aws-retail", "etsy", "soft", ("Inter", "Inter")),
}  # fmt: skip
PICTURELESS = ("vision", "packt", "gatsby", "retail")  # their sets name pictures and have none; Google lists nothing without one
FEW = ("bagisto-ar", "vision")  # small ones, which every run can afford
REAL = tuple(ALL) if "HIGHSTREET_LONG" in os.environ else FEW


def plant(name: str, tenants: Path) -> None:
    """The tenant folder of a real shop, with what a merchant adds to an import before opening."""
    real, root = ALL[name], tenants / name
    if real.source in CONVERTERS:
        folder, _, convert = CONVERTERS[real.source]
        conversion = convert(DATA / folder)
        assets = with_pictures(conversion, DATA)
        for path, file in shop_files(conversion.shop, assets, theme_words(conversion.shop.locale)).items():
            _write(root / path, file.text)
        for source, asset in assets.items():
            (root / "assets" / asset).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(DATA / source, root / "assets" / asset)
    else:
        export = DATA / real.source
        imported("shopify", export.read_bytes(), export.name, tenant_dir=root, handle=name, options=Options(name=f"{name.title()} & Co", currency="EUR", words=theme_words))
    tenant = yaml.safe_load((root / "tenant.yaml").read_text("utf-8"))
    kind, to = real.checkout
    tenant |= {
        "contact": {"email": "hello@real.example", "phone": "+33 2 61 91 00 17", "address": {"street": "17 rue de Siam", "city": "Brest", "postal_code": "29200", "country": "FR"}},
        "checkout": {"kind": kind, "to": to},
        "shipping": {"flat": "4.90", "free_from": "100.00", "countries": ["FR", "DE"], "handling_days": ["0", "1"], "transit_days": ["2", "4"]},
        "returns": {"days": "30", "fees": "free"},
        "theme": {"name": "main", "settings": dict(real.settings)},
    }  # fmt: skip
    _write(root / "tenant.yaml", as_yaml(tenant))
    heading, text = real.fonts
    brand = {"tagline": "All there is", "colors": colors(real.brand), "shape": real.shape, "typography": {"heading": heading, "body": text}}
    _write(root / "branding.yaml", as_yaml(brand))


def colors(brand: str) -> dict[str, str]:
    """The primary colour of a brand; of five colours the first two and, as the page's own, the fifth."""
    raw = DATA / "palettes/raw"
    if brand.isdecimal():
        primary, accent, *_, background = json.loads((raw / "nice-color-palettes-1000.json").read_text("utf-8"))[int(brand)]
        return {"primary": primary, "accent": accent, "background": background}
    return {"primary": json.loads((raw / "brandColors.merged.json").read_text("utf-8"))[brand]}


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
