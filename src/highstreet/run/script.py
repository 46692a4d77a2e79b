"""Scripts: an ES module whose imports of its neighbours name the files they were published as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from highstreet.theme.modules import renamed

VERSION = 2
TOOLS: tuple[str, ...] = ()


def run(inputs: Mapping[str, object]) -> bytes:
    """`original` without its remarks, every import that `imports` knows pointing at its published name."""
    return renamed(_bare(cast(bytes, inputs["original"])), cast(Mapping[str, str], inputs["imports"]))


def _bare(text: bytes) -> bytes:
    """`text` without lines that are a remark and without indentation, which shoppers would pay for.

    A text over several lines, between backticks, could hold lines that look like remarks: such a module stays as it is.
    """
    lines = text.splitlines()
    if any(line.count(b"`") % 2 for line in lines):
        return text
    bare = (line.strip() for line in lines)
    return b"\n".join(line for line in bare if line and (b"*/" in line or not line.startswith(b"//"))) + b"\n"
