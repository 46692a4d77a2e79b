"""Public data sets become shops that load without a problem and hold what the neutral account of each set says."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sets import CONVERTERS, Conversion, with_pictures

from highstreet.importers.folder import shop_files
from highstreet.model.load import Loaded, load
from highstreet.model.platform import platform
from highstreet.source.scan import scan
from support.street import theme_words

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
THEME = Path(__file__).parents[2] / "themes/main"
PLATFORM, _ = platform('[tool.highstreet]\nbase_domain = "highstreet.example"\n', "pyproject.toml")


def write(conversion: Conversion, root: Path, data: Path) -> None:
    """The shop as a tenant folder, pictures copied from the shared data."""
    assets = with_pictures(conversion, data)
    for path, file in shop_files(conversion.shop, assets, theme_words(conversion.shop.locale)).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file.text, encoding="utf-8")
    for source, asset in assets.items():
        place = root / "assets" / asset
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / source, place)


def loaded(root: Path) -> Loaded:
    return load(scan(root, f"tenants/{root.name}"), PLATFORM)


@pytest.mark.parametrize("name", CONVERTERS)
def test_set_equals_its_neutral_account(tmp_path: Path, name: str) -> None:
    folder, neutral, convert = CONVERTERS[name]
    if not SHARED.is_dir():
        pytest.skip("the shared data sets are not beside this checkout")
    oracle: dict[str, Any] = json.loads((SHARED / folder / "neutral" / f"{neutral}.json").read_text())

    conversion = convert(SHARED / folder)
    write(conversion, tmp_path / name, SHARED)
    made = loaded(tmp_path / name)

    errors = [f"{one.span} {one.code} {one.message}: {one.found}" for one in made.report.errors]
    assert errors == []
    shop = made.tenant
    assert shop is not None
    assert all(": " in reason for reason in conversion.left_out)  # what, and why
    assert set(shop.products) == {product["handle"] for product in oracle["products"]}
    assert {collection["handle"] for collection in oracle["collections"]} <= set(shop.collections)
    for expected in oracle["products"]:
        product = shop.products[expected["handle"]]
        assert product.title == expected["title"]
        assert len(product.variants) == len(expected["variants"])
        assert [option.name for option in product.options] == expected["options"]
        for variant, row in zip(product.variants, expected["variants"], strict=True):
            assert variant.price.amount == Decimal(row["price"] or 0)
            assert (row["price"] is None) == (product.status == "draft")
            assert variant.inventory.quantity == row["stock"]
            assert list(variant.options) == [str(value) for value in row["options"].values()]
            assert variant.sku == row["sku"] or any(row["sku"] in reason for reason in conversion.left_out)
            compare = Decimal(row["compare_at"]) if row["compare_at"] else None
            expected_compare = compare if compare is not None and compare > variant.price.amount else None
            assert (variant.compare_at_price.amount if variant.compare_at_price else None) == expected_compare
        for handle in expected["collections"]:
            assert expected["handle"] in shop.collections[handle].products
        here = [image for image in expected["images"] if not image["src"].startswith("MISSING:")]
        assert len(product.images) >= len(here)
        for language, texts in expected["translations"].items():
            assert shop.overlays[language][f"catalog/products/{expected['handle']}.yaml"]["title"] == texts["title"]
    assert len(shop.content.pages) + len(shop.content.posts) == len(oracle["pages"])


def test_right_to_left_and_japanese_shops_keep_their_words(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data sets are not beside this checkout")
    for language, title, everything in (
        ("ar", "قبعة الصوف المريحة القطبية للجنسين", "كل المنتجات"),
        ("ja", "アークティックコージーニットユニセックスビーニー", "すべての商品"),
    ):
        folder, _, convert = CONVERTERS[f"bagisto-{language}"]
        write(convert(SHARED / folder), tmp_path / language, SHARED)

        shop = loaded(tmp_path / language).tenant

        assert shop is not None
        assert shop.locale == language
        assert shop.content.menus["main"][-1].label == everything
        assert f"  all: {everything}\n" in (THEME / f"locales/{language}.yaml").read_text("utf-8")
        assert shop.products["arctic-cozy-knit-unisex-beanie"].title == title
        assert (
            f"title: {title}\n"
            in (tmp_path / language / "catalog/products/arctic-cozy-knit-unisex-beanie.yaml").read_text()
        )
