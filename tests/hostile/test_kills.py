"""Kills and full disks at every change a build makes: the next build puts all right, byte for byte, and nothing lies.

A worker is stopped by SIGKILL, or is told that the disk is full, at its first, second, third … change of a file: opening
one for writing, renaming, removing, making a folder, and in the middle of writing a file of a fresh site.
HIGHSTREET_LONG=1 takes every change.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from hostile.bad_street import Builder
from support.command import AS_OF
from support.street import Lane, simple_shop

STEP = 1 if os.environ.get("HIGHSTREET_LONG") else 17


def _side(lane: Lane, side: int) -> None:
    """The shop in one of two forms: other texts, and a page, a product and a picture more or less."""
    files = simple_shop(f"Acme {side}", products=1 + side)
    lane.tenant("acme", files)
    gone = lane.root / "tenants/acme/catalog/products/thing-1.yaml"
    if not side:
        gone.unlink(missing_ok=True)


def _build(builder: Builder, root: Path, ending: str = "", at: int = 0) -> dict[str, Any]:
    return builder.run(root, "-C", root / "street", "build", "--as-of", AS_OF, "--jobs", "1", "--format", "json", ending=ending, at=at)


def _clean(builder: Builder, root: Path, side: int) -> tuple[dict[str, bytes], int]:
    """The site of a clean build, and how many changes of files it takes."""
    (root / "street/tenants").mkdir(parents=True)
    lane = Lane(root / "street")
    _side(lane, side)
    told = _build(builder, root)
    assert told["code"] == 0
    return lane.files("acme"), told["rows"][0]["changes"]


@pytest.mark.parametrize("ending", ["killed", "full"])
@pytest.mark.parametrize("first", [True, False], ids=["first build", "later build"])
def test_build_stopped_at_any_change_is_put_right_by_the_next(first: bool, ending: str, builder: Builder, tmp_path: Path) -> None:
    wanted = [_clean(builder, tmp_path / f"clean-{side}", side) for side in (0, 1)]
    root = tmp_path / "at-work"
    (root / "street/tenants").mkdir(parents=True)
    lane, stopped, at, side = Lane(root / "street"), 0, 1, 0
    most = max(changes for _, changes in wanted)
    _side(lane, 0)
    if not first:
        assert _build(builder, root)["code"] == 0

    while at <= most:
        if first:
            _forget(lane)
        else:
            side = 1 - side
            _side(lane, side)
        told = _build(builder, root, ending, at)
        right = lane.files("acme") == wanted[side][0] if lane.workspace.site("acme").is_dir() else False
        if told["code"] == 0:
            assert right, (at, "it said it was done")
        else:
            stopped += 1
            assert told["code"] == 1, told["err"]
            assert "Traceback" not in told["err"], at
            assert ("HS504" if ending == "full" else "HS501") in told["out"], told["out"]

        again = _build(builder, root)

        assert again["code"] == 0, (at, again["err"])
        assert lane.files("acme") == wanted[side][0], at
        assert not [path for path in lane.workspace.out.rglob("*") if ".hs-" in path.name], at
        if told["code"] == 0:
            break  # the build makes no more changes than that
        at += STEP
    assert stopped >= 3
    print(f"stopped at {stopped} changes of files")


def _forget(lane: Lane) -> None:
    """As on a new machine, but with the shared store of what is dear to make: drawing icons is not what is tried here."""
    for path in sorted(lane.workspace.out.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for path in (lane.workspace.cache / "tenants").glob("*"):
        path.unlink()
