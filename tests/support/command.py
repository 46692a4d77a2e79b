"""The command as people run it: in a process of its own, or in this one where only its words matter."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from highstreet.cli.main import main

AS_OF = "2026-11-23T12:00:00Z"
PATIENCE = 120  # seconds to wait for what must come: other tests may be at work on the same processor


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "highstreet.cli.main", *map(str, words)]


def run(*words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, **options: Any) -> Said:
    """`highstreet` in a process of its own."""
    done = subprocess.run(command(*words), cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False, timeout=300, **options)
    return Said(done.returncode, done.stdout, done.stderr)


def call(*words: str | Path) -> Said:
    """`highstreet` in this process: cheaper, and what a test has patched is patched in its workers too."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())
