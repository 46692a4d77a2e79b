"""YAML as people write it: what is emitted, and that reading it gives the same data."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
import yaml as pyyaml

from highstreet.importers.plain import plain
from highstreet.source.emit import Node, document, entry, front_matter
from highstreet.source.yaml import parse

PRODUCT: dict[str, Node] = {
    "title": "Aria: Round", "vendor": "Lumen", "tags": ["round", "007", "no", "48 mm"], "price": Decimal("129.00"),
    "options": {"Colour": ["Black", {"value": "Tortoise", "swatch": "#7a4a21"}], "Size": ["48", "50"]},
    "variants": [{"sku": "AR-1", "options": ["Black", "48"], "price": Decimal("129.00"), "inventory": 4}],
    "images": [{"src": "products/aria-1.jpg", "alt": "Aria, seen from the front"}],
    "attributes": {"Material": "Acetate", "Bridge": "21 mm"}, "description": "Hello  \nworld\n\n- x\n",
}  # fmt: skip


def test_a_product_reads_like_the_documented_format() -> None:
    assert document(PRODUCT, "Hi") == (
        '# Hi\ntitle: "Aria: Round"\nvendor: Lumen\ntags: [round, "007", "no", 48 mm]\nprice: 129.00\n'
        'options:\n  Colour: [Black, {value: Tortoise, swatch: "#7a4a21"}]\n  Size: ["48", "50"]\n'
        'variants:\n  - {sku: AR-1, options: [Black, "48"], price: 129.00, inventory: 4}\n'
        'images:\n  - {src: products/aria-1.jpg, alt: "Aria, seen from the front"}\n'
        "attributes: {Material: Acetate, Bridge: 21 mm}\ndescription: |\n  Hello  \n  world\n\n  - x\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "No",
        "null",
        "~",
        "",
        "12:30",
        "1e5",
        "0x1F",
        "- x",
        "a: b",
        "a #b",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        "'x'",
        '"x"',
        "x:",
        " x ",
        "1.50",
        "2026-01-01",
        "{{ 7*7 }}",
    ],
)
def test_text_stays_text_for_every_reader(text: str) -> None:
    made = document({"x": text, "list": [text], "map": {"y": text}})

    assert parse("x.yaml", made.encode()).data == {"x": text, "list": [text], "map": {"y": text}}
    assert pyyaml.safe_load(made) == {"x": text, "list": [text], "map": {"y": text}}


def test_what_is_written_reads_the_same() -> None:
    """Property over random data, with both our reader and PyYAML's."""
    random_ = random.Random(1)
    signs = list(" \n aB10:#-,[]{}'\"\\?|>&*!%@`~\té日א=<.e\u00a0\U0001f600/_")

    def text() -> str:
        made = "".join(random_.choice(signs) for _ in range(random_.choice([0, 1, 2, 3, 5, 9, 40])))
        return made.replace("<<", "<")  # a name the reader refuses in every spelling: YAML's merge key

    def node(depth: int) -> Node:
        choice = random_.random()
        if depth == 0 or choice < 0.6:
            return text()
        if choice < 0.7:
            return random_.choice([None, True, 5, Decimal("1.50")])
        if choice < 0.85:
            return [node(depth - 1) for _ in range(random_.randint(0, 4))]
        return {text(): node(depth - 1) for _ in range(random_.randint(0, 4))}

    for _ in range(4000):
        data = {text(): node(3) for _ in range(3)}
        made = document(data)
        assert (parse("x.yaml", made.encode()).data or {}) == plain(data), made
        pyyaml.load(made, Loader=pyyaml.CSafeLoader)


def test_front_matter_and_single_entries() -> None:
    assert front_matter({"title": "A"}, "\nText\n\n") == "---\ntitle: A\n---\n\nText\n"
    assert entry("tags", ["a", "b"]) == "tags: [a, b]\n"
