"""Generated code: what it gives is what Jinja's own code gives, and what it cannot do Jinja's does."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from highstreet import pipeline
from highstreet.action.cache import ActionCache
from highstreet.action.executor import Executor
from highstreet.base.diagnostic import Problems, Report
from highstreet.output.state import State
from highstreet.run import page
from highstreet.run.registry import Runners
from highstreet.theme import closure, environment
from highstreet.theme.templates import Template
from support.street import ROOT, Lane, simple_shop


def template(source: str, name: str = "templates/a.html") -> Template:
    return Template(name, f"themes/main/{name}", source, trusted=True)


def rendered(source: str, context: dict[str, Any], *others: Template) -> str:
    return page._render_trusted("templates/a.html", source + repr(others), (template(source), *others), {**context, "cdn": ""})


@pytest.mark.parametrize("handle", ["lumen", "ghasaq"])
def test_every_page_of_a_demo_shop_is_the_one_that_jinja_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handle: str) -> None:
    lane = Lane(tmp_path)
    shutil.copytree(ROOT / "tenants" / handle, tmp_path / "tenants" / handle)
    draft, _ = pipeline.planned(lane.street(), handle, State(), Report())
    compared = []

    def both(root: str, digest: str, templates: tuple[Template, ...], context: dict[str, Any]) -> str:
        compiled = page._template(root, digest, templates, fast=True)
        made = "".join(compiled.root_render_func(compiled.new_context(context)))  # raises where it would fall back
        assert made == page._template(root, digest, templates).render(context)
        compared.append(root)
        return made

    monkeypatch.setattr(page, "_render_trusted", both)
    executor = Executor(Runners(), ActionCache(tmp_path / "cache"))
    for action in draft.plan.actions:
        if action.kind == "page":
            executor.result(action)

    assert {"templates/product.html", "templates/collection.html", "templates/home.html", "templates/header.html"} <= set(compared)
    assert len(compared) > 60


def test_every_template_of_the_theme_has_code_of_its_own() -> None:
    lane = Lane(ROOT)
    _, known = lane.street().theme("main")

    for one in known.by_name.values():
        environment.code(one)  # raises Unsuited where it has none


@pytest.mark.parametrize(
    ("source", "context", "expected"),
    [
        ("{{ thing.name }}", {"thing": {"name": "a<b"}}, "a&lt;b"),  # a dict is no object
        ("{{ thing.items }}", {"thing": {"items": 3}}, None),  # Jinja's own answer: the method
        ("{{ 'yes' if thing.missing is defined else 'no' }}", {"thing": object()}, "no"),
        ("{{ thing.missing | default('x') }}", {"thing": object()}, "x"),
        ("{{ missing | default('<') }}", {}, "&lt;"),
        ("{{ 'yes' if nothing else 'no' }}", {"nothing": None}, "no"),
        ("{% autoescape false %}{{ a }}{% endautoescape %}", {"a": "<"}, "<"),
        ("{{ a }}{{ a | safe }}{{ 3 }}{{ none }}", {"a": "<"}, "&lt;<3None"),
        ("{% include 'gone.html' ignore missing %}x", {}, "x"),
        ("{% for a in b %}{{ loop.index }}{{ a }}{% if not loop.last %},{% endif %}{% else %}-{% endfor %}", {"b": "xy"}, "1x,2y"),
        ("{% for a in b if a != 'x' %}{{ a }}{% else %}-{% endfor %}", {"b": "x"}, "-"),
        ("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m('&') }}", {}, "<&amp;>"),
        ("{% set a %}<{{ b }}>{% endset %}{{ a }}", {"b": "&"}, "<&amp;>"),
        ("{% for a in b recursive %}{{ a[0] }}{{ loop(a[1]) }}{% endfor %}", {"b": [("1", [("2", [])])]}, "12"),
        ("{% filter upper %}a{{ b }}{% endfilter %}", {"b": "&"}, "A&AMP;"),
        ("{{ ['a<', 'b'] | join('>') }}", {}, "a&lt;&gt;b"),
    ],
)
def test_what_a_template_may_say_is_rendered_as_jinja_does(source: str, context: dict[str, Any], expected: str | None) -> None:
    parts = (template(source),)

    made = rendered(source, context)

    assert made == page._environment(parts, fast=False).get_template("templates/a.html").render(context)
    assert expected is None or made == expected


def test_blocks_includes_and_variables_go_the_ways_they_go_in_jinja() -> None:
    layout = template("<{% block a %}a{% endblock %}{% block b scoped %}{{ x }}{% endblock %}{% set x = 2 %}{{ x }}{% include 'part.html' %}>", "layout.html")
    part = template("{% set y = x %}[{{ y }}{{ z | default('-') }}]", "part.html")
    source = "{% extends 'layout.html' %}{% block a %}{{ super() }}{% for z in '12' %}{% include 'part.html' %}{% endfor %}{% endblock %}"

    made = rendered(source, {"x": "&"}, layout, part)

    assert made == page._environment((template(source), layout, part), fast=False).get_template("templates/a.html").render({"x": "&"})
    assert made == "<a[&amp;1][&amp;2]&amp;2[2-]>"


def test_a_mistake_is_told_in_jinjas_words_at_its_line() -> None:
    with pytest.raises(Problems) as caught:
        rendered("a\n{{ thing.missing }}", {"thing": ("x",)})

    (found,) = caught.value.diagnostics
    assert (found.code, found.span.line) == ("HS421", 2)
    assert "has no attribute 'missing'" in found.found


def test_what_was_compiled_is_kept_and_only_used_for_what_it_was_made_of(lane: Lane) -> None:
    theme = lane.own_theme()
    lane.tenant("acme", simple_shop())
    lane.build("acme")
    kept = lane.workspace.theme_code("main")
    before = kept.read_bytes()
    closure._readings.clear()
    environment._codes.clear()

    lane.themes.clear()
    lane.street().theme("main")
    from_disk = len(environment._codes)
    (theme / "snippets/breadcrumbs.html").write_text("<p>edited</p>\n")
    lane.themes.clear()
    lane.build("acme")

    assert from_disk > 40  # taken, not compiled: nothing asked for them yet
    assert kept.read_bytes() != before
    assert any(b"<p>edited</p>" in data for path, data in lane.files("acme").items() if path.startswith("products/"))


def test_kept_code_that_is_damaged_is_made_again(lane: Lane) -> None:
    lane.tenant("acme", simple_shop())
    lane.build("acme")
    first, place = lane.files("acme"), lane.workspace.theme_code("main")
    place.write_bytes(place.read_bytes()[:-9] + b"something")
    closure._readings.clear()
    environment._codes.clear()
    lane.themes.clear()
    lane.workspace.state("acme").unlink()

    lane.build("acme")

    assert lane.files("acme") == first
