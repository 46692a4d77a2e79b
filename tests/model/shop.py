"""Small shops for tests: files in a dict, on disk for a moment."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from highstreet.base.digest import of_bytes
from highstreet.model.load import Loaded, load
from highstreet.model.platform import Platform
from highstreet.model.tenant import Tenant
from highstreet.source.scan import Snapshot, SourceFile, scan


def snapshot(files: Mapping[str, str | bytes], handle: str = "mugs") -> Snapshot:
    """The tenant with `files`; tenant.yaml is added when there is none."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / handle
        for name, data in {"tenant.yaml": "name: Mugs\ncurrency: EUR\n", **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        found = scan(folder, f"tenants/{handle}")
        for file in found.files:
            file.read()
        return found


def in_memory(files: Mapping[str, str | bytes], handle: str = "mugs") -> Snapshot:
    """As `snapshot`, but never on disk: for many shops in a row."""
    made = []
    for name, text in sorted({"tenant.yaml": "name: Mugs\ncurrency: EUR\n", **files}.items()):
        data = text.encode() if isinstance(text, str) else text
        made.append(SourceFile(name, len(data), of_bytes(data), "", data))
    return Snapshot(handle, f"tenants/{handle}", tuple(made))


def loaded(files: Mapping[str, str | bytes], platform: Platform | None = None) -> Loaded:
    return load(snapshot(files), platform or Platform())


def tenant(files: Mapping[str, str | bytes], platform: Platform | None = None) -> Tenant:
    """The valid tenant that `files` make; fails with what is wrong with them."""
    result = loaded(files, platform)
    assert result.tenant is not None, "\n".join(f"{d.span} {d.code} {d.message}: {d.found}" for d in result.report)
    return result.tenant
