"""A real Dask cluster for tests: a scheduler and two workers, each with a nanny that starts it anew when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

WORKERS = 2


class Cluster(NamedTuple):
    address: str
    nanny: int  # process that holds the workers

    def workers(self) -> list[int]:
        """Process ids of the workers that are there now."""
        return [pid for pid in _children(self.nanny) if b"spawn_main" in _command(pid)]

    def at_work(self) -> list[int]:
        """Those whose builder is building a shop at this moment."""
        return [pid for pid in self.workers() if any(_children(builder) for builder in _children(pid))]


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()]
    except OSError:
        return []


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'highstreet[distributed]'")
    folder = tmp_path_factory.mktemp("dask")
    told, log = folder / "scheduler.json", folder / "log"
    run = [sys.executable, "-m", "dask"]
    here = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(told)]
    work = ["--nworkers", str(WORKERS), "--nthreads", "1", "--local-directory", str(folder / "local"), "--preload", str(Path(__file__).with_name("poison.py"))]
    environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__PRELOAD": "[]", "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}  # starting a worker anew takes seconds
    with log.open("wb") as out:
        scheduler = subprocess.Popen([*run, "scheduler", "--port", "0", *here], stdout=out, stderr=out, env=environment, cwd=folder)
        workers = subprocess.Popen([*run, "worker", *here, *work], stdout=out, stderr=out, env=environment, cwd=folder)
    try:
        end = time.monotonic() + 60
        while not told.is_file() or not told.read_text().endswith("}"):
            assert scheduler.poll() is None and time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.1)
        yield Cluster(json.loads(told.read_text())["address"].replace("tcp://", "dask://"), workers.pid)
    finally:
        # Politeness takes Dask twenty seconds. The nanny first, else it starts its workers anew; builders end with them.
        left = Cluster("", workers.pid).workers()
        for process in (workers, scheduler):
            process.kill()
            process.wait()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
