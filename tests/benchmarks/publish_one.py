"""What publishing.py measures: one publish, or one after the other of many tenants, in a process of its own.

    python publish_one.py BUCKET SITE STATE ENDPOINT TENANT[,TENANT…] THREADS CACHE
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from highstreet.output.state import Output
from highstreet.publish.apply import publish
from highstreet.publish.object_store import Shelf
from highstreet.publish.options import Options, Stamp
from highstreet.publish.release import Commit
from highstreet.publish.stores import open_store
from highstreet.publish.wanted import wanted


def main(bucket: str, site: str, state: str, endpoint: str, tenants: str, threads: str, cache: str) -> None:
    options = Options(to=f"s3://{bucket}", endpoint_url=endpoint, region="us-east-1", path_style=True)
    outputs = {path: Output("", digest, size, 0) for path, (digest, size) in json.loads(Path(state).read_text()).items()}
    store = open_store(options.to, options)
    now = datetime.now(UTC)
    stamp = Stamp(who="bench", commit=Commit(f"{time.time_ns():040x}", int(now.timestamp())), clock=now, now=now)
    for name in tenants.split(","):
        with ThreadPoolExecutor(int(threads)) as pool:
            made = publish(Shelf(store, name), wanted(Path(site), outputs, name, options), stamp, Path(cache), pool)
        if made.kind not in ("published", "unchanged"):
            raise SystemExit(f"{made}")


if __name__ == "__main__":
    main(*sys.argv[1:])
