"""Compiled templates: what a theme's templates read and the code they become, as data that is kept between runs.

Reading and compiling the templates of a theme takes a quarter of a second, which is more than anything else that the
build of one edited price does.
"""

from __future__ import annotations

import importlib.util
import marshal
from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateSyntaxError

from highstreet.base.diagnostic import Problems
from highstreet.base.digest import Digest, of_data
from highstreet.theme import closure, environment
from highstreet.theme.codegen import Unsuited
from highstreet.theme.templates import Templates


def key(templates: Templates, code: str) -> Digest:
    """What compiled templates are good for: these sources, this Python's code objects and `code`, ours and Jinja's."""
    return of_data([templates.digest, code, importlib.util.MAGIC_NUMBER.hex()])


def compiled(templates: Templates) -> dict[str, Any]:
    """Reads and compiles every template of a theme's own; plain data by the template's name.

    A template with a mistake is left out: it is told where a page needs it.
    """
    env = environment.parser()
    found: dict[str, Any] = {}
    for name, template in templates.by_name.items():
        try:
            found[name] = (closure.reading(env, template).packed(), marshal.dumps(environment.code(template)))
        except (Problems, TemplateSyntaxError, SyntaxError, RecursionError, Unsuited):
            continue
    return found


def take(templates: Templates, kept: Mapping[str, Any]) -> None:
    """Lets pages be planned and rendered by `kept`, the compiled form of just these templates."""
    for name, (reading, code) in kept.items():
        template = templates.by_name[name]
        closure.remember(template, reading)
        environment.remember(template, marshal.loads(code))
