"""Every defence with a way to take it out, the attack that it stops, and the oracle that then has to fail.

`test_defences.py` builds the attack without the defence. A defence whose absence no oracle notices is not proven, and
an oracle that never fails is no oracle.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Defence:
    attacks: tuple[str, ...]  # "class/case"
    oracle: str | tuple[str, ...]  # any of them
    disable: Callable[[], None]


DEFENCES: dict[str, Defence] = {}


def disable(name: str) -> None:
    """Takes the defence out of this process and those it forks."""
    DEFENCES[name].disable()


def _stops(*attacks: str, oracle: str | tuple[str, ...] = "verdicts") -> Callable[[Callable[[], None]], Callable[[], None]]:
    def listed(function: Callable[[], None]) -> Callable[[], None]:
        DEFENCES[function.__name__.replace("_", " ")] = Defence(attacks, oracle, function)
        return function

    return listed


def _nothing(*_: Any, **__: Any) -> None:
    return None


# YAML


@_stops("yaml/huge-file")
def text_files_have_a_largest_size() -> None:
    from highstreet.source import yaml

    yaml.LARGEST = 2**40


@_stops("yaml/deep-brackets-open")
def what_may_nest_deeply_is_measured_before_it_is_composed() -> None:
    from highstreet.source import yaml_limits

    yaml_limits.suspicious = lambda data: False  # the parser overflows its stack: the worker dies


@_stops("yaml/deep-indented", "yaml/deep-dashes-short")
def yaml_has_a_deepest_level() -> None:
    from highstreet.source import yaml_limits

    yaml_limits.DEEPEST = 10**9


@_stops("yaml/many-values")
def yaml_has_a_largest_number_of_values() -> None:
    from highstreet.source import yaml_limits

    yaml_limits.MOST_NODES = 10**9


@_stops("yaml/alias-to-itself")
def anchors_are_refused() -> None:
    from highstreet.source import yaml_limits

    yaml_limits._may_have_anchor = lambda data: False


@_stops("yaml/python-object", "yaml/local-tag", "yaml/tag-on-a-key")
def tags_are_refused() -> None:
    from highstreet.source import yaml

    yaml._Walk._tag = _nothing  # type: ignore[method-assign]


@_stops("yaml/duplicate-key", "yaml/duplicate-key-escaped")
def keys_given_twice_are_refused() -> None:
    from highstreet.source import yaml

    yaml._Walk._duplicate = _nothing  # type: ignore[method-assign]


@_stops("yaml/two-documents")
def a_file_is_one_document() -> None:
    from highstreet.source import yaml

    def first(text: str) -> Any:
        parser = yaml._Parser(text)
        return parser.get_node() if parser.check_node() else None

    yaml._compose = first


@_stops("yaml/escaped-nul", "yaml/escaped-escape")
def escapes_make_no_control_characters() -> None:
    from highstreet.source import yaml

    yaml._refuse_controls = _nothing


@_stops("yaml/overlong-utf-8", "yaml/surrogates")
def bytes_that_are_not_utf_8_are_refused() -> None:
    from highstreet.source import yaml

    yaml.decoded = lambda file, data, largest: data.decode("utf-8", "replace")


# Templates


@_stops("templates/escape-0", "templates/escape-1")
def overrides_render_in_a_sandbox() -> None:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from highstreet.theme.environment import _Sandbox

    _Sandbox.is_safe_attribute = lambda self, obj, attr, value: True  # type: ignore[method-assign]
    ImmutableSandboxedEnvironment.is_safe_attribute = lambda self, obj, attr, value: True  # type: ignore[method-assign]


@_stops("templates/bomb-padding")
def overrides_do_not_format_texts() -> None:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from highstreet.theme.environment import _Sandbox

    _Sandbox.wrap_str_format = ImmutableSandboxedEnvironment.wrap_str_format  # type: ignore[method-assign]


@_stops("templates/bomb-power")
def products_of_numbers_have_a_largest_size() -> None:
    from highstreet.theme.environment import _Sandbox

    _Sandbox.intercepted_binops = frozenset()


@_stops("templates/bomb-captured")
def overrides_have_a_time() -> None:
    from contextlib import nullcontext

    from highstreet.run import page

    page.limited = nullcontext


@_stops("templates/a-little-too-much-on-every-page")
def all_overrides_of_a_shop_have_a_time_together() -> None:
    from highstreet.action import limits

    limits.PAGES.earned = 10.0


@_stops("templates/bomb-six-megabytes")
def pages_of_overrides_have_a_largest_size() -> None:
    from highstreet.run import page

    page.LARGEST_UNTRUSTED = 2**40


@_stops("templates/include-another-tenants", "templates/include-absolute")
def a_template_can_be_only_one_of_the_theme() -> None:
    from highstreet.theme import closure

    closure._names = lambda templates, template, seen: ()


@_stops("templates/autoescape-off")
def escaping_cannot_be_switched_off() -> None:
    from highstreet.theme import closure

    closure._escapes = _nothing


@_stops("templates/active-script", "templates/active-javascript", "templates/active-picture", "templates/active-svg-title", "templates/active-no-script")
def what_overrides_write_is_read_again() -> None:
    from highstreet.run import markup

    markup.active = lambda html, cdn="": ""


# Texts


@_stops("texts/elements", "texts/attributes", oracle="visit")
def texts_are_escaped() -> None:
    from highstreet.theme import environment

    environment._OPTIONS["autoescape"] = False
    environment._codes.clear()
    environment.parser.cache_clear()
    environment._compiler.cache_clear()


@_stops("texts/elements", oracle="visit")
def data_within_a_script_is_escaped() -> None:
    from markupsafe import Markup

    from highstreet.base.json import json_text
    from highstreet.run import structured
    from highstreet.theme import filters

    filters.script_json = structured.script_json = lambda data: Markup(json_text(data))


@_stops("texts/scripts", "texts/elements", oracle="readable")
def texts_in_xml_are_escaped() -> None:
    from highstreet.run import data

    data._xml = lambda text: text


# Markdown


@_stops("markdown/active", oracle="visit")
def markdown_is_cleaned() -> None:
    from highstreet.run import markdown

    class Cleaner:
        def clean(self, text: str) -> str:
            return text

    markdown._cleaner = Cleaner


@_stops("markdown/pictures-from-elsewhere", oracle="visit")
def pictures_of_a_text_are_the_shops_own() -> None:
    from highstreet.run import markdown

    markdown._picture = lambda tag, cdn: tag


@_stops("markdown/bombs-1")
def texts_that_would_take_long_are_shown_as_written() -> None:
    from highstreet.run import markdown

    markdown._laborious = lambda text: False


# Links


@_stops("links/menu-javascript", "links/menu-javascript-tab", "links/menu-data", "links/section-javascript")
def links_have_few_schemes() -> None:
    from highstreet.model import references

    references.flaw.__code__ = (lambda text: None).__code__


@_stops("links/redirect-below-headers", "links/redirect-below-home")
def no_output_lies_below_a_file() -> None:
    from highstreet.plan import plan

    plan._refuse_clashes = _nothing


@_stops("links/redirect-with-lines", "links/redirect-with-blanks", "links/redirect-from-upwards", "links/redirect-rule-with-lines", "links/redirect-rule-from-upwards")
def redirects_begin_at_paths() -> None:
    from highstreet.model import redirect_check

    redirect_check._bad_source = redirect_check._bad_star = _nothing


@_stops("links/host-with-lines", "links/host-header")
def hosts_are_host_names() -> None:
    from highstreet.model import addresses

    addresses.host.__code__ = (lambda text: None).__code__


# Styles, drawings, pictures, files, names


@_stops("styles/colour-brace", "styles/colour-url", "styles/colour-tag")
def colours_have_one_form() -> None:
    from highstreet.model import flaws, palette
    from highstreet.run import style

    del palette, style
    flaws.color.__code__ = (lambda text: None).__code__


@_stops("styles/own-family-quote", "styles/own-family-lines")
def names_of_fonts_are_checked_where_they_are_written() -> None:
    from highstreet.run import style

    style._matched = lambda form, text: text


@_stops("drawings/cleaned-script", "drawings/cleaned-handler", "drawings/cleaned-use-elsewhere", oracle="absences")
def drawings_are_cleaned() -> None:
    from highstreet.run import icon, vector
    from highstreet.source import svg

    svg.sanitise = lambda data: data
    for module in (vector, icon):
        if hasattr(module, "sanitise"):
            module.sanitise = svg.sanitise


@_stops("drawings/refused-itself")  # many copies of a thing are also too dear to draw, which is counted by itself
def copies_in_drawings_are_counted() -> None:
    from highstreet.source import svg_tree

    svg_tree._check_multiplication = _nothing


@_stops("drawings/numbers-off-every-screen")
def numbers_of_drawings_have_a_largest() -> None:
    from highstreet.source import svg_style, svg_tree

    svg_tree.boundless = svg_style.boundless = lambda text: False


@_stops("drawings/refused-filter-of-many-steps")
def what_is_dear_to_draw_is_counted() -> None:
    from highstreet.source import svg_tree

    svg_tree._PASS = svg_tree._LAYER = 0


@_stops("drawings/refused-rules-by-elements")
def rules_of_drawings_are_counted() -> None:
    from highstreet.source import svg_tree

    svg_tree._check_rules = _nothing


@_stops("drawings/octaves-without-end", oracle=("absences", "verdicts"))  # or, on a slow machine, it is not drawn in time
def steps_of_filters_have_a_largest() -> None:
    from highstreet.source import svg_tree

    svg_tree._LARGEST = {}


@_stops("drawings/dear-tile-larger-than-memory")
def what_is_dear_to_draw_is_drawn_apart() -> None:
    import re

    from highstreet.run import drawing

    drawing._PLAIN, drawing._DEAR = 2**40, re.compile(rb"(?!)")  # the renderer ends the worker


@_stops("drawings/refused-entity-file", "drawings/refused-laughs")
def entities_of_drawings_are_refused() -> None:
    from highstreet.source import svg_tree

    svg_tree._Builder.entity = _nothing  # type: ignore[method-assign]


@_stops("drawings/refused-utf-7")
def drawings_in_unknown_encodings_are_told() -> None:
    from highstreet.source import svg_tree

    class Picky:
        """What parsing raised before: nothing of ours caught it."""

    svg_tree.ValueError = svg_tree.LookupError = type("Never", (Exception,), {})  # type: ignore[attr-defined]
    del Picky


@_stops("pictures/gif-bomb")
def pictures_have_a_largest_size() -> None:
    from highstreet.source import image

    image.check_size = _nothing


@_stops("pictures/gif-of-comments", "pictures/jpeg-of-passes", "pictures/png-of-chunks", "pictures/jpeg-of-segments", "pictures/avif-of-frames", "pictures/avif-of-tiles")
def pieces_of_pictures_are_counted() -> None:
    from highstreet.source import image

    image.crumbled = lambda data, format: ""


@_stops("pictures/profile-of-stages", "pictures/profile-of-a-stage-repeated")
def stages_of_profiles_are_left_aside() -> None:
    from highstreet.run import pixels

    pixels._without_stages = lambda icc: icc


@_stops("pictures/font-outlines-of-outlines", "pictures/font-ranges")
def fonts_have_a_time_and_a_memory() -> None:
    from contextlib import nullcontext

    from highstreet.run import font

    font.limited = lambda seconds, memory, account: nullcontext()


if os.environ.get("HIGHSTREET_LONG"):  # as its attack

    @_stops("pictures/fonts-together")
    def all_fonts_of_a_shop_have_a_time_together() -> None:
        from highstreet.action import limits

        limits.FONTS.seconds = 10.0**9


@_stops("pictures/font-shapes-by-the-hundred")
def shapes_of_letters_are_counted() -> None:
    from highstreet.run import lettering

    lettering._MOST_SHAPES = 10**9


@_stops("pictures/font-muttering", oracle="manners")
def libraries_keep_quiet() -> None:
    import logging

    logging.CRITICAL = logging.DEBUG


@_stops("files/link-to-a-neighbour", "files/link-outside")
def links_are_not_followed() -> None:
    import os

    from highstreet.source import scan

    class Blind:
        """A directory's entry that denies to be a link."""

        def __init__(self, entry: Any) -> None:
            self.name, self._entry = entry.name, entry

        def is_symlink(self) -> bool:
            return False

        def is_dir(self, follow_symlinks: bool = True) -> bool:
            return bool(self._entry.is_dir())

        def stat(self, follow_symlinks: bool = True) -> os.stat_result:
            found: os.stat_result = self._entry.stat()
            return found

    real = os.scandir

    class Listing:
        def __init__(self, folder: int) -> None:
            self._real = real(folder)

        def __enter__(self) -> Any:
            return iter([Blind(entry) for entry in self._real])

        def __exit__(self, *_: object) -> None:
            self._real.close()

    scan.os = type("os", (), {**vars(os), "scandir": Listing, "O_NOFOLLOW": 0})  # type: ignore[attr-defined]
    scan._DIRECTORY = os.O_RDONLY | os.O_DIRECTORY


@_stops("files/links-by-the-thousand")
def refused_names_are_told_up_to_a_number() -> None:
    from highstreet.source import scan

    scan._MOST_REFUSED = 10**9


@_stops("files/name-line", "files/name-escape")
def names_of_files_are_portable() -> None:
    from highstreet.source import scan

    scan.portable = lambda name: True


@_stops("files/twins-of-accents")
def names_are_compared_as_macs_do() -> None:
    from highstreet.source import scan

    scan.normalize = lambda form, text: text


@_stops("names/reserved", "names/line", "names/script")
def names_of_tenants_are_addresses() -> None:
    from highstreet.model import limit_check

    limit_check.handle_findings.__code__ = (lambda handle, platform: ()).__code__


@_stops("resources/redirects-in-a-long-chain")
def chains_of_redirects_are_followed_for_some_steps() -> None:
    from highstreet.model import redirect_check

    redirect_check._LONGEST_WAY = 10**9


@_stops("resources/thousands-of-mistakes-in-a-file")
def mistakes_of_a_file_are_told_up_to_a_number() -> None:
    from highstreet.model import shaped

    shaped._MOST_MISTAKES = 10**9
