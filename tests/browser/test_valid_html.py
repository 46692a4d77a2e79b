"""Valid pages: every page of the demo street and of the test shops, by the HTML standard and by the Nu checker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import html5lib
import pytest
from browser_street import DEMO, Server, npm
from real_shops import REAL

VNU = "26.9.27"
HTML_VALIDATE = "10.17.0"


def sample(folder: Path) -> list[Path]:
    """Every page of a small shop; of a large one all kinds, and every eighth of its products."""
    pages = sorted(folder.rglob("*.html"))
    products = [page for page in pages if page.parent.parent.name == "products"]
    return [page for page in pages if page not in products] + products[:: max(1, len(products) // 12)]


@pytest.mark.parametrize("name", [*DEMO, *REAL, "eur", "jpy", "kwd", "tiny", "evil"])
def test_pages_parse_without_an_error(serve: Callable[[str], Server], name: str) -> None:
    folder = serve(name).folder

    pages = few(sample(folder), 60)  # html5lib is slow
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


def test_real_shops_pass_the_audit(real: Path) -> None:
    assert json.loads((real.parent / "audit.json").read_text()) == []


def test_nu_html_checker_finds_nothing(streets: tuple[Path, ...]) -> None:
    """On every page with HIGHSTREET_LONG=1, else on those each shop has one of, and on 50 and more of the others."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed, which runs the Nu HTML checker")
    jar = next(npm("vnu-jar", VNU).rglob("vnu.jar"))
    folders = [folder for root in streets for folder in sorted(root.iterdir()) if folder.is_dir()]
    read = folders if os.environ.get("HIGHSTREET_LONG") else [page for folder in folders for page in of_each_kind(folder)]

    run = subprocess.run(["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--skip-non-html", *map(str, read)], capture_output=True, timeout=240, check=False)

    found = [m for m in json.loads(run.stderr)["messages"] if m["type"] != "info" or m.get("subType") == "warning"]
    lines = {f"{re.sub(r'^file:.*/build/', '', m['url'])}:{m.get('lastLine')} {m['message']}" for m in found}
    assert not lines, "\n".join(sorted(lines)[:20])


def test_html_validate_finds_nothing(streets: tuple[Path, ...], tmp_path: Path) -> None:
    """Its recommended, standard, accessibility and document rules. Off in html-validate.json: hashes for files of one's own
    origin, and the length of titles that merchants write."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed, which runs html-validate")
    tool = npm("html-validate", HTML_VALIDATE) / "bin/html-validate.mjs"
    pages = [page for root in streets for folder in sorted(root.iterdir()) if folder.name != "evil" for page in few(sample(folder))]
    rules, told = Path(__file__).with_name("html-validate.json"), tmp_path / "told.json"  # a pipe would be cut short

    run = subprocess.run(["node", str(tool), "-c", str(rules), "-f", f"json={told}", "--max-warnings", "0", *map(str, pages)], capture_output=True, timeout=400, check=False)

    assert told.is_file(), run.stderr.decode()[-500:]
    said = json.loads(told.read_text("utf-8"))
    lines = {f"{file['filePath'].rpartition('/build/')[2]}:{m['line']} {m['ruleId']} {m['message']}" for file in said for m in file["messages"] if not (m["ruleId"] == "empty-heading" and str(m.get("selector")).startswith("#search-hit"))}  # a form that scripts fill
    assert not lines, "\n".join(sorted(lines)[:20])


def test_no_link_fragment_or_picture_is_broken(streets: tuple[Path, ...]) -> None:
    """Every address on every page, resolved by a reader of its own: html5lib and the file system, nothing of the audit."""
    for folder in [folder for root in streets for folder in sorted(root.iterdir())]:
        if not (folder / "index.html").is_file():
            continue
        base = re.search(r'rel="canonical" href="(https?://[^/"]+)', (folder / "index.html").read_text("utf-8"))
        ids: dict[Path, set[str]] = {}
        wanted: dict[tuple[Path, str], str] = {}
        broken = set()
        for page in sorted(folder.rglob("*.html")):
            text = page.read_text("utf-8")
            ids[page] = {unescape(found) for found in re.findall(r'\sid="([^"]*)"', text)}
            for address in links(text):
                address = address.removeprefix(base[1]) if base else address
                if re.match(r"[a-z][a-z0-9+.-]*:|//", address) or "__" in address:  # others' addresses; forms that scripts fill
                    continue
                path, _, fragment = address.partition("#")
                path = unquote(path.partition("?")[0])
                target = page if not path else folder / path.lstrip("/") if path.startswith("/") else page.parent / path
                target = target / "index.html" if target.is_dir() else target
                if not target.is_file():
                    broken.add(f"{page.relative_to(folder)}: {address}")
                elif fragment and target.suffix == ".html":
                    wanted[(target, fragment)] = str(page.relative_to(folder))
        broken |= {f"{page}: no #{fragment} on {target.relative_to(folder)}" for (target, fragment), page in wanted.items() if not {fragment, unquote(fragment)} & ids[target]}
        assert not broken, f"{folder.name}\n" + "\n".join(sorted(broken)[:20])


def few(pages: list[Path], most: int = 25) -> list[Path]:
    """Pages of every folder: the checker takes 50 ms for each."""
    return pages[:: max(1, len(pages) // most)]


def of_each_kind(folder: Path) -> list[Path]:
    """The pages a shop has one of (home, cart, search, 404, …), and some of the others."""
    pages = sample(folder)
    single = [page for page in pages if len(page.relative_to(folder).parts) <= 2]
    return single + few([page for page in pages if page not in single], 50)


def links(text: str) -> set[str]:
    """Every address in the start tags of a page: links, sources, candidates of srcset, forms, posters."""
    found = set()
    for tag in re.findall(r"<(?:a|link|script|img|source|form|video|area|use|iframe)\b[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>", text):
        for name, address in re.findall(r'\s(href|src|action|poster|srcset)="([^"]*)"', tag):
            parts = [part.split()[0] for part in unescape(address).split(", ") if part.strip()] if name == "srcset" else [unescape(address)]
            found.update(parts)
    return found
