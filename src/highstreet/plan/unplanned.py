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
from highstreet.model.references import KINDS, Targets
from highstreet.model.tenant import Tenant
from highstreet.plan import theme_check
from highstreet.plan.sections import coerced
from highstreet.plan.settings import Coercion
from highstreet.theme.theme import Theme
from highstreet.theme.views import CollectionTile, ImageView, LinkView, MediaView, MomentView, ProductCard


def look(tenant: Tenant, targets: Targets, theme: Theme, report: Report) -> None:
    """Adds to `report` what is wrong with the settings and sections of `tenant`, which holds what could be read.

    `targets` are all that its links may lead to.
    """
    shelf = _Shelf(tenant.image_cdn != "", _handles(targets))
    theme_check.refuse_sections(tenant, theme, report)
    theme_check.with_known_fonts(tenant, theme, report)
    Coercion(shelf, tenant.sources, report, "tenant.yaml").record(
        theme.settings, tenant.theme_settings, ("theme", "settings")
    )
    for composed in (tenant.content.home, *tenant.content.templates.values()):
        for section in composed:
            coerced(section, theme, shelf, tenant.sources, report)


def _handles(targets: Targets) -> dict[str, tuple[str, ...]]:
    found = {kind: (*sorted(targets.of(kind)), *sorted(targets.doubtful)) for kind in KINDS}
    assets = tuple(path.removeprefix("assets/") for path in sorted(targets.assets))
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
