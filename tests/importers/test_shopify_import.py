"""Shopify exports as they come: what each oddity becomes in the tenant folder and in the report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from import_desk import Desk, reasons, table

from highstreet.base.diagnostic import Problems
from highstreet.importers.loss import as_json, as_text
from highstreet.run.markdown import html

MUG = {
    "Handle": "mug", "Title": "Mug", "Body (HTML)": "<p>A mug.</p>", "Vendor": "Kiln", "Type": "Cups", "Tags": "red, Round , red",
    "Published": "true", "Option1 Name": "Title", "Option1 Value": "Default Title", "Variant SKU": "M-1", "Variant Grams": "350",
    "Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "12", "Variant Inventory Policy": "deny", "Variant Price": "12.50",
    "Variant Compare At Price": "15.00", "Variant Barcode": "4006381333931", "Image Src": "", "SEO Title": "Mugs", "SEO Description": "All mugs",
    "Variant Weight Unit": "kg", "Status": "active",
}  # fmt: skip


def mug(**cells: str) -> dict[str, str]:
    """The mug with other cells; a column's name is written with underscores for spaces."""
    return MUG | {name.replace("_", " "): text for name, text in cells.items()}


def test_plain_product_becomes_the_yaml_a_person_would_write(desk: Desk) -> None:
    desk.take(table(MUG))

    assert desk.text("catalog/products/mug.yaml") == (
        "title: Mug\nvendor: Kiln\ntype: Cups\ntags: [red, Round]\nprice: 12.50\ncompare_at_price: 15.00\nsku: M-1\n"
        'barcode: "4006381333931"\nweight: 350 g\ninventory: 12\nseo: {title: Mugs, description: All mugs}\n'
        "description: |\n  A mug.\n"
    )
    product = desk.shop.products["mug"]
    assert product.price.amount == Decimal("12.50")
    assert product.variants[0].inventory.quantity == 12
    assert desk.shop.collections["cups"].products == ("mug",)


def test_title_that_has_taken_another_row_is_told(desk: Desk) -> None:
    result = desk.take('Handle,Title,Variant Price\na,"A,12.50\nb,B",13.50\n')

    assert desk.shop.products["a"].title == "A,12.50 b,B"
    assert "quotation mark" in reasons(result, "Title", "repaired")[0]


def test_variants_images_and_rows_out_of_order(desk: Desk) -> None:
    shirt = {
        "Handle": "shirt",
        "Title": "Shirt",
        "Option1 Name": "Size",
        "Option1 Value": "S",
        "Option2 Name": "Colour",
        "Option2 Value": "Red",
        "Variant Price": "20",
        "Image Src": "https://x.example/b.jpg",
        "Image Position": "2",
        "Image Alt Text": "Back",
    }
    rows = [
        shirt,
        MUG,
        {"Handle": "shirt", "Option1 Value": "M", "Option2 Value": "Red", "Variant Price": "20"},
        {"Handle": "shirt", "Image Src": "https://x.example/a.jpg", "Image Position": "1"},
    ]

    result = desk.take(table(*rows))

    product = desk.shop.products["shirt"]
    assert [variant.options for variant in product.variants] == [("S", "Red"), ("M", "Red")]
    assert [option.name for option in product.options] == ["Size", "Colour"]
    assert [picture.url for picture in result.report.pictures] == ["https://x.example/a.jpg", "https://x.example/b.jpg"]
    assert result.report.products == 2
    assert result.report.variants == 3


def test_price_of_all_variants_is_said_once(desk: Desk) -> None:
    rows = [
        mug(Option1_Name="Size", Option1_Value="S"),
        {"Handle": "mug", "Option1 Value": "L", "Variant Price": "12.50", "Variant Compare At Price": "15.00"},
    ]

    desk.take(table(*rows))

    text = desk.text("catalog/products/mug.yaml")
    assert text.count("12.50") == 1
    assert [variant.price.amount for variant in desk.shop.products["mug"].variants] == [Decimal("12.50")] * 2


@pytest.mark.parametrize(
    ("cell", "value", "fate"),
    [
        ("12,50", "12.50", "repaired"),
        ("1.299,00", "1299.00", "repaired"),
        ("1,299.00", "1299.00", "repaired"),
        ("€ 12.50", "12.50", "repaired"),
        ("12.5055", "12.51", "repaired"),
        ("1.299,-", "1299.00", "repaired"),
        ("1'299.-", "1299.00", "repaired"),
        ("1,29,999.00", "129999.00", "repaired"),
        ("1 299,00 kr", "1299.00", "repaired"),
        ("12.50 kr.", "12.50", "repaired"),
        ("12.50 EUR", "12.50", "repaired"),
        ("Fr. 12.-", "12.00", "repaired"),
        ("Rs.12", "12.00", "repaired"),
        ("$.50", "0.50", "repaired"),
        ("US-$ 12", "12.00", "repaired"),
        ("0", "0.00", ""),
        ("0.00", "0.00", ""),
    ],
)
def test_prices_as_spreadsheets_write_them(desk: Desk, cell: str, value: str, fate: str) -> None:
    result = desk.take(table(mug(Variant_Price=cell, Variant_Compare_At_Price="")))

    assert str(desk.shop.products["mug"].price.amount) == value
    assert bool(reasons(result, "Variant Price", "repaired")) == bool(fate)


@pytest.mark.parametrize("cell", ["", "call us", "-5", "-$5", "1e99", "99999999999", "1O0", "12,5O", "l2.50", "10-20", "2 for 5", "1.2.3", "31.12.2024", "12,50,", "12 50", "1.29,00", "1.5k", "20 %", "12½", "1" + " " * 50_000 + "x1"])
def test_product_without_a_price_is_kept_as_a_draft(desk: Desk, cell: str) -> None:
    result = desk.take(table(mug(Variant_Price=cell)))

    assert desk.shop.products["mug"].status == "draft"
    assert any("has no price" in remark for remark in result.report.remarks)


@pytest.mark.parametrize(
    ("others", "cell", "price"),
    [
        (["12,50"], "1.299", "1299.00"),
        (["12,50"], "8,403", "8.40"),
        (["1.499,00", "49,-"], "1.299", "1299.00"),
        (["1.000.000"], "8,403", "8.40"),
        (["12.50"], "1,299", "1299.00"),
        (["12.50", "899"], "12.505", "12.51"),
        (["0,250"], "1.299", "1299.00"),
        # Nothing tells, or both signs stand before decimals: no price, rather than a wrong one.
        (["899", "45"], "1.299", None),
        (["12.50", "12,50"], "1,299", None),
    ],
)
def test_sign_before_decimals_is_the_one_of_the_file(desk: Desk, others: list[str], cell: str, price: str | None) -> None:
    rows = [
        mug(Handle=f"other-{index}", Variant_SKU="", Variant_Price=text, Variant_Compare_At_Price="")
        for index, text in enumerate(others)
    ]

    result = desk.take(table(mug(Variant_Price=cell, Variant_Compare_At_Price=""), *rows))

    product = desk.shop.products["mug"]
    assert (str(product.price.amount), product.status) == ((price, "active") if price else ("0.00", "draft"))
    assert any("between thousands or before decimals" in why for why in reasons(result, "Variant Price", "left out")) == (price is None)


@pytest.mark.parametrize(
    ("currency", "cell", "price"),
    [("JPY", "1,980", "1980"), ("JPY", "1.980", "1980"), ("KWD", "12.500", "12.500"), ("KWD", "12,500", None)],
)
def test_currency_may_tell_what_the_file_does_not(desk: Desk, currency: str, cell: str, price: str | None) -> None:
    desk.take(table(mug(Variant_Price=cell, Variant_Compare_At_Price="")), currency=currency)

    product = desk.shop.products["mug"]
    assert (str(product.price.amount) if product.status == "active" else None) == price


def test_price_in_another_currency_is_none_of_the_shop(desk: Desk) -> None:
    rows = [mug(Handle=f"p-{index}", Variant_SKU="", Variant_Price=text, Variant_Compare_At_Price="") for index, text in enumerate(["US$ 12.50", "€ 12.50", "12.50", "£12.50"])]

    result = desk.take(table(*rows), currency="EUR")

    assert {handle: product.status for handle, product in desk.shop.products.items()} == {"p-0": "draft", "p-1": "active", "p-2": "active", "p-3": "draft"}
    assert reasons(result, "Variant Price", "left out") == ["it is in GBP, and the shop's prices are in EUR", "it is in USD, and the shop's prices are in EUR"]


@pytest.mark.parametrize(
    ("prices", "currency"),
    [(["$12.50", "$8"], "USD"), (["12.50 CHF"], "CHF"), (["CA$ 12.50", "5", "$5"], "CAD"), (["12.50 CAD", "$5"], "CAD"), (["£5"], "GBP"), (["12.50"], "EUR"), (["$5", "€5"], "EUR")],
)
def test_new_shop_has_the_currency_of_its_prices(desk: Desk, prices: list[str], currency: str) -> None:
    rows = [mug(Handle=f"p-{index}", Variant_SKU="", Variant_Price=text, Variant_Compare_At_Price="") for index, text in enumerate(prices)]

    desk.take(table(*rows))

    assert f"currency: {currency}\n" in desk.text("tenant.yaml")


def test_file_with_a_price_column_of_another_currency_is_refused(desk: Desk) -> None:
    row = {"Handle": "mug", "Title": "Mug", "Variant Price (USD)": "12.50"}

    with pytest.raises(Problems, match="another currency"):
        desk.take(table(row), currency="EUR")

    desk.take(table(row))
    assert "currency: USD\n" in desk.text("tenant.yaml")


def test_weights_are_read_as_prices_are_where_they_do_not_tell(desk: Desk) -> None:
    def weighed(handle: str, weight: str) -> dict[str, str]:
        return mug(
            Handle=handle, Variant_SKU="", Variant_Price="12,50", Variant_Compare_At_Price="",
            Variant_Grams="", Variant_Weight=weight, Variant_Weight_Unit="kg",
        )  # fmt: skip

    desk.take(table(weighed("a", "1,250"), weighed("b", "0,125"), weighed("c", "2")))

    weights = [desk.shop.products[handle].variants[0].weight for handle in "abc"]
    assert weights == [Decimal("1.25"), Decimal("0.125"), Decimal(2)]


def test_variant_without_a_price_is_left_out(desk: Desk) -> None:
    rows = [mug(Option1_Name="Size", Option1_Value="S"), {"Handle": "mug", "Option1 Value": "L", "Variant SKU": "M-L"}]

    result = desk.take(table(*rows))

    assert [variant.options for variant in desk.shop.products["mug"].variants] == [("S",)]
    assert "nobody could buy it" in reasons(result, "Variant SKU", "left out")[0]


@pytest.mark.parametrize("cell", ["12.50", "10", "0"])
def test_compare_at_price_that_is_no_reduction_is_dropped(desk: Desk, cell: str) -> None:
    result = desk.take(table(mug(Variant_Compare_At_Price=cell)))

    assert desk.shop.products["mug"].variants[0].compare_at_price is None
    assert reasons(result, "Variant Compare At Price", "repaired") == (
        [] if cell == "0" else ["dropped, as it is not above the price"]
    )


@pytest.mark.parametrize(
    ("cells", "quantity", "policy"),
    [
        ({"Variant Inventory Qty": "-3"}, 0, "deny"),
        ({"Variant Inventory Qty": "-3", "Variant Inventory Policy": "continue"}, 0, "continue"),
        ({"Variant Inventory Qty": "4.0"}, 4, "deny"),
        ({"Variant Inventory Qty": ""}, None, "deny"),
        ({"Variant Inventory Qty": "0", "Variant Inventory Tracker": ""}, 0, "continue"),
        ({"Variant Inventory Qty": "many"}, None, "deny"),
    ],
)
def test_stock(desk: Desk, cells: dict[str, str], quantity: int | None, policy: str) -> None:
    desk.take(table(MUG | cells))

    inventory = desk.shop.products["mug"].variants[0].inventory
    assert (inventory.quantity, inventory.policy) == (quantity, policy)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("4006381333931", True),
        ("'4006381333931", True),
        ("4006381333930", False),
        ("4.00638E+12", False),
        ("n/a", False),
        ('="4006381333931"', True),
    ],
)
def test_bar_codes_that_no_scanner_takes_are_dropped(desk: Desk, cell: str, kept: bool) -> None:
    result = desk.take(table(mug(Variant_Barcode=cell)))

    assert bool(desk.shop.products["mug"].variants[0].barcode) is kept
    assert kept or "dropped" in reasons(result, "Variant Barcode", "repaired")[0]


def test_sku_used_twice_stays_with_the_first(desk: Desk) -> None:
    result = desk.take(table(MUG, mug(Handle="cup", Title="Cup")))

    assert desk.shop.products["mug"].variants[0].sku == "M-1"
    assert desk.shop.products["cup"].variants[0].sku == ""
    assert reasons(result, "Variant SKU", "repaired") == ["dropped: mug (row 2) has this SKU already"]


def test_repeated_combination_of_options(desk: Desk) -> None:
    first = mug(Option1_Name="Colour", Option1_Value="Red", Variant_SKU="")
    rows = [
        first,
        {"Handle": "mug", "Option1 Value": "Red", "Variant Price": "9"},
        {**first, "Title": "", "Body (HTML)": ""},
    ]

    result = desk.take(table(*rows))

    assert [(variant.options, str(variant.price.amount)) for variant in desk.shop.products["mug"].variants] == [
        (("Red",), "12.50"),
        (("Red (2)",), "9.00"),
    ]
    assert reasons(result, "Option1 Value", "repaired") == [
        "the product has this combination already, with other data: now “Red (2)”"
    ]
    assert "repeats the variant of row 2" in reasons(result, "Variant Price", "left out")


def test_weights(desk: Desk) -> None:
    rows = [
        mug(Variant_Grams="1250"),
        {"Handle": "cup", "Title": "Cup", "Variant Price": "1", "Variant Weight": "8", "Variant Weight Unit": "oz"},
        {"Handle": "lid", "Title": "Lid", "Variant Price": "1", "Variant Grams": "0.0"},
    ]

    desk.take(table(*rows))

    assert "weight: 1.25 kg\n" in desk.text("catalog/products/mug.yaml")
    assert "weight: 226.796 g\n" in desk.text("catalog/products/cup.yaml")
    assert desk.shop.products["cup"].variants[0].weight == Decimal("0.226796")
    assert "weight" not in desk.text("catalog/products/lid.yaml")


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Status": "draft"}, "draft"), ({"Status": "Archived"}, "archived"), ({"Status": "active", "Published": "FALSE"}, "draft"),
        ({"Status": "", "Published": ""}, "active"), ({"Status": "unlisted"}, "draft"), ({"Gift Card": "true"}, "draft"), ({"Published": "FALSCH"}, "draft"),
    ],
)  # fmt: skip
def test_status(desk: Desk, cells: dict[str, str], status: str) -> None:
    desk.take(table(MUG | cells))

    assert desk.shop.products["mug"].status == status

def test_products_named_beside_a_product_are_no_attributes(desk: Desk) -> None:
    space = "product.metafields.shopify--discovery--product_recommendation"
    cells = {
        f"Complementary products ({space}.complementary_products)": "cup; jug; gone",
        f"Related products ({space}.related_products)": "jug",
        f"Related products settings ({space}.related_products_display)": "ahead",
        "Search product boosts (product.metafields.shopify--discovery--product_search_boost.queries)": "tea",
        "Google: Custom Product (product.metafields.mm-google-shopping.custom_product)": "FALSE",
    }

    result = desk.take(table(mug() | cells, mug(Handle="cup", Variant_SKU="C"), mug(Handle="jug", Variant_SKU="J")))

    product = desk.shop.products["mug"]
    assert (product.complementary, product.related, product.attributes) == (("cup", "jug"), ("jug",), ())
    assert reasons(result, next(iter(cells))) == ["gone is not in the file"]
    assert len([note for note in result.report.notes if "setting of Shopify or an app" in note.reason]) == 3


def test_metafields_become_attributes_in_words(desk: Desk) -> None:
    cells = {
        "Lens width (product.metafields.custom.lens_width)": '{"value":52,"unit":"MILLIMETERS"}',
        "product.metafields.custom.frame_material": "Acetate",
        "Shapes (product.metafields.custom.shapes)": '["Round","Oval"]',
        "Vegan (product.metafields.custom.vegan)": "true",
        "Ref (product.metafields.custom.ref)": "gid://shopify/Product/1",
        "Story (product.metafields.custom.story)": '{"type":"root","children":[{"type":"paragraph","children":[{"type":"text","value":"Hello {{ 7*7 }}"}]}]}',
        "Rating (product.metafields.reviews.rating)": '{"scale_min":"1","scale_max":"5","value":"4.5"}',
        "Cut (variant.metafields.custom.cut)": "deep",
    }

    result = desk.take(table(MUG | cells))

    assert dict(desk.shop.products["mug"].attributes) == {
        "Lens width": "52 mm", "Frame material": "Acetate", "Shapes": "Round, Oval", "Vegan": "Yes", "Story": "Hello {{ 7*7 }}", "Rating": "4.5 / 5",
    }  # fmt: skip
    assert reasons(result, "Ref (product.metafields.custom.ref)") == ["it refers to an object inside Shopify"]
    assert reasons(result, "Cut (variant.metafields.custom.cut)") == ["variants have no attributes of their own"]


def test_columns_of_the_2025_template(desk: Desk) -> None:
    row = {
        "Title": "Mug",
        "URL handle": "mug",
        "Description": "A mug.",
        "Vendor": "Kiln",
        "Product category": "Home & Garden > Cups",
        "Type": "",
        "Tags": "red",
        "Published on online store": "TRUE",
        "Status": "Active",
        "SKU": "M-1",
        "Barcode": "",
        "Option1 name": "",
        "Option1 value": "",
        "Option1 Linked To": "",
        "Price": "12.50",
        "Price / International": "14",
        "Compare-at price": "15",
        "Cost per item": "3",
        "Charge tax": "TRUE",
        "Inventory tracker": "shopify",
        "Inventory quantity": "3",
        "Continue selling when out of stock": "TRUE",
        "Weight value (grams)": "350",
        "Requires shipping": "TRUE",
        "Fulfillment service": "manual",
        "Product image URL": "https://x.example/a.jpg",
        "Image position": "1",
        "Image alt text": "A",
        "SEO title": "S",
    }

    result = desk.take(table(row))

    product = desk.shop.products["mug"]
    assert (str(product.price.amount), product.type, product.variants[0].inventory.policy) == (
        "12.50",
        "Cups",
        "continue",
    )
    assert reasons(result, "Price / International") == ["prices of other markets: a shop has one currency"]
    assert reasons(result, "Cost per item") == ["private: what you paid must not be published"]
    assert "Cost" not in desk.text("catalog/products/mug.yaml")


def test_currency_is_taken_from_the_price_column(desk: Desk) -> None:
    desk.take(table({"Handle": "mug", "Title": "Mug", "Variant Price (JPY)": "1200"}))

    assert desk.shop.currency == "JPY"
    assert "price: 1200\n" in desk.text("catalog/products/mug.yaml")


def test_existing_shop_keeps_its_currency(desk: Desk) -> None:
    desk.take(table(MUG), currency="EUR")

    with pytest.raises(Problems, match="HS704"):
        desk.take(table(MUG), currency="USD")


def test_template_syntax_formulas_and_markup_in_any_text_stay_text(desk: Desk) -> None:
    danger = "{{ 7*7 }} {% include 'x' %} <b>"
    rows = [
        mug(
            Title=danger,
            Vendor="=cmd|' /C calc'!A0",
            Type="{{ 7*7 }}",
            Tags="{{ 7*7 }},#x",
            SEO_Title="{{ 7*7 }}",
            Option1_Name="{{ 7*7 }}",
            Option1_Value="=1+1",
            **{"Body (HTML)": "<p>{{ 7*7 }} ${7*7} <%= 7*7 %> &lt;script&gt;</p>"},
        )
    ]

    desk.take(table(*rows))

    product = desk.shop.products["mug"]
    assert product.title == "{{ 7*7 }} {% include 'x' %} <b>".replace("<b>", "").strip()
    assert product.vendor == "=cmd|' /C calc'!A0"
    assert product.options[0].name == "{{ 7*7 }}"
    assert product.variants[0].options == ("=1+1",)
    rendered = html(product.description)
    assert "{{ 7*7 }}" in rendered
    assert "49" not in rendered
    assert "<script" not in rendered


def test_row_without_handle_belongs_to_the_product_above(desk: Desk) -> None:
    result = desk.take(
        table(MUG, {"Image Src": "https://x.example/2.jpg"}, {"Title": "Größe & Co", "Variant Price": "3"})
    )

    assert list(desk.shop.products) == ["grosse-and-co", "mug"]
    assert [picture.url for picture in result.report.pictures] == ["https://x.example/2.jpg"]


def test_handles_that_are_no_file_names(desk: Desk) -> None:
    rows = [
        mug(Handle="../../etc/passwd", Variant_SKU=""),
        mug(Handle="日本語", Title="湯呑", Variant_SKU=""),
        mug(Handle="A B", Variant_SKU=""),
        mug(Handle="a-b", Variant_SKU=""),
    ]

    desk.take(table(*rows))

    assert sorted(desk.shop.products) == ["a-b", "a-b-2", "etc-passwd", "product-3"]
    assert all(
        path.startswith(("catalog/", ".import", "tenant", "branding", "navigation", "home", "redirects")) for path in desk.files()
    )

ARABIC = [
    {"Handle": "لوشن-العنود", "Title": "لوشن العنود", "Type": "منتجات العناية", "Variant Price": "37.63"},
    {"Handle": "مجموعة-الدخون", "Title": "مجموعة الدخون", "Type": "دخون السنع", "Variant Price": "365.00", "Body (HTML)": '<a href="/products/%D9%84%D9%88%D8%B4%D9%86-%D8%A7%D9%84%D8%B9%D9%86%D9%88%D8%AF">لوشن</a>'},
]  # fmt: skip


def test_addresses_in_another_script_lead_on(desk: Desk) -> None:
    desk.take(table(*ARABIC), currency="AED")

    shop = desk.shop
    assert {redirect.source: redirect.to.target for redirect in shop.content.redirects if not redirect.rule} == {
        "/collections/all": "/products/", "/products/لوشن-العنود": "product-2", "/products/مجموعة-الدخون": "product-3",
    }  # fmt: skip
    assert shop.products["product-3"].description == "[لوشن](/products/product-2/)\n"


def test_types_in_another_script_are_collections_of_their_own(desk: Desk) -> None:
    desk.take(table(*ARABIC), currency="AED")

    assert {one.title: handle for handle, one in desk.shop.collections.items()} == {"منتجات العناية": "type", "دخون السنع": "type-2"}


def test_handles_that_no_letters_tell_stay_when_rows_move(desk: Desk) -> None:
    desk.take(table(*ARABIC), currency="AED")

    desk.take(table(mug(), *reversed(ARABIC)))

    shop = desk.shop
    assert {handle: one.title for handle, one in shop.products.items()} == {"mug": "Mug", "product-2": "لوشن العنود", "product-3": "مجموعة الدخون"}
    assert {shop.collections[handle].title for handle in ("type", "type-2")} == {"منتجات العناية", "دخون السنع"}
    assert shop.collections["type-2"].title == "دخون السنع"


@pytest.mark.parametrize(
    ("title", "handle"),
    [("Сумка 7", "sumka-7"), ("Щётка Їжак", "shchetka-izhak"), ("Καφές ελληνικός", "kafes-ellinikos"), ("湯呑 A", "product-2"), ("ケース for iPhone 15", "for-iphone-15"), ("Größe Æ", "grosse-ae")],
)
def test_handles_are_spelled_in_latin_or_not_at_all(desk: Desk, title: str, handle: str) -> None:
    """Crumbs of a name ("7") would be an address that nobody recognizes, and another product's tomorrow."""
    desk.take(table({"Title": title, "Variant Price": "5.00", "Variant SKU": "X"}))

    assert list(desk.shop.products) == [handle]


@pytest.mark.parametrize("name", ["aux", "Con", "com1"])
def test_handle_that_windows_keeps_for_a_device_gets_a_number(desk: Desk, name: str) -> None:
    """A shop with such a file could not be checked out there, and is refused everywhere."""
    desk.take(table(mug(Handle=name), mug(Handle="mug", Variant_SKU="M-2", Type=name)))

    assert set(desk.shop.products) == {f"{name.lower()}-1", "mug"}
    assert f"{name.lower()}-1" in desk.shop.collections


def test_links_in_texts(desk: Desk) -> None:
    text = '<p><a href="/products/cup">cup</a> <a href="/pages/size">size</a> <a href="https://e.example/a b">e</a> <a href="javascript:x()">js</a></p>'

    result = desk.take(table(mug(**{"Body (HTML)": text}), mug(Handle="cup", Variant_SKU="")))

    assert desk.shop.products["mug"].description == "[cup](/products/cup/) size [e](https://e.example/a%20b) js\n"
    assert reasons(result, "Body (HTML)", "repaired") == [
        "not kept in the text: 1 × link to a place that is not imported"
    ]


def test_long_cells_are_cut_to_what_a_shop_takes(desk: Desk) -> None:
    long = "word " * 4000

    desk.take(
        table(
            mug(
                Title=long,
                Vendor=long,
                Tags=long,
                Option1_Name=long,
                Option1_Value=long,
                SEO_Title=long,
                SEO_Description=long,
                Handle="x" * 300,
            )
        )
    )

    assert len(desk.shop.products) == 1


def test_unknown_columns_are_left_out_with_a_reason(desk: Desk) -> None:
    result = desk.take(table(MUG | {"Warehouse shelf": "B4", "": "stray"}))

    assert reasons(result, "Warehouse shelf") == ["no field of a product has this name"]


def test_file_of_another_shop_system_is_refused_with_the_way_out(desk: Desk) -> None:
    with pytest.raises(Problems, match="HS703") as caught:
        desk.take(table({"ID": "1", "SKU": "x", "Published": "1", "Regular price": "2"}))

    assert "woocommerce" in caught.value.diagnostics[0].fix


def test_files_and_report_do_not_depend_on_when_or_where(desk: Desk, tmp_path) -> None:  # type: ignore[no-untyped-def]
    other = Desk(tmp_path / "elsewhere" / "acme")

    first, second = desk.take(table(MUG)), other.take(table(MUG))

    assert desk.files() == other.files()
    assert first.report == second.report


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("500", "ml", "100", "ml"), ("2.50 EUR", "100 ml")),
        (("250", "g", "1", "kg"), ("50.00 EUR", "kg")),
        (("500", "ml", "1", "kg"), None),
        (("0", "ml", "1", "l"), None),
        (("x", "g", "", ""), None),
    ],
)
def test_unit_prices(desk: Desk, cells: tuple[str, ...], expected: tuple[str, str] | None) -> None:
    names = (
        "Unit price total measure",
        "Unit price total measure unit",
        "Unit price base measure",
        "Unit price base measure unit",
    )

    desk.take(table(MUG | dict(zip(names, cells, strict=True))))

    unit_price = desk.shop.products["mug"].variants[0].unit_price
    assert (unit_price and (str(unit_price[0]), unit_price[1])) == expected


def test_the_report_for_people_shows_a_few_of_what_is_alike(desk: Desk) -> None:
    rows = [{"Handle": f"mug-{n}", "Title": f"Mug {n}", "Variant Price": "5.00", "Variant SKU": f"M-{n % 9}"} for n in range(18)]

    made = desk.take(table(*rows))

    told = [line for line in as_text(made.report).splitlines() if "SKU" in line]
    assert sum("has this SKU already" in line for line in told) == 4
    assert "5 × for 5 more reasons" in told[-1]
    assert as_json(made.report).count("has this SKU already") == 9


def test_a_file_of_another_system_is_told_to_be_one(desk: Desk) -> None:
    own = {"Handle": "lamp", "Title": "Lamp", "Variant Price": "5.00"}
    other = {"currency": "USD", "stock": "3"}

    assert not any("no Shopify export" in remark for remark in desk.take(table(own)).report.remarks)
    assert any(remark.startswith("2 of 5 columns are of no Shopify export") for remark in desk.take(table(own | other)).report.remarks)
