"""Modules: which neighbours a theme's ES module imports, the same module with their published names, several as one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_PLAIN = re.compile(rb"""^import\s*\{([^}]*)\}\s*from\s*["']\./([\w.-]+)["'];?[ \t]*\n""", re.MULTILINE)
_NAMED = re.compile(rb"^(?:export\s+)?(?:const|let|var|class|(?:async\s+)?function\s*\*?)\s+([\w$]+)", re.MULTILINE)
_IMPORT = re.compile(rb"""((?:\bfrom|\bimport)\s*(\(?)\s*["'])\./([\w.-]+)(["'])""")


@lru_cache(maxsize=256)  # every shop of a theme asks the same of the same files
def imports(text: bytes) -> tuple[str, ...]:
    """Names of the neighbours a module needs before it runs: "cart.js" for `import {add} from "./cart.js"`."""
    return tuple(dict.fromkeys(match[3].decode() for match in _IMPORT.finditer(text) if not match[2]))


@lru_cache(maxsize=256)
def later(text: bytes) -> tuple[str, ...]:
    """Names of the neighbours a module may fetch while it runs: "view.js" for `import("./view.js")`."""
    return tuple(dict.fromkeys(match[3].decode() for match in _IMPORT.finditer(text) if match[2]))


def renamed(text: bytes, names: Mapping[str, str]) -> bytes:
    """`text` with each import that `names` knows pointing at its published name."""

    def named(match: re.Match[bytes]) -> bytes:
        name = match[3].decode()
        return match[1] + b"./" + names.get(name, name).encode() + match[4]

    return _IMPORT.sub(named, text)


def needed(name: str, texts: Mapping[str, bytes]) -> tuple[str, ...]:
    """`name` and all it imports, what is needed first before what needs it."""
    found: dict[str, None] = {}

    def walk(name: str, importers: tuple[str, ...]) -> None:
        for other in imports(texts[name]):
            if other in texts and other not in importers and other not in found:
                walk(other, (*importers, name))
        found[name] = None

    walk(name, ())
    return tuple(found)


def joined(names: Sequence[str], texts: Mapping[str, bytes]) -> bytes | None:
    """One module that does and exports what those named do, what is needed first first.

    None where they cannot be one: two give something at their top the same name, or one imports from another by
    other words than `import {a, b} from "./other.js"` on lines of its own.
    """
    parts: list[bytes] = []
    taken: set[bytes] = set()
    for name in names:

        def without(match: re.Match[bytes]) -> bytes:
            return b"" if match[2].decode() in names and b" as " not in match[1] else match[0]

        text = _PLAIN.sub(without, texts[name])
        own = _NAMED.findall(text)
        if taken.intersection(own) or any(other in names for other in imports(text)):
            return None
        taken.update(own)
        parts.append(text if text.endswith(b"\n") else text + b"\n")
    return b"".join(parts)
