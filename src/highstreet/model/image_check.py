"""Image checks: whether every picture, film and font a shop names is there, and described."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import NamedTuple

from highstreet.base.diagnostic import nearest
from highstreet.base.span import Keys
from highstreet.model.addresses import UNSAFE
from highstreet.model.catalog import Collection, ImageRef
from highstreet.model.content import Page, Post
from highstreet.model.finding import Finding, quoted
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Tree

FORMATS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg")


class _Sort(NamedTuple):
    """What a file may be, and what is told to do where it is something else."""

    name: str
    endings: tuple[str, ...]
    convert: str


_PICTURE = _Sort("picture", FORMATS, "convert it to .jpg, .png or .webp")
_FILM = _Sort("film", (".mp4", ".webm"), "convert it to .mp4 (H.264) or .webm")
_CAPTIONS = _Sort("caption file", (".vtt",), "save it as WebVTT, .vtt")
_FONT = _Sort("font", (), "")


def findings(tenant: Tenant, files: Tree, cdn_unknown: bool) -> Iterator[Finding]:
    """What is wrong with the pictures of `tenant`. `cdn_unknown`: nobody can say where they should be."""
    missing_alt: list[tuple[str, Keys]] = []
    total = 0
    for file, keys, image in _images(tenant):
        total += 1
        if not image.alt and keys[0] == "images":
            missing_alt.append((file, keys))
        if cdn_unknown:
            continue
        if tenant.image_cdn:
            yield from _on_cdn(file, keys, image)
        else:
            yield from _in_assets(file, (*keys, "src"), f"assets/{image.src}", files.assets, _PICTURE)
        if image.film is not None:
            yield from _in_assets(file, (*keys, "video"), f"assets/{image.film.src}", files.assets, _FILM)
            if image.film.captions:
                path = f"assets/{image.film.captions}"
                yield from _in_assets(file, (*keys, "captions"), path, files.assets, _CAPTIONS)
    for key in ("logo", "favicon"):
        path = getattr(tenant.branding, key)
        if path:
            path = path if path.startswith("assets/") else f"assets/{path}"
            yield from _in_assets("branding.yaml", (key,), path, files.assets, _PICTURE)
    for index, font in enumerate(tenant.branding.typography.files):
        path = font.src if font.src.startswith("assets/") else f"assets/{font.src}"
        yield from _in_assets("branding.yaml", ("typography", "files", index, "src"), path, files.assets, _FONT)
    if missing_alt:
        file, keys = missing_alt[0]
        yield Finding(
            "HS312",
            file,
            keys,
            "pictures have no alternative text",
            f"{len(missing_alt):,} of {total:,} pictures, this one first",
            "alt: what the picture shows, for people who cannot see it",
            "add alt to the pictures",
            severity="warning",
        )


def _images(tenant: Tenant) -> Iterator[tuple[str, Keys, ImageRef]]:
    for product in tenant.products.values():
        for index, image in enumerate(product.images):
            yield product.file, ("images", index), image
        for index, variant in enumerate(product.variants):
            if variant.image is not None:
                yield product.file, ("variants", index, "image"), variant.image
    others: list[Collection | Page | Post] = [
        *tenant.collections.values(),
        *tenant.content.pages,
        *tenant.content.posts,
    ]
    for item in others:
        if item.image is not None:
            yield item.file, ("image",), item.image


def _on_cdn(file: str, keys: Keys, image: ImageRef) -> Iterator[Finding]:
    if (
        UNSAFE.search(image.src.replace(" ", ""))
        or ":" in image.src
        or ".." in image.src.split("/")
        or image.src.startswith("/")
    ):
        yield Finding(
            "HS314",
            file,
            (*keys, "src"),
            "src is not the name of a picture",
            quoted(image.src),
            "a name that fits into images.cdn of tenant.yaml",
            "write the name alone, without address or ..",
        )
    elif keys[0] == "images" and (image.width is None or image.height is None):
        yield Finding(
            "HS313",
            file,
            keys,
            "a picture on a CDN has no size",
            quoted(image.src),
            "width and height in pixels (without them the page jumps while loading)",
            f"write {{src: {image.src}, width: 1600, height: 1600}} with its real size",
        )


def _in_assets(file: str, keys: Keys, path: str, assets: Set[str], sort: _Sort) -> Iterator[Finding]:
    name = path.removeprefix("assets/")
    key = str(keys[-1])
    if name.startswith(("http://", "https://", "//", "data:")):
        yield Finding(
            "HS314",
            file,
            keys,
            f"{key} is a web address",
            quoted(name),
            "a file below assets/",
            f"download the {sort.name} to assets/" + (", or set images.cdn in tenant.yaml" if sort is _PICTURE else ""),
        )
    elif ".." in name.split("/") or name.startswith("/"):
        inside = name.lstrip("./").removeprefix("assets/")
        yield Finding(
            "HS314",
            file,
            keys,
            f"{key} leaves the folder assets/",
            quoted(name),
            "a file below assets/",
            f"write {inside}" if f"assets/{inside}" in assets else "copy the file to assets/ and write its name",
        )
    elif sort.endings and not name.lower().endswith(sort.endings):
        extension = name.rpartition(".")[2] if "." in name else "no extension"
        yield Finding(
            "HS311",
            file,
            keys,
            f"{key} is not a {sort.name} the web can show",
            quoted(extension),
            ", ".join(sort.endings),
            sort.convert if "." in name else "write the name with its extension",
        )
    elif path not in assets:
        yield missing_file(file, keys, name, assets, sort)


def missing_file(file: str, keys: Keys, name: str, assets: Set[str], sort: _Sort = _PICTURE) -> Finding:
    """What is said of a picture, or another `sort` of thing, whose file is not below assets/."""
    path = f"assets/{name}"
    alike = {other for other in assets if other.lower().endswith(sort.endings)} if sort.endings else assets
    fix = _nearest_file(path, alike, sort.name)
    return Finding("HS310", file, keys, f"there is no file {path}", quoted(name), "a file below assets/", fix)


def _nearest_file(path: str, assets: Set[str], sort: str) -> str:
    path = path.replace("\\", "/")  # as Windows writes it
    same = next((other for other in assets if other.lower() == path.lower()), None)
    base = path.rpartition("/")[2].lower()
    moved = next((other for other in sorted(assets) if other.rpartition("/")[2].lower() == base), None)
    stem = path.rpartition(".")[0]
    sibling = next((other for other in sorted(assets) if other.rpartition(".")[0] == stem), None)
    guess = same or moved or sibling or _alike(path, assets)
    if guess:
        return f"did you mean {guess.removeprefix('assets/')}?"
    return f"add the file {path}, or remove the {sort}"


def _alike(path: str, assets: Set[str]) -> str | None:
    """A file of the same folder with a similar name; whole paths would be alike for sharing a folder."""
    folder, _, name = path.rpartition("/")
    names = {other.rpartition("/")[2] for other in assets if other.rpartition("/")[0] == folder}
    guess = nearest(name, names)
    return f"{folder}/{guess}" if guess else None
