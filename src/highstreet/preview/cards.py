"""Cards: what the street list tells of a shop without opening it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import NamedTuple, cast

from highstreet.action.blobs import Blobs
from highstreet.base.diagnostic import Problems
from highstreet.base.digest import Digest
from highstreet.model.color import contrast
from highstreet.model.initials import initials
from highstreet.output.manifest import media_type
from highstreet.preview.mistakes import Picture
from highstreet.source import yaml
from highstreet.workspace import Workspace

_COLOR = re.compile(r"#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}")
_SOCIAL = re.compile(rb'<meta property="og:image" content="https?://[^/"]+(/assets/[A-Za-z0-9_.~-]+)"')
_LARGEST = 256 * 1024


def facts(space: Workspace, handle: str) -> tuple[str, str]:
    """Name and status as tenant.yaml has them, right or wrong: the handle and "" where it cannot be read."""
    data = _read(space.tenant(handle) / "tenant.yaml")
    name, status = data.get("name"), data.get("status")
    return (
        name if isinstance(name, str) and name.strip() else handle,
        status if isinstance(status, str) and len(status) < 20 else "live",
    )


def _read(path: Path) -> dict[str, object]:
    """A small YAML file's keys, none of them if anything is wrong with it: the checks tell that elsewhere."""
    try:
        if path.parent.is_symlink() or path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return {}
        data = yaml.parse(path.name, path.read_bytes()).data
    except (OSError, Problems):
        return {}
    return cast("dict[str, object]", data) if isinstance(data, dict) else {}


def built(space: Workspace, handle: str, now: datetime) -> str:
    """When the shop was last built on this machine, in words; "" if it never was."""
    try:
        seconds = now.timestamp() - space.state(handle).stat().st_mtime
    except OSError:
        return ""
    return f"built {ago(seconds)}"


def since(moment: str, now: datetime) -> str:
    """How long ago an ISO time was, "" where there is none to read."""
    try:
        return ago((now - datetime.fromisoformat(moment)).total_seconds())
    except (ValueError, TypeError):
        return ""


def ago(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count != 1 else ''} ago"
    return "just now"


def social_picture(page: bytes) -> str:
    """The output a page names as its picture for social networks, "" for none of the shop's own."""
    found = _SOCIAL.search(page)
    return found[1].decode().lstrip("/") if found else ""


class Face(NamedTuple):
    """What is shown of a shop in the street list."""

    data: bytes
    media_type: str


def picture(space: Workspace, handle: str, made: Picture | None) -> Face:
    """The shop's picture as it is now if it was `made`, else as it was last built, else a card in its colours."""
    data = Blobs(space.cache / "blobs").get(Digest(made.digest)) if made is not None else None
    if made is not None and data is not None:
        return Face(data, made.media_type)
    return _built(space, handle) or Face(drawn(space, handle), "image/svg+xml")


def _built(space: Workspace, handle: str) -> Face | None:
    """The social picture of the home page as it was last built here."""
    folder = space.site(handle)
    try:
        name = social_picture((folder / "index.html").read_bytes()[: 64 * 1024])
        path = folder / name
        return Face(path.read_bytes(), media_type(name)) if name and not path.is_symlink() else None
    except OSError:
        return None


def drawn(space: Workspace, handle: str) -> bytes:
    """A card in the shop's colours with its initials, as SVG."""
    name, _ = facts(space, handle)
    colors = _read(space.tenant(handle) / "branding.yaml").get("colors")
    given = cast("dict[str, object]", colors).get("primary") if isinstance(colors, dict) else None
    ground = given if isinstance(given, str) and _COLOR.fullmatch(given) else "#44506b"
    if len(ground) == 4:
        ground = "#" + "".join(2 * digit for digit in ground[1:])
    ink = "#ffffff" if contrast(ground, "#ffffff") >= contrast(ground, "#15181f") else "#15181f"
    letters = escape(initials(name) or handle[:1].upper())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" width="1200" height="630">'
        f'<rect width="1200" height="630" fill="{ground}"/>'
        f'<circle cx="1050" cy="90" r="360" fill="{ink}" opacity=".06"/>'
        f'<circle cx="120" cy="640" r="260" fill="{ink}" opacity=".05"/>'
        f'<text x="600" y="325" fill="{ink}" font-family="system-ui,sans-serif" font-size="220" font-weight="650" '
        f'text-anchor="middle" dominant-baseline="central" letter-spacing="-6">{letters}</text></svg>'
    ).encode()


def now() -> datetime:
    return datetime.now(UTC)
