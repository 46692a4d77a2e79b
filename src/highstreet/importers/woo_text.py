"""Texts as WordPress keeps them: lists with escaped commas, newlines spelled out, shortcodes between the words."""

from __future__ import annotations

import re

_SHORTCODES = (
    "caption",
    "gallery",
    "video",
    "audio",
    "embed",
    "playlist",
    "products",
    "product",
    "add_to_cart",
    "contact-form",
    "vc_",
    "et_pb_",
    "fusion_",
    "av_",
    "elementor-",
    "wpforms",
    "ux_",
    "row",
    "col",
)
_SHORTCODE = re.compile(r"\[(/?)([a-zA-Z][\w-]*)([^\[\]]*)\]")
_BLOCK = re.compile(r"<(?:address|blockquote|div|dl|figure|h[1-6]|hr|ol|p|pre|section|table|ul)\b", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\\),")


def listed(text: str) -> list[str]:
    """The items of "Red, Blue\\, dark"."""
    return [part.replace("\\,", ",").strip() for part in _COMMA.split(text) if part.strip()]


def unescaped(text: str) -> str:
    """Text without the apostrophe that WooCommerce puts before what a spreadsheet would take for a formula."""
    return text[1:] if re.match(r"'[=+\-@\t\r]", text) else text


def prose(text: str) -> tuple[str, list[str]]:
    """A description with paragraphs as HTML, and the shortcodes that were dropped from it."""
    dropped: list[str] = []

    def shortcode(match: re.Match[str]) -> str:
        closing, name, rest = match.groups()
        if not (name.lower().startswith(_SHORTCODES) and (rest == "" or rest[0] in " /")) and "=" not in rest:
            return match[0]
        if not closing:
            dropped.append(f"[{name}]")
        return ""

    text = _SHORTCODE.sub(shortcode, text.replace("\\r", "").replace("\\n", "\n"))
    if "<" not in text:
        return text, dropped
    # WordPress shows blank lines as paragraphs and single ones as breaks, except around blocks (its "wpautop").
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n".join(part if _BLOCK.search(part) else f"<p>{part}</p>".replace("\n", "<br>") for part in parts), dropped
