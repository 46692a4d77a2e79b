"""Pictures made ahead by several processes: nothing but the time differs, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from highstreet import pipeline
from highstreet.action.executor import Executor
from highstreet.action.supervisor import Done, Progress, supervise
from highstreet.freshness import Built
from highstreet.run import image
from support.command import PATIENCE
from support.street import Lane, messages, picture, simple_shop

PICTURES = 8


def shop() -> dict[str, Any]:
    files = simple_shop(products=PICTURES)
    for n in range(PICTURES):
        files[f"assets/p{n}.png"] = picture(n, 700, 500)
        files[f"catalog/products/thing-{n}.yaml"] |= {"images": [{"src": f"p{n}.png", "alt": "x"}]}
    return files


@contextmanager
def three(most: int) -> Iterator[int]:
    yield min(most, 3)


def built(lane: Lane, name: str, spare: pipeline.Spare | None) -> tuple[Built, dict[str, bytes]]:
    street = lane.street(out=lane.root / f"build-{name}", cache=lane.root / f"cache-{name}")
    done = pipeline.build(street, "acme", spare=spare)
    return done, lane.files("acme", lane.root / f"build-{name}")


@pytest.fixture
def workplaces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[int]]:
    """Where pictures are made: a process for each derivative, in the order they were begun."""
    log = tmp_path / "workplaces"
    log.touch()
    run = image.run

    def told(inputs: Mapping[str, object]) -> bytes:
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return run(inputs)

    monkeypatch.setattr(image, "run", told)
    return lambda: [int(line) for line in log.read_text().split()]


def test_several_processes_make_what_one_makes(lane: Lane, workplaces: Callable[[], list[int]]) -> None:
    lane.tenant("acme", shop())
    alone, expected = built(lane, "alone", None)
    assert alone.outcome == "built", messages(alone)
    before = workplaces()
    assert set(before) == {os.getpid()}

    together, found = built(lane, "together", three)

    after = workplaces()[len(before) :]
    assert found == expected
    assert (together.manifest, together.rendered, sorted(together.ran)) == (
        alone.manifest,
        alone.rendered,
        sorted(alone.ran),
    )
    assert os.getpid() not in after
    assert len(set(after)) == 4
    assert len(after) == len(before), "a derivative was made twice, or by nobody"


def test_few_pictures_and_those_in_place_take_no_process(lane: Lane, workplaces: Callable[[], list[int]]) -> None:
    files = shop()
    lane.tenant("acme", files)
    built(lane, "x", None)
    lane.tenant("acme", {"assets/p0.png": picture(99, 700, 500)})

    done, _ = built(lane, "x", three)

    assert done.outcome == "built", messages(done)
    assert set(workplaces()) == {os.getpid()}


def test_pictures_that_take_much_memory_are_made_one_at_a_time(
    lane: Lane, workplaces: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_LARGE", 700 * 500 - 1)
    lane.tenant("acme", shop())

    built(lane, "x", three)

    assert set(workplaces()) == {os.getpid()}


def test_social_pictures_with_a_drawing_of_the_shop_are_made_by_one_process(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a shop's own fonts and drawings may take is counted where they are drawn with."""
    made: list[str] = []
    real = Executor.run_ahead

    def noted(self: Executor, groups: Any, hands: int) -> Iterator[int]:
        made.extend(action.path for group in groups for action in group)
        yield from real(self, groups, hands)

    monkeypatch.setattr(Executor, "run_ahead", noted)
    lane.tenant("acme", shop())
    built(lane, "plain", three)
    plain, made[:] = list(made), []
    lane.tenant("acme", {"assets/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>',
                         "branding.yaml": {"logo": "logo.svg"}})  # fmt: skip
    built(lane, "drawn", three)

    social = [path for path in plain if path.startswith("assets/social-")]
    assert len(social) == PICTURES + 1
    assert sorted(made) == sorted(path for path in plain if path not in social)


def test_a_killed_process_costs_no_picture(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    lane.tenant("acme", shop())
    _, expected = built(lane, "alone", None)
    run, ours = image.run, os.getpid()

    def killed(inputs: Mapping[str, object]) -> bytes:
        if os.getpid() != ours and inputs["width"] == 360:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(inputs)

    monkeypatch.setattr(image, "run", killed)
    done, found = built(lane, "together", three)

    assert done.outcome == "built", messages(done)
    assert found == expected


@pytest.mark.parametrize("room", [0, 2])
def test_fewer_processes_do_it_where_there_is_no_room_for_more(lane: Lane, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    lane.tenant("acme", shop())
    _, expected = built(lane, "alone", None)
    fork, left = os.fork, iter(range(room))

    def full() -> int:
        if next(left, None) is None:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    monkeypatch.setattr("highstreet.action.fork.os.fork", full)
    before = set(Path("/proc/self/fd").iterdir())
    done, found = built(lane, "together", three)

    assert done.outcome == "built", messages(done)
    assert found == expected
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_a_picture_that_cannot_be_read_is_told_as_by_one_process(lane: Lane) -> None:
    whole = BytesIO()
    Image.effect_noise((700, 500), 80).save(whole, "JPEG")
    lane.tenant("acme", shop() | {"assets/p5.png": b"", "assets/p5.jpg": whole.getvalue()[:-9000], "catalog/products/thing-5.yaml": {
        "title": "Torn", "price": "1.00", "images": [{"src": "p5.jpg", "alt": "x"}]}})  # fmt: skip
    (lane.root / "tenants/acme/assets/p5.png").unlink()

    alone, _ = built(lane, "alone", None)
    together, _ = built(lane, "together", three)

    assert alone.outcome == "failed"
    assert together.diagnostics == alone.diagnostics


def test_results_made_ahead_are_given_to_a_shared_cache(lane: Lane) -> None:
    class Shared:
        def __init__(self) -> None:
            self.put_there: list[str] = []
            self.asked: list[str] = []

        def get(self, key: str) -> None:
            return None

        def fetch(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
            self.asked += keys
            return iter(())

        def put(self, key: str, data: bytes) -> None:
            self.put_there.append(key)

    lane.tenant("acme", shop())
    given = []
    for name, spare in (("alone", None), ("together", three)):
        street = lane.street(out=lane.root / f"build-{name}", cache=lane.root / f"cache-{name}")
        shared = Shared()
        object.__setattr__(street, "shared", shared)
        pipeline.build(street, "acme", spare=spare)
        given.append(sorted(shared.put_there))
        assert len(shared.asked) == len(set(shared.asked)) >= PICTURES

    assert given[1] == given[0]
    assert len(given[0]) > PICTURES


def until(there: Callable[[], Any]) -> Any:
    last = time.monotonic() + PATIENCE
    while not (found := there()):
        assert time.monotonic() < last
        time.sleep(0.01)
    return found


def test_spare_processors_are_those_that_no_worker_needs(tmp_path: Path) -> None:
    def spare(progress: Progress) -> int:
        with progress.spare(16) as count:
            return count

    def work(task: str, progress: Progress) -> tuple[int, int]:
        first = spare(progress)
        (tmp_path / task).touch()
        if task == "short":
            until((tmp_path / "long").exists)
            return first, first
        until((tmp_path / "short").exists)
        return first, until(lambda: spare(progress))  # as soon as the other worker has ended

    (tmp_path / "long").touch()
    (alone,) = [event.result for event in supervise(["short"], work, 5) if isinstance(event, Done)]
    (tmp_path / "long").unlink()
    (tmp_path / "short").unlink()
    both = {event.task: event.result for event in supervise(["short", "long"], work, 2) if isinstance(event, Done)}

    assert alone == (4, 4)
    assert both == {"short": (0, 0), "long": (0, 1)}


def test_processes_end_with_the_worker_they_help(tmp_path: Path) -> None:
    script = tmp_path / "hands.py"
    script.write_text(
        "import os, time\n"
        "from highstreet.action.ahead import made_ahead\n"
        "def make(number):\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(600)\n"
        "list(made_ahead(2, make, 2))\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        hands = [Path(f"/proc/{int(worker.stdout.readline())}/stat") for _ in range(2)]
        worker.kill()

    until(lambda: not any(place.exists() and place.read_text().rpartition(")")[2].split()[0] != "Z" for place in hands))
