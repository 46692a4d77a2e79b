"""Shops: a tenant held open, any output of its site made when asked for, in the bytes a build would write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from highstreet import pipeline
from highstreet.action import limits
from highstreet.action.action import Action, Key
from highstreet.action.cache import ActionCache
from highstreet.action.executor import ActionFailed, Executor, Memory, making
from highstreet.action.supervisor import Died
from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.base.digest import Digest, of_bytes
from highstreet.freshness import Street, scanned
from highstreet.model.load import Parsed, checked, parsed
from highstreet.model.tenant import Tenant
from highstreet.output import state as states
from highstreet.run.registry import Runners, code
from highstreet.source.scan import Snapshot, rescan, scan
from highstreet.street import lost
from highstreet.theme.templates import FOLDERS, Templates, templates
from highstreet.theme.theme import Theme, open_theme


class Rendered(NamedTuple):
    """One output of a site."""

    path: str  # "products/mug/index.html"
    data: bytes
    digest: Digest  # of `data`
    key: Key  # of what it was made of: the same key is the same output


@dataclass(frozen=True)
class Shop:
    """One tenant as its folder was when it was opened, or last updated. Never changes; `updated` gives another.

    A tenant with mistakes keeps giving its last good site, and `errors` says what is wrong with its present one;
    `render` raises Problems when there never was a good one, or when a template fails.
    """

    street: Street
    handle: str
    drafts: bool
    tenant: Tenant | None  # of the last good state
    _desk: Desk = field(repr=False)
    _read: Parsed | None = field(repr=False)  # of the present state, good or not
    _draft: pipeline.Draft | None = field(repr=False)  # of the last good one
    _report: Report = field(repr=False)  # what is known of the present state; grows while pages are planned
    _complete: list[tuple[Diagnostic, ...]] = field(default_factory=list, repr=False)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The mistakes and warnings known so far: of each file, and of the pages that were asked for."""
        return tuple(dict.fromkeys(self._report))

    @property
    def told(self) -> int:
        """How many diagnostics there are so far; another number, other diagnostics."""
        return len(self._report.diagnostics)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")

    @property
    def until(self) -> datetime | None:
        """When something scheduled appears or disappears next; from then on `seen` gives another site."""
        return self._draft.until if self._draft is not None else None

    def across(self) -> tuple[Diagnostic, ...]:
        """`diagnostics`, and what takes more than one file to be seen. Plans nothing: 20 ms for 1,000 products."""
        if self._read is None:
            return self.diagnostics
        return tuple(dict.fromkeys([*checked(self._read).report, *self._report]))

    def checked(self) -> tuple[Diagnostic, ...]:
        """Every mistake and warning of the present state, as `highstreet check` tells them. Dear the first time."""
        if not self._complete:
            self._complete.append(self._everything_wrong())
        return self._complete[0]

    def paths(self) -> tuple[str, ...]:
        """Every output of the site but files named by what is in them, in the order of a build. Plans nothing."""
        return tuple(planned.path for planned in self._draft.plan.outputs) if self._draft is not None else ()

    def everything(self) -> tuple[str, ...]:
        """Every output of the site. Dear: it plans all there is."""
        return tuple(action.path for action in self._draft.plan.actions) if self._draft is not None else ()

    @property
    def sheets(self) -> tuple[str, ...]:
        """Addresses of the style sheets that all pages share."""
        return self._draft.plan.sites[0].assets.sheets if self._draft is not None else ()

    def action(self, path: str) -> Action | None:
        """What makes the output `path`; None when the site has no such output."""
        return self._draft.plan.action(path) if self._draft is not None else None

    def key(self, path: str) -> Key | None:
        """Key of an output: as long as it is the same, so are the bytes. Renders nothing."""
        action = self.action(path)
        return action.key if action is not None else None

    def render(self, path: str) -> Rendered | None:
        """The output `path` of the site, None when it has no such output."""
        if self._draft is None:
            raise Problems(self.diagnostics)
        action = self.action(path)
        return self.made(action) if action is not None else None

    def made(self, action: Action) -> Rendered:
        """What an action of this shop, or of an earlier state of it, gives."""
        limits.renew()
        try:
            data = self._desk.executor.result(action)
        except ActionFailed as failure:
            raise self.problems(failure) from failure
        return Rendered(action.path, data, of_bytes(data), action.key)

    def problems(self, failure: ActionFailed) -> Problems:
        """What a failed action of this shop, or of an earlier state of it, tells those who mend it."""
        assert self._draft is not None
        return Problems(pipeline.failed(failure, self._draft.plan.snapshot))

    def lost(self, action: Action, reason: str) -> Problems:
        """What to tell when the process that made an action of this shop has ended before it."""
        assert self._draft is not None
        at = making(action, self._draft.plan.snapshot.names)
        return Problems([lost(self.street, Died(self.handle, reason, 0.0, at))])

    def updated(self, changed: Iterable[Path] | None = None) -> Shop:
        """The shop as its files are now, its own and its theme's.

        `changed` are the only files that may differ since this shop was made; a folder stands for all that is in it,
        None for everything. What is not touched by them is taken over, so that one saved file costs what it shows.
        """
        places = None if changed is None else list(changed)
        if self._read is None:
            return open_shop(self.street, self.handle, self.drafts, self._desk)
        try:
            snapshot = rescan(self._read.snapshot, self.street.workspace.tenant(self.handle), places)
        except OSError:  # saved again this very moment
            return self.updated(None)
        return _shop(self.street, self.handle, self.drafts, self._desk, snapshot, places, self)

    def seen(self, clock: datetime, drafts: bool = False) -> Shop:
        """The same shop at another time, or with what is still a draft."""
        if self._read is None:
            return open_shop(replace(self.street, clock=clock), self.handle, drafts, self._desk)
        return _shop(replace(self.street, clock=clock), self.handle, drafts, self._desk, self._read.snapshot, (), self)

    def remember(self) -> None:
        """Keeps what was parsed in the cache, as a build does, so that opening the shop again is quicker."""
        if self._read is not None:
            records = {"code": code(), "records": dict(self._read.reader.records)}
            states.save_pack(self.street.workspace.records(self.handle), records)

    def _same(self, street: Street, read: Parsed, drafts: bool) -> bool:
        """Whether nothing differs in a later state: a file saved as it was, or one of another shop."""
        mine = {name: theme for name, (theme, _) in self.street.themes.items()}
        same = mine.keys() == street.themes.keys() and all(
            mine[name] is pair[0] for name, pair in street.themes.items()
        )
        return same and read is self._read and self.street.clock == street.clock and self.drafts == drafts

    def _everything_wrong(self) -> tuple[Diagnostic, ...]:
        if self._read is None:
            return self.diagnostics
        report = Report(list(checked(self._read).report))
        try:
            if not report.errors and self._draft is not None:
                fresh = pipeline.drafted(
                    self.street, self._read.snapshot, self._read.tenant, self._draft.pictures, report, self.drafts
                )
                fresh.plan.actions  # noqa: B018  # all of it, so that every mistake is told
        except Problems as problems:
            report.extend(problems.diagnostics)
        return tuple(dict.fromkeys([*report, *self.diagnostics]))


class Desk:
    """What the open shops of one street share: rendered fragments, up to so many bytes, and themes."""

    def __init__(self, street: Street, limit: int = 64 * 1024 * 1024) -> None:
        self.executor = Executor(Runners(), ActionCache(street.workspace.cache, street.shared), Memory(limit))
        self._themes: dict[str, _Opened] = {}

    def street(self, street: Street, theme: str, changed: Iterable[Path] | None) -> Street:
        """`street` with `theme` as it is now. Raises Problems when it has mistakes."""
        folder = street.workspace.theme(theme)
        if folder is None:
            return replace(street, themes={}, _digests={})
        known = self._themes.get(theme)
        if known is not None and known.folder == folder:
            snapshot = rescan(known.snapshot, folder, changed)
            if snapshot.files != known.snapshot.files or snapshot.problems != known.snapshot.problems:
                known = _opened(folder, snapshot, known.good)
        else:
            known = _opened(folder, scan(folder, f"themes/{theme}", linked=True), None)
        self._themes[theme] = known
        if known.problems is not None or known.good is None:
            raise known.problems or Problems([])
        return replace(street, themes={theme: known.good}, _digests={})


class _Opened(NamedTuple):
    """A theme as its folder is now, and as it was when it was last good."""

    folder: Path
    snapshot: Snapshot
    good: tuple[Theme, Templates] | None
    problems: Problems | None


def _opened(folder: Path, snapshot: Snapshot, before: tuple[Theme, Templates] | None) -> _Opened:
    try:
        theme = open_theme(snapshot, before[0] if before is not None else None)
    except Problems as problems:
        return _Opened(folder, snapshot, before, problems)
    if before is not None and _template_files(theme) == _template_files(before[0]):
        return _Opened(folder, snapshot, (theme, before[1]), None)  # another style sheet, the same templates
    return _Opened(folder, snapshot, (theme, templates(theme)), None)


def _template_files(theme: Theme) -> list[tuple[str, Digest]]:
    return [(path, file.digest) for path, file in theme.files.items() if path.startswith(FOLDERS)]


def open_shop(street: Street, handle: str, drafts: bool = False, desk: Desk | None = None) -> Shop:
    """The tenant `handle` as its folder is now. Its mistakes are in the shop's diagnostics.

    Shops opened with the same desk share what they render.
    """
    desk = desk or Desk(street)
    before = states.load(street.workspace.state(handle))
    try:
        snapshot = scanned(street, handle, before)
    except Problems as problems:
        return Shop(street, handle, drafts, None, desk, None, None, Report(list(problems.diagnostics)))
    return _shop(street, handle, drafts, desk, snapshot, None, None)


def _shop(
    street: Street,
    handle: str,
    drafts: bool,
    desk: Desk,
    snapshot: Snapshot,
    changed: Iterable[Path] | None,
    before: Shop | None,
) -> Shop:
    space = street.workspace
    earlier = before._draft if before is not None else None
    if before is not None and before._read is not None:
        read = before._read
        if snapshot.files != read.snapshot.files or snapshot.problems != read.snapshot.problems:
            read = parsed(snapshot, street.platform, before=read)
    else:
        read = parsed(snapshot, street.platform, pipeline.records(space, handle))
    report = Report(list(read.diagnostics))
    if read.sound:
        known = earlier.pictures if earlier is not None else states.load(space.state(handle)).pictures
        try:
            here = desk.street(street, read.tenant.theme, changed)
            if before is not None and before._same(here, read, drafts):
                return before
            draft = pipeline.drafted(here, snapshot, read.tenant, known, report, drafts, earlier)
            return Shop(here, handle, drafts, read.tenant, desk, read, draft, report)
        except Problems as problems:
            report.extend(problems.diagnostics)
    return Shop(street, handle, drafts, before.tenant if before is not None else None, desk, read, earlier, report)
