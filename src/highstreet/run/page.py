"""Pages: a closure of templates and a context of views, as HTML."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from markupsafe import Markup

from highstreet.action.limits import OverLimit, limited
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.run import markdown, markup, structured

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import Template as Compiled

    from highstreet.theme.templates import Template

VERSION = 1
TOOLS = ("jinja2", "markdown", "nh3", "markupsafe")
LARGEST_UNTRUSTED = 4 * 1024 * 1024

# Compiled templates by the digest of their closure: the same sources always give the same code.
_compiled: OrderedDict[tuple[str, str, bool], Compiled] = OrderedDict()
_MOST_COMPILED = 256


def run(inputs: Mapping[str, object]) -> bytes:
    """HTML of template `root` among `templates`; every other input is a context variable under its own name.

    Fragments arrive as bytes and are inserted as they are. `structured` names a builder of run/structured.py that
    turns the page's views into the `jsonld` variable. Raises Problems that name the template's line.
    """
    context: dict[str, Any] = {}
    templates: tuple[Template, ...] = ()
    root = digest = ""
    for name, given in inputs.items():
        if name == "templates":
            templates = given  # type: ignore[assignment]
        elif name == "root":
            root, digest = given  # type: ignore[misc]
        elif isinstance(given, bytes):
            context[name] = _markup(given)
        elif isinstance(given, tuple) and given and isinstance(given[0], bytes):
            context[name] = tuple([_markup(part) for part in given])
        else:
            context[name] = given
    if "structured" in context:
        context["jsonld"] = structured.jsonld(context)
        del context["structured"]
    assets: Mapping[str, str] = context.pop("assets", {})
    cdn = context.setdefault("cdn", "")
    context["asset"] = assets.__getitem__
    if all(template.trusted for template in templates):
        return _render_trusted(root, digest, templates, context).encode()
    try:
        with limited():  # compiling too: Jinja computes constant expressions while it compiles
            made = _render_untrusted(_template(root, digest, templates), context)
            found = markup.active(made, cdn)
    except (OverLimit, Exception) as error:
        raise _problem(error, templates) from error
    if found:
        raise _active(found, templates)
    return made.encode()


@lru_cache(maxsize=4096)  # a card stands on a dozen pages
def _markup(fragment: bytes) -> Markup:
    return Markup(fragment.decode())


def _render_trusted(root: str, digest: str, templates: tuple[Template, ...], context: dict[str, Any]) -> str:
    """By the fast code; by Jinja's own where that stops, which makes of it what Jinja would, or says what is wrong."""
    try:
        compiled = _template(root, digest, templates, fast=True)
        return "".join(compiled.root_render_func(compiled.new_context(context)))
    except Exception:
        pass  # whatever it was, it comes again below
    try:
        return _template(root, digest, templates).render(context)
    except Exception as error:
        raise _problem(error, templates) from error


def _template(root: str, digest: str, templates: tuple[Template, ...], fast: bool = False) -> Compiled:
    known = _compiled.get((root, digest, fast))
    if known is None:
        known = _compiled[(root, digest, fast)] = _environment(templates, fast).get_template(root)
        if len(_compiled) > _MOST_COMPILED:
            _compiled.popitem(last=False)
    return known


def _environment(templates: tuple[Template, ...], fast: bool) -> Environment:
    from highstreet.theme.environment import environment

    trusted = all(t.trusted for t in templates)
    return environment({t.name: t for t in templates}, markdown.html, markdown.plain, trusted, fast)


def _render_untrusted(compiled: Compiled, context: dict[str, Any]) -> str:
    parts: list[str] = []
    size = 0
    stream = cast("Generator[str, None, None]", compiled.generate(context))
    for part in stream:
        size += len(part)
        if size > LARGEST_UNTRUSTED:  # thrown where the template writes, so that its line is told
            stream.throw(OverLimit("output", f"{LARGEST_UNTRUSTED // 2**20} MB"))
        parts.append(part)
    return "".join(parts)


def _active(found: str, templates: tuple[Template, ...]) -> Problems:
    """What a tenant's template wrote that browsers would act upon, at the line that begins most like it."""
    from highstreet.theme.closure import problem_line

    own = [template for template in templates if not template.trusted]
    length, line, template = max(
        ((length, -number, template) for template in own for length, number in _likeness(found, template.source)),
        default=(0, -1, own[0]),
        key=lambda row: row[:2],
    )
    return Problems(
        [
            Diagnostic(
                "HS423",
                problem_line(template, -line if length else 1),
                "template writes what browsers would run, fetch from elsewhere or read in two ways",
                found,
                "well-formed HTML without scripts, event handlers, style attributes, frames and foreign addresses",
                "remove it; scripts and styles of a shop come from its theme, pictures from assets/ or images.cdn",
            )
        ]
    )


def _likeness(found: str, source: str) -> Iterator[tuple[int, int]]:
    """For each line, how much of `found` stands in it from its beginning; expressions hide the rest."""
    for number, line in enumerate(source.splitlines(), 1):
        length = next((n for n in range(len(found), 1, -1) if found[:n] in line), 0)
        if length:
            yield length, number


def _problem(error: BaseException, templates: tuple[Template, ...]) -> Problems:
    """`error` at the template line it came from; the innermost frame in one of our templates says which."""
    from highstreet.theme.closure import problem_line

    by_name = {template.name: template for template in templates}
    place, trace = None, error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in by_name:
            # Jinja has rewritten the lines of ordinary exceptions; those of its compiled code are left when time is up.
            compiled = trace.tb_frame.f_globals.get("__jinja_template__")
            line = compiled.get_corresponding_lineno(trace.tb_lineno) if compiled is not None else trace.tb_lineno
            place = (by_name[name], line)
        trace = trace.tb_next
    template, line = place or (next(iter(by_name.values())), 1)
    overran = isinstance(error, OverLimit)
    return Problems(
        [
            Diagnostic(
                "HS422" if overran else "HS421",
                problem_line(template, line),
                "template takes too much" if overran else "template failed",
                str(error)[:300] or type(error).__name__,
                "a template within its limits"
                if overran
                else "a template that renders with the values of docs/theme.md",
                "make loops and texts smaller" if overran else "mend the line shown",
            )
        ]
    )
