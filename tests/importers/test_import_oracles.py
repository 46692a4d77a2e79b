"""Real exports that nobody here wrote: what is imported equals the neutral account of each set."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from import_desk import Desk

SETS = [
    ("gatsby-shopify-csv/raw/products.csv", "gatsby-shopify-csv/neutral/gatsby-shopify.json"),
    ("packt-shopify-csv/raw/Product-data.csv", "packt-shopify-csv/neutral/packt-furniture.json"),
    ("packt-shopify-csv/raw/products_export_1.csv", "packt-shopify-csv/neutral/packt-furniture-export.json"),
]


@pytest.mark.parametrize(("csv", "neutral"), SETS)
def test_products_variants_prices_and_stock_equal_the_oracle(desk: Desk, shared: Path, csv: str, neutral: str) -> None:
    oracle: dict[str, Any] = json.loads((shared / neutral).read_text())

    result = desk.take((shared / csv).read_bytes(), currency=oracle["store"]["currency"])

    shop = desk.shop
    assert list(desk.loaded().report) == []
    assert set(shop.products) == {product["handle"] for product in oracle["products"]}
    assert result.report.variants == sum(len(product["variants"]) for product in oracle["products"])
    for expected in oracle["products"]:
        product = shop.products[expected["handle"]]
        assert product.title == expected["title"]
        assert product.vendor == (expected["vendor"] or "")
        assert list(product.tags) == list(dict.fromkeys(expected["tags"]))
        assert product.status == expected["status"]
        assert len(product.variants) == len(expected["variants"])
        for variant, row in zip(product.variants, expected["variants"], strict=True):
            assert variant.price.amount == Decimal(row["price"])
            assert variant.sku == (row["sku"] or "")
            assert variant.inventory.quantity == row["stock"]
            compare = Decimal(row["compare_at"]) if row["compare_at"] else None
            expected_compare = compare if compare is not None and compare > variant.price.amount else None
            assert (variant.compare_at_price.amount if variant.compare_at_price else None) == expected_compare
            # The one combination that the set has twice is told apart by a number.
            assert [value.removesuffix(" (2)") for value in variant.options] == list(row["options"].values())
    assert {picture.url for picture in result.report.pictures} == {
        image["src"] for product in oracle["products"] for image in product["images"]
    }


@pytest.mark.parametrize(("csv", "neutral"), SETS)
def test_second_import_of_a_real_file_writes_nothing(desk: Desk, shared: Path, csv: str, neutral: str) -> None:
    data = (shared / csv).read_bytes()
    desk.take(data)

    assert desk.take(data).files_written == ()


def test_report_of_a_real_file_reads_well(desk: Desk, shared: Path) -> None:
    from highstreet.importers.loss import as_json, as_text

    report = desk.take((shared / SETS[0][0]).read_bytes()).report

    text = as_text(report)
    assert text.startswith(
        "shopify import of export.csv into tenants/acme\n  300 rows, 44 columns: 99 products, 300 variants, 22 collections\n  5,100 cells with text: "
    )
    assert "Variant taxable" in text
    assert json.loads(as_json(report))["products"] == 99
