"""Bundled families are what their catalogue says; a tenant's font comes out small, the same every time, or refused."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont, woff2
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

from highstreet.action import limits
from highstreet.base.digest import of_bytes
from highstreet.run import font, woff
from highstreet.run.font import BadFont
from highstreet.run.outline import outline
from highstreet.source import yaml
from highstreet.theme.fonts import (
    BadCatalogue,
    Catalogue,
    FontFile,
    catalogue,
    choose,
    codepoints,
    cuts,
    faces,
    known,
    preload,
    ranges,
    role_category,
)
from hostile import fonts as fonts_of_strangers

THEME = Path(__file__).parents[2] / "themes" / "main"
LETTERS = {
    "latin": "ABCxyz019€£“”’–…äöüßéèçñøåœ",
    "latin-ext": "ąćęłńśźżčďěřšťůžőűășțğş",
    "cyrillic": "ЖизньЇжєґ",
    "greek": "Αλφάς",
    "vietnamese": "ạậếộưđ",
    "arabic": "متجرالنورگچپ؟٠١٢",
    "hebrew": "חנותאבץ",
}
INTER = (THEME / "fonts/inter/latin.woff2").read_bytes()


@pytest.fixture(scope="module")
def bundled() -> Catalogue:
    return catalogue(yaml.parse("fonts.yaml", (THEME / "fonts.yaml").read_bytes()).data)


def in_kind(data: bytes, flavor: str | None) -> bytes:
    made = io.BytesIO()
    opened = TTFont(io.BytesIO(data), recalcTimestamp=False)
    opened.flavor = flavor
    opened.save(made)
    return made.getvalue()


def postscript() -> bytes:
    """A small OTF with CFF outlines of A and B."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "space", "A", "B"])
    builder.setupCharacterMap({32: "space", 65: "A", 66: "B"})
    pen = T2CharStringPen(600, None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((250, 700))
    pen.closePath()
    shape = pen.getCharString()
    builder.setupCFF("House-Regular", {}, dict.fromkeys((".notdef", "space", "A", "B"), shape), {})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "space", "A", "B"), (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "House", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    made = io.BytesIO()
    builder.save(made)
    return made.getvalue()


def test_bundled_files_are_what_the_catalogue_says(bundled: Catalogue) -> None:
    total = 0
    for family in bundled.families.values():
        folder = THEME / Path(family.files[0].path).parent
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8").upper()
        for file in family.files:
            data = (THEME / file.path).read_bytes()
            total += len(data)
            opened = TTFont(io.BytesIO(data))
            axis = next(axis for axis in opened["fvar"].axes if axis.axisTag == "wght")
            assert file.weight == f"{axis.minValue:.0f} {axis.maxValue:.0f}", file.path
            assert set(map(ord, LETTERS[file.subset])) <= set(opened.getBestCmap()) | absent(family.name, file.subset)
    assert total < 3_000_000
    listed = {file.path for family in bundled.families.values() for file in family.files}
    assert listed == {path.relative_to(THEME).as_posix() for path in (THEME / "fonts").rglob("*.woff2")}


def absent(family: str, subset: str) -> set[int]:
    """Rare letters a family was never drawn with; the device supplies them."""
    return set(map(ord, "؟٠١٢گچپ")) if subset == "arabic" else set()


def test_stand_ins_have_the_measures_of_their_family(bundled: Catalogue) -> None:
    for family in bundled.families.values():
        latin = next(file for file in family.files if file.subset == "latin" and file.style == "normal")
        measured = font.metrics((THEME / latin.path).read_bytes())
        assert tuple(map(tuple, family.stand_ins)) == font.stand_ins(measured, family.category), family.name


def test_every_language_script_has_a_face(bundled: Catalogue) -> None:
    for language, family in (("ar", "Cairo"), ("he", "Heebo"), ("ja", "Hiragino Sans"), ("zh-CN", "PingFang SC")):
        assert family in choose(bundled, "", "", [language]).body.stack
    assert "El Messiri" in choose(bundled, "Fraunces", "Inter", ["ar"]).heading.stack


def loaded(bundled: Catalogue, heading: str, body: str, language: str, *others: str) -> list[tuple[str, str]]:
    """Path and weights of what pages in `language` preload."""
    languages = [language, *others]
    chosen = choose(bundled, heading, body, languages)
    return [(cut.file.path, cut.weights) for cut in preload(chosen, language, cuts(chosen, bundled, languages, {}))]


def test_arabic_pages_preload_arabic_and_others_latin(bundled: Catalogue) -> None:
    latin = [("fonts/inter/latin.woff2", "400 700"), ("fonts/fraunces/latin.woff2", "560")]

    assert loaded(bundled, "Fraunces", "Inter", "en-GB", "ar") == latin
    assert loaded(bundled, "Fraunces", "Inter", "ar", "en") == [("fonts/cairo/arabic.woff2", "400 700"), ("fonts/el-messiri/arabic.woff2", "560")]
    assert loaded(bundled, "Fraunces", "Inter", "ja") == latin
    assert ("fonts/inter/latin-ext.woff2", "400 700") in loaded(bundled, "Fraunces", "Inter", "pl")


def test_one_family_for_both_roles_is_preloaded_once(bundled: Catalogue) -> None:
    assert loaded(bundled, "Nunito", "Nunito", "de") == [("fonts/nunito/latin.woff2", "400 750")]


def test_the_first_file_of_a_page_has_its_languages_letters_and_its_weights(bundled: Catalogue) -> None:
    chosen = choose(bundled, "Fraunces", "Inter", ["de", "fr"])

    made = cuts(chosen, bundled, ["de", "fr"], {"heading_weight": "black"})

    first = {cut.file.path: cut for cut in preload(chosen, "de", made)}
    assert {path: cut.weights for path, cut in first.items()} == {"fonts/inter/latin.woff2": "400 700", "fonts/fraunces/latin.woff2": "900"}
    for cut in first.values():
        assert set(map(ord, "Straße Übergröße – „Œuvre“ 12,50 €")) <= set(codepoints(cut.unicodes))
        assert ord("Ñ") not in set(codepoints(cut.unicodes))
    rules = [face for face in faces(chosen, bundled, made, {cut: f"/{number}" for number, cut in enumerate(made)}) if face.family == "Inter"]
    latin = [face for face in rules if "U+0-FF" in face.ranges and face.style == "normal"]
    assert len(latin) == 1, "the whole file is there for every other letter"
    cut = next(face for face in rules if face.url == f"/{made.index(first['fonts/inter/latin.woff2'])}")
    assert rules.index(latin[0]) < rules.index(cut), "and the cut, named later, wins"
    assert {face.weight for face in rules} == {"400 700"}, "only among rules of the same weights do ranges decide"


def test_headings_in_capitals_have_the_capitals_of_strange_letters(bundled: Catalogue) -> None:
    chosen = choose(bundled, "Fraunces", "Inter", ["en"])

    made = cuts(chosen, bundled, ["en"], {"heading_case": "uppercase"})

    first = {cut.file.path: set(codepoints(cut.unicodes)) for cut in preload(chosen, "en", made)}
    assert set(map(ord, "ANAÏS, GARÇON")) <= first["fonts/fraunces/latin.woff2"]
    assert ord("Ï") not in first["fonts/inter/latin.woff2"]


def test_in_two_scripts_headings_bring_no_file_for_their_spaces(bundled: Catalogue) -> None:
    chosen = choose(bundled, "El Messiri", "Cairo", ["ar", "en"])

    made = cuts(chosen, bundled, ["ar", "en"], {})
    rules = faces(chosen, bundled, made, {cut: f"/{number}" for number, cut in enumerate(made)})

    headings = [face for face in rules if face.family == "El Messiri"]
    assert len(headings) == 4
    assert not [face for face in headings if {ord(" "), 0xA, 0x200F} & set(codepoints(face.ranges))]
    texts = [face for face in rules if face.family == "Cairo" and ord(" ") in set(codepoints(face.ranges))]
    assert made[int(texts[-1].url[1:])].file.subset == "latin", "texts have Latin digits anyway, and English ones no Arabic"
    arabic = next(cut for cut in preload(chosen, "ar", made) if "cairo" in cut.file.path)
    assert set(map(ord, "أهلاً ١٢٫٥٠٠ دك")) <= set(codepoints(arabic.unicodes))
    assert ord("گ") not in set(codepoints(arabic.unicodes))


def test_languages_without_a_list_of_letters_get_whole_files(bundled: Catalogue) -> None:
    chosen = choose(bundled, "", "", ["en", "eo"])

    made = cuts(chosen, bundled, ["en", "eo"], {})

    assert all(cut.unicodes == "" for cut in made)
    assert len(made) == len([file for file in chosen.files if file.subset in ("latin", "latin-ext")])


def test_every_letter_of_a_language_is_in_a_file_cut_for_it(bundled: Catalogue) -> None:
    for language, letters in bundled.letters.items():
        made = cuts(choose(bundled, "Inter", "Inter", [language]), bundled, [language], {})
        cut = {point for one in made for point in codepoints(one.unicodes)}
        assert set(map(ord, letters)) <= cut, language
        assert set(map(ord, "Ready 1,290.50 € – “x”")) <= cut


@pytest.mark.parametrize(("weights", "axis"), [("400 700", (400, 700)), ("650", None), ("", (100, 900))])
def test_a_variable_font_keeps_the_weights_it_is_shown_in(weights: str, axis: tuple[int, int] | None) -> None:
    made = font.run({"font": INTER, "unicodes": "U+20-7E", "weights": weights})

    opened = TTFont(io.BytesIO(made))
    assert axis == (None if "fvar" not in opened else next((a.minValue, a.maxValue) for a in opened["fvar"].axes))
    assert "tnum" in {record.FeatureTag for record in opened["GSUB"].table.FeatureList.FeatureRecord}, "prices stand in columns"
    assert len(made) < {"400 700": 23_000, "650": 15_000, "": 34_000}[weights]


def test_a_companion_brings_only_its_own_script(bundled: Catalogue) -> None:
    chosen = choose(bundled, "", "", ["en", "ar"])

    assert [file.path for family in chosen.families if family.name == "Cairo" for file in family.files] == [
        "fonts/cairo/arabic.woff2"
    ]


def test_own_files_become_faces_without_a_range(bundled: Catalogue) -> None:
    own = {"House Sans": (FontFile("assets/fonts/house.woff2", "400", "normal", ""),)}

    chosen = choose(bundled, "", "House Sans", ["en"], own)
    cut = cuts(chosen, bundled, ["en"], {})
    made = faces(chosen, bundled, cut, {one: f"/x/{one.file.path}" for one in cut})

    house = next(face for face in made if face.family == "House Sans")
    assert (house.url, house.weight, house.ranges) == ("/x/assets/fonts/house.woff2", "400", "")
    assert preload(chosen, "en", cut)[0].file.path == "assets/fonts/house.woff2"
    assert "House Sans" in known(bundled, own)


def test_stand_ins_come_before_fonts_of_other_scripts_and_show_only_latin(bundled: Catalogue) -> None:
    chosen = choose(bundled, "", "", ["ja"])

    stack = chosen.body.stack
    assert stack.index("Inter stand-in") < stack.index("Hiragino Sans") < stack.index("system-ui")
    made = cuts(chosen, bundled, ["ja"], {})
    assert all(face.ranges for face in faces(chosen, bundled, made, dict.fromkeys(made, "/x")) if face.local)


def test_ranges_follow_the_languages(bundled: Catalogue) -> None:
    assert ord("é") in set(codepoints(ranges(bundled, ["fr"])))
    assert ord("ж") not in set(codepoints(ranges(bundled, ["fr"])))
    assert ord("ж") in set(codepoints(ranges(bundled, ["uk"])))
    japanese = set(codepoints(ranges(bundled, ["ja", "en"])))
    assert set(map(ord, "眼鏡店あア、。")) <= japanese
    assert 4000 < len(japanese) < 6000
    assert ranges(bundled, ["zh"]) == ""


def test_categories_are_serif_or_sans(bundled: Catalogue) -> None:
    assert {role_category(family) for family in bundled.families.values()} == {"sans", "serif"}


@pytest.mark.parametrize("broken", [None, [], {}, {"families": {}}, {"families": {"X": {}}}])
def test_a_broken_catalogue_says_so(broken: object) -> None:
    with pytest.raises(BadCatalogue):
        catalogue(broken)


@pytest.mark.parametrize("flavor", [None, "woff", "woff2"])
def test_subset_holds_what_is_needed_and_nothing_else(flavor: str | None) -> None:
    data = in_kind(INTER, flavor)

    made = font.run({"font": data, "unicodes": "U+0041-005A,U+20AC"})

    assert made[:4] == b"wOF2"
    assert len(made) < len(INTER) / 2
    opened = TTFont(io.BytesIO(made))
    assert set(opened.getBestCmap()) == {*range(0x41, 0x5B), 0x20AC}
    assert "fvar" in opened  # still variable
    assert opened["name"].getDebugName(14)  # the licence stays


def test_postscript_outlines_pass() -> None:
    made = font.run({"font": postscript(), "unicodes": "U+41"})

    assert set(TTFont(io.BytesIO(made)).getBestCmap()) == {0x41}


def test_no_ranges_keep_every_character() -> None:
    small = font.run({"font": INTER, "unicodes": "U+41-5A"})

    assert set(TTFont(io.BytesIO(font.run({"font": small, "unicodes": ""}))).getBestCmap()) == set(range(0x41, 0x5B))


def test_the_same_font_gives_the_same_bytes() -> None:
    data = in_kind(INTER, None)

    assert font.run({"font": data, "unicodes": "U+41-5A"}) == font.run(
        {"font": bytes(bytearray(data)), "unicodes": "U+41-5A"}
    )


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b"hello", "not a font"),
        (b"<!doctype html><p>404", "web page"),
        (b"  \n<svg xmlns='x'/>", "web page or an SVG"),
        (b"PK\x03\x04" + b"\0" * 50, "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"ttcf" + b"\0" * 50, "collection"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"version https://git-lfs.github.com/spec/v1\n", "LFS"),
        (b"OTTO" + b"\xff" * 200, "damaged"),
        (b"\x00\x01\x00\x00" + b"\0" * 200, "lacks the table"),
        (b"wOFF" + b"\xff" * 100, "unpacks"),
        (b"wOF2" + b"\xff" * 100, "unpacks"),
        (b"wOF2", "damaged"),
    ],
)
def test_disguised_and_broken_files_are_refused(data: bytes, part: str) -> None:
    with pytest.raises(font.BadFont, match=part):
        font.run({"font": data, "unicodes": ""})


@pytest.mark.parametrize("kind", [None, "woff", "woff2"])
def test_files_cut_short_or_scrambled_are_refused_and_nothing_else_is_raised(kind: str | None) -> None:
    data = in_kind(font.run({"font": INTER, "unicodes": "U+41-45"}), kind)
    spoiled = [data[: len(data) * part // 10] for part in range(1, 10)]
    spoiled += [
        data[:at] + bytes(255 - byte for byte in data[at : at + 24]) + data[at + 24 :] for at in range(12, 600, 40)
    ]

    refused = 0
    for bad in spoiled:
        try:
            font.run({"font": bad, "unicodes": ""})
        except font.BadFont:
            refused += 1

    assert refused >= 9


def test_a_font_that_explodes_when_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import brotli

    monkeypatch.setattr(woff, "MOST_UNPACKED", 2_000_000)
    packed = brotli.compress(bytes(30_000_000))
    header = struct.pack(">4sIIHHIIHHIIIII", b"wOF2", 0x00010000, 0, 0, 0, 1000, len(packed), 1, 0, 0, 0, 0, 0, 0)

    with pytest.raises(font.BadFont, match="unpacks to more"):
        font.run({"font": header + packed, "unicodes": ""})


def _packed(data: bytes, *transformed: str) -> bytes:
    """As WOFF2, with `transformed` tables in its own form."""
    opened, out = TTFont(io.BytesIO(data)), io.BytesIO()
    opened.flavor, opened.flavorData = "woff2", woff2.WOFF2FlavorData(transformedTables=transformed)
    opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("transformed", [(), ("glyf", "loca"), ("glyf", "loca", "hmtx")])
@pytest.mark.parametrize("name", ["inter/latin-italic", "source-serif-4/latin", "cairo/arabic", "el-messiri/arabic"])
def test_a_font_of_the_web_unpacks_as_fonttools_does_it(name: str, transformed: tuple[str, ...]) -> None:
    data = _packed((THEME / f"fonts/{name}.woff2").read_bytes(), *transformed)

    made, right = TTFont(io.BytesIO(woff.sfnt(data))), TTFont(io.BytesIO(data))

    assert made.reader.tables.keys() == right.reader.tables.keys()
    assert all(made["glyf"][glyph] == right["glyf"][glyph] for glyph in right.getGlyphOrder())
    assert made["hmtx"].metrics == right["hmtx"].metrics
    for tag in made.reader.tables.keys() - {"glyf", "loca", "head", "hmtx"}:
        assert made.reader[tag] == right.reader[tag], tag


@pytest.mark.parametrize("far", [5, 200, 1_100, 1_300, 4_000, 16_000])
def test_outlines_near_and_far_unpack_as_fonttools_does_it(far: int) -> None:
    opened = TTFont(io.BytesIO(INTER))
    glyph = opened["glyf"]["A"]
    glyph.coordinates = GlyphCoordinates([(far * (-1) ** n // (1 + n % 3), far * (-1) ** (n // 2) // (1 + n % 2)) for n in range(len(glyph.coordinates))])
    del opened["gvar"], opened["fvar"], opened["HVAR"], opened["STAT"], opened["avar"]
    glyph.recalcBounds(opened["glyf"])
    out = io.BytesIO()
    opened.flavor = None
    opened.save(out)
    data = _packed(out.getvalue(), "glyf", "loca")

    made, right = TTFont(io.BytesIO(woff.sfnt(data))), TTFont(io.BytesIO(data))

    assert list(made["glyf"]["A"].coordinates) == list(glyph.coordinates)
    assert made["glyf"]["A"] == right["glyf"]["A"]


def test_all_fonts_of_a_shop_have_a_time_together_and_the_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [fonts_of_strangers.points_without_end(1_000, points) for points in range(300, 340)]  # each takes a moment
    monkeypatch.setattr(limits.FONTS, "seconds", 1.0)
    limits.renew()

    with pytest.raises(font.BadFont, match="more than 1 s of time, all fonts of the shop together") as refused:
        b"".join(font.run({"font": data, "unicodes": ""}) for data in slow)

    assert refused.value.file in {of_bytes(data) for data in slow[1:]}
    assert "keep only the characters" in refused.value.fix
    limits.renew()
    assert font.run({"font": slow[0], "unicodes": ""})


def test_faces_are_kept_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [in_kind(font.run({"font": INTER, "unicodes": f"U+{first:X}-{first + 9:X}"}), None) for first in range(0x41, 0x51, 4)]
    monkeypatch.setattr(font, "_KEPT", len(plain[1]) + len(plain[2]))

    kept = [font.face(data) for data in plain]

    assert font.face(plain[3]) is kept[3]
    assert sum(len(face.plain) for face in font._faces.values()) <= len(plain[1]) + len(plain[2])
    assert font.face(plain[0]) is not kept[0]


def test_a_font_too_large_is_refused() -> None:
    with pytest.raises(font.BadFont, match="is the most"):
        font.run({"font": b"OTTO" + bytes(font.MOST_BYTES), "unicodes": ""})


def test_a_font_without_the_shops_letters_is_refused() -> None:
    with pytest.raises(font.BadFont, match="none of the characters"):
        font.run({"font": INTER, "unicodes": "U+0600-06FF"})


@pytest.mark.parametrize("text", ["U+", "41", "U+41-40", "U+110000", "U+0-FFFFFFF", "U+41;", "u(41)"])
def test_what_is_no_unicode_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unicode range"):
        list(codepoints(text))


def test_fonts_of_a_shop_have_a_time_of_their_own_and_one_together() -> None:
    endless = (fonts_of_strangers.outlines_of_outlines(),)
    limits.renew()
    with pytest.raises(BadFont, match=r"more than 1 s of time$"):
        outline("A", endless, 400)

    limits.FONTS.left = 0.1
    with pytest.raises(BadFont, match="more than 7 s of time, all fonts of the shop together"):
        outline("A", endless, 400)

    limits.renew()
    assert outline("A", (fonts_of_strangers.plain(),), 400) is not None
