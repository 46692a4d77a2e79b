"""Checkouts: a worker builds what a commit holds, and nothing of its own machine."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest

from highstreet.base.diagnostic import Problems
from highstreet.farm.checkout import NoSources, checkout
from highstreet.farm.errand import Sources
from highstreet.source.scan import LARGEST_FILE


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

    sources = checkout(Sources(str(tmp_path / "street"), commit, "shops/"), tmp_path / "kept")
    sources.bring("acme")
    sources.bring("gone")

    assert [place.name for place in (sources.root / "tenants").iterdir()] == ["acme"]
    assert (sources.root / "tenants/acme/tenant.yaml").read_text() == "name: Acme\n"


def test_a_shop_is_brought_when_it_is_wanted_and_whole(tmp_path: Path) -> None:
    for name in ("tenants/acme/assets/a.txt", "tenants/acme/tenant.yaml", "tenants/bell/tenant.yaml", "themes/main/theme.yaml", "pyproject.toml", "docs/notes.txt"):
        (tmp_path / "street" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "street" / name).write_text("one\n")
    (tmp_path / "street/.gitattributes").write_text("*.txt eol=crlf\n")  # what the operator says of all files holds for each
    commit = _committed(tmp_path / "street")

    sources = checkout(Sources(str(tmp_path / "street"), commit), tmp_path / "kept")
    (sources.root / "tenants/acme").mkdir()
    (sources.root / "tenants/acme/half.txt").write_text("left by a killed worker")
    sources.bring("acme")
    again = checkout(Sources(str(tmp_path / "street"), commit), tmp_path / "kept")
    (again.root / "tenants/acme/tenant.yaml").write_text("as it was brought\n")
    again.bring("acme")

    found = sorted(str(path.relative_to(again.root)) for path in again.root.rglob("*") if path.is_file() and ".git/" not in str(path))
    assert found == [".gitattributes", "pyproject.toml", "tenants/acme/assets/a.txt", "tenants/acme/tenant.yaml", "themes/main/theme.yaml"]
    assert (again.root / "tenants/acme/assets/a.txt").read_bytes() == b"one\r\n"
    assert (again.root / "tenants/acme/tenant.yaml").read_text() == "as it was brought\n"


def _bomb(street: Path, leaf: tuple[str, str], levels: int = 12) -> None:
    """A shop of trees that hold ten times the same tree each, with 10^12 files or none at all."""
    tree = subprocess.run(["git", "-C", str(street), "hash-object", "-t", leaf[1], "-w", "--stdin"], input=b"", check=True, capture_output=True).stdout.decode().strip()
    rows = f"{leaf[0]} {leaf[1]} {tree}\tx\n"
    for _ in range(levels):
        tree = subprocess.run(["git", "-C", str(street), "mktree"], input=rows.encode(), check=True, capture_output=True).stdout.decode().strip()
        rows = "".join(f"040000 tree {tree}\t{number}\n" for number in range(10))
    _git(street, "read-tree", "--empty")
    listed = _git(street, "ls-tree", "HEAD").splitlines()
    tenants = _git(street, "ls-tree", "HEAD:tenants").splitlines()
    inner = subprocess.run(["git", "-C", str(street), "mktree"], input="\n".join([*tenants, f"040000 tree {tree}\tevil", ""]).encode(), check=True, capture_output=True).stdout.decode().strip()
    rest = [row for row in listed if not row.endswith("\ttenants")]
    outer = subprocess.run(["git", "-C", str(street), "mktree"], input="\n".join([*rest, f"040000 tree {inner}\ttenants", ""]).encode(), check=True, capture_output=True).stdout.decode().strip()
    _git(street, "update-ref", "HEAD", _git(street, "commit-tree", outer, "-m", "bomb"))


@pytest.mark.parametrize("leaf", [("100644", "blob"), ("040000", "tree")], ids=["files", "folders"])
def test_a_shop_of_trees_without_end_fails_alone_and_at_once(leaf: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "street/tenants/acme").mkdir(parents=True)
    (tmp_path / "street/tenants/acme/tenant.yaml").write_text("name: Acme\n")
    _committed(tmp_path / "street")
    _bomb(tmp_path / "street", leaf)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    sources = checkout(Sources(str(tmp_path / "street"), _git(tmp_path / "street", "rev-parse", "HEAD")), tmp_path / "kept")
    with pytest.raises(Problems, match="tenants/evil: HS007 too many files"):
        sources.bring("evil")
    sources.bring("acme")

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (sources.root / "tenants/acme/tenant.yaml").is_file()
    assert not (sources.root / "tenants/evil").exists()
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


def test_a_file_of_a_shop_that_unpacks_to_gigabytes_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "street/tenants/evil/assets").mkdir(parents=True)
    with (tmp_path / "street/tenants/evil/assets/zeros.jpg").open("wb") as zeros:
        zeros.truncate(LARGEST_FILE + 1)
    sources = checkout(Sources(str(tmp_path / "street"), _committed(tmp_path / "street")), tmp_path / "kept")

    with pytest.raises(Problems, match=r"tenants/evil/assets/zeros\.jpg: HS006 file is too large"):
        sources.bring("evil")

    assert not (sources.root / "tenants/evil").exists()


@pytest.mark.parametrize("inside", ["", "shops/"])
def test_link_in_place_of_the_tenants_leads_nowhere(inside: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere/tenants/secret").mkdir(parents=True)
    (tmp_path / "street").mkdir()
    if inside:
        (tmp_path / "street/shops").symlink_to(tmp_path / "elsewhere")
    else:
        (tmp_path / "street/tenants").symlink_to(tmp_path / "elsewhere/tenants")
    commit = _committed(tmp_path / "street")

    with pytest.raises(NoSources, match=r"has no folder (shops/)?tenants/"):
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
