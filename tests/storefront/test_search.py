"""Search: the browser finds what Python says it finds, in files that are small, stable and the same every time."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from highstreet.model.catalog import Inventory, Option, OptionValue, Product, Variant
from highstreet.model.content import Content, Page
from highstreet.model.money import money
from highstreet.model.tenant import Tenant
from highstreet.plan import search_index, search_query
from highstreet.plan.packing import gaps, numbers
from highstreet.plan.search_index import Index
from highstreet.plan.words import folded, words
from storefront.script import run
from support.street import SHARED, Lane, simple_shop

STORES = sorted((SHARED / "data").glob("*/neutral/*.json"))
TEXTS = [
    "Men's T-Shirt, Größe XL", "İstanbul ΟΔΟΣ ος", "革靴・ブーツ（黒）", "ｶﾒﾗ カメラ かめら", "نظّارات شمسيّة للأطفال ٢٤", "الكتاب الأزرق", "한국어 안경테",
    "แว่นกันแดด", "चश्मा हिन्दी", "Łódź smørrebrød œuvre Æther", "e\u0301te\u0301 \u212b \u2460 ﬁne", "naïve—café 12,5×14", "\U0002000b\u5409 👓 glasses", "AR-BLK/48.5_x", "", "s", "a" * 50,
]  # fmt: skip


def product(store: dict[str, Any], number: int, copy: int) -> Product:
    given = store["products"][number]
    options = [str(option.get("name") if isinstance(option, dict) else option) for option in given.get("options") or []]
    price = money("10.00", "EUR")
    variants = given.get("variants") or [{}]
    shown = [str(v.get("sku") or "") + (f"-{copy}" if copy and v.get("sku") else "") for v in variants]
    return Product(
        f"{store['store']}-{number}-{copy}", str(given["title"]), price, tuple(Variant((), price, None, sku=sku, inventory=Inventory(number % 7 or 0)) for sku in shown),
        (), str(given.get("vendor") or ""), str(given.get("type") or ""), tuple(str(tag) for tag in given.get("tags") or ()), attributes=(("Options", ", ".join(options)),) if options else (),
    )  # fmt: skip


def catalogue(most: int, only: str = "") -> dict[str, Product]:
    """Real products, again and again with other SKUs until there are enough."""
    if not STORES:
        pytest.skip("the shared data sets are absent")
    found: dict[str, Product] = {}
    for copy in range(50):
        for path in STORES:
            if only not in path.name:
                continue
            store = {"store": path.stem, **json.loads(path.read_text("utf-8"))}
            for number in range(len(store["products"])):
                made = product(store, number, copy)
                found[made.handle] = made
                if len(found) == most:
                    return found
    return found


def made(products: dict[str, Product], synonyms: Sequence[Sequence[str]] = (), pages: Sequence[str] = ()) -> Index:
    content = Content(pages=tuple(Page(f"page-{n}", title, "") for n, title in enumerate(pages)))
    tenant = Tenant("acme", "Acme", "EUR", "en", ("en",), products=products, content=content)
    found = {handle: search_index.postings(one) for handle, one in products.items()}
    return search_index.index(tenant, numbers(tuple(products)), found, synonyms)


def files(index: Index) -> dict[str, Any]:
    told = {"/search.json": {"files": index.files, "spelling": index.spelling_files, "out": gaps(index.out)}}
    told |= {f"/search/{n}.json": index.file(n) for n in range(index.files)}
    return told | {f"/search/words-{n}.json": index.spelling(n) for n in range(index.spelling_files)}


def packed(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


CODE = """
import {open} from './find.js'
const asked = new Set()
const search = open('/search.json', async address => { asked.add(address); if (!(address in given.files)) throw new Error(address); return given.files[address] })
const answers = []
for (const query of given.queries) {
  asked.clear()
  const {products, texts, whole, meant} = await search.query(query)
  answers.push([products, [texts[4], texts[5], texts[6]], whole, meant])
}
console.log(JSON.stringify(answers))
"""


def misspelt(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word))
    return rng.choice([word[:at] + word[at + 1 :], word[:at] + rng.choice("aeitx") + word[at:], word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]])


def queries(rng: random.Random, products: dict[str, Product], most: int) -> list[str]:
    pool, found = list(products.values()), list(TEXTS)
    while len(found) < most:
        one = rng.choice(pool)
        parts = one.title.split()
        word = rng.choice(parts)
        found.append(rng.choice([one.title, word, word[: rng.randint(1, 6)], " ".join(rng.sample(parts, min(2, len(parts)))), one.variants[0].sku or "x-1",
                                 misspelt(rng, word) if len(word) > 4 else word, f"{word} {rng.choice(pool).title.split()[0]}", f"{one.type} {word}", f"zzzz {word}"]))  # fmt: skip
    return found


def test_both_sides_fold_and_cut_alike(tmp_path: Path) -> None:
    rng = random.Random(5)
    ranges = [(0x20, 0x24F), (0x370, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x3040, 0x30FF), (0x4E00, 0x4EFF), (0xAC00, 0xACFF), (0xFF00, 0xFFEF), (0x1F300, 0x1F3FF)]
    texts = TEXTS + ["".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(12)) for _ in range(600)]

    code = "import {folded, words} from './find.js'\nconsole.log(JSON.stringify(given.map(text => [folded(text), words(text)])))"
    answers = run(tmp_path, code, texts)

    for text, (plain, cut) in zip(texts, answers, strict=True):
        assert (plain, cut) == (folded(text), words(text)), [hex(ord(char)) for char in text]


def test_the_browser_finds_what_python_finds(tmp_path: Path) -> None:
    rng = random.Random(11)
    products = catalogue(1700)
    index = made(products, [["sofa", "couch"], ["running shoes", "trainers"]], ["About us", "Care of leather shoes", "返品について"])
    asked = [*queries(rng, products, 160), "couch", "leather", "返品"]

    answers = run(tmp_path, CODE, {"files": files(index), "queries": asked})

    for query, (numbers_, texts, whole, meant) in zip(asked, answers, strict=True):
        wanted = search_query.query(index, query)
        assert [numbers_, texts, whole, meant] == [list(wanted.products), [list(wanted.texts.get(kind, ())) for kind in (4, 5, 6)], wanted.whole, wanted.meant], query
    assert sum(bool(answer[0]) for answer in answers) > 100
    assert sum(bool(answer[3]) for answer in answers) > 4, "some were misspelt"


@pytest.mark.parametrize(("count", "most"), [(1000, 30_000), (10_000, 60_000)])
def test_what_a_first_search_loads_is_small(count: int, most: int) -> None:
    """Everything but rows of cards: the index, the files of two words, one of them misspelt."""
    index = made(catalogue(count))
    size = {name: len(gzip.compress(packed(data), 6, mtime=0)) for name, data in files(index).items()}

    words_ = sorted((name for name in size if "words-" in name), key=size.__getitem__)[-2:]
    largest = sorted((name for name in size if name not in words_), key=size.__getitem__)[-2:]
    first = size["/search.json"] + sum(size[name] for name in {*largest, *words_})

    assert first <= most, (first, size)


def test_an_edit_touches_few_files() -> None:
    products = catalogue(1000)
    handle = sorted(products)[500]
    before = files(made(products))
    import dataclasses

    priced = files(made(products | {handle: dataclasses.replace(products[handle], price=money("11.00", "EUR"))}))
    named = files(made(products | {handle: dataclasses.replace(products[handle], title=products[handle].title + " Quokka")}))

    assert priced == before
    assert 0 < sum(named[name] != before[name] for name in before) <= 5
    assert packed(files(made(dict(reversed(products.items()))))) == packed(files(made(dict(reversed(products.items()))))), "the same bytes every time"


def shop(**titles: str) -> dict[str, Product]:
    price = money("10.00", "EUR")
    option = Option("Colour", (OptionValue("Black"),))
    return {handle: Product(handle, title, price, (Variant(("Black",), price, None, sku=f"SKU-{handle.upper()}-01"),), (option,)) for handle, title in titles.items()}


@pytest.mark.parametrize(
    ("query", "handle"),
    [("sunglases", "sun"), ("sunglass", "sun"), ("glasses", "sun"), ("tshirt", "shirt"), ("t shirts", "shirt"), ("grosse", "big"), ("größe", "big"), ("革", "shoe"), ("くつ革", ""), ("革靴", "shoe"),
     ("نظارات", "arab"), ("كتاب", "book"), ("SKU-SUN-01", "sun"), ("skusun01", "sun"), ("SKU-BIG", "big"), ("settee", "couch"), ("quokka sunglasses", "sun"), ("sunglasess black", "sun"), ("usnglasses", "sun")],
)  # fmt: skip
def test_finds(query: str, handle: str) -> None:
    products = shop(sun="Sunglasses", shirt="T-Shirt", big="Große Größe", shoe="黒い革靴", arab="نظّارات", book="الكتاب", couch="Couch", other="Kettle")
    index = made(products, [["couch", "settee", "sofa"]])

    found = search_query.query(index, query).products

    assert [handle] == [name for name, number in numbers(tuple(products)).items() if found[:1] == (number,)] or (not handle and not found)


def test_ten_thousand_products_are_indexed_in_reasonable_time() -> None:
    products = catalogue(10_000 if os.environ.get("HIGHSTREET_LONG") else 2_000)
    started = time.process_time()
    made(products)
    assert (time.process_time() - started) / len(products) < 0.002, "about 0.1 ms a product on a quiet machine"


def test_a_query_that_does_not_find_its_product_is_refused_with_its_place(lane: Lane) -> None:
    shop = simple_shop(products=2)
    shop["search.yaml"] = "synonyms:\n- [doodad, thing 1]\nexpect:\n  thnig 1: thing-1\n  doodad: thing-1\n  thing 0: [thing-0, thing-1]\n  teapot: thing-0\n"
    lane.tenant("acme", shop)

    built = lane.build("acme")

    assert built.outcome == "failed"
    told = [(str(d.span).rpartition("tenants/")[2], d.code, d.found, d.expected) for d in built.diagnostics]
    assert told == [
        ("acme/search.yaml:6:22", "HS441", "thing-0", "thing-1 among the first 6 products"),
        ("acme/search.yaml:7:11", "HS441", "nothing", "thing-0 among the first 6 products"),
    ]
    assert built.diagnostics[1].message == "the search for “teapot” does not find thing-0"
