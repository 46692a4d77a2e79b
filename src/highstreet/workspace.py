"""Workspaces: where tenants, themes, output and cache are. No other module knows a folder's name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span

_BUNDLED = Path(__file__).parent / "themes"  # where the wheel puts them
_CHECKOUT = Path(__file__).parents[2] / "themes"  # where they are when installed from a checkout with -e


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with tenants/ in it."""

    root: Path
    out: Path
    cache: Path

    @property
    def tenants(self) -> Path:
        return self.root / "tenants"

    @property
    def settings_file(self) -> Path:
        return self.root / "pyproject.toml"

    def tenant(self, handle: str) -> Path:
        return self.tenants / handle

    def label(self, handle: str) -> str:
        return f"tenants/{handle}"

    def site(self, handle: str) -> Path:
        return self.out / handle

    @property
    def states(self) -> Path:
        """What is known of each built site. Every output folder has its own: one says nothing of another."""
        if self.out == self.root / "build":
            return self.cache / "tenants"
        return self.cache / f"tenants-{sha256(bytes(self.out)).hexdigest()[:12]}"

    def state(self, handle: str) -> Path:
        return self.states / f"{handle}.state"

    def sources(self, handle: str) -> Path:
        return self.states / f"{handle}.sources"

    def records(self, handle: str) -> Path:
        return self.states / f"{handle}.records"

    def verdict(self, handle: str) -> Path:
        return self.states / f"{handle}.verdict"

    def traces(self, handle: str) -> tuple[Path, ...]:
        """All that is kept of one tenant besides its site and what tenants share."""
        return self.state(handle), self.sources(handle), self.records(handle), self.verdict(handle)

    def theme_index(self, name: str) -> Path:
        return self.cache / "themes" / f"{name}.index"

    def theme_code(self, name: str) -> Path:
        return self.cache / "themes" / f"{name}.code"

    def handles(self) -> tuple[str, ...]:
        """Every tenant folder, sorted. Files and names starting with "." or "_" are no tenants."""
        with os.scandir(self.tenants) as entries:
            return tuple(sorted(one.name for one in entries if _named(one.name) and (one.is_dir() or one.is_symlink())))

    def has(self, handle: str) -> bool:
        """Whether `handle` is one of `handles`."""
        place = self.tenant(handle)
        return "/" not in handle and _named(handle) and (place.is_dir() or place.is_symlink())

    def theme(self, name: str) -> Path | None:
        """The workspace's own theme of that name, else the bundled one."""
        own = self.root / "themes" / name
        return own if (own / "theme.yaml").is_file() else bundled_theme(name)

    def themes(self) -> tuple[str, ...]:
        folders = (self.root / "themes", _BUNDLED, _CHECKOUT)
        return tuple(
            sorted(
                {entry.parent.name for folder in folders if folder.is_dir() for entry in folder.glob("*/theme.yaml")}
            )
        )


def _named(name: str) -> bool:
    return name[:1] not in ("", ".", "_")


def bundled_theme(name: str) -> Path | None:
    """A theme that comes with Highstreet."""
    return next((place for place in (_BUNDLED / name, _CHECKOUT / name) if (place / "theme.yaml").is_file()), None)


def find(start: Path, out: Path | None = None) -> Workspace:
    """The workspace `start` lies in: the nearest folder upwards that has tenants/.

    Raises Problems when there is none.
    """
    start = start.resolve()
    for root in (start, *start.parents):
        if (root / "tenants").is_dir():
            return Workspace(root, (out or root / "build").resolve(), root / ".highstreet")
    raise Problems(
        [
            Diagnostic(
                "HS101",
                Span(str(start)),
                "no workspace here",
                "no tenants/ folder in this folder or above it",
                "a folder with tenants/ in it, or one below it",
                "run `highstreet init DIR` to make one, or name it with -C DIR",
            )
        ]
    )
