"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from support.street import Lane


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """An empty workspace."""
    (tmp_path / "street/tenants").mkdir(parents=True)
    return Lane(tmp_path / "street")
