from __future__ import annotations

from pathlib import Path

import pytest
from import_desk import SHARED, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tenants" / "acme")


@pytest.fixture
def woo(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tenants" / "acme", "woocommerce")


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared data sets are not beside this checkout")
    return SHARED
