"""Files: links out of the folder, special files, names that lead elsewhere or shadow ours, and more than anybody needs."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from hostile.case import PRODUCT, Case, inert, refused
from support.street import picture

LINKED = {PRODUCT: {"title": "Thing", "price": "1", "images": [{"src": "p.png", "alt": "x"}]}}


def _link(path: str, target: str, remove: bool = False) -> Any:
    def make(folder: Path) -> None:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() and remove:
            place.unlink()
        place.symlink_to(target)

    return make


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "catalog/products/pipe.yaml")


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        at = os.open(folder, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{at}/socket.yaml")
        os.close(at)


def _many(folder: Path) -> None:
    place = folder / "assets/many"
    place.mkdir(parents=True)
    first = place / "0.png"
    first.write_bytes(b"")
    for number in range(1, 60_100):  # links to one file: names are what costs, not bytes
        os.link(first, place / f"{number}.png") if number % 30_000 else (place / f"{number}.png").write_bytes(b"")


def _deep(folder: Path) -> None:
    place = folder / "assets" / "/".join("d" * 30)
    place.mkdir(parents=True)
    (place / "p.png").write_bytes(picture(1))


def _named(name: bytes) -> Any:
    def make(folder: Path) -> None:
        (folder / "assets").mkdir(exist_ok=True)
        Path(os.fsdecode(bytes(folder) + b"/assets/" + name)).write_bytes(b"x")

    return make


def _hard(folder: Path) -> None:
    """A hard link is a file like any other: what it shows, its owner could have copied."""
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets/p.png").write_bytes(picture(2))
    os.link(folder / "assets/p.png", folder / "assets/q.png")


def _sparse(folder: Path) -> None:
    (folder / "assets").mkdir(exist_ok=True)
    with (folder / "assets/p.png").open("wb") as file:
        file.truncate(2**40)


def _links(folder: Path) -> None:
    place = folder / "assets"
    place.mkdir()
    for number in range(1_500):
        (place / f"{number}.png").symlink_to("nothing")


def _endless(folder: Path) -> None:
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets/round").symlink_to("..")


NAMES = {"backslash": b"x\\..\\y.png", "colon": b"x:stream.png", "line": b"a\nb.png", "escape": b"a\x1b[2Jb.png", "not-utf-8": b"\xff\xfe.png", "right-to-left": "a\u202egnp.exe".encode(), "quote": b'a".png', "angle": b"<script>.png", "star": b"*.png", "pipe": b"a|b.png", "device": b"aux.png", "device-alone": b"CON", "ending-dot": b"x.png.", "ending-space": b"x.png ", "zero-width": "a\u200b.png".encode(), "isolate": "a\u2067.png".encode()}

CASES: tuple[Case, ...] = (
    refused("link-to-a-neighbour", "HS002", "pages/stolen.md", {}, make=_link("pages/stolen.md", "../../good/catalog/products/hidden.yaml")),
    refused("link-outside", "HS002", "pages/stolen.md", {}, make=_link("pages/stolen.md", "../../../../outside/secret.md")),
    refused("link-absolute", "HS002 HS310", "assets/p.png", LINKED, make=_link("assets/p.png", "/etc/passwd")),
    refused("link-as-a-template", "HS002", "theme/templates/page.html", {}, make=_link("theme/templates/page.html", "../../../../../outside/secret.html")),
    refused("link-as-the-tenant-file", "HS002 HS121", "tenant.yaml", {}, make=_link("tenant.yaml", "../good/tenant.yaml", remove=True)),
    refused("link-of-a-folder", "HS002", "assets", {}, make=_link("assets", "../good/assets")),
    refused("link-in-a-circle", "HS002", "assets/round", {}, make=_endless),
    refused("link-to-nothing", "HS002 HS310", "assets/p.png", LINKED, make=_link("assets/p.png", "nothing")),
    refused("links-by-the-thousand", "HS002 HS007", ".", {}, make=_links),
    refused("pipe", "HS003", "catalog/products/pipe.yaml", {}, make=_pipe),
    refused("socket", "HS003", "socket.yaml", {}, make=_socket),
    refused("sparse", "HS006 HS310", "assets/p.png", LINKED, make=_sparse),
    refused("deep-folders", "HS005", "assets/d/d/d/d/d/d/d/d", {}, make=_deep),
    refused("case-clash", "HS008", "assets/p.png", {"assets/P.png": picture(1), "assets/p.png": picture(2)}),
    refused("twins-of-accents", "HS008", "", {"assets/caf\u00e9.png": picture(1), "assets/cafe\u0301.png": picture(2)}),
    refused("twins-of-case-beyond-ascii", "HS008", "", {"assets/STRASSE.png": picture(1), "assets/stra\u00dfe.png": picture(2)}),
    *(refused(f"name-{name}", "HS004", "", {}, make=_named(raw)) for name, raw in NAMES.items()),
    refused("picture-upwards", "HS314", PRODUCT, {PRODUCT: {"title": "T", "price": "1", "images": [{"src": "../../good/assets/hidden.txt", "alt": "x"}]}}),
    refused("picture-absolute", "HS314", PRODUCT, {PRODUCT: {"title": "T", "price": "1", "images": [{"src": "/etc/passwd", "alt": "x"}]}}),
    refused("logo-upwards", "HS314", "branding.yaml", {"branding.yaml": {"logo": "assets/../../good/assets/hidden.txt"}}),
    refused("handle-upwards", "HS201", "catalog/collections/things.yaml", {"catalog/collections/things.yaml": {"title": "T", "products": ["../../good/hidden"]}}),
    refused("theme-upwards", "HS201", "tenant.yaml", {"tenant.yaml": {"name": "A", "theme": "../../outside"}}),
    refused("theme-of-code", "HS411", "theme/filters.py", {"theme/filters.py": "import os"}),
    refused("file-at-the-root", "HS022", "index.html", {"index.html": "<script>alert(1)</script>"}),
    refused("headers-of-its-own", "HS022", "_headers", {"_headers": "/*\n  Content-Security-Policy: *"}),
    inert("hidden-files", {".env": "X=1", ".git/config": "[core]\nfsmonitor = touch /tmp/highstreet-was-here", "assets/.htaccess": "Options +ExecCGI"}, pages=()),
    inert("files-nobody-shows", {"assets/evil.html": "<script>alert(1)</script>", "assets/evil.js": "alert(1)", "assets/evil.php": "<?php phpinfo();"}, "phpinfo", "<script>alert", pages=()),
    inert("hard-link", {}, make=_hard, pages=()),
)
if os.environ.get("HIGHSTREET_LONG"):  # making the files takes longer than refusing them
    CASES += (
        refused("more-files-than-may-be", "HS007", ".", {}, make=_many),
    )
