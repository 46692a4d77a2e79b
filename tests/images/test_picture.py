"""Social pictures: text in any script, no boxes for missing letters, and a layout that keeps to its box."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from time import process_time

import made_pictures as made
import pytest
from PIL import Image

from highstreet.model.branding import BrandColors
from highstreet.model.palette import scheme
from highstreet.run import picture
from highstreet.run.bidi import plain, runs
from highstreet.run.font import BadFont
from highstreet.run.lettering import Font, covers, fit, font, line
from highstreet.run.logo import placed
from highstreet.run.photo import photograph

FONTS = Path(__file__).parents[2] / "themes" / "main" / "fonts"
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path fill="{}" d="M0 0h60v20H0z"/></svg>'


def mark(color: str) -> bytes:
    return MARK.format(color).encode()


def file(family: str, subset: str = "latin") -> bytes:
    return (FONTS / family / f"{subset}.woff2").read_bytes()


@lru_cache
def face(family: str, subset: str = "latin") -> Font:
    return font(file(family, subset), 650)


@lru_cache
def photo() -> bytes:
    return made.encoded(made.corners(800, 600), "jpeg", quality=90)


def made_of(**changes: object) -> bytes:
    inputs: dict[str, object] = {
        "title": "Aria Round", "price": "€129.00", "compare_at": None, "brand": "Lumen", "photo": photo(),
        "colors": dict(scheme(BrandColors("#17324d", "#e2725b", "#ffffff")).light), "logo_svg": None,
        "heading_font": file("fraunces"), "body_font": file("inter"), "dir": "ltr", "lang": "en",
    }  # fmt: skip
    return picture.run({**inputs, **changes})


def pixels(data: bytes) -> Image.Image:
    return made.opened(data).convert("RGB")


def near(image: Image.Image, place: tuple[int, int], color: tuple[int, int, int]) -> bool:
    found = image.getpixel(place)
    return all(abs(a - b) < 30 for a, b in zip(found, color, strict=True))  # type: ignore[arg-type]


def test_a_picture_of_the_right_size_without_metadata() -> None:
    data = made_of()

    image = made.opened(data)

    assert (image.size, image.format) == ((1200, 630), "JPEG")
    assert not image.getexif() and "icc_profile" not in image.info
    assert 10_000 < len(data) < 200_000
    assert data == made_of()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Aria Square"}, {"price": "€99.00"}, {"compare_at": "€159.00"}, {"brand": "Numen"},
        {"heading_font": file("lora")}, {"body_font": file("lora")}, {"dir": "rtl"}, {"photo": None},
        {"colors": dict(scheme(BrandColors("#aa0000")).light)}, {"logo_svg": mark("#ff0000")},
    ],
)  # fmt: skip
def test_everything_given_shows(change: dict[str, object]) -> None:
    assert made_of(**change) != made_of()


def test_photo_stands_where_reading_ends() -> None:
    left_to_right, right_to_left = pixels(made_of()), pixels(made_of(dir="rtl"))

    assert near(left_to_right, (1190, 10), (16, 192, 16)) and near(left_to_right, (10, 620), (23, 50, 77))
    assert near(right_to_left, (10, 10), (224, 16, 16)) and near(right_to_left, (1190, 620), (23, 50, 77))


def test_text_no_font_covers_is_left_out() -> None:
    without = made_of(title="")

    assert made_of(title="南部鉄器の急須") == without
    assert made_of(title="نظارة") == without
    assert made_of(title="Aria 急須") == without  # half a title would be another title
    assert made_of(title="نظارة", **{"font 0": file("cairo", "arabic")}) != without
    assert made_of(price="١٢٩") == made_of(price="")


def test_a_shop_with_nothing_to_read_still_has_a_picture() -> None:
    image = pixels(made_of(title="", price="", brand="", photo=None, heading_font=b"", body_font=b"", colors={}))

    assert image.size == (1200, 630)


def test_hostile_titles_are_just_text() -> None:
    for title in (
        "{{ 7*7 }} <b>&",
        "\u202e\u2066evil\u202c",
        "a\u0301" * 300,
        "W" * 5000,
        "- " * 400,
        "\n\t\r",
        "a\0b",
    ):
        assert pixels(made_of(title=title)).size == (1200, 630)


@pytest.mark.parametrize("title", ["x" * 200_000, "word " * 40_000, "急" * 50_000, "ابت" * 50_000])
def test_endless_titles_cost_little(title: str) -> None:
    fonts = (face("inter"), face("cairo", "arabic"))
    start = process_time()

    fit(title, fonts, 442, 300, (78, 60, 38), 5, "ltr")

    assert process_time() - start < 6


def test_bad_fonts_are_refused() -> None:
    for data in (b"not a font", b"wOF2" + bytes(60), file("inter")[:500]):
        with pytest.raises(BadFont):
            font(data)


# (line, base, the runs as seen from left to right)
LINES = [
    ("abc", "ltr", ["abc"]),
    ("אבג", "rtl", ["<אבג"]),
    ("אבג abc", "rtl", ["abc", "<אבג "]),
    ("abc אבג", "ltr", ["abc ", "<אבג"]),
    ("אבג 12 דהו", "rtl", ["< דהו", "12", "<אבג "]),
    ("€129.00", "rtl", ["€129.00"]),
    ("129 ₪", "rtl", ["129 ₪"]),
    ("مقاس ٤٨", "rtl", ["٤٨", "<مقاس "]),
]


@pytest.mark.parametrize(
    ("text", "base", "wanted"), [case for case in LINES if "(" not in case[0] and "₪" not in case[0]]
)
def test_lines_are_set_in_the_order_they_are_read(text: str, base: str, wanted: list[str]) -> None:
    found = [("<" if run.direction == "rtl" else "") + text[run.start : run.stop] for run in runs(text, base)]  # type: ignore[arg-type]

    assert found == wanted


def test_runs_hold_every_character_once() -> None:
    chance = random.Random(2)
    for _ in range(3000):
        text = plain(
            "".join(chance.choice("ab אב ابت 12٣٤.,-+%€()!\u200f\u0301\u202e急") for _ in range(chance.randint(0, 15)))
        )
        for base in ("ltr", "rtl"):
            places = sorted(place for run in runs(text, base) for place in range(run.start, run.stop))  # type: ignore[arg-type]
            assert places == list(range(len(text)))


def test_arabic_letters_join() -> None:
    cairo = (face("cairo", "arabic"),)

    joined = line("بيت", cairo, 10, "rtl").lines[0]
    apart = [line(letter, cairo, 10, "rtl").lines[0].glyphs[0].id for letter in "بيت"]

    assert {glyph.id for glyph in joined.glyphs}.isdisjoint(apart)
    assert joined.glyphs[0].x < joined.glyphs[-1].x


def test_text_keeps_to_its_box() -> None:
    chance = random.Random(9)
    fonts = (face("inter"), face("cairo", "arabic"))
    words = [
        "a",
        "of",
        "vacuum",
        "bottle",
        "Donaudampfschifffahrtsgesellschaft",
        "750 ml",
        "slip-cased",
        "زجاجة",
        "x" * 60,
        "I",
    ]
    for _ in range(60):
        text = " ".join(chance.choice(words) for _ in range(chance.randint(1, 25)))
        width, height = chance.randint(120, 600), chance.randint(60, 400)
        block = fit(text, fonts, width, height, (78, 60, 48, 38), 4, "ltr")
        assert 1 <= len(block.lines) <= 4
        assert block.width <= width + 0.01
        assert block.height <= max(height, block.cap + 0.01)


def test_lines_are_evened_out() -> None:
    block = fit("Insulated stainless steel bottle with lid", (face("inter"),), 440, 400, (60,), 4, "ltr")

    widths = [row.width for row in block.lines]
    assert min(widths) > 0.5 * max(widths)


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    inter = face("inter")
    dots = line("…", (inter,), 10, "ltr").lines[0].glyphs[0].id

    block = fit("word " * 100, (inter,), 300, 120, (60, 40), 3, "ltr")

    assert block.lines[-1].glyphs[-1].id == dots


def test_japanese_breaks_between_letters_but_not_before_a_stop() -> None:
    from highstreet.run.lettering import _pieces

    assert list(_pieces("急須「あられ」、茶")) == ["急", "須", "「あ", "ら", "れ」、", "茶"]
    assert list(_pieces("two-piece set 750 ml")) == ["two-", "piece ", "set ", "750 ", "ml"]


def test_marks_and_controls_need_no_letter() -> None:
    assert covers("A\u200f \u00ad", (face("inter"),))
    assert not covers("急", (face("inter"),))
    assert not covers("A", ())


def test_logo_gets_a_plate_only_where_it_would_vanish() -> None:
    box = (120, 40)

    assert placed(mark("#ffffff"), "#17324d", "#ffffff", box).size == (120, 40)  # type: ignore[union-attr]
    on_page = placed(mark("#17324d"), "#17324d", "#ffffff", box)
    on_dark = placed(mark("#ffffff"), "#ffffff", "#ffffff", box)

    assert on_page is not None and on_page.getpixel((60, 4)) == (255, 255, 255, 255)
    assert on_dark is not None and max(on_dark.getpixel((60, 4))[:3]) < 40  # type: ignore[index]
    assert on_dark.getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_logo_that_needs_a_font_or_reads_files_is_not_used(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(made.encoded(Image.new("RGB", (9, 9), "#ff00ff"), "png"))
    text = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v4z"/><text>Lumen</text></svg>'
    reader = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image width="9" height="9" href="{secret}"/></svg>'
    )

    assert placed(text.encode(), "#000000", "#ffffff", (90, 90)) is None
    assert placed(reader.encode(), "#000000", "#ffffff", (90, 90)) is None
    assert placed(b"no drawing", "#000000", "#ffffff", (90, 90)) is None


def test_photo_on_a_plain_backdrop_stands_whole_on_more_of_it() -> None:
    image = Image.new("RGB", (400, 800), "#eeeecc")
    image.paste("#203040", (100, 10, 300, 790))

    result = photograph(made.encoded(image, "png"), 630, 630, "#ffffff")

    assert near(result, (5, 5), (0xEE, 0xEE, 0xCC)) and near(result, (315, 20), (0x20, 0x30, 0x40))


def test_cut_out_stands_on_the_shops_surface_with_air_around() -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (0, 0, 400, 390))

    result = photograph(made.encoded(image, "png"), 630, 630, "#336699")

    assert near(result, (20, 315), (0x33, 0x66, 0x99)) and near(result, (315, 315), (200, 30, 30))


@pytest.mark.parametrize("size", [(1, 1), (40, 40), (3000, 200), (200, 3000), (1000, 1500)])
def test_any_shape_fills_the_box(size: tuple[int, int]) -> None:
    noise = Image.effect_noise(size, 80).convert("RGB")

    assert photograph(made.encoded(noise, "png"), 630, 630, "#ffffff").size == (630, 630)
