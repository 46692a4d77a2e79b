"""Scripts: an ES module whose imports of its neighbours name the files they were published as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from highstreet.theme.modules import renamed

VERSION = 1
TOOLS: tuple[str, ...] = ()


def run(inputs: Mapping[str, object]) -> bytes:
    """`original` with every import that `imports` knows pointing at its published name."""
    return renamed(cast(bytes, inputs["original"]), cast(Mapping[str, str], inputs["imports"]))
