"""The pipeline: scan → load → plan → execute → assemble, one call per line. Start reading here."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from highstreet.action import limits
from highstreet.action.action import Action
from highstreet.action.cache import ActionCache
from highstreet.action.executor import ActionFailed, Executor, Held
from highstreet.action.whereabouts import working_on
from highstreet.base.diagnostic import Diagnostic, Problems, Report
from highstreet.base.span import Span
from highstreet.examine import examine, glance
from highstreet.freshness import Built, Street, describes, packed, remember_index, scanned, site_key, unchanged
from highstreet.model.load import Loaded, load
from highstreet.model.schedule import at
from highstreet.model.tenant import Tenant
from highstreet.output import state as states
from highstreet.output.manifest import Manifest, manifest
from highstreet.output.write import Stage, remove_strays, write
from highstreet.plan import unplanned
from highstreet.plan.plan import Plan, Setting, plan
from highstreet.run.css import BadStyle
from highstreet.run.font import BadFont
from highstreet.run.registry import Runners, code, tools
from highstreet.run.style import Refused
from highstreet.source.image import ImageProblem
from highstreet.source.scan import Snapshot, SourceChanged
from highstreet.theme.templates import Templates
from highstreet.theme.theme import Theme
from highstreet.workspace import Workspace

Progress = Callable[[int, int], None]  # actions done, actions in all
Earn = Callable[[float, int], None]  # processor seconds and bytes that this tenant may take more, being so large
Spare = Callable[[int], AbstractContextManager[int]]  # of so many processors, those nobody else needs for now
_TEXTS = (".yaml", ".yml", ".md", ".html")
# What an honest file, page and picture cost at most: what is beyond is a shop made to cost. Time several times over;
# of memory 10,000 products of eight variants, 27 MB of YAML, take 1,200 MB and may take 1,350.
_PER_FILE = (0.01, 24 * 1024)
_PER_BYTE = 24  # bytes of memory, for each of a text
_PER_ACTION = 0.05
_WORTH_SHARING = 4  # originals
_MOST_HANDS = 16  # processes at one shop's pictures, each with some 100 MB
_LARGE = 12_000_000  # pixels


def earned_by(snapshot: Snapshot) -> tuple[float, int]:
    """Processor seconds and bytes that a tenant of this size may take more than the smallest."""
    texts = sum(file.size for file in snapshot.files if file.path.endswith(_TEXTS))
    return len(snapshot.files) * _PER_FILE[0], len(snapshot.files) * _PER_FILE[1] + texts * _PER_BYTE


def build(
    street: Street,
    handle: str,
    progress: Progress | None = None,
    earn: Earn | None = None,
    spare: Spare | None = None,
) -> Built:
    """Brings one tenant's site up to date. Its last good output stays when it has problems.

    Raises nothing for a tenant's mistakes: they are in the result.
    """
    for _ in range(5):
        report = Report()
        try:
            task = progress or (lambda *_: None), earn or (lambda *_: None), spare or (lambda _: nullcontext(0))
            return _build(street, handle, report, *task)
        except Problems as problems:
            return Built(
                handle,
                "failed",
                (*report, *problems.diagnostics)
                if problems.diagnostics[0] not in list(report)
                else problems.diagnostics,
            )
        except SourceChanged:
            continue  # somebody is saving files this very moment: look again
        except OSError as error:
            return Built(handle, "failed", (*report, _unwritable(error, street)))
    return Built(
        handle,
        "failed",
        (
            Diagnostic(
                "HS503",
                Span(street.workspace.label(handle)),
                "files keep changing while they are read",
                "5 attempts",
                "files at rest",
                "build again when the editor or the download has finished",
            ),
        ),
    )


def _build(street: Street, handle: str, report: Report, progress: Progress, earn: Earn, spare: Spare) -> Built:
    space = street.workspace
    before = states.load(space.state(handle))
    snapshot = scanned(street, handle, before)
    earn(*earned_by(snapshot))
    folder = space.site(handle)
    sources = snapshot.digest
    described = describes(before, street, handle, sources)
    if described and before.intact(folder):
        remember_index(space, handle, before, snapshot)
        return unchanged(handle, before)
    found = before.found(folder)
    if described and len(found) == len(before.outputs):  # it was copied here, or only touched
        remove_strays(folder, set(found))
        before.outputs, before.directories = states.Outputs.of(found), states.directories(folder, found)
        before.index = dict(snapshot.index)
        states.save(space.state(handle), before)
        return unchanged(handle, before)
    refuse_foreign(folder, space.state(handle), snapshot)
    draft, tenant = planned(street, handle, before, report, snapshot)
    setting = setting_of(street)
    stage = Stage(space.cache)
    try:
        executor = Executor(Runners(), ActionCache(space.cache, street.shared), names=snapshot.names)
        limits.renew()
        ahead = _ahead(draft.plan, executor, found, progress, spare)
        ran = _execute(draft.plan, executor, found, stage, snapshot, lambda n, of: progress(max(n, ahead), of), earn)
        working_on("writing what was made")
        states.spoil(space.state(handle))
        outputs, written = write(folder, stage, found)
    finally:
        stage.close()
    made = manifest_of(outputs)
    after = states.State(
        site_key=site_key(handle, sources, tenant.theme, draft.theme.digest, street),
        theme=tenant.theme,
        since=instant(draft.since),
        until=instant(draft.until),
        sources=sources,
        index=dict(snapshot.index),
        outputs=states.Outputs.of(outputs),
        directories=states.directories(folder, outputs),
        pictures=draft.pictures,
        warnings=[packed(diagnostic) for diagnostic in report],
        manifest=made.digest,
        pages=len(outputs),
        bytes=sum(entry.size for entry in made.entries),
        status=tenant.status,
        domains=list(tenant.domains),
    )
    save_sources(space.sources(handle), snapshot, tenant.theme, setting)
    states.save_pack(space.records(handle), {"code": code(), "records": dict(draft.records)})
    states.save(space.state(handle), after)
    return Built(
        handle,
        "built",
        tuple(report),
        len(outputs),
        len(ran),
        len(outputs) - len(ran),
        written,
        after.bytes,
        made.digest,
        tuple(ran),
    )


def refuse_foreign(folder: Path, state: Path, snapshot: Snapshot) -> None:
    """A folder with files no build of ours made is left alone: everything in it would be removed as stray."""
    if state.exists() or not folder.is_dir() or (folder / "robots.txt").is_file() or not any(folder.iterdir()):
        return
    raise Problems(
        [
            Diagnostic(
                "HS505",
                Span(snapshot.label),
                "the output folder holds files that no build made",
                str(folder),
                "an empty folder, or one of an earlier build",
                "move the files away, or build somewhere else with --out",
            )
        ]
    )


def _unwritable(error: OSError, street: Street) -> Diagnostic:
    """What the system refused, told to the person who can mend it; other errors are ours and go on."""
    if error.errno not in REFUSALS:
        raise error
    place = str(error.filename or street.workspace.out).removeprefix(f"{street.workspace.root}/")
    return Diagnostic(
        "HS504",
        Span(place),
        "this cannot be written",
        error.strerror or "an error of the system",
        "a folder this user may write to, with room left",
        "free some space or check the permissions, and build again: it goes on from what is there",
    )


# What a system says when it will not write: the person who runs it can mend that, we cannot.
REFUSALS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOTDIR,
     errno.EISDIR, errno.EEXIST, errno.EMFILE, errno.ENFILE, errno.ENAMETOOLONG, errno.ELOOP}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan with what the next build can start from."""

    plan: Plan
    theme: Theme
    since: datetime | None  # the plan is the same for every clock in [since, until)
    until: datetime | None
    pictures: dict[str, tuple[object, ...]]
    records: Mapping[str, object] = field(default_factory=dict)


def planned(
    street: Street, handle: str, before: states.State, report: Report, snapshot: Snapshot | None = None
) -> tuple[Draft, Tenant]:
    """The plan of a tenant as its folder is now. Mistakes go to `report`; raises Problems once all are gathered."""
    if snapshot is None:
        snapshot = scanned(street, handle, before)
    loaded = load(snapshot, street.platform, records(street.workspace, handle))
    report.extend(loaded.report)
    if loaded.tenant is None:
        _look_further(street, snapshot, loaded, before.pictures, report)
        report.raise_errors()
    assert loaded.tenant is not None
    draft = drafted(street, snapshot, loaded.tenant, before.pictures, report)
    draft.plan.actions  # noqa: B018  # all of it, so that every mistake is told
    report.raise_errors()
    return replace(draft, records=loaded.records), loaded.tenant


def _look_further(
    street: Street,
    snapshot: Snapshot,
    loaded: Loaded,
    pictures: Mapping[str, tuple[object, ...]],
    report: Report,
) -> None:
    """Tells of a shop that cannot be planned what planning would have, as far as it follows from what could be read."""
    glance(snapshot, pictures, report)
    own = f"{snapshot.label}/tenant.yaml"
    if not any(found.severity == "error" and found.span.file == own for found in report):  # it names the theme
        try:
            theme, _ = _theme(street, loaded.readable)
        except Problems as problems:
            report.extend(problems.diagnostics)
        else:
            unplanned.look(loaded.readable, loaded.targets, theme, report)


def drafted(
    street: Street,
    snapshot: Snapshot,
    tenant: Tenant,
    pictures: Mapping[str, tuple[object, ...]],
    report: Report,
    drafts: bool = False,
    before: Draft | None = None,
) -> Draft:
    """The plan of a loaded tenant, whose outputs are planned when they are asked for. Mistakes met go to `report`.

    `before`, a draft of an earlier state, saves time and has no other effect.
    """
    theme, templates = _theme(street, tenant)
    scheduled = at(tenant, street.clock, drafts)
    facts, known = examine(snapshot, pictures, report)
    earlier = before.plan if before is not None else None
    made = plan(scheduled.tenant, tenant, snapshot, facts, theme, templates, setting_of(street), report, earlier)
    return Draft(made, theme, scheduled.since, scheduled.until, known)


def records(space: Workspace, handle: str) -> Mapping[str, object]:
    """Texts that an earlier build has parsed and checked, by digest; none if other code than ours has done it."""
    kept = states.load_pack(space.records(handle))
    return kept["records"] if kept is not None and kept.get("code") == code() else {}


def manifest_of(outputs: Mapping[str, states.Output]) -> Manifest:
    return manifest((path, output.digest, output.size) for path, output in outputs.items())


def _ahead(planned: Plan, executor: Executor, held: Mapping[str, Held], progress: Progress, spare: Spare) -> int:
    """Makes pictures on processors that no other tenant needs; gives how many. Nothing else takes as long.

    Not those that take much memory each, and none with a font or a drawing of the tenant's own: what these may take is
    counted in one process. Pictures made of one original are made by one process, which decodes it once.
    """
    total = len(planned.actions)
    shown = planned.sites[0].pictures
    sizes = {name: fact.info.width * fact.info.height for name, fact in shown.facts.items()}
    large = {content.digest for name, content in shown.files.items() if sizes.get(name, 0) > _LARGE}
    own = {file.digest for file in planned.snapshot.files}
    groups: dict[str, list[Action]] = {}
    for action in executor.stale(planned.actions, held):
        if action.kind in ("image", "picture"):
            read = {item.name: item.digest for item in action.inputs if item.digest in own}
            original = read.pop("original", "") or read.pop("photo", "")
            if not read and original not in large:
                groups.setdefault(original or action.key, []).append(action)
    if len(groups) < _WORTH_SHARING:
        return 0
    made = 0
    with spare(min(len(groups), _MOST_HANDS) - 1) as more:
        if more:
            for made in executor.run_ahead(list(groups.values()), more + 1):
                progress(made, total)
    return made


def _execute(
    planned: Plan,
    executor: Executor,
    held: Mapping[str, Held],
    stage: Stage,
    snapshot: Snapshot,
    progress: Progress,
    earn: Earn,
) -> list[str]:
    ran = []
    total = len(planned.actions)
    earn(total * _PER_ACTION, 0)
    before, charged = time.process_time(), limits.charged()
    try:
        for done, result in enumerate(executor.execute(planned.actions, held), 1):
            stage.add(result)
            if result.ran:
                ran.append(result.action.path)
            now, all_charged = time.process_time(), limits.charged()
            if result.action.keep and result.ran:  # a picture takes what it takes, within caps of its own
                earn(now - before - (all_charged - charged), 0)
            before, charged = now, all_charged
            progress(done, total)
    except ActionFailed as failure:
        raise Problems(failed(failure, snapshot)) from failure
    return ran


def failed(failure: ActionFailed, snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """A runner's refusal of an input as diagnostics at the file that input is. Anything else is our own fault."""
    cause = failure.__cause__
    return cause.diagnostics if isinstance(cause, Problems) else (_refused(cause, failure.action, snapshot),)


def _refused(cause: BaseException | None, action: Action, snapshot: Snapshot) -> Diagnostic:
    digests = {digest for name, digest in action.named()}
    named = [file.path for file in snapshot.files if file.digest in digests]
    if isinstance(cause, BadFont):  # a drawing may be made of photographs too
        named = [path for path in named if path.lower().endswith((".woff2", ".woff", ".ttf", ".otf"))]
        named = [file.path for file in snapshot.files if file.digest == cause.file] or named
    file = named[0] if named else ""
    if isinstance(cause, SourceChanged):
        raise cause
    if isinstance(cause, ImageProblem):
        return Diagnostic(
            "HS350", Span(f"{snapshot.label}/{file}"), cause.reason, cause.found, cause.expected, cause.fix
        )
    if isinstance(cause, (BadFont, BadStyle, Refused)):
        return Diagnostic(
            "HS351" if isinstance(cause, BadFont) else "HS406",
            Span(f"{snapshot.label}/{file}" if file else "themes"),
            str(cause),
            file or "a style sheet of the theme",
            "a TrueType, OpenType, WOFF or WOFF2 font" if isinstance(cause, BadFont) else "plain CSS",
            cause.fix if isinstance(cause, BadFont) else "replace the file",
        )
    assert cause is not None
    raise cause


def _theme(street: Street, tenant: Tenant) -> tuple[Theme, Templates]:
    """The theme the tenant names; Problems at that name when there is none."""
    try:
        return street.theme(tenant.theme)
    except Problems as problems:
        unknown = problems.diagnostics[0].code == "HS420"
        if not unknown or tenant.sources is None:
            raise
        place = tenant.sources.span("tenant.yaml", ("theme", "name"))
        raise Problems([replace(problems.diagnostics[0], span=place)]) from problems


def setting_of(street: Street) -> Setting:
    return Setting(street.platform.base_domain, tools(), f"{street.clock.year}")


def instant(moment: datetime | None) -> str:
    """As the state keeps it: ISO, in UTC, "" for none."""
    return moment.astimezone(UTC).isoformat() if moment else ""


def save_sources(path: Path, snapshot: Snapshot, theme: str, setting: Setting) -> None:
    """Keeps the texts a site was made of, in one file: `explain` plans the last build again from them."""
    texts = {file.path: file.read() for file in snapshot.files if file.path.endswith(_TEXTS)}
    digests = {file.path: (file.digest, file.size) for file in snapshot.files}
    states.save_pack(
        path,
        {
            "texts": texts,
            "digests": digests,
            "theme": theme,
            "year": setting.year,
            "base_domain": setting.base_domain,
            "tools": dict(setting.tools),
        },
    )
