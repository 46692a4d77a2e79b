"""XML: texts as they stand between tags and in attributes.

The standard library's xml.sax.saxutils does the same and imports an HTTP client with it, which takes as long as looking
at a shop in which nothing has changed.
"""

from __future__ import annotations


def escaped(text: str) -> str:
    """`text` as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """`text` as the value of an attribute, with its quotation marks. Line ends and tabs stay what they are."""
    text = escaped(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "&quot;") + '"'
