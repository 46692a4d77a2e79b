"""Drawings: an SVG without anything active in it, as pixels."""

from __future__ import annotations

import re
from functools import partial

from highstreet.action.apart import Fell, apart
from highstreet.action.limits import DRAWINGS, OverLimit
from highstreet.source.image import ImageProblem

_PLAIN = 20_000  # bytes; less than this of shapes alone is drawn in a blink
# What repeats, is drawn aside or is cut in pieces. A pattern's tile may be larger than memory, and a chain of copies
# longer than the stack, which end the process.
_DEAR = re.compile(rb"<(?:use|pattern|mask|clipPath|filter|marker|image|symbol|style)|<svg.*<svg|dash", re.DOTALL)
_MOST_SECONDS = 2.0
_MOST_MEMORY = 300 * 1024 * 1024


def rendered(drawing: bytes, width: int, height: int) -> bytes:
    """A sanitised SVG as a PNG that fits `width` × `height`. No system fonts: those differ between machines.

    Raises ImageProblem when it cannot be rendered, or takes more than 2 s or 300 MB.
    """
    if len(drawing) <= _PLAIN and not _DEAR.search(drawing):
        return _png(drawing, width, height)
    try:
        return apart(partial(_png, drawing, width, height), _MOST_SECONDS, _MOST_MEMORY, DRAWINGS)
    except OverLimit as over:
        raise _problem(f"drawing it takes more than {over.limit} of {over.what}") from over
    except Fell as fell:
        raise _problem(str(fell) or "it makes the renderer fail, or take all memory") from fell


def _png(drawing: bytes, width: int, height: int) -> bytes:
    import resvg_py

    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=drawing.decode("utf-8"),
                width=width,
                height=height,
                skip_system_fonts=True,
                log_information=False,
            )
        )
    except BaseException as error:
        # A panic of the library's is no Exception, and its class cannot be imported.
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        raise _problem(str(error)) from error


def _problem(found: str) -> ImageProblem:
    return ImageProblem(
        "the drawing cannot be rendered",
        found[:120],
        "an SVG that browsers show",
        "simplify it in a drawing program, or supply it as PNG",
    )
