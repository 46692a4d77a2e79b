"""Checking: every mistake of every tenant without building anything, and contradictions in what was built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from highstreet.action.supervisor import Crashed, Died, Done, Limits, Progress, supervise
from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.base.digest import of_data
from highstreet.freshness import Street, packed, scanned, site_key, unpacked, valid
from highstreet.output import state as states
from highstreet.source.scan import Snapshot
from highstreet.street import OurFault, looked_at, lost, processors


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: diagnostics by tenant, in the order asked for, and our own faults if any tenant met one."""

    found: Mapping[str, tuple[Diagnostic, ...]]
    fault: OurFault | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one tenant, and the hosts it claims, which others may claim too."""

    diagnostics: tuple[Diagnostic, ...]
    domains: tuple[str, ...] = ()


def check(street: Street, handles: Sequence[str], limits: Limits | None = None) -> Checked:
    """Every diagnostic of every tenant; custom domains that two tenants claim are told of both."""
    looked = looked_at(street, handles, lambda handle: _kept(street, handle), processors())
    verdicts = {handle: known for handle, known in looked if known is not None}
    faults = []
    waiting = [handle for handle in handles if handle not in verdicts]
    if waiting:
        from highstreet import pipeline  # noqa: F401  # late: a look at what is known should not pay; workers share it

        for event in supervise(
            waiting, lambda handle, progress: _check(street, handle, progress), processors(), limits or Limits()
        ):
            match event:
                case Done():
                    verdicts[event.task] = event.result
                case Died():
                    verdicts[event.task] = Verdict((lost(street, event),))
                case Crashed():
                    faults.append(event)
                    verdicts[event.task] = Verdict((lost(street, event),))
    found = {handle: verdicts[handle].diagnostics for handle in handles}
    for handle, clashes in _clashes(street, verdicts).items():
        found[handle] = (*found[handle], *clashes)
    return Checked(found, OurFault(faults) if faults else None)


def _clashes(street: Street, verdicts: Mapping[str, Verdict]) -> Mapping[str, Sequence[Diagnostic]]:
    claimed = [domain for verdict in verdicts.values() for domain in set(verdict.domains)]
    if len(claimed) == len(set(claimed)):
        return {}
    from highstreet.model.check import cross_check
    from highstreet.model.sources import Sources

    domains = {handle: verdict.domains for handle, verdict in verdicts.items()}
    return cross_check(domains, lambda handle: Sources(scanned(street, handle, states.State())))


_KEPT = ("key", "theme", "since", "until", "index", "diagnostics", "domains")


def _kept(street: Street, handle: str) -> Verdict | None:
    """The last verdict, if all that it was found from is as it was: sources, theme, settings, time, and the site."""
    kept = states.load_pack(street.workspace.verdict(handle), *_KEPT)
    if kept is None:
        return None
    before = states.load(street.workspace.state(handle))
    before.since, before.until = kept["since"], kept["until"]
    if not valid(before, street.clock):
        return None
    snapshot = scanned(street, handle, states.State(index={**kept["index"], **before.index}))
    if kept["key"] != _key(street, snapshot, kept["theme"], before):
        return None
    return Verdict(tuple(unpacked(row) for row in kept["diagnostics"]), tuple(kept["domains"]))


def _key(street: Street, snapshot: Snapshot, theme: str, before: states.State) -> str | None:
    """What a verdict depends on but the clock; None where the built site is not as it was written."""
    digest = street.theme_digest(theme)
    site = street.workspace.site(snapshot.handle)
    built = bool(before.site_key) and site.is_dir()
    if digest is None or (built and not before.intact(site)):
        return None
    manifest = before.manifest if built else ""
    return of_data(
        [site_key(snapshot.handle, snapshot.digest, theme, digest, street), repr(street.platform.budgets), manifest]
    )


def _check(street: Street, handle: str, progress: Progress) -> Verdict:
    from highstreet.output.audit import audit

    report = Report()
    space = street.workspace
    try:
        before = states.load(space.state(handle))
        snapshot = scanned(street, handle, before)
        planned = _planned(street, snapshot, before, report, progress)
    except Problems as problems:
        report.extend(d for d in problems.diagnostics if d not in report.diagnostics)
        return Verdict(tuple(report))
    folder = space.site(handle)
    if not report.errors and before.site_key and folder.is_dir():
        looked, total = count(1), 2 * len(before.outputs)  # each page is looked at twice

        def step() -> None:
            progress(next(looked), total)

        report.extend(audit(folder, f"{folder.parent.name}/{handle}", street.platform.budgets, step))
    key = _key(street, snapshot, planned.theme, before)
    if key is not None:
        kept: dict[str, Any] = {
            "key": key,
            "theme": planned.theme,
            "since": planned.since,
            "until": planned.until,
            "index": {path: tuple(entry) for path, entry in snapshot.index.items()},
            "diagnostics": [packed(diagnostic) for diagnostic in report],
            "domains": list(planned.domains),
        }
        states.save_pack(space.verdict(handle), kept)
    return Verdict(tuple(report), planned.domains)


class _Planned(NamedTuple):
    """What a verdict needs of a plan. The plan itself goes before the site is read back: each may take a gigabyte."""

    theme: str
    since: str
    until: str
    domains: tuple[str, ...]


def _planned(street: Street, snapshot: Snapshot, before: states.State, report: Report, progress: Progress) -> _Planned:
    """Plans the tenant, for the mistakes that are met on the way. Raises Problems."""
    from highstreet import pipeline

    progress.earn(*pipeline.earned_by(snapshot))
    progress.earn(len(before.outputs) * 0.05)  # they are read back
    draft, tenant = pipeline.planned(street, snapshot.handle, before, report, snapshot)
    return _Planned(tenant.theme, pipeline.instant(draft.since), pipeline.instant(draft.until), tuple(tenant.domains))
