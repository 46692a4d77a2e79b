"""The audit: bugs planted in a built site are all caught, each in its file and with words that help; clean sites give none."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from site_reader import SiteRead

from highstreet.base.diagnostic import Diagnostic
from highstreet.output.audit import audit

Sites = Callable[[str], SiteRead]
ARIA = "products/aria/index.html"


@pytest.fixture(scope="session")
def folder(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("audited") / "eur"
    for path, data in sites("eur").files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def audited(folder: Path) -> list[Diagnostic]:
    return list(audit(folder, "build/eur"))


@pytest.mark.parametrize("name", ["eur", "jpy", "kwd", "tiny", "evil"])
def test_clean_sites_give_no_findings(sites: Sites, name: str, tmp_path: Path) -> None:
    for path, data in sites(name).files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)

    found = [d for d in audited(tmp_path) if (name, d.code) != ("evil", "HS622")]  # its letters need fonts uncut, which weigh
    assert [f"{d.span} {d.code} {d.message}: {d.found}" for d in found] == []


# What is planted: file, pattern, replacement (all occurrences), code, where it is told, words of the diagnostic.
Seed = tuple[str, str, str, str, str, str]
SEEDS: dict[str, Seed] = {
    "wrong price of a variant on its page": (ARIA, r'data-p="12950" data-t="€129.50"', 'data-p="12850" data-t="€128.50"', "HS605", ARIA, "AR-BLK-48: €128.50"),
    "text of a price differs from its amount": (ARIA, r'data-t="€1,239.50"', 'data-t="€1,239.05"', "HS605", ARIA, "tortoise-48: €1,239.05"),
    "wrong compare-at price on the page": (ARIA, r'data-c="€159.00"', 'data-c="€195.00"', "HS605", ARIA, "€195.00"),
    "price shown at first is another": (ARIA, r"data-price>€129.50<", "data-price>€119.50<", "HS605", ARIA, "€119.50"),
    "wrong price on a card": ("collections/rules/index.html", r"€4\.50", "€4.05", "HS605", "collections/rules/index.html", "/products/cloth/: €4.05"),
    "wrong compare-at on a card": ("collections/frames/index.html", r"<s>€159.00</s>", "<s>€259.00</s>", "HS605", "collections/frames/index.html", "€259.00"),
    "card says sold out": ("collections/frames/index.html", r'class="card"', 'class="card sold-out"', "HS605", "collections/frames/index.html", "sold out"),
    "wrong price in JSON-LD": ("products/cloth/index.html", r'"price":"4.50"', '"price":"5.40"', "HS605", "products/cloth/index.html", "5.40 EUR"),
    "wrong availability in JSON-LD": ("products/gone/index.html", "OutOfStock", "InStock", "HS605", "products/gone/index.html", "sold out"),
    "wrong availability on the page": ("products/gone/index.html", " data-x disabled", "", "HS605", "products/gone/index.html", "available"),
    "wrong currency in JSON-LD": ("products/cloth/index.html", '"priceCurrency":"EUR"', '"priceCurrency":"USD"', "HS616", "products/cloth/index.html", "USD"),
    "wrong currency mark on the page": ("products/cloth/index.html", 'data-t="€4.50"', 'data-t="£4.50"', "HS616", "products/cloth/index.html", "£4.50"),
    "variant missing in JSON-LD": (ARIA, r',\{"@type":"Product","@id":"[^"]*#AR-TOR-50".*?(?=\]\},\{"@type":"BreadcrumbList")', "", "HS605", ARIA, "4 variants on the page"),
    "wrong price in the feed": ("feeds/google.xml", "4.50 EUR</g:price><g:condition|<g:price>4.50 EUR", "<g:price>4.40 EUR", "HS606", "feeds/google.xml", "4.40 EUR"),
    "wrong currency in the feed": ("fr/feeds/google.xml", "<g:price>20.00 EUR", "<g:price>20.00 USD", "HS606", "fr/feeds/google.xml", "20.00 USD"),
    "wrong availability in the feed": ("feeds/google.xml", "out_of_stock", "in_stock", "HS606", "feeds/google.xml", "available"),
    "feed names an unknown address": ("feeds/google.xml", "products/cloth/</g:link>", "products/clout/</g:link>", "HS606", "feeds/google.xml", "products/clout/"),
    "feed lacks a product": ("feeds/google.xml", r"<item><g:id>cloth</g:id>.*?</item>", "", "HS606", "feeds/google.xml", "products/cloth/"),
    "feed ids clash": ("feeds/google.xml", "<g:id>gone<", "<g:id>cloth<", "HS606", "feeds/google.xml", "cloth"),
    "feed is no XML": ("feeds/google.xml", "</channel>", "", "HS607", "feeds/google.xml", "mismatched tag"),
    "search leads nowhere": ("search/texts-0.json", "/pages/about/", "/pages/abort/", "HS601", "search/texts-0.json", "/pages/abort/"),
    "llms price differs": ("llms.txt", "€20.00", "€21.00", "HS614", "llms.txt", "€21.00"),
    "dead link": ("pages/about/index.html", 'href="/products/aria/"', 'href="/products/arai/"', "HS601", "pages/about/index.html", "/products/arai/"),
    "dead link relative to the page": ("pages/about/index.html", 'href="/products/aria/"', 'href="../nowhere/"', "HS601", "pages/about/index.html", "../nowhere/"),
    "dead absolute link": ("pages/about/index.html", 'href="/products/aria/"', 'href="https://www.rich-eur.example/x/"', "HS601", "pages/about/index.html", "/x/"),
    "dead fragment": ("pages/about/index.html", 'href="/products/aria/"', 'href="/products/aria/#reviews"', "HS602", "pages/about/index.html", "#reviews"),
    "missing picture": (ARIA, r'<img src="/assets/aria', '<img src="/assets/area', "HS601", ARIA, "/assets/area"),
    "missing picture in srcset": (ARIA, r'srcset="/assets/aria-', 'srcset="/assets/airia-', "HS601", ARIA, "/assets/airia"),
    "missing picture in JSON-LD": (ARIA, r'"image":\["https://www.rich-eur.example/assets/', '"image":["https://www.rich-eur.example/asserts/', "HS601", ARIA, "/asserts/"),
    "inline script": ("index.html", "</body>", "<script>track()</script></body>", "HS603", "index.html", "<script>"),
    "inline style element": ("index.html", "</head>", "<style>a{}</style></head>", "HS603", "index.html", "<style>"),
    "inline style attribute": ("index.html", "<body ", '<body style="color:red" ', "HS603", "index.html", "<body style>"),
    "inline handler": ("index.html", "<body ", '<body onload="x()" ', "HS603", "index.html", "<body onload>"),
    "script address": ("pages/about/index.html", 'href="/products/aria/"', 'href="javascript:alert(1)"', "HS603", "pages/about/index.html", "javascript:alert(1)"),
    "broken JSON-LD": (ARIA, '"@graph":', '"@graph"', "HS604", ARIA, "@context"),
    "JSON-LD without offers": ("products/cloth/index.html", '"offers":', '"offer":', "HS604", "products/cloth/index.html", "offers"),
    "id twice": ("index.html", "</main>", '<p id="main">x</p></main>', "HS608", "index.html", "main"),
    "picture without alternative text": ("index.html", ' alt="A hero"', "", "HS609", "index.html", "/assets/hero"),
    "no title": ("cart/index.html", "<title>.*?</title>", "", "HS610", "cart/index.html", "title"),
    "no language": ("index.html", 'lang="en-GB" ', "", "HS610", "index.html", "lang"),
    "two canonical addresses": (ARIA, r'(<link rel="canonical"[^>]*>)', r'\1<link rel="canonical" href="https://x.example/">', "HS611", ARIA, "https://x.example/"),
    "no canonical address": (ARIA, r'<link rel="canonical"[^>]*>', "", "HS611", ARIA, "none"),
    "canonical of another page": (ARIA, r'(rel="canonical" href="[^"]*)aria/', r"\1cloth/", "HS611", ARIA, "products/cloth/"),
    "language link not returned": ("fr/products/aria/index.html", r'hreflang="(en-GB|x-default)" href="[^"]*"', r'hreflang="\1" href="https://www.rich-eur.example/products/cloth/"', "HS612", ARIA, "fr: https"),
    "sitemap names a page that is not there": ("sitemap.xml", "<loc>https://www.rich-eur.example/products/bare/", "<loc>https://www.rich-eur.example/products/beer/", "HS613", "sitemap.xml", "products/beer/"),
    "sitemap names a hidden page": ("sitemap.xml", "<loc>https://www.rich-eur.example/products/bare/", "<loc>https://www.rich-eur.example/cart/", "HS613", "sitemap.xml", "/cart/"),
    "sitemap is no XML": ("sitemap.xml", "</urlset>", "", "HS607", "sitemap.xml", "no element found"),
    "redirect to nowhere": ("old.html", "/products/aria/", "/products/gold/", "HS615", "old.html", "/products/gold/"),
    "redirect rule to nowhere": ("_redirects", "/products/aria/", "/products/gold/", "HS615", "_redirects", "/old.html → /products/gold/"),
    "style sheet of another site": ("cart/index.html", r"</head>", '<link rel="stylesheet" href="https://fonts.example/x.css"></head>', "HS621", "cart/index.html", "https://fonts.example/x.css"),
    "security policy lets everything in": ("_headers", "script-src .self.", "script-src *", "HS617", "_headers", "script-src"),
    "picture of a host the policy forbids": ("cart/index.html", "</main>", "<img src=\"https://pics.example/a.png\" alt=\"\"></main>", "HS617", "cart/index.html", "https://pics.example/a.png"),
    "redirect to itself": ("sale/index.html", "/collections/frames/", "/sale/", "HS615", "sale/index.html", "/sale/"),
    "style sheet names a missing file": ("*style.*.css", "url\\(\"/assets/", "url(\"/assets/lost-", "HS601", "*style.*.css", "/assets/lost-"),
    "manifest names a missing icon": ("site.webmanifest", "/assets/icon-192", "/assets/icon-193", "HS601", "site.webmanifest", "/assets/icon-193"),
    "robots names another sitemap": ("robots.txt", "sitemap.xml", "map.xml", "HS601", "robots.txt", "/map.xml"),
    "journal feed leads nowhere": ("journal/feed.xml", "journal/opening/", "journal/closing/", "HS601", "journal/feed.xml", "journal/closing/"),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEDS)
def test_planted_bug_is_caught(folder: Path, name: str, tmp_path: Path) -> None:
    path, pattern, replacement, code, told, words = SEEDS[name]
    copy = tmp_path / "eur"
    shutil.copytree(folder, copy, copy_function=os.link)
    file = next(copy.rglob(path)) if path.startswith("*") else copy / path
    told = str(file.relative_to(copy)) if told.startswith("*") else told
    before = file.read_text("utf-8")
    after = re.sub(pattern, replacement, before, flags=re.S)
    assert after != before, "the seed must change something"
    file.unlink()
    file.write_text(after, "utf-8")

    found = audited(copy)

    hits = [d for d in found if d.code == code and d.span.file == f"build/eur/{told}" and words in f"{d.found} {d.message} {d.expected}"]
    assert hits, [f"{d.span} {d.code} {d.message}: {d.found}" for d in found]
    for diagnostic in found:
        assert diagnostic.found
        assert diagnostic.expected
        assert diagnostic.fix
        assert diagnostic.severity == "error"


def test_deleted_file_is_missed_everywhere_it_is_named(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "eur"
    shutil.copytree(folder, copy, copy_function=os.link)
    (copy / "products/bare/index.html").unlink()

    found = [d for d in audited(copy) if "products/bare/" in d.found]

    told = " ".join(f"{d.code} {d.span.file} {d.found}" for d in found)
    for place in ("HS613 build/eur/sitemap.xml", "HS601 build/eur/collections/frames/index.html", "llms.txt", "more files", "HS612 build/eur/fr/products/bare/index.html"):
        assert place in told


def test_a_bug_on_every_page_is_told_once_with_a_count_and_a_place(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "eur"
    shutil.copytree(folder, copy, copy_function=os.link)
    for page in copy.rglob("*.html"):
        text = page.read_text("utf-8")
        page.unlink()
        page.write_text(text.replace("</footer>", '<a href="/pages/abuot/">About</a></footer>'), "utf-8")

    found = audited(copy)

    assert len(found) == 1
    only = found[0]
    assert only.code == "HS601"
    assert only.found.startswith("/pages/abuot/ (also in cart/index.html, collections/")
    assert only.fix.startswith("did you mean /pages/about/?")
    assert "navigation.yaml" in only.fix
    assert only.span.line > 1
    assert 'href="/pages/abuot/"' in only.span.frame
    assert only.span.frame[only.span.column - 1 :].startswith('<a href="/pages/abuot/">')


def test_dead_link_of_one_page_names_the_file_it_is_probably_written_in(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "eur"
    shutil.copytree(folder, copy, copy_function=os.link)
    page = copy / "pages/about/index.html"
    text = page.read_text("utf-8")
    page.unlink()
    page.write_text(text.replace('href="/products/aria/"', 'href="/products/aira/"'), "utf-8")

    assert audited(copy)[0].fix == "did you mean /products/aria/? correct it where it is written, probably in pages/about.md"


def test_audit_reads_three_hundred_pages_a_second(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "eur"
    shutil.copytree(folder, copy, copy_function=os.link)
    page = (copy / ARIA).read_text("utf-8")
    for number in range(300):
        place = copy / f"products/aria-{number}/index.html"
        place.parent.mkdir()
        place.write_text(page.replace("products/aria/", f"products/aria-{number}/"), "utf-8")

    start = time.process_time()
    audited(copy)
    taken = time.process_time() - start

    assert taken < 4 * (300 + 37) / 300, f"{337 / taken:.0f} pages a second"


def test_heavy_pages_name_the_heaviest_file(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "eur"
    shutil.copytree(folder, copy)
    sheet = next((copy / "assets").glob("style.*.css"))
    sheet.write_bytes(sheet.read_bytes() + b"/*" + os.urandom(6_000).hex().encode() + b"*/")

    found = [d for d in audited(copy) if d.code == "HS620"]
    assert found
    assert f"assets/{sheet.name}" in found[0].found
    assert "12 KB" in found[0].expected
