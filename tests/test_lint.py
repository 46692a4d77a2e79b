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
