"""Settings and sections: what a tenant wrote for the theme is checked with the care of the model, each mistake at its place."""

from __future__ import annotations

from typing import Any

import pytest

from highstreet.base.diagnostic import Diagnostic
from support.street import Lane, picture

PRODUCT = "title: Mug\nprice: 12.50\n"
COLLECTION = "title: Mugs\nproducts: [mug]\n"


def diagnostics(lane: Lane, files: dict[str, Any]) -> list[Diagnostic]:
    shop = {
        "tenant.yaml": "name: Mugs\ncurrency: EUR\n",
        "catalog/products/mug.yaml": PRODUCT,
        "catalog/products/draft.yaml": "title: Draft\nprice: 1\nstatus: draft\n",
        "catalog/collections/mugs.yaml": COLLECTION,
        "pages/about.md": "---\ntitle: About\n---\nWe.\n",
        "assets/hero.png": picture(1),
    }
    lane.tenant("mugs", shop | files)
    return [d for d in lane.build("mugs").diagnostics if d.code.startswith(("HS4", "HS113")) or d.severity == "error"]


def home(*lines: str) -> dict[str, str]:
    return {"home.yaml": "sections:\n" + "\n".join(lines) + "\n"}


def tenant(*lines: str) -> dict[str, str]:
    return {"tenant.yaml": "name: Mugs\ncurrency: EUR\ntheme:\n  settings:\n" + "\n".join(f"    {line}" for line in lines) + "\n"}


# name → files, and the one diagnostic: code, place, found, a word of what is expected, the fix
MISTAKES: dict[str, tuple[dict[str, Any], str, str, str, str, str]] = {
    "section misspelt": (home("- {type: heroo}"), "HS430", "home.yaml:2:10", "heroo", "section of theme main", "did you mean hero?"),
    "section unknown": (home("- {type: carousel3000xyz}"), "HS430", "home.yaml:2:10", "carousel3000xyz", "section of theme main", "use one of: "),
    "setting misspelt": (home("- {type: hero, haeding: Hi}"), "HS431", "home.yaml:2:16", "haeding", "a setting of", "did you mean heading?"),
    "theme setting misspelt": (tenant("card_ration: square"), "HS431", "tenant.yaml:5:5", "card_ration", "a setting of the theme", "did you mean card_ratio?"),
    "text torn by a comma": (home("- {type: hero, text: Bread, still warm}"), "HS431", "home.yaml:2:29", "still warm", "a setting of", "put the text that goes on with “still warm” in quotes: within { } a comma ends it"),
    "label torn by a comma": (home("- {type: hero, button: {label: Yes, please, to: /products/}}"), "HS431", "home.yaml:2:37", "please", "label or to", "put the text that goes on with “please” in quotes"),
    "field of an item misspelt": (home("- type: faq", "  items:", "  - {question: Q, answr: A}"), "HS431", "home.yaml:4:19", "answr", "a setting", "did you mean answer?"),
    "field of a picture misspelt": (home("- {type: hero, image: {src: hero.png, alt: A, widht: 5}}"), "HS431", "home.yaml:2:47", "widht", "src, alt, width or height", "did you mean width?"),
    "field of a link misspelt": (home("- {type: hero, button: {label: A, link: page/about, to: page/about}}"), "HS431", "home.yaml:2:35", "link", "label or to", "use one of: label, to"),
    "required setting missing": (home("- {type: featured-collection, limit: 4}"), "HS432", "home.yaml:2:3", "no collection", "collection: ", "add collection"),
    "required field of an item missing": (home("- type: slideshow", "  slides:", "  - {heading: A}"), "HS432", "home.yaml:4:5", "no image", "image: ", "add image"),
    "number in words": (home("- {type: featured-collection, collection: mugs, limit: four}"), "HS433", "home.yaml:2:56", "four", "a whole number from 2 to 24", "write digits"),
    "number too high": (home("- {type: featured-collection, collection: mugs, limit: 99}"), "HS433", "home.yaml:2:56", "99", "a whole number from 2 to 24", "write 24"),
    "number too low": (tenant("collection_columns: 0"), "HS433", "tenant.yaml:5:25", "0", "a whole number from 2 to 5", "write 2"),
    "decimal number": (tenant("collection_columns: 2.5"), "HS433", "tenant.yaml:5:25", "2.5", "a whole number", "write digits"),
    "boolean as yes": (tenant("header_sticky: yes"), "HS433", "tenant.yaml:5:20", "yes", "true or false", "write true"),
    "boolean as no": (tenant("header_sticky: no"), "HS433", "tenant.yaml:5:20", "no", "true or false", "write false"),
    "choice misspelt": (tenant("card_ratio: sqare"), "HS433", "tenant.yaml:5:17", "sqare", "one of: square, portrait, landscape", "did you mean square?"),
    "choice as a list": (tenant("card_ratio: [square]"), "HS433", "tenant.yaml:5:17", "a list", "one of: square", "did you mean square?"),
    "embed from a host of other letters": (home("- {type: embed, title: A, url: 'https://bücher.example/a'}"), "HS436", "home.yaml:2:32", "https://bücher.example/a", "a host name of ASCII letters", "write https://xn--bcher-kva.example/a"),
    "embed from a sharp s": (home("- {type: embed, title: A, url: 'https://Straße.example:8080/ß'}"), "HS436", "home.yaml:2:32", "https://Straße.example:8080/ß", "a host name of ASCII letters", "write https://xn--strae-oqa.example:8080/ß"),
    "form to a lookalike": (home("- {type: newsletter, heading: News, endpoint: 'https://xn--pple-43d.com/join'}"), "HS113", "home.yaml:2:47", "https://xn--pple-43d.com/join, shown as аpple.com", "letters of one script", "check that this is the address you mean"),
    "form to a lookalike as it is read": (home("- {type: newsletter, heading: News, endpoint: 'https://аpple.com/join'}"), "HS113", "home.yaml:2:47", "https://аpple.com/join, shown as аpple.com", "letters of one script", "check that this is the address you mean"),
    "text as a list": (home("- {type: hero, heading: [a]}"), "HS433", "home.yaml:2:25", "a list", "text", "write heading: some text"),
    "text as a mapping": (home("- {type: hero, heading: {a: b}}"), "HS433", "home.yaml:2:25", "a mapping", "text", "write heading: some text"),
    "list as text": (home("- {type: faq, items: none}"), "HS433", "home.yaml:2:22", "none", "a list", "write one line"),
    "item as text": (home("- type: faq", "  items: [What?]"), "HS433", "home.yaml:3:11", "What?", "settings: question, answer", "write name: value"),
    "products as text": (home("- {type: featured-products, products: mug}"), "HS433", "home.yaml:2:39", "mug", "a list of product handles", "write [first, second]"),
    "picture as a number list": (home("- {type: hero, image: [1]}"), "HS433", "home.yaml:2:23", "a list", "a picture below assets/", "write a path"),
    "link as a list": (home("- {type: hero, button: [1]}"), "HS433", "home.yaml:2:24", "a list", "a link", "write {label:"),
    "link without a target": (home("- {type: hero, button: {label: Go}}"), "HS433", "home.yaml:2:24", "a mapping", "a link", "write {label:"),
    "text too long": (home(f"- {{type: hero, heading: {'x' * 2001}}}"), "HS434", "home.yaml:2:25", "2,001 characters", "at most 2,000", "shorten"),
    "picture missing": (home("- {type: hero, image: heros.png}"), "HS435", "home.yaml:2:23", "heros.png", "a file below assets/", "did you mean hero.png?"),
    "picture with assets in front": (home("- {type: hero, image: assets/hero.png}"), "HS435", "home.yaml:2:23", "assets/hero.png", "a file below assets/", "did you mean hero.png?"),
    "endpoint without https": (home("- {type: newsletter, endpoint: 'http://x.example/'}"), "HS436", "home.yaml:2:32", "http://x.example/", "https://", "write the whole address"),
    "endpoint as a page": (home("- {type: newsletter, endpoint: page/about}"), "HS436", "home.yaml:2:32", "page/about", "https://", "write the whole address"),
    "link to nothing": (home("- {type: hero, button: {label: A, to: collection/mgus}}"), "HS437", "home.yaml:2:39", "collection/mgus", "the handle of a collection", "did you mean mugs?"),
    "link to a path without kind": (home("- {type: hero, button: {label: A, to: mugs}}"), "HS304", "home.yaml:2:39", "mugs", "product/", "collection/mugs"),
    "link with a bad scheme": (home("- {type: hero, button: {label: A, to: 'javascript:alert(1)'}}"), "HS302", "home.yaml:2:39", "javascript:alert(1)", "https", "https"),
    "collection misspelt": (home("- {type: featured-collection, collection: mgus}"), "HS437", "home.yaml:2:43", "mgus", "the handle of a collection", "did you mean mugs?"),
    "collection as a list": (home("- {type: featured-collection, collection: [mugs]}"), "HS437", "home.yaml:2:43", "not text", "the handle of a collection", "mugs"),
    "one product of several misspelt": (home("- {type: featured-products, products: [mug, mgu]}"), "HS437", "home.yaml:2:45", "mgu", "the handle of a product", "did you mean mug?"),
    "moment without a zone": (home("- {type: countdown, unpublish_at: '2026-12-24T18:00'}"), "HS036", "home.yaml:2:35", '"2026-12-24T18:00"', "with time and zone", "add the time zone"),
    "moment as a list": (home("- {type: countdown, unpublish_at: [2026]}"), "HS036", "home.yaml:2:35", '"no text"', "with time and zone", "year-month-day"),
    "schedule of a section in words": (home("- {type: hero, heading: A, publish_at: tomorrow}"), "HS036", "home.yaml:2:40", '"tomorrow"', "a date such as", "year-month-day"),
    "countdown without an end": (home("- {type: countdown, heading: A}"), "HS432", "home.yaml:2:3", "no unpublish_at", "unpublish_at: ", "add unpublish_at"),
    "film of another kind": (home("- {type: video, video: film.mov}"), "HS433", "home.yaml:2:24", "film.mov", "ends in .mp4, .webm", "name such a file"),
    "film missing": (home("- {type: video, video: film.mp4}"), "HS435", "home.yaml:2:24", "film.mp4", "ends in .mp4, .webm", "put film.mp4 into assets/"),
    "captions misspelt": (home("- {type: video, video: real.webm, captions: rael.vtt}") | {"assets/real.webm": b"x", "assets/real.vtt": b"WEBVTT"}, "HS435", "home.yaml:2:45", "rael.vtt", "ends in .vtt", "did you mean real.vtt?"),
    "too many items": (home("- type: slideshow", "  slides:", *["  - {heading: A, image: hero.png}"] * 7), "HS438", "home.yaml:4:3", "7", "at most 6", "remove some"),
    "font misspelt": ({"branding.yaml": "typography:\n  heading: Frances\n"}, "HS440", "branding.yaml:2:12", "Frances", "a family of the theme", "did you mean Fraunces?"),
    "font unknown": ({"branding.yaml": "typography: {body: Comic Sans MS}\n"}, "HS440", "branding.yaml:1:20", "Comic Sans MS", "a family of the theme", "use one of: "),
    "theme unknown": ({"tenant.yaml": "name: Mugs\ncurrency: EUR\ntheme: mian\n"}, "HS420", "tenant.yaml:3:8", "mian", "one of: main", "name one of these"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_told_at_its_place(lane: Lane, name: str) -> None:
    files, code, place, found, expected, fix = MISTAKES[name]

    told = diagnostics(lane, files)

    assert [d.code for d in told] == [code], told
    (only,) = told
    assert str(only.span).removeprefix("tenants/mugs/") == place
    assert only.found == found
    assert expected in only.expected
    assert fix in only.fix
    if only.span.line:
        line = (lane.root / only.span.file).read_text("utf-8").splitlines()[only.span.line - 1]
        assert line.startswith(only.span.frame.rstrip("…"))


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_does_not_wait_until_a_product_is_mended(lane: Lane, name: str) -> None:
    files, *_ = MISTAKES[name]
    alone = diagnostics(lane, files)

    told = diagnostics(lane, files | {"catalog/products/cup.yaml": "title: Cup\nprice: 12,50\n"})

    assert [d for d in told if d.code != "HS204"] == alone
    assert len(told) == len(alone) + 1


def test_what_lies_in_a_broken_file_is_not_told_as_missing(lane: Lane) -> None:
    links = home("- {type: featured-product, product: mug}", "- {type: hero, heading: A, button: {to: page/about}}", "- {type: featured-collection, collection: mugs}")
    broken = {"catalog/products/mug.yaml": "title: Mug\nprice: x\n", "catalog/collections/mugs.yaml": "titel: Mugs\n", "pages/about.md": "Nothing\n"}

    told = diagnostics(lane, links | broken | {"assets/empty.png": b""})

    assert sorted(d.code for d in told if d.severity == "error") == ["HS013", "HS030", "HS204", "HS350"]


def test_all_mistakes_are_told_in_one_run(lane: Lane) -> None:
    files = home("- {type: heroo}", "- {type: hero, haeding: A, image: no.png, button: {to: page/abuot}}", "- {type: featured-collection, limit: x}")

    told = diagnostics(lane, files | tenant("card_ratio: x", "nonsense: 1"))

    assert sorted(d.code for d in told) == ["HS430", "HS431", "HS431", "HS432", "HS433", "HS433", "HS435", "HS437"]


def test_mistakes_are_told_once_however_many_languages_there_are(lane: Lane) -> None:
    told = diagnostics(lane, home("- {type: hero, haeding: A}") | {"tenant.yaml": "name: Mugs\ncurrency: EUR\nlocale: en\nlanguages: [en, fr, de]\ntheme: {settings: {card_ratio: x}}\n"})

    assert sorted((d.code, d.span.file) for d in told) == [("HS431", "tenants/mugs/home.yaml"), ("HS433", "tenants/mugs/tenant.yaml")]


def test_templates_of_other_kinds_are_checked_as_well(lane: Lane) -> None:
    told = diagnostics(lane, {"templates/product.yaml": "sections:\n- {type: rich-text, txt: A}\n"})

    assert [(d.code, str(d.span)) for d in told] == [("HS431", "tenants/mugs/templates/product.yaml:2:21")]


def test_sections_where_the_theme_allows_none_are_refused(lane: Lane) -> None:
    told = diagnostics(lane, {"templates/cart.yaml": "sections:\n- {type: rich-text, text: A}\n"})

    assert [(d.code, d.span.file) for d in told] == [("HS439", "tenants/mugs/templates/cart.yaml")]
    assert "home" in told[0].expected
    assert "product" in told[0].expected


def test_things_hidden_now_are_left_out_without_a_word(lane: Lane) -> None:
    told = diagnostics(lane, home("- {type: featured-product, product: draft}", "- {type: featured-products, products: [mug, product/draft]}", "- {type: hero, heading: H, button: {label: L, to: product/draft}}"))

    assert told == []
    shown = lane.files("mugs")["index.html"]
    assert b"/products/draft/" not in shown
    assert b"/products/mug/" in shown


def test_every_type_of_setting_is_read(lane: Lane) -> None:
    files = home(
        "- {type: hero, heading: H, image: {src: hero.png, alt: A hero}, button: {label: Go, to: collection/mugs}, second_button: page/about}",
        "- {type: featured-products, products: [mug, product/mug]}",
        "- {type: collection-tiles, collections: [mugs]}",
        "- type: faq\n  items: [{question: 'Why?', answer: '**So.**'}]",
        "- {type: newsletter, heading: News, endpoint: 'https://x.example/join'}",
    ) | tenant("card_ratio: square", "collection_columns: 3", "header_sticky: false", "footer_text: '*F*'", "payment_methods: [Visa, {name: PayPal}]")  # fmt: skip

    assert diagnostics(lane, files) == []

    shown = lane.files("mugs")["index.html"].decode()
    for words in ('alt="A hero"', 'href="/collections/mugs/"', ">Go<", ">About<", "<strong>So.</strong>", 'action="https://x.example/join"', "ratio-square", "<em>F</em>", "<li>Visa</li><li>PayPal</li>"):
        assert words in shown, words
    assert "header-sticky" not in shown
