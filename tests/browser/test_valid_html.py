"""Valid pages: every page of the demo street and of the test shops, by the HTML standard and by the Nu checker."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import html5lib
import pytest
from browser_street import DEMO, npm

VNU = "26.9.27"


def sample(folder: Path) -> list[Path]:
    """Every page of a small shop; of a large one all kinds, and every eighth of its products."""
    pages = sorted(folder.rglob("*.html"))
    products = [page for page in pages if page.parent.parent.name == "products"]
    return [page for page in pages if page not in products] + products[:: max(1, len(products) // 12)]


@pytest.mark.parametrize("name", [*DEMO, "eur", "jpy", "kwd", "tiny", "evil"])
def test_pages_parse_without_an_error(demo: Path, shops: Path, name: str) -> None:
    folder = (demo if name in DEMO else shops) / name

    pages = sample(folder)
    assert pages
    for page in pages:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(page.read_text("utf-8"))
        assert [(place, code, data) for place, code, data in parser.errors] == [], page.relative_to(folder)
        for node in tree.iter():
            if isinstance(node.tag, str):
                assert node.tag != "style"
                assert "style" not in node.attrib
                assert not [attribute for attribute in node.attrib if attribute.startswith("on")]
                assert node.tag != "script" or "src" in node.attrib or node.get("type") in ("application/ld+json", "application/json", "speculationrules")


def test_demo_street_passes_its_own_audit(demo: Path) -> None:
    assert json.loads((demo.parent / "audit.json").read_text()) == []


def test_nu_html_checker_finds_nothing(demo: Path, shops: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("java is not installed, which runs the Nu HTML checker")
    jar = next(npm("vnu-jar", VNU).rglob("vnu.jar"))

    run = subprocess.run(["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--skip-non-html", str(demo), str(shops)], capture_output=True, timeout=240, check=False)

    found = [m for m in json.loads(run.stderr)["messages"] if m["type"] != "info" or m.get("subType") == "warning"]
    found = [m for m in found if "Section lacks heading" not in m["message"]]  # sections whose heading a shop left empty
    lines = {f"{re.sub(r'^file:.*/build/', '', m['url'])}:{m.get('lastLine')} {m['message']}" for m in found}
    assert not lines, "\n".join(sorted(lines)[:20])
