"""The supervisor: work spread over processes, where a dead or stuck worker costs only the task it had."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from highstreet.action.fork import Fork, Pipe, ready
from highstreet.action.limits import allow
from highstreet.action.whereabouts import NOWHERE, Note, Whereabouts, note_in

Result = TypeVar("Result")
Work = Callable[[str, "Progress"], Result]  # (task, progress) → result

_LEFT_BEHIND = 8  # the part of a task's memory that earlier tasks' garbage may take
_LOOK_EVERY = 0.25  # seconds between looks at the workers
_TELL_EVERY = 0.1  # seconds between a worker's signs of progress


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one task. `idle_cpu` is processor time without finishing one action: a stuck loop, not a big shop.

    `memory`, `resident` and `cpu` are what a task may take whatever it is; it earns more with its size, by telling
    `Progress.earn`, so that a small shop cannot cost what a big one does.
    """

    memory: int = 1024**3  # bytes of address space the task may add
    resident: int = 480 * 1024**2  # bytes of resident memory a worker may take beyond what it was forked with
    cpu: float = 7.0  # the smallest shop has some fifty pages and assets, which earn it 2.5 more
    idle_cpu: float = 60.0
    idle_wall: float = 600.0


class Idle:
    """Processors that no worker has use for, as bytes in a pipe: any process that was forked with it may take one."""

    def __init__(self, count: int) -> None:
        self._taken, self._given = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.give(count)

    def take(self) -> bool:
        try:
            return os.read(self._taken, 1) != b""
        except BlockingIOError:
            return False

    def give(self, count: int) -> None:
        with contextlib.suppress(BlockingIOError):  # more than a pipe holds are more than anybody takes
            os.write(self._given, bytes(count))

    def close(self) -> None:
        os.close(self._taken)
        os.close(self._given)


class Progress:
    """A worker's way to tell how far it is, and by how much its task outgrows what every task may take."""

    def __init__(self, pipe: Pipe, idle: Idle) -> None:
        self._pipe = pipe
        self._idle = idle
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY or done == total:
            self._told = now
            self._pipe.send(("step", done, total))

    def earn(self, seconds: float, memory: int = 0) -> None:
        """Adds processor time and memory to what this task may take."""
        if memory:
            soft, _ = resource.getrlimit(resource.RLIMIT_AS)
            if soft != resource.RLIM_INFINITY:
                allow(resource.RLIMIT_AS, soft + memory)
        self._pipe.send(("earn", seconds, memory))

    @contextlib.contextmanager
    def spare(self, most: int) -> Iterator[int]:
        """How many processors, at most so many, no worker has use for: they are this task's while the block lasts."""
        taken = 0
        while taken < most and self._idle.take():
            taken += 1
        try:
            yield taken
        finally:
            self._idle.give(taken)


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    task: str
    result: Result
    seconds: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Died:
    """A task whose worker ended before it: killed by the system, over its caps, or crashed in a library."""

    task: str
    reason: str
    seconds: float
    at: Whereabouts = NOWHERE  # when it ended


@dataclass(frozen=True, slots=True)
class Crashed:
    """A task that ended in an exception of ours: a bug, with its traceback for the person who mends it."""

    task: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Step:
    """A sign of progress: actions done of actions in all."""

    task: str
    done: int
    total: int


Event = Done[Result] | Died | Crashed | Step


def supervise(
    tasks: Sequence[str], work: Work[Result], jobs: int, limits: Limits = Limits()
) -> Iterator[Event[Result]]:
    """Does all tasks in at most `jobs` forked processes and tells what happens as it happens.

    Every task ends in exactly one Done, Died or Crashed. Workers are forked, so they share what was imported and read
    before; on a system without fork they would have to import again, and Highstreet is not run there.
    """
    waiting = list(reversed(tasks))
    workers: list[_Worker[Result]] = []
    most = min(jobs, len(tasks))
    idle = Idle(jobs - most)
    gc.freeze()  # what is shared stays shared: a collection in a worker would copy every page it visits
    try:
        while waiting or any(worker.task for worker in workers):
            while waiting and sum(1 for worker in workers if worker.alive) < most:
                workers.append(_Worker(work, limits, [worker.pipe for worker in workers], idle))
            for worker in workers:
                if worker.alive and not worker.task and waiting and worker.give(waiting[-1]):
                    waiting.pop()
            busy = [worker for worker in workers if worker.task]
            ready([worker.pipe for worker in busy], _LOOK_EVERY)
            for worker in busy:
                yield from worker.events()
                reason = worker.over_limit() if worker.task else ""
                if reason:
                    yield worker.kill(reason)
            if not waiting:
                for worker in workers:
                    if not worker.task:  # another's task may have use for its processor
                        worker.stop()
                        idle.give(1)
            workers = [worker for worker in workers if worker.alive]
    finally:
        for worker in workers:
            worker.stop()
        idle.close()
        gc.unfreeze()


class _Earned:
    """A worker's task has turned out larger; nobody else need know."""


class _Worker(Generic[Result]):
    def __init__(self, work: Work[Result], limits: Limits, others: Sequence[Pipe], idle: Idle) -> None:
        self._limits = limits
        self._note = Note()
        self._fork = Fork(partial(_serve, work, limits, idle, self._note), others)
        self.pipe = self._fork.pipe
        self.task = ""
        self._started = self._told = 0.0
        # What it shares with us from the start is not its own doing, and may be much: a theme, or a whole test run.
        self._inherited = _resident(os.getpid())
        self._cpu_told = self._cpu_started = 0.0
        self._earned: tuple[float, int] = (0.0, 0)

    @property
    def alive(self) -> bool:
        return not self.pipe.closed

    def give(self, task: str) -> bool:
        """Whether the worker has the task now. One that died while it had none costs none."""
        self._note.write("", "")
        try:
            self.pipe.send(task)
        except OSError:
            self.stop()
            return False
        self.task = task
        self._started = self._told = time.monotonic()
        self._cpu_told = self._cpu_started = _cpu(self._fork.pid)
        self._earned = (0.0, 0)
        return True

    def events(self) -> Iterator[Event[Result]]:
        while self.task and (event := self._event()) is not None:
            if not isinstance(event, _Earned):
                yield event

    def _event(self) -> Event[Result] | _Earned | None:
        """What the worker has to tell, None when it says nothing just now."""
        try:
            return self._told_event(*self.pipe.recv()) if self.pipe.poll() else None
        except (EOFError, OSError):
            code = self._fork.ended(1)
            return self.kill("its worker stopped answering") if code is None else self._died(_ended(code))
        except Exception:  # anything may come out of bytes that are no message of ours
            return self.kill("what its worker said could not be understood")

    def _told_event(self, kind: str, *rest: Any) -> Event[Result] | _Earned:
        if kind == "step":
            done, total = rest
            self._told, self._cpu_told = time.monotonic(), _cpu(self._fork.pid)
            return Step(self.task, done, total)
        if kind == "earn":
            seconds, memory = rest
            self._earned = (self._earned[0] + seconds, self._earned[1] + memory)
            return _Earned()
        task, seconds = self.task, time.monotonic() - self._started
        if kind == "done":
            result, cpu = rest
            self.task = ""
            return Done(task, result, seconds, cpu)
        if kind == "crashed":
            (trace,) = rest
            self.task = ""
            return Crashed(task, trace)
        raise ValueError(kind)

    def over_limit(self) -> str:
        if time.monotonic() - self._told > self._limits.idle_wall:
            return f"made no progress for {self._limits.idle_wall:.0f} s"
        used, (seconds, memory) = _cpu(self._fork.pid), self._earned
        if used - self._cpu_told > self._limits.idle_cpu:
            return f"computed for {self._limits.idle_cpu:.0f} s without finishing one step"
        if used - self._cpu_started > self._limits.cpu + seconds:
            return f"took more than {self._limits.cpu + seconds:.0f} s of processor time, which is much for its size"
        if _resident(self._fork.pid) - self._inherited > self._limits.resident + memory:
            return f"took more than {(self._limits.resident + memory) // 2**20} MB of memory"
        return ""

    def kill(self, reason: str) -> Died:
        self._fork.stop()
        return self._died(reason)

    def _died(self, reason: str) -> Died:
        task, self.task = self.task, ""
        at = self._note.read()
        self.stop()
        return Died(task, reason, time.monotonic() - self._started, at)

    def stop(self) -> None:
        self._fork.stop()
        self._note.close()


def _serve(work: Work[Result], limits: Limits, idle: Idle, note: Note, pipe: Pipe) -> None:
    note_in(note)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor hears it and ends us
    gc.disable()  # a tenant's data dies with it; collecting in between only costs
    base = kept = _address_space()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        before = time.process_time()
        # Each task anew: what one has earned is not the next one's.
        allow(resource.RLIMIT_AS, base + limits.memory)
        try:
            result = work(task, Progress(pipe, idle))
            pipe.send(("done", result, time.process_time() - before))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except BaseException:
            import traceback

            pipe.send(("crashed", traceback.format_exc()))
        if _address_space() > kept + limits.memory // _LEFT_BEHIND:
            gc.collect()  # what a task leaves behind counts against the next one; looking for it takes time
            kept = _address_space()


_OUT_OF_MEMORY = 77


def _ended(code: int) -> str:
    if code == _OUT_OF_MEMORY:
        return "ran out of the memory one tenant may take"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"its worker was ended by {name}" + (" (often: out of memory)" if name == "SIGKILL" else "")
    return f"its worker ended with code {code}"


_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = resource.getpagesize()


def _cpu(pid: int | None) -> float:
    """Processor seconds a process has used; 0 when it is gone or the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    except (OSError, IndexError, ValueError):
        return 0.0


def _resident(pid: int | None) -> int:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def _address_space() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0
