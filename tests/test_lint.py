"""Types, lint and format are part of the tests: CI runs nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [["mypy"], ["ruff", "check", "src", "tests", "docs"], ["ruff", "format", "--check", "src"]],
    ids=["mypy --strict", "ruff check", "ruff format"],
)
def test_source_is_clean(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_no_link_and_no_built_folder_is_committed() -> None:
    """A link leads nowhere on another machine: a committed `.venv` kept every fresh clone from being set up."""
    listed = subprocess.run(["git", "ls-files", "-s"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [(line[:6], line.partition("\t")[2]) for line in listed.stdout.splitlines()]

    assert files
    assert [name for mode, name in files if mode == "120000" or name.split("/")[0] in (".venv", "build")] == []
