"""The bench: what a Dask worker runs for one errand. It hands it to a builder, which outlives the errand."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from highstreet.action.supervisor import Died
from highstreet.farm.errand import Delivery, Errand

_ATTEMPTS = 2


class _Builder:
    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "highstreet.farm.builder", str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def deliver(self, errand: Errand) -> Delivery:
        """Raises OSError or EOFError when the builder is no more."""
        assert self._process.stdin is not None and self._process.stdout is not None
        pickle.dump(errand, self._process.stdin)
        self._process.stdin.flush()
        found: Delivery = pickle.load(self._process.stdout)
        return found

    def end(self) -> str:
        """How it ended."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what could not be written any more
                    pipe.close()
        return f"code {self._process.wait()}"


_idle: list[_Builder] = []  # one for each thread of this worker that had an errand
_lock = threading.Lock()


def work(errand: Errand) -> Delivery | Died:
    """Does the errand on this machine. Died when its builder did, however often it is tried."""
    ended = ""
    for _ in range(_ATTEMPTS):
        with _lock:
            builder = _idle.pop() if _idle else None
        builder = builder or _Builder(_folder())
        try:
            found = builder.deliver(errand)
        except (OSError, EOFError, pickle.UnpicklingError):
            ended = builder.end()
            continue
        with _lock:
            _idle.append(builder)
        return found
    return Died(errand.handle, f"its builder ended with {ended}", 0.0)


def _folder() -> Path:
    """Where this worker keeps its files. Dask removes it when the worker is gone, killed ones included."""
    from distributed import get_worker

    try:
        return Path(get_worker().local_directory) / "highstreet"
    except ValueError:
        return Path(tempfile.gettempdir()) / f"highstreet-{os.getuid()}"
