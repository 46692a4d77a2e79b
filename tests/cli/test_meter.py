"""The progress that commands show: one bar, whoever is at work."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from rich import progress

from highstreet.cli.console import Meter
from support.command import PATIENCE


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_shops_at_work_on_many_threads_share_one_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second bar stayed on the screen among the lines that came after."""
    bars = []

    class Slow(progress.Progress):
        def __init__(self, *columns: Any, **settings: Any) -> None:
            bars.append(self)
            time.sleep(0.02)
            super().__init__(*columns, **settings)

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "Progress", Slow)
    monkeypatch.delenv("CI", raising=False)
    start = Barrier(8)

    def work(number: int) -> None:
        start.wait(PATIENCE)
        for step in range(10):
            meter.step(f"shop-{number}-{step}", step, 10)
        meter.end(f"shop-{number}", "")

    with Meter(8, quiet=False) as meter, ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert len(bars) == 1
    assert "8 of 8 shops" in terminal.getvalue()
