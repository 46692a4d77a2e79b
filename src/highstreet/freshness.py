"""Freshness: whether the site in place is the one its sources make, told without parsing any of them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.base.digest import Digest, of_data
from highstreet.base.span import Span
from highstreet.model.platform import Platform, platform
from highstreet.output import state as states
from highstreet.run.registry import code, tools
from highstreet.source.scan import IndexEntry, Snapshot, scan, untouched
from highstreet.workspace import Workspace

if TYPE_CHECKING:
    from highstreet.shared_cache import SharedCache
    from highstreet.theme.templates import Templates
    from highstreet.theme.theme import Theme

Outcome = Literal["built", "unchanged", "failed"]


def settings(space: Workspace) -> tuple[Platform, Report]:
    """The platform's settings as the workspace's file says them now, and what is wrong with them. Raises OSError."""
    file = space.settings_file
    return platform(file.read_text("utf-8", "replace") if file.is_file() else "", file.name)


@dataclass(frozen=True, slots=True)
class Street:
    """What all tenants of one run share: read once, before any worker starts."""

    workspace: Workspace
    platform: Platform
    clock: datetime
    themes: dict[str, tuple[Theme, Templates]] = field(default_factory=dict)
    shared: SharedCache | None = None  # of results that are dear to make, with other machines
    _digests: dict[str, Digest] = field(default_factory=dict)

    def theme(self, name: str) -> tuple[Theme, Templates]:
        """A theme by name. Raises Problems when there is none or it has mistakes."""
        if name not in self.themes:
            folder = self.workspace.theme(name)
            if folder is None:
                raise Problems(
                    [
                        Diagnostic(
                            "HS420",
                            Span(f"themes/{name}"),
                            "no such theme",
                            name,
                            f"one of: {', '.join(self.workspace.themes())}",
                            "name one of these in tenant.yaml",
                        )
                    ]
                )
            from highstreet.theme import compiled
            from highstreet.theme.templates import templates
            from highstreet.theme.theme import open_theme

            theme = open_theme(scan(folder, f"themes/{name}", linked=True))
            known = templates(theme)
            place, key = self.workspace.theme_code(name), compiled.key(known, f"{code()} {tools()['page']}")
            kept = states.load_pack(place) or {}
            if kept.get("key") == key:
                compiled.take(known, kept["templates"])
            else:
                with contextlib.suppress(OSError):  # a folder that cannot be written only costs the next run time
                    states.save_pack(place, {"key": key, "templates": compiled.compiled(known)})
            self.themes[name] = theme, known
        return self.themes[name]

    def theme_digest(self, name: str) -> Digest | None:
        """The digest `theme` would give, without reading more of its files than changed; None when there is none."""
        if name in self.themes:
            return self.themes[name][0].digest
        folder = self.workspace.theme(name)
        if name not in self._digests and folder is not None:
            place = self.workspace.theme_index(name)
            known = states.load_pack(place) or {}
            index = {path: IndexEntry(*entry) for path, entry in known.items()}
            snapshot = scan(folder, f"themes/{name}", index, linked=True)
            now = {path: tuple(entry) for path, entry in snapshot.index.items()}
            if now != known:
                states.save_pack(place, now)
            self._digests[name] = snapshot.digest
        return self._digests.get(name)


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one tenant."""

    handle: str
    outcome: Outcome
    diagnostics: tuple[Diagnostic, ...] = ()
    pages: int = 0  # files of the site
    rendered: int = 0  # actions that ran
    reused: int = 0
    written: int = 0  # files touched in the output
    bytes: int = 0
    manifest: str = ""  # digest
    ran: tuple[str, ...] = ()  # paths of the actions that ran
    seconds: float = 0.0
    remarks: tuple[Diagnostic, ...] = ()  # of this run, not of the tenant: never told again when nothing is built


def scanned(street: Street, handle: str, before: states.State) -> Snapshot:
    """The tenant's folder as it is now. Raises Problems when it is a link: behind it may lie anybody's files."""
    if street.workspace.tenant(handle).is_symlink():
        raise Problems(
            [
                Diagnostic(
                    "HS002",
                    Span(street.workspace.label(handle)),
                    "symbolic links are not followed",
                    "a symbolic link",
                    "a folder",
                    "move the tenant's folder to this place",
                )
            ]
        )
    return scan(street.workspace.tenant(handle), street.workspace.label(handle), before.index)


def current(street: Street, handle: str) -> Built | None:
    """The result of a tenant nothing of which can have changed, told by time stamps; None: a worker must look."""
    before = states.load(street.workspace.state(handle))
    if not before.site_key:
        return None
    if untouched(street.workspace.tenant(handle), before.index):
        sources = Digest(before.sources)
    else:
        sources = scanned(street, handle, before).digest
    if not describes(before, street, handle, sources) or not before.intact(street.workspace.site(handle)):
        return None
    return unchanged(handle, before)


def describes(before: states.State, street: Street, handle: str, sources: Digest) -> bool:
    """Whether the state is of the site that a snapshot of this digest makes, wherever that lies.

    The theme's name needs no second look: it stands in tenant.yaml, which is part of the key.
    """
    if not before.site_key or not valid(before, street.clock):
        return False
    digest = street.theme_digest(before.theme)
    return digest is not None and site_key(handle, sources, before.theme, digest, street) == before.site_key


def valid(before: states.State, clock: datetime) -> bool:
    """Whether the schedule gives at `clock` what it gave when the site was built."""
    now = clock.isoformat()
    return (not before.since or before.since <= now) and (not before.until or now < before.until)


def unchanged(handle: str, before: states.State) -> Built:
    """The result for a tenant that is up to date, its warnings told again."""
    diagnostics = tuple(unpacked(row) for row in before.warnings)
    return Built(handle, "unchanged", diagnostics, before.pages, 0, before.pages, 0, before.bytes, before.manifest)


def remember_index(space: Workspace, handle: str, before: states.State, snapshot: Snapshot) -> None:
    """Saves new time stamps after a checkout or a touch, so that the next run need not read the files again."""
    if before.index != dict(snapshot.index):
        before.index = dict(snapshot.index)
        states.save(space.state(handle), before)


def site_key(handle: str, sources: Digest, theme: str, digest: Digest, street: Street) -> str:
    """The key of a whole site: all it is made of but the clock, whose answer the state keeps as an interval."""
    platform = street.platform
    return of_data(
        [
            handle,
            sources,
            theme,
            digest,
            platform.base_domain,
            street.clock.year,
            tools(),
            code(),
            repr(sorted(platform.plans.items())),
            sorted(platform.reserved),
            platform.default_plan,
            platform.currency,
            platform.locale,
        ]
    )


def packed(diagnostic: Diagnostic) -> tuple[object, ...]:
    """A diagnostic as plain data for the state."""
    spans = [tuple(getattr(span, name) for name in Span.__slots__) for span in (diagnostic.span, *diagnostic.related)]
    return (
        diagnostic.code,
        diagnostic.message,
        diagnostic.found,
        diagnostic.expected,
        diagnostic.fix,
        diagnostic.severity,
        spans,
    )


def unpacked(row: tuple[object, ...]) -> Diagnostic:
    """What `packed` was made of."""
    code_, message, found, expected, fix, severity, spans = row
    places = [Span(*span) for span in spans]  # type: ignore[attr-defined]
    return Diagnostic(code_, places[0], message, found, expected, fix, severity, tuple(places[1:]))  # type: ignore[arg-type]
