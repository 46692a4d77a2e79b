"""Tables: a CSV file of unknown origin as rows of clean text, with everything that had to be mended named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.source.text import spanning

_DELIMITERS = (",", ";", "\t", "|")
# Never text in a shop: C0 and C1 controls, byte order marks inside the file, lone surrogates.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_limit_lock = Lock()


@dataclass(frozen=True, slots=True)
class Caps:
    """The largest file that is read. Generous for real exports (the largest seen has 120 columns), small for bombs."""

    size: int = 64 * 1024 * 1024
    columns: int = 1_000
    rows: int = 250_000
    cells: int = 5_000_000  # those that short rows lack and the header has included: each is some 80 bytes here
    cell: int = 1_000_000


CAPS = Caps()


class Cell(NamedTuple):
    """One cell: its text without space around it, and where it stands. As in a spreadsheet, the header is row 1."""

    text: str
    row: int
    column: int

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Table:
    """All records of a file. Rows are as long as the header; `extra` holds what stood beyond it."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    repairs: tuple[str, ...]  # what was done to the file as a whole, in sentences
    extra: tuple[Cell, ...] = ()

    def cells(self) -> Iterator[Cell]:
        """Every cell with text in it."""
        for row in self.rows:
            yield from (cell for cell in row if cell.text)


def table(data: bytes, file: str, score: Callable[[Sequence[str]], int], caps: Caps = CAPS) -> Table:
    """The table in `data`, whichever encoding and delimiter a spreadsheet gave it.

    `score` says how many of some headers it knows; the delimiter that gives the best score is the file's.
    Raises Problems HS701 (not a readable CSV file) or HS702 (beyond a cap).
    """
    if len(data) > caps.size:
        raise _beyond(file, "the file is too large", f"{len(data):,} bytes", f"at most {caps.size:,} bytes")
    text, repairs = _decode(data, file, score)
    clean, controls = _CONTROLS.subn("", text)
    if controls:
        repairs.append(f"{controls} control characters removed")
    hint = _SEP.match(clean)
    if hint:
        clean = clean[hint.end() :]
    delimiter = hint[1] if hint else _delimiter(clean, score)
    if delimiter != ",":
        repairs.append(f"columns are separated by {_DELIMITER_NAMES.get(delimiter, repr(delimiter))}")
    records, lenient = _records(clean, delimiter, file, caps)
    repairs += lenient
    return _table(file, records, repairs, caps)


_SEP = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)  # how Excel tells itself which delimiter a file has
_DELIMITER_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}


def _decode(data: bytes, file: str, score: Callable[[Sequence[str]], int]) -> tuple[str, list[str]]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")) or b"\x00\x00\x00" in data[:4096]:
        # Shops mail large exports as archives; a spreadsheet is one too, with a table of its contents.
        packed = data.startswith(b"PK") and b"[Content_Types].xml" not in data and b"mimetype" not in data[:64]
        raise Problems(
            [
                Diagnostic(
                    "HS701",
                    Span(file),
                    "this is not a CSV file",
                    "a ZIP archive" if packed else "a spreadsheet or another binary file",
                    "text with comma-separated values",
                    "unpack it and import the CSV file in it"
                    if packed
                    else "export the products as CSV, or save the spreadsheet as “CSV UTF-8”",
                )
            ]
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), ["read as UTF-16"]
    for order, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        # A header in Latin letters has a zero beside each of them, mark or no mark.
        if len(data) > 8 and not any(data[place:200:2]):
            return data.decode(order, "replace"), ["read as UTF-16"]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        # Excel on Windows saves "CSV" in the code page of its country; words of the header tell which, where they have
        # letters of their own. The five bytes cp1252 leaves open are never letters.
        page = max(_PAGES, key=lambda page: _known(data[:_FIRST].decode(page, "replace"), score))
        said = f"read as {_PAGES[page]}, as it is not UTF-8: if letters are wrong, save it as “CSV UTF-8”"
        return data.decode(page, "replace"), [said]


_PAGES = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1254": "Windows-1254"}
_FIRST = 200_000  # bytes or characters, among which the header is looked for


def _header(text: str, delimiter: str) -> Sequence[str]:
    line = text[:_FIRST].lstrip("\r\n")
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _known(text: str, score: Callable[[Sequence[str]], int]) -> int:
    """How many headers of `text` mean something, whichever its delimiter."""
    return max(score(_header(_SEP.sub("", text), delimiter)) for delimiter in _DELIMITERS)


def _delimiter(text: str, score: Callable[[Sequence[str]], int]) -> str:
    def fits(delimiter: str) -> tuple[int, int, int]:
        header = _header(text, delimiter)
        return score(header), len(header), -_DELIMITERS.index(delimiter)

    return max(_DELIMITERS, key=fits)


def _records(text: str, delimiter: str, file: str, caps: Caps) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """The records with the row a spreadsheet shows them in; first strictly, then as lenient as spreadsheets are."""
    try:
        return _read(text, delimiter, file, caps, strict=True), []
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise Problems(
                [
                    Diagnostic(
                        "HS701",
                        Span(file, _open_quote(text, delimiter), 1),
                        "a quotation mark is never closed",
                        "a cell that runs to the end of the file",
                        'every opening " to have a closing one',
                        "export the file again: it seems to be cut off",
                    )
                ]
            ) from error
    taken = _row_taker(text, delimiter)
    if taken is not None:
        raise Problems(
            [
                Diagnostic(
                    "HS701",
                    spanning(file, text, taken, len(text)),
                    "a quotation mark is not closed, and takes the next row into its cell",
                    "a cell that ends where another one begins",
                    'every opening " to have a closing one',
                    'put a " at the end of this cell, or export the file again',
                )
            ]
        )
    return _read(text, delimiter, file, caps, strict=False), [
        "some quotation marks are not as CSV wants them; cells were read as spreadsheets do"
    ]


def _read(text: str, delimiter: str, file: str, caps: Caps, strict: bool) -> list[tuple[int, list[str]]]:
    records: list[tuple[int, list[str]]] = []
    cells = widest = 0
    with _cells_up_to(caps.cell):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        try:
            for number, record in enumerate(reader, 1):
                if len(record) > caps.columns:
                    raise _beyond(
                        file,
                        "a row has too many columns",
                        f"{len(record):,} columns",
                        f"at most {caps.columns:,}",
                        reader.line_num,
                    )
                if number > caps.rows:
                    raise _beyond(
                        file,
                        "the file has too many rows",
                        f"more than {caps.rows:,}",
                        f"at most {caps.rows:,}",
                        reader.line_num,
                    )
                widest = max(widest, len(record))
                cells += len(record)
                if max(cells, widest * number) > caps.cells:
                    raise _beyond(
                        file,
                        "the file has too many cells",
                        f"{number:,} rows of up to {widest:,} columns",
                        f"at most {caps.cells:,} cells",
                        reader.line_num,
                    )
                records.append((number, record))
        except csv.Error as error:
            if "field larger than field limit" in str(error):
                raise _beyond(
                    file,
                    "a cell is too long",
                    f"more than {caps.cell:,} characters",
                    f"at most {caps.cell:,}",
                    reader.line_num,
                ) from error
            raise
    return records


@contextmanager
def _cells_up_to(length: int) -> Iterator[None]:
    # The csv module keeps this limit for the whole process; it is put back so that nobody else is surprised.
    with _limit_lock:
        before = csv.field_size_limit(length)
        try:
            yield
        finally:
            csv.field_size_limit(before)


_QUOTED = re.compile('"((?:[^"]++|"")*+)"')


def _row_taker(text: str, delimiter: str) -> int | None:
    """Where a cell begins whose quote is closed by the one that opens a cell of a later row: no price there is sure.

    A stray quote within a cell (12" plate) is on its own line, or stands behind a letter.
    """
    unquoted = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
    ends = f"{delimiter}\r\n"
    at = 0
    while at < len(text):
        quoted = _QUOTED.match(text, at) if text[at] == '"' else None
        if quoted is not None:
            inside, after = quoted[1], text[quoted.end() : quoted.end() + 1]
            if after not in ends and "\n" in inside.replace("\r", "\n") and inside[-1] in ends:
                return at
            at = quoted.end()
        rest = unquoted.match(text, at)
        at = (rest.end() if rest else at) + 1
    return None


def _open_quote(text: str, delimiter: str) -> int:
    """The line on which the record with the quote that never closes begins."""
    start = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for _ in reader:
            start = reader.line_num + 1
    except csv.Error:
        pass
    return start


def _table(file: str, records: list[tuple[int, list[str]]], repairs: list[str], caps: Caps) -> Table:
    filled = [(number, record) for number, record in records if any(cell.strip() for cell in record)]
    if not filled:
        raise Problems(
            [
                Diagnostic(
                    "HS701",
                    Span(file),
                    "the file is empty",
                    "no rows",
                    "a header row and products",
                    "export the products again",
                )
            ]
        )
    if len(filled) == 1:
        raise Problems(
            [
                Diagnostic(
                    "HS701",
                    Span(file, 1, 1),
                    "the file has no products",
                    "a header and no rows",
                    "a row for each product",
                    "export the products again, all of them",
                )
            ]
        )
    header = [_clean(name) for name in filled[0][1]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    rows: list[tuple[Cell, ...]] = []
    extra: list[Cell] = []
    for number, record in filled[1:]:
        cells = [Cell(_clean(text), number, column) for column, text in enumerate(record)]
        extra += [cell for cell in cells[width:] if cell.text]
        rows.append((*cells[:width], *(Cell("", number, column) for column in range(len(cells), width))))
    return Table(file, tuple(header), tuple(rows), tuple(repairs), tuple(extra))


def _clean(text: str) -> str:
    """Cell text with one kind of line end and no space around it. A formula (`=cmd|…`) is text like any other."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u00a0\u200b")
    # ="0123" is how some exports keep Excel from eating leading zeros.
    wrapped = re.fullmatch(r'="([^"]*)"', text)
    return wrapped[1] if wrapped else text


def _beyond(file: str, message: str, found: str, expected: str, line: int = 0) -> Problems:
    return Problems(
        [
            Diagnostic(
                "HS702",
                Span(file, line, min(line, 1)),
                message,
                found,
                expected,
                "split the export into smaller files and import them one after the other",
            )
        ]
    )
