"""Who may import whom, which libraries are used where, and what pure code must not know."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src"

# Left to right; packages on one step do not import each other. The top-level modules tie the packages together.
TOP = ("examine", "freshness", "pipeline", "street", "checking", "explaining", "starting", "publishing", "shared_cache", "sharding", "shop", "translating", "workspace")
STEPS: tuple[tuple[str, ...], ...] = (
    ("base",),
    ("source", "action"),
    ("model", "theme"),
    ("plan", "run"),
    ("output",),
    ("publish", "importers"),
    TOP,
    ("preview", "farm"),
    ("cli",),
)
LIBRARIES: dict[str, tuple[str, ...]] = {
    "orjson": ("base/digest.py", "base/json.py"),
    "PIL": ("source/image.py", "run/*.py"),
    "yaml": ("source/yaml*.py", "source/emit.py"),
    "pydantic": ("model/*.py",),
    "pydantic_core": ("model/*.py",),
    "typing_extensions": ("model/*.py",),
    "jinja2": ("theme/*.py", "run/page.py", "plan/site.py"),
    "markupsafe": ("theme/*.py", "run/*.py"),
    "markdown": ("run/markdown*.py",),
    "nh3": ("run/markdown.py", "importers/body.py"),
    "markdownify": ("importers/body.py",),
    "bs4": ("importers/body.py",),
    "babel": ("plan/format.py", "theme/strings.py"),
    "fontTools": ("run/*.py",),
    "brotli": ("run/*.py", "publish/*.py"),
    "uharfbuzz": ("run/lettering.py", "run/font.py"),
    "resvg_py": ("run/*.py",),
    "py_svg_hush": ("source/svg.py",),
    "rich": ("cli/*.py",),
    "boto3": ("publish/s3*.py", "publish/mirror.py"),
    "botocore": ("publish/s3*.py", "publish/mirror.py"),
    "urllib3": ("publish/s3*.py",),
    "httptools": ("publish/s3_link.py",),
    "awscrt": ("publish/mirror.py",),
    "starlette": ("preview/*.py",),
    "uvicorn": ("preview/*.py",),
    "watchdog": ("preview/watch.py",),
    "cryptography": ("publish/signing.py",),
    "distributed": ("farm/*.py",),
}
# What tells a pure function where, when or by whom it is run.
IMPURE_MODULES = {"time", "random", "uuid", "secrets", "locale", "platform", "getpass", "socket", "subprocess", "tempfile", "threading", "glob"}
IMPURE_NAMES = {"now", "utcnow", "today", "environ", "environb", "getenv", "getcwd", "cwd", "expanduser", "urandom", "getpid"}


@cache
def _nodes(text: str) -> tuple[ast.AST, ...]:
    return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom, ast.Attribute, ast.alias)))


def _sources() -> dict[str, str]:
    """Dotted module name → text, for the whole package."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return found


def _imports(text: str, modules: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """(module, line) of every import in `text`: at the top, inside functions and for types alike."""
    for node in _nodes(text):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            assert node.module is not None
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield (inner if inner in modules else node.module, node.lineno)


def _step(module: str) -> int | None:
    """How far right a module stands; None for the package itself, which names its version and its public words."""
    parts = module.split(".")
    if len(parts) == 1:
        return None
    return next((number for number, step in enumerate(STEPS) if parts[1] in step), -1)


def _wrong_ways(modules: Mapping[str, str]) -> list[str]:
    wrong = []
    for module, text in modules.items():
        here = _step(module)
        if here == -1:
            wrong.append(f"{module} has no place in the layers")
        if here is None:
            continue
        for other, line in _imports(text, modules):
            there = _step(other) if other.split(".")[0] == "highstreet" else None
            if there is None:
                continue
            same = module.split(".")[1] == other.split(".")[1] or (here == there == STEPS.index(TOP))
            if there > here or (there == here and not same):
                wrong.append(f"{module}:{line} imports {other}")
    return wrong


def _cycles(modules: Mapping[str, str]) -> list[str]:
    """Modules that import each other in a circle, one line for each circle found."""
    wanted = {module: {other for other, _ in _imports(text, modules) if other in modules and other != "highstreet"} for module, text in modules.items()}
    done: set[str] = set()
    found = []

    def visit(module: str, way: tuple[str, ...]) -> None:
        if module in way:
            found.append(" → ".join((*way[way.index(module) :], module)))
        elif module not in done:
            for other in sorted(wanted[module]):
                visit(other, (*way, module))
            done.add(module)

    for module in wanted:
        visit(module, ())
    return found


def _unbounded(modules: Mapping[str, str]) -> list[str]:
    wrong = []
    for module, text in modules.items():
        path = module.removeprefix("highstreet.").replace(".", "/") + ".py"
        for other, line in _imports(text, modules):
            name = other.split(".")[0]
            if name == "highstreet" or name in sys.stdlib_module_names:
                continue
            if not any(fnmatch(path, pattern) for pattern in LIBRARIES.get(name, ())):
                wrong.append(f"{path}:{line} imports {name}")
    return wrong


def _impure(modules: Mapping[str, str]) -> list[str]:
    wrong = []
    for module, text in modules.items():
        if not module.startswith(("highstreet.run", "highstreet.plan", "highstreet.model")):
            continue
        wrong += [f"{module}:{line} imports {other}" for other, line in _imports(text, modules) if other.split(".")[0] in IMPURE_MODULES]
        for node in _nodes(text):
            name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
            if name in IMPURE_NAMES:
                wrong.append(f"{module}:{node.lineno} knows {name}")  # type: ignore[attr-defined]
    return wrong


# Typing-only circles that still await their cut: shop_view and Assets name the Site that holds them. Delete with them.
LAWS = {"imports go down only": _wrong_ways, "no import cycles": _cycles, "libraries keep to their place": _unbounded, "pure code stays pure": _impure}


@pytest.mark.parametrize("law", LAWS)
def test_law_holds_for_the_whole_package(law: str) -> None:
    modules = _sources()

    broken = LAWS[law](modules)

    assert len(modules) > 100
    assert broken == []


@pytest.mark.parametrize(
    ("law", "module", "line"),
    [
        ("imports go down only", "highstreet.base.span", "from highstreet.action import blobs"),
        ("imports go down only", "highstreet.source.scan", "from highstreet.action.blobs import Blobs"),
        ("imports go down only", "highstreet.plan.plan", "def late():\n    from highstreet.run import markdown"),
        ("imports go down only", "highstreet.model.load", "if TYPE_CHECKING:\n    from highstreet.theme.theme import Theme"),
        ("imports go down only", "highstreet.importers.run", "import highstreet.pipeline"),
        ("imports go down only", "highstreet.odds.ends", "x = 1"),
        ("no import cycles", "highstreet.base.span", "import highstreet.base.diagnostic"),
        ("no import cycles", "highstreet.workspace", "def late():\n    from highstreet import pipeline"),
        ("libraries keep to their place", "highstreet.model.load", "import yaml"),
        ("libraries keep to their place", "highstreet.output.write", "import requests"),
        ("libraries keep to their place", "highstreet.run.data", "from jinja2 import Environment"),
        ("pure code stays pure", "highstreet.run.page", "import time"),
        ("pure code stays pure", "highstreet.plan.plan", "from datetime import datetime\nx = datetime.now()"),
        ("pure code stays pure", "highstreet.model.load", "import os\nx = os.environ['HOME']"),
        ("pure code stays pure", "highstreet.run.data", "def late():\n    from os import getenv"),
    ],
)
def test_law_catches_a_planted_fault(law: str, module: str, line: str) -> None:
    modules = _sources()
    modules[module] = modules.get(module, "") + "\n" + line + "\n"

    broken = list(LAWS[law](modules))

    assert any(module in found or module.removeprefix("highstreet.").replace(".", "/") in found for found in broken), broken


def test_asking_for_help_imports_no_library() -> None:
    """A wrong argument or a no-op build should not pay for what it does not use."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "highstreet.cli.main", "build", "--jobs", "x"], capture_output=True, text=True, check=False
    )
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time")}

    assert done.returncode == 2
    assert "highstreet" in loaded
    assert loaded & set(LIBRARIES) == set()
