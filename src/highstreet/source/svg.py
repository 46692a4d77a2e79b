"""SVG: a tenant's drawing with nothing active left in it, and the size it asks for.

Three lines of defence, each enough against the known attacks: the drawing is rebuilt from an allowlist of elements
and attributes (`svg_tree.py`), then filtered by the svg-hush library, then rebuilt and searched once more.
svg-hush alone was not taken for three reasons: it indents by depth, so 300 KB of nested groups make it write
gigabytes; it rewrites foreign URLs to paths of our own host instead of dropping them; it leaves `@import` in pieces.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from highstreet.source.image import ImageProblem
from highstreet.source.svg_tree import Node, parse, write

MAX_BYTES = 2_000_000
MAX_LENGTH = 100_000.0  # pixels a drawing may ask for; it is scalable, so only the ratio matters

_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|em|)\s*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_TEXT = re.compile(rb">[^<]*<")
_ACTIVE = re.compile(
    rb"<\s*(?:script|foreignobject|handler|listener|iframe|embed|object|audio|video|animate|set|a)\b"
    rb"|<!|<\?|\son[a-z]+=|(?:java|vb)script\s*:|href=['\"](?!#|data:image/(?:png|jpe?g|gif|webp);base64,)"
    rb"|@import|expression\(|url\(\s*['\"]?(?!#|&quot;#)[^)]",
    re.IGNORECASE,
)


class SvgInfo(NamedTuple):
    """The size a drawing asks for, in CSS pixels, and whether it holds text set in some font."""

    width: int
    height: int
    has_text: bool  # its look then depends on the fonts of whoever views it


def svg_info(data: bytes) -> SvgInfo:
    """The intrinsic size of a drawing: its width and height, else those of its viewBox.

    Raises: ImageProblem where `sanitise` would, and for a drawing that states neither.
    """
    root = _checked(data)
    return SvgInfo(*_size(root), has_text=any(node.name == "text" for node in root.walk()))


def sanitise(data: bytes) -> bytes:
    """The drawing without scripts, handlers, links, foreign content, foreign URLs, entities and animation.

    Guarantees: UTF-8; same bytes for the same drawing; a viewBox, so that it scales; doing it twice changes nothing.
    Raises:     ImageProblem for what is no drawing, too large, too deep, or multiplies itself when drawn.
    """
    import py_svg_hush

    root = _checked(data)
    width, height = _size(root)
    root.attributes.setdefault("viewBox", f"0 0 {width} {height}")
    root.attributes.setdefault("width", str(width))
    root.attributes.setdefault("height", str(height))
    try:
        hushed = py_svg_hush.filter_svg(write(root), {"image": ["png", "jpeg", "gif", "webp"]})
    except ValueError as error:
        raise _not_a_drawing("XML that the SVG filter refuses") from error
    root = parse(hushed)
    clean = write(root)
    styles = "".join(str(child) for node in root.walk() if node.name == "style" for child in node.children)
    suspects = _TEXT.sub(b"><", clean) + styles.encode()  # what a title or a label says harms nobody
    if _ACTIVE.search(suspects):
        raise ImageProblem(
            "drawing holds active content that could not be taken out",
            "a script, link or foreign address",
            "shapes, gradients and text only",
            "export it again as plain SVG, without links and scripts",
        )
    return clean


def _checked(data: bytes) -> Node:
    if len(data) > MAX_BYTES:
        raise ImageProblem(
            "drawing is too large",
            f"{len(data) / 1e6:.1f} MB",
            f"at most {MAX_BYTES // 1_000_000} MB",
            "simplify its paths, or supply the picture as PNG",
        )
    if data.startswith(b"\x1f\x8b"):
        raise ImageProblem("drawing is compressed", "an SVGZ file", "plain SVG text", "unpack it with gunzip")
    return parse(data)


def _size(root: Node) -> tuple[int, int]:
    box = [float(number) for number in _NUMBER.findall(root.attributes.get("viewBox", ""))]
    has_box = len(box) == 4 and all(map(math.isfinite, box)) and box[2] > 0 and box[3] > 0
    width, height = _length(root, "width"), _length(root, "height")
    if has_box:
        ratio = box[3] / box[2]
        if width is None and height is None:
            width, height = box[2], box[3]
        elif width is None and height is not None:
            width = height / ratio
        elif height is None and width is not None:
            height = width * ratio
    if width is None or height is None:
        raise ImageProblem(
            "drawing states no size",
            "neither width and height nor a viewBox",
            'a viewBox such as viewBox="0 0 120 40"',
            "export it again with “responsive” or “viewBox” switched on",
        )
    if not (0 < width <= MAX_LENGTH and 0 < height <= MAX_LENGTH):
        raise ImageProblem(
            "drawing has an impossible size",
            f"{width:g} × {height:g}",
            f"more than 0 and at most {MAX_LENGTH:g} pixels",
            "export it again at its natural size",
        )
    return max(1, round(width)), max(1, round(height))


def _length(root: Node, name: str) -> float | None:
    """A length in CSS pixels; None when absent or relative to the page (100%)."""
    found = _LENGTH.fullmatch(root.attributes.get(name, ""))
    return float(found[1]) * _UNITS[found[2]] if found else None


def _not_a_drawing(found: str) -> ImageProblem:
    return ImageProblem("file is not an SVG drawing", found, "an SVG file", "export the drawing again as SVG")
