"""The supervisor: every task ends in exactly one event, whatever its worker does, and no other task notices."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from highstreet.action.supervisor import Crashed, Died, Done, Event, Limits, Progress, Step, supervise
from support.command import PATIENCE


def _say(progress: Progress, data: bytes) -> None:
    """Bytes in the pipe from this worker to its supervisor, as they would come from a worker gone mad."""
    os.write(progress._pipe._writer, data)


def _work(task: str, progress: Progress) -> str:
    progress(1, 1)
    match task.partition("-")[0]:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exits":
            os._exit(5)
        case "raises":
            raise ValueError("a bug")
        case "interrupts":
            raise KeyboardInterrupt
        case "unsendable":
            return (lambda: None)  # type: ignore[return-value]
        case "loops":
            while True:
                pass
        case "sleeps":
            time.sleep(600)
        case "eats":
            return str(len(bytearray(2**33)))
        case "touches":
            held = []
            while True:
                held.append(bytearray(b"x" * 2**22))
                time.sleep(0.01)
        case "garbage":
            _say(progress, b"\x00\x00\x00\x08notapick" * 3)
            time.sleep(600)
        case "huge":
            _say(progress, b"\x7f\xff\xff\xff")
            os._exit(0)
        case "nonsense":
            import pickle

            data = pickle.dumps(["what", "is", "this"])
            _say(progress, len(data).to_bytes(4, "big") + data)
            time.sleep(600)
        case "closes":
            progress._pipe.close()
            time.sleep(600)
        case "leaves":  # well done, and dead before the next task can be given
            os.kill(os.getppid(), 0)
            if os.fork() == 0:
                time.sleep(0.05)
                os.kill(os.getppid(), signal.SIGKILL)
                os._exit(0)
        case _:
            progress(1, 1)
    return task.upper()


LIMITS = Limits(memory=2**31, resident=300 * 2**20, idle_cpu=0.4, idle_wall=6)
MEMORY_ONLY = replace(LIMITS, idle_cpu=60, idle_wall=120)  # filling memory takes its time on a busy machine


def _ends(tasks: list[str], jobs: int = 2, limits: Limits = LIMITS) -> dict[str, Event[str]]:
    found: dict[str, Event[str]] = {}
    for event in supervise(tasks, _work, jobs, limits):
        if not isinstance(event, Step):
            assert event.task not in found, "ended twice"
            found[event.task] = event
    return found


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("killed", "SIGKILL"),
        ("exits", "code 5"),
        ("loops", "without finishing one step"),
        ("sleeps", "no progress"),
        ("eats", "memory"),
        ("touches", "memory"),
        ("garbage", "could not be understood"),
        ("nonsense", "could not be understood"),
        ("closes", "stopped answering"),
        ("huge", "ended with code 0"),
    ],
)
def test_lost_worker_costs_only_its_task(task: str, reason: str) -> None:
    good = [f"good-{number}" for number in range(6)]
    started = time.monotonic()

    ends = _ends([*good[:3], task, *good[3:]], limits=MEMORY_ONLY if task == "touches" else LIMITS)

    assert set(ends) == {task, *good}
    assert isinstance(ends[task], Died)
    assert reason in ends[task].reason
    assert [ends[name].result for name in good] == [name.upper() for name in good]
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("task", ["raises", "interrupts", "unsendable"])
def test_bug_in_the_work_is_told_with_its_traceback(task: str) -> None:
    ends = _ends(["good-1", task, "good-2"])

    assert isinstance(ends[task], Crashed)
    assert "Traceback" in ends[task].traceback
    assert isinstance(ends["good-1"], Done)
    assert isinstance(ends["good-2"], Done)


def test_worker_that_dies_between_two_tasks_costs_none() -> None:
    tasks = [name for number in range(4) for name in (f"leaves-{number}", f"good-{number}")]

    ends = _ends(tasks, jobs=1)

    assert set(ends) == set(tasks)
    assert all(isinstance(end, Done) or "SIGKILL" in end.reason for end in ends.values())
    assert sum(isinstance(end, Done) for end in ends.values()) >= 4


def test_every_task_failing_still_ends_every_task() -> None:
    tasks = [f"{way}-{number}" for number in range(3) for way in ("killed", "raises", "exits")]

    ends = _ends(tasks, jobs=3)

    assert set(ends) == set(tasks)
    assert not any(isinstance(end, Done) for end in ends.values())


def test_more_jobs_than_tasks_start_no_idle_workers() -> None:
    ends = _ends(["good-1"], jobs=64)

    assert set(ends) == {"good-1"}
    assert _ends([]) == {}


def test_stopping_early_leaves_no_process() -> None:
    others = _children(os.getpid())  # such as a browser that other tests of this process have opened
    events = supervise(["sleeps-1", "sleeps-2"], _work, 2, LIMITS)
    next(events)
    children = [pid for pid in _children(os.getpid()) if pid not in others]

    events.close()  # type: ignore[attr-defined]

    assert len(children) == 2
    assert not any(_alive(pid) for pid in children)
    assert gc.isenabled()


def test_killing_the_supervisor_ends_its_workers(tmp_path: Path) -> None:
    """A worker that outlived its supervisor would write into a site that the next build is writing."""
    script = tmp_path / "orphans.py"
    script.write_text(
        "import time\n"
        "from highstreet.action.supervisor import supervise\n"
        "def work(task, progress):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
        "for event in supervise(['a', 'b'], work, 2): pass\n"
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    parent.stdout.readline()
    children = _children(parent.pid)

    parent.kill()
    parent.wait()

    parent.stdout.close()
    deadline = time.monotonic() + PATIENCE
    while any(_alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(children) == 2
    assert not any(_alive(pid) for pid in children)


def _children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
