"""A small street for tests: a workspace on disk, edited and built in this process."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from highstreet import pipeline
from highstreet.freshness import Built, Street
from highstreet.model.platform import Platform
from highstreet.output import state as states
from highstreet.source.scan import scan
from highstreet.theme.strings import Strings
from highstreet.theme.theme import open_theme
from highstreet.workspace import Workspace

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
CLOCK = datetime(2026, 11, 23, 12, tzinfo=UTC)


def as_yaml(data: Any) -> str:
    """JSON is YAML, and needs no emitter to be trusted."""
    return json.dumps(data, ensure_ascii=False, indent=1)


def theme_words(locale: str) -> Strings:
    """What theme `main` says in a language."""
    return open_theme(scan(ROOT / "themes/main", "themes/main")).strings(locale)[1]


def picture(seed: int, width: int = 48, height: int = 40) -> bytes:
    """A small PNG that differs for each seed."""
    from PIL import Image

    made = Image.new("RGB", (width, height), ((seed * 37) % 256, (seed * 91) % 256, (seed * 53) % 256))
    made.putpixel((seed % width, seed % height), (255, 255, 255))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


@dataclass
class Lane:
    """A workspace with its cache, and a way to build it as the command does, without its processes."""

    root: Path
    base_domain: str = "example.com"
    clock: datetime = CLOCK
    themes: dict[str, Any] = field(default_factory=dict)  # opened once; a test that edits a theme clears it

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root, self.root / "build", self.root / ".highstreet")

    def write(self, path: str, content: str | bytes) -> Path:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def tenant(self, handle: str, files: Mapping[str, Any]) -> None:
        """Writes a tenant folder; values that are no text or bytes become YAML."""
        for path, content in files.items():
            self.write(f"tenants/{handle}/{path}", content if isinstance(content, (str, bytes)) else as_yaml(content))

    def own_theme(self) -> Path:
        """The main theme copied into the workspace, so that a test can edit it."""
        place = self.root / "themes/main"
        shutil.copytree(ROOT / "themes/main", place)
        return place

    def street(self, out: Path | None = None, cache: Path | None = None) -> Street:
        space = self.workspace
        return Street(Workspace(self.root, out or space.out, cache or space.cache), Platform(base_domain=self.base_domain), self.clock, self.themes)

    def build(self, handle: str, street: Street | None = None) -> Built:
        return pipeline.build(street or self.street(), handle)

    def files(self, handle: str, out: Path | None = None) -> dict[str, bytes]:
        folder = (out or self.workspace.out) / handle
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def state(self, handle: str) -> states.State:
        return states.load(self.workspace.state(handle))


def messages(built: Built) -> str:
    return "\n".join(f"{d.span} {d.code} {d.message}: {d.found}" for d in built.diagnostics)


def simple_shop(name: str = "Acme", products: int = 2) -> dict[str, Any]:
    """A tenant that builds: some products, a collection, a page, a menu."""
    return {
        "tenant.yaml": {"name": name, "currency": "EUR", "locale": "en-GB", "contact": {"email": "hello@acme.example"},
                        "checkout": {"kind": "email", "to": "orders@acme.example"}},
        "branding.yaml": {"tagline": "Good things", "colors": {"primary": "#17324d"}},
        "navigation.yaml": {"main": [{"label": "All", "to": "/products/"}, {"label": "About", "to": "page/about"}]},
        "pages/about.md": "---\ntitle: About\n---\nWe make **things**.\n",
        "catalog/collections/things.yaml": {"title": "Things", "products": [f"thing-{n}" for n in range(products)]},
        **{f"catalog/products/thing-{n}.yaml": {"title": f"Thing {n}", "price": f"{10 + n}.50", "inventory": "7",
                                                "description": f"Thing number {n}."} for n in range(products)},
    }  # fmt: skip
