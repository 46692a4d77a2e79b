"""A process that builds streets for the tests, each in a fork of its own, and tells what their workers took and touched.

Run as `python -m hostile.measured`. It reads one job per line of its input, `{"words": [...], "log": path, "without":
name, "ending": "killed" or "full", "who": "worker" or "command", "at": number}`, and answers with one line. Every fork is
the real command with the real supervisor; only the function that builds one tenant is wrapped, to write down per
tenant what it cost, what it wrote, what it read and whom it called.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import json
import os
import resource
import signal
import stat
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from highstreet import pipeline
from highstreet.cli.main import main
from highstreet.freshness import Built, Street
from highstreet.model.platform import Platform
from highstreet.workspace import Workspace
from support.street import as_yaml, simple_shop

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.chown", "os.truncate", "os.utime", "shutil.rmtree", "shutil.move"}
_CALLS = {"socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.kill"}  # not os.fork: a copy of the worker draws what is dear to draw


class _Watch:
    """What one process does to files and to the world, by Python's own audit events and what passes them by."""

    def __init__(self, ending: str = "", at: int = 0) -> None:
        self.pid = 0  # of the process it looks at; 0 for none
        self.ending, self.at, self.changes = ending, at, 0  # what becomes of the change of that number
        self.writes: set[str] = set()
        self.reads: set[str] = set()
        self.calls: set[str] = set()

    @property
    def on(self) -> bool:
        return self.pid == os.getpid()

    def hook(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, _, flags = given
            if isinstance(path, (str, bytes, os.PathLike)):
                writing = isinstance(flags, int) and flags & _WRITING
                (self.writes if writing else self.reads).add(_full(path))
                if writing:
                    self.change()
        elif event in _CHANGES:
            self.change()
            self.writes.update(_full(path) for path in given if isinstance(path, (str, bytes, os.PathLike)))
        elif event in _CALLS:
            self.calls.add(event)

    def opened(self, folder: int, path: str, flags: int) -> None:
        """Which folder it is that a file is opened in, the audit event does not say."""
        (self.writes if flags & _WRITING else self.reads).add(_full(os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)))  # noqa: PTH115, PTH118

    def written(self, file: int, data: bytes, write: Callable[[bytes], int]) -> None:
        """Before `data` are written; no audit event tells of it."""
        if stat.S_ISREG(os.fstat(file).st_mode):
            if 0 < self.at <= self.changes + 1:
                write(data[: len(data) // 2])  # torn, as a full disk and a power cut leave it
            self.change()

    def change(self) -> None:
        self.changes += 1
        if self.changes == self.at and self.ending == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if 0 < self.at <= self.changes and self.ending == "full":  # and stays so
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _watched(*watches: _Watch) -> None:
    """Tells the watches of what is opened and written from here on."""
    opening, writing, file_opening = os.open, os.write, io.open

    def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        for watch in watches:
            if watch.on and dir_fd is not None:
                watch.opened(dir_fd, os.fsdecode(path), flags)
        return opening(path, flags, mode, dir_fd=dir_fd)

    def written(file: int, data: bytes) -> int:
        for watch in watches:
            if watch.on:
                watch.written(file, data, lambda part: writing(file, part))
        return writing(file, data)

    class Told(io.FileIO):
        def write(self, data: Any) -> int:
            for watch in watches:
                if watch.on:
                    watch.written(self.fileno(), bytes(data), super().write)
            return super().write(data)

    def file_opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if mode == "wb" and {*rest, *named.values()} <= {-1, None}:
            return io.BufferedWriter(Told(file, mode))
        return file_opening(file, mode, *rest, **named)

    os.open, os.write, io.open, builtins.open = opened, written, file_opened, file_opened  # type: ignore[assignment]
    for watch in watches:
        sys.addaudithook(watch.hook)


def _full(path: Any) -> str:
    return os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(path)))  # noqa: PTH109, PTH118


def _measure(log: str, watch: _Watch) -> None:
    """Wraps the building of one tenant from here on; `watch` looks at it."""
    real = pipeline.build

    def build(street: Street, handle: str, *rest: Any) -> Built:
        sys.stderr = sys.__stderr__  # a worker that says something has said it to whoever builds
        watch.writes, watch.reads, watch.calls = set(), set(), set()
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = time.process_time()
        watch.pid = os.getpid()
        try:
            return real(street, handle, *rest)
        finally:
            watch.pid = 0
            row = {"handle": handle, "cpu": time.process_time() - before, "peak": _peak(),
                   "writes": sorted(watch.writes), "reads": sorted(watch.reads), "calls": sorted(watch.calls), "changes": watch.changes}  # fmt: skip
            with open(log, "a", encoding="utf-8", errors="surrogateescape") as file:
                file.write(json.dumps(row) + "\n")

    pipeline.build = build


def _peak() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _warm() -> None:
    """Builds one shop here, so that every fork finds the theme's templates compiled."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, content in simple_shop(products=1).items():
            place = root / "tenants/shop" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content if isinstance(content, str) else as_yaml(content))
        pipeline.build(Street(Workspace(root, root / "build", root / "cache"), Platform(base_domain="example.com"), datetime(2026, 11, 23, 12, tzinfo=UTC)), "shop")


def _child(job: dict[str, Any]) -> None:
    out, err = io.StringIO(), io.StringIO()
    code = 99
    muttered = os.memfd_create("muttered")  # by libraries and workers, past the command's own words
    os.dup2(muttered, 2)
    try:
        if job.get("without"):
            from hostile.defences import disable

            disable(job["without"])
        os.environ["HIGHSTREET_CANARY"] = job["canary"]
        ending = _Watch(job.get("ending", ""), job.get("at", 0))
        worker, command = (_Watch(), ending) if job.get("who") == "command" else (ending, _Watch())
        _watched(worker, command)
        _measure(job["log"], worker)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            command.pid = os.getpid()
            try:
                code = main(job["words"])
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            finally:
                command.pid = 0
    except BaseException:
        err.write(traceback.format_exc())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {"code": code, "changes": command.changes, "out": out.getvalue(), "err": err.getvalue(), "muttered": os.pread(muttered, 10_000, 0).decode("utf-8", "replace"), "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * 1024}
    Path(job["answer"]).write_text(json.dumps(told))


def serve() -> None:
    _warm()
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                _child(job)
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else "done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
