"""Scanning: every edit is seen, nothing outside the folder is, and what cannot be a shop's file is told."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from highstreet.source import scan as scanning
from highstreet.source.scan import Snapshot, SourceChanged, rescan, scan, untouched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "acme"
    (place / "pages").mkdir(parents=True)
    (place / "tenant.yaml").write_text("name: Acme\n")
    (place / "pages/about.md").write_text("About\n")
    return place


def _told(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(str(problem.span), problem.code) for problem in snapshot.problems]


def _age(path: Path, seconds: float = 10) -> None:
    """As if written a while ago, so that its time stamp may be trusted; ctime cannot be set, so the rule is moved."""
    old = time.time_ns() - int(seconds * 1e9)
    os.utime(path, ns=(old, old))


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this test count as written long ago."""
    monkeypatch.setattr(scanning, "_RACY_NS", -(10**12))


# What the index may skip


def _in_place(folder: Path) -> None:
    place = folder / "tenant.yaml"
    before = place.stat()
    time.sleep(0.02)  # ctime moves with the kernel's tick
    place.write_text("name: Emca\n")
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


def _moved_behind_a_link(folder: Path) -> None:
    (folder / "pages").rename(folder.parent / "pages")
    (folder / "pages").symlink_to(folder.parent / "pages")


def _linked_whole(folder: Path) -> None:
    folder.rename(folder.parent / "elsewhere")
    folder.symlink_to(folder.parent / "elsewhere")


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited in place, size and time kept": _in_place,
    "touched": lambda folder: os.utime(folder / "tenant.yaml"),
    "copied": lambda folder: (shutil.copy2(folder / "tenant.yaml", folder / "x"), (folder / "x").replace(folder / "tenant.yaml")),
    "added": lambda folder: (folder / "pages/new.md").write_text("New\n"),
    "removed": lambda folder: (folder / "pages/about.md").unlink(),
    "all removed": shutil.rmtree,
    "renamed": lambda folder: (folder / "pages/about.md").rename(folder / "pages/us.md"),
    "a folder renamed": lambda folder: (folder / "pages").rename(folder / "posts"),
    "a link added": lambda folder: (folder / "pages/link.md").symlink_to(folder / "pages/about.md"),
    "a file became a link": lambda folder: ((folder / "pages/about.md").rename(folder.parent / "about.md"), (folder / "pages/about.md").symlink_to(folder.parent / "about.md")),
    "a folder became a link": _moved_behind_a_link,
    "the whole became a link": _linked_whole,
    "a pipe added": lambda folder: os.mkfifo(folder / "pipe"),
    "an empty folder with a bad name": lambda folder: (folder / "a:b").mkdir(),
    "empty folders too deep": lambda folder: (folder / "/".join("abcdefghij")).mkdir(parents=True),
    "a file became a folder": lambda folder: ((folder / "tenant.yaml").unlink(), (folder / "tenant.yaml").mkdir()),
}  # fmt: skip


@pytest.mark.usefixtures("at_rest")
@pytest.mark.parametrize("change", CHANGES)
def test_a_look_without_a_scan_sees_every_change(folder: Path, change: str) -> None:
    index = scan(folder, "tenants/acme").index
    assert untouched(folder, index)

    CHANGES[change](folder)

    assert not untouched(folder, index)


def test_a_look_misses_a_file_that_was_removed_soon_after_it_was_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time stamp was too young to be trusted, and it must be missed all the same."""
    monkeypatch.setattr(scanning, "_RACY_NS", 50_000_000)
    time.sleep(0.1)
    (folder / "pages/new.md").write_text("New\n")
    first = scan(folder, "tenants/acme")
    again = rescan(first, folder, [folder / "tenant.yaml"])
    (folder / "pages/new.md").unlink()

    assert not untouched(folder, first.index)
    assert scan(folder, "tenants/acme", first.index).digest != first.digest
    assert again.index.keys() == first.index.keys() == {"tenant.yaml", "pages/about.md", "pages/new.md"}


@pytest.mark.usefixtures("at_rest")
def test_a_look_overlooks_what_is_no_source(folder: Path) -> None:
    index = scan(folder, "tenants/acme").index
    (folder / "pages/about.md~").write_text("old")
    (folder / ".git").mkdir()
    (folder / "empty").mkdir()

    assert untouched(folder, index)
    assert scan(folder, "tenants/acme").digest == scan(folder, "tenants/acme", index).digest


@pytest.mark.usefixtures("at_rest")
def test_unchanged_files_are_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scan(folder, "tenants/acme")
    read: list[str] = []
    real = scanning._read
    monkeypatch.setattr(scanning, "_read", lambda name, within=None: read.append(name) or real(name, within))

    second = scan(folder, "tenants/acme", first.index)

    assert set(first.index) == {"tenant.yaml", "pages/about.md"}
    assert read == []
    assert second.digest == first.digest


@pytest.mark.usefixtures("at_rest")
def test_a_saved_file_is_read_alone_whoever_made_the_index(folder: Path) -> None:
    """A shop that was built is opened with the index of its state, which is kept as plain tuples."""
    kept = {path: tuple(entry) for path, entry in scan(folder, "tenants/acme").index.items()}
    opened = scan(folder, "tenants/acme", kept)  # type: ignore[arg-type]
    (folder / "tenant.yaml").write_text("name: Emca\n")

    again = rescan(opened, folder, [folder / "tenant.yaml"])

    assert again.digest == scan(folder, "tenants/acme").digest != opened.digest
    assert not untouched(folder, again.index)


def test_file_written_just_now_is_not_trusted(folder: Path) -> None:
    """Within one tick of the clock a second edit of the same size leaves the same time stamp."""
    first = scan(folder, "tenants/acme")
    place = folder / "tenant.yaml"
    before = place.stat()
    with place.open("r+") as file:
        file.write("name: Emca\n")
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))

    second = scan(folder, "tenants/acme", first.index)

    assert not untouched(folder, first.index)
    assert second.digest != first.digest


@pytest.mark.usefixtures("at_rest")
@pytest.mark.parametrize("how", ["in place", "replaced", "restored from a copy"])
def test_edit_that_keeps_size_and_time_is_seen(folder: Path, how: str) -> None:
    place = folder / "tenant.yaml"
    _age(place)
    first = scan(folder, "tenants/acme")
    before = place.stat()
    time.sleep(0.02)  # ctime moves with the kernel's tick
    if how == "in place":
        place.write_text("name: Emca\n")
    else:
        other = folder.parent / "other.yaml"
        other.write_text("name: Emca\n")
        other.replace(place)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))

    second = scan(folder, "tenants/acme", first.index)

    assert place.stat().st_mtime_ns == before.st_mtime_ns
    assert place.stat().st_size == before.st_size
    assert second.digest != first.digest


@pytest.mark.usefixtures("at_rest")
@pytest.mark.parametrize("how", ["added", "removed", "renamed", "swapped"])
def test_change_of_names_is_seen(folder: Path, how: str) -> None:
    first = scan(folder, "tenants/acme")
    about, tenant = folder / "pages/about.md", folder / "tenant.yaml"
    match how:
        case "added":
            (folder / "pages/new.md").write_text("New\n")
        case "removed":
            about.unlink()
        case "renamed":
            about.rename(folder / "pages/us.md")
        case "swapped":
            about.rename(folder / "x")
            tenant.rename(about)
            (folder / "x").rename(tenant)

    second = scan(folder, "tenants/acme", first.index)

    assert second.digest != first.digest


def test_touch_changes_nothing(folder: Path) -> None:
    first = scan(folder, "tenants/acme")
    _age(folder / "tenant.yaml", 3600)

    assert scan(folder, "tenants/acme", first.index).digest == first.digest


def test_false_index_is_no_more_than_a_hint_of_time(folder: Path) -> None:
    index = {"tenant.yaml": scanning.IndexEntry(0, 0, 0, 0, "f" * 64), "gone.yaml": scanning.IndexEntry(1, 1, 1, 1, "e" * 64)}

    assert scan(folder, "tenants/acme", index).digest == scan(folder, "tenants/acme").digest


def test_file_that_changes_between_scan_and_reading_is_noticed(folder: Path) -> None:
    (folder / "big.bin").write_bytes(b"a" * 300_000)
    snapshot = scan(folder, "tenants/acme")
    (folder / "big.bin").write_bytes(b"b" * 300_000)

    with pytest.raises(SourceChanged):
        snapshot.get("big.bin").read()  # type: ignore[union-attr]
    (folder / "big.bin").unlink()
    with pytest.raises(SourceChanged):
        snapshot.get("big.bin").read()  # type: ignore[union-attr]


# What is no file of a shop


def test_links_are_told_and_never_read(folder: Path) -> None:
    secret = folder.parent / "secret.txt"
    secret.write_text("secret")
    (folder / "pages/stolen.md").symlink_to(secret)
    (folder / "pages/inner.md").symlink_to("about.md")
    (folder / "posts").symlink_to(folder.parent)
    (folder / "pages/broken.md").symlink_to("nothing")

    snapshot = scan(folder, "tenants/acme")

    assert [file.path for file in snapshot.files] == ["pages/about.md", "tenant.yaml"]
    assert sorted(_told(snapshot)) == [(f"tenants/acme/{name}", "HS002") for name in ("pages/broken.md", "pages/inner.md", "pages/stolen.md", "posts")]


def test_link_put_there_after_the_listing_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = folder.parent / "secret.txt"
    secret.write_text("secret")
    real = scanning._read

    def late(name: str, within: int | None = None) -> bytes:
        if name == "about.md":
            (folder / "pages/about.md").unlink()
            (folder / "pages/about.md").symlink_to(secret)
        return real(name, within)

    monkeypatch.setattr(scanning, "_read", late)

    snapshot = scan(folder, "tenants/acme")

    assert [file.path for file in snapshot.files] == ["tenant.yaml"]
    assert _told(snapshot) == [("tenants/acme/pages/about.md", "HS001")]


@pytest.mark.parametrize("moment", ["before it is entered", "before a file of it is read"])
def test_folder_swapped_for_a_link_during_the_scan_leads_nowhere(folder: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = folder.parent / "bell/pages"
    theirs.mkdir(parents=True)
    for name in ("about.md", "secret.md"):
        (theirs / name).write_text("secret")
    real, done = os.open, []

    def swapping(path: str, *rest: Any, **given: Any) -> int:
        if path == ("about.md" if moment.endswith("read") else "pages") and not done:
            done.append((folder / "pages").rename(folder.parent / "old"))
            (folder / "pages").symlink_to(theirs)
        return real(path, *rest, **given)

    monkeypatch.setattr(os, "open", swapping)

    snapshot = scan(folder, "tenants/acme")

    assert done
    assert "secret" not in {file.read().decode() for file in snapshot.files}
    assert _told(snapshot) == ([] if moment.endswith("read") else [("tenants/acme/pages", "HS001")])


def test_file_behind_a_link_is_not_read_when_it_is_said_to_have_changed(folder: Path) -> None:
    first = scan(folder, "tenants/acme")
    theirs = folder.parent / "bell"
    (folder / "pages").rename(theirs)
    (theirs / "about.md").write_text("secret")
    (folder / "pages").symlink_to(theirs)

    with pytest.raises(OSError, match="pages"):
        rescan(first, folder, [folder / "pages/about.md"])


def test_only_a_folder_of_the_operators_may_be_a_link(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)

    theirs, ours = scan(link, "tenants/link"), scan(link, "themes/link", linked=True)
    (folder / "tenant.yaml").write_text("name: Bell\n")
    saved = rescan(ours, link, [link / "tenant.yaml"])

    assert (theirs.files, _told(theirs)) == ((), [("tenants/link/.", "HS001")])
    assert [file.path for file in ours.files] == [file.path for file in saved.files] == ["pages/about.md", "tenant.yaml"]
    assert saved.files[1].read() == b"name: Bell\n"


def test_pipes_and_sockets_are_told_and_do_not_block(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path may be short only
        try:
            listener.bind("s.md")
        finally:
            os.chdir(here)
        snapshot = scan(folder, "tenants/acme")

    assert sorted(_told(snapshot)) == [("tenants/acme/pipe.yaml", "HS003"), ("tenants/acme/s.md", "HS003")]


def test_file_that_cannot_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = scanning._read

    def refusing(name: str, within: int | None = None) -> bytes:
        if name == "about.md":
            raise PermissionError(13, "Permission denied", name)
        return real(name, within)

    monkeypatch.setattr(scanning, "_read", refusing)

    snapshot = scan(folder, "tenants/acme")

    assert _told(snapshot) == [("tenants/acme/pages/about.md", "HS001")]
    assert snapshot.problems[0].found == "Permission denied"


@pytest.mark.parametrize("name", ["a\nb.md", "a\tb.md", "a:b.md", "what?.md", "back\\slash.md", "star*.md", "\x1b[31m.md", "dir\u202eection.md", 'quo"te.md'])
def test_names_that_work_on_some_systems_only_are_told(folder: Path, name: str) -> None:
    (folder / "pages" / name).write_text("x")

    snapshot = scan(folder, "tenants/acme")

    assert [code for _, code in _told(snapshot)] == ["HS004"]
    assert len(snapshot.files) == 2


def test_name_that_is_no_text_is_told(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/pages/\xff.md", "w") as file:
        file.write("x")

    snapshot = scan(folder, "tenants/acme")

    assert [code for _, code in _told(snapshot)] == ["HS004"]


def test_names_in_other_scripts_and_with_spaces_are_fine(folder: Path) -> None:
    for name in ("عن المتجر.md", "店について.md", "größe & maß (1).md"):
        (folder / "pages" / name).write_text("x")

    snapshot = scan(folder, "tenants/acme")

    assert _told(snapshot) == []
    assert len(snapshot.files) == 5


def test_names_that_differ_in_case_only_are_told(folder: Path) -> None:
    (folder / "pages/About.md").write_text("x")

    snapshot = scan(folder, "tenants/acme")

    assert _told(snapshot) == [("tenants/acme/pages/about.md", "HS008")]


def test_editors_leavings_are_no_source(folder: Path) -> None:
    before = scan(folder, "tenants/acme").digest
    for name in (".DS_Store", ".tenant.yaml.swp", "tenant.yaml~", "#tenant.yaml#", ".git"):
        (folder / name).write_text("x")

    snapshot = scan(folder, "tenants/acme")

    assert (snapshot.digest, _told(snapshot)) == (before, [])


def test_order_of_creation_does_not_matter(tmp_path: Path) -> None:
    names = ["b.md", "a.md", "é.md", "z/1", "a/2", "a-b.md"]
    digests = set()
    for number, order in enumerate((names, names[::-1])):
        place = tmp_path / str(number)
        for name in order:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(name)
        digests.add(scan(place, "tenants/x").digest)

    assert len(digests) == 1


# Caps


def test_too_many_files_are_told_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MOST_FILES", 5)
    for number in range(20):
        (folder / f"pages/p{number}.md").write_text("x")

    snapshot = scan(folder, "tenants/acme")

    assert len(snapshot.files) <= 5
    assert [code for _, code in _told(snapshot)] == ["HS007"]


def _folders(folder: Path) -> None:
    for number in range(40):
        (folder / f"assets/{number % 4}/{number}").mkdir(parents=True)


def _hidden(folder: Path) -> None:
    for number in range(40):
        (folder / f"pages/.{number}").write_text("x")


@pytest.mark.parametrize("make", [_folders, _hidden], ids=["folders", "hidden files"])
def test_too_many_names_are_told_once_and_looked_at_no_further(folder: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("tenant.yaml", "pages/about.md"):
        _age(folder / path)
    monkeypatch.setattr(scanning, "_RACY_NS", 0)
    known = scan(folder, "tenants/acme").index
    make(folder)
    before = untouched(folder, known)
    monkeypatch.setattr(scanning, "MOST_NAMES", 30)

    snapshot = scan(folder, "tenants/acme")

    assert [code for _, code in _told(snapshot)] == ["HS007"]
    assert before
    assert not untouched(folder, known), "a scan has to tell"


def test_refused_names_are_told_up_to_a_number(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_MOST_REFUSED", 10)
    for number in range(20):
        (folder / f"pages/{number}.md").symlink_to("nothing")

    snapshot = scan(folder, "tenants/acme")

    assert [code for _, code in _told(snapshot)] == ["HS002"] * 10 + ["HS007"]


def test_too_large_and_too_deep_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LARGEST_FILE", 1000)
    (folder / "pages/large.md").write_text("x" * 1001)
    (folder / "/".join("abcdefghijkl")).mkdir(parents=True)

    snapshot = scan(folder, "tenants/acme")

    assert sorted(code for _, code in _told(snapshot)) == ["HS005", "HS006"]
    assert len(snapshot.files) == 2


def test_file_that_grows_past_the_cap_while_it_is_read_is_cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is never held in memory beyond the cap, even if it was small when it was listed."""
    monkeypatch.setattr(scanning, "LARGEST_FILE", 1000)
    (folder / "endless.md").write_text("x" * 5000)

    assert len(scanning._read(str(folder / "endless.md"))) == 1001
