"""Markdown: raw HTML, schemes in every spelling, pictures that tell strangers who reads, and texts that cost time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hostile.case import Case, inert, page
from support.street import picture

sys.path.append(str(Path(__file__).parents[2] / "theme"))

from test_markdown_safety import BOMBS, HOSTILE

FOREIGN = (
    "![x](https://evil.example/x.png)", "![x](//evil.example/x.png)", "![x][1]\n\n[1]: https://evil.example/x.png", "<img src='https://evil.example/x.png' alt=x>", "<img src='//evil.example/x.png'>",
    "<img src='\\\\evil.example/x.png'>", "<img src='/\\evil.example/x.png'>", "<img src=' https://evil.example/x.png'>", "<img src='ht&Tab;tps://evil.example/x.png'>", "<img src='https:evil.example/x.png'>",
    "[![x](https://evil.example/x.png)](/)", "<img srcset='https://evil.example/x.png 2x' src='/x.png'>", "<table background='https://evil.example/x.png'><tr><td>x</table>", "<video poster='https://evil.example/x.png'></video>",
    "<picture><source srcset='/x.png 1x, https://evil.example/x.png 2x'><img src='/x.png'></picture>", "<img srcset='/x.png&#32;1x,&#9;//evil.example/x.png' src='/x.png'>",
    "<link rel=stylesheet href=https://evil.example/x.css>", "<p style='background:url(https://evil.example/x.png)'>x</p>", "<svg><image href='https://evil.example/x.png'/></svg>", "<input type=image src=https://evil.example/x.png>",
)  # fmt: skip


def _plain(text: str) -> str:
    """Without the control characters, which no file may hold."""
    return text.replace("\x00", "").replace("\u0001", "")


def _pages(texts: tuple[str, ...] | list[str], together: int = 12) -> dict[str, Any]:
    """Pages that hold some of the texts each: one that leaves something open must not hide the next for long."""
    chunks = [texts[at : at + together] for at in range(0, len(texts), together)]
    return {f"pages/p-{n}.md": "---\ntitle: P\n---\n" + _plain("\n\n".join(chunk)) + "\n" for n, chunk in enumerate(chunks)}


def _visited(files: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"pages/{Path(name).stem}/index.html" for name in files if name.startswith("pages/"))


THERE = {"assets/x.png": picture(3)}
ACTIVE, PICTURES = _pages(HOSTILE) | THERE, _pages(FOREIGN, 6) | THERE
DESCRIBED = THERE | {"catalog/products/thing-0.yaml": {"title": "Thing", "price": "10.50", "description": _plain("\n\n".join(HOSTILE[:40]))}, "posts/news.md": "---\ntitle: News\ndate: 2026-11-01\n---\n" + "\n\n".join(FOREIGN)}

CASES: tuple[Case, ...] = (
    inert("active", ACTIVE, "<script>alert", pages=_visited(ACTIVE)),
    inert("pictures-from-elsewhere", PICTURES, 'src="https://evil', 'src="//evil', pages=_visited(PICTURES)),
    inert("in-descriptions-and-posts", DESCRIBED, "<script>alert", pages=("products/thing-0/index.html", "journal/news/index.html")),
    inert("table-of-five-million-cells", page("|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + ("|a" * 50 + "\n") * 1_000), pages=()),
    *(inert(f"bombs-{n}", {f"pages/b-{m}.md": f"---\ntitle: B\n---\n{text[:190_000]}\n" for m, text in enumerate(list(BOMBS.values())[n::4])}, pages=()) for n in range(4)),
)
