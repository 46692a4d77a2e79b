"""Vector runner: a drawing of a tenant with everything active taken out.

Inputs: original (bytes).
"""

from __future__ import annotations

from collections.abc import Mapping

from highstreet.source.svg import sanitise

VERSION = 1
TOOLS: tuple[str, ...] = ("py-svg-hush",)


def run(inputs: Mapping[str, object]) -> bytes:
    """The clean drawing. Raises: ImageProblem."""
    original = inputs["original"]
    assert isinstance(original, bytes)
    return sanitise(original)
