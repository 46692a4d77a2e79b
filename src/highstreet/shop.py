"""Shops: a tenant held open, any output of its site made when asked for, in the bytes a build would write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from highstreet import pipeline
from highstreet.action.action import Action, Key
from highstreet.action.cache import ActionCache
from highstreet.action.executor import ActionFailed, Executor
from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.base.digest import Digest, of_bytes
from highstreet.freshness import Street, scanned
from highstreet.model.load import load
from highstreet.model.tenant import Tenant
from highstreet.output import state as states
from highstreet.run.registry import Runners
from highstreet.source.scan import Snapshot


class Rendered(NamedTuple):
    """One output of a site."""

    path: str  # "products/mug/index.html"
    data: bytes
    digest: Digest  # of `data`
    key: Key  # of what it was made of: the same key is the same output


@dataclass(frozen=True)
class Shop:
    """One tenant as its folder was when it was opened, or last updated.

    `diagnostics` are the mistakes known so far; `checked` gives all of them. A tenant with mistakes keeps giving its
    last good site, and `errors` says what is wrong with its present one; `render` raises Problems when there never
    was a good one, or when a template fails.
    """

    street: Street
    handle: str
    diagnostics: tuple[Diagnostic, ...]
    tenant: Tenant | None  # of the last good state
    drafts: bool = False
    _draft: pipeline.Draft | None = field(default=None, repr=False)
    _snapshot: Snapshot | None = field(default=None, repr=False)
    _executor: Executor | None = field(default=None, repr=False)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")

    def paths(self) -> tuple[str, ...]:
        """Every output of the site but fingerprinted files below assets/, in the order of a build."""
        return tuple(self._draft.plan.outputs) if self._draft is not None else ()

    def everything(self) -> tuple[str, ...]:
        """Every output of the site, files below assets/ too. Dear: it plans all there is."""
        return tuple(action.path for action in self._draft.plan.actions) if self._draft is not None else ()

    def action(self, path: str) -> Action | None:
        """What makes the output `path`; None when the site has no such output."""
        return self._draft.plan.action(path) if self._draft is not None else None

    def key(self, path: str) -> Key | None:
        """Key of an output: as long as it is the same, so are the bytes. Renders nothing."""
        action = self.action(path)
        return action.key if action is not None else None

    def render(self, path: str) -> Rendered | None:
        """The output `path` of the site, None when it has no such output."""
        if self._draft is None or self._executor is None or self._snapshot is None:
            raise Problems(self.diagnostics)
        action = self.action(path)
        if action is None:
            return None
        try:
            data = self._executor.result(action)
        except ActionFailed as failure:
            raise Problems(pipeline.failed(failure, self._snapshot)) from failure
        return Rendered(path, data, of_bytes(data), action.key)

    def checked(self) -> tuple[Diagnostic, ...]:
        """Every mistake and warning of the present state, as `highstreet check` tells them."""
        return self.diagnostics

    def updated(self, changed: Iterable[Path] | None = None) -> Shop:
        """The shop as its files are now. `changed` are the only files that may differ; None: any may."""
        street = replace(self.street, themes={}, _digests={})
        now = open_shop(street, self.handle, self.drafts)
        return now if not now.errors else replace(self, street=street, diagnostics=now.diagnostics)

    def seen(self, clock: datetime, drafts: bool = False) -> Shop:
        """The same shop at another time, or with what is still a draft."""
        return open_shop(replace(self.street, clock=clock), self.handle, drafts)


def open_shop(street: Street, handle: str, drafts: bool = False) -> Shop:
    """The tenant `handle` as its folder is now. Its mistakes are in the shop's diagnostics."""
    space = street.workspace
    before = states.load(space.state(handle))
    report = Report()
    try:
        snapshot = scanned(street, handle, before)
        loaded = load(snapshot, street.platform, pipeline.records(space, handle))
        report.extend(loaded.report)
        report.raise_errors()
        assert loaded.tenant is not None
        draft = pipeline.drafted(street, snapshot, loaded.tenant, before.pictures, report, drafts)
    except Problems as problems:
        told = dict.fromkeys([*report, *problems.diagnostics])
        return Shop(street, handle, tuple(told), None, drafts)
    executor = Executor(Runners(), ActionCache(space.cache))
    return Shop(street, handle, tuple(report), loaded.tenant, drafts, draft, snapshot, executor)
