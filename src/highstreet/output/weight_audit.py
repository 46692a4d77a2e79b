"""The weight of each page: what a browser fetches unasked before it can show it, pictures aside."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

from highstreet.output.site import Finding, Site

# Bytes on the wire of one page, by what the files end in.
LIMITS: Mapping[str, tuple[str, int]] = {".css": ("style sheets", 12 * 1024), ".js": ("scripts", 10 * 1024)}


def weights(site: Site) -> Iterator[Finding]:
    """Pages whose style sheets or scripts are heavier than `LIMITS`, and what they fetch from others."""
    sizes: dict[str, int] = {}
    for name, page in site.pages.items():
        fetched: dict[str, int] = {}  # file → where the page first names it
        for url, at in page.loads:
            address = site.resolve(url, name)
            if address is None:
                yield Finding(
                    "HS621",
                    name,
                    at,
                    "page fetches something from others",
                    url,
                    "files of this site only",
                    "keep a copy below theme assets, or remove it",
                )
            elif address.file is not None:  # a missing one is told as a dead link
                fetched.setdefault(address.file, at)
        for ending, (what, most) in LIMITS.items():
            files = [file for file in fetched if file.endswith(ending)]
            for file in files:
                if file not in sizes:
                    sizes[file] = _packed((site.folder / file).read_bytes())
            total = sum(sizes[file] for file in files)
            if total > most:
                heavy = sorted(files, key=lambda file: (-sizes[file], file))
                parts = ", ".join(f"{file} {sizes[file] / 1024:.1f} KB" for file in heavy)
                yield Finding(
                    "HS620",
                    name,
                    fetched[heavy[0]],
                    f"{what} of the page are too heavy",
                    f"{total / 1024:.1f} KB compressed: {parts}",
                    f"at most {most // 1024} KB on one page",
                    f"make {heavy[0]} smaller, or load it only on pages that use it (theme.yaml)",
                )


def _packed(data: bytes) -> int:
    return len(zlib.compress(data, 9)) + 12  # gzip's frame is 12 bytes more
