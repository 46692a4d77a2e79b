"""The theme's contract: templates read what exists, settings and words are all used, every language is complete."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from jinja2 import meta, nodes

from highstreet.run import script
from highstreet.source import yaml
from highstreet.source.scan import scan
from highstreet.theme import modules
from highstreet.theme.closure import Closure, closure
from highstreet.theme.environment import environment, parser
from highstreet.theme.modules import imports, later
from highstreet.theme.strings import CATEGORIES, Plural
from highstreet.theme.templates import Templates, templates
from highstreet.theme.theme import Parts, Setting, Theme, open_theme
from highstreet.theme.views import PageView, ShopView
from support.street import ROOT, Lane, messages, simple_shop

PAGE = {"page", "shop", "settings", "t", "header", "footer", "jsonld", "asset"}
CONTEXT = {
    "templates/home.html": PAGE | {"sections"},
    "templates/collection.html": PAGE | {"collection", "listing", "cards", "siblings", "sections", "filters", "blank"},
    "templates/products.html": PAGE | {"collection", "listing", "cards", "siblings", "sections", "filters", "blank"},
    "templates/collections.html": PAGE | {"tiles", "listing"},
    "templates/product.html": PAGE | {"product", "related", "complementary", "orders", "size_guide", "sections"},
    "templates/page.html": PAGE | {"text"},
    "templates/journal.html": PAGE | {"posts", "journal", "listing"},
    "templates/post.html": PAGE | {"post", "more"},
    "templates/search.html": PAGE | {"cards", "blank"},
    "templates/cart.html": PAGE | {"cards"},
    "templates/not-found.html": PAGE | {"cards"},
    "templates/header.html": {"shop", "settings", "t", "current", "languages", "sections", "asset"},
    "templates/footer.html": {"shop", "settings", "t", "languages", "sections", "asset"},
    "snippets/facets.html": {"facets", "shop", "settings", "t", "asset"},
    "snippets/card.html": {"card", "shop", "settings", "t", "asset"},
}
SECTION = {"section", "cards", "shop", "settings", "t", "asset"}
# Settings the planner itself reads to choose what a section holds.
PLANNED = {"limit", "products", "product", "collection"}


@cache
def theme() -> Theme:
    return open_theme(scan(ROOT / "themes/main", "themes/main"))


@cache
def sources() -> Templates:
    return templates(theme())


def roots() -> dict[str, set[str]]:
    return CONTEXT | {section.template: SECTION for section in theme().sections.values()}


@cache
def closed(root: str) -> Closure:
    return closure(sources(), root, parser())


def parsed(name: str) -> nodes.Template:
    return parser().parse(sources().by_name[name].source)


def known_globals() -> set[str]:
    return set(environment({}, str, str).globals)


@pytest.mark.parametrize("root", roots())
def test_free_names_are_known(root: str) -> None:
    for template in closed(root).templates.data:
        tree = parsed(template.name)
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}  # set in a branch counts as set
        own |= {name if isinstance(name, str) else name[1] for node in tree.find_all(nodes.FromImport) for name in node.names}
        free = meta.find_undeclared_variables(tree) - known_globals() - own

        assert free <= roots()[root], template.name


def test_imported_snippets_need_no_context() -> None:
    imported = {
        node.template.value  # type: ignore[attr-defined]
        for name in sources().by_name
        for node in parsed(name).find_all((nodes.FromImport, nodes.Import))
    }

    for name in imported:
        assert meta.find_undeclared_variables(parsed(name)) - known_globals() == set(), name


def test_every_template_is_reached() -> None:
    reached = {template.name for root in roots() for template in closed(root).templates.data}

    assert set(sources().by_name) == reached


@pytest.mark.parametrize("root", roots())
def test_fields_of_shop_and_page_exist(root: str) -> None:
    reads = closed(root).reads

    for name, view in (("shop", ShopView), ("page", PageView)):
        assert {fields[0] for fields in reads.get(name, ()) if fields} <= set(view._fields)
    assert () not in reads.get("shop", ())
    assert () not in reads.get("settings", ())
    assert all(len(fields) == 2 for fields in reads.get("t", ())), "whole groups of words are read"


# Words


def words_of_templates() -> set[tuple[str, ...]]:
    return {fields for root in roots() for fields in closed(root).reads.get("t", ())}


def words_of_planner() -> set[tuple[str, ...]]:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/highstreet/plan").rglob("*.py"))
    return set(re.findall(r'\bword\(\s*"(\w+)",\s*"(\w+)"', code))


def english() -> dict[tuple[str, str], str | Plural]:
    return {(group, name): word for group, found in theme().locales["en"].items() for name, word in found.items()}


def test_words_that_are_used_exist() -> None:
    assert words_of_templates() | words_of_planner() <= set(english())


def test_words_that_exist_are_used() -> None:
    assert set(english()) - words_of_templates() - words_of_planner() == set()


@pytest.mark.parametrize("lang", sorted(theme().locales))
def test_language_has_every_word_in_every_form(lang: str) -> None:
    found = {(group, name): word for group, words in theme().locales[lang].items() for name, word in words.items()}

    assert set(found) == set(english())
    for key, word in found.items():
        assert isinstance(word, Plural) == isinstance(english()[key], Plural), key
        if isinstance(word, Plural):
            wanted = {*Locale.parse(lang).plural_form.tags, "other"}
            assert {form for form in CATEGORIES if getattr(word, form)} == wanted, key
            assert "{count}" in word.other
        else:
            assert word.strip() == word != "", key
            assert _places(word) == _places(english()[key]), key


def _places(word: str | Plural) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", word if isinstance(word, str) else word.other))


def test_plural_forms_follow_cldr() -> None:
    ar, fr, ja = (theme().locales[lang]["collection"]["count"] for lang in ("ar", "fr", "ja"))
    assert isinstance(ar, Plural)
    assert isinstance(fr, Plural)
    assert isinstance(ja, Plural)

    assert [ar.form(n) for n in (0, 1, 2, 3, 11, 100)] == [ar.zero, ar.one, ar.two, ar.few, ar.many, ar.other]
    assert [fr.form(n) for n in (0, 1, 2)] == [fr.one, fr.one, fr.other]
    assert ja.form(1) == ja.other


# Settings


def test_every_theme_setting_is_used_and_no_other() -> None:
    used = {fields[0] for root in roots() for fields in closed(root).reads.get("settings", ())}

    classes = {setting.name for setting in theme().settings if setting.css}  # the planner puts these on <html>
    assert used | classes | {"collection_filter_pages", "announcement_style"} == {setting.name for setting in theme().settings}


def test_every_class_of_a_setting_has_rules_or_is_the_plain_case() -> None:
    text = "".join(file.read().decode() for path, file in theme().files.items() if path.endswith(".css"))

    for setting in theme().settings:
        named = [setting.css] if setting.type == "boolean" else [f"{setting.css}-{option}" for option in setting.options]
        assert not setting.css or any(f".{name}" in text for name in named) or setting.type == "integer", setting.name


def test_every_style_sheet_is_loaded_by_something() -> None:
    loaded = {name for parts in all_parts() for name in (*parts.styles, *parts.scripts)}
    imported = {name for path, file in theme().files.items() if path.endswith(".js") for name in (*imports(file.read()), *later(file.read()))}

    assert {path.removeprefix("assets/") for path in theme().files if path.endswith((".css", ".js"))} == loaded | imported


def all_parts() -> list[Parts]:
    return [theme().parts, *theme().kinds.values(), *(section.parts for section in theme().sections.values())]


@pytest.mark.parametrize("type_", sorted(theme().sections))
def test_section_uses_its_settings_and_no_other(type_: str) -> None:
    section = theme().sections[type_]
    names = {setting.name for setting in section.settings}
    used = {fields[1] for fields in closed(section.template).reads["section"] if len(fields) > 1 and fields[0] == "settings"}

    assert used <= names
    assert names - used <= PLANNED
    assert sources().by_name[section.template]
    for setting in section.settings:
        if setting.type == "list":
            assert _items_read(section.template, setting) == {field.name for field in setting.of}, setting.name


def _items_read(template: str, setting: Setting) -> set[str]:
    """Fields that a section's template reads of the items of one list setting."""
    tree = parsed(template)
    names = {
        loop.target.name
        for loop in tree.find_all(nodes.For)
        if isinstance(loop.target, nodes.Name) and any(getattr(chain, "attr", "") == setting.name for chain in _nodes(loop.iter))
    }
    return {node.attr for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name) and node.node.name in names}


def _nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _nodes(child)


def test_every_setting_and_section_is_described() -> None:
    def described(settings: tuple[Setting, ...], where: str) -> None:
        for setting in settings:
            assert setting.label, f"{where}.{setting.name} has no label"
            assert setting.type != "choice" or setting.default in setting.options, f"{where}.{setting.name}"
            assert setting.type != "integer" or (setting.min is not None and setting.max is not None), f"{where}.{setting.name}"
            assert setting.type != "list" or setting.of, f"{where}.{setting.name}"
            described(setting.of, f"{where}.{setting.name}")

    described(theme().settings, "theme")
    for section in theme().sections.values():
        assert section.label != section.type
        described(section.settings, section.type)


def test_documentation_names_every_section_and_setting() -> None:
    text = (ROOT / "docs/theme.md").read_text("utf-8")

    assert [name for name in theme().sections if f"`{name}`" not in text] == []
    assert [setting.name for setting in theme().settings if f"`{setting.name}`" not in text] == []


# Weight


def test_styles_and_scripts_stay_light(lane: Lane) -> None:
    lane.tenant("acme", simple_shop() | {"branding.yaml": {"colors": {"primary": "#17324d", "accent": "#e2725b"}, "typography": {"heading": "Fraunces", "body": "Inter"}}})
    built = lane.build("acme")
    assert built.outcome == "built", messages(built)

    files = lane.files("acme")
    for path, data in files.items():
        if path.endswith(".html"):
            linked = re.findall(rb'(?:rel="stylesheet" href|<script type="module" src)="/([^"]+)"', data)
            packed = {".css": 0, ".js": 0}
            for name in map(bytes.decode, linked):
                packed[Path(name).suffix] += len(gzip.compress(files[name], 9))
            assert 0 < packed[".css"] <= 12 * 1024, path
            assert 0 < packed[".js"] <= 10 * 1024, path


def test_rules_and_colours_nobody_uses_are_left_out(lane: Lane) -> None:
    lane.tenant("acme", simple_shop() | {"home.yaml": {"sections": [{"type": "rich-text", "text": "Hello", "background": "inverse"}]}})
    assert lane.build("acme").outcome == "built"

    css = "".join(data.decode() for path, data in lane.files("acme").items() if path.endswith(".css"))
    assert ".cards-framed" not in css
    assert ".hero-split" not in css
    assert ".languages" not in css
    assert "[data-ground=inverse]" in css
    assert "[data-ground=brand]" not in css
    assert set(re.findall(r"var\(--([a-z0-9-]+)\s*\)", css)) <= set(re.findall(r"--([a-z0-9-]+)\s*:", css))


def test_theme_yaml_has_no_names_the_engine_ignores() -> None:
    data = yaml.parse("theme.yaml", (ROOT / "themes/main/theme.yaml").read_bytes()).data
    assert isinstance(data, dict)
    known = {"type", "default", "label", "info", "required", "min", "max", "options", "of", "max_items", "allow", "class"}

    def check(settings: object, where: str) -> None:
        assert isinstance(settings, dict)
        for name, raw in settings.items():
            assert set(raw) <= known, f"{where}.{name}"
            check(raw.get("of") or {}, f"{where}.{name}")

    check(data["settings"], "theme")
    sections = data["sections"]
    assert isinstance(sections, dict)
    for type_, raw in sections.items():
        assert isinstance(raw, dict)
        assert set(raw) <= {"label", "info", "settings", "styles", "scripts"}
        check(raw.get("settings") or {}, type_)


def test_scripts_of_every_page_are_one_file(lane: Lane) -> None:
    lane.tenant("acme", simple_shop())
    assert lane.build("acme").outcome == "built"

    files = lane.files("acme")
    scripts = {path: re.findall(rb'<script type="module" src="/assets/([^"]+)"', data) for path, data in files.items() if path.endswith(".html")}
    assert {tuple(name.partition(b".")[0] for name in names) for names in scripts.values()} == {(b"shop",), (b"shop", b"product"), (b"shop", b"collection"), (b"shop", b"search")}
    names = {name.removeprefix("assets/") for name in files}
    for path, data in files.items():
        if path.endswith(".js"):
            assert set(imports(data) + later(data)) <= names, path


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        (b"import {a} from './a.js'\nexport const b = a\n", b"export const a = 1\nexport const b = a\n"),
        (b"import {a, c} from './a.js'\nimport {d} from './d.js'\nb(a, c, d)", b"export const a = 1\nimport {d} from './d.js'\nb(a, c, d)\n"),
        (b"const a = 2\n", None),
        (b"export function a() {}\n", None),
        (b"import {a as b} from './a.js'\n", None),
        (b"import * as b from './a.js'\n", None),
        (b"export {a} from './a.js'\n", None),
    ],
)
def test_modules_are_joined_only_where_that_changes_nothing(second: bytes, joined: bytes | None) -> None:
    texts = {"a.js": b"export const a = 1\n", "b.js": second, "d.js": b""}

    assert modules.joined(("a.js", "b.js"), texts) == joined


def test_remarks_of_scripts_stay_at_home_and_code_does_not() -> None:
    given = b"// a remark\nimport {a} from './a.js'\n\n  const b = 'x // y' // kept\n  /* c\n  // d */\n"
    text = b"const page = `\n// a line of text\n  indented`\n// remark\n"

    assert script.run({"original": given, "imports": {"a.js": "a.1.js"}}) == b"import {a} from './a.1.js'\nconst b = 'x // y' // kept\n/* c\n// d */\n"
    assert script.run({"original": text, "imports": {}}) == text
