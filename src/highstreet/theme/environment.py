"""Environments: Jinja set up for one closure, plain for the theme's own templates, sandboxed for a tenant's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import cache
from types import CodeType
from typing import Any, Literal

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, nodes, pass_context
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError
from jinja2.filters import do_round
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from highstreet.theme import filters
from highstreet.theme.codegen import ListCode, escape_text
from highstreet.theme.templates import Template

_MOST_REPEATS = 100_000
_MOST_BITS = 4_096  # of a product: the processor's time for huge numbers cannot be interrupted

# autoescape=True, never select_autoescape(): that is off for names such as "logo.svg" or "card.html.j2".
_OPTIONS: dict[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": False,
    "auto_reload": False,
    "cache_size": -1,
    "optimized": False,  # its code is the same for our templates, and takes a sixth longer to make
}
# Names that are neither inputs nor harmless: random output, or memory without end.
_REMOVED_GLOBALS = ("lipsum", "cycler", "joiner")
_REMOVED_FILTERS = ("random", "pprint", "attr", "filesizeformat", "tojson", "xmlattr")


class _Sources(BaseLoader):
    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._templates = templates

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Compiled:
        template = self._templates.get(name)
        if template is None:
            raise TemplateNotFound(name)
        code = _code(environment, template)
        return environment.template_class.from_code(environment, code, globals or {}, lambda: True)


class _Sandbox(ImmutableSandboxedEnvironment):
    """For templates a tenant wrote: no underscore names, no huge repeats, nothing that formats by attribute."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "*" and isinstance(left, int) and isinstance(right, int):
            if left.bit_length() + right.bit_length() > _MOST_BITS:
                raise SecurityError("number is too large")
        elif operator == "**" or (isinstance(left, (str, list, tuple)) or isinstance(right, (str, list, tuple))):
            size = max((len(x) for x in (left, right) if isinstance(x, (str, list, tuple))), default=1)
            times = max((abs(x) for x in (left, right) if isinstance(x, int)), default=1)
            if operator == "**" or size * times > _MOST_REPEATS:
                raise SecurityError(f"result of {operator} is too large")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> None:
        """Nothing: Jinja would hand out a `format` of its own before it asks whether the name is safe."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # str.format walks attributes and pads without end; the theme's `fill` filter replaces it.
        if isinstance(obj, str) and attr in ("format", "format_map", "ljust", "rjust", "center", "zfill", "expandtabs"):
            return False
        return not attr.startswith("_") and super().is_safe_attribute(obj, attr, value)


# Compiled templates by name and source: an edit of one leaves those it stands beside compiled. The sandbox compiles to
# other code. Trees are parsed to find what a template reads, and kept until the template is compiled as well.
_codes: dict[tuple[str, str, bool, bool], CodeType] = {}
_trees: dict[tuple[str, str], nodes.Template] = {}
_MOST_CODES = 1_000
_MOST_TREES = 100


def tree(template: Template) -> nodes.Template:
    """What `template` says. Raises TemplateSyntaxError."""
    parsed = parser().parse(template.source, template.name)
    if template.trusted:
        if len(_trees) >= _MOST_TREES:
            _trees.clear()
        _trees[template.name, template.source] = parsed
    return parsed


def code(template: Template) -> CodeType:
    """The fast code of a template of the theme's own. Raises TemplateSyntaxError, and Unsuited where it has none."""
    return _code(_compiler(), template)


def remember(template: Template, made: CodeType) -> None:
    """Takes `made` for the fast code of `template`."""
    _codes[template.name, template.source, False, True] = made


def _code(environment: Environment, template: Template) -> CodeType:
    kind = (template.name, template.source, environment.sandboxed, environment.code_generator_class is ListCode)
    known = _codes.get(kind)
    if known is None:
        # Compiling changes a tree, so it is used once; untrusted ones are parsed again, under caps.
        parsed = None if environment.sandboxed else _trees.pop((template.name, template.source), None)
        known = environment.compile(parsed or template.source, template.name, template.name)
        if len(_codes) >= _MOST_CODES:
            _codes.clear()
        _codes[kind] = known
    return known


def environment(
    templates: Mapping[str, Template],
    markdown: Callable[..., Any],
    plain: Callable[..., str],
    trusted: bool = True,
    fast: bool = False,
) -> Environment:
    """An environment that can load exactly `templates` and knows the theme filters.

    A `fast` one raises some exception, perhaps a strange one, where a template meets something that is not there.
    """
    env: Environment = (Environment if trusted else _Sandbox)(loader=_Sources(templates), **_OPTIONS)
    if fast and trusted:
        env.code_generator_class = ListCode
        env.escape_text = escape_text  # type: ignore[attr-defined]
        env.included = cache(env.get_template)  # type: ignore[attr-defined]
    for name in _REMOVED_GLOBALS:
        env.globals.pop(name, None)
    for name in _REMOVED_FILTERS:
        env.filters.pop(name, None)
    if not trusted:
        for name in ("safe", "center", "indent", "wordwrap", "format"):
            env.filters.pop(name, None)
        env.filters["round"] = _round

    @pass_context
    def shown(context: Context, text: str, article: bool = False) -> object:
        return markdown(text, context.get("cdn", ""), article)

    env.filters |= {
        "markdown": shown,
        "plain": plain,
        "fill": filters.fill,
        "plural": filters.plural,
        "in_digits": filters.in_digits,
        "json": filters.script_json,
    }
    return env


def _round(number: float, precision: int = 0, method: Literal["common", "ceil", "floor"] = "common") -> float:
    """Jinja's own filter, which would compute 10 ** precision however long that takes."""
    if abs(precision) > 12:
        raise SecurityError("precision is too large")
    return do_round(number, precision, method)


@cache
def _compiler() -> Environment:
    """An environment that compiles any template of a theme as `environment` does; it renders nothing."""
    return environment({}, str, str, fast=True)


@cache
def parser() -> Environment:
    """An environment that can parse any template of ours, for finding closures; it renders nothing."""
    return environment({}, str, str)
