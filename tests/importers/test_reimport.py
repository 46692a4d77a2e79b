"""Importing again: new values go in, a merchant's edits stay, and nothing is written that need not be."""

from __future__ import annotations

import copy
import os
import random

import pytest
from import_desk import Desk, table

from highstreet.base.diagnostic import Problems
from highstreet.importers.merge import merged, prints
from highstreet.importers.splice import spliced, untyped
from highstreet.source.emit import document
from highstreet.source.yaml import Plain, parse

LAMP = {"Handle": "lamp", "Title": "Lamp", "Type": "Lamps", "Tags": "a,b", "Option1 Name": "Colour", "Option1 Value": "Red", "Variant SKU": "L-R", "Variant Price": "20",
        "Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "5", "Body (HTML)": "<p>Old text</p>"}  # fmt: skip
BLUE = {
    "Handle": "lamp",
    "Option1 Value": "Blue",
    "Variant SKU": "L-B",
    "Variant Price": "22",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Qty": "7",
}
PATH = "catalog/products/lamp.yaml"


def test_importing_the_same_file_again_writes_nothing(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    before = desk.files()

    again = desk.take(table(LAMP, BLUE))

    assert again.files_written == ()
    assert desk.files() == before
    assert {file.change for file in again.report.files} == {"unchanged"}


def test_new_values_arrive_where_the_merchant_changed_nothing(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))

    again = desk.take(
        table(LAMP | {"Variant Price": "25", "Body (HTML)": "<p>New text</p>"}, BLUE | {"Variant Inventory Qty": "0"})
    )

    assert again.files_written == (PATH, ".import.json")
    assert [str(variant.price.amount) for variant in desk.shop.products["lamp"].variants] == ["25.00", "22.00"]
    assert desk.shop.products["lamp"].variants[1].inventory.quantity == 0
    assert desk.shop.products["lamp"].description == "New text\n"


def test_edited_fields_stay_and_are_reported(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    desk.edit(PATH, "title: Lamp", "title: The Lamp  # our name for it")
    desk.edit(PATH, "price: 20.00", "price: 19.00")

    again = desk.take(
        table(
            LAMP | {"Title": "Lamp v2", "Variant Price": "25", "Variant Inventory Qty": "1"},
            BLUE | {"Variant Price": "23"},
        )
    )

    product = desk.shop.products["lamp"]
    assert product.title == "The Lamp"
    assert [str(variant.price.amount) for variant in product.variants] == ["19.00", "23.00"]
    assert product.variants[0].inventory.quantity == 1
    assert [(kept.field, kept.theirs, kept.offered) for kept in again.report.kept] == [
        ("title", "The Lamp", "Lamp v2"),
        ("variants[Red].price", "19.00", "25.00"),
    ]
    assert "# our name for it" in desk.text(PATH)


ONE, OTHER = LAMP | {"Variant Compare At Price": "30"}, BLUE | {"Variant Price": "20", "Variant Compare At Price": "30"}


@pytest.mark.parametrize(
    ("first", "edit", "then", "prices", "kept"),
    [  # what the first file says, what the merchant makes of it, the prices of the next file, and what stands then
        ("20 20", ("price: 20.00", "price: 24.00"), "20 25", "24.00 24.00", "variants[Red].price: 24.00, not 20.00; variants[Blue].price: 24.00, not 25.00"),
        ("20 22", ("price: 20.00", "price: 19.00"), "25 25", "19.00 25.00", "variants[Red].price: 19.00, not 25.00"),
        ("20 20", ("options: [Blue],", "options: [Blue], price: 21.00,"), "25 25", "25.00 21.00", "variants[Blue].price: 21.00, not 25.00"),
        ("20 20", ("price: 20.00", "price: 20.00"), "23 25", "23.00 25.00", ""),
        ("20 22", ("price: 20.00", "price: 20.00"), "25 25", "25.00 25.00", ""),
    ],
)  # fmt: skip
def test_a_price_is_the_same_whether_it_stands_once_or_in_each_variant(desk: Desk, first: str, edit: tuple[str, str], then: str, prices: str, kept: str) -> None:
    def export(amounts: str) -> str:
        return table(*(row | {"Variant Price": amount} for row, amount in zip((LAMP, BLUE), amounts.split(), strict=True)))

    desk.take(export(first))
    desk.edit(PATH, *edit)

    again = desk.take(export(then))

    assert " ".join(str(variant.price.amount) for variant in desk.shop.products["lamp"].variants) == prices
    assert "; ".join(f"{one.field}: {one.theirs}, not {one.offered}" for one in again.report.kept) == kept
    text = desk.text(PATH)
    desk.take(export(then))
    assert desk.text(PATH) == text, "and stays so"


def test_an_earlier_price_and_a_unit_price_stay_with_the_price_they_belong_to(desk: Desk) -> None:
    tea = {"Handle": "tea", "Title": "Tea", "Variant Price": "10", "Unit Price Total Measure": "500", "Unit Price Total Measure Unit": "g", "Unit Price Base Measure": "1", "Unit Price Base Measure Unit": "kg"}  # fmt: skip
    desk.take(table(tea))
    desk.edit("catalog/products/tea.yaml", "price: 10.00\n", "price: 12.00\n")

    again = desk.take(table(tea | {"Variant Price": "8", "Variant Compare At Price": "15"}))

    (variant,) = desk.shop.products["tea"].variants
    assert (str(variant.price), variant.compare_at_price, variant.unit_price and str(variant.unit_price[0])) == ("12.00 EUR", None, "20.00 EUR")
    assert {one.field: (one.theirs, one.offered) for one in again.report.kept} == {
        "price": ("12.00", "8.00"),
        "compare_at_price": ("(none)", "15.00"),
        "unit_price": ("price: 20.00, per: kg", "price: 16.00, per: kg"),
    }


def test_prices_said_once_keep_their_steps_and_reductions(desk: Desk) -> None:
    desk.take(table(ONE, OTHER))
    desk.edit(PATH, "price: 20.00\n", "price: 20.00\nvolume_prices: [{from: 3, price: 15.00}]\n")

    desk.take(table(ONE, OTHER | {"Variant Price": "28", "Variant Compare At Price": ""}))

    red, blue = desk.shop.products["lamp"].variants
    assert [(many, str(price)) for many, price in red.volume_prices] == [(3, "15.00 EUR")]
    assert (str(red.compare_at_price), str(blue.price), blue.compare_at_price) == ("30.00 EUR", "28.00 EUR", None)


def test_comments_order_and_fields_of_the_merchant_survive(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    text = (
        "# Our best lamp\n"
        + desk.text(PATH).replace("type: Lamps\n", "type: Lamps\n\n# until the fair\npublish_at: 2027-01-01\n")
        + "related: []\n"
    )
    (desk.root / PATH).write_text(text)

    desk.take(table(LAMP | {"Tags": "a,c", "Vendor": "Kiln"}, BLUE))

    expected = text.replace("tags: [a, b]", "tags: [a, c]").replace("title: Lamp\n", "title: Lamp\nvendor: Kiln\n")
    assert desk.text(PATH) == expected


def test_swatches_alt_texts_and_variants_added_by_hand_survive(desk: Desk, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from pictures_for_tests import png

    (tmp_path / "pics").mkdir()
    (tmp_path / "pics" / "lamp.png").write_bytes(png())
    row = LAMP | {"Image Src": "https://x.example/lamp.png?v=1"}
    desk.take(table(row, BLUE), images=tmp_path / "pics")
    desk.edit(PATH, "Colour: [Red, Blue]", 'Colour: [{value: Red, swatch: "#ff0000"}, Blue, Green]')
    desk.edit(PATH, "{src: products/lamp.png}", "{src: products/lamp.png, alt: A red lamp}")
    desk.edit(PATH, "images:", "  - {sku: L-G, options: [Green], price: 30.00}\nimages:")

    desk.take(
        table(row | {"Variant Price": "21"}, BLUE, {"Handle": "lamp", "Option1 Value": "Black", "Variant Price": "40"}),
        images=tmp_path / "pics",
    )

    product = desk.shop.products["lamp"]
    assert [value.value for value in product.options[0].values] == ["Red", "Blue", "Green", "Black"]
    assert product.options[0].values[0].swatch == "#ff0000"
    assert product.images[0].alt == "A red lamp"
    assert {variant.options[0]: str(variant.price.amount) for variant in product.variants} == {
        "Red": "21.00",
        "Blue": "22.00",
        "Green": "30.00",
        "Black": "40.00",
    }


def test_variant_that_the_source_dropped_goes_unless_it_was_edited(desk: Desk) -> None:
    green = {"Handle": "lamp", "Option1 Value": "Green", "Variant Price": "9"}
    desk.take(table(LAMP, BLUE, green))
    desk.edit(PATH, "price: 22.00", "price: 1.00")

    desk.take(table(LAMP))

    assert [variant.options for variant in desk.shop.products["lamp"].variants] == [("Red",), ("Blue",)]


def test_options_that_changed_while_the_merchant_edited_prices(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    desk.edit(PATH, "price: 20.00", "price: 18.00")
    sized = [LAMP | {"Option2 Name": "Size", "Option2 Value": "S"}, BLUE | {"Option2 Value": "S"}]

    again = desk.take(table(*sized))

    assert [option.name for option in desk.shop.products["lamp"].options] == ["Colour"]
    assert [(kept.field, kept.theirs, kept.offered) for kept in again.report.kept] == [
        ("options", "Colour", "Colour, Size")
    ]
    overwritten = desk.take(table(*sized), overwrite=True)
    assert PATH in overwritten.files_written
    assert [option.name for option in desk.shop.products["lamp"].options] == ["Colour", "Size"]


def test_products_that_are_gone_are_told_and_archived_only_on_request(desk: Desk) -> None:
    other = {"Handle": "bowl", "Title": "Bowl", "Variant Price": "3"}
    desk.take(table(LAMP, BLUE, other))

    told = desk.take(table(LAMP, BLUE))
    assert told.report.gone == ("catalog/products/bowl.yaml",)
    assert desk.shop.products["bowl"].status == "active"

    desk.take(table(LAMP, BLUE), archive_missing=True)
    assert desk.shop.products["bowl"].status == "archived"
    assert desk.take(table(LAMP, BLUE), archive_missing=True).files_written == ()

    desk.take(table(LAMP, BLUE, other))
    assert desk.shop.products["bowl"].status == "active"


def test_product_renamed_in_the_old_shop_gives_its_sku_to_the_new_one(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))

    again = desk.take(table(LAMP | {"Handle": "desk-lamp"}, BLUE | {"Handle": "desk-lamp"}))

    assert {variant.sku for variant in desk.shop.products["desk-lamp"].variants} == {"L-R", "L-B"}
    assert any("was it renamed?" in remark for remark in again.report.remarks)


def test_file_deleted_by_the_merchant_stays_deleted(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    (desk.root / PATH).unlink()

    again = desk.take(table(LAMP, BLUE))

    assert not (desk.root / PATH).exists()
    assert again.report.kept[0].theirs == "(deleted)"


def test_product_written_by_hand_before_the_first_import_is_only_filled_in(desk: Desk) -> None:
    (desk.root / "catalog/products").mkdir(parents=True)
    (desk.root / PATH).write_text("title: My lamp\nprice: 5\n")
    (desk.root / "tenant.yaml").write_text("name: Acme\ncurrency: EUR\n")

    desk.take(table({"Handle": "lamp", "Title": "Lamp", "Variant Price": "20", "Vendor": "Kiln"}))

    assert desk.text(PATH) == "title: My lamp\nvendor: Kiln\nprice: 5\n"
    assert desk.text("tenant.yaml") == "name: Acme\ncurrency: EUR\n"


def test_file_that_cannot_be_read_is_left_alone_and_named(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    (desk.root / PATH).write_text("title: [broken\n")

    again = desk.take(table(LAMP | {"Title": "X"}, BLUE))

    assert desk.text(PATH) == "title: [broken\n"
    assert [one.span.file for one in again.diagnostics] == [f"tenants/acme/{PATH}"]


def test_windows_line_ends_stay(desk: Desk) -> None:
    desk.take(table(LAMP, BLUE))
    (desk.root / PATH).write_bytes(desk.text(PATH).replace("\n", "\r\n").encode())

    desk.take(table(LAMP | {"Title": "New"}, BLUE))

    data = (desk.root / PATH).read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n")
    assert b"title: New\r\n" in data


def test_dry_run_writes_nothing_but_says_what_it_would(desk: Desk) -> None:
    result = desk.take(table(LAMP, BLUE), dry_run=True)

    assert PATH in result.files_written
    assert not desk.root.exists()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"version": 9}',
        '{"version":1,"files":{"a":3},"pictures":{},"handles":{}}',
        '{"version":1,"files":{},"pictures":{"a":"../../x"},"handles":{}}',
        '{"version":1,"files":{},"pictures":{},"handles":{"1":"../x"}}',
    ],
)
def test_damaged_record_of_the_last_import_is_refused(desk: Desk, text: str) -> None:
    desk.root.mkdir(parents=True)
    (desk.root / ".import.json").write_text(text)

    with pytest.raises(Problems, match="HS708"):
        desk.take(table(LAMP, BLUE))


def test_import_never_writes_through_a_link(desk: Desk, tmp_path) -> None:  # type: ignore[no-untyped-def]
    outside = tmp_path / "outside"
    outside.mkdir()
    desk.root.mkdir(parents=True)
    (desk.root / "catalog").symlink_to(outside, target_is_directory=True)

    result = desk.take(table(LAMP, BLUE))

    assert {one.code for one in result.diagnostics} == {"HS707"}
    assert list(outside.iterdir()) == []


def test_import_never_writes_into_a_tenant_that_is_a_link(desk: Desk, tmp_path) -> None:  # type: ignore[no-untyped-def]
    outside = tmp_path / "outside"
    outside.mkdir()
    desk.root.parent.mkdir(parents=True, exist_ok=True)
    desk.root.symlink_to(outside, target_is_directory=True)

    with pytest.raises(Problems, match="HS707"):
        desk.take(table(LAMP, BLUE))

    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["tenant.yaml", "catalog/products/lamp.yaml"])
def test_import_waits_for_no_pipe(desk: Desk, name: str) -> None:
    (desk.root / name).parent.mkdir(parents=True)
    os.mkfifo(desk.root / name)

    desk.take(table(LAMP, BLUE))

    assert (desk.root / name).is_file()


def product(random_: random.Random) -> dict[str, Plain]:
    colours = random_.sample(["Red", "Blue", "Green", "Black"], random_.randint(1, 4))
    data: dict[str, Plain] = {
        "title": random_.choice("ABC"),
        "tags": list(random_.sample("xyz", random_.randint(1, 3))),
        "seo": {"title": random_.choice("ST")},
    }
    if random_.random() < 0.2:
        return data | {"price": str(random_.randint(1, 3)), "inventory": str(random_.randint(0, 2))}
    data["options"] = {"Colour": list(colours)}
    data["variants"] = [
        {"options": [colour], "price": str(random_.randint(1, 3)), "inventory": str(random_.randint(0, 2))}
        for colour in colours
    ]
    if random_.random() < 0.5:
        data["attributes"] = {name: random_.choice("12") for name in random_.sample("PQR", random_.randint(1, 3))}
    return data


def edited(data: dict[str, Plain], random_: random.Random) -> dict[str, Plain]:
    made = copy.deepcopy(data)
    for _ in range(random_.randint(0, 3)):
        change = random_.randrange(5)
        variants = made.get("variants")
        if change == 0:
            made["title"] = "Mine"
        elif change == 1 and isinstance(variants, list) and variants:
            row = random_.choice(variants)
            assert isinstance(row, dict)
            row["price"] = "99"
        elif change == 2:
            made["vendor"] = "Mine"
        elif change == 3:
            made.pop("seo", None)
        elif change == 4 and isinstance(made.get("tags"), list):
            made["tags"] = [*made["tags"], "mine"]
    return made


def test_laws_of_merging() -> None:
    """Property, over thousands of triples of base, mine and new.

    1. No edits: the result is the new file. 2. Nothing new: the result is the merchant's file. 3. Both the same: that.
    4. Merging again changes nothing. 5. An edited field keeps its value. 6. Every variant keeps values its options have.
    """
    random_ = random.Random(11)
    for _ in range(3000):
        base, new = product(random_), product(random_)
        mine = edited(base, random_)

        assert merged(prints(base), base, new).data == new
        assert merged(prints(base), mine, base).data == mine
        assert merged(prints(base), new, new).data == new
        result = merged(prints(base), mine, new)
        assert merged(prints(new), result.data, new).data == result.data
        for name in ("title", "vendor", "seo"):
            if mine.get(name) != base.get(name):
                assert result.data.get(name) == mine.get(name)
        if "mine" in (mine.get("tags") or []):
            assert "mine" in (result.data.get("tags") or [])  # type: ignore[operator]
        variants, options = result.data.get("variants"), result.data.get("options")
        if isinstance(variants, list) and isinstance(options, dict):
            offered = options["Colour"]
            assert isinstance(offered, list)
            assert all(
                isinstance(row, dict) and isinstance(row["options"], list) and row["options"][0] in offered
                for row in variants
            )


def test_law_of_splicing() -> None:
    """Property: whatever fields change, the spliced text reads as the new data and keeps comments of the other fields."""
    random_ = random.Random(12)
    for _ in range(800):
        before, after = product(random_), product(random_)
        lines = document({name: untyped(value, name) for name, value in before.items()}).split("\n")
        text = "\n".join(
            f"# about {line.split(':')[0]}\n{line}" if line and line[0] not in " -" else line for line in lines
        )
        source = parse("x.yaml", text.encode())
        fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]

        made = spliced(source, {name: untyped(value, name) for name, value in after.items()}, fields)

        assert parse("x.yaml", made.encode()).data == after
        assert all(f"# about {name}\n" in made for name in before)
