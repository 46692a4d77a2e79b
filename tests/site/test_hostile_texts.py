"""Hostile texts: what a tenant writes is shown as written, and never runs, in any file of the site."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from site_reader import ATOM, GOOGLE, SiteRead, shown, text
from site_shops import HOSTILE

Sites = Callable[[str], SiteRead]
WORDS = " ".join(HOSTILE.split())


@pytest.fixture
def evil(sites: Sites) -> SiteRead:
    return sites("evil")


def flat(words: str) -> str:
    return " ".join(words.split())


def test_no_text_becomes_an_element_an_attribute_or_a_script(evil: SiteRead) -> None:
    for path, page in evil.pages.items():
        assert b"<script>alert" not in evil.files[path]
        for node in page.root.iter():
            if not isinstance(node.tag, str):
                continue
            assert not any(name.startswith("on") or name == "style" for name in node.attrib), (path, node.tag)
            assert node.tag != "style"
            if node.tag == "script":
                assert "src" in node.attrib or node.attrib["type"] in ("application/ld+json", "application/json", "speculationrules")
            for name in ("href", "src", "action"):
                assert not re.match(r"\s*(javascript|data|vbscript):", node.get(name, ""), re.I)


def test_plain_fields_show_the_very_text(evil: SiteRead) -> None:
    product, single = evil.pages["products/evil/index.html"], evil.pages["products/single/index.html"]

    for path, page in evil.shop_pages.items():
        if path.startswith(("products/e", "products/s", "pages/", "journal/e", "collections/e")):
            assert flat(text(page.one("h1"))) == WORDS, path
    assert flat(text(product.one("title"))).startswith(WORDS)
    assert flat(product.meta("description")) == flat(product.meta("og:description")) == WORDS
    assert any(flat(image.attrib["alt"]) == WORDS for image in product.all("img"))
    assert {flat(option.attrib["data-o"]) for option in product.all("button", data_key=None)} == {flat(HOSTILE[:100]), "b"}
    assert "x\"y'<b>&{{ 7*7 }}" in {option.attrib["data-key"] for option in product.all("button", data_key=None)}
    assert any(flat(text(node)) == WORDS for node in product.all("dd"))
    assert "{{ 7*7 }}" in shown(single.one("p", data_unit=None))
    home = shown(evil.pages["index.html"].one("main"))
    assert home.count("{{ 7*7 }}") >= 8
    assert "49" not in home


def test_markdown_keeps_braces_and_drops_active_html(evil: SiteRead) -> None:
    about = evil.pages["pages/evil/index.html"]

    prose = next(node for node in about.all("div") if "prose" in node.get("class", ""))
    assert "{{ 7*7 }} {% raw %}" in text(prose)
    assert "alert" not in "".join(node.get("href", "") for node in prose.iter())
    assert not [node for node in prose.iter() if node.tag == "script"]


def test_machines_read_the_very_text(evil: SiteRead) -> None:
    product = evil.pages["products/evil/index.html"].thing("ProductGroup")
    post = evil.pages["journal/evil/index.html"].thing("BlogPosting")
    item = next(evil.xml("feeds/google.xml").iter("item"))
    entry = next(evil.xml("journal/feed.xml").iter(f"{ATOM}entry"))

    assert product is not None
    assert post is not None
    assert flat(product["name"]) == WORDS
    assert flat(product["hasVariant"][0]["name"]).startswith(WORDS)
    assert flat(post["headline"]) == flat(HOSTILE.strip()[:110])
    assert flat(item.findtext(f"{GOOGLE}title") or "") == flat(f"{HOSTILE} – {HOSTILE[:100]}"[:150])
    assert flat(entry.findtext(f"{ATOM}title") or "") == WORDS
    assert any(flat(row[2]) == WORDS for path in evil.files if path.startswith("cards/") for row in evil.json(path))
    assert any(flat(row[0]) == WORDS for path in evil.files if path.startswith("search/texts-") for row in evil.json(path))
    assert all(line[:2] in ("# ", "> ", "##", "- ", "") for line in evil.files["llms.txt"].decode().splitlines())


def test_template_syntax_is_never_evaluated_in_any_file(evil: SiteRead) -> None:
    for path, data in evil.files.items():
        if path.endswith((".html", ".xml", ".json", ".txt", ".webmanifest")) and not path.endswith(("sitemap.xml", "robots.txt")):
            words = data.decode()
            if "7*7" in words:
                assert "{{ 7*7 }}" in words or "{{ 7\\*7 }}" in words, path
            assert re.search(r"(?<![0-9a-f.])49(?![0-9a-f])", words) is None, path
