"""The time that scripts of a page take while it loads, in a real Chromium that is not slowed down.

Counted is the main thread's own processor time in everything that runs a script: compiling, modules, handlers, timers, frames,
promises, and what they make the browser lay out meanwhile. Other work on the machine does not lengthen it; cold caches of the
processor do, so the median of several loads counts.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from browser_street import DEMO, Server
from test_shopping import all_kinds

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
MOST, LOADS = 20, 3  # milliseconds
LONG = "HIGHSTREET_LONG" in os.environ
SHOPS = DEMO if LONG else ("lumen",)
SCRIPT = frozenset(
    ("EvaluateScript", "v8.evaluateModule", "v8.compile", "v8.compileModule", "v8.produceCache", "FunctionCall", "RunMicrotasks", "EventDispatch", "TimerFire", "FireAnimationFrame", "FireIdleCallback")
)
CATEGORIES = ["devtools.timeline", "v8", "v8.execute", "disabled-by-default-devtools.timeline"]


def script_time(events: Iterable[dict[str, Any]], address: str) -> float:
    """Milliseconds of processor time that the thread which evaluates the page's scripts spends in scripts."""
    events = list(events)
    ours = next(((e["pid"], e["tid"]) for e in events if e["name"] in ("EvaluateScript", "v8.evaluateModule", "v8.compileModule") and address in json.dumps(e.get("args", {}))), None)
    if ours is None:
        return 0.0  # the page has no script
    spans = sorted((e["ts"], -e["dur"], e.get("tdur", e["dur"])) for e in events if (e["pid"], e["tid"]) == ours and e.get("ph") == "X" and e["name"] in SCRIPT)
    total, end = 0.0, 0.0
    for start, length, spent in spans:
        if start >= end:  # not inside one that is counted
            total += spent
            end = start - length
    return total / 1000


def test_what_runs_inside_another_counts_once_and_other_threads_do_not() -> None:
    def event(name: str, ts: int, dur: int, tid: int = 1, url: str = "") -> dict[str, Any]:
        return {"name": name, "ph": "X", "pid": 1, "tid": tid, "ts": ts, "dur": dur, "tdur": dur - 1000, "args": {"data": {"url": url}}}

    events = [event("EvaluateScript", 0, 5000, url="http://shop/a.js"), event("FunctionCall", 1000, 2000), event("Layout", 6000, 9000), event("TimerFire", 20000, 3000), event("FunctionCall", 0, 9000, tid=2)]

    assert script_time(events, "http://shop") == 6.0
    assert script_time(events, "http://other") == 0.0


@pytest.mark.parametrize("name", SHOPS)
def test_scripts_take_a_fiftieth_of_a_second_at_most(browser: Browser, serve: Callable[[str], Server], name: str) -> None:
    server = serve(name)
    found: dict[str, float] = {}
    for kind, path in all_kinds(server).items():
        took = []
        for _ in range(LOADS):
            context = browser.new_context(base_url=server.url, viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
            page = context.new_page()
            browser.start_tracing(page=page, categories=CATEGORIES)
            page.goto(path, wait_until="networkidle")
            took.append(script_time(json.loads(browser.stop_tracing())["traceEvents"], server.url))
            context.close()
            if not LONG and took[-1] <= MOST:
                break
        found[kind] = statistics.median(took)

    print(name, {kind: round(spent, 1) for kind, spent in found.items()})
    assert max(found.values()) > 0.1, "nothing was seen of any script"
    assert {kind: spent for kind, spent in found.items() if spent > MOST} == {}
