"""Modules: which neighbours a theme's ES module imports, and the same module with their published names."""

from __future__ import annotations

import re
from collections.abc import Mapping

_IMPORT = re.compile(rb"""((?:\bfrom|\bimport)\s*(\(?)\s*["'])\./([\w.-]+)(["'])""")


def imports(text: bytes) -> tuple[str, ...]:
    """Names of the neighbours a module needs before it runs: "cart.js" for `import {add} from "./cart.js"`."""
    return tuple(dict.fromkeys(match[3].decode() for match in _IMPORT.finditer(text) if not match[2]))


def later(text: bytes) -> tuple[str, ...]:
    """Names of the neighbours a module may fetch while it runs: "view.js" for `import("./view.js")`."""
    return tuple(dict.fromkeys(match[3].decode() for match in _IMPORT.finditer(text) if match[2]))


def renamed(text: bytes, names: Mapping[str, str]) -> bytes:
    """`text` with each import that `names` knows pointing at its published name."""

    def named(match: re.Match[bytes]) -> bytes:
        name = match[3].decode()
        return match[1] + b"./" + names.get(name, name).encode() + match[4]

    return _IMPORT.sub(named, text)
