"""Building beside Hugo: the same shops, in one run, in turn.

    python tests/benchmarks/building.py --kit DIR [--size M] [--runs 3] [--scratch DIR] [--csv FILE] [--save]

DIR holds gen.py, to_tenants.py and the Hugo project of the comparison in docs/performance.md. Hugo has no persistent
incremental build: each of its cases is a full build. Ours alone: checking, planning a publish, and an import of `--csv`
(Shopify). Wall and CPU seconds are of the whole process tree, memory is the most its processes held at once, sampled every
50 ms. Prints medians with the last saved result beside them; `--save` keeps these as the last, in results/, and draws
docs/performance.svg. On a machine with other work `chrt -r 10` in front gives both sides the processors they would have alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.chart import Bar, chart

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results"
HIGHSTREET = [sys.executable, "-m", "highstreet.cli.main"]
PAGE = resource.getpagesize()
CHECKOUT = "a new checkout, cache kept"
_SAMPLED_EVERY = 0.05  # seconds


class Cost(NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds of all processes
    memory: float  # MB of all processes at once


def measured(command: list[str], cwd: Path) -> Cost:
    """Runs `command`; all processes are begun by its first threads."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = 0

    def sample() -> None:
        nonlocal most
        while process.poll() is None:
            most = max(most, _resident(process.pid))
            time.sleep(_SAMPLED_EVERY)

    sampling = threading.Thread(target=sample)
    sampling.start()
    _, told = process.communicate()
    wall = time.perf_counter() - start
    sampling.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: {process.returncode}\n{told.decode(errors='replace')[-2000:]}")
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, most * PAGE / 2**20)


def _resident(process: int) -> int:
    """Pages in memory of a process and all below it, those they share counted once for each.

    Looks at these alone: reading all of /proc twenty times a second took a tenth of what a short build takes.
    """
    try:
        found = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return found + sum(_resident(int(child)) for child in below)


class Street:
    """The same shops for both tools, and the same edits."""

    def __init__(self, kit: Path, size: str, scratch: Path) -> None:
        self.scratch, self.size = scratch, size
        self.workspace = scratch / "workspace" / size
        self.hugo = scratch / "hugo"
        self._work = scratch / "work"
        environment = os.environ | {"PEERS_WORK": str(self._work)}
        if not self.hugo.is_dir():
            shutil.copytree(kit / "hugo", self.hugo)
            shutil.copytree(kit / "theme", scratch / "theme")
            for path in (self.hugo, *self.hugo.rglob("*"), *(scratch / "theme").rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
            (self.hugo / "assets").mkdir(exist_ok=True)
        if not self.workspace.is_dir():
            subprocess.run([sys.executable, kit / "gen.py", size], check=True, env=environment, stdout=subprocess.DEVNULL)
            subprocess.run([sys.executable, kit / "to_tenants.py", size, self.workspace], check=True, env=environment, stdout=subprocess.DEVNULL)
            (self.workspace / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "example.com"\n')
            shutil.copytree(ROOT / "themes/main", self.workspace / "themes/main")
        subprocess.run([sys.executable, self.hugo / "prep.py", size], check=True, stdout=subprocess.DEVNULL)
        self._store = min((self._work / size / "tenants").glob("*.json"))
        handle = json.loads(self._store.read_text())["products"][0]["handle"]
        self._product = self.workspace / "tenants" / self._store.stem / "catalog/products" / f"{handle}.yaml"

    @property
    def _outputs(self) -> dict[str, tuple[Path, ...]]:
        return {"hugo": (self.scratch / "out" / self.size, self.scratch / "hugo-cache"), "highstreet": (self.workspace / "build", self.workspace / ".highstreet")}

    def build(self, tool: str) -> Cost:
        if tool == "highstreet":
            return measured([*HIGHSTREET, "-C", str(self.workspace), "build"], self.scratch)
        out, cache = self._outputs["hugo"]
        config = f"base.toml,cfg/{self.size}/par.toml"
        return measured(["hugo", "build", "-s", str(self.hugo), "--config", config, "-d", str(out), "--cacheDir", str(cache), "--quiet"], self.scratch)

    def ours(self, *arguments: str) -> Cost:
        return measured([*HIGHSTREET, "-C", str(self.workspace), *arguments], self.scratch)

    def forget(self, tool: str) -> None:
        """Moves what was built aside: what is deleted just before slows the next build's new files."""
        for path in self._outputs[tool]:
            if path.exists():
                (self.scratch / "aside").mkdir(exist_ok=True)
                path.rename(self.scratch / "aside" / f"{path.name}-{time.time_ns()}")

    def check_out(self, tool: str) -> None:
        """What a new checkout on a machine with a kept cache finds: no output, and sources younger than all that is kept."""
        out, cache = self._outputs[tool]
        places = [out, cache / "tenants"] if tool == "highstreet" else [out]
        for path in places:
            if path.exists():
                (self.scratch / "aside").mkdir(exist_ok=True)
                path.rename(self.scratch / "aside" / f"{path.name}-{time.time_ns()}")
        for path in (self.workspace / "tenants").rglob("*"):
            os.utime(path)

    def edit_price(self, number: int) -> None:
        """Another price for the first variant of one product, which its page, cards, feed and search row show."""
        text = self._product.read_text()
        self._product.write_text(re.sub(r"(?m)(^  price: ')[\d.]+(')", lambda m: f"{m[1]}{10 + number}.37{m[2]}", text, count=1))
        store = json.loads(self._store.read_text())
        store["products"][0]["variants"][0]["price"] = (10 + number) * 100 + 37
        self._store.write_text(json.dumps(store))

    def edit_template(self, number: int) -> None:
        """Another attribute on every product page."""
        ours, theirs = self.workspace / "themes/main/templates/product.html", self.hugo / "layouts/product.html"
        ours.write_text(re.sub(r"data-product(-v\d+)?", f"data-product-v{number}", ours.read_text(), count=1))
        theirs.write_text(re.sub(r"<h1( data-v\d+)?", f"<h1 data-v{number}", theirs.read_text(), count=1))


def run(street: Street, runs: int, csv: Path | None) -> dict[str, dict[str, Cost]]:
    """Case → tool → medians."""
    seen: dict[tuple[str, str], list[Cost]] = {}

    def note(case: str, tool: str, cost: Cost) -> None:
        seen.setdefault((case, tool), []).append(cost)
        print(f"  {case:28} {tool:10} {cost.wall:8.2f} s wall {cost.cpu:8.2f} s CPU {cost.memory:7.0f} MB", file=sys.stderr)

    edits: list[tuple[str, Callable[[int], None] | None]] = [
        ("everything, from nothing", None),
        (CHECKOUT, None),
        ("nothing changed", lambda number: None),
        ("one price edited", street.edit_price),
        ("product template edited", street.edit_template),
    ]
    base = int(time.time()) % 100_000 * 10  # another value each time, also after an earlier run
    for number in range(base, base + runs):
        for case, edit in edits:
            if edit is not None:
                edit(number)
            for tool in ("hugo", "highstreet"):
                if edit is None:
                    (street.check_out if case == CHECKOUT else street.forget)(tool)
                note(case, tool, street.build(tool))
        verdicts = list((street.workspace / ".highstreet/tenants").glob("*.verdict"))
        for path in verdicts:
            path.unlink()
        note("check, built and never checked", "highstreet", street.ours("check"))
        note("check, nothing changed", "highstreet", street.ours("check"))
        store = f"file://{street.scratch / 'store'}"
        note("publish --dry-run", "highstreet", street.ours("publish", "--dry-run", "--to", store))
        if csv is not None:
            tenant = street.workspace / "tenants/imported"
            note("import of a Shopify export", "highstreet", street.ours("import", "shopify", str(csv), "--tenant", "imported"))
            shutil.rmtree(tenant)
    shutil.rmtree(street.scratch / "aside", ignore_errors=True)
    found: dict[str, dict[str, Cost]] = {}
    for (case, tool), costs in seen.items():
        found.setdefault(case, {})[tool] = Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))
    return found


def told(found: dict[str, dict[str, Cost]], before: dict[str, dict[str, list[float]]]) -> str:
    """The table, with what the last saved result had in brackets."""
    lines = []
    for case, tools in found.items():
        ours, known = tools["highstreet"], before.get(case, {}).get("highstreet")
        line = f"{case:32} {ours.wall:8.2f} s wall {ours.cpu:8.2f} s CPU {ours.memory:6.0f} MB"
        if known:
            line += f"  (was {known[0]:.2f} / {known[1]:.2f} / {known[2]:.0f})"
        if "hugo" in tools:
            hugo = tools["hugo"]
            line += f"\n{'':32} {hugo.wall:8.2f} s wall {hugo.cpu:8.2f} s CPU {hugo.memory:6.0f} MB  Hugo; ratio {hugo.wall / ours.wall:.1f} wall, {hugo.cpu / ours.cpu:.1f} CPU"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kit", type=Path, required=True)
    parser.add_argument("--size", default="M", choices=["S", "M", "L", "XL", "ONE", "IMG"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("GOGC", "400")  # Hugo at its best
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as an installed Highstreet runs
    scratch = (given.scratch or Path(tempfile.mkdtemp(prefix="highstreet-bench-"))).resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    place = RESULTS / f"building-{given.size}.json"
    before = json.loads(place.read_text())["cases"] if place.is_file() else {}
    found = run(Street(given.kit.resolve(), given.size, scratch), given.runs, given.csv.resolve() if given.csv else None)
    load = os.getloadavg()[0]
    print(f"{given.size}: medians of {given.runs}; {os.cpu_count()} cores, load {load:.1f}\n{told(found, before)}")
    if given.save:
        RESULTS.mkdir(exist_ok=True)
        machine = {"cores": os.cpu_count(), "load": round(load, 1), "python": platform.python_version(), "system": platform.system()}
        cases = {case: {tool: [round(figure, 3) for figure in cost] for tool, cost in tools.items()} for case, tools in found.items()}
        place.write_text(json.dumps({"size": given.size, "runs": given.runs, "machine": machine, "columns": ["wall s", "CPU s", "MB"], "cases": cases}, indent=1) + "\n")
        draw()


def draw() -> None:
    """The chart of docs/performance.md, from the saved results: Hugo's time for each of ours."""
    bars = []
    for size, words in (("M", "40 × 100"), ("L", "40 × 500")):
        place = RESULTS / f"building-{size}.json"
        if place.is_file():
            for case, tools in json.loads(place.read_text())["cases"].items():
                if "hugo" in tools:
                    bars.append(Bar(f"{words}: {case}", tools["hugo"][0] / tools["highstreet"][0]))
    (ROOT / "docs/performance.svg").write_text(chart("Wall time of Hugo / wall time of Highstreet", bars))


if __name__ == "__main__":
    main()
