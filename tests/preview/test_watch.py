"""When saved files are told of: at once for one, after the last for many; and by looking where the system tells nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from highstreet.preview.edits import Edits
from highstreet.preview.watch import BURST, CALM, LONGEST, QUIET, UNFINISHED, Burst
from support.command import PATIENCE
from support.ports import free_port
from support.street import Lane, simple_shop

A, B, TMP = Path("/t/a.yaml"), Path("/t/b.yaml"), Path("/t/a.yaml.tmp")


def told(*events: tuple[float, str, Path | None, Path | None], before: float = -1.0) -> tuple[set[Path], float]:
    """The paths of a burst and how long after its last event they are told."""
    burst = Burst(before)
    for at, kind, path, to in events:
        burst.add(kind, path, to, at)
    return burst.paths, round(burst.due - events[-1][0], 6)


@pytest.mark.parametrize(
    ("name", "events", "paths", "wait"),
    [
        ("saved in place", [(0.0, "modified", A, None), (0.001, "closed", A, None)], {A}, 0),
        ("renamed over", [(0.0, "moved", None, A)], {A}, 0),
        ("written beside and renamed over", [(0.0, "created", TMP, None), (0.0, "closed", TMP, None), (0.001, "moved", TMP, A)], {A}, 0),
        ("moved aside and written again", [(0.0, "moved", A, None), (0.0, "created", A, None), (0.001, "closed", A, None)], {A}, 0),
        ("new", [(0.0, "created", A, None), (0.001, "closed", A, None)], {A}, QUIET),
        ("deleted", [(0.0, "deleted", A, None)], {A}, QUIET),
        ("half written", [(0.0, "modified", A, None)], {A}, UNFINISHED),
        ("renamed", [(0.0, "moved", A, B)], {A, B}, BURST),
        ("many", [(0.0, "modified", A, None), (0.0, "modified", B, None), (0.01, "closed", B, None)], {A, B}, BURST),
        ("never at rest", [(0.0, "modified", A, None), (LONGEST - 0.001, "modified", B, None)], {A, B}, 0.001),
    ],
)  # fmt: skip
def test_a_save_is_told_when_it_is_whole(name: str, events: list[tuple[float, str, Path | None, Path | None]], paths: set[Path], wait: float) -> None:
    assert told(*events) == (paths, pytest.approx(wait)), name


def test_what_follows_a_save_closely_waits_for_its_company() -> None:
    assert told((0.0, "closed", A, None), before=-CALM / 2)[1] == QUIET
    assert told((0.0, "closed", A, None), before=-2 * CALM)[1] == 0


def test_files_are_looked_at_where_the_system_tells_of_no_changes(lane: Lane) -> None:
    """As with inotify's limit reached: the street list says so, and a save still reaches the open shop."""
    from http.client import HTTPConnection

    lane.tenant("acme", simple_shop())
    port = free_port()
    program = (
        "import errno, sys\nfrom watchdog.observers import Observer\n"
        "def start(self): raise OSError(errno.ENOSPC, 'No space left on device')\nObserver.start = start\n"
        "from highstreet.cli.main import main\nsys.exit(main())"
    )
    process = subprocess.Popen([sys.executable, "-c", program, "-C", str(lane.root), "preview", "--port", str(port)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})

    def get(host: str, path: str) -> str:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        body = connection.getresponse().read().decode()
        connection.close()
        return body

    try:
        assert process.stdout is not None
        while "Ctrl-C" not in process.stdout.readline():
            assert process.poll() is None
        end = time.monotonic() + PATIENCE
        while "Files are looked at once a second" not in get("localhost", "/"):
            assert time.monotonic() < end
        assert "Thing 1" in get("acme.localhost", "/products/thing-1/")
        place = lane.root / "tenants/acme/catalog/products/thing-1.yaml"
        place.write_text(place.read_text().replace("Thing 1", "Thing one"))
        while "Thing one" not in get("acme.localhost", "/products/thing-1/"):
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_the_next_preview_begins_with_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that outlive one preview ask the next, perhaps within the same second: it must not take them for its own."""
    space = SimpleNamespace(theme=lambda name: None, root=tmp_path)
    shops: Any = SimpleNamespace(street=SimpleNamespace(workspace=space))
    moments = iter((1_000.001, 1_000.002))
    monkeypatch.setattr("highstreet.preview.edits.time", SimpleNamespace(time=lambda: next(moments)))
    nothing: Any = None

    first, second = (Edits(shops, nothing, nothing, "", False).version("acme") for _ in range(2))

    assert first != second
