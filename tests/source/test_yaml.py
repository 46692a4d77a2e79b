"""YAML documents: what is text, where it stands, and that no input can bring the parser down."""

from __future__ import annotations

import random
import time

import pytest
import yaml

from highstreet.base.diagnostic import Problems
from highstreet.source.yaml import Document, Plain, parse


def data_of(text: str) -> Plain:
    return parse("x.yaml", text.encode()).data


def problem(data: bytes) -> str:
    with pytest.raises(Problems) as raised:
        parse("x.yaml", data)
    return raised.value.diagnostics[0].code


@pytest.mark.parametrize(
    "text",
    ["12.50", "no", "yes", "on", "12:30", "007", "0x1F", "1_000", "1e3", ".inf", "2026-12-01", "true", "False", "+1", "=", "Null1"],
)
def test_scalars_stay_as_they_are_written(text: str) -> None:
    assert data_of(f"key: {text}") == {"key": text}


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_plain_nothing_is_none(text: str) -> None:
    assert data_of(f"key: {text}") == {"key": None}


@pytest.mark.parametrize("text", ["''", '""', "'null'", '"~"'])
def test_quoted_nothing_is_text(text: str) -> None:
    assert data_of(f"key: {text}") == {"key": text[1:-1]}


def test_keys_stay_text_even_when_they_look_like_nothing() -> None:
    assert data_of("no: Norwegian\nnull: x\n12: y") == {"no": "Norwegian", "null": "x", "12": "y"}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\ufeff"])
def test_an_empty_file_is_none(text: str) -> None:
    assert data_of(text) is None


def random_plain(rng: random.Random, depth: int) -> object:
    kind = rng.random()
    if depth > 3 or kind < 0.5:
        alphabet = "abz ABZ 019 -_:.,#&*!|>'\"%@`[]{}?\\\n\té日本𝒳\u2028"
        return "".join(rng.choice(alphabet) for _ in range(rng.randrange(12)))
    if kind < 0.75:
        return [random_plain(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {f"k{i}{rng.choice(['', ' x', ':y', '-'])}": random_plain(rng, depth + 1) for i in range(rng.randrange(5))}


def test_whatever_pyyaml_writes_is_read_as_it_was() -> None:
    rng = random.Random(20261123)
    for _ in range(1_500):
        plain = {"root": random_plain(rng, 0)}
        text = yaml.safe_dump(plain, allow_unicode=rng.random() < 0.5, width=rng.choice([20, 80, 1000]), sort_keys=False)

        assert data_of(text) == plain, text


def test_texts_agree_with_the_reference_reader() -> None:
    """PyYAML's BaseLoader keeps scalars as text too; only nothing differs, which it calls ""."""
    rng = random.Random(7)
    lines = ["a: b", "  - c", "- d", "e:", "  f: g", "'h': i # j", "k: [l, m: n]", "{o: p}", "q: |", "   r", "s: >-", "  t u", "? v", ": w", "x: 'y", "z: \"1\""]
    seen = 0
    for _ in range(4_000):
        text = "\n".join(rng.choice(lines) for _ in range(rng.randrange(1, 7))) + "\n"
        try:
            expected = yaml.load(text, Loader=yaml.BaseLoader)
            ours = data_of(text)
        except yaml.YAMLError:
            assert problem(text.encode()).startswith("HS0")
            continue
        except (Problems, TypeError, ValueError):
            continue  # duplicate and complex keys: we refuse what the reference takes
        seen += 1
        assert emptied(ours) == emptied(expected), text
    assert seen > 300


def emptied(data: object) -> object:
    if isinstance(data, dict):
        return {key: emptied(value) for key, value in data.items()}
    if isinstance(data, list):
        return [emptied(value) for value in data]
    return data or ""


def scalars(data: Plain, keys: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(data, dict):
        return [pair for key, value in data.items() for pair in scalars(value, (*keys, key))]
    if isinstance(data, list):
        return [pair for index, value in enumerate(data) for pair in scalars(value, (*keys, index))]
    return [(keys, data)] if data else []


def test_every_value_stands_where_its_span_says() -> None:
    text = (
        "title: Café «Öl» 𝒳\r\n"
        "price: 12.50\r\n"
        "images:\n- src: a.jpg\n  alt: Eins, zwei\n- {src: b.jpg, alt: drei}\n"
        "options:\n  Größe: [S, M]\n"
        "note: one\u2028 line\nlast: end\n"
    )
    document = parse("x.yaml", text.encode())
    lines = text.replace("\r\n", "\n").split("\n")

    for keys, value in scalars(document.data):
        if "note" in keys:
            continue
        span = document.span(keys)
        assert lines[span.line - 1][span.column - 1 :][: span.length] == value
        assert span.frame == lines[span.line - 1]
    assert document.span(("options", "Größe"), "key").column == 3
    assert (document.span(("images", 1, "missing")).line, document.span(("nothing",)).line) == (6, 1)


def test_places_are_found_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    document = parse("x.yaml", b"a: b\n")

    assert isinstance(document, Document)
    assert document._root == []
    assert document.span(("a",)).column == 4
    assert document._root != []


@pytest.mark.parametrize(
    "data",
    [b"[" * 40_000, b"- " * 40_000, b"? " * 40_000, b"{a: " * 40_000, b"[" * 500_000 + b"]" * 500_000, b"- [" * 200_000, b"a:\r" + b"- " * 45_000, b"a:\xe2\x80\xa8" + b"- " * 45_000, b"a:\xc2\x85" + b"- " * 45_000, b"# x\n" + b"- " * 45_000, b"\xef\xbb\xbf" + b"- " * 45_000, b"\n".join(b" " * i + b"a:" for i in range(1200))],
    ids=["brackets", "dashes", "questions", "braces", "a million brackets", "mixed", "carriage return", "line separator", "next line", "second line", "byte order mark", "staircase"],
)
def test_depth_is_refused_before_it_overflows(data: bytes) -> None:
    began = time.process_time()

    assert problem(data) in ("HS019", "HS009", "HS011")
    assert time.process_time() - began < 8


def test_depth_below_the_limit_is_fine() -> None:
    assert data_of("[" * 60 + "]" * 60) is not None


@pytest.mark.parametrize("text", ["a: &x b", "&x a: b", "- &x [b]", "a: {b: &x c}", "a: &x\n  b: c", "a: [&x b]", "a: \n - &x\n   b"])
def test_anchors_are_refused_wherever_they_stand(text: str) -> None:
    assert problem(text.encode()) == "HS017"


@pytest.mark.parametrize("text", ["a: Smith & Sons", "a: x &amp; y", "a: 'b &c d'", "a: |\n  b &c\n", "a: \"&x\""])
def test_ampersands_inside_text_are_fine(text: str) -> None:
    assert data_of(text) is not None


def test_random_bytes_give_data_or_a_diagnostic() -> None:
    rng = random.Random(4)
    alphabet = [b"a", b": ", b"- ", b"\n", b"  ", b"[", b"]", b"{", b"}", b"'", b'"', b"&x", b"*x", b"!!", b"|", b">", b"#", b"\t", b"\xff", b"\x00", b"\xc3\xa9", b"?", b"%", b"---", b"..."]
    for _ in range(6_000):
        data = b"".join(rng.choice(alphabet) for _ in range(rng.randrange(20)))
        try:
            parse("x.yaml", data)
        except Problems as problems:
            for diagnostic in problems.diagnostics:
                assert diagnostic.found
                assert diagnostic.expected
                assert diagnostic.fix


def test_a_product_is_parsed_within_its_budget() -> None:
    rows = "".join(f"- {{sku: AR-{i}, options: [Black, '{i}'], price: 129.00, inventory: {i}}}\n" for i in range(14))
    text = f"title: Aria Round\nvendor: Lumen\ntags: [round, acetate]\nprice: 129.00\nvariants:\n{rows}description: |\n" + "  Words of a description.\n" * 30
    data = text.encode()
    assert 1_500 < len(data) < 2_500
    parse("x.yaml", data)

    best = min(timed(data) for _ in range(7))

    assert best < 0.003  # measured 0.000_2; the rest is for slow and busy machines


def timed(data: bytes) -> float:
    began = time.process_time()
    for _ in range(20):
        parse("x.yaml", data)
    return (time.process_time() - began) / 20
