"""A process that publishes in children of its own, so that tests can kill one at any moment without starting Python anew.

Reads lines of JSON: {"version", "endpoint", "tenant", "keys", "folder", "apart"}. Answers with the child's process id, and
when it is gone with how it ended.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from highstreet.publish import forest
from highstreet.publish.apply import publish
from highstreet.publish.options import Options
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import Keys, S3Options
from publish.crawl import files, shelf
from publish.servers import BUCKET
from publish.shops import site, stamp


def child(order: dict[str, object]) -> int:
    settings = S3Options(endpoint_url=str(order["endpoint"]), region="us-east-1", path_style=True, patience=5)
    store = S3Store(BUCKET, "", settings, Keys(*order["keys"]))  # type: ignore[misc]
    forest.APART = int(str(order["apart"]))
    version = int(str(order["version"]))
    wanted = site(Path(str(order["folder"])) / str(version), files(version), Options(), str(order["tenant"]))
    with ThreadPoolExecutor(4) as pool:
        outcome = publish(shelf(store, str(order["tenant"])), wanted, stamp(version), None, pool)
    return {"published": 0, "unchanged": 0, "superseded": 4}.get(outcome.kind, 1)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(child(order))
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
