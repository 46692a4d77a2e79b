"""Printable text: one line that a terminal shows and never acts upon. Tenants are untrusted, file names included."""

from __future__ import annotations

_SHOWN = {"\n": "⏎", "\t": "→"}


def printable(text: str) -> str:
    """`text` with everything that is no visible character replaced: escapes, line ends, marks of direction."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _SHOWN.get(c, "�") for c in text)
