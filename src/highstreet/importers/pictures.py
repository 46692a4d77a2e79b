"""Pictures: where those an import names come from, and the assets they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from highstreet.importers import values
from highstreet.importers.draft import DraftImage
from highstreet.importers.fetch import Fetcher, Refused
from highstreet.importers.loss import Ledger, Picture
from highstreet.importers.table import Cell
from highstreet.importers.write import Folder
from highstreet.source.image import MAX_BYTES, ImageProblem, probe

FOLDER = "products"  # below assets/
_MOST_FILES = 200_000
_ABREAST = 6  # downloads at once: kind to the old shop's server
# What Shopify and WordPress add to a picture's name when they resize it or when two had the same.
_RESIZED = re.compile(
    r"(_(\d+x\d*|\d*x\d+|pico|icon|thumb|small|compact|medium|large|grande|original|master)(_crop_\w+)?(@[23]x)?|-\d+x\d+|-scaled)$",
    re.IGNORECASE,
)
_UUID = re.compile(r"_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif", "gif": "gif"}


def address(cell: Cell, ledger: Ledger) -> str:
    """The picture's address as a browser would ask for it, or the name of a file; "" for what can be neither."""
    text = re.sub(r"\s", "%20", cell.text)
    if text.startswith("//"):
        text = f"https:{text}"
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        ledger.left_out(cell, "it is not a web address")
        return ""
    if scheme in ("http", "https"):
        made = quote(text, safe="!#$%&'()*+,/:;=?@~-._[]|")
    elif "%20" not in text and scheme and len(scheme) > 1:
        ledger.left_out(cell, f"a picture cannot be read from a {scheme[:12]}: address")
        return ""
    else:
        made = cell.text  # a file name, for --images
    if made != cell.text:
        ledger.repaired(cell, "spaces and signs in the address written as web addresses have them")
    else:
        ledger.imported(cell)
    ledger.of_picture(made, cell)
    return made


@dataclass(frozen=True, slots=True)
class Gathered:
    """Source → asset below assets/ for the pictures that are here, and what became of each one."""

    assets: Mapping[str, str]
    pictures: tuple[Picture, ...]


def gather(
    wanted: Iterable[DraftImage],
    folder: Folder,
    known: Mapping[str, str],
    images: Path | None = None,
    fetcher: Fetcher | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Gathered:
    """Puts every picture it can get into the tenant's assets/products/.

    A picture that an earlier import brought (`known`) stays as it is; others are taken from the folder `images` by
    their base name, then downloaded if there is a `fetcher`. Only what is a picture by content is written.
    """
    shelf = _shelf(images) if images else {}
    assets: dict[str, str] = {}
    states: dict[str, str] = {}
    taken = set(known.values())
    missing: list[str] = []
    for image in wanted:
        source = image.source
        if source in known and folder.holds(f"assets/{known[source]}"):
            assets[source], states[source] = known[source], "present"
        elif found := next((shelf[name] for name in _names(source) if name in shelf), None):
            states[source] = _place(source, _read(found), folder, taken, known, assets) or "copied"
        else:
            missing.append(source)
            states[source] = "listed"
    if fetcher is not None and missing:
        with ThreadPoolExecutor(_ABREAST) as pool:
            for done, (source, answer) in enumerate(zip(missing, pool.map(_fetched(fetcher), missing), strict=True), 1):
                states[source] = (
                    f"refused: {answer}"
                    if isinstance(answer, Refused)
                    else _place(source, answer, folder, taken, known, assets) or "fetched"
                )
                if progress is not None:
                    progress(done, len(missing))
    return Gathered(assets, tuple(Picture(source, assets.get(source, ""), state) for source, state in states.items()))


def _fetched(fetcher: Fetcher) -> Callable[[str], bytes | Refused]:
    def fetch(source: str) -> bytes | Refused:
        # Shops moved to https long ago; their old exports still say http.
        url = f"https{source[4:]}" if source.startswith("http://") else source
        if not url.startswith("https://"):
            return Refused("it is a file name, not an address; use --images")
        try:
            return fetcher.fetch(url)
        except Refused as error:
            return error

    return fetch


def _place(
    source: str, data: bytes, folder: Folder, taken: set[str], known: Mapping[str, str], assets: dict[str, str]
) -> str:
    """Writes a picture under a name of its own and enters it in `assets`; gives why not, or ""."""
    try:
        extension = _EXTENSIONS[probe(data).format]
    except ImageProblem as error:
        return f"refused: {error.reason}"
    stem = values.handle(_stem(source), "picture")[:80].strip("-_")
    name = known.get(source) or f"{FOLDER}/{stem}.{extension}"
    count = 1
    while source not in known and (name in taken or folder.differs(f"assets/{name}", data)):
        count += 1
        name = f"{FOLDER}/{stem}-{count}.{extension}"
    folder.write(f"assets/{name}", data)
    taken.add(name)
    assets[source] = name
    return ""


def _stem(source: str) -> str:
    name = _base(source)
    return name.rsplit(".", 1)[0] if "." in name else name


def _base(source: str) -> str:
    path = urlsplit(source).path if "://" in source else source.replace("\\", "/")
    return unquote(path).rstrip("/").rsplit("/", 1)[-1]


def _names(source: str) -> list[str]:
    """The names a picture's file may have in a folder, most exact first: without case, size suffix and extension."""
    base = _base(source).casefold()
    stem, _, extension = base.rpartition(".") if "." in base else (base, "", "")
    bare = _RESIZED.sub("", stem)
    stems = dict.fromkeys((stem, bare, _UUID.sub("", bare)))
    return [base, *(f"{one}.{extension}" for one in stems), *stems]


def _shelf(images: Path) -> dict[str, Path]:
    """Files of a folder by their base name with and without extension; of two with one name the first in path order."""
    shelf: dict[str, Path] = {}
    files = sorted(path for _, path in zip(range(_MOST_FILES), images.rglob("*"), strict=False) if path.is_file())
    for path in files:
        shelf.setdefault(path.name.casefold(), path)
    for path in files:
        shelf.setdefault(path.stem.casefold(), path)
    return shelf


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
