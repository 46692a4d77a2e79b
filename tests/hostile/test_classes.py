"""Every class of attack against every oracle: neighbours, canaries, caps, boundaries, words, and a real browser."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from hostile.bad_street import Builder, Street, build, every_oracle
from hostile.case import Case
from hostile.visit import visit

CLASSES = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("[a-z]*.py"))


def cases(name: str) -> tuple[Case, ...]:
    found: tuple[Case, ...] = import_module(f"hostile.cases.{name}").CASES
    return found


@pytest.mark.parametrize("name", CLASSES)
def test_class_of_attacks_harms_nobody(name: str, builder: Builder, alone: Street, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    street = build(builder, tmp_path, cases(name))

    found = every_oracle(street, alone)

    assert found == {}
    if street.built:
        browser = request.getfixturevalue("browser")
        for number, (handle, case) in enumerate(street.built.items()):
            # Without the host's policy nothing but ours stands in the way; with it, some prove that it breaks nothing.
            for policy in (False, True)[: 2 if number < 2 else 1]:
                wrong = visit(browser, street.space.site(handle), f"{handle}.example.com", case.pages, policy)
                assert wrong == [], (handle, policy)
