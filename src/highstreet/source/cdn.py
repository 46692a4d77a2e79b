"""CDN: addresses of pictures that a service elsewhere keeps and scales, from the tenant's pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, urlsplit

FIELDS = frozenset({"stem", "name", "width", "height", "format"})

# As CDNs spell them; the other names are their own file extension.
_EXTENSION = {"jpeg": "jpg"}
_FIELD = re.compile(r"\{([a-z]+)\}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
_UNSAFE = re.compile(r"[\0-\x20\x7f\"'<>\\^`|]|\s")


@lru_cache(maxsize=256)  # asked for every address, of one pattern for each shop
def cdn_flaw(pattern: str) -> str | None:
    """What is wrong with a pattern, in words for its owner; None for one that `cdn_url` takes.

    Fields are plain names in braces. They are replaced, never formatted, so {width.__class__} or {width:>999999}
    mean nothing, and are refused.
    """
    rest = _FIELD.sub("", pattern)
    unknown = sorted(set(_FIELD.findall(pattern)) - FIELDS)
    if unknown:
        return f"{{{unknown[0]}}} is no field; use {', '.join(f'{{{name}}}' for name in sorted(FIELDS))}"
    if "{" in rest or "}" in rest:
        return "a brace is not part of a plain field such as {width}"
    found = _UNSAFE.search(rest)
    if found:
        return f"the character {found[0]!r} cannot stand in an address"
    if not pattern.startswith("https://"):
        return "it must start with https://"
    host = pattern.removeprefix("https://").partition("/")[0].partition("?")[0].partition("#")[0]
    if "{" in host or "@" in host or not _host(host):
        return "the host must be written out, as in https://cdn.example/{stem}-{width}.{format}"
    if not {"stem", "name"} & set(_FIELD.findall(pattern)):
        return "it must contain {stem} or {name}, so that pictures differ"
    return None


def cdn_origin(pattern: str) -> str:
    """Scheme and host of a pattern, "https://cdn.example"; "" of none."""
    parts = urlsplit(pattern)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def cdn_url(pattern: str, src: str, width: int, format: str, height: int = 0) -> str:
    """Where the picture `src` is to be had `width` pixels wide as `format` ("avif", "webp", "jpeg", "png").

    {name} is `src` as written, {stem} the same without its extension; folders stay, other characters are escaped.
    Needs:   a pattern without `cdn_flaw`; otherwise ValueError.
    """
    written, fields = _parts(pattern)
    name, stem = _names(src)
    values = {
        "name": name,
        "stem": stem,
        "width": str(width),
        "height": str(height) if height else "",
        "format": _EXTENSION.get(format, format),
    }
    return written % tuple([values[field] for field in fields])


@lru_cache(maxsize=256)  # as above
def _parts(pattern: str) -> tuple[str, tuple[str, ...]]:
    """`pattern` with a %s for each of its fields, and their names."""
    flaw = cdn_flaw(pattern)
    if flaw:
        raise ValueError(f"CDN pattern: {flaw}")
    return _FIELD.sub("%s", pattern.replace("%", "%%")), tuple(_FIELD.findall(pattern))


@lru_cache(maxsize=1024)  # each picture is asked for in a dozen sizes, one after another
def _names(src: str) -> tuple[str, str]:
    """{name} and {stem} of `src`."""
    name = "/".join(quote(part, safe="") for part in src.split("/") if part not in ("", ".", ".."))
    folder, slash, file = name.rpartition("/")
    stem, dot, _ = file.rpartition(".")
    return name, folder + slash + (stem if dot and stem else file)


def cdn_srcset(pattern: str, src: str, widths: Sequence[int], format: str, ratio: tuple[int, int] = (0, 0)) -> str:
    """A srcset of `src` at `widths`, "" for a pattern without {width}, which can give one size only.

    `ratio` is the picture's (width, height), for patterns with {height}.
    """
    if "{width}" not in pattern:
        return ""
    across, down = ratio
    return ", ".join(
        f"{cdn_url(pattern, src, width, format, _height(width, across, down))} {width}w"
        for width in sorted(set(widths))
    )


def _height(width: int, across: int, down: int) -> int:
    return max(1, (2 * down * width + across) // (2 * across)) if across and down else 0


def _host(host: str) -> bool:
    try:
        parts = urlsplit(f"https://{host}")
        port = parts.port
    except ValueError:
        return False
    name = parts.hostname or ""
    return bool(_HOST.fullmatch(name)) and ".." not in name and (port is None or port > 0)
