"""Drawings: SVG that runs, loads, draws itself for ever, or reads files through entities, as a logo of the shop."""

from __future__ import annotations

from typing import Any

from hostile.case import Case, inert, refused

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
LOGO = "assets/logo.svg"


def _logo(body: str, whole: bool = False) -> dict[str, Any]:
    return {"branding.yaml": {"tagline": "x", "logo": LOGO, "favicon": LOGO}, LOGO: body if whole else f"{HEAD}<rect width='5' height='5'/>{body}</svg>"}


CLEANED = {
    "script": "<script>alert(1)</script>", "script-of-elsewhere": '<script xlink:href="https://evil.example/x.js"/>', "handler": '<rect onload="alert(1)" width="3" height="3"/>', "foreign": "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='https://evil.example/'/></foreignObject>",
    "use-elsewhere": '<use href="https://evil.example/x.svg#a"/>', "image-elsewhere": '<image href="https://evil.example/x.png" width="5" height="5"/>', "link": '<a href="javascript:alert(1)"><rect width="9" height="9"/></a>', "animate": '<a><animate attributeName="href" values="javascript:alert(1)"/><rect width="9" height="9"/></a>',
    "set": '<rect width="9" height="9"><set attributeName="onmouseover" to="alert(1)"/></rect>', "style-import": "<style>@import url(https://evil.example/x.css);</style>", "style-url": "<style>rect{fill:url(https://evil.example/x#a)}</style>", "style-escape": "<style>rect{fill:u\\72l(https://evil.example/x)}</style>",
    "paint-elsewhere": '<rect fill="url(https://evil.example/#a)" width="9" height="9"/>', "data-drawing": '<image href="data:image/svg+xml,&lt;svg onload=alert(1)>" width="5" height="5"/>', "handler-element": '<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>', "title": "<title>&lt;script>alert(1)&lt;/script></title>", "cdata": "<style><![CDATA[</style><script>alert(1)</script>]]></style>",
}  # fmt: skip
REFUSED = {
    "entity-file": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}<text>&x;</text></svg>', "entity-neighbour": f'<!DOCTYPE svg [<!ENTITY x SYSTEM "../../good/assets/hidden.txt">]>{HEAD}<text>&x;</text></svg>', "entity-parameter": f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "https://evil.example/x"> %x;]>{HEAD}</svg>',
    "laughs": '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + HEAD + "<text>&b;</text></svg>", "copies": HEAD + "<defs><g id='a0'><rect/></g>" + "".join(f"<g id='a{n}'><use href='#a{n - 1}'/><use href='#a{n - 1}'/><use href='#a{n - 1}'/></g>" for n in range(1, 30)) + "</defs><use href='#a29'/></svg>",
    "itself": HEAD + "<g id='a'><use href='#a'/></g></svg>", "deep": HEAD + "<g>" * 50_000 + "</g>" * 50_000 + "</svg>", "many": HEAD + "<g/>" * 60_000 + "</svg>", "no-size": '<svg xmlns="http://www.w3.org/2000/svg"/>', "huge": '<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"/>',
    "broken": HEAD + "<rect", "html": "<!doctype html><script>alert(1)</script>", "too-many-bytes": HEAD + "<!--" + "x" * 2_100_000 + "--></svg>", "utf-7": '<?xml version="1.0" encoding="utf-7"?>' + HEAD + "+ADw-script+AD4-</svg>", "empty": "", "filter-of-many-steps": HEAD + "<filter id='f'>" + "<feGaussianBlur stdDeviation='9'/>" * 60 + "</filter><rect width='9' height='9' filter='url(#f)'/></svg>",
    "layers": HEAD + "<g opacity='.5'><rect width='9' height='9'/></g>" * 2_500 + "</svg>", "layers-by-class": HEAD + "<style>.a{mix-blend-mode:multiply}</style>" + "<rect class='a' width='9' height='9'/>" * 2_500 + "</svg>",
    "rules-by-elements": HEAD + "<style>" + "".join(f"g g g g .x{n}{{fill:red}}" for n in range(3_000)) + "</style>" + "<rect width='9' height='9'/>" * 1_000 + "</svg>", "encoding-nobody-knows": '<?xml version="1.0" encoding="x-nothing"?>' + HEAD + "</svg>",
}  # fmt: skip

DEAR = {
    "chain-of-copies": "<defs><g id='a0'><rect/></g>" + "".join(f"<g id='a{n}'><use href='#a{n - 1}'/></g>" for n in range(1, 140)) + "</defs><use href='#a139'/>", "tile-larger-than-memory": "<pattern id='p' width='50000' height='50000' patternTransform='scale(9)' patternUnits='userSpaceOnUse'><circle r='1'/></pattern><rect width='9' height='9' fill='url(#p)'/>",
    "wide-copies": "<g id='a'>" + "<rect width='9' height='9'/>" * 400 + "</g>" + "<use href='#a'/>" * 400,
}  # fmt: skip

CASES: tuple[Case, ...] = (
    *(inert(f"cleaned-{name}", _logo(body), "alert(1)\"", "onload", "evil.example", "foreignObject", "<script>alert", pages=("index.html",) if number % 4 == 0 else ()) for number, (name, body) in enumerate(CLEANED.items())),
    inert("octaves-without-end", _logo("<filter id='f'><feTurbulence numOctaves='60' baseFrequency='.1'/></filter><rect width='9' height='9' filter='url(#f)'/>"), "numOctaves", pages=()),
    inert("kernel-of-ten-thousand", _logo(f"<filter id='f'><feConvolveMatrix order='99' kernelMatrix='{'1 ' * 9801}'/><feMorphology radius='1000000'/></filter><rect width='9' height='9' filter='url(#f)'/>"), "feMorphology", 'order="99"', pages=()),
    inert("numbers-off-every-screen", _logo("<path d='M0 0L10 .000001L0 .000002' stroke='#000' stroke-width='1e20' stroke-miterlimit='1e30'/><path style='stroke:#00000080;stroke-width:100000000' d='M0 0H9'/>"), "1e20", "100000000", pages=()),
    *(refused(f"dear-{name}", "HS350", LOGO, _logo(body)) for name, body in DEAR.items()),
    *(refused(f"refused-{name}", "HS350", LOGO, _logo(body, whole=True)) for name, body in REFUSED.items()),
)
