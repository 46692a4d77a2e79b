"""Quick checks: they say yes only where Pydantic does, and an edit of a few files needs no Pydantic."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from highstreet.model import quick
from highstreet.model.compile_shapes import compiled
from highstreet.model.shaped import SHAPES, shape_findings
from highstreet.source import markdown, yaml

TEXT = (Path(__file__).parents[2] / "docs" / "tenant-format.md").read_text("utf-8")
FILES = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", TEXT, re.M | re.S))
KINDS = {"tenant.yaml": "tenant", "branding.yaml": "branding", "navigation.yaml": "navigation", "home.yaml": "sections", "redirects.yaml": "redirects", "search.yaml": "search", "catalog/products": "product", "catalog/collections": "collection", "pages": "page", "posts": "post"}
ODD = [None, "", " ", "x", "12", "-1", "12,5", "true", "yes", [], {}, ["a"], [None], {"a": "b"}, {"src": "a"}, "#fff", "page/about", "a\n", "12.5\n", "\u2028", "https://a.example", {"to": "/x"}, "x" * 600, {"type": "x"}, {"": "x"}]


def kind_of(name: str) -> str:
    overlay = name.startswith("locales/")
    inner = name.split("/", 2)[2] if overlay else name
    kind = KINDS.get(inner) or KINDS[inner.rpartition("/")[0]]
    return f"{kind}-overlay" if overlay else kind


def data_of(name: str) -> object:
    data = FILES[name].encode()
    return markdown.split(name, data).front.data if name.endswith(".md") else yaml.parse(name, data).data


EXAMPLES = [(kind_of(name), data_of(name)) for name in FILES if name != "pyproject.toml"]


def changed(rng: random.Random, data: object) -> object:
    """`data` with one value somewhere replaced, added or removed."""
    if isinstance(data, dict) and data and rng.random() < 0.85:
        key = rng.choice(list(data))
        if rng.random() < 0.1:
            return {name: value for name, value in data.items() if name != key}
        if rng.random() < 0.1:
            return {**data, rng.choice(["x", "", "title", "status", "shape", "colors", "tags"]): rng.choice(ODD)}
        return {**data, key: changed(rng, data[key])}
    if isinstance(data, list) and data and rng.random() < 0.85:
        place = rng.randrange(len(data))
        return [changed(rng, value) if index == place else value for index, value in enumerate(data)]
    return rng.choice(ODD)


def test_compiled_shapes_are_those_of_today() -> None:
    assert quick.FILE.read_text("utf-8") == compiled(), "run python -m highstreet.model.compile_shapes"


@pytest.mark.parametrize(("kind", "data"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_valid_files_fit(kind: str, data: object) -> None:
    assert quick.fits(kind, data)


def test_quick_and_pydantic_agree() -> None:
    rng = random.Random(5)
    fitting = 0
    for _ in range(6_000):
        kind, data = rng.choice(EXAMPLES)
        for _ in range(rng.choice([1, 1, 2])):
            data = changed(rng, data)
        if not isinstance(data, dict):
            continue
        fits = quick.fits(kind, data)
        assert fits == (not shape_findings(kind, "x.yaml", data)), (kind, data)
        fitting += fits
    assert 500 < fitting < 5_500


def test_every_kind_compiles() -> None:
    for kind in SHAPES:
        assert not quick.fits(kind, "text")


def test_an_edit_needs_no_pydantic(tmp_path: Path) -> None:
    (tmp_path / "mugs" / "catalog" / "products").mkdir(parents=True)
    (tmp_path / "mugs" / "tenant.yaml").write_text("name: Mugs\n", "utf-8")
    (tmp_path / "mugs" / "catalog" / "products" / "mug.yaml").write_text("title: Mug\nprice: 12.50\n", "utf-8")
    script = f"""
import sys
from pathlib import Path
from highstreet.model.load import load
from highstreet.model.platform import Platform
from highstreet.source.scan import scan
assert load(scan(Path({str(tmp_path / "mugs")!r}), "tenants/mugs"), Platform()).tenant is not None
assert "pydantic" not in sys.modules and "yaml" in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path)})
