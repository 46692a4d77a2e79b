"""Overrides: a tenant's own templates take their place, reach nothing but views, and end within seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from markupsafe import Markup

from highstreet import pipeline
from highstreet.action import limits
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.record import Record
from highstreet.run import page
from highstreet.run.registry import Runners
from highstreet.theme.filters import script_json
from highstreet.theme.strings import Plural
from highstreet.theme.templates import Template
from highstreet.theme.views import MoneyView, ProductCard
from support.street import Lane, messages, simple_shop

MONEY = MoneyView("1.00", "EUR", "€1.00", 100)
CARD = ProductCard("mug", "/products/mug/", "Mug", "", MONEY, False, None, "", 0, True, False, None, None, (), 1)
VIEWS: dict[str, object] = {"shop": Record({"name": "Acme"}), "card": CARD, "cards": (b"<b>x</b>",), "t": Record({"cart": Record({"add": "Add"})})}


def render(source: str, trusted: bool = False, **others: str) -> str:
    """`source` rendered as a tenant's override of a template."""
    templates = (Template("sections/x.html", "tenants/acme/theme/sections/x.html", source, trusted),)
    templates += tuple(Template(name, name, text, trusted) for name, text in others.items())
    return page.run({"root": ("sections/x.html", repr(templates)), "templates": templates, **VIEWS}).decode()


def refused(source: str) -> Diagnostic:
    with pytest.raises(Problems) as caught:
        render(source)
    assert len(caught.value.diagnostics) == 1
    return caught.value.diagnostics[0]


def test_overrides_see_the_same_views_as_the_theme() -> None:
    source = "{% set ns = namespace(n=0) %}{% for c in cards %}{{ c }}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }} {{ shop.name }} {{ card.price.text | upper }} {{ t.cart.add }}"

    assert render(source) == render(source, trusted=True) == "<b>x</b>1 Acme €1.00 Add"


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ shop.__class__ }}",
    "{{ shop['__class__'] }}",
    "{{ shop['__cl' ~ 'ass__'] }}",
    "{{ shop | attr('__class__') }}",
    "{{ [shop] | map('attr', '__class__') | list }}",
    "{{ [shop] | selectattr('__class__') | list }}",
    "{{ [shop] | join(attribute='__class__') }}",
    "{{ [card] | sum(attribute='_fields') }}",
    "{{ card._replace(title='x') }}",
    "{{ card._asdict() }}",
    "{{ card.price._make([1]) }}",
    "{{ '{0.__class__}'.format(shop) }}",
    "{{ '{0.__class__}'.format_map({}) }}",
    "{{ '%s' | format(shop) }}",
    "{{ ''.join.__self__ }}",
    "{{ range.__self__ }}",
    "{{ dict.mro() }}",
    "{{ dict.__subclasses__() }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ self.__class__ }}",
    "{{ self._TemplateReference__context }}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{{ caller._environment }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{{ asset.__self__ }}",
    "{{ asset.__globals__ }}",
    "{{ asset('../../etc/passwd') }}",
    "{{ cycler('a').__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner }}",
    "{{ markdown }}",
    "{{ environment }}",
    "{{ [].append(1) }}",
    "{{ {}.update({'a': 1}) }}",
    "{% set card.title = 'x' %}",
    "{{ shop.__setattr__('name', 'x') }}",
    "{{ ''.encode.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ true.__class__ }}",
    "{{ none.__class__ }}",
    "{{ (card.__iter__)() }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../../tenant.yaml' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'theme:../x' import y %}",
    "{{ 1 | random }}",
    "{{ '<b>' | safe }}",
    "{{ debug() }}",
    "{% debug %}",
    "{% do x() %}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_nothing_but_views_can_be_reached(source: str) -> None:
    found = refused(source)

    assert found.code == "HS421"
    assert found.span.file == "tenants/acme/theme/sections/x.html"
    assert found.span.line == 1
    assert found.fix


@pytest.mark.parametrize("source", ["{{ [shop] | map(attribute='__class__') | list }}", "{{ [shop] | groupby('__class__') }}", "{{ [card] | max(attribute='__doc__') }}", "{{ [shop] | sort(attribute='__class__') }}"])
def test_filters_that_look_up_names_find_no_hidden_ones(source: str) -> None:
    shown = render(source)

    assert "class" not in shown
    assert "highstreet" not in shown


def test_texts_stay_escaped_in_overrides() -> None:
    assert render("{{ '<script>' }}{{ '<b>' ~ card.title }}") == "&lt;script&gt;&lt;b&gt;Mug"


BOMBS = [
    "{{ 'x' * 500000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ 1.5 | round(999999999, 'ceil') }}",
    "{{ 7 | round(-999999999, 'floor') }}",
    "{% set ns = namespace(n=9) %}{% for i in range(64) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ range(999999999) | list }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}some words to write{% endfor %}{% endfor %}",
    "{% set ns = namespace(s='x') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "{{ (['x' * 99999] * 99999) | join }}",
    "{{ ('a' * 99999).replace('a', 'b' * 99999) }}",
    "{{ range(9) | batch(999999999, 'x') | list }}",
    "{{ range(99999) | slice(999999999) | list }}",
    "{{ 'x'.encode().ljust(2000000000) }}",
    "{{ (1).to_bytes(2000000000, 'big') }}",
    "{% set x %}{% for a in range(99999) %}{% for b in range(99999) %}words and words{% endfor %}{% endfor %}{% endset %}",
]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # time may be up within a callback
@pytest.mark.parametrize("source", BOMBS)
def test_bombs_are_defused(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "limited", partial(limits.limited, seconds=0.7))
    start = time.process_time()

    found = refused("\n" + source)

    assert found.code in ("HS421", "HS422")
    assert time.process_time() - start < 10
    assert found.span.line == 2


HEAVY = ["('<' * 99999) | striptags", "('a@b.' * 20000) | urlize", "('(' * 99999) | urlize", "('&' * 99999) | escape | striptags", "('1' * 99999) | int", "('a.' * 49999) | title"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("expression", HEAVY)
def test_filters_cannot_be_made_to_hang(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "limited", partial(limits.limited, seconds=0.7))
    start = time.process_time()

    with suppress(Problems):
        render("{{ " + expression + " }}")

    assert time.process_time() - start < 10


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_markdown_of_an_override_is_under_the_same_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "limited", partial(limits.limited, seconds=0.7, memory=128 * 2**20))
    start = time.process_time()
    source = "{% for i in range(500) %}{{ (i ~ '*a **b ' * 4000) | markdown }}{% endfor %}"

    assert refused(source).code == "HS422"
    assert time.process_time() - start < 10


# In a whole shop


def shop_with(**overrides: str) -> dict[str, Any]:
    return simple_shop(products=1) | {f"theme/{name.replace('__', '/')}.html": text for name, text in overrides.items()}


def test_override_takes_the_place_of_the_themes_template_for_this_shop_alone(lane: Lane) -> None:
    lane.tenant("acme", shop_with(templates__page="<!doctype html><title>{{ page.title }}</title>{{ text.body_md | markdown }}"))
    lane.tenant("other", simple_shop(products=1))

    assert lane.build("acme").outcome == lane.build("other").outcome == "built"

    assert lane.files("acme")["pages/about/index.html"] == b"<!doctype html><title>About \xe2\x80\x93 Acme</title><p>We make <strong>things</strong>.</p>"
    assert b"header-bar" in lane.files("other")["pages/about/index.html"]
    assert b"header-bar" in lane.files("acme")["index.html"]


def test_block_of_the_themes_template_is_filled_by_extending_it(lane: Lane) -> None:
    lane.tenant("acme", shop_with(layouts__base='{% extends "theme:layouts/base.html" %}{% block head %}<meta name="author" content="{{ shop.name }}">{% endblock %}'))
    plain = Lane(lane.root / "plain", themes=lane.themes)
    (plain.root / "tenants").mkdir(parents=True)
    plain.tenant("acme", simple_shop(products=1))

    assert lane.build("acme").outcome == plain.build("acme").outcome == "built"

    for path, data in lane.files("acme").items():
        if path.endswith(".html"):
            assert data.count(b'<meta name="author" content="Acme">') == 1
            assert data.replace(b'<meta name="author" content="Acme">', b"") == plain.files("acme")[path], path


def test_snippet_override_reaches_every_page_that_shows_it(lane: Lane) -> None:
    lane.tenant("acme", shop_with(snippets__card='<article class="card"><h3><a href="{{ card.url }}">OURS {{ card.title }}</a></h3></article>'))

    assert lane.build("acme").outcome == "built"

    files = lane.files("acme")
    for path in ("products/index.html", "collections/things/index.html", "cart/index.html", "404.html"):
        assert b"OURS Thing 0" in files[path], path


def test_section_override_may_pass_settings_on_to_a_snippet(lane: Lane) -> None:
    files = shop_with(
        sections__quote='{% extends "theme:sections/quote.html" %}',
        **{"sections__rich-text": '{% set s = section.settings %}{% include "snippets/heading.html" %}{% include "snippets/ground.html" %}<b>{{ s.text }}</b>'},
        snippets__ground='{% macro ground(x) %}{% endmacro %}{% if s is defined %}<i>{{ s.heading }}</i>{% endif %}',
    )  # fmt: skip
    files["home.yaml"] = {"sections": [{"type": "rich-text", "heading": "Head", "text": "Words"}]}
    lane.tenant("acme", files)

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    assert b"<i>Head</i><b>Words</b>" in lane.files("acme")["index.html"]


WRONG = {
    "a syntax error": ("templates/page.html", "<p>\n{{ page.title }\n</p>", "HS405", "tenants/acme/theme/templates/page.html:2:1"),
    "an unknown filter": ("templates/page.html", "<p>\n {{ page.title | shout }}", "HS421", "tenants/acme/theme/templates/page.html:2:2"),
    "an unknown field": ("templates/page.html", "\n\n{{ page.titel }}", "HS421", "tenants/acme/theme/templates/page.html:3:1"),
    "an unknown word": ("templates/page.html", "{{ t.cart.ad }}", "HS421", "tenants/acme/theme/templates/page.html:1:1"),
    "an unknown name": ("templates/page.html", "{{ produkt }}", "HS421", "tenants/acme/theme/templates/page.html:1:1"),
    "a computed name": ("templates/page.html", "\n{% include page.kind %}", "HS402", "tenants/acme/theme/templates/page.html:2:1"),
    "a template that is not there": ("templates/page.html", '{% include "snippets/crad.html" %}', "HS403", "tenants/acme/theme/templates/page.html:1:1"),
    "another tenant's file": ("templates/page.html", '{% include "../../../other/theme/templates/page.html" %}', "HS403", "tenants/acme/theme/templates/page.html:1:1"),
    "a circle": ("snippets/card.html", '{% include "snippets/card.html" %}', "HS4", "tenants/acme/theme/snippets/card.html:1:1"),
    "a file the theme does not have": ("templates/pgae.html", "x", "HS412", "tenants/acme/theme/templates/pgae.html"),
    "a file that is no template": ("assets/main.css", "x", "HS411", "tenants/acme/theme/assets/main.css"),
    "another encoding": ("templates/page.html", "caf\xe9", "HS414", "tenants/acme/theme/templates/page.html"),
    "too large a file": ("templates/page.html", "x" * 300_000, "HS413", "tenants/acme/theme/templates/page.html"),
    "an endless loop": ("templates/page.html", "\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "HS422", "tenants/acme/theme/templates/page.html:2:1"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mistake", WRONG)
def test_mistake_in_an_override_is_told_at_its_line(lane: Lane, mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "limited", partial(limits.limited, seconds=0.7))
    path, text, code, place = WRONG[mistake]
    lane.tenant("acme", simple_shop(products=1))
    lane.write(f"tenants/acme/theme/{path}", text.encode("latin-1"))

    built = lane.build("acme")

    assert built.outcome == "failed"
    (found,) = (d for d in built.diagnostics if d.severity == "error")
    assert found.code.startswith(code), found
    assert str(found.span) == place
    assert found.found
    assert found.expected
    assert found.fix


def test_all_mistakes_of_overrides_and_settings_are_told_in_one_run(lane: Lane) -> None:
    files = shop_with(templates__pgae="x", templates__home="{% if %}", templates__page='{% include "nothing.html" %}', snippets__card="{{ card.title }")
    files["home.yaml"] = {"sections": [{"type": "heroo"}]}
    files["branding.yaml"] = {"typography": {"heading": "Frances"}}
    lane.tenant("acme", files)

    told = {(d.code, d.span.file.removeprefix("tenants/acme/")) for d in lane.build("acme").diagnostics if d.severity == "error"}

    assert told == {
        ("HS412", "theme/templates/pgae.html"), ("HS405", "theme/templates/home.html"), ("HS403", "theme/templates/page.html"),
        ("HS405", "theme/snippets/card.html"), ("HS430", "home.yaml"), ("HS440", "branding.yaml"),
    }  # fmt: skip


def test_templates_are_given_frozen_plain_data_only(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, object]] = []

    class Watched(Runners):
        def __getitem__(self, kind: str) -> Callable[[Mapping[str, object]], bytes]:
            runner = super().__getitem__(kind)

            def run(inputs: Mapping[str, object]) -> bytes:
                seen.append(inputs)
                return runner(inputs)

            return run if kind == "page" else runner

    monkeypatch.setattr(pipeline, "Runners", Watched)
    lane.tenant("acme", shop_with(templates__page="{{ page.title }}"))
    assert lane.build("acme").outcome == "built"

    assert len(seen) > 8
    for inputs in seen:
        for name, given in inputs.items():
            for item in _walk(given):
                assert type(item) in (str, int, bool, type(None), bytes, Markup) or isinstance(item, (tuple, Record, dict)), (name, type(item))
                if isinstance(item, str):
                    assert str(lane.root) not in item
    with pytest.raises(AttributeError):
        VIEWS["shop"].name = "x"  # type: ignore[attr-defined]


def _walk(data: object) -> Iterator[object]:
    yield data
    if isinstance(data, dict):
        for item in data.values():
            yield from _walk(item)
    elif isinstance(data, Record):
        for _, item in data:
            yield from _walk(item)
    elif isinstance(data, tuple) and not isinstance(data, Plural):
        for item in data:
            yield from _walk(item)


def test_json_in_a_script_cannot_end_it() -> None:
    assert script_json({"a": "</script><!--\u2028&"}) == '{"a":"\\u003c/script\\u003e\\u003c!--\\u2028\\u0026"}'
