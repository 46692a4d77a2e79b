"""Runners by action kind, and what their results depend on besides the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
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
_LASTING = frozenset({"image", "font", "svg", "icon", "picture", "file", "script"})


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
        number = next(line.partition("=")[2].strip() for line in text.splitlines() if line.startswith("VERSION ="))
        libraries = _names(text)
        parts = [f"{kind} {number}", *(f"{library} {version(library)}" for library in libraries)]
        if kind not in _LASTING:
            parts.append(own)
        found[kind] = "; ".join(parts)
    return found


@lru_cache(maxsize=1)
def code() -> str:
    """Digest of this package's own source: the last resort against results of another version of ourselves."""
    whole = sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        whole.update(f"{path.relative_to(root)}\0".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _names(text: str) -> list[str]:
    """The distributions a runner module names in TOOLS, read without importing it."""
    import ast

    for node in ast.parse(text).body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if (
            isinstance(target, ast.Name)
            and target.id == "TOOLS"
            and isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
        ):
            return list(ast.literal_eval(node.value))
    return []
