"""Budgets: what a phone fetches for a page is told from its HTML, and a page over its budget is named with the culprit."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from highstreet.model.budgets import BUDGETS, Budget, Budgets
from highstreet.model.platform import platform
from highstreet.output.audit import audit
from highstreet.output.faces import sheet, wanted
from highstreet.output.phone import HEIGHT, REACH, Letters, fetched
from support.street import Lane, messages, picture, simple_shop


def urls(body: str, head: str = "") -> list[str]:
    return [fetch.url for fetch in fetched(f"<html><head>{head}</head><body class=page-page>{body}</body></html>")]


def photo(name: str, sizes: str = "100vw", lazy: bool = True) -> str:
    srcset = ", ".join(f"/{name}-{width}.webp {width}w" for width in (240, 480, 720, 1080))
    return f'<picture><source srcset="{srcset}" sizes="{sizes}"><img src="/{name}.jpg" width="800" height="800"{" loading=lazy" if lazy else ""}></picture>'


@pytest.mark.parametrize(
    ("sizes", "width"),
    [("100vw", 1080), ("50vw", 480), ("calc(100vw - 2rem)", 720), ("5rem", 240), ("(min-width:64em) 44rem,50vw", 480), ("(max-width:40em) 120px,100vw", 240), ("", 1080)],
)
def test_a_phone_takes_the_smallest_picture_that_is_sharp(sizes: str, width: int) -> None:
    assert urls(photo("a", sizes)) == [f"/a-{width}.webp"]


def test_lazy_pictures_count_only_near_the_screen() -> None:
    many = "".join(photo(f"p{number}") for number in range(20))

    near = urls(many)

    assert len(near) == pytest.approx((HEIGHT + REACH) / 390, abs=1)
    assert len(urls("".join(photo(f"p{number}", lazy=False) for number in range(20)))) == 20
    assert urls("word " * 4000 + photo("late")) == []


@pytest.mark.parametrize("hidden", ["<dialog>{}</dialog>", "<div hidden>{}</div>", "<details><summary>A</summary>{}</details>", "<template>{}</template>", '<nav popover id="m"><nav>{}</nav></nav>'])
def test_what_is_not_shown_is_not_fetched(hidden: str) -> None:
    assert urls(hidden.format(photo("a")) + photo("b")) == ["/b-1080.webp"]


def test_head_files_and_one_icon_are_fetched() -> None:
    head = '<link rel="preload" href="/f.woff2" as="font"><link rel="stylesheet" href="/s.css"><script type="module" src="/m.js"></script><link rel="icon" href="/i.png"><link rel="icon" href="/i.svg"><link rel="canonical" href="/x/">'

    assert urls("", head) == ["/f.woff2", "/s.css", "/m.js", "/i.svg"]


CSS = """
:root{--font-heading:"Head","Head stand-in",serif;--font-body:"Text","Companion",sans-serif;--heading-weight:900}
@font-face{font-family:"Head";src:url("/head.woff2");font-weight:900;unicode-range:U+20-7E}
@font-face{font-family:"Head stand-in";src:local("Times New Roman");unicode-range:U+0-24F}
@font-face{font-family:"Text";src:url("/whole.woff2");font-weight:400 700;unicode-range:U+0-FF}
@font-face{font-family:"Text";src:url("/cut.woff2");font-weight:400 700;unicode-range:U+20-7E}
@font-face{font-family:"Text";src:url("/italic.woff2");font-weight:400 700;font-style:italic;unicode-range:U+20-7E}
@font-face{font-family:"Companion";src:url("/arabic.woff2");font-weight:400 700;unicode-range:U+600-6FF}
"""


@pytest.mark.parametrize(
    ("body", "files"),
    [
        ("<p>Plain</p>", {"/cut.woff2", "/head.woff2"}),
        ("<p>Caf&eacute;</p>", {"/cut.woff2", "/whole.woff2", "/head.woff2"}),
        ("<h1>Café</h1>", {"/cut.woff2", "/head.woff2"}),
        ("<p>قهوة</p>", {"/cut.woff2", "/arabic.woff2", "/head.woff2"}),
        ("<dialog><p>é قهوة</p></dialog>", {"/cut.woff2", "/head.woff2"}),
        ('<input placeholder="é">', {"/cut.woff2", "/whole.woff2", "/head.woff2"}),
    ],
)
def test_fonts_are_told_from_the_letters_that_are_shown(body: str, files: set[str]) -> None:
    letters = Letters()

    list(fetched(f"<html><body>{body}</body></html>", letters))

    assert {*wanted(sheet(CSS), "body", letters.body), *wanted(sheet(CSS), "heading", letters.heading)} == files


def test_rules_of_other_weights_do_not_help_each_other() -> None:
    apart = sheet(CSS.replace('src:url("/whole.woff2");font-weight:400 700', 'src:url("/whole.woff2");font-weight:300 900'))

    assert list(wanted(apart, "body", "Plain")) == ["/whole.woff2"], "browsers take the wider rule and never ask the other"


def test_a_page_over_its_budget_is_told_with_the_heaviest_file(lane: Lane) -> None:
    shop = simple_shop(products=3) | {"assets/big.png": picture(1, 900, 900)}
    shop["catalog/products/thing-0.yaml"]["images"] = ["big.png"]
    lane.tenant("acme", shop)
    assert lane.build("acme").outcome == "built", messages(lane.build("acme"))
    folder = Path(lane.root / "build/acme")
    assert not [d for d in audit(folder, "acme") if d.code in ("HS622", "HS623")]

    tight = Budgets(pages={**BUDGETS, "product": Budget(requests=6, kb=40)})
    found = {d.code: d for d in audit(folder, "acme", tight) if d.code in ("HS622", "HS623")}

    heavy = found["HS622"]
    assert str(heavy.span).startswith("acme/products/thing-")
    assert ".woff2 2" in heavy.found
    assert heavy.expected == "at most 40 KB on a page of kind product"
    assert "name it in tenant.yaml" in heavy.fix
    assert "lighter typefaces than assets/latin." in heavy.fix
    assert "[tool.highstreet.budgets.product]" in heavy.fix
    assert found["HS623"].expected == "at most 6 files on a page of kind product"


def test_a_picture_that_is_enough_to_leave_away_is_named_before_a_font(lane: Lane) -> None:
    noise = io.BytesIO()
    Image.frombytes("RGB", (240, 160), random.Random(1).randbytes(115_200)).save(noise, "PNG")
    text = "---\ntitle: About\n---\n![Noise](noise.png)\n"
    lane.tenant("acme", simple_shop() | {"assets/noise.png": noise.getvalue(), "pages/about.md": text})
    assert lane.build("acme").outcome == "built"

    def fix(kb: int) -> str:
        tight = Budgets(pages={**BUDGETS, "other": Budget(requests=12, kb=kb)})
        found = (d for d in audit(lane.root / "build/acme", "acme", tight) if d.code == "HS622")
        return next(d.fix for d in found if "pages/about/" in str(d.span))

    assert fix(60).startswith("make assets/noise-")
    assert "lighter typefaces than assets/latin." in fix(1)

@pytest.mark.parametrize(("locale", "words"), [("sr", "Čaše i čipke, žute"), ("bs", "Čaše, đžemperi"), ("az", "Fincanlar, gözəl işlər"), ("mk", "Чаши и ѓезвиња"), ("cy", "Cwpanau ŵy")])
def test_pages_in_the_letters_of_the_shops_language_are_within_their_budget(lane: Lane, locale: str, words: str) -> None:
    """A language whose letters the theme does not know would get whole files: 55 KB more on a Serbian page."""
    shop = simple_shop() | {"navigation.yaml": f"main:\n- {{label: \"{words}\", to: /products/}}\n"}
    lane.tenant("acme", shop | {"tenant.yaml": f"name: \"{words}\"\nlocale: {locale}\n"})
    assert lane.build("acme").outcome == "built"

    assert [f"{d.span} {d.found}" for d in audit(lane.root / "build/acme", "acme") if d.code == "HS622"] == []


def test_the_operator_sets_budgets() -> None:
    made, report = platform("[tool.highstreet.budgets]\nscripts = 4\n[tool.highstreet.budgets.home]\nkb = 90\n", "pyproject.toml")

    assert not list(report)
    assert (made.budgets.scripts, made.budgets.styles) == (4, 12)
    assert made.budgets.of("home") == Budget(BUDGETS["home"].requests, 90)
    assert made.budgets.of("search") == BUDGETS["other"]


@pytest.mark.parametrize("text", ["[tool.highstreet.budgets]\nhomes = 1\n", '[tool.highstreet.budgets.home]\nkb = "90"\n', "[tool.highstreet.budgets.home]\nmb = 1\n"])
def test_a_wrong_budget_is_refused_with_its_line(text: str) -> None:
    _, report = platform(text, "pyproject.toml")

    assert [d.code for d in report] == ["HS150"]
    assert next(iter(report)).span.line == 2 or "homes" in text


def test_a_line_break_asks_for_no_other_font() -> None:
    css = '@font-face{font-family:"A";src:url("/%s.woff2");font-weight:400;unicode-range:U+%s}'
    fonts = sheet(css % ("whole", "0-FF") + css % ("cut", "20-7E") + ':root{--font-body:"A"}')

    assert [*wanted(fonts, "body", "a\nb")] == ["/cut.woff2"]
    assert [*wanted(fonts, "body", "é")] == ["/cut.woff2", "/whole.woff2"]


def test_a_picture_that_spares_pixels_takes_the_width_of_the_screen_all_the_same() -> None:
    spared = "".join(photo(f"p{number}", "61vw") for number in range(20))

    assert len(urls(spared)) == len(urls("".join(photo(f"p{number}", "92vw") for number in range(20))))


def photograph(seed: int) -> bytes:
    """A picture as heavy as photographs are: some 30 KB as WebP of 720 pixels."""
    grain = Image.frombytes("RGB", (56, 42), random.Random(seed).randbytes(56 * 42 * 3))
    out = io.BytesIO()
    grain.resize((1440, 1080), Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return out.getvalue()


def test_texts_with_two_photographs_are_within_their_budget(lane: Lane) -> None:
    words = "Words.\n\n![A](a.jpg)\n\nWords.\n"
    page = f"---\ntitle: About\n---\n{words}\n![B](b.jpg)\n"
    posts = {
        f"posts/day-{day}.md": f"---\ntitle: Day\ndate: 2026-01-0{day}\nimage: {{src: b.jpg, alt: B}}\n---\n{words}"
        for day in (1, 2)
    }
    lane.tenant("acme", simple_shop() | posts | {"assets/a.jpg": photograph(1), "assets/b.jpg": photograph(2), "pages/about.md": page})
    assert lane.build("acme").outcome == "built"

    heavy = [f"{d.span} {d.found}" for d in audit(lane.root / "build/acme", "acme") if d.code == "HS622"]

    assert heavy == []
    pictures = [(lane.root / "build/acme" / file).stat().st_size for file in lane.files("acme") if file.endswith(".webp") and "-480." in file]
    assert all(size > 10_000 for size in pictures), pictures
