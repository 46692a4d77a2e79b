"""Writes what Highstreet says today into the cases' expectations: `python tests/mistakes/record.py [NAME…]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from case import cases, problems, rendered


def main(names: list[str]) -> None:
    for case in cases():
        if names and case.path.stem not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = rendered(problems(case, Path(folder)))
        if found != case.expected:
            text = case.path.read_text("utf-8")
            head = text.partition("-- expect --\n")[0]
            case.path.write_text(head + "-- expect --\n" + found, "utf-8")
            print(f"recorded {case.path.parent.name}/{case.path.stem}")


if __name__ == "__main__":
    main(sys.argv[1:])
