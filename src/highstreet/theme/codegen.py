"""Code generation: templates as Python that fills one list, for templates of the theme's own.

Jinja's generator makes functions that hand each piece of a page through every template it is extended or included by,
ask the environment for each attribute, and wrap each escaped text in an object. What is generated here appends pieces
to a list, reads attributes directly and escapes plain strings to plain strings: the same bytes in half of the time.

It is for values that are there. Whatever is not (a field that is missing, a dict read with a dot) raises an exception,
and the page is rendered again by Jinja's own code, which knows what to make of it and tells errors in its own words.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import escape

try:
    from markupsafe._speedups import _escape_inner as _escape  # str → str, the same object if nothing is to escape
except ImportError:  # another release, or none of its compiled code

    def _escape(text: str, /) -> str:
        return str(escape(text))


escape_text = _escape

_PARENT = "yield from parent_template.root_render_func(context)"


class Unsuited(Exception):
    """A template says something that only Jinja's own generator makes code for."""


class ListCode(CodeGenerator):
    """Makes `root` and block functions that return a list of strings instead of yielding them."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        extends = list(node.find_all(nodes.Extends))
        if len(extends) > 1 or any(one not in node.body for one in extends):
            raise Unsuited
        self._extending = bool(extends)
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        self.writeline("resolve = context.resolve_or_missing")
        self.writeline("undefined = environment.undefined")
        self.writeline("concat = environment.concat")
        self.writeline("cond_expr_undefined = Undefined")
        self.writeline("escape_text = environment.escape_text")
        self.writeline("out = []")

    def enter_frame(self, frame: Frame) -> None:
        if _is_function(frame):
            frame.buffer = "out"
        super().enter_frame(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        super().leave_frame(frame, with_python_scope)
        if _is_function(frame) and not (frame.toplevel and self._extending):
            self.writeline("return out")

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        super().writeline("return parent_template.root_render_func(context)" if x == _PARENT else x, node, extra)

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        if frame.toplevel and self.has_known_extends:
            return
        if node.required:
            raise Unsuited
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        self.writeline(f"{frame.buffer}.extend(context.blocks[{node.name!r}][0]({context}))", node)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        if node.ignore_missing or not node.with_context or not isinstance(node.template, nodes.Const):
            raise Unsuited
        self.writeline(f"template = environment.included({node.template.value!r})", node)
        self.writeline(
            f"{frame.buffer}.extend(template.root_render_func(template.new_context("
            f"context.get_all(), True, {self.dump_local_context(frame)})))"
        )

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if iskeyword(node.attr):  # t.card.from
            self.write("getattr(")
            self._object(node.node, frame)
            self.write(f", {node.attr!r})")
        else:
            self._object(node.node, frame)
            self.write(f".{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        self._object(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def _object(self, node: nodes.Expr, frame: Frame) -> None:
        """Something to read a part of. Jinja's mark for a name that is not there has no parts: it raises."""
        if isinstance(node, nodes.Name):
            self.write(frame.symbols.ref(node.name))
            return
        self.write("(")
        self.visit(node, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            raise Unsuited
        self.write("(escape_text(text) if (text := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(
            ").__class__ is str else text if text.__class__ is Markup"
            " else str(text) if text.__class__ is int else escape(text))"
        )


def _is_function(frame: Frame) -> bool:
    return frame.parent is None and (frame.toplevel or frame.block_frame)
