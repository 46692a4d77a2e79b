"""Starter files: the menu and home page that a new shop has after an import."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from highstreet.importers.draft import DraftCollection, DraftImage, DraftProduct, DraftShop, DraftVariant
from highstreet.importers.folder import starter_files
from highstreet.importers.run import Options, run
from support.street import Lane, theme_words

PRODUCTS = tuple(DraftProduct(handle, handle.title(), (DraftVariant(Decimal(5)),)) for handle in ("cup", "jug"))


def menu(locale: str, *titles: str) -> list[tuple[str, str]]:
    collections = tuple(DraftCollection(f"c{number}", title, ("cup", "jug")) for number, title in enumerate(titles))
    files = starter_files(DraftShop("Kiln", "EUR", locale, products=PRODUCTS, collections=collections), theme_words(locale), {})
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


def home(collections: int, pictures: int, together: bool = False) -> list[dict[str, object]]:
    """The home page of a shop with that many collections of one product each; of `pictures` products the picture came."""
    products = tuple(DraftProduct(f"p{n}", f"P{n}", (DraftVariant(Decimal(5)),), images=(DraftImage(f"{n}.jpg"),)) for n in range(collections))
    shelves = tuple(DraftCollection(f"c{n}", f"C{n}", ("p0",) if together else (f"p{n}",)) for n in range(collections))
    assets = {f"{n}.jpg": f"products/{n}.jpg" for n in range(pictures)}
    files = starter_files(DraftShop("Kiln", "EUR", "en", products=products, collections=shelves), theme_words("en"), assets)
    return files["home.yaml"].data["sections"]  # type: ignore[return-value]


@pytest.mark.parametrize(("collections", "pictures", "tiles"), [(8, 8, 6), (5, 5, 3), (8, 4, 3), (8, 2, 0), (2, 2, 0), (8, 0, 0)])
def test_home_shows_whole_rows_of_collections_that_have_a_picture(collections: int, pictures: int, tiles: int) -> None:
    found = [section["collections"] for section in home(collections, pictures) if section["type"] == "collection-tiles"]
    assert found == ([[f"c{n}" for n in range(tiles)]] if tiles else [])


def test_no_two_tiles_show_one_picture() -> None:
    assert [section["type"] for section in home(6, 6, together=True)] == ["hero", *["featured-collection"] * 3]
