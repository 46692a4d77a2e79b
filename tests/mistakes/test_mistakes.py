"""Every recorded mistake gives exactly its diagnostic, and every documented code has a case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from case import Case, cases, problems, rendered

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.path.stem}")
def test_mistake_is_reported_where_it_is_with_found_expected_and_fix(case: Case, tmp_path: Path) -> None:
    found = problems(case, tmp_path)

    assert rendered(found) == case.expected
    for diagnostic in found:
        assert diagnostic.found, diagnostic
        assert diagnostic.expected, diagnostic
        assert diagnostic.fix, diagnostic


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 110


def test_every_code_of_loading_has_a_case() -> None:
    table = (Path(__file__).parents[2] / "docs" / "diagnostics.md").read_text("utf-8")
    documented = set(re.findall(r"^\| (HS[0-9]{3}) \|", table, re.M))
    source = Path(__file__).parents[2] / "src" / "highstreet"
    owned = [*(source / "model").glob("*.py"), *(source / "source").glob("[mty]*.py")]
    used = {code for path in owned for code in re.findall(r'"(HS[0-9]{3})"', path.read_text("utf-8"))}
    recorded = {code for case in CASES for code in re.findall(r"\bHS[0-9]{3}\b", case.expected)}

    assert used <= documented
    assert used <= recorded


def test_every_code_is_documented_once() -> None:
    root = Path(__file__).parents[2]
    table = re.findall(r"^\| (HS[0-9]{3}) \|", (root / "docs" / "diagnostics.md").read_text("utf-8"), re.M)
    used = {code for path in (root / "src").rglob("*.py") for code in re.findall(r'"(HS[0-9]{3})"', path.read_text("utf-8"))}

    assert sorted(table) == sorted(set(table))
    assert used - set(table) == set()
