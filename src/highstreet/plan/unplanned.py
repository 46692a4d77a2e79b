"""What planning would tell of a shop that cannot be planned: a wrong price hides no wrong setting.

Settings and sections are held against the theme's schemas; nothing is made. What has a file counts as being there, also
where the file is broken: its own mistake has been told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from highstreet.base.diagnostic import Report
from highstreet.model.catalog import ImageRef
from highstreet.model.flaws import suggested_handle
from highstreet.model.tenant import Tenant
from highstreet.plan.plan import refuse_sections, with_known_fonts
from highstreet.plan.sections import coerced
from highstreet.plan.settings import Coercion
from highstreet.source.scan import Snapshot
from highstreet.theme.theme import Theme
from highstreet.theme.views import CollectionTile, ImageView, LinkView, MediaView, MomentView, ProductCard

_FOLDERS = {"product": "catalog/products/", "collection": "catalog/collections/", "page": "pages/", "post": "posts/"}
_SUFFIXES = (".yaml", ".yml", ".md")


def look(tenant: Tenant, snapshot: Snapshot, theme: Theme, report: Report) -> None:
    """Adds to `report` what is wrong with the settings and sections of `tenant`, which holds what could be read."""
    shelf = _Shelf(tenant.image_cdn != "", _handles(snapshot))
    refuse_sections(tenant, theme, report)
    with_known_fonts(tenant, theme, report)
    Coercion(shelf, tenant.sources, report, "tenant.yaml").record(
        theme.settings, tenant.theme_settings, ("theme", "settings")
    )
    for composed in (tenant.content.home, *tenant.content.templates.values()):
        for section in composed:
            coerced(section, theme, shelf, tenant.sources, report)


def _handles(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    paths = [file.path for file in snapshot.files]
    found = {}
    for kind, folder in _FOLDERS.items():
        texts = (path for path in paths if path.startswith(folder) and path.endswith(_SUFFIXES))
        found[kind] = tuple(suggested_handle(text[len(folder) :].rpartition(".")[0]) for text in texts)
    assets = tuple(path.removeprefix("assets/") for path in paths if path.startswith("assets/"))
    return found | {"image": assets, "file": assets}


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where settings find what they refer to, as far as files tell. What it gives is never shown."""

    cdn: bool
    known: Mapping[str, tuple[str, ...]]

    def card(self, handle: str) -> ProductCard | None:
        return None

    def tile(self, handle: str) -> CollectionTile | None:
        return None

    def image(self, ref: ImageRef) -> ImageView | None:
        there = self.cdn or ref.src in self.known["image"]
        return ImageView(ref.src, "", (), 1, 1, ref.alt, ref.src, "") if there else None

    def link(self, label: str, target: str) -> LinkView:
        return LinkView(label, target, False)

    def media(self, name: str) -> MediaView | None:
        return MediaView(name, "") if name in self.known["file"] else None

    def moment(self, moment: datetime) -> MomentView:
        return MomentView(moment.isoformat(), "")

    def handles(self, kind: str) -> tuple[str, ...]:
        return self.known.get(kind, ())

    def hidden(self, kind: str, handle: str) -> bool:
        return False

    def prose(self, text: str) -> str:
        return text
