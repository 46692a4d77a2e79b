"""Closures: everything a template can read, found before rendering it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from highstreet.base.diagnostic import Diagnostic, Problems, Report, did_you_mean
from highstreet.base.digest import Value, value
from highstreet.base.span import Span
from highstreet.theme import environment
from highstreet.theme.templates import Template, Templates

# Roots whose single fields become inputs, with how many names deep a field lies: shop.name, t.cart.add. A chain that
# ends earlier (`t.cart` handed to a loop) stands for everything below it.
TRACKED = dict.fromkeys(
    ("shop", "settings", "page", "product", "card", "collection", "listing", "text", "post", "journal"), 1
) | {"t": 2, "section": 3}
WHOLE: frozenset[tuple[str, ...]] = frozenset({()})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Closure:
    """What rendering `root` can touch. `templates` are all sources it can reach, ready to be handed to the runner."""

    root: str
    templates: Value[tuple[Template, ...]]
    reads: Mapping[str, frozenset[tuple[str, ...]]]  # tracked root → fields; {()} means all of it
    names: frozenset[str]  # free names: the context variables it may use
    assets: frozenset[str]  # names given to asset()
    trusted: bool


def closure(templates: Templates, root: str, env: Environment) -> Closure:
    """The closure of `root`. Raises Problems for a syntax error, an unknown template or a computed name."""
    known = templates.closures.get(root)
    if known is None:
        known = templates.closures[root] = _closure(templates, root, env)
    assert isinstance(known, Closure)
    return known


def readable(templates: Templates, env: Environment, report: Report) -> bool:
    """Whether every override can be parsed and names templates there are; what is wrong goes to `report`, all of it."""
    good = True
    for name, template in templates.by_name.items():
        if not template.trusted:
            try:
                closure(templates, name, env)
                _escapes(template, env)
            except Problems as problems:
                report.extend(d for d in problems.diagnostics if d not in report.diagnostics)
                good = False
    return good


def _escapes(template: Template, env: Environment) -> None:
    """Raises Problems where a tenant's template would show texts without escaping them."""
    for node in _parse(env, template).find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        raise _problem(
            "HS407",
            template,
            node.lineno,
            "escaping of texts cannot be switched",
            "autoescape",
            "texts escaped as they are everywhere",
            "remove the tag; | markdown shows a text with its markup, without what could do harm",
        )


def _names(templates: Templates, template: Template, seen: _Reading) -> tuple[str, ...]:
    """The templates `template` refers to. Raises Problems for a computed name, or one that does not exist."""
    found = []
    for line, other in seen.referenced:
        if other is None:
            raise _problem(
                "HS402",
                template,
                line,
                "template name is computed",
                "an expression",
                "a literal name",
                'write the name as text, such as {% include "snippets/card.html" %}',
            )
        if other not in templates.by_name:
            raise _problem(
                "HS403",
                template,
                line,
                "no such template",
                other,
                "a template of the theme",
                did_you_mean(other, templates.by_name),
            )
        found.append(other)
    return tuple(found)


def _closure(templates: Templates, root: str, env: Environment) -> Closure:
    reached: dict[str, Template] = {}
    reads: dict[str, set[tuple[str, ...]]] = {}
    names: set[str] = set()
    assets: set[str] = set()
    waiting = [(root, 0)]
    while waiting:
        name, depth = waiting.pop()
        if name in reached:
            continue
        template = templates.by_name[name]
        reached[name] = template
        seen = reading(env, template)
        for other in _names(templates, template, seen):
            if depth > _DEEPEST:
                raise _problem(
                    "HS404",
                    template,
                    1,
                    "templates include each other too deeply",
                    other,
                    f"at most {_DEEPEST} levels",
                    "remove the cycle",
                )
            waiting.append((other, depth + 1))
        names |= seen.names
        assets |= seen.assets
        for key, fields in seen.fields.items():
            reads.setdefault(key, set()).update(fields)
    sources = tuple(reached[name] for name in sorted(reached))
    frozen = {key: WHOLE if () in fields else frozenset(fields) for key, fields in reads.items()}
    return Closure(root, value(sources), frozen, frozenset(names), frozenset(assets), all(t.trusted for t in sources))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one template alone refers to and reads."""

    referenced: tuple[tuple[int, str | None], ...]  # (line, name), None for a computed one
    names: frozenset[str]
    assets: frozenset[str]
    fields: Mapping[str, frozenset[tuple[str, ...]]]

    def packed(self) -> tuple[object, ...]:
        """As plain data, in one order."""
        fields = {root: sorted(found) for root, found in sorted(self.fields.items())}
        return self.referenced, sorted(self.names), sorted(self.assets), fields


def remember(template: Template, packed: Any) -> None:
    """Takes `packed` for what `template` reads."""
    referenced, names, assets, fields = packed
    _readings[template.source] = _Reading(
        tuple(referenced),
        frozenset(names),
        frozenset(assets),
        {root: frozenset(tuple(way) for way in found) for root, found in fields.items()},
    )


# By source: the same text reads the same, whoever's template it is. Parsing is most of what planning a shop costs.
_readings: dict[str, _Reading] = {}
_MOST_READINGS = 2_000


def reading(env: Environment, template: Template) -> _Reading:
    """What `template` alone reads. Raises Problems for a syntax error."""
    known = _readings.get(template.source)
    if known is None:
        tree = _parse(env, template)
        visitor = _Reads()
        try:
            visitor.visit_template(tree)
            referenced = tuple(_referenced(tree))
        except RecursionError as error:  # a row of a thousand filters is parsed without, and read with recursion
            raise _too_deep(template) from error
        fields = {root: frozenset(found) for root, found in visitor.fields.items()}
        known = _Reading(referenced, frozenset(visitor.names), frozenset(visitor.assets), fields)
        if len(_readings) >= _MOST_READINGS:
            _readings.clear()
        _readings[template.source] = known
    return known


def _parse(env: Environment, template: Template) -> nodes.Template:
    try:
        return environment.tree(template)
    except TemplateSyntaxError as error:
        raise _problem(
            "HS405",
            template,
            error.lineno,
            "template cannot be parsed",
            error.message or "a syntax error",
            "Jinja template syntax",
            "mend the line shown",
        ) from error
    except RecursionError as error:
        raise _too_deep(template) from error


def _too_deep(template: Template) -> Problems:
    words = ("expressions nested too deeply", "simple expressions", "simplify it")
    return _problem("HS405", template, 1, "template cannot be parsed", *words)


def _referenced(tree: nodes.Template) -> list[tuple[int, str | None]]:
    found: list[tuple[int, str | None]] = []
    for node in tree.find_all((nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)):
        named = node.template  # type: ignore[attr-defined]
        if isinstance(named, nodes.Const) and isinstance(named.value, str):
            found.append((node.lineno, named.value))
        elif isinstance(named, nodes.Const) and isinstance(named.value, (tuple, list)):
            found.extend((node.lineno, name if isinstance(name, str) else None) for name in named.value)
        elif isinstance(named, (nodes.Tuple, nodes.List)):
            found.extend((node.lineno, item.value if isinstance(item, nodes.Const) else None) for item in named.items)
        else:
            found.append((node.lineno, None))
    return found


def problem_line(template: Template, line: int) -> Span:
    """The place of a line of a template, with its text for the code frame."""
    lines = template.source.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    return Span(template.origin, line, column, max(1, len(text.strip())), text)


def _problem(code: str, template: Template, line: int, message: str, found: str, expected: str, fix: str) -> Problems:
    return Problems([Diagnostic(code, problem_line(template, line), message, found, expected, fix)])


_SHARING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)  # what may hand variables on


class _Reads:
    """Collects free names, chains below tracked roots and the constants given to asset()."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.assets: set[str] = set()
        self.fields: dict[str, set[tuple[str, ...]]] = {}
        self._aliases: dict[str, tuple[str, tuple[str, ...]]] = {}

    def visit_template(self, tree: nodes.Template) -> None:
        """All of one template. `{% set s = section.settings %}` makes `s.heading` a read of section.settings.heading,
        as long as nothing else in the template is called `s` and no other template can see it."""
        if any(isinstance(node, nodes.Extends) or node.with_context for node in tree.find_all(_SHARING)):  # type: ignore[attr-defined]
            self.visit(tree)
            return
        stored = [node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")]
        for node in tree.find_all(nodes.Assign):
            chain = _chain(node.node)
            target = node.target
            if isinstance(target, nodes.Name) and chain and chain[0] in TRACKED and stored.count(target.name) == 1:
                self._aliases[target.name] = chain
        self.visit(tree)

    def visit(self, node: nodes.Node) -> None:
        chain = _chain(node)
        if chain is not None:
            root, fields = chain
            self.names.add(root)
            if root in self._aliases:
                root, fields = self._aliases[root][0], self._aliases[root][1] + fields
            depth = TRACKED.get(root)
            if depth is not None:
                self.fields.setdefault(root, set()).add(fields[:depth])
            return
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name) and node.target.name in self._aliases:
            self.names.add(self._aliases[node.target.name][0])
            return
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "asset":
            self.names.add("asset")
            if len(node.args) == 1 and isinstance(node.args[0], nodes.Const):
                self.assets.add(str(node.args[0].value))
            return
        for child in node.iter_child_nodes():
            self.visit(child)


def _chain(node: Any) -> tuple[str, tuple[str, ...]] | None:
    """("t", ("cart", "add")) for `t.cart.add`; None when the node is not a plain chain from a name."""
    fields: list[str] = []
    while True:
        if isinstance(node, nodes.Getattr):
            fields.append(node.attr)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            fields.append(node.arg.value)
        elif isinstance(node, nodes.Name) and node.ctx == "load":
            return node.name, tuple(reversed(fields))
        else:
            return None
        node = node.node
