"""The generated style sheet: its tokens, its two looks, what must never get into it, and a minifier that keeps meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from highstreet.model.branding import BrandColors
from highstreet.model.palette import scheme
from highstreet.run import style
from highstreet.run.css import BadStyle, minified, without
from highstreet.theme.fonts import Face, Type

ROOT = Path(__file__).parents[2]
LATE = ("system-ui", "sans-serif")


def inputs(**changes: object) -> Mapping[str, object]:
    made = scheme(BrandColors("#17324d", "#e2725b", "#fbf7f0"))
    given: dict[str, object] = {
        "light": made.light,
        "dark": made.dark,
        "mode": "auto",
        "shape": "soft",
        "heading": Type(("Fraunces", "Georgia", "serif"), "560", "-0.018em", "1.08"),
        "body": Type(("Inter", *LATE), "400", "0", "1.6"),
        "faces": (Face("Inter", "/assets/inter.0123.woff2", "100 900", "normal", "U+0000-00FF,U+0131"),),
        "css": (("main.css", "a { color : var(--link) }"),),
    }
    return given | changes


def sheet(**changes: object) -> str:
    return style.run(inputs(**changes)).decode("utf-8")


def defined(css: str) -> set[str]:
    return set(re.findall(r"(?<=[{;])--([a-z0-9-]+):", css))


def test_every_documented_token_is_defined_and_every_token_documented() -> None:
    documented = set(re.findall(r"`--([a-z0-9-]+)`", (ROOT / "docs" / "branding.md").read_text("utf-8")))
    families = {f"{name}-{role}" for name in style.GROUNDS for role in ROLES_OF_A_GROUND}

    assert defined(sheet()) == documented | families


ROLES_OF_A_GROUND = (
    "bg", "surface", "text", "muted", "heading", "link", "link-hover", "border", "border-control", "focus",
    "primary", "primary-hover", "primary-active", "on-primary", "primary-border",
)  # fmt: skip


def test_no_rule_uses_a_token_that_is_not_defined() -> None:
    css = sheet(css=())

    assert set(re.findall(r"var\(--([a-z0-9-]+)", css)) <= defined(css)


def test_the_theme_uses_no_token_that_is_not_defined() -> None:
    sources = sorted((ROOT / "themes" / "main" / "assets").glob("*.css"))
    assert sources
    text = "".join(path.read_text("utf-8") for path in sources)

    used = set(re.findall(r"var\(--([a-z0-9-]+)\s*\)", text))  # without a fallback value

    assert used <= defined(sheet()) | set(re.findall(r"--([a-z0-9-]+)\s*:", text))


def test_auto_follows_the_device() -> None:
    css = sheet()

    assert css.count("[data-ground=page]{color-scheme:dark;--") == 1
    assert "@media (prefers-color-scheme:dark){:root,[data-ground=page]{color-scheme:dark;" in css


@pytest.mark.parametrize(("mode", "page"), [("light", "#fbf7f0"), ("dark", None)])
def test_a_fixed_mode_has_one_look(mode: str, page: str | None) -> None:
    css = sheet(mode=mode)

    assert "prefers-color-scheme" not in css
    assert f"color-scheme:{mode};--bg:{page or scheme(BrandColors('#17324d', '#e2725b', '#fbf7f0')).dark['bg']}" in css


def test_a_dark_brand_has_one_look_and_says_so_to_the_browser() -> None:
    made = scheme(BrandColors("#c084fc", "", "#14101f"))

    css = sheet(light=made.light, dark=made.dark)

    assert "prefers-color-scheme" not in css
    assert "color-scheme:dark;--bg:#14101f" in css


@pytest.mark.parametrize(("shape", "button"), [("sharp", "0"), ("soft", "8px"), ("round", "999px")])
def test_shape_sets_the_corners(shape: str, button: str) -> None:
    assert f"--radius-button:{button};" in sheet(shape=shape)


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert style.run(inputs()) == style.run(inputs())


def test_a_font_of_the_tenant_gets_a_stand_in_of_its_measures() -> None:
    data = (ROOT / "themes" / "main" / "fonts" / "lora" / "latin.woff2").read_bytes()

    css = sheet(body=Type(("House Sans", *LATE), "400", "0", "1.6"), **{"own House Sans": data})

    assert '--font-body:"House Sans","House Sans stand-in",system-ui,sans-serif' in css
    assert re.search(r'@font-face\{font-family:"House Sans stand-in";src:local\("Arial"\).*size-adjust:1\d\d\.', css)


EVIL = (
    '"', "'", "\\", ";", "}", "{", "</style>", "a;b:c", "/*", "*/", "url(x)", "\n", "\0", "expression(1)", "é{", "@import",
    'x");}body{display:none}', "#fff;", "#12345g", "javascript:alert(1)", "//evil.example/x.woff2", "data:font/woff2,x",
)  # fmt: skip


def harm(css: str) -> bool:
    return "evil" in css or "alert" in css or "display:none" in css


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_can_break_out_of_a_value(evil: str) -> None:
    good = scheme(BrandColors())
    changes: tuple[dict[str, object], ...] = (
        {"light": dict(good.light) | {"bg": evil}},
        {"light": dict(good.light) | {evil: "#ffffff"}},
        {"mode": evil},
        {"shape": evil},
        {"heading": Type((evil,), "400", "0", "1")},
        {"heading": Type(("Inter",), evil, "0", "1")},
        {"heading": Type(("Inter",), "400", evil, "1")},
        {"body": Type(("Inter",), "400", "0", evil)},
        {"faces": (Face(evil, "/a.woff2"),)},
        {"faces": (Face("Inter", evil),)},
        {"faces": (Face("Inter", "/a.woff2", evil),)},
        {"faces": (Face("Inter", "/a.woff2", "400", evil),)},
        {"faces": (Face("Inter", "/a.woff2", "400", "normal", evil),)},
        {"faces": (Face("Inter", "", "400", "normal", "", (evil,)),)},
        {"faces": (Face("Inter", "/a.woff2", "400", "normal", "", (), evil),)},
    )
    for change in changes:
        with pytest.raises(style.Refused):
            sheet(**change)


@pytest.mark.parametrize("name", ["Café Sans", "Söhne", "M PLUS 1p", "Baskerville No.2", "ヒラギノ", "Frutiger-LT"])
def test_honest_family_names_pass(name: str) -> None:
    assert f'--font-heading:"{name}",serif' in sheet(heading=Type((name, "serif"), "400", "0", "1"))


def test_one_broken_sheet_cannot_swallow_the_next() -> None:
    with pytest.raises(BadStyle) as caught:
        sheet(css=(("a.css", "a{color:red"), ("b.css", "b{color:blue}")))

    assert (caught.value.name, caught.value.line) == ("a.css", 1)


@pytest.mark.parametrize("rule", ['@import "x.css";', "@charset 'x';", "@NAMESPACE svg url(x);"])
def test_rules_that_would_silently_do_nothing_are_refused(rule: str) -> None:
    with pytest.raises(BadStyle, match="very start"):
        sheet(css=(("a.css", rule),))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a { color : red ; }", "a{color :red}"),
        ("/* note */ a{b:c}/* end */", "a{b:c}"),
        ("a  >  b ,  c:hover { d : e }", "a > b,c:hover{d :e}"),
        ("a :hover{b:c}", "a :hover{b:c}"),
        ("a{width: calc( 1px  +  2px )}", "a{width:calc( 1px + 2px )}"),
        ("a{width:calc(1px + (2px - -3px))}", "a{width:calc(1px + (2px - -3px))}"),
        ("a{margin:0 auto -1px}", "a{margin:0 auto -1px}"),
        ("a{margin:0 +.5em}", "a{margin:0 +.5em}"),
        ('a{content:"  /* { ; } */  "}', 'a{content:"  /* { ; } */  "}'),
        (r"a{content:'it\'s  two'}", r"a{content:'it\'s  two'}"),
        ("a{b:url( 'x  y.png' )}", "a{b:url( 'x  y.png' )}"),
        ("a{b:url(data:image/png;base64,//a/*b)}", "a{b:url(data:image/png;base64,//a/*b)}"),
        ("a{b:URL(x\\)y)}", "a{b:URL(x\\)y)}"),
        ("@layer base , theme ;", "@layer base,theme;"),
        ("@layer base{a{b:c}}", "@layer base{a{b:c}}"),
        ("@media  (min-width: 40rem)  and  (hover)  {a{b:c}}", "@media (min-width: 40rem) and (hover){a{b:c}}"),
        ("@container card (width > 20rem){a{b:c}}", "@container card (width > 20rem){a{b:c}}"),
        ("a{ & :hover{b:c} &:focus , .x &{d:e} }", "a{& :hover{b:c}&:focus,.x &{d:e}}"),
        (".a { color: red; .b { c: d; } e: f; }", ".a{color:red;.b{c:d}e:f}"),
        ("a{--empty: ;--x:1}", "a{--empty: ;--x:1}"),
        ("a{--x: { a : b };}", "a{--x:{a :b}}"),
        ("a/**/b{c:d}", "a/**/b{c:d}"),
        ("a /**/ b{c:d}", "a b{c:d}"),
        ("a{b:c/**/d}", "a{b:c/**/d}"),
        (r".\31  b{c:d}", r".\31  b{c:d}"),
        (r".\31 {c:d}", r".\31 {c:d}"),
        (r".w-1\/2 , .sm\:x{c:d}", r".w-1\/2,.sm\:x{c:d}"),
        ("a[href^='http'] [data-x=\"1  2\"]{b:c}", "a[href^='http'] [data-x=\"1  2\"]{b:c}"),
        ("a:is( b , c ) d{e:f}", "a:is( b , c ) d{e:f}"),
        ("a{grid-template-areas: 'a  b' \"c  d\"}", "a{grid-template-areas:'a  b' \"c  d\"}"),
        ("a{b:c !important;;}", "a{b:c !important}"),
        ("a{font:1rem/1.5 'X' , serif}", "a{font:1rem/1.5 'X',serif}"),
        ("@font-face{unicode-range: U+0-FF , U+131}", "@font-face{unicode-range:U+0-FF,U+131}"),
        ("@supports not ( display : grid ){a{b:c}}", "@supports not ( display : grid ){a{b:c}}"),
        ("a{background-color: attr(data-color type(<color>), var(--surface-2))}",
         "a{background-color:attr(data-color type(<color>), var(--surface-2))}"),
        ("a::before{b:c}\r\n\f\tb{c:d}", "a::before{b:c}b{c:d}"),
        ("", ""),
    ],
)  # fmt: skip
def test_minified_keeps_meaning(given: str, expected: str) -> None:
    assert minified(given) == expected
    assert minified(expected) == expected


@pytest.mark.parametrize(
    ("given", "line", "part"),
    [
        ("a{b:c", 1, "closed with }"),
        ("a{b:c}}", 1, "closes nothing"),
        ("a{b:calc(1px}", 1, "closes nothing"),
        ("a{b:c}\n/* open", 2, "comment"),
        ("a{b:'open}\n'}", 1, "string"),
        ('\n\na{b:"open}', 3, "string"),
        ("a{b:url(x'y)}", 1, "url"),
        ("a{b:c\\", 1, "backslash"),
        ("[a{b:c}", 1, "closed with ]"),
    ],
)
def test_broken_sheets_are_refused_with_their_line(given: str, line: int, part: str) -> None:
    with pytest.raises(BadStyle, match=re.escape(part)) as caught:
        minified(given, "x.css")

    assert caught.value.line == line
    assert str(caught.value).startswith(f"x.css:{line}: ")


def test_minified_loses_only_space_and_semicolons_of_the_theme() -> None:
    def bare(css: str) -> str:
        return re.sub(r"[\s;]|/\*.*?\*/", "", css, flags=re.DOTALL)

    for path in sorted((ROOT / "themes" / "main" / "assets").glob("*.css")):
        text = path.read_text("utf-8")
        small = minified(text)
        assert bare(small) == bare(text)
        assert minified(small) == small
        assert len(small) < len(text)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (".x{a:b}.y{c:d}", ".y{c:d}"),
        (".x a,.y a{b:c}", ".y a{b:c}"),
        (".xy{a:b}.x-y{a:b}", ".xy{a:b}.x-y{a:b}"),
        ("a:not(.x){b:c}", "a:not(.x){b:c}"),
        ("a:is(.x,.y) b{c:d}", "a:is(.x,.y) b{c:d}"),
        ("a.x:is(b,c){d:e}", ""),
        ("@media (min-width:1em){.x{a:b}}", ""),
        ("@media (min-width:1em){.x{a:b}.y{c:d}}", "@media (min-width:1em){.y{c:d}}"),
        ("@font-face{a:b}@layer x,y;.x{a:b}", "@font-face{a:b}@layer x,y;"),
        ("@keyframes x{from{a:b}}", "@keyframes x{from{a:b}}"),
        ('a[b=".x"]{c:d}', 'a[b=".x"]{c:d}'),
        ('.y{content:"}.x{"}.x{a:b}', '.y{content:"}.x{"}'),
    ],
)
def test_rules_for_absent_classes_go_and_nothing_else(given: str, expected: str) -> None:
    assert without(given, ["x", "z"]) == expected
    assert without(given, []) == given


def test_only_tokens_that_are_read_are_written() -> None:
    css = sheet(used=("link", "space-lg"), grounds=("tint",), languages=("en",))

    assert {"link", "space-lg", "bg", "text"} <= defined(css)
    assert not defined(css) & {"accent", "primary", "space-3xl", "tint-bg", "tint-link", "inverse-bg"}
    tint = scheme(BrandColors("#17324d", "#e2725b", "#fbf7f0")).light
    assert f":where([data-ground=tint]){{color-scheme:light;--bg:{tint['tint-bg']};--text:{tint['tint-text']};" in css
    assert "data-ground=brand" not in css
    assert "inverse-bg" in defined(sheet(used=("inverse-bg",), grounds=()))
    assert set(re.findall(r"var\(--([a-z0-9-]+)", css)) <= defined(css) | {"border-control"}
    assert ":lang(ar)" not in css
    assert ":lang(ar)" in sheet(languages=("ar",))
