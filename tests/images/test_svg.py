"""SVG: nothing active is left, sound drawings survive, and drawings that explode are refused."""

from __future__ import annotations

import random
import re
import time
from base64 import b64encode
from contextlib import suppress
from xml.etree import ElementTree as ET

import made_pictures as made
import pytest

from highstreet.action import limits
from highstreet.run.drawing import rendered
from highstreet.source.image import ImageProblem
from highstreet.source.svg import sanitise, svg_info
from highstreet.source.svg_style import safe_style, stylesheet
from highstreet.source.svg_tree import parse, write

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
ELEMENTS = {
    "script", "foreignObject", "a", "animate", "set", "animateTransform", "animateMotion", "discard", "handler", "listener",
    "iframe", "embed", "object", "audio", "video", "canvas", "link", "meta", "base", "html", "body", "img", "form", "feImage",
    "metadata", "color-profile", "cursor", "font-face-uri", "mpath", "solidcolor", "annotation-xml",
}  # fmt: skip


def drawing(inside: str, attributes: str = 'viewBox="0 0 10 10"', before: str = "") -> bytes:
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>'
        f"{inside}</svg>"
    ).encode()


def assert_nothing_active(clean: bytes) -> None:
    """An oracle of its own: it shares no rule with the code under test."""
    text = clean.decode()
    assert "<!" not in text and "<?" not in text
    for element in ET.fromstring(text).iter():
        space, _, name = element.tag.rpartition("}")
        assert space == "{http://www.w3.org/2000/svg", element.tag
        assert name not in ELEMENTS
        for attribute, value in element.attrib.items():
            plain = re.sub(r"[\s\0-\x1f]", "", value).lower()
            assert not attribute.lower().startswith("on"), attribute
            assert "script:" not in plain and "://" not in value and not plain.startswith("//")
            assert "url(" not in plain or re.findall(r"url\(['\"]?(.)", plain) == ["#"] * plain.count("url("), value
            if attribute.endswith("href"):
                assert plain.startswith("#") or (
                    name == "image" and re.match(r"data:image/(png|jpeg|gif|webp);", plain)
                )
        if name == "style":
            css = re.sub(r"\s", "", element.text or "").lower()
            assert "@import" not in css and "@font-face" not in css and "\\" not in css and "//" not in css
            assert css.count("url(") == len(re.findall(r"url\(['\"]?#", css))


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script elsewhere": '<g><defs><script type="text/ecmascript" href="https://evil.example/x.js"/></defs></g>',
    "script of another namespace": '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
    "handler": '<path d="M0 0" onclick="alert(1)" ONLOAD="alert(1)" onmouseover="x"/>',
    "handler on a prefix": '<path xmlns:e="http://www.w3.org/2001/xml-events" e:onclick="x" d="M0 0"/>',
    "foreign object": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="x()"><img src="x" onerror="y()"/>'
    "</body></foreignObject>",
    "iframe": '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/><embed src="x"/><object data="x"/>',
    "external use": '<use href="https://evil.example/a.svg#x"/><use xlink:href="//evil.example/a.svg#x"/><use href="a.svg#x"/>',
    "data use": '<use href="data:image/svg+xml;base64,PHN2Zz4=#x"/>',
    "link": '<a href="javascript:alert(1)"><path d="M0 0"/></a><a xlink:href=" java&#10;script:alert(1)"><path d="M0 0"/></a>',
    "external image": '<image href="https://evil.example/x.png"/><image xlink:href="/etc/passwd"/><image href="file:///x.png"/>',
    "svg in an image": '<image href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImEoKSIvPg=="/>',
    "not a picture in an image": '<image href="data:image/png;base64,AAAA"/>',
    "html in an image": '<image href="data:text/html;base64,AAAA"/>',
    "filter image": '<filter id="f"><feImage href="https://evil.example/x.png"/></filter>',
    "animated link": '<a id="x"><animate attributeName="href" values="javascript:alert(1)"/><path d="M0 0"/></a>',
    "animated handler": '<path d="M0 0"><set attributeName="onmouseover" to="alert(1)"/></path>',
    "animated use": '<use href="#a"><animate attributeName="xlink:href" to="https://evil.example/a.svg#x"/></use>',
    "animation by id": '<set href="#a" attributeName="href" to="javascript:alert(1)"/><g id="a"/>',
    "animation event": '<animate attributeName="x" begin="a.click" onbegin="alert(1)" dur="1s"/>',
    "import": '<style>@import url("https://evil.example/x.css");.a{fill:red}</style>',
    "import as text": "<style>@import 'https://evil.example/x.css';</style>",
    "escaped import": r"<style>@\69mport 'https://evil.example/x.css';.a{fill:\75rl(//evil.example/x)}</style>",
    "import in a comment": "<style>@im/**/port 'x';/*</style><style>*/@import 'x';</style>",
    "import in CDATA": "<style><![CDATA[@import 'https://evil.example/x.css';</style><script>x</script>]]></style>",
    "font": "<style>@font-face{font-family:x;src:url(https://evil.example/f.woff2)}</style>",
    "style url": "<style>.a{fill:url(https://evil.example/a.svg#b)}.b{background:url( '//evil.example/x' )}</style>",
    "image set": "<style>.a{background-image:image-set('https://evil.example/x' 1x)}.b{mask-image:image('x.png')}</style>",
    "selector spy": "<style>a[href^='x']{background:url(https://evil.example/x)}</style>",
    "style attribute": '<path style="fill:url(https://evil.example/#a);stroke:red" d="M0 0"/>',
    "escaped style attribute": r'<path style="fill:u\72l(https://evil.example/#a)" d="M0 0"/>',
    "commented style attribute": '<path style="fill:u/**/rl(https://evil.example/#a)" d="M0 0"/>',
    "attribute url": '<path fill="url(https://evil.example/#a)" cursor="url(x.cur)" mask="URL( //evil.example/m )" d="M0 0"/>',
    "old IE": '<path style="behavior:url(x.htc);width:expression(alert(1));-moz-binding:url(x.xml#x)" d="M0 0"/>',
    "base": '<g xml:base="https://evil.example/"><use href="#x"/></g>',
    "comment trick": "<!-- --><!--><script>alert(1)</script>--><path d='M0 0'/>",
    "title": "<title><script>alert(1)</script></title><desc>&lt;script&gt;alert(1)&lt;/script&gt;</desc>",
    "nested svg": '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "xlink on anything": '<path d="M0 0" xlink:href="javascript:alert(1)" href="javascript:alert(1)"/>',
    "gradient from elsewhere": '<linearGradient id="g" href="https://evil.example/#g"/>',
    "tracking": '<path d="M0 0" ping="https://evil.example/" src="https://evil.example/" target="_top"/>',
}


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_active_is_left(inside: str) -> None:
    with suppress(ImageProblem):
        assert_nothing_active(sanitise(drawing(inside)))


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_allowlist_alone_leaves_nothing_active(inside: str) -> None:
    with suppress(ImageProblem):
        assert_nothing_active(write(parse(drawing(inside))))


def test_embedded_pictures_are_kept_only_when_they_are_pictures() -> None:
    bomb = b64encode(made.png_bomb()).decode()

    for payload in ("AAAA", bomb, b64encode(made.EPS).decode()):
        assert b"href" not in sanitise(drawing(f'<image href="data:image/png;base64,{payload}"/>'))
    assert b"href" in sanitise(drawing(f'<image href="data:image/png;base64,{PIXEL}"/>'))


def test_style_attributes_lose_only_what_reaches_out() -> None:
    assert safe_style("fill:red;@import 'x';stroke:url(#g);mask:url(x)") == "fill:red;stroke:url(#g)"


def test_nothing_active_is_left_of_attacks_mixed_and_cut() -> None:
    chance = random.Random(11)
    made = refused = 0
    for _ in range(400):
        inside = "".join(chance.sample(list(HOSTILE.values()), 3))
        data = bytearray(drawing(inside))
        for _ in range(chance.randint(0, 3)):
            data[chance.randrange(110, len(data))] = chance.choice(b"<>\"'/& ;:=#abc\n")
        try:
            assert_nothing_active(sanitise(bytes(data)))
            made += 1
        except ImageProblem:
            refused += 1
    assert made > 50 and refused > 50  # both ways were tried


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_hide_nothing(encoding: str) -> None:
    declared = encoding.replace("-sig", "")
    data = drawing("<script>alert(1)</script><title>é</title>", before=f'<?xml version="1.0" encoding="{declared}"?>')

    clean = sanitise(data.decode().encode(encoding))

    assert_nothing_active(clean)
    assert "é" in clean.decode()


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x PUBLIC "-//X" "https://evil.example/x">',
        '<!ENTITY % p SYSTEM "https://evil.example/x.dtd"> %p;',
        '<!ENTITY x "&#60;script>alert(1)&#60;/script>">',
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">',
        f'<!ENTITY x "{"A" * 5000}">',
    ],
)
def test_entities_that_read_or_multiply_are_refused(declarations: str) -> None:
    with pytest.raises(ImageProblem, match="entity"):
        sanitise(drawing("<text>&x;</text>", before=f"<!DOCTYPE svg [{declarations}]>"))


def test_abbreviations_of_old_drawing_programs_are_read() -> None:
    before = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/svg11.dtd" [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
    data = before.encode() + b'<svg xmlns="&ns_svg;" viewBox="0 0 8 4"><path d="M0 0h8"/></svg>'

    clean = sanitise(data)

    assert (
        clean
        == b'<svg xmlns="http://www.w3.org/2000/svg" height="4" viewBox="0 0 8 4" width="8"><path d="M0 0h8"/></svg>'
    )


def copies(times: int, depth: int, element: str) -> str:
    layers = [f'<g id="a0"><path d="M0 0"/></g>']  # noqa: F541
    layers += [f'<g id="a{n}">' + element.format(n - 1) * times + "</g>" for n in range(1, depth)]
    return "".join(layers)


@pytest.mark.parametrize(
    "inside",
    [
        "<g>" * 100_000 + "</g>" * 100_000,
        "<g>" * 150 + "</g>" * 150,
        "<g/>" * 60_000,
        copies(10, 12, '<use href="#a{}"/>'),
        copies(2, 600, '<use href="#a{}"/>'),
        '<g id="a"><use href="#a"/></g>',
        '<pattern id="p"><path fill="url(#p)" d="M0 0"/></pattern>',
        "".join(f'<pattern id="p{n}">' + f'<path fill="url(#p{n + 1})" d="M0 0"/>' * 10 + "</pattern>" for n in range(9)),
        "<style>" + "".join(f".m{n}{{mask:url(#k{n})}}" for n in range(9)) + "</style>"
        + "".join(f'<mask id="k{n}">' + f'<path class="m{n + 1}" d="M0 0"/>' * 10 + "</mask>" for n in range(9)),
    ],
    ids=["very deep", "deep", "many", "wide", "long", "itself", "pattern of itself", "patterns", "masks by class"],
)  # fmt: skip
def test_drawings_that_explode_are_refused_quickly(inside: str) -> None:
    start = time.process_time()

    with pytest.raises(ImageProblem, match="too complex"):
        sanitise(drawing(inside))

    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "well-formed"),
        (b"<svg", "well-formed"),
        (drawing("<g>"), "well-formed"),
        (b"\x1f\x8b\x08\0", "compressed"),
        (b"<html><svg/></html>", "not an SVG"),
        (drawing("", "") + b"", "no size"),
        (drawing("", 'viewBox="0 0 0 0"'), "no size"),
        (drawing("", 'width="100%" height="100%"'), "no size"),
        (drawing("", 'width="1e9" height="1"'), "impossible size"),
        (drawing("<path d='" + "M0 0 " * 500_000 + "'/>"), "too large"),
    ],
)
def test_what_is_no_drawing_is_told_so(data: bytes, reason: str) -> None:
    with pytest.raises(ImageProblem) as caught:
        sanitise(data)

    assert reason in caught.value.reason
    assert caught.value.expected and caught.value.fix


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 24 12"', (24, 12)),
        ('viewBox="-5,-5,24,12" width="48"', (48, 24)),
        ('viewBox="0 0 24 12" height="6"', (12, 6)),
        ('width="120" height="40px"', (120, 40)),
        ('width="1in" height="25.4mm"', (96, 96)),
        ('viewBox="0 0 24 12" width="100%" height="100%"', (24, 12)),
        ('viewBox="0 0 0.2 0.1"', (1, 1)),
    ],
)
def test_size_of_a_drawing(attributes: str, size: tuple[int, int]) -> None:
    found = svg_info(drawing("<path d='M0 0'/>", attributes))

    assert (found.width, found.height, found.has_text) == (*size, False)
    assert svg_info(sanitise(drawing("", attributes)))[:2] == size


def test_sound_drawings_keep_what_they_show() -> None:
    inside = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient><clipPath id="c"><circle r="4"/>'
        "</clipPath></defs><style>.a,.b{clip-path:url(#c);fill:red}@media (prefers-color-scheme: dark){.a{fill:#fff}}"
        '</style><title>Logo, how one = two</title><g class="a" transform="rotate(2)" style="opacity:.5">'
        '<path d="M0 0h9" fill="url(#g) red" stroke-linejoin="round"/><text x="1">Hello <tspan dy="1">big</tspan> world'
        f'</text><use href="#c"/></g><image width="1" height="1" href="data:image/png;base64,{PIXEL}"/>'
    )

    clean = sanitise(drawing(inside)).decode()

    for kept in (
        "<linearGradient", "<clipPath", ".a,.b{clip-path:url(#c);fill:red}", "@media (prefers-color-scheme: dark){.a{fill:#fff}}",
        "how one = two", 'transform="rotate(2)"', 'style="opacity:.5"', 'fill="url(#g) red"', "Hello <tspan", 'href="#c"', PIXEL,
    ):  # fmt: skip
        assert kept in clean
    assert svg_info(clean.encode()).has_text
    assert sanitise(clean.encode()).decode() == clean


@pytest.mark.parametrize(
    "css",
    [
        "@import 'x'", ".a{fill:red", "@media x{@import 'y';}", "{}", ".a{}}.b{fill:blue}", "@font-face{src:url(x)}.c{fill:red}",
        ".a{fill:url(#b);x:y}</style><script>", "path{mask:url(#m)}", "@media x{.a{fill:red}", ".a{{fill:red}}", ";;;.a{fill:red}",
    ],
)  # fmt: skip
def test_style_sheets_are_read_without_faith(css: str) -> None:
    clean = stylesheet(css)

    assert not re.search(r"@import|@font-face|script|url\((?!#)|path\{mask", clean)
    assert clean.count("{") == clean.count("}")
    assert stylesheet(clean) == clean


def _dear(body: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{body}</svg>'.encode()


def test_drawing_that_ends_the_renderer_ends_nobody_else() -> None:
    limits.renew()
    tile = "<pattern id='p' width='50000' height='50000' patternTransform='scale(9)' patternUnits='userSpaceOnUse'><circle r='1'/></pattern>"

    with pytest.raises(ImageProblem, match="makes the renderer fail"):
        rendered(_dear(f"{tile}<rect width='9' height='9' fill='url(#p)'/>"), 64, 64)

    assert rendered(_dear("<rect id='a' width='4' height='9'/><use href='#a'/>"), 64, 64)[:4] == b"\x89PNG"


def test_drawings_have_a_time_each_and_one_together() -> None:
    copies = _dear("<g id='a'>" + "<rect width='9' height='9'/>" * 400 + "</g>" + "<use href='#a'/>" * 400)
    limits.renew()

    with pytest.raises(ImageProblem, match="takes more than 2 s of time"):
        rendered(copies, 512, 512)

    assert limits.DRAWINGS.left < 3
    limits.DRAWINGS.left = 0.0
    with pytest.raises(ImageProblem, match="takes more than 4 s of time, all drawings of the shop together"):
        rendered(copies, 512, 512)
    limits.renew()


def test_copies_of_copies_are_followed_to_a_depth() -> None:
    def chain(levels: int) -> bytes:
        return _dear("<g id='a0'/>" + "".join(f"<g id='a{n}'><use href='#a{n - 1}'/></g>" for n in range(1, levels)) + f"<use href='#a{levels - 1}'/>")

    assert sanitise(chain(60))
    with pytest.raises(ImageProblem, match="too complex"):
        sanitise(chain(90))
