"""The demo street and the rich test shops, built for browsers: real pages, placeholder pixels, served as they will be."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from real_shops import REAL, plant

from highstreet import pipeline
from highstreet.action.supervisor import Crashed, Died, Done, Limits, supervise
from highstreet.model.platform import platform
from highstreet.output.audit import audit
from highstreet.pipeline import Street
from highstreet.run.registry import Runners
from highstreet.workspace import Workspace
from support.street import CLOCK, ROOT, Lane, messages

PACKED = (".html", ".css", ".js", ".json", ".svg", ".webmanifest", ".xml", ".txt", ".speculationrules")
DEMO = ("bigwall", "ghasaq", "hullabaloo", "lumen", "yamagiri")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self' mailto: https:; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


HEAVY = 130_000  # bytes of an original: one in twenty


class Placeholders(Runners):
    """Encoding pictures takes most of a build and changes no page: each is one pixel here, but what phones take of the
    heaviest originals is real, so that these pages are held to their budgets."""

    def __getitem__(self, kind: str) -> Callable[[Mapping[str, object]], bytes]:
        real = super().__getitem__(kind)
        if kind not in ("image", "picture", "icon"):
            return real

        def made(inputs: Mapping[str, object]) -> bytes:
            original, width, form = inputs.get("original"), inputs.get("width"), str(inputs.get("format") or inputs.get("form") or "jpeg")
            taken = kind == "image" and isinstance(original, bytes) and len(original) > HEAVY and isinstance(width, int) and width <= 720 and form != "jpeg"
            return real(inputs) if taken else _pixel(form)

        return made


@cache
def _pixel(name: str) -> bytes:
    from PIL import Image

    if name == "svg":
        return b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    out = io.BytesIO()
    Image.new("RGB", (1, 1), (120, 120, 120)).save(out, {"jpg": "jpeg", "ico": "png"}.get(name, name))
    return out.getvalue()


def build_demo(out: Path) -> None:
    """The five demo shops below `out`."""
    settings, _ = platform((ROOT / "pyproject.toml").read_text("utf-8"), "pyproject.toml")
    build_all(DEMO, Street(Workspace(ROOT, out, out.parent / "cache"), settings, CLOCK))


def build_real(folder: Path) -> None:
    """The real catalogs of this run, imported below `folder`/tenants and built below `folder`/build."""
    for name in REAL:
        plant(name, folder / "tenants")
    build_all(REAL, Lane(folder).street())


def build_all(names: Sequence[str], street: Street) -> None:
    """Each shop must build; what its audit finds is left beside the build folder."""

    def made(handle: str, progress: object) -> list[str]:
        built = pipeline.build(street, handle)
        assert built.outcome == "built", f"{handle}: {messages(built)}"
        return [f"{d.span} {d.code} {d.message}: {d.found}" for d in audit(street.workspace.out / handle, handle)]

    found = []
    real, pipeline.Runners = pipeline.Runners, Placeholders  # type: ignore[misc]
    try:
        for event in supervise(names, made, 2, Limits(cpu=600, resident=2 * 1024**3)):  # the other worker of a parallel run waits for it
            assert not isinstance(event, (Died, Crashed)), event
            found += event.result if isinstance(event, Done) else []
    finally:
        pipeline.Runners = real  # type: ignore[misc]
    (street.workspace.out.parent / "audit.json").write_text(json.dumps(found))


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills, once for all workers of a parallel run."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / name, base / f"{name}.done"
    try:
        (base / f"{name}.lock").mkdir()
    except FileExistsError:
        while not done.exists():
            time.sleep(0.2)
        assert done.read_text() == "good", "the other worker could not build it"
        return folder
    state = "bad"
    try:
        folder.mkdir()
        make(folder)
        state = "good"
    finally:
        told = done.with_suffix(".told")
        told.write_text(state)
        told.replace(done)  # whole at once: the other worker may look this very moment
    return folder


@lru_cache(maxsize=512)
def _packed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


@cache
def _policy(folder: Path) -> str:
    """What the shop asks its host to send; the strictest there is for a folder that asks for nothing."""
    headers = folder / "_headers"
    said = headers.read_text("utf-8") if headers.is_file() else ""
    return next((line.partition(": ")[2] for line in said.splitlines() if line.strip().startswith("Content-Security-Policy:")), POLICY)


class _Handler(SimpleHTTPRequestHandler):
    """Answers as a good host does: compressed, strict policy, the shop's own page for what is not there."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for the browser to confirm its headers
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".webp": "image/webp", ".avif": "image/avif", ".woff2": "font/woff2", ".js": "text/javascript", ".webmanifest": "application/manifest+json"}  # noqa: RUF012

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.partition("?")[0].endswith("/") else path
        if path.suffix not in PACKED or not path.is_file() or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        data = _packed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", _policy(Path(self.directory)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.path.startswith("/assets/"):
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        data = page.read_bytes() if page.is_file() else b""
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Server:
    """One shop at a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: _Handler(*args, directory=str(folder)))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@cache
def npm(name: str, version: str) -> Path:
    """The folder of an npm package, fetched once into the virtual environment. Skips the test where that is not possible."""
    place = ROOT / ".venv/npm" / f"{name}-{version}"
    if not (place / "node_modules" / name).is_dir():
        if shutil.which("npm") is None:
            pytest.skip(f"npm is not installed, which would fetch {name}")
        place.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(["npm", "install", "--prefix", str(place), "--no-audit", "--no-fund", "--ignore-scripts", "--silent", f"{name}@{version}"], capture_output=True, timeout=300, check=False)  # fmt: skip
        if run.returncode:
            pytest.skip(f"{name} could not be fetched: {run.stderr.decode()[-200:]}")
    return place / "node_modules" / name
