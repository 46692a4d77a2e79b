"""Crashes: a build that is stopped at any moment leaves nothing that the next one does not put right."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from highstreet import pipeline
from highstreet.output import state as states
from highstreet.output import write as writing
from support.command import AS_OF, PATIENCE, call, command, run
from support.street import Lane, simple_shop

KILLS = 44 if os.environ.get("HIGHSTREET_LONG") else 16
HANDLES = ("a", "b", "c")


def _turn(lane: Lane, side: int) -> None:
    """The street in one of two states that differ in texts and files."""
    lane.base_domain = "localhost"  # as the command builds it
    for handle in HANDLES:
        shop = simple_shop(f"Shop {side}", products=2)
        shop["pages/about.md"] = f"---\ntitle: About\n---\nSide {side} of {handle}.\n"
        if side:
            shop["pages/more.md"] = "---\ntitle: More\n---\nMore.\n"
            shop["redirects.yaml"] = "/old: page/about\n"
        lane.tenant(handle, shop)
        if not side:
            for name in ("pages/more.md", "redirects.yaml"):
                (lane.root / "tenants" / handle / name).unlink(missing_ok=True)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _clean(lane: Lane, side: int, root: Path) -> dict[str, bytes]:
    other = Lane(root)
    _turn(other, side)
    assert call("-C", root, "build", "--as-of", AS_OF).code == 0
    return _tree(other.workspace.out)


def _start(lane: Lane) -> int:
    """A build in a process group of its own, forked: it starts at once and does what this process is patched to do."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        code = 99
        try:
            code = call("-C", lane.root, "build", "--as-of", AS_OF, "--jobs", "2").code
        finally:
            os._exit(code)
    return pid


def _group(number: int) -> list[int]:
    """Living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) == number and fields[0] not in "ZX":
                    found.append(int(entry.name))
    return found


@pytest.mark.usefixtures("plain_icons")
def test_build_killed_at_any_moment_is_put_right_by_the_next(lane: Lane, tmp_path: Path) -> None:
    rng = random.Random(20261123)
    wanted = [_clean(lane, side, tmp_path / f"clean-{side}") for side in (0, 1)]
    usual = 60.0
    for side in (0, 1, 0):  # the shortest: one build beside a busy neighbour would make every wait below as long
        _turn(lane, side)
        started = time.monotonic()
        os.waitpid(_start(lane), 0)
        usual = min(usual, time.monotonic() - started)
    killed = 0

    for number in range(1, KILLS + 1):
        side = number % 2
        _turn(lane, side)
        pid = _start(lane)
        time.sleep(rng.uniform(0, 0.8 * usual))
        if number % 4 == 3:
            os.kill(pid, signal.SIGKILL)  # the supervisor alone: its workers must not go on without it
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status)

        said = call("-C", lane.root, "build", "--as-of", AS_OF)

        assert said.code == 0, said.all
        assert _tree(lane.workspace.out) == wanted[side], number
    assert killed >= KILLS // 4  # how many of the moments fell into the build hangs on how busy the machine is
    assert not list(lane.workspace.out.rglob("*.hs-*"))


class _Crash(BaseException):
    """What no code of ours catches, as a power cut."""


def _crash_at(patch: pytest.MonkeyPatch, owner: Any, name: str, number: int) -> None:
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def crashing(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            raise _Crash
        return real(*given, **named)

    patch.setattr(owner, name, crashing)


STEPS = [(writing, "_replace", range(1, 16, 2)), (writing, "remove_strays", [1]), (writing, "_directory", [1, 2]), (states, "save", [1, 2]), (pipeline, "save_sources", [1])]


@pytest.mark.parametrize(("owner", "name", "numbers"), STEPS, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.usefixtures("plain_icons")
def test_power_cut_at_each_step_of_writing(lane: Lane, owner: Any, name: str, numbers: list[int], tmp_path: Path) -> None:
    wanted = [_clean(lane, side, tmp_path / f"clean-{side}") for side in (0, 1)]
    cut = 0
    for number in numbers:
        for side in (0, 1):
            _turn(lane, side)
            with pytest.MonkeyPatch.context() as patch:
                _crash_at(patch, owner, name, number)
                with contextlib.suppress(_Crash):
                    lane.build("a")
                    cut -= 1
                cut += 1

            built = lane.build("a")

            assert built.outcome in ("built", "unchanged")
            files = lane.files("a")
            assert {f"a/{path}": data for path, data in files.items()} == {path: data for path, data in wanted[side].items() if path.startswith("a/")}
            assert lane.build("a").outcome == "unchanged"
    assert cut > 0


@pytest.mark.usefixtures("plain_icons")
def test_full_disk_in_the_middle_of_writing_is_told_and_put_right(lane: Lane, tmp_path: Path) -> None:
    wanted = _clean(lane, 1, tmp_path / "clean")
    _turn(lane, 0)
    lane.build("a")
    _turn(lane, 1)
    real, calls = writing._replace, 0

    def full(place: str, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise OSError(errno.ENOSPC, "No space left on device", place)
        real(place, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_replace", full)
        told = lane.build("a")
    after = lane.build("a")

    assert told.outcome == "failed"
    assert [(d.code, d.found) for d in told.diagnostics if d.severity == "error"] == [("HS504", "No space left on device")]
    assert after.outcome == "built"
    assert {f"a/{path}": data for path, data in lane.files("a").items()} == {path: data for path, data in wanted.items() if path.startswith("a/")}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_a_build_leaves_no_process_and_the_next_goes_on(lane: Lane, how: signal.Signals) -> None:
    for number in range(12):
        lane.tenant(f"shop-{number}", simple_shop(f"Shop {number}", products=1))  # each with icons of its own: slow enough
    words = command("-C", lane.root, "build", "--as-of", AS_OF)
    for _ in range(4):  # on a busy machine the build may have ended before we come to stop it
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            # A shell that runs the tests in the background makes its children ignore SIGINT; a terminal does not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stderr is not None
        first = process.stderr.readline()

        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        _, err = process.communicate(timeout=PATIENCE)
        if process.returncode:
            break
        shutil.rmtree(lane.workspace.out)
        shutil.rmtree(lane.workspace.cache)

    deadline = time.monotonic() + PATIENCE
    while _group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert first.startswith("shop-")
    assert _group(process.pid) == []
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGTERM)
    assert "Traceback" not in err
    if how == signal.SIGINT:
        assert "the next build goes on from here" in err
    said, again = (run("-C", lane.root, "build", "--as-of", AS_OF) for _ in range(2))
    assert said.code == 0
    assert " 0 unchanged" not in said.out
    assert "0 built, 12 unchanged" in again.out


def test_killed_worker_costs_its_tenant_alone(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    for handle in ("a", "b", "c", "d"):
        lane.tenant(handle, simple_shop(products=1))
    assert call("-C", lane.root, "build", "--as-of", AS_OF).code == 0
    before = lane.files("b")
    for handle in ("a", "b", "c", "d"):
        lane.write(f"tenants/{handle}/pages/about.md", "---\ntitle: About\n---\nEdited.\n")
    real = pipeline.planned

    def planned(street: Any, handle: str, *rest: Any) -> Any:
        if handle == "b":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(street, handle, *rest)

    monkeypatch.setattr(pipeline, "planned", planned)

    said = call("-C", lane.root, "build", "--as-of", AS_OF, "--jobs", "1")

    assert said.code == 1
    assert "HS501" in said.err
    assert "SIGKILL" in said.err
    assert "3 built, 0 unchanged, 1 with problems (b)" in said.out
    assert lane.files("b") == before


@pytest.mark.parametrize(
    ("ends_in", "place", "doing"),
    [("highstreet.model.reading._parsed", "tenants/b/tenant.yaml", "reading it"),
     ("highstreet.examine._look", "tenants/b/assets/mark.svg", "looking at it"),
     ("highstreet.plan.kinds.product._page", "tenants/b", "planning products/thing-"),
     ("highstreet.run.icon.run", "tenants/b/assets/mark.svg", "making favicon.ico"),
     ("highstreet.pipeline.write", "tenants/b", "writing what was made")],
)  # fmt: skip
def test_worker_that_dies_is_told_with_the_file_it_was_at(ends_in: str, place: str, doing: str, lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    lane.tenant("b", {**simple_shop(products=1), "branding.yaml": {"tagline": "x", "favicon": "mark.svg"}, "assets/mark.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle r='4'/></svg>"})
    monkeypatch.setattr(ends_in, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))

    said = call("-C", lane.root, "build", "--as-of", AS_OF)

    assert f"{place}  HS501" in said.err
    assert f"; it was {doing}" in said.err
