"""Checkouts: a worker builds what a commit holds, and nothing of its own machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from highstreet.farm.checkout import NoSources, checkout
from highstreet.farm.errand import Sources


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@example.com", *words], check=True, capture_output=True, text=True).stdout.strip()


def _committed(folder: Path) -> str:
    _git(folder, "init", "-q")
    _git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    _git(folder, "add", ".")
    _git(folder, "commit", "-qm", "one")
    return _git(folder, "rev-parse", "HEAD")


def test_workspace_of_a_commit_is_where_it_says(tmp_path: Path) -> None:
    (tmp_path / "street/shops/tenants/acme").mkdir(parents=True)
    (tmp_path / "street/shops/tenants/acme/tenant.yaml").write_text("name: Acme\n")
    commit = _committed(tmp_path / "street")

    root = checkout(Sources(str(tmp_path / "street"), commit, "shops/"), tmp_path / "kept")

    assert (root / "tenants/acme/tenant.yaml").read_text() == "name: Acme\n"


@pytest.mark.parametrize("inside", ["", "shops/"])
def test_link_in_place_of_the_tenants_leads_nowhere(inside: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere/tenants/secret").mkdir(parents=True)
    (tmp_path / "street").mkdir()
    if inside:
        (tmp_path / "street/shops").symlink_to(tmp_path / "elsewhere")
    else:
        (tmp_path / "street/tenants").symlink_to(tmp_path / "elsewhere/tenants")
    commit = _committed(tmp_path / "street")

    with pytest.raises(NoSources, match="behind a symbolic link"):
        checkout(Sources(str(tmp_path / "street"), commit, inside), tmp_path / "kept")


@pytest.mark.parametrize("inside", ["../", "../../elsewhere/"])
def test_workspace_lies_within_the_commit(inside: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere/tenants").mkdir(parents=True)
    (tmp_path / "kept/tenants").mkdir(parents=True)
    (tmp_path / "street/tenants").mkdir(parents=True)
    (tmp_path / "street/tenants/x").write_text("x")
    commit = _committed(tmp_path / "street")

    with pytest.raises(NoSources):
        checkout(Sources(str(tmp_path / "street"), commit, inside), tmp_path / "kept")
