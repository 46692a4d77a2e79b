"""Icons have the sizes asked for, come out the same every time, and never show a file of the machine."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from highstreet.model.initials import initials
from highstreet.run import icon
from highstreet.run.outline import outline
from highstreet.source.image import ImageProblem

FONTS = Path(__file__).parents[2] / "themes" / "main" / "fonts"
LATIN = (FONTS / "fraunces/latin.woff2").read_bytes()
ARABIC = (FONTS / "cairo/arabic.woff2").read_bytes()
MARK = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#aa0000"/></svg>'
)


def drawn(**inputs: object) -> Image.Image:
    image = Image.open(BytesIO(icon.run({"form": "png", **inputs})))
    image.load()
    return image


def letters(**inputs: object) -> dict[str, object]:
    return {"letters": ("LO",), "font 0": LATIN, "weight": "560", "fill": "#17324d", "on": "#ffffff", **inputs}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lumen Optics", "LO"),
        ("The Mug Shop", "M"),
        ("The The", "TT"),
        ("jo’s bakery & co", "JB"),
        ("Ærø Kaffe", "ÆK"),
        ("4ormat", "4"),
        ("Studio 54", "S"),
        ("光の店", "光"),
        ("متجر النور", "م"),
        ("חנות", "ח"),
        ("Жизнь", "Ж"),
        ("ßeta", "S"),
        ("O'Neill-Surf", "OS"),
        ("!!", ""),
        ("", ""),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize("size", [16, 32, 180, 192, 512])
@pytest.mark.parametrize("source", [b"", MARK])
def test_png_has_the_size_asked_for(size: int, source: bytes) -> None:
    image = drawn(**letters(size=size, source=source))

    assert (image.format, image.size) == ("PNG", (size, size))


def test_shape_rounds_the_tile() -> None:
    corners = {shape: drawn(**letters(size=64, shape=shape)).getpixel((1, 1)) for shape in ("sharp", "soft", "round")}

    assert corners["sharp"] == (0x17, 0x32, 0x4D, 255)
    assert corners["soft"][3] == corners["round"][3] == 0  # type: ignore[index]


@pytest.mark.parametrize("purpose", ["maskable", "apple"])
@pytest.mark.parametrize("source", [b"", MARK])
def test_home_screen_icons_are_opaque_to_the_corners(purpose: str, source: bytes) -> None:
    image = drawn(**letters(size=180, purpose=purpose, source=source, ground="#fbf7f0"))

    assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    assert image.convert("RGB").getpixel((0, 0)) == ((0xFB, 0xF7, 0xF0) if source else (0x17, 0x32, 0x4D))


@pytest.mark.parametrize("source", [b"", MARK])
def test_maskable_icons_keep_the_mark_inside_the_circle_launchers_cut(source: bytes) -> None:
    image = drawn(**letters(size=200, purpose="maskable", source=source, ground="#17324d")).convert("RGB")

    ground = (0x17, 0x32, 0x4D)
    outside = [
        (x, y) for x in range(200) for y in range(200)
        if (x - 99.5) ** 2 + (y - 99.5) ** 2 > 80**2 and image.getpixel((x, y)) != ground
    ]  # fmt: skip
    assert not outside


def test_initials_are_outlines_and_the_same_every_time() -> None:
    made = icon.run(letters(form="svg"))

    assert made == icon.run(letters(form="svg"))
    tree = ET.fromstring(made)
    assert [child.tag.rpartition("}")[2] for child in tree] == ["rect", "path"]
    assert b"<text" not in made
    assert icon.run(letters(form="png", size=192)) == icon.run(letters(form="png", size=192))


def test_the_first_font_with_all_letters_is_taken() -> None:
    assert outline("م", (LATIN, ARABIC), 700) == outline("م", (ARABIC,), 700)
    assert outline("LO", (ARABIC, LATIN), 700) == outline("LO", (LATIN,), 700)


def test_letters_no_font_has_give_way_to_the_next_ones_and_at_last_to_a_dot() -> None:
    assert icon.run(letters(form="svg", letters=("光", "L"))) == icon.run(letters(form="svg", letters=("L",)))
    assert b"<circle" in icon.run(letters(form="svg", letters=("光", "")))
    assert b"<circle" in icon.run({"form": "svg"})


def test_weight_changes_the_outline() -> None:
    assert outline("L", (LATIN,), 300) != outline("L", (LATIN,), 800)


def test_a_mark_keeps_its_proportions_on_a_transparent_square() -> None:
    image = drawn(source=MARK, size=64)

    assert image.getpixel((32, 32)) == (0xAA, 0, 0, 255)
    assert image.getpixel((32, 4))[3] == 0  # type: ignore[index]


def test_a_raster_mark_is_fitted_and_never_enlarged() -> None:
    large = drawn(source=png(Image.new("RGB", (900, 300), "#00aa00")), size=180)
    small = drawn(source=png(Image.new("RGB", (20, 20), "#00aa00")), size=180)

    assert large.getbbox() == (0, 60, 180, 120)
    assert small.getbbox() == (80, 80, 100, 100)


def png(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def test_the_shops_own_drawing_is_passed_on_without_what_is_active() -> None:
    evil = MARK.replace(b"<rect", b"<script>alert(1)</script><rect onclick='x()'")

    made = icon.run({"form": "svg", "source": evil})

    assert b"#aa0000" in made
    assert b"script" not in made and b"onclick" not in made


@pytest.mark.parametrize("href", ["{path}", "file://{path}", "secret.png"])
def test_a_drawing_cannot_show_files_of_the_machine(href: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(png(Image.new("RGB", (4, 4), "#0000ff")))
    monkeypatch.chdir(tmp_path)
    link = href.format(path=path)
    evil = MARK.replace(b"</svg>", f'<image href="{link}" width="40" height="20"/></svg>'.encode())

    image = drawn(source=evil, size=64)

    assert image.getpixel((32, 32)) == (0xAA, 0, 0, 255)


@pytest.mark.parametrize(
    "source", [b"<svg", b"<html><p>404</p></html>", b"GIF89a", b"not a picture", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(source: bytes) -> None:
    with pytest.raises(ImageProblem):
        icon.run({"form": "png", "size": 32, "source": source})


@pytest.mark.parametrize(
    "change", [{"fill": "red"}, {"on": '#fff"/><script'}, {"size": 0}, {"size": 9999}, {"form": "gif"}]
)
def test_inputs_nobody_should_make_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        icon.run(letters(form="png") | change)


def test_ico_holds_the_png() -> None:
    made = icon.run(letters(form="ico", size=32))

    assert Image.open(BytesIO(made)).size == (32, 32)
    size, offset = struct.unpack_from("<II", made, 14)
    assert made[offset:][:8] == b"\x89PNG\r\n\x1a\n" and len(made) == offset + size
