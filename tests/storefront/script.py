"""Runs the theme's modules outside of a page, in node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.street import ROOT

ASSETS = ROOT / "themes/main/assets"


def run(folder: Path, code: str, given: Any = None) -> Any:
    """What the module `code` prints as JSON. It may import the theme's modules by name and read `given`."""
    node = shutil.which("node")
    if node is None:
        assert "CI" not in os.environ, "CI must have node"
        pytest.skip("node is not installed")
    for path in ASSETS.glob("*.js"):
        shutil.copy(path, folder / path.name)
    (folder / "package.json").write_text('{"type":"module"}')
    (folder / "given.json").write_text(json.dumps(given), "utf-8")
    read = "import {readFileSync} from 'node:fs'\nconst given = JSON.parse(readFileSync(new URL('given.json', import.meta.url), 'utf8'))\n"
    (folder / "main.js").write_text(read + code, "utf-8")
    done = subprocess.run([node, str(folder / "main.js")], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
