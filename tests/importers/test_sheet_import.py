"""Tables of any system and of spreadsheets: what each becomes, by headers that people and other systems write."""

from __future__ import annotations

import csv
import io
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from import_desk import Desk, reasons, table

from highstreet.base.diagnostic import Problems
from highstreet.model.catalog import Product


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "acme", "csv")


def sold(product: Product) -> list[tuple[tuple[str, ...], str, str, int | None]]:
    """(options, price, SKU, stock) of each variant."""
    return [(v.options, str(v.price.amount), v.sku, v.inventory.quantity) for v in product.variants]


def test_a_spreadsheet_in_german(desk: Desk) -> None:
    text = (
        "Artikelname;Preis;UVP;Artikelnummer;EAN;Lagerbestand;Gewicht (kg);Marke;Kategorie;Bild;Beschreibung;Einkaufspreis\n"
        'Becher;12,50;15,00;B-1;4006381333931;7;0,35;Ofen;Küche > Tassen;becher.jpg;"Ein <b>Becher</b>.";4,10\n'
        "Teller;1.299,00;;T-1;;0;;Ofen;Küche;;;600,00\n"
    )
    result = desk.take(text, currency="EUR", locale="de-DE")

    mug = desk.shop.products["becher"]
    assert sold(mug) == [((), "12.50", "B-1", 7)]
    assert (str(mug.variants[0].compare_at_price.amount), str(mug.variants[0].weight)) == ("15.00", "0.350")  # type: ignore[union-attr]
    assert (mug.vendor, mug.type, mug.variants[0].barcode, mug.description.strip()) == ("Ofen", "Tassen", "4006381333931", "Ein **Becher**.")
    assert sold(desk.shop.products["teller"]) == [((), "1299.00", "T-1", 0)]
    assert [picture.url for picture in result.report.pictures] == ["becher.jpg"]
    assert "what you paid" in reasons(result, "Einkaufspreis", "left out")[0]


def test_one_row_for_each_size_and_colour(desk: Desk) -> None:
    rows = [{"Name": "Shirt", "Size": size, "Colour": colour, "Price": price, "SKU": f"S-{size}-{colour}", "Qty": "3"}
            for size, colour, price in [("S", "Red", "20"), ("M", "Red", "20"), ("S", "Blue", "22"), ("M", "", "22")]]  # fmt: skip
    result = desk.take(table(*rows, {"Name": "Scarf", "Size": "", "Colour": "Moss", "Price": "30"}))

    shirt = desk.shop.products["shirt"]
    assert [option.name for option in shirt.options] == ["Size", "Colour"]
    assert sold(shirt) == [
        (("S", "Red"), "20.00", "S-S-Red", 3), (("M", "Red"), "20.00", "S-M-Red", 3),
        (("S", "Blue"), "22.00", "S-S-Blue", 3), (("M", "Default"), "22.00", "S-M-", 3),
    ]  # fmt: skip
    assert desk.shop.products["scarf"].attributes == (("Colour", "Moss"),)
    assert result.report.counts["left out"] == 0


def test_rows_without_choices_are_products_of_their_own(desk: Desk) -> None:
    desk.take(table({"Title": "Print", "Price": "20", "SKU": "a"}, {"Title": "Print", "Price": "25", "SKU": "b"}))

    assert {handle: sold(product) for handle, product in desk.shop.products.items()} == {
        "print": [((), "20.00", "a", None)], "print-2": [((), "25.00", "b", None)],
    }  # fmt: skip


def test_a_row_of_the_product_above_its_variants(desk: Desk) -> None:
    """As Spree and others write them; a variant without a price has its product's."""
    head = {"Parent SKU": "P", "Title": "Pot", "Price": "30", "Description": "Fired twice.", "Image URL": "https://a.example/p.jpg"}
    result = desk.take(table(head, {"Parent SKU": "P", "SKU": "P-S", "Size": "S", "Stock": "2"},
                             {"Parent SKU": "P", "SKU": "P-L", "Size": "L", "Price": "45", "Stock": "0"}))  # fmt: skip

    pot = desk.shop.products["pot"]
    assert sold(pot) == [(("S",), "30.00", "P-S", 2), (("L",), "45.00", "P-L", 0)]
    assert pot.description.strip() == "Fired twice."
    assert result.report.counts["left out"] == 1  # the picture, which is not here yet
    assert [picture.url for picture in result.report.pictures] == ["https://a.example/p.jpg"]


def test_squarespace(desk: Desk) -> None:
    first = {"Product ID [Non Editable]": "1", "Variant ID [Non Editable]": "11", "Title": "Tea", "Description": "<p>Green.</p>", "SKU": "T1",
             "Option Name 1": "Weight", "Option Value 1": "50 g", "Price": "8.00", "Sale Price": "6.00", "On Sale": "Yes", "Stock": "Unlimited",
             "Categories": "/tea, /gifts", "Tags": "green, spring", "Visible": "Yes",
             "Hosted Image URLs": "https://a.example/1.jpg https://a.example/2.jpg"}  # fmt: skip
    second = {"Variant ID [Non Editable]": "12", "SKU": "T2", "Option Value 1": "100 g", "Price": "15.00", "Sale Price": "0.00", "Stock": "4"}
    result = desk.take(table(first, second))

    tea = desk.shop.products["tea"]
    assert sold(tea) == [(("50 g",), "6.00", "T1", None), (("100 g",), "15.00", "T2", 4)]
    assert str(tea.variants[0].compare_at_price.amount) == "8.00"  # type: ignore[union-attr]
    assert (tea.options[0].name, tea.type, tea.tags) == ("Weight", "tea", ("green", "spring"))
    assert [picture.url for picture in result.report.pictures] == ["https://a.example/1.jpg", "https://a.example/2.jpg"]


def test_wix_adds_surcharges_and_lists_choices(desk: Desk) -> None:
    product = {"handleId": "p1", "fieldType": "Product", "name": "Ring", "price": "100", "surcharge": "", "visible": "true", "inventory": "InStock",
               "productOptionName1": "Metal", "productOptionType1": "DROP_DOWN", "productOptionDescription1": "Silver;Gold"}  # fmt: skip
    variants = [{"handleId": "p1", "fieldType": "Variant", "surcharge": more, "inventory": stock, "sku": sku, "productOptionDescription1": metal}
                for more, stock, sku, metal in [("0.0", "3", "R-S", "Silver"), ("50.5", "1", "R-G", "Gold")]]  # fmt: skip
    listed = {"handleId": "p2", "fieldType": "Product", "name": "Card", "price": "3", "visible": "false", "sku": "C",
              "productOptionName1": "Colour", "productOptionType1": "COLOR", "productOptionDescription1": "#ff0000:Red;#0000ff:Blue"}  # fmt: skip
    result = desk.take(table(product, *variants, listed))

    assert sold(desk.shop.products["ring"]) == [(("Silver",), "100.00", "R-S", 3), (("Gold",), "150.50", "R-G", 1)]
    assert sold(desk.shop.products["card"]) == [(("Red",), "3.00", "", None), (("Blue",), "3.00", "", None)]
    assert desk.shop.products["card"].status == "draft"
    assert "added" in reasons(result, "surcharge", "repaired")[0]


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([{"TITLE": "Bowl", "PRICE": "20", "CURRENCY_CODE": "EUR", "VARIATION 1 NAME": "Size", "VARIATION 1 VALUES": "S,L"}], "VARIATION 1 VALUES"),
        ([{"Item Type": "Product", "Product Name": "Bowl", "Price": "20"}, {"Item Type": "SKU", "Product Name": "[RT]Size=L,[CS]Colour=Red:#ff0000", "Product Code/SKU": "B-L"},
          {"Item Type": "Rule", "Product Code/SKU": "B-L", "Price": "[ADD]5"}], "Price"),
    ],
)  # fmt: skip
def test_what_depends_on_prices_that_the_file_does_not_tell_is_a_draft(desk: Desk, rows: list[dict[str, str]], column: str) -> None:
    result = desk.take(table(*rows))

    assert desk.shop.products["bowl"].status == "draft"
    assert "draft until" in reasons(result, column, "left out")[0]


def test_bigcommerce_names_choices_in_the_title(desk: Desk) -> None:
    desk.take(table({"Item Type": "Product", "Product Name": "Bowl", "Price": "20", "Brand Name": "Ofen"},
                    {"Item Type": "SKU", "Product Name": "[RT]Size=S,[CS]Colour=Red:#ff0000", "Product Code/SKU": "B-S"},
                    {"Item Type": "SKU", "Product Name": "[RT]Size=L,[CS]Colour=Red:#ff0000", "Product Code/SKU": "B-L", "Price": "26"}))  # fmt: skip

    assert sold(desk.shop.products["bowl"]) == [(("S", "Red"), "20.00", "B-S", None), (("L", "Red"), "26.00", "B-L", None)]


def test_sales_with_dates_are_not_prices(desk: Desk) -> None:
    result = desk.take(table({"Name": "A", "Price": "20", "Sale Price": "15", "Sale End Date": "2026-01-01"}, {"Name": "B", "Price": "20", "Sale Price": "25"}))

    assert [str(desk.shop.products[handle].price.amount) for handle in "ab"] == ["20.00", "20.00"]
    assert "dates" in reasons(result, "Sale Price", "left out")[0]
    assert "not below" in reasons(result, "Sale Price", "left out")[1]


def test_stock_in_words(desk: Desk) -> None:
    desk.take(table(*({"Name": name, "Price": "1", "Availability": words} for name, words in [("a", "in stock"), ("b", "out of stock"), ("c", "")])))

    assert [desk.shop.products[handle].variants[0].inventory.quantity for handle in "abc"] == [None, 0, None]


def test_a_person_says_what_columns_are(desk: Desk) -> None:
    text = "Ding,Kostet,Aus,Form,Wer\nBecher,5,Ton,rund,Anna\nBecher,7,Ton,hoch,Anna\n"
    with pytest.raises(Problems) as refused:
        desk.take(text)
    assert refused.value.diagnostics[0].fix == 'say which it is: --column title="HEADER" --column price="HEADER"'

    named = (("title", "Ding"), ("price", "Kostet"), ("attribute:Material", "Aus"), ("option", "Form"))
    result = desk.take(text, columns=named)

    mug = desk.shop.products["becher"]
    assert sold(mug) == [(("rund",), "5.00", "", None), (("hoch",), "7.00", "", None)]
    assert mug.attributes == (("Material", "Ton"),)
    assert reasons(result, "Wer", "left out") == ["not read: --column attribute=HEADER shows it to customers, --column FIELD=HEADER says what else it is"]


@pytest.mark.parametrize(
    ("column", "message", "fix"),
    [
        (("prise", "Price"), "unknown field", "did you mean price?"),
        (("price:Netto", "Price"), "unknown field", ""),
        (("price", "Pricee"), "no column has this header", "did you mean Price?"),
    ],
)
def test_a_column_that_cannot_be_meant(desk: Desk, column: tuple[str, str], message: str, fix: str) -> None:
    with pytest.raises(Problems) as refused:
        desk.take("Title,Price\nMug,5\n", columns=(column,))

    assert refused.value.diagnostics[0].message == message
    assert fix in refused.value.diagnostics[0].fix


@pytest.mark.parametrize(
    ("header", "kind"), [("Handle,Title,Variant Price", "shopify"), ("ID,Type,SKU,Name,Published,Regular price", "woocommerce")]
)
def test_an_export_with_an_import_of_its_own_goes_there(desk: Desk, header: str, kind: str) -> None:
    with pytest.raises(Problems) as refused:
        desk.take(f"{header}\n" + ",".join("1" * len(header.split(","))) + "\n")

    assert refused.value.diagnostics[0].fix == f"import it with: highstreet import {kind}"


def test_prices_of_one_currency_are_taken(desk: Desk) -> None:
    text = "Handle,Name,Price,Currency\nmug,Mug,5,USD\nmug,,4,EUR\n"
    with pytest.raises(Problems) as refused:
        desk.take(text)
    assert refused.value.diagnostics[0].code == "HS704"

    desk.take(text, currency="EUR")
    assert (desk.shop.currency, sold(desk.shop.products["mug"])) == ("EUR", [((), "4.00", "", None)])


def test_a_product_stays_itself_when_it_is_renamed_or_moved(desk: Desk) -> None:
    desk.take(table({"Title": "Print", "Price": "20", "SKU": "a"}, {"Title": "Print", "Price": "25", "SKU": "b"}))
    desk.take(table({"Title": "Print", "Price": "26", "SKU": "b"}, {"Title": "Poster", "Price": "20", "SKU": "a"}))

    assert {handle: (product.title, str(product.price.amount)) for handle, product in desk.shop.products.items()} == {
        "print": ("Poster", "20.00"), "print-2": ("Print", "26.00"),
    }  # fmt: skip


HEADERS = (
    "Parent SKU", "Handle", "SKU", "Size", "Farbe", "Option Name 1", "Option Value 1", "Option Value 2", "optionGroups", "optionValues", "Item Type", "Sale Price",
    "RRP", "Surcharge", "Sale End Date", "Currency", "Stock", "Availability", "Track Inventory", "Weight", "Weight (kg)", "Weight Unit", "Image 1", "Image 2", "Image Alt",
    "Category", "Tags", "Status", "Visible", "VARIATION 1 VALUES", "Cost", "Odd", "EAN", "Description", "",
)  # fmt: skip
CELLS = (
    "", "", "Mug", "mug", "12.50", "12,50", "1.299,00", "0", "-3", "S", "M", "S;L", "a|b", "#f00:Red", "product", "variant", "sku", "rule", "in stock", "sold out",
    "https://a.example/1.jpg, https://a.example/2.jpg", "a.jpg,b.jpg", "Cups > Large", "EUR", "true", "false", "2026-01-01", "[RT]Size=S,[CS]Colour=Red", "4006381333931",
    "=1+1", "\u202e", "1e5", "9" * 20, "50 g", "kg", "javascript:x", "../../x",
)  # fmt: skip


def test_every_cell_of_any_table_is_accounted_for(tmp_path: Path) -> None:
    """The desk refuses a report with cells that nobody explained; what is imported loads."""
    rng = random.Random(5)
    taken = 0
    for number in range(250):
        header = ["Title", "Price", *rng.sample(HEADERS, rng.randint(0, 9))]
        rows = [[rng.choice(("Thing", "Other", "")), rng.choice(("5", "7", "")), *(rng.choice(CELLS) for _ in header[2:])] for _ in range(rng.randint(1, 7))]
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
        desk = Desk(tmp_path / f"shop-{number}", "csv")
        try:
            desk.take(out.getvalue())
        except Problems:  # no table, or several currencies
            continue
        assert [found for found in desk.loaded().report if found.severity == "error"] == []
        taken += 1
    assert taken > 150


REAL = [
    ("spree-appliances/raw/products.csv", "spree-appliances/neutral/spree-appliances.json"),
    ("vendure-mock/raw/data-sources/products.csv", "vendure-mock/neutral/vendure-mock.json"),
]


@pytest.mark.parametrize(("raw", "neutral"), REAL)
def test_real_tables_of_other_systems_equal_their_oracle(desk: Desk, shared: Path, raw: str, neutral: str) -> None:
    oracle: dict[str, Any] = json.loads((shared / neutral).read_text())
    data = (shared / raw).read_bytes()

    result = desk.take(data, currency=oracle["store"]["currency"])

    shop = desk.shop
    assert [found for found in desk.loaded().report if found.severity == "error"] == []
    assert set(shop.products) == {product["handle"] for product in oracle["products"]}
    for expected in oracle["products"]:
        product = shop.products[expected["handle"]]
        assert product.title == expected["title"]
        assert [option.name for option in product.options] == expected["options"]
        told = {variant.options: variant for variant in product.variants}
        assert len(told) == len(expected["variants"])
        for row in expected["variants"]:
            variant = told[tuple(row["options"][name] for name in expected["options"])]
            assert variant.price.amount == Decimal(row["price"])
            compare = Decimal(row["compare_at"]) if row["compare_at"] else None
            assert (variant.compare_at_price.amount if variant.compare_at_price else None) == (compare if compare and compare > variant.price.amount else None)
            assert variant.inventory.quantity == row["stock"]
    assert desk.take(data, currency=oracle["store"]["currency"]).files_written == ()
    assert result.report.products == len(oracle["products"])
