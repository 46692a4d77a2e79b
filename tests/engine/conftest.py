"""What the engine's tests share."""

from __future__ import annotations

import pytest


@pytest.fixture
def plain_icons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Icons of a few bytes: two thirds of a small shop's build is drawing its icons, which other tests prove."""
    from highstreet.run import icon

    monkeypatch.setattr(icon, "run", lambda inputs: repr(sorted(inputs)).encode())
