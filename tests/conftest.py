"""What all tests share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

from highstreet.action import limits
from support.command import PATIENCE
from support.street import Lane

if TYPE_CHECKING:
    from playwright.sync_api import Browser


DEJAVU = "/usr/share/fonts/truetype/dejavu"  # where Debian and Ubuntu put it, which comes with nearly everything


# A busy machine is slow, and that is no fault of what is tested. What a commit is held to is the same at every run; the
# long form looks further every time.
settings.register_profile("held", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="HIGHSTREET_LONG" not in os.environ)
settings.load_profile("held")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-look", action="store_true", help="keep the pages of tests/browser/test_look.py as they look now")


@pytest.fixture(autouse=True)
def renewed() -> None:
    """What a shop may take is the process's to count: the tests before one in the same process were others."""
    limits.renew()


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """An empty workspace."""
    (tmp_path / "street/tenants").mkdir(parents=True)
    return Lane(tmp_path / "street")


@pytest.fixture
def plain_icons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Icons of a few bytes: two thirds of a small shop's build is drawing its icons, which other tests prove."""
    from highstreet.run import icon

    monkeypatch.setattr(icon, "run", lambda inputs: repr(sorted(inputs)).encode())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, one for all tests of a process: there cannot be two. Only a machine without one, and not CI, may do without these tests."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        assert "CI" not in os.environ, "CI must have Chromium: tests/install-chromium.sh installs it"
        pytest.skip("no Chromium on this machine: run tests/install-chromium.sh")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        same = {"FONTCONFIG_FILE": str(Path(__file__).parent / "support" / "fonts.conf")} if Path(DEJAVU).is_dir() else {}
        made = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"], env={**os.environ, **same})
        yield made
        made.close()
