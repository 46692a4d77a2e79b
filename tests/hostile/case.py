"""One attack: what a bad tenant's folder holds, and how it has to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRODUCT = "catalog/products/thing-0.yaml"
# Canaries: nothing of a bad tenant may ever carry one of them.
NEIGHBOUR_CANARY = "canary-of-a-neighbours-draft"
OUTSIDE_CANARY = "canary-outside-the-workspace"
ENVIRONMENT_CANARY = "canary-in-the-environment"
CANARIES = (NEIGHBOUR_CANARY, OUTSIDE_CANARY, ENVIRONMENT_CANARY)


@dataclass(frozen=True)
class Case:
    """A tenant made of a small good shop with `files` laid over it.

    `refused` holds the codes of its errors, and `place` where the first of them is ("file" or "file:line:column").
    Without a code the shop is built, and has to be inert: no script of it runs, nothing is fetched from elsewhere, and
    none of `absent` is in any file of the site.
    """

    name: str
    files: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    place: str = ""
    make: Callable[[Path], None] | None = None  # what files cannot say: links, pipes, names without end
    handle: str = ""  # where the folder's name is the attack
    absent: tuple[str, ...] = ()
    either: bool = False  # chance decides: refused with the code, or shown
    pages: tuple[str, ...] = ("index.html", "products/thing-0/index.html", "pages/about/index.html")  # for the browser


def refused(name: str, code: str, place: str, files: Mapping[str, Any], **rest: Any) -> Case:
    """A case with one kind of error; several codes are separated by blanks."""
    return Case(name, files, tuple(code.split()), place, **rest)


def inert(name: str, files: Mapping[str, Any], *absent: str, **rest: Any) -> Case:
    return Case(name, files, absent=absent, **rest)


def product(**fields: Any) -> dict[str, Any]:
    """The small shop's product with other fields."""
    return {PRODUCT: {"title": "Thing", "price": "10.50", **fields}}


def page(body: str, title: str = "About") -> dict[str, Any]:
    return {"pages/about.md": f"---\ntitle: {title}\n---\n{body}\n"}
