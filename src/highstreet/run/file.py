"""Files: a theme's or tenant's file as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

VERSION = 1
TOOLS: tuple[str, ...] = ()


def run(inputs: Mapping[str, object]) -> bytes:
    """The bytes of `original`."""
    return cast(bytes, inputs["original"])
