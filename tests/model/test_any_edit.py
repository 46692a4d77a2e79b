"""Whatever a person does to the files of a shop, loading gives a tenant or says what is wrong; it never fails."""

from __future__ import annotations

import random
import re
from pathlib import Path

from shop import in_memory

from highstreet.model.load import load
from highstreet.model.locale import localized, missing
from highstreet.model.platform import Platform

TEXT = (Path(__file__).parents[2] / "docs" / "tenant-format.md").read_text("utf-8")
FILES = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", TEXT, re.M | re.S))
FILES.pop("pyproject.toml")
PICTURES = "logo.svg mark.svg hero.jpg products/aria-1.jpg products/aria-2.jpg products/aria-turn.jpg products/aria-turn.mp4 products/aria-black.jpg collections/round.jpg pages/about.jpg posts/opening.jpg fonts/house.woff2"
VALUES = ["", "null", "[]", "{}", "[a]", "{a: b}", "yes", "-1", "1e9", "99999999999", '"\\0"', "'", '"', "&a", "*a", "!!x y", "|", ">", "#x", "a: b", "[[[]]]", "true", "2026-13-01", "ключ", "../..", "\u2028", "{type: x}", "- a", "[null]", "{src: }"]


def edited(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    kind = rng.randrange(7)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif kind == 2:
        lines[at] = re.sub(r"(:\s).*", lambda m: m[1] + rng.choice(VALUES), lines[at], count=1)
    elif kind == 3:
        place = rng.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + rng.choice("[]{}:,#&*!|>'\"%@`?- \t\x07é𝒳") + lines[at][place:]
    elif kind == 4:
        lines[at] = " " * rng.randrange(5) + lines[at].lstrip()
    elif kind == 5:
        words = lines[at].split(" ")
        words[rng.randrange(len(words))] = rng.choice(VALUES)
        lines[at] = " ".join(words)
    else:
        lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
    return "\n".join(lines)


def test_any_edit_gives_a_tenant_or_diagnostics() -> None:
    rng = random.Random(11)
    pictures: dict[str, str | bytes] = {f"assets/{name}": b"" for name in PICTURES.split()}
    good = load(in_memory({**FILES, **pictures}), Platform())
    assert good.tenant is not None
    codes: set[str] = set()
    for _ in range(400):
        files = dict(FILES)
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            name = rng.choice(sorted(files))
            files[name] = edited(rng, files[name])
        if rng.random() < 0.2:
            files[rng.choice(["x", "pages/x y.md", "catalog/products/A.yaml", "locales/de/home.yaml"])] = "title: x"
        if rng.random() < 0.2:
            del files[rng.choice(sorted(files))]

        result = load(in_memory({**files, **pictures}), Platform(), good.records)

        assert (result.tenant is None) == bool(result.report.errors)
        for diagnostic in result.report:
            codes.add(diagnostic.code)
            assert diagnostic.found, diagnostic
            assert diagnostic.expected, diagnostic
            assert diagnostic.fix, diagnostic
            assert diagnostic.span.file.startswith("tenants/mugs")
            assert "{name}" not in diagnostic.message
        if result.tenant is not None:
            missing(result.tenant, "fr")
            localized(result.tenant, "fr")
    assert len(codes) > 25
