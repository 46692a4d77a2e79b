"""Who publishes which commit: told by git and CI services, and never with a secret in it."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from highstreet.base import git as asking
from highstreet.cli.commands import changed_since
from highstreet.farm.origin import Unclear, origin
from highstreet.publish.provenance import provenance
from highstreet.publish.release import Commit
from highstreet.workspace import Workspace

AUTHOR = ("-c", "user.name=Mara", "-c", "user.email=mara@example.com", "-c", "commit.gpgsign=false")
SHA = "0123456789abcdef0123456789abcdef01234567"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *AUTHOR, *words], capture_output=True, check=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A street below the top of its repository, with one commit."""
    git(tmp_path, "init", "-q", "-b", "main")
    for handle in ("acme", "bell"):
        (tmp_path / f"street/tenants/{handle}").mkdir(parents=True)
        (tmp_path / f"street/tenants/{handle}/tenant.yaml").write_text("name: X\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one", "--date", "2026-01-01T00:00:00Z")
    return tmp_path / "street"


def test_git_tells_commit_time_and_what_is_dirty(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    (repository / "tenants/acme/tenant.yaml").write_text("name: Y\n")
    (repository / "tenants/new").mkdir()
    (repository / "tenants/new/tenant.yaml").write_text("name: N\n")
    (repository.parent / "elsewhere.txt").write_text("not of this street")

    found = provenance(repository, {})

    assert found.commit.id == head
    assert found.commit.time == int(git(repository, "log", "-1", "--format=%ct"))
    assert [found.of(handle).dirty for handle in ("acme", "bell", "new")] == [True, False, True]


@pytest.mark.parametrize("place", ["themes/main/theme.yaml", "pyproject.toml"])
def test_what_all_shops_share_makes_all_dirty(repository: Path, place: str) -> None:
    (repository / place).parent.mkdir(parents=True, exist_ok=True)
    (repository / place).write_text("x")

    assert provenance(repository, {}).of("bell").dirty


def test_ancestry_is_asked_of_git_when_it_knows_both(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "commit", "-qm", "two", "--allow-empty")
    second = git(repository, "rev-parse", "HEAD")
    found = provenance(repository, {})

    assert found.ancestor(first, second) is True
    assert found.ancestor(second, first) is False
    assert found.ancestor(first, first) is True
    assert found.ancestor(first, SHA) is None
    assert found.ancestor("", second) is None
    assert found.ancestor("--help", second) is None


def test_without_git_everything_is_blank(tmp_path: Path) -> None:
    found = provenance(tmp_path, {})

    assert found.commit == Commit()
    assert not found.of("acme").dirty
    assert found.ancestor(SHA, SHA[::-1]) is None


@pytest.mark.parametrize(
    ("environ", "who"),
    [
        (
            {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_ACTOR": "mara", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"},
            "mara (https://github.com/o/r/actions/runs/7)",
        ),
        ({"GITLAB_CI": "1", "GITLAB_USER_LOGIN": "mara", "CI_JOB_URL": "https://gitlab-ci-token:hunter2@gitlab.example/j/1?private_token=hunter2"}, "mara (https://gitlab.example/j/1)"),
        ({"JENKINS_URL": "x", "BUILD_URL": "https://ci.example/1/"}, "CI (https://ci.example/1)"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": f"a\x1b[31m {KEY}"}, "a�[31m AKIA" + "*" * 16),
        ({"CI": "true"}, "CI"),
    ],
)
def test_ci_services_tell_who_without_secrets(tmp_path: Path, environ: dict[str, str], who: str) -> None:
    found = provenance(tmp_path, {**environ, "AWS_SECRET_ACCESS_KEY": "hunter2", "GITHUB_TOKEN": "hunter2"})

    assert found.who == who
    assert "hunter2" not in repr(found)


def test_a_checkout_without_git_takes_the_commit_from_the_service(tmp_path: Path) -> None:
    found = provenance(tmp_path, {"GITLAB_CI": "1", "CI_COMMIT_SHA": SHA, "CI_COMMIT_TIMESTAMP": "2026-11-24T00:00:00+00:00"})

    assert found.commit == Commit(SHA, 1795478400)


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


def _nested(repository: Path, settings: str = "") -> Path:
    """A tenant's folder that is a repository of its own, whose configuration names a command; where that would write.

    In `settings` {evil} is that command, {hooks} a folder of hooks that are it, {pipe} a pipe elsewhere, on which whoever
    reads it waits for ever, {more} a file with settings that name the command.
    """
    shop, mark, outside = repository / "tenants/acme", repository.parent / "was-here", repository.parent / "outside"
    (outside / "hooks").mkdir(parents=True)
    for name in ("evil", *(f"hooks/{hook}" for hook in ("post-checkout", "post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman"))):
        (outside / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (outside / name).chmod(0o755)
    (outside / "more").write_text(f"[core]\n\tfsmonitor = {outside / 'evil'}\n")
    os.mkfifo(outside / "pipe")
    git(shop, "init", "-q")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "own")
    git(repository, "rm", "-rq", "--cached", "tenants/acme")
    git(repository, "add", "tenants/acme")
    (repository.parent / ".gitmodules").write_text(f'[submodule "acme"]\n\tpath = {shop.relative_to(repository.parent)}\n\turl = ext::sh -c {outside / "evil"}\n\tignore = none\n\tupdate = !{outside / "evil"}\n\tfetchRecurseSubmodules = true\n')
    git(repository, "commit", "-qam", "as a submodule")
    _append(shop / ".git/config", settings.format(**{name: outside / name for name in ("evil", "hooks", "pipe", "more")}))
    (shop / ".gitattributes").write_text("* filter=own diff=own merge=own\n")
    (shop / "tenant.yaml").write_text("name: Y\n")
    return mark


# What git's manual lets a configuration run or read, by what makes git itself do so; "" where that takes a terminal or
# another machine.
SETTINGS = {
    "fsmonitor": ("[core]\n fsmonitor = {evil}\n", "status"),
    "filter": ("[filter \"own\"]\n clean = {evil}\n smudge = {evil}\n required = true\n", "status"),
    "filter-process": ("[filter \"own\"]\n process = {evil}\n", "status"),
    "hooks": ("[core]\n hooksPath = {hooks}\n", "update-index --refresh --force-write-index"),
    "textconv": ("[diff \"own\"]\n textconv = {evil}\n", "diff"),
    "diff-command": ("[diff \"own\"]\n command = {evil}\n", "diff"),
    "external-diff": ("[diff]\n external = {evil}\n", "diff"),
    "include": ("[include]\n path = {more}\n", "status"),
    "include-if": ("[includeIf \"gitdir:**\"]\n path = {more}\n", "status"),
    "alias": ("[alias]\n own = !{evil}\n diff = !{evil}\n status = !{evil}\n log = !{evil}\n", "own"),
    "pager": ("[core]\n pager = {evil}\n editor = {evil}\n askPass = {evil}\n[pager]\n diff = {evil}\n log = {evil}\n", ""),
    "far": ("[core]\n sshCommand = {evil}\n gitProxy = {evil}\n[remote \"origin\"]\n url = ext::{evil}\n promisor = true\n[extensions]\n partialClone = origin\n[credential]\n helper = {evil}\n[gpg]\n program = {evil}\n", ""),
    "safe-everywhere": ("[safe]\n directory = *\n bareRepository = all\n[core]\n fsmonitor = {evil}\n bare = false\n", "status"),
    "read-elsewhere": ("[core]\n attributesFile = {pipe}\n excludesFile = {pipe}\n[include]\n path = {pipe}\n[commit]\n template = {pipe}\n[mailmap]\n file = {pipe}\n", ""),
    "worktree-elsewhere": ("[core]\n worktree = {hooks}\n fsmonitor = {evil}\n", "status"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_repository_of_a_tenant_runs_no_commands_and_reads_nothing_elsewhere(repository: Path, name: str) -> None:
    settings, provoked = SETTINGS[name]
    mark = _nested(repository, settings)
    if provoked:
        subprocess.run(["git", "-C", str(repository / "tenants/acme"), *provoked.split()], capture_output=True, check=False, timeout=20)
        assert mark.exists(), "git by itself runs it"
        mark.unlink()
    (repository / "tenants/bell/tenant.yaml").write_text("name: Z\n")
    space = Workspace(repository, repository / "build", repository / ".highstreet")

    assert provenance(repository, {}).of("bell").dirty
    assert "bell" in (changed_since(space, "HEAD") or ())
    assert not asking.differences(repository, "HEAD").unsure
    with pytest.raises(Unclear, match="bell"):
        origin(space, "git+https://example.com/street.git")

    assert not mark.exists()


def test_folder_that_looks_like_a_bare_repository_is_a_folder(repository: Path) -> None:
    mark = _nested(repository)
    shop = repository / "tenants/bell"
    git(shop, "init", "-q", "--bare", ".")
    _append(shop / "config", f"[core]\n fsmonitor = {repository.parent / 'outside/evil'}\n worktree = {repository.parent}\n")

    found = asking.differences(repository, "HEAD")

    assert (found.parts, found.unsure) == ({"tenants/bell"}, {})
    assert not mark.exists()


def _own(repository: Path) -> Path:
    """The folder .git of a tenant that is a repository of its own."""
    _nested(repository)
    return repository / "tenants/acme/.git"


def _pipe_of_rules(repository: Path) -> None:
    os.mkfifo(repository / "tenants/acme/.gitignore")


def _pipe_of_attributes(repository: Path) -> None:
    os.mkfifo(repository / "tenants/acme/.gitattributes")
    (repository / "tenants/acme/tenant.yaml").write_text("name: Z\n")


def _rules_without_end(repository: Path) -> None:
    (repository / "tenants/acme/.gitignore").write_text("*a" * 9 + "b\n")
    (repository / "tenants/acme" / ("a" * 200 + "c")).write_text("")


def _head_larger_than_memory(repository: Path) -> None:
    with (_own(repository) / "HEAD").open("r+b") as head:
        head.truncate(2**31)  # sparse; git reads all of it


def _pipe_of_settings(repository: Path) -> None:
    (_own(repository) / "config").unlink()
    os.mkfifo(repository / "tenants/acme/.git/config")


def _settings_that_are_none(repository: Path) -> None:
    (_own(repository) / "config").write_bytes(b"\xff" * 100)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LONGEST", 0.5)
    monkeypatch.setattr(asking, "LONGEST_FOR_ONE", 1.0)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("spoilt", [_pipe_of_rules, _pipe_of_attributes, _rules_without_end, _head_larger_than_memory, _pipe_of_settings, _settings_that_are_none])
def test_folder_that_silences_git_leaves_it_unsure_of_no_other(repository: Path, spoilt: Callable[[Path], None]) -> None:
    for handle in ("ac", "acm", "crow"):  # which it begins with, or has nothing to do with
        (repository / f"tenants/{handle}").mkdir()
        (repository / f"tenants/{handle}/tenant.yaml").write_text("name: X\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")
    spoilt(repository)
    (repository / "tenants/crow/tenant.yaml").write_text("name: Z\n")

    found = asking.differences(repository, "HEAD")

    assert found.unsure.keys() == {"tenants/acme"}
    assert found.parts - {"tenants/acme"} == {"tenants/crow"}


def test_repository_of_a_tenant_takes_little_time(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three million references in no order, which git sorts: 4 GB of them would take it a minute."""
    own = _own(repository)
    for branch in (own / "refs/heads").iterdir():
        branch.unlink()
    block = b"".join(b"%040x refs/heads/%016x\n" % (number + 1, number * 0x9E3779B97F4A7C15 % 2**64) for number in range(200_000))
    with (own / "packed-refs").open("wb") as packed:
        packed.writelines([block] * 15)
    (repository / "tenants/bell/tenant.yaml").write_text("name: Z\n")
    monkeypatch.setattr(asking, "_MOST_SECONDS", 1)
    monkeypatch.setattr(asking, "_MOST_SECONDS_FOR_ONE", 1)

    found = asking.differences(repository, "HEAD")

    assert found.unsure == {"tenants/acme": "git diff takes more than 1 s: is there a repository in the folder?"}
    assert found.parts == {"tenants/bell"}


@pytest.mark.usefixtures("hasty")
def test_shop_that_git_cannot_tell_of_counts_as_changed_and_is_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _pipe_of_rules(repository)

    changed, found = changed_since(Workspace(repository, repository / "build", repository / ".highstreet"), "HEAD"), provenance(repository, {})

    assert changed == {"acme"}
    assert "tenants/acme counts as changed: git cannot tell (git ls-files does not answer within 1 s" in capsys.readouterr().err
    assert [found.of(handle).dirty for handle in ("acme", "bell")] == [True, False]


@pytest.mark.usefixtures("hasty")
def test_cluster_builds_although_git_cannot_tell_of_one_folder(repository: Path) -> None:
    _pipe_of_rules(repository)

    found = origin(Workspace(repository, repository / "build", repository / ".highstreet"), "git+https://example.com/street.git")

    assert found.commit == git(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize("spoilt", ["loop", "link", "outside", "device", "index", "objects"])
def test_odd_repository_of_a_tenant_costs_nothing(repository: Path, spoilt: str) -> None:
    """References that go round, places elsewhere, an index of 4 GB, thousands of objects: git looks at none of it."""
    own = _own(repository)
    branch = (own / "HEAD").read_text().split()[1]
    (repository / "tenants/bell/tenant.yaml").write_text("name: Z\n")
    if spoilt == "loop":
        (own / branch).write_text(f"ref: {branch}\n")
    elif spoilt == "link":
        (own / "HEAD").unlink()
        (own / "HEAD").symlink_to("HEAD")
    elif spoilt in ("outside", "device"):
        own.rename(repository.parent / "elsewhere")
        own.write_text(f"gitdir: {repository.parent / 'elsewhere' if spoilt == 'outside' else '/dev/zero'}\n")
    elif spoilt == "index":
        with (own / "index").open("r+b") as index:
            index.truncate(2**32)
    else:
        (own / "objects/aa").mkdir(exist_ok=True)
        for number in range(20_000):  # 300,000 take as long
            (own / f"objects/aa/{number:038x}").touch()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    found = asking.differences(repository, "HEAD")

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "tenants/bell" in found.parts
    assert not found.unsure
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_folders_taken_away_and_new_repositories_differ(repository: Path) -> None:
    for name in ("tenant.yaml", "."):
        path = repository / "tenants/bell" / name
        path.unlink() if name != "." else path.rmdir()
    new = repository / "tenants/new"
    new.mkdir()
    (new / "tenant.yaml").write_text("name: N\n")
    git(new, "init", "-q")
    git(new, "add", "-A")
    git(new, "commit", "-qm", "own")

    assert asking.differences(repository, "HEAD") == (frozenset({"tenants/bell", "tenants/new"}), {})


def test_repository_of_a_tenant_takes_little_memory(repository: Path) -> None:
    _nested(repository)
    with (repository / "tenants/acme/.git/HEAD").open("r+b") as head:
        head.truncate(2**30)  # sparse; git reads all of it
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    said = asking.asked(repository, "status", "--porcelain")

    assert said.returncode, said
    assert b"memory" in said.stderr
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= max(before * 1024, 600 * 2**20)
