"""CSV files as spreadsheets, other tools and attackers make them."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
import zipfile

import pytest
from import_desk import Desk, table

from highstreet.base.diagnostic import Problems
from highstreet.importers.columns import known
from highstreet.importers.table import CAPS, Caps
from highstreet.importers.table import table as read

HEADER = "Handle,Title,Variant Price,Vendor"


def texts(data: bytes, caps: Caps = CAPS) -> list[list[str]]:
    return [[cell.text for cell in row] for row in read(data, "x.csv", known, caps).rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends(delimiter: str, encoding: str, end: str) -> None:
    text = (
        end.join([HEADER, 'mug,"Größe, ""L""; a|b",5,Müller']).replace(",", delimiter)
        if delimiter != ","
        else end.join([HEADER, 'mug,"Größe, ""L""; a|b",5,Müller'])
    )

    rows = texts(text.encode(encoding))

    assert rows == [["mug", f'Größe{delimiter} "L"; a|b', "5", "Müller"]]


def test_excel_says_which_delimiter_it_used() -> None:
    assert texts(b"sep=;\r\nHandle;Title;Variant Price\r\nmug;A,b;5") == [["mug", "A,b", "5"]]


def test_line_breaks_inside_quotes_are_text() -> None:
    assert texts(f'{HEADER}\nmug,"two\r\nlines",5,'.encode()) == [["mug", "two\nlines", "5", ""]]


@pytest.mark.parametrize(
    "rows",
    ['a,A,12,x\nb,"B,13,x\nc,"C",14,x\n', 'a,A,12,x\n"b","B","13","x\n"c","C","14","x"\n', 'a,A,12,x\r\nb,"B,13,x\r\nc,"C",14,x\r\n'],
)
def test_quote_that_takes_the_next_row_is_refused_at_its_line(rows: str) -> None:
    with pytest.raises(Problems) as refused:
        texts(f"{HEADER}\n{rows}".encode())

    told = refused.value.diagnostics[0]
    assert (told.code, told.span.line) == ("HS701", 3)
    assert "takes the next row" in told.message


@pytest.mark.parametrize("cell", ['"12" plate" big', '"two\nlines, 12" big"', '"He said,"hello" there"', 'say "hi"'])
def test_stray_quotes_take_no_row(cell: str) -> None:
    assert [row[0] for row in texts(f"{HEADER}\nmug,{cell},5,x\ncup,Cup,6,y\n".encode())] == ["mug", "cup"]


def test_file_without_products_is_refused() -> None:
    with pytest.raises(Problems) as refused:
        texts(f"{HEADER}\n,,,\n".encode())

    assert refused.value.diagnostics[0].message == "the file has no products"


def test_quotes_that_are_not_csv_are_read_as_spreadsheets_do() -> None:
    made = read(f'{HEADER}\nmug,"12" plate" big,5,x'.encode(), "x.csv", known)

    assert made.rows[0][0].text == "mug"
    assert made.repairs


def test_control_characters_are_removed_and_counted() -> None:
    made = read(f"{HEADER}\nm\0ug,Ti\x07tle,5,\ufeffx".encode(), "x.csv", known)

    assert [cell.text for cell in made.rows[0]] == ["mug", "Title", "5", "x"]
    assert made.repairs == ("3 control characters removed",)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "HS701", "empty"),
        (b"\n\n  \n", "HS701", "empty"),
        (b"PK\x03\x04" + b"x" * 100, "HS701", "not a CSV"),
        (b"\0\0\0\0\0\0" * 100, "HS701", "not a CSV"),
        (f'{HEADER}\nmug,Mug,5,x\ncup,"never closed,5,x\n'.encode(), "HS701", "never closed"),
        (HEADER.encode() + b"\n" + b"x" * 2_000_000, "HS702", "too long"),
        (b"a," * 5_000 + b"\n1", "HS702", "columns"),
        (HEADER.encode() + b"\nmug" * 300_000, "HS702", "rows"),
        ((HEADER + "," + ",".join(f"c{n}" for n in range(900))).encode() + b"\nmug" * 6_000, "HS702", "cells"),
    ],
)
def test_hostile_files_are_refused_in_words(data: bytes, code: str, words: str) -> None:
    with pytest.raises(Problems) as caught:
        read(data, "x.csv", known)

    assert caught.value.diagnostics[0].code == code
    assert words in caught.value.diagnostics[0].message


def test_quote_that_never_closes_is_found_on_its_line() -> None:
    with pytest.raises(Problems) as caught:
        read(f'{HEADER}\nmug,Mug,5,x\ncup,"never closed,5,x\nlast,Last,5,x\n'.encode(), "x.csv", known)

    assert caught.value.diagnostics[0].span.line == 3


def test_a_line_of_100_megabytes_costs_neither_time_nor_memory() -> None:
    data = HEADER.encode() + b"\n" + b"x" * 100_000_000
    tracemalloc.start()
    started = time.process_time()

    with pytest.raises(Problems, match="HS702"):
        read(data, "x.csv", known)

    assert time.process_time() - started < 5
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_cells_beyond_the_header_are_accounted_for(desk: Desk) -> None:
    result = desk.take("Handle,Title,Variant Price\nmug,Mug,5,stray,\n")

    assert [(note.column, note.reason) for note in result.report.notes] == [
        ("(no header)", "stands beyond the last column of the header")
    ]


def test_two_columns_of_one_name_are_told_apart(desk: Desk) -> None:
    result = desk.take("Handle,Title,Variant Price,Vendor,Vendor\nmug,Mug,5,A,B\n")

    assert [column.name for column in result.report.columns][-2:] == ["Vendor", "Vendor (2)"]
    assert desk.shop.products["mug"].vendor == "A"


def test_any_bytes_give_a_shop_or_a_diagnostic(desk: Desk) -> None:
    """Light fuzzing: mutations of a real header and rows; nothing but Problems may be raised, and what loads is valid."""
    random_ = random.Random(20261123)
    seed = table(
        {"Handle": "a", "Title": "A", "Body (HTML)": "<p>x</p>", "Option1 Name": "S", "Option1 Value": "M", "Variant Price": "5", "Variant SKU": "1",
         "Variant Inventory Qty": "3", "Image Src": "https://x.example/a.jpg", "Tags": "a,b", "Status": "active", "product.metafields.a.b": "[1]"},
        {"Handle": "a", "Option1 Value": "L", "Variant Price": "6", "Variant Image": "https://x.example/b.jpg"},
        {"Handle": "b", "Title": "B", "Variant Price": "7", "Variant Compare At Price": "9"},
    ).encode()  # fmt: skip
    pieces = [
        b",",
        b'"',
        b"\n",
        b"\r",
        b";",
        b"\t",
        b"\0",
        b"\xff",
        b"<p>",
        b"<",
        b"&#",
        b"=1+1",
        b"{{",
        b"-",
        b"999999999999",
        b"E+9",
        b"../",
        b"\xe2\x80\xae",
        b"a",
        b"",
        b"[{",
        b"\xf0\x9f\x98\x80",
    ]
    for _ in range(120):
        data = bytearray(seed)
        for _ in range(random_.randint(1, 12)):
            at = random_.randrange(len(data))
            data[at : at + random_.choice([0, 0, 1, 5])] = random_.choice(pieces)
        try:
            desk.take(bytes(data), overwrite=True)
        except Problems:
            continue
        assert not desk.loaded().report.errors, [
            f"{one.span} {one.code} {one.message} {one.found}" for one in desk.loaded().report.errors
        ]


def test_an_archive_is_told_from_a_spreadsheet() -> None:
    def fix(name: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, "Handle,Title\n")
        with pytest.raises(Problems) as caught:
            read(packed.getvalue(), "x.csv", known, CAPS)
        return caught.value.diagnostics[0].fix

    assert fix("products_export.csv") == "unpack it and import the CSV file in it"
    assert "CSV UTF-8" in fix("[Content_Types].xml")
