"""Runners by action kind, and what their results depend on besides the inputs."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from highstreet.action.executor import Runner

# kind → module. Imported when first used: a build that renders nothing imports no library.
_MODULES = {
    "page": "page",
    "data": "data",
    "style": "style",
    "script": "script",
    "image": "image",
    "font": "font",
    "svg": "vector",
    "icon": "icon",
    "picture": "picture",
    "file": "file",
}
# Kinds whose results are named by their key and kept for long: only a bump of their VERSION may change the name.
_LASTING = frozenset({"image", "font", "svg", "icon", "picture", "file", "script", "style"})


class Runners(Mapping[str, Runner]):
    """Kind → runner, imported on first use."""

    def __getitem__(self, kind: str) -> Runner:
        runner: Runner = import_module(f"highstreet.run.{_MODULES[kind]}").run
        return runner

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


@lru_cache(maxsize=1)
def tools() -> dict[str, str]:
    """Kind → the versions its results depend on; part of every action key.

    Pages and data files are cheap to make again, so any edit of our own code makes them anew: a forgotten VERSION
    can leave no stale page behind. For lasting kinds VERSION and the libraries alone decide.
    """
    own = code()
    found = {}
    for kind, name in _MODULES.items():
        text = (Path(__file__).parent / f"{name}.py").read_text("utf-8")
        number, libraries = _VERSION.search(text), _TOOLS.search(text)
        assert number is not None, name
        names = _NAME.findall(libraries[1]) if libraries is not None else []
        parts = [f"{kind} {number[1]}", *(f"{library} {_version(library)}" for library in names)]
        if kind not in _LASTING:
            parts.append(own)
        found[kind] = "; ".join(parts)
    return found


# Read without importing the modules, which would import the libraries.
_VERSION = re.compile(r"^VERSION = (\d+)$", re.MULTILINE)
_TOOLS = re.compile(r"^TOOLS(?:: [^=]+)? = \(([^)]*)\)", re.MULTILINE)
_NAME = re.compile(r'"([^"]+)"')


def _version(library: str) -> str:
    """The installed version of a distribution, from the name of the folder that describes it where that tells."""
    return _installed().get(_plain(library)) or _described(library)


def _described(library: str) -> str:
    from importlib.metadata import version  # late: it takes 15 ms to import, as long as looking at a whole shop

    return version(library)


@lru_cache(maxsize=1)
def _installed() -> dict[str, str]:
    """Name → version of what is installed, as wheels' folders are named; the first on the path counts."""
    found: dict[str, str] = {}
    for place in sys.path:
        with contextlib.suppress(OSError):
            for entry in os.listdir(place or "."):  # noqa: PTH208  # names alone, of hundreds
                if entry.endswith(".dist-info"):
                    name, _, number = entry.removesuffix(".dist-info").partition("-")
                    found.setdefault(_plain(name), number)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


@lru_cache(maxsize=1)
def code() -> str:
    """Digest of this package's own source: the last resort against results of another version of ourselves."""
    whole = sha256()
    root = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120  # each start of ours reads 300 files here
    sources = sorted(
        f"{folder[len(root) :]}/{name}".split("/")[1:]
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(".py")
    )
    for parts in sources:
        with open(f"{root}/{'/'.join(parts)}", "rb", buffering=0) as file:
            whole.update(f"{'/'.join(parts)}\0".encode())
            whole.update(file.read())
    return whole.hexdigest()[:16]
