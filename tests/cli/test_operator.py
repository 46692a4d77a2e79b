"""What an operator types by habit: folders a shell completed, addresses from a browser, output in odd places."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import AS_OF, call
from support.street import Lane, simple_shop


@pytest.fixture
def street(lane: Lane) -> Lane:
    lane.tenant("acme", simple_shop())
    return lane


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("out", ["tenants", "tenants/../tenants", "tenants/acme", ".", ".highstreet", "themes/x", ".git"])
def test_out_never_clears_sources_away(street: Lane, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    monkeypatch.chdir(street.root)
    before = contents(street.root)

    said = call("build", "--as-of", AS_OF, "--out", out)

    assert said.code == 2
    assert "--out public" in said.err
    assert contents(street.root) == before


def test_out_above_a_workspace_with_the_name_of_a_shop_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "corner-shop"
    call("init", place)
    before = contents(place)

    said = call("-C", place, "build", "--out", tmp_path)

    assert said.code == 2
    assert contents(place) == before


def test_a_folder_is_as_good_as_its_handle(street: Lane) -> None:
    for word in ("acme/", "tenants/acme", "./tenants/acme/"):
        said = call("-C", street.root, "check", word)
        assert said.code == 0, said.all

    assert "did you mean acme?" in call("-C", street.root, "check", "tenants/acne").err


def test_explain_takes_what_a_browser_or_a_folder_calls_the_page(street: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(street.root)
    call("build", "--as-of", AS_OF)
    page = call("explain", "acme", "cart/", "--as-of", AS_OF)

    for word in ("https://acme.example/cart/", "cart/?x=1#top", "build/acme/cart/index.html"):
        assert call("explain", "acme", word, "--as-of", AS_OF).out == page.out
    assert page.code == 0


@pytest.mark.parametrize("path", ["../../x", "a\\b", "caf\u00e9/"])
def test_explain_of_no_path_is_wrong_usage(street: Lane, path: str) -> None:
    said = call("-C", street.root, "explain", "acme", path)

    assert said.code == 2
    assert "products/mug/" in said.err


def test_a_new_shop_in_no_language_is_refused(street: Lane) -> None:
    said = call("-C", street.root, "new", "fresh", "--locale", "english", "--currency", "yen")

    assert said.code == 2
    assert "write en" in said.err
    assert "did you mean JPY?" in said.err
    assert not (street.root / "tenants/fresh").exists()


def test_an_option_with_a_slip_is_guessed(street: Lane) -> None:
    said = call("-C", street.root, "build", "--chnged-since", "HEAD")

    assert said.code == 2
    assert "did you mean --changed-since?" in said.err
