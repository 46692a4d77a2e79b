"""A street with good shops, bad shops and canaries; and the oracles that say whether the bad ones harmed anybody."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from highstreet.output import hosting
from highstreet.output import state as states
from highstreet.workspace import Workspace
from hostile.case import CANARIES, ENVIRONMENT_CANARY, NEIGHBOUR_CANARY, OUTSIDE_CANARY, Case
from support.command import AS_OF
from support.street import Lane, simple_shop

MOST_CPU = 10.0  # seconds, for one bad tenant
MOST_MEMORY = 512 * 2**20
GOOD = ("good", "good-too")  # one's name begins with the other's
_TESTS = Path(__file__).parents[1]


class Builder:
    """The process of hostile/measured.py."""

    def __init__(self) -> None:
        paths = os.pathsep.join([str(_TESTS), *sys.path])
        self._process = subprocess.Popen([sys.executable, "-m", "hostile.measured"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths})

    def run(self, folder: Path, *words: str | Path, without: str = "", ending: str = "", at: int = 0, who: str = "worker") -> dict[str, Any]:
        """What the command `words` answered, and `rows`: what each tenant's worker took and touched.

        `ending` "killed" or "full" is what happens to a worker, or to the command itself (`who`), at its change of a
        file number `at`.
        """
        log, answer = folder / "measured.jsonl", folder / "answer.json"
        log.unlink(missing_ok=True)
        job = {"words": [*map(str, words)], "log": str(log), "answer": str(answer), "canary": ENVIRONMENT_CANARY, "without": without, "ending": ending, "at": at, "who": who}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        if said == "killed\n":
            return {"code": -signal.SIGKILL, "out": "", "err": "", "muttered": "", "rows": []}
        assert said == "done\n", "the measuring process has died"
        told: dict[str, Any] = json.loads(answer.read_text())
        told["rows"] = [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
        return told

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Street:
    """A workspace with the good shops and the shops of `cases`, built once."""

    root: Path  # holds the workspace, and what lies outside of it
    cases: tuple[Case, ...]
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def lane(self) -> Lane:
        return Lane(self.root / "street")

    @property
    def space(self) -> Workspace:
        return self.lane.workspace

    @cached_property
    def handles(self) -> dict[str, Case]:
        return {case.handle or case.name: case for case in self.cases}

    @cached_property
    def tenants(self) -> dict[str, dict[str, Any]]:
        """What the build says of each tenant, by handle."""
        told = json.loads(self.told["out"]) if self.told["out"].startswith("{") else {"tenants": ()}
        return {tenant["handle"]: tenant for tenant in told["tenants"]}

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["handle"]: row for row in self.told["rows"]}

    @cached_property
    def built(self) -> dict[str, Case]:
        return {handle: case for handle, case in self.handles.items() if not case.refused and self.space.site(handle).is_dir()}

    def site(self, handle: str) -> Iterator[tuple[str, bytes]]:
        folder = self.space.site(handle)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def build(builder: Builder, root: Path, cases: Iterable[Case], without: str = "", good: Iterable[str] = GOOD) -> Street:
    """The street of `cases`, written and built in `root`."""
    street = Street(root, tuple(cases))
    assert len(street.handles) == len(street.cases), "two cases share a name"
    lane = street.lane
    (lane.root / "tenants").mkdir(parents=True)
    (root / "outside").mkdir()
    (root / "outside/secret.md").write_text(f"---\ntitle: {OUTSIDE_CANARY}\n---\n{OUTSIDE_CANARY}\n")
    (root / "outside/secret.html").write_text(OUTSIDE_CANARY)
    lane.write("pyproject.toml", f'[tool.highstreet]\nbase_domain = "example.com"\n# {OUTSIDE_CANARY}\n')
    for handle in good:
        lane.tenant(handle, simple_shop(handle, products=1) | {
            "catalog/products/hidden.yaml": {"title": NEIGHBOUR_CANARY, "price": "1.00", "status": "draft"},
            "theme/snippets/hidden.html": "", "assets/hidden.txt": NEIGHBOUR_CANARY,
        } | {"theme/snippets/card.html": '{% extends "theme:snippets/card.html" %}{# ' + NEIGHBOUR_CANARY + " #}"})  # fmt: skip
        (lane.root / f"tenants/{handle}/theme/snippets/hidden.html").unlink()
    for handle, case in street.handles.items():
        files = simple_shop(products=1)
        for path in case.files:
            if case.files[path] is None:
                files.pop(path, None)
        lane.tenant(handle, files | {path: content for path, content in case.files.items() if content is not None})
        if case.make is not None:
            case.make(lane.root / "tenants" / handle)
    before = _outside(street)
    street.told = builder.run(root, "-C", lane.root, "build", "--as-of", AS_OF, "--jobs", "2", "--format", "json", without=without)
    street.told["changed outside"] = sorted(path for path, _ in before.items() ^ _outside(street).items())
    return street


def _outside(street: Street) -> dict[str, tuple[int, int]]:
    """Everything below the street's root but output, cache and our own records, with what tells a change."""
    found = {}
    for folder, directories, files in os.walk(street.root):
        if Path(folder) == street.space.root:
            directories[:] = [name for name in directories if name not in ("build", ".highstreet")]
        for name in (*files, *directories):
            if name not in ("measured.jsonl", "answer.json"):
                info = os.lstat(os.path.join(folder, name))  # noqa: PTH118
                found[os.path.join(folder, name)] = (info.st_mtime_ns, info.st_size) if name in files else (0, 0)  # noqa: PTH118
    return found


Found = dict[str, list[str]]  # handle ("" for the street) → what is wrong


def every_oracle(street: Street, alone: Street) -> Found:
    """All that is wrong with how the street was built, each with the oracle that says so. `alone`: the good shops only."""
    found: Found = {}
    for oracle in ORACLES:
        for handle, words in oracle(street, alone).items():
            found.setdefault(handle, []).extend(f"{oracle.__name__}: {word}" for word in words)
    return {handle: words for handle, words in found.items() if words}


def verdicts(street: Street, _: Street) -> Found:
    """A bad tenant is told so at its place, or its shop is there; never a fault of ours."""
    found: Found = {"": []}
    code = 1 if any(case.refused for case in street.cases) else 0
    if street.told["code"] != code and not any(case.either for case in street.cases):
        found[""].append(f"exit code {street.told['code']}, not {code}: {street.told['err'][-2000:]}")
    if street.told["code"] not in (0, 1):
        return found
    for handle, case in street.handles.items():
        tenant = street.tenants[handle]
        errors = [d for d in tenant["diagnostics"] if d["severity"] == "error"]
        wrong = found.setdefault(handle, [])
        codes = tuple(sorted({d["code"] for d in errors}))
        if (tenant["outcome"] == "failed") != bool(errors):
            wrong.append(f"outcome {tenant['outcome']} with errors {codes}")
        if case.either and not codes:
            continue
        if codes != tuple(sorted(case.refused)):
            wrong.append(f"told {codes}, not {case.refused}: {[_shown(d) for d in tenant['diagnostics']][:3]}")
        elif errors and case.place and not any(_place(d, handle) == case.place or d["file"].removeprefix(f"tenants/{handle}/") == case.place for d in errors):
            wrong.append(f"told at {_place(errors[0], handle)}, not {case.place}")
        wrong += [f"{d['code']} lacks words: {d}" for d in errors if not (d["found"] or d["code"] == "HS021") or not (d["expected"] and d["fix"])]  # a secret is never shown
        wrong += [f"{d['code']} holds what a terminal may act upon: {d}" for d in errors if not str(d).isprintable()]
    return found


def _place(d: Mapping[str, Any], handle: str) -> str:
    file = d["file"].removeprefix(f"tenants/{handle}/")
    return f"{file}:{d['line']}:{d['column']}" if d["line"] else file


def _shown(d: Mapping[str, Any]) -> str:
    return f"{d['file']}:{d['line']}:{d['column']} {d['code']} {d['message']}: {d['found']}"[:300]


def neighbours(street: Street, alone: Street) -> Found:
    """Every byte of a good shop, its manifest, its state and its share of the cache are as without the bad ones."""
    found: list[str] = []
    for handle in alone.tenants:
        if handle not in street.tenants:
            continue
        if street.tenants[handle]["manifest"] != alone.tenants[handle]["manifest"] or not alone.tenants[handle]["manifest"]:
            found.append(f"{handle}: another manifest")
        ours, theirs = dict(street.site(handle)), dict(alone.site(handle))
        found += [f"{handle}/{path} differs" for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)]
        if _state(street, handle) != _state(alone, handle):
            found.append(f"{handle}: another state")
    for folder in ("actions", "blobs"):
        for path in (alone.space.cache / folder).rglob("*"):
            here = street.space.cache / path.relative_to(alone.space.cache)
            if path.is_file() and not (here.is_file() and here.read_bytes() == path.read_bytes()):
                found.append(f"cache entry {path.name} differs")
    return {"": found}


def _state(street: Street, handle: str) -> object:
    """What the cache holds of a tenant, without time stamps and the index, which leaves out files too young."""
    state = states.load(street.space.state(handle))
    outputs = {path: tuple(output)[:3] for path, output in state.outputs.items()}  # without the time stamp
    packs = [states.load_pack(place) for place in (street.space.sources(handle), street.space.records(handle))]
    return state.site_key, outputs, state.manifest, state.pictures, packs


def canaries(street: Street, _: Street) -> Found:
    """No canary in any output, log or cache but those of the tenant it belongs to."""
    found: Found = {"": [f"{canary} in the log" for canary in CANARIES if canary in street.told["out"] + street.told["err"] + street.told["muttered"]]}
    # The environment's has no place anywhere; a neighbour's draft lies in that neighbour's state, and nowhere else.
    own = {place for handle in GOOD for place in (street.space.state(handle), street.space.sources(handle), street.space.records(handle))}
    for folder in (street.space.out, street.space.cache):
        for path in folder.rglob("*"):
            if path.is_file() and path not in own:
                data = path.read_bytes()
                owner = path.relative_to(folder).parts[0] if folder == street.space.out else path.stem
                found.setdefault(owner if owner in street.handles else "", []).extend(f"{canary} in {path.name}" for canary in CANARIES if canary.encode() in data)
    return found


def caps(street: Street, _: Street) -> Found:
    """No bad tenant takes more than 10 s of processor time or 512 MB; those whose worker died count through the sum."""
    found: Found = {"": []}
    for handle, row in street.rows.items():
        wrong = found.setdefault(handle, [])
        if row["cpu"] > MOST_CPU:
            wrong.append(f"took {row['cpu']:.1f} s")
        if row["peak"] > MOST_MEMORY:
            wrong.append(f"took {row['peak'] // 2**20} MB")
    dead = street.told["cpu"] - sum(row["cpu"] for row in street.rows.values())
    silent = [handle for handle in street.handles if handle not in street.rows]
    if silent and dead > MOST_CPU * len(silent):
        found[""].append(f"workers that died took {dead:.1f} s")
    if street.told["peak"] > MOST_MEMORY:
        found[""].append(f"a worker took {street.told['peak'] // 2**20} MB")
    return found


_CACHE = re.compile(r"(?:actions|blobs)(?:/[0-9a-f]{2}(?:/(?:[0-9a-f]{64}|\.hs-\w+))?)?|\.hs-stage-\w+|themes(?:/(?:main\.index|\.hs-\w+))?|tenants(?:/\.hs-\w+)?|lock|")


def boundaries(street: Street, _: Street) -> Found:
    """A tenant's worker writes its own output and the cache, reads its own folder and the theme, and calls nobody."""
    found: Found = {"": [f"{path} was changed" for path in street.told["changed outside"]]}
    space = street.space
    for handle, row in street.rows.items():
        wrong = found.setdefault(handle if handle in street.handles else "", [])
        mine = tuple(f"{folder}/{handle}" for folder in (space.out,))
        for path in row["writes"]:
            inside = path in mine or path.startswith(tuple(f"{place}/" for place in mine)) or path == str(space.out)
            cache = path.removeprefix(f"{space.cache}/") if path.startswith(f"{space.cache}/") else "" if path == str(space.cache) else None
            own = cache in (f"tenants/{handle}.{kind}" for kind in ("state", "sources", "records"))
            if not inside and not own and (cache is None or not _CACHE.fullmatch(cache)) and not path.startswith("/proc/self/"):
                wrong.append(f"writes {path}")
        for path in row["reads"]:
            if path.startswith(f"{street.root}/") and not path.startswith((f"{space.tenants}/{handle}/", f"{space.out}/{handle}/", f"{space.cache}/")) and path != f"{space.tenants}/{handle}":
                wrong.append(f"reads {path}")
            if path.startswith(("/etc/passwd", "/etc/shadow", "/proc/1/", "/proc/self/environ")):
                wrong.append(f"reads {path}")
        wrong += [f"calls {name}" for name in row["calls"]]
    return found


def manners(street: Street, _: Street) -> Found:
    """No traceback, nothing that a terminal would act upon, and no word of a library's past ours."""
    said = street.told["out"] + street.told["err"]
    found = ["a traceback"] if "Traceback (most recent" in said else []
    if street.told["muttered"]:
        found.append(f"muttered: {street.told['muttered'][:500]}")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said):
        found.append("a control character in the log")
    return {"": found}


def absences(street: Street, _: Street) -> Found:
    """What an accepted text must not have become is in no page, feed or drawing of the site."""
    found: Found = {}
    for handle, case in street.built.items():
        for path, data in street.site(handle) if case.absent else ():
            if path.endswith((".html", ".xml", ".svg")):
                found.setdefault(handle, []).extend(f"{words!r} in {path}" for words in case.absent if words.encode() in data)
    return found


def _said(data: bytes) -> set[str]:
    """The names of headers that a shop asks its host for."""
    return {name.lower() for block in hosting.blocks(data.decode()) for name, _ in block.headers}


def readable(street: Street, alone: Street) -> Found:
    """Machines can read what is for them, and no text has become a rule of the host."""
    found: Found = {}
    usual = _said((alone.space.site("good") / "_headers").read_bytes())
    for handle, case in street.built.items():
        wrong = found.setdefault(handle, [])
        for path, data in street.site(handle):
            try:
                if path.endswith((".xml", ".svg")):
                    ET.fromstring(data)
                elif path.endswith((".json", ".webmanifest")):
                    json.loads(data)
            except (ValueError, ET.ParseError) as error:
                wrong.append(f"{path} cannot be read: {error}")
            if path == "_headers":
                wrong += [f"header {name}" for name in sorted(_said(data) - usual)]
            elif path == "_redirects" and len(data.splitlines()) != len(case.files["redirects.yaml"]):
                wrong.append(f"{path} has rules of its own: {data!r}")
            elif path == "robots.txt":
                wrong += [f"{path} says {line}" for line in data.decode().splitlines() if line and not line.startswith(("User-agent: *", "Disallow: /", "Sitemap: https://"))]
    return found


ORACLES = (verdicts, neighbours, canaries, caps, boundaries, manners, absences, readable)
