"""The street: which tenants a build takes, and that the same street gives the same bytes wherever it is built."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.command import AS_OF, PATIENCE, Said, call, command, run
from support.street import ROOT, Lane, picture, simple_shop


def _outcomes(said: Said) -> dict[str, str]:
    return {tenant["handle"]: tenant["outcome"] for tenant in said.json["tenants"]}


def _build(lane: Lane, *words: str | Path) -> Said:
    said = call("-C", lane.root, "build", "--as-of", AS_OF, "--format", "json", *words)
    assert said.code == 0, said.all
    return said


# Reproducibility


def test_same_street_gives_one_manifest_wherever_and_however_it_is_built(lane: Lane, tmp_path: Path) -> None:
    """Path, workers, time zone, language, hash seed, time stamps, order on disk, umask and current folder."""
    for name in ("lumen", "yamagiri"):  # without their pictures these have many mistakes, and must tell them alike
        shutil.copytree(ROOT / "tenants" / name, lane.root / "tenants" / name, ignore=shutil.ignore_patterns("assets"))
    for handle in ("a", "b", "c"):
        lane.tenant(handle, simple_shop(handle) | {"assets/products/p.png": picture(3), "catalog/products/thing-0.yaml": {
            "title": "Ünïcode 光", "price": "10.50", "images": [{"src": "products/p.png", "alt": "x"}], "attributes": {"z": "1", "a": "2"}, "tags": ["b", "a"]}})  # fmt: skip
    ways: list[tuple[str, dict[str, str], int, int | None]] = [
        ("one", {"TZ": "UTC", "PYTHONHASHSEED": "0"}, 1, None),
        ("two/deep er/ünï", {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}, 2, 0o077),
        ("three", {"TZ": "America/St_Johns", "PYTHONHASHSEED": "4711", "LC_ALL": "tr_TR.UTF-8", "LANG": "ja_JP.UTF-8", "PYTHONUTF8": "0"}, 3, 0o002),
    ]
    rng = random.Random(5)
    answers = []
    for name, env, jobs, umask in ways:
        root = tmp_path / name / "street"
        files = sorted(path for path in lane.root.rglob("*") if path.is_file())
        rng.shuffle(files)
        for path in files:
            place = root / path.relative_to(lane.root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            stamp = rng.randint(10**8, 2 * 10**9)
            os.utime(place, (stamp, stamp))
        here = root / "tenants/a" if jobs == 2 else tmp_path
        fixed = {"SOURCE_DATE_EPOCH": "1795435200"} if jobs == 3 else {}
        as_of = [] if fixed else ["--as-of", "2026-11-23T12:00:00Z"]
        words = ["-C", str(root), "build", "--format", "json", "--jobs", str(jobs), *as_of]
        answers.append(run(*words, cwd=here, env=env | fixed, umask=-1 if umask is None else umask))

    summaries = [answer.json for answer in answers]
    assert len({summary["manifest"] for summary in summaries}) == 1
    built = [[(tenant["handle"], tenant["outcome"], tenant["manifest"], tenant["files"]) for tenant in summary["tenants"]] for summary in summaries]
    assert built[0] == built[1] == built[2]
    assert sum(outcome == "built" for _, outcome, _, _ in built[0]) >= 3
    told = [[[(d["code"], d["file"], d["line"]) for d in tenant["diagnostics"]] for tenant in summary["tenants"]] for summary in summaries]
    assert told[0] == told[1] == told[2]
    first = {str(path.relative_to(tmp_path / "one/street/build")): path.read_bytes() for path in (tmp_path / "one/street/build").rglob("*") if path.is_file()}
    assert len(first) > 60
    assert not any(str(tmp_path).encode() in data for data in first.values())


# Which tenants


@pytest.fixture
def four(lane: Lane) -> Lane:
    for handle in ("a", "b", "c", "d"):
        lane.tenant(handle, simple_shop(products=1))
    return lane


@pytest.mark.usefixtures("plain_icons")
def test_named_tenants_alone_are_built(four: Lane) -> None:
    said = _build(four, "c", "a", "c")

    assert _outcomes(said) == {"a": "built", "c": "built"}
    assert sorted(path.name for path in four.workspace.out.iterdir()) == ["a", "c"]


@pytest.mark.usefixtures("plain_icons")
def test_shards_are_disjoint_and_whole(lane: Lane) -> None:
    for number in range(8):
        lane.tenant(f"shop-{number}", simple_shop(products=1))

    parts = [set(_outcomes(_build(lane, "--shard", f"{number}/2"))) for number in (1, 2)]

    assert sum(len(part) for part in parts) == 8
    assert set.union(*parts) == {f"shop-{number}" for number in range(8)}
    assert all(parts)


@pytest.mark.usefixtures("plain_icons")
def test_shard_without_tenants_is_done_at_once(lane: Lane) -> None:
    lane.tenant("only", simple_shop(products=1))

    said = [call("-C", lane.root, "build", "--as-of", AS_OF, "--shard", f"{number}/4") for number in range(1, 5)]

    assert [one.code for one in said] == [0, 0, 0, 0], [one.all for one in said]
    assert sum("1 built" in one.out for one in said) == 1


@pytest.mark.usefixtures("plain_icons")
def test_departed_tenants_go_only_when_the_whole_street_is_built(four: Lane) -> None:
    _build(four)
    shutil.rmtree(four.root / "tenants/d")

    _build(four, "a", "b")
    part = four.workspace.site("d").is_dir()
    said = _build(four)

    assert part
    assert not four.workspace.site("d").exists()
    assert "d: its folder is gone, so its output was removed" in said.err


@pytest.mark.usefixtures("plain_icons")
def test_clean_builds_everything_again_to_the_same_bytes(four: Lane) -> None:
    first = _build(four)
    wanted = four.files("a")

    again = _build(four, "--clean")

    assert set(_outcomes(again).values()) == {"built"}
    assert sum(tenant["written"] for tenant in again.json["tenants"]) == 0
    assert again.json["manifest"] == first.json["manifest"]
    assert four.files("a") == wanted


@pytest.mark.usefixtures("plain_icons")
def test_other_output_folder_is_built_and_kept_apart(four: Lane, tmp_path: Path) -> None:
    first = _build(four)

    other = _build(four, "--out", tmp_path / "out")
    again = _build(four)
    other_again = _build(four, "--out", tmp_path / "out")

    assert set(_outcomes(other).values()) == {"built"}
    assert set(_outcomes(again).values()) == set(_outcomes(other_again).values()) == {"unchanged"}
    assert other.json["manifest"] == first.json["manifest"]
    assert four.files("b", tmp_path / "out") == four.files("b")


# --changed-since


def _git(lane: Lane, *words: str) -> None:
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@street.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=lane.root, check=True, capture_output=True)


@pytest.fixture
def versioned(four: Lane) -> Lane:
    _git(four, "init", "-q")
    (four.root / ".gitignore").write_text("/build/\n/.highstreet/\n")
    (four.root / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "x.example"\n')
    _git(four, "add", "-A")
    _git(four, "commit", "-q", "-m", "start")
    return four


def _edit(lane: Lane) -> None:
    lane.write("tenants/b/pages/about.md", "---\ntitle: About\n---\nOther words.\n")


def _commit_edit(lane: Lane) -> None:
    _edit(lane)
    _git(lane, "commit", "-q", "-am", "edit")


def _stage(lane: Lane) -> None:
    _edit(lane)
    _git(lane, "add", "-A")


def _untracked(lane: Lane) -> None:
    lane.write("tenants/c/pages/new.md", "---\ntitle: New\n---\nNew.\n")


def _rename(lane: Lane) -> None:
    (lane.root / "tenants/a/pages/about.md").rename(lane.root / "tenants/d/pages/moved.md")
    lane.write("tenants/a/navigation.yaml", "{}\n")
    _git(lane, "add", "-A")


def _delete(lane: Lane) -> None:
    (lane.root / "tenants/d/catalog/collections/things.yaml").unlink()


def _theme(lane: Lane) -> None:
    lane.own_theme()


def _settings(lane: Lane) -> None:
    (lane.root / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "y.example"\n')


def _elsewhere(lane: Lane) -> None:
    lane.write("README.md", "nothing to do with shops")
    lane.write("docs/themes/x.md", "nor this")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [(_edit, "b"), (_commit_edit, "b"), (_stage, "b"), (_untracked, "c"), (_rename, "ad"), (_delete, "d"), (_theme, "abcd"), (_settings, "abcd"), (_elsewhere, "")],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
@pytest.mark.usefixtures("plain_icons")
def test_only_tenants_that_differ_from_a_revision_are_built(versioned: Lane, change: object, wanted: str) -> None:
    _git(versioned, "tag", "base")
    change(versioned)  # type: ignore[operator]

    said = _build(versioned, "--changed-since", "base")

    assert "".join(sorted(_outcomes(said))) == wanted


@pytest.mark.usefixtures("plain_icons")
def test_workspace_below_the_root_of_its_repository(lane: Lane) -> None:
    inner = Lane(lane.root / "tenants")  # the unluckiest of names
    for handle in ("a", "b"):
        inner.tenant(handle, simple_shop(products=1))
    _git(lane, "init", "-q")
    _git(lane, "add", "-A")
    _git(lane, "commit", "-q", "-m", "start")
    inner.write("tenants/b/pages/about.md", "---\ntitle: About\n---\nOther words.\n")
    lane.write("themes/other/x.txt", "of another workspace")

    said = _build(inner, "--changed-since", "HEAD")

    assert list(_outcomes(said)) == ["b"]


@pytest.mark.parametrize("revision", ["no-such-tag", "HEAD:tenants", "-p"])
def test_wrong_revision_is_told_in_one_line(versioned: Lane, revision: str) -> None:
    said = call("-C", versioned.root, "build", f"--changed-since={revision}")

    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert "revision" in said.err


# Two builds at once


def test_second_build_waits_for_the_first(four: Lane) -> None:
    four.workspace.cache.mkdir()
    with (four.workspace.cache / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(command("-C", four.root, "build", "--as-of", AS_OF, "a"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        told = second.stderr.readline()
        time.sleep(0.4)
        waited = second.poll() is None and not four.workspace.out.exists()
        fcntl.flock(lock, fcntl.LOCK_UN)
        second.communicate(timeout=PATIENCE)

    assert "another build is at work" in told
    assert waited
    assert second.returncode == 0
    assert four.files("a")


def test_two_builds_at_once_end_as_one(four: Lane) -> None:
    words = [sys.executable, "-m", "highstreet.cli.main", "-C", str(four.root), "build", "--as-of", AS_OF]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=PATIENCE) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    counts = sorted(out.partition(" ·")[0] for out, _ in said)
    assert counts == ["0 built, 4 unchanged", "4 built, 0 unchanged"]
