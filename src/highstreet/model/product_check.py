"""Product checks: prices, options and variants of one product file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from highstreet.base.diagnostic import nearest
from highstreet.base.span import Keys
from highstreet.model import amounts, values
from highstreet.model.catalog_records import Record
from highstreet.model.finding import Elsewhere, Finding, from_flaw, quoted
from highstreet.model.money import decimals

MOST_VARIANTS = 2_048  # as many as Shopify allows
MOST_OPTIONS = 5


def findings(file: str, record: Record, currency: str | None) -> list[Finding]:
    """Everything wrong with one product, its shape being right."""
    found: list[Finding] = []
    rows: Sequence[Record] = record.get("variants") or ()
    options: Mapping[str, Any] = record.get("options") or {}
    found.extend(_selling(file, (), record, record, currency))
    if not rows and not record.get("price"):
        found.append(_no_price(file, ("price",)))
    for index, row in enumerate(rows):
        found.extend(_selling(file, ("variants", index), row, record, currency))
        if not row.get("price") and not record.get("price"):
            found.append(_no_price(file, ("variants", index, "price")))
    if rows or options:
        found.extend(_variants(file, record, rows, options))
    found.extend(_speechless(file, record))
    found.extend(_empty_attributes(file, record))
    start, end = record.get("publish_at"), record.get("unpublish_at")
    if start and end and values.when(end) <= values.when(start):
        fix = "set unpublish_at to a later moment, or remove it"
        found.append(
            Finding(
                "HS221",
                file,
                ("unpublish_at",),
                "unpublish_at is not after publish_at",
                end,
                f"a moment after {start}",
                fix,
            )
        )
    return found


def _no_price(file: str, keys: Keys) -> Finding:
    return Finding(
        "HS202",
        file,
        keys,
        "price is missing",
        "nothing",
        "a price here or for the whole product",
        "add price: 12.50 (0 for free things)",
    )


def _selling(
    file: str, at: tuple[str | int, ...], row: Record, product: Record, currency: str | None
) -> Iterator[Finding]:
    """What a variant, or a product without variants, says about money and numbers."""
    price, compare = row.get("price"), row.get("compare_at_price")
    unit = row.get("unit_price")
    if currency is not None:
        for key, text in (("price", price), ("compare_at_price", compare)):
            if text and "." in text:
                yield from too_many_decimals(file, (*at, key), text, currency)
        if unit:
            yield from too_many_decimals(file, (*at, "unit_price", "price"), unit["price"], currency)
    if compare:
        beside = price or product.get("price")
        if beside and Decimal(compare) <= Decimal(beside):
            fix = "remove compare_at_price" + (", or swap the two prices" if Decimal(compare) < Decimal(beside) else "")
            yield Finding(
                "HS209",
                file,
                (*at, "compare_at_price"),
                "compare_at_price is not above the price",
                quoted(compare),
                f"more than {beside}, the earlier price",
                fix,
            )
    yield from _volume_prices(file, at, row, product, currency)
    barcode = row.get("barcode")
    if barcode and not values.is_gtin(barcode):
        flaw = amounts.barcode(barcode)
        if flaw is not None:
            yield from_flaw(flaw, file, (*at, "barcode"), barcode)


def _volume_prices(
    file: str, at: tuple[str | int, ...], row: Record, product: Record, currency: str | None
) -> Iterator[Finding]:
    """More pieces, each cheaper: anything else is a slip of the pen."""
    many, price = 1, row.get("price") or product.get("price")
    for index, step in enumerate(row.get("volume_prices") or ()):
        keys = (*at, "volume_prices", index)
        if currency is not None:
            yield from too_many_decimals(file, (*keys, "price"), step["price"], currency)
        if int(step["from"]) <= many:
            yield Finding(
                "HS223",
                file,
                (*keys, "from"),
                "volume prices do not ascend",
                step["from"],
                f"more than {many}",
                "put the smallest number first, from 2 on",
            )
        if price and Decimal(step["price"]) >= Decimal(price):
            yield Finding(
                "HS223",
                file,
                (*keys, "price"),
                "more pieces are not cheaper",
                quoted(step["price"]),
                f"less than {price}",
                "lower the price, or remove the step",
            )
        many, price = max(many, int(step["from"])), step["price"]


def too_many_decimals(file: str, keys: Keys, text: str, currency: str) -> Iterator[Finding]:
    """HS206 if `text` has digits the currency cannot pay."""
    places = decimals(currency)
    fraction = text.partition(".")[2].rstrip("0")
    if len(fraction) > places:
        name = next(key for key in reversed(keys) if isinstance(key, str))
        shape = f"at most {places} decimals" if places else "no decimals"
        rounded = Decimal(text).quantize(Decimal(1).scaleb(-places))
        # 1.299 is one thousand and more for half of the world; nobody counts in thousandths of a cent.
        thousands = f", or {text.replace('.', '')} where the point parts thousands" if len(fraction) == 3 else ""
        yield Finding(
            "HS206",
            file,
            keys,
            f"{name} has too many decimals",
            quoted(text),
            f"{shape} in {currency}",
            f"write {rounded}{thousands}",
        )


def _variants(file: str, record: Record, rows: Sequence[Record], options: Mapping[str, Any]) -> Iterator[Finding]:
    if not options:
        yield Finding(
            "HS212",
            file,
            ("variants",),
            "variants need options",
            f"{len(rows)} variants and no options",
            "options that tell the variants apart",
            "add options, such as Size: [S, M], or put price and sku at the top of the file",
            part="key",
        )
        return
    if not rows:
        yield Finding(
            "HS213",
            file,
            ("options",),
            "a product with options needs variants",
            "options and no variants",
            "one variant for each combination that can be bought",
            "add variants, or remove the options",
            part="key",
        )
        return
    if len(options) > MOST_OPTIONS:
        yield Finding(
            "HS218",
            file,
            ("options",),
            "too many options",
            str(len(options)),
            f"at most {MOST_OPTIONS}",
            "turn some into attributes",
            part="key",
        )
        return
    if len(rows) > MOST_VARIANTS:
        yield Finding(
            "HS218",
            file,
            ("variants",),
            "too many variants",
            f"{len(rows):,}",
            f"at most {MOST_VARIANTS:,}",
            "split the product",
            part="key",
        )
        return
    declared = {
        name: [value if isinstance(value, str) else value["value"] for value in given]
        for name, given in options.items()
    }
    for name, words in declared.items():
        if len(set(words)) != len(words):
            again = next(i for i, word in enumerate(words) if word in words[:i])
            yield Finding(
                "HS217",
                file,
                ("options", name, again),
                f"{words[again]} is listed twice in {name}",
                quoted(words[again]),
                "each value once",
                "remove one of them",
                related=(Elsewhere(file, ("options", name, words.index(words[again]))),),
            )
        yield from _alike(file, name, words)
    yield from _belongs_to_variants(file, record)
    yield from _unread(file, record, rows)
    yield from _combinations(file, rows, declared)


def _belongs_to_variants(file: str, record: Record) -> Iterator[Finding]:
    stock = record.get("inventory")
    counted = stock if isinstance(stock, str) else (stock or {}).get("quantity")
    for key, text in (("sku", record.get("sku")), ("barcode", record.get("barcode")), ("inventory", counted)):
        if text:
            yield Finding(
                "HS219",
                file,
                (key,),
                f"{key} belongs to the variants of this product",
                quoted(text),
                f"{key} in each variant",
                f"move {key} to the variants",
                part="key",
            )


def _alike(file: str, name: str, words: Sequence[str]) -> Iterator[Finding]:
    """A warning for `Red` beside `red`: customers see two values, and filters count them apart."""
    first: dict[str, int] = {}
    for index, word in enumerate(words):
        same = first.setdefault(" ".join(word.casefold().split()), index)
        if words[same] != word:
            yield Finding(
                "HS225",
                file,
                ("options", name, index),
                f"{word} differs from {words[same]} in nothing but its spelling",
                quoted(word),
                "one spelling of each value",
                f"write {words[same]} here and in the variants, or remove it",
                severity="warning",
                related=(Elsewhere(file, ("options", name, same)),),
            )


def _empty_attributes(file: str, record: Record) -> Iterator[Finding]:
    """A warning for attributes that say nothing: within { } the words after a comma are one of their own."""
    for name, fact in (record.get("attributes") or {}).items():
        if not fact:
            yield Finding(
                "HS227",
                file,
                ("attributes", name),
                f"the attribute {name} has no value, and is not shown",
                name,
                "a name with a value, such as Material: Acetate",
                f"write its value, or, where “{name}” goes on with the text before it, put all of that in quotes",
                severity="warning",
                part="key",
            )


def _speechless(file: str, record: Record) -> Iterator[Finding]:
    """A warning for captions of no film."""
    for place, image in enumerate(record.get("images") or ()):
        if isinstance(image, dict) and image.get("captions") and not image.get("video"):
            yield Finding(
                "HS226",
                file,
                ("images", place, "captions"),
                "there is no film for these captions",
                quoted(image["captions"]),
                "video: a film below assets/, beside them",
                "name the film, or remove the captions",
                severity="warning",
            )


def _unread(file: str, record: Record, rows: Sequence[Record]) -> Iterator[Finding]:
    """A warning for what stands above the variants and holds for none: each has a price of its own."""
    priced = all(row.get("price") for row in rows)
    for key in ("volume_prices", "unit_price"):
        if record.get(key) and priced:
            yield Finding(
                "HS224",
                file,
                (key,),
                f"{key} holds for no variant",
                "a price of its own in every variant",
                f"{key} beside the price it belongs to",
                f"move {key} into the variants, or give the variants that share it one price above them",
                part="key",
                severity="warning",
            )
    compare = record.get("compare_at_price")
    if (
        compare
        and priced
        and all(row.get("compare_at_price") or Decimal(row["price"]) >= Decimal(compare) for row in rows)
    ):
        yield Finding(
            "HS224",
            file,
            ("compare_at_price",),
            "compare_at_price holds for no variant",
            quoted(compare),
            "a variant that is cheaper and names no earlier price of its own",
            "remove it, or write it in the variants that are reduced",
            severity="warning",
        )


def _combinations(file: str, rows: Sequence[Record], declared: Mapping[str, list[str]]) -> Iterator[Finding]:
    names = list(declared)
    known = [frozenset(words) for words in declared.values()]
    seen: dict[tuple[str, ...], int] = {}
    for index, row in enumerate(rows):
        given = row["options"]
        at = ("variants", index, "options")
        if isinstance(given, dict):
            if list(given) != names and set(given) != set(names):
                yield _wrong_names(file, at, given, names)
                continue
            combination = tuple([given[name] for name in names])
        else:
            combination = tuple(given)
        if len(combination) != len(names):
            yield Finding(
                "HS214",
                file,
                at,
                "a variant needs one value per option",
                f"{len(combination)} of {len(names)}: {', '.join(combination)}",
                f"{len(names)} values, for {', '.join(names)}",
                "give one value for each option, in their order",
            )
            continue
        wrong = [i for i, value in enumerate(combination) if value not in known[i]]
        for i in wrong:
            place: str | int = names[i] if isinstance(given, dict) else i
            yield _undeclared(file, (*at, place), combination[i], names, i, declared)
        if not wrong:
            first = seen.setdefault(combination, index)
            if first != index:
                yield Finding(
                    "HS216",
                    file,
                    at,
                    "two variants have the same options",
                    " / ".join(combination),
                    "each combination once",
                    "change or remove one of them",
                    related=(Elsewhere(file, ("variants", first, "options")),),
                )


def _wrong_names(file: str, at: Keys, given: Mapping[str, str], names: list[str]) -> Finding:
    unknown = [name for name in given if name not in names]
    if unknown:
        guess = nearest(unknown[0], names)
        return Finding(
            "HS214",
            file,
            (*at, unknown[0]),
            f"the product has no option {unknown[0]}",
            unknown[0],
            ", ".join(names),
            f"did you mean {guess}?" if guess else "use the names under options",
            part="key",
        )
    absent = [name for name in names if name not in given]
    return Finding(
        "HS214",
        file,
        at,
        "a variant needs one value per option",
        f"nothing for {', '.join(absent)}",
        ", ".join(names),
        f"add {absent[0]}",
    )


def _undeclared(
    file: str, at: Keys, value: str, names: list[str], place: int, declared: Mapping[str, list[str]]
) -> Finding:
    name = names[place]
    words = declared[name]
    same = next((word for word in words if word.casefold() == value.casefold()), None)
    guess = same or nearest(value, words)
    elsewhere = next((other for other in names if other != name and value in declared[other]), None)
    fix = f"did you mean {guess}?" if guess else f"add {value} to {name} under options"
    if elsewhere and not guess:
        fix = f"values come in the order of the options: {', '.join(names)}"
    shown = ", ".join(words[:12]) + (", …" if len(words) > 12 else "")
    return Finding("HS215", file, at, f"{name} has no value {value}", quoted(value), f"one of {shown}", fix)
