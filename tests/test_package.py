"""The wheel holds all it needs: installed anywhere, `init` and `build` work."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_wheel_carries_the_theme_and_the_compiled_shapes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)

    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())

    theme = {str(path.relative_to(ROOT)) for path in (ROOT / "themes").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {f"highstreet/{name}" for name in theme} <= names
    assert {"highstreet/py.typed", "highstreet/model/shapes.json", "highstreet/preview/static/client.js", "highstreet/preview/static/idiomorph.LICENSE"} <= names
    assert not [name for name in names if name.startswith(("tests/", "tenants/"))]
