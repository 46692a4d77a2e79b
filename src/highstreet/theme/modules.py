"""Modules: which neighbours a theme's ES module imports, and the same module with their published names."""

from __future__ import annotations

import re
from collections.abc import Mapping

_IMPORT = re.compile(rb"""((?:\bfrom|\bimport)\s*\(?\s*["'])\./([\w.-]+)(["'])""")


def imports(text: bytes) -> tuple[str, ...]:
    """Names of the neighbours imported: "cart.js" for `import {add} from "./cart.js"`."""
    return tuple(dict.fromkeys(match[2].decode() for match in _IMPORT.finditer(text)))


def renamed(text: bytes, names: Mapping[str, str]) -> bytes:
    """`text` with each import that `names` knows pointing at its published name."""

    def named(match: re.Match[bytes]) -> bytes:
        name = match[2].decode()
        return match[1] + b"./" + names.get(name, name).encode() + match[3]

    return _IMPORT.sub(named, text)
