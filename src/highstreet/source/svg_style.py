"""SVG style: the CSS of a drawing with nothing in it that could load, run or reach outside."""

from __future__ import annotations

import re

# Anything that fetches or runs, and backslashes, with which each of these can be written differently.
_REACHES_OUT = re.compile(
    r"\\|<|@|expression|javascript|vbscript|-moz-binding|behavior|(?:^|[^\w-])(?:image|image-set|src|element|cross-fade"
    r"|-webkit-image-set|attr|env|paint)\s*\(|://",
    re.IGNORECASE,
)
_URL = re.compile(r"url\s*\(", re.IGNORECASE)
_LOCAL_URL = re.compile(r"url\(\s*(?:#[\w.\-:]+|'#[\w.\-:]+'|\"#[\w.\-:]+\")\s*\)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RULE = re.compile(r"([^{};]*)\{([^{}]*)\}")
_BLOCK = re.compile(r"@(media|keyframes|supports)([^{};@\\<]*)\{((?:[^{}]*\{[^{}]*\})*\s*)\}", re.IGNORECASE)
_SELECTOR = re.compile(r"[\w\s.,#>+~*:()%\-\[\]='\"^$|]+")
_FAR = re.compile(r"\d{8}|\d[eE]\+?\d")
_NAMED = re.compile(r"#[^\s)'\";]+")  # colours, and what url() refers to
_NUMBER = re.compile(r"\d*\.?\d+(?:[eE][+-]?\d+)?")
FARTHEST = 1e7  # a number beyond this is on no screen, and renderers overflow on it
_CLASSES_ONLY = re.compile(r"\s*\.[\w\-]+(?:\s*,\s*\.[\w\-]+)*\s*")


def safe_value(text: str) -> bool:
    """Whether a presentation attribute (fill, filter, transform …) stays within the drawing."""
    return (
        not _CONTROL.search(text)
        and "\\" not in text  # the way to spell url( without writing it
        and "://" not in text
        and "javascript:" not in re.sub(r"\s", "", text).lower()
        and len(_URL.findall(text)) == len(_LOCAL_URL.findall(text))
    )


def boundless(text: str) -> bool:
    """Whether a length, place or transform is larger than anything drawn."""
    return bool(_FAR.search(text)) and any(float(found) > FARTHEST for found in _NUMBER.findall(_NAMED.sub("", text)))


def safe_style(text: str) -> str:
    """The declarations of a style attribute that stay within the drawing."""
    return ";".join(part.strip() for part in _COMMENT.sub("", text).split(";") if part.strip() and _harmless(part))


def stylesheet(text: str) -> str:
    """The rules of a <style> element that stay within the drawing.

    Only plain rules, @media, @supports and @keyframes are understood. A rule that points at something to be drawn
    (a mask, a clip path) keeps that only if its selector names classes, so that copies can be counted.
    """
    text = _COMMENT.sub("", text)
    rules: list[str] = []
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] == ";":
            at += 1
        elif text[at] == "@":
            found = _BLOCK.match(text, at)
            if found:
                inner = "".join(_plain_rules(found[3]))
                if inner and not _REACHES_OUT.search(found[2]):
                    rules.append(f"@{found[1].lower()} {found[2].strip()}{{{inner}}}")
                at = found.end()
            else:
                at = _end_of_statement(text, at)
        else:
            found = _RULE.match(text, at)
            if found is None:
                break  # what cannot be read is not kept
            rules += _plain_rules(found[0])
            at = found.end()
    return "".join(rules)


def _plain_rules(text: str) -> list[str]:
    rules = []
    for selector, body in _RULE.findall(text):
        declarations = [part.strip() for part in body.split(";") if part.strip() and _harmless(part)]
        if not _CLASSES_ONLY.fullmatch(selector):
            declarations = [part for part in declarations if not _URL.search(part)]
        if declarations and _SELECTOR.fullmatch(selector):
            rules.append(f"{selector.strip()}{{{';'.join(declarations)}}}")
    return rules


def _harmless(text: str) -> bool:
    return safe_value(text) and not boundless(text) and not _REACHES_OUT.search(text)


def _end_of_statement(text: str, at: int) -> int:
    """Where an at-rule that is not understood ends: after its ";" or its whole block, whichever comes first."""
    depth = 0
    for place in range(at, len(text)):
        if text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth <= 0:
                return place + 1
        elif text[place] == ";" and depth == 0:
            return place + 1
    return len(text)
