"""Trees: which file of a tenant folder is what, and which are nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from highstreet.base.diagnostic import nearest
from highstreet.model import flaws, values
from highstreet.model.finding import Finding
from highstreet.model.flaws import suggested_handle

Kind = Literal[
    "tenant", "branding", "navigation", "sections", "redirects", "search", "product", "collection", "page", "post"
]

_ROOT: dict[str, Kind] = {
    "tenant.yaml": "tenant",
    "branding.yaml": "branding",
    "navigation.yaml": "navigation",
    "home.yaml": "sections",
    "redirects.yaml": "redirects",
    "search.yaml": "search",
}
_FOLDERS: dict[str, tuple[Kind, str]] = {
    "templates": ("sections", ".yaml"),
    "catalog/products": ("product", ".yaml"),
    "catalog/collections": ("collection", ".yaml"),
    "pages": ("page", ".md"),
    "posts": ("post", ".md"),
}
_TOP = (*_ROOT, "templates/", "catalog/", "pages/", "posts/", "locales/", "assets/", "theme/")
_IGNORED = re.compile(r"(?i)(readme|notes?|license|changelog)(\.(md|txt))?|thumbs\.db|desktop\.ini")


_WORDS = {
    "settings": "tenant.yaml",
    "config": "tenant.yaml",
    "shop": "tenant.yaml",
    "store": "tenant.yaml",
    "menu": "navigation.yaml",
    "menus": "navigation.yaml",
    "theme": "branding.yaml",
    "brand": "branding.yaml",
    "index": "home.yaml",
    "synonyms": "search.yaml",
}


class Entry(NamedTuple):
    path: str
    kind: Kind
    handle: str  # of the thing the file describes; "home" for home.yaml, "" for other single files
    language: str = ""  # set for overlays


@dataclass(slots=True)
class Tree:
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    assets: set[str] = field(default_factory=set)
    theme: list[str] = field(default_factory=list)
    misplaced: set[str] = field(default_factory=set)  # handles of files that are not where they belong: no cascades


def tree(paths: Iterable[str]) -> Tree:
    """Every file of a tenant folder put in its place. Files that mean nothing are findings, never skipped."""
    found = Tree()
    for path in paths:
        if path.startswith("assets/"):
            found.assets.add(path)
        elif path.startswith("theme/"):
            found.theme.append(path)
        else:
            _place(found, path)
    return found


def _place(found: Tree, path: str) -> None:
    inner, language = path, ""
    if path.startswith("locales/") and path.count("/") > 1:
        _, language, inner = path.split("/", 2)
        flaw = flaws.locale(language)
        if flaw is not None:
            found.findings.append(
                Finding(
                    "HS024",
                    path,
                    (),
                    "folder is not named for a language",
                    f"locales/{language}/",
                    "locales/<language>/, such as locales/fr/",
                    flaw.fix.replace("write ", "rename the folder to "),
                )
            )
            return
    kind = _ROOT.get(inner)
    if kind is not None and not (language and kind == "redirects"):
        found.entries.append(Entry(path, kind, "home" if kind == "sections" else "", language))
        return
    folder, _, name = inner.rpartition("/")
    known = _FOLDERS.get(folder)
    if known is not None and name.endswith(known[1]):
        handle = name.removesuffix(known[1])
        if values.is_handle(handle):
            found.entries.append(Entry(path, known[0], handle, language))
        else:
            _bad_name(found, path, folder, name, known[1])
        return
    if not folder and _IGNORED.fullmatch(name):
        return
    found.misplaced.add(name.rpartition(".")[0] or name)
    found.findings.append(_stranger(path, inner, folder, name, known))


def _bad_name(found: Tree, path: str, folder: str, name: str, suffix: str) -> None:
    guess = suggested_handle(name)
    found.misplaced.update((name.removesuffix(suffix), guess))
    found.findings.append(
        Finding(
            "HS201",
            path,
            (),
            "file name is not a handle",
            name,
            "lower-case letters, digits and hyphens (it becomes the address of the page)",
            f"rename it to {guess}{suffix}" if guess else "rename the file",
        )
    )


def _stranger(path: str, inner: str, folder: str, name: str, known: tuple[Kind, str] | None) -> Finding:
    stem, _, extension = name.rpartition(".")
    expected = "a file of the tenant format"
    if known is not None:
        suffix = known[1]
        if extension.lower() in ("yml", "yaml", "md", "markdown", "txt", "json", "toml"):
            return Finding(
                "HS023",
                path,
                (),
                "file has the wrong extension",
                name,
                f"{folder}/<handle>{suffix}",
                f"rename it to {stem}{suffix}",
            )
        return Finding(
            "HS022",
            path,
            (),
            "file does not belong here",
            name,
            f"{folder}/<handle>{suffix}",
            "move pictures and downloads to assets/",
        )
    if not folder:
        same = next((root for root in _ROOT if root.rpartition(".")[0] == stem.lower()), None)
        if same is not None:
            return Finding("HS023", path, (), "file has the wrong name", name, same, f"rename it to {same}")
        guess = _nearest_root(stem.lower())
        if extension.lower() in ("png", "jpg", "jpeg", "webp", "svg", "gif", "avif", "ico", "woff2", "pdf"):
            return Finding("HS022", path, (), "file does not belong here", name, expected, f"move it to assets/{name}")
        return Finding(
            "HS022",
            path,
            (),
            "unknown file",
            name,
            expected,
            f"did you mean {guess}?" if guess else f"delete it, or use one of {', '.join(_TOP)}",
        )
    parent = next((place for place in _FOLDERS if folder.startswith(place + "/")), None)
    if parent is not None:
        return Finding(
            "HS022",
            path,
            (),
            "files here are not nested in folders",
            inner,
            f"{parent}/<handle>{_FOLDERS[parent][1]}",
            f"move it to {parent}/{name}",
        )
    bare = {
        "products": "catalog/products",
        "product": "catalog/products",
        "collections": "catalog/collections",
        "images": "assets",
        "image": "assets",
        "blog": "posts",
        "journal": "posts",
        "static": "assets",
        "media": "assets",
        "fonts": "assets/fonts",
    }
    places = [*_FOLDERS, "assets", "theme", "locales", "catalog"]
    guess = (
        bare.get(folder.lower()) or nearest(folder.lower(), places) or nearest(folder.partition("/")[0].lower(), places)
    )
    fix = (
        f"move it to {guess}/{name}"
        if guess and guess not in ("catalog", "locales")
        else f"use one of {', '.join(_TOP)}"
    )
    return Finding("HS022", path, (), "unknown folder", f"{folder}/", expected, fix)


def _nearest_root(stem: str) -> str | None:
    known = {**{name.rpartition(".")[0]: name for name in _ROOT}, **_WORDS}
    guess = nearest(stem, known)
    return known[guess] if guess else None
