"""Quick checks: whether data has its shape, in plain Python and without importing Pydantic.

Importing Pydantic and the shapes costs 160 ms, which is most of a build after one edit. This says yes only where
Pydantic says yes; anything else is Pydantic's to judge and to explain. The shapes are read from shapes.json, which
`python -m highstreet.model.compile_shapes` writes and a test compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from highstreet.model import addresses, flaws, references

FILE = Path(__file__).with_name("shapes.json")
Test = Callable[[Any], bool]
_seen = [0]
_MODULES = {"flaws": flaws, "addresses": addresses, "references": references}


def fits(kind: str, data: object) -> bool:
    """Whether `data` is surely a valid file of `kind`. False means only that Pydantic has to look."""
    _seen[0] += 1
    return _test(kind)(data)


def checked() -> int:
    """How many files this process has looked at: a process that goes on and on is better off with Pydantic."""
    return _seen[0]


@cache
def _shapes() -> dict[str, Any]:
    shapes: dict[str, Any] = json.loads(FILE.read_bytes())
    return shapes


@cache
def _test(kind: str) -> Test:
    written = _shapes()[kind]
    named: dict[str, Test] = {}
    # A shape may hold itself, as menus do, so names are looked up when they are met.
    named.update({name: _compiled(node, named) for name, node in written["names"].items()})
    return _compiled(written["root"], named)


def _compiled(node: list[Any], named: dict[str, Test]) -> Test:
    kind, *rest = node
    makers: dict[str, Callable[..., Test]] = {"map": _map, "list": _list, "dict": _dict, "or": _or, "null": _null}
    if kind in makers:
        return makers[kind](*rest, named)
    if kind == "str":
        return _str(*rest)
    if kind == "in":
        words = frozenset(rest[0])
        return lambda value: isinstance(value, str) and value in words
    if kind == "name":
        return lambda value: named[rest[0]](value)
    return lambda value: True


def _str(longest: int | None, pattern: str | None, check: str | None) -> Test:
    most = longest if longest is not None else 1 << 62
    # Rust's $ is the very end of the text, Python's is not.
    search = re.compile(pattern.replace("$", r"\Z")).search if pattern else None
    flaw = getattr(_MODULES[check.partition(".")[0]], check.partition(".")[2]) if check else None

    def test(value: Any) -> bool:
        return (
            value.__class__ is str
            and len(value) <= most
            and (search is None or search(value) is not None)
            and (flaw is None or flaw(value) is None)
        )

    return test


def _null(inner: list[Any], named: dict[str, Test]) -> Test:
    test = _compiled(inner, named)
    return lambda value: value is None or test(value)


def _or(choices: list[list[Any]], named: dict[str, Test]) -> Test:
    tests = [_compiled(choice, named) for choice in choices]
    return lambda value: any(test(value) for test in tests)


def _list(inner: list[Any], least: int | None, most: int | None, named: dict[str, Test]) -> Test:
    test = _compiled(inner, named)
    low, high = least or 0, most if most is not None else 1 << 62
    return lambda value: value.__class__ is list and low <= len(value) <= high and all(test(item) for item in value)


def _dict(key: list[Any], inner: list[Any], named: dict[str, Test]) -> Test:
    key_test, test = _compiled(key, named), _compiled(inner, named)
    return lambda value: value.__class__ is dict and all(key_test(k) and test(v) for k, v in value.items())


def _map(fields: dict[str, tuple[bool, list[Any]]], named: dict[str, Test]) -> Test:
    tests = {name: _compiled(inner, named) for name, (_, inner) in fields.items()}
    required = frozenset(name for name, (must, _) in fields.items() if must)

    def test(value: Any) -> bool:
        if value.__class__ is not dict or not required <= value.keys():
            return False
        return all(name in tests and tests[name](inner) for name, inner in value.items())

    return test
