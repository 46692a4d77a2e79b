"""Starter files: the menu and home page that a new shop has after an import."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from highstreet.importers.draft import DraftCollection, DraftProduct, DraftShop, DraftVariant
from highstreet.importers.folder import starter_files
from highstreet.importers.run import Options, run
from support.street import Lane, theme_words

PRODUCTS = tuple(DraftProduct(handle, handle.title(), (DraftVariant(Decimal(5)),)) for handle in ("cup", "jug"))


def menu(locale: str, *titles: str) -> list[tuple[str, str]]:
    collections = tuple(DraftCollection(f"c{number}", title, ("cup", "jug")) for number, title in enumerate(titles))
    files = starter_files(DraftShop("Kiln", "EUR", locale, products=PRODUCTS, collections=collections), theme_words(locale))
    return [(entry["label"], entry["to"]) for entry in files["navigation.yaml"].data["main"]]  # type: ignore[union-attr, index, call-overload, misc]


def test_old_addresses_lead_on(tmp_path: Path) -> None:
    """Each rule holds in a shop that is built at once: nothing of it is a page of today."""
    sheets = {
        "woocommerce": b"ID,Type,SKU,Name,Published,Regular price,Categories\n1,simple,a,Tea Cup,1,12.00,Cups\n",
        "shopify": b"Handle,Title,Type,Variant Price\ntea-cup,Tea Cup,All,12.00\n",
    }
    old = {
        "woocommerce": ["/tienda /products/ 301", "/producto/tea-cup /products/tea-cup/ 301", "/categoria-producto/cups /collections/cups/ 301"],
        "shopify": ["/collections/all/products/tea-cup /products/tea-cup/ 301"],
    }
    for kind, sheet in sheets.items():
        lane = Lane(tmp_path / kind)
        run(kind, sheet, "export.csv", tenant_dir=lane.workspace.tenant("acme"), handle="acme", options=Options(locale="es-ES"))
        built = lane.build("acme")
        assert built.outcome == "built", built.diagnostics
        assert sorted(lane.files("acme")["_redirects"].decode().splitlines()) == sorted(old[kind])


@pytest.mark.parametrize(("locale", "words"), [("en-GB", "All products"), ("de-AT", "Alle Produkte"), ("ar", "كل المنتجات"), ("sv", "All products")])
def test_menu_ends_with_the_list_of_everything_in_the_shops_language(locale: str, words: str) -> None:
    assert menu(locale, "Cups") == [("Cups", "collection/c0"), (words, "/products/")]
    assert menu(locale) == [(words, "/products/")]


@pytest.mark.parametrize(("locale", "title", "words"), [("en", "All  products", "All products"), ("en", "ALL PRODUCTS", "All products"), ("de", "Alle Produkte", "Alle Produkte")])
def test_a_collection_of_everything_stands_in_the_menu_once(locale: str, title: str, words: str) -> None:
    """Shops elsewhere have such a collection of their own; its place in the menu is kept."""
    assert menu(locale, title, "Cups") == [(words, "/products/"), ("Cups", "collection/c1")]
