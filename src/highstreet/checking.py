"""Checking: every mistake of every tenant without building anything, and contradictions in what was built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from highstreet import pipeline
from highstreet.action.supervisor import Crashed, Died, Done, Limits, Progress, supervise
from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.freshness import Street, scanned
from highstreet.model.check import cross_check
from highstreet.model.content import Content
from highstreet.model.sources import Sources
from highstreet.model.tenant import Tenant
from highstreet.output import state as states
from highstreet.output.audit import audit
from highstreet.source.scan import scan
from highstreet.street import OurFault, lost, processors


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: diagnostics by tenant, in the order asked for, and our own faults if any tenant met one."""

    found: Mapping[str, tuple[Diagnostic, ...]]
    fault: OurFault | None = None


def check(street: Street, handles: Sequence[str], limits: Limits | None = None) -> Checked:
    """Every diagnostic of every tenant; custom domains that two tenants claim are told of both."""
    found: dict[str, tuple[Diagnostic, ...]] = {}
    claims: list[Tenant] = []
    faults = []
    for event in supervise(
        list(handles), lambda handle, progress: _check(street, handle, progress), processors(), limits or Limits()
    ):
        match event:
            case Done():
                found[event.task], claim = event.result
                claims += [claim] if claim is not None else []
            case Died():
                found[event.task] = (lost(street, event),)
            case Crashed():
                faults.append(event)
                found[event.task] = (lost(street, event),)
    space = street.workspace
    located = [
        replace(claim, sources=Sources(scan(space.tenant(claim.handle), space.label(claim.handle)))) for claim in claims
    ]
    for handle, clashes in cross_check(located).items():
        found[handle] = (*found[handle], *clashes)
    return Checked({handle: found[handle] for handle in handles}, OurFault(faults) if faults else None)


def _check(street: Street, handle: str, progress: Progress) -> tuple[tuple[Diagnostic, ...], Tenant | None]:
    """The tenant's diagnostics, and what of it others may clash with: little enough to send between processes."""
    report = Report()
    tenant: Tenant | None = None
    try:
        before = states.load(street.workspace.state(handle))
        snapshot = scanned(street, handle, before)
        progress.earn(*pipeline.earned_by(snapshot))
        progress.earn(len(before.outputs) * 0.05)  # they are read back
        _, tenant = pipeline.planned(street, handle, before, report, snapshot)
    except Problems as problems:
        report.extend(d for d in problems.diagnostics if d not in report.diagnostics)
    else:
        folder = street.workspace.site(handle)
        if not report.errors and before.site_key and folder.is_dir():
            report.extend(audit(folder, f"{folder.parent.name}/{handle}", street.platform.budgets))
    if tenant is None or not tenant.domains:
        return tuple(report), None
    return tuple(report), replace(
        tenant, products={}, collections={}, content=Content(), overlays={}, theme_settings={}, sources=None
    )
