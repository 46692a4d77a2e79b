"""Publishing: all tenants of one run, several at once, each on its own: one that fails stops nobody."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.span import Span
from highstreet.freshness import Street, scanned, site_key, valid
from highstreet.model.values import is_handle
from highstreet.output import state as states
from highstreet.plan.routes import base_url
from highstreet.publish import apply, flat, switch
from highstreet.publish.beside import planned, pointer_key
from highstreet.publish.changeset import Changes, dead_ends
from highstreet.publish.collect import Collected, collect
from highstreet.publish.concurrent import Crashed, each
from highstreet.publish.faults import told
from highstreet.publish.mirror import Mirror, open_mirror
from highstreet.publish.object_store import ObjectStore, Shelf, StoreError
from highstreet.publish.options import Options, Preview, Stamp
from highstreet.publish.outcome import Counts, Outcome, Progress
from highstreet.publish.provenance import Provenance, provenance
from highstreet.publish.release import CURRENT, Pointer
from highstreet.publish.release_json import decode_pointer
from highstreet.publish.signing import PRICES, Signer, signer
from highstreet.publish.wanted import wanted
from highstreet.publish.withdraw import Withdrawn, purge, withdraw

AT_ONCE = 32  # requests
_TENANTS = 16  # at most so many tenants at work; more would only wait for the same connections

Kind = Literal[
    "published",
    "unchanged",
    "planned",  # --dry-run
    "suspended",
    "draft",  # left out
    "rolled back",
    "withdrawn",  # taken off the net
    "purged",
    "collected",
    "superseded",
    "departed",  # still online, but its folder is gone
    "failed",
]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one tenant."""

    handle: str
    kind: Kind
    diagnostics: tuple[Diagnostic, ...] = ()
    release: str = ""  # what is live now, as far as known
    previous: str = ""
    counts: Counts = field(default_factory=Counts)
    reason: str = ""  # in one line
    seconds: float = 0.0
    attempts: int = 1
    changes: Changes | None = None  # --dry-run
    collected: Collected | None = None
    fault: str = ""  # traceback, where the fault is ours
    dead_ends: tuple[str, ...] = ()  # addresses that were pages and lead nowhere now
    url: str = ""  # where visitors find what was published


@dataclass(frozen=True)
class Run:
    """What all tenants of one command share."""

    street: Street
    store: ObjectStore
    options: Options
    source: Provenance
    stamp: Stamp
    dry_run: bool = False
    at_once: int = AT_ONCE
    signer: Signer | None = None  # of price manifests
    mirror: Mirror | None = None  # told of every switch

    def shelf(self, handle: str) -> Shelf:
        return Shelf(self.store, handle)

    def stamped(self, handle: str) -> Stamp:
        commit = self.source.of(handle)
        return replace(self.stamp, commit=commit, ancestry=lambda older: self.source.ancestor(older, commit.id))

    @property
    def cache(self) -> Path:
        """Manifests and compressed files, shared by all tenants; safe to delete."""
        return self.street.workspace.cache / "publish"

    @property
    def online(self) -> Path:
        """One empty file for each tenant this workspace has put into this store, so that none is forgotten there."""
        place = f"{self.store.name} {self.options.endpoint_url}"
        return self.cache / "online" / sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def begun(
    street: Street,
    store: ObjectStore,
    options: Options,
    environ: Mapping[str, str],
    *,
    allow_older: bool = False,
    allow_deletes: bool = False,
    preview: Preview | None = None,
    dry_run: bool = False,
    at_once: int = AT_ONCE,
) -> Run:
    """A run that publishes from this workspace, in the name of whoever git or the CI service says it is."""
    source = provenance(street.workspace.root, environ)
    stamp = Stamp(
        who=source.who,
        clock=street.clock,
        now=datetime.now(UTC),
        allow_older=allow_older,
        allow_deletes=allow_deletes,
        preview=preview,
    )
    return Run(street, store, options, source, stamp, dry_run, at_once, signer(environ), open_mirror(options.mirror))


Tell = Callable[[str, Progress], None]  # tenant, how far it is


def publish(run: Run, handles: Iterable[str], tell: Tell) -> Iterator[Result]:
    """One result per tenant, as they end."""
    pool = ThreadPoolExecutor(run.at_once, "requests")
    try:
        yield from _all(run, handles, partial(_publish, run, pool, tell))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C waits for requests in flight, not for those to come


def _publish(run: Run, pool: ThreadPoolExecutor, tell: Tell, handle: str) -> Result:
    state = ready(run.street, handle)
    shelf, stamp = run.shelf(handle), run.stamped(handle)
    if stamp.preview is not None:
        _fitting(run, handle, stamp.preview)
    elif state.status == "draft":
        return _draft(run, shelf, handle)
    elif state.status == "suspended":
        if run.dry_run:
            return Result(handle, "planned", reason="it is suspended: visitors would get status 503")
        return _result(handle, switch.suspend(shelf, stamp))
    folder, seal = run.street.workspace.site(handle), _seal(run, handle, state.outputs)
    site = wanted(folder, state.outputs, handle, run.options, seal)
    if run.dry_run:
        changes = planned(shelf, site, stamp, run.cache)
        return Result(handle, "planned", changes=changes, dead_ends=dead_ends(changes.changes))
    layout = flat if run.options.layout == "flat" else apply
    outcome = layout.publish(shelf, site, stamp, run.cache, pool, partial(tell, handle))
    if outcome.kind in ("published", "unchanged") and stamp.preview is None:
        _remember(run, handle)
    return replace(_result(handle, outcome), url=_url(run, handle, state.domains))


def _url(run: Run, handle: str, domains: Sequence[str]) -> str:
    """The address of the shop, or of its preview."""
    base, preview = run.street.platform.base_domain, run.stamp.preview
    return base_url(handle, tuple(domains), base) if preview is None else f"https://{preview.label(handle)}.{base}"


def _seal(run: Run, handle: str, outputs: Mapping[str, states.Output]) -> bytes:
    """The signature of the shop's prices. A preview has none: what it shows may never be sold at that price."""
    if run.signer is None or PRICES not in outputs or run.stamp.preview is not None:
        return b""
    return run.signer.seal(handle, outputs[PRICES].digest, run.stamp.now)


def _result(handle: str, outcome: Outcome) -> Result:
    return Result(
        handle,
        outcome.kind,
        outcome.diagnostics,
        outcome.release,
        outcome.previous,
        outcome.counts,
        outcome.reason,
        outcome.seconds,
        outcome.attempts,
        dead_ends=outcome.dead_ends,
    )


def _draft(run: Run, shelf: Shelf, handle: str) -> Result:
    """A draft is not published; a shop that was, and has become a draft, must not stay online unnoticed."""
    pointer = live(shelf)
    if pointer is None or pointer.status != "live":
        return Result(handle, "draft")
    raise Problems(
        [
            Diagnostic(
                "HS855",
                Span(f"{run.street.workspace.label(handle)}/tenant.yaml"),
                "this shop is a draft, but an earlier release of it is online",
                f"release {pointer.release} at {shelf.name}",
                "a shop that is live or suspended, or one that was taken off the net",
                f"set status: live or suspended and build, or run `highstreet unpublish {handle} --allow-live`",
            )
        ]
    )


def _fitting(run: Run, handle: str, preview: Preview) -> None:
    """Refuses a preview whose host name would be too long for DNS."""
    if len(preview.label(handle)) <= 63:
        return
    raise Problems(
        [
            Diagnostic(
                "HS858",
                Span(run.street.workspace.label(handle)),
                "the preview's host name would be too long",
                preview.label(handle),
                "at most 63 characters",
                "give the preview a shorter name",
            )
        ]
    )


def live(shelf: Shelf) -> Pointer | None:
    """What is online of a tenant: one request."""
    found = shelf.get(CURRENT)
    return decode_pointer(found.body, f"{shelf.name}{CURRENT}") if found is not None else None


def departed(run: Run, handles: Iterable[str], more: Iterable[str] = ()) -> Iterator[Result]:
    """Tenants that this workspace has published, or of which `more` says so, that are still online although their
    folder is gone: a shop that was deleted must neither stay online nor vanish without anybody's word."""
    present = set(handles)
    known = {entry.name for entry in os.scandir(run.online)} if run.online.is_dir() else set()
    gone = sorted(handle for handle in (known | set(more)) - present if is_handle(handle))

    def look(handle: str) -> Result:
        pointer = live(run.shelf(handle))
        if pointer is None or pointer.status == "gone":
            (run.online / handle).unlink(missing_ok=True)
            return Result(handle, "withdrawn")
        return Result(handle, "departed", (_left(run, handle, pointer),))

    return (result for result in _all(run, gone, look) if result.kind != "withdrawn")


def _left(run: Run, handle: str, pointer: Pointer) -> Diagnostic:
    return Diagnostic(
        "HS856",
        Span(run.street.workspace.label(handle)),
        "this shop's folder is gone, but the shop is still online",
        f"release {pointer.release} at {run.shelf(handle).name}",
        "a shop with a folder, or one that was taken off the net",
        f"run `highstreet unpublish {handle}`, or bring the folder back",
    )


def rollback(run: Run, handle: str, release: str | None) -> Result:
    """Makes an earlier release live again."""
    return next(_all(run, [handle], lambda one: _result(one, switch.rollback(run.shelf(one), release, run.stamp))))


def unpublish(run: Run, handles: Iterable[str], allow_live: bool, purging: bool) -> Iterator[Result]:
    """Takes tenants off the net; with `purging` deletes all that the store holds of them."""

    def work(handle: str) -> Result:
        if not allow_live and not run.dry_run:
            _refuse_live(run, handle)
        shelf = run.shelf(handle)
        done: Withdrawn = purge(shelf, run.stamp, run.dry_run) if purging else withdraw(shelf, run.stamp, run.dry_run)
        if not run.dry_run:
            (run.online / handle).unlink(missing_ok=True)
        kind: Kind = (
            "unchanged" if not done.found else "planned" if run.dry_run else "purged" if purging else "withdrawn"
        )
        counts = Counts(deleted=done.objects, bytes=done.bytes)
        return Result(handle, kind, release=done.release, counts=counts, reason=done.reason)

    return _all(run, handles, work)


def _refuse_live(run: Run, handle: str) -> None:
    space = run.street.workspace
    if not space.tenant(handle).is_dir() or states.load(space.state(handle)).status == "suspended":
        return
    raise Problems(
        [
            Diagnostic(
                "HS861",
                Span(space.label(handle)),
                "this shop has a folder, and the next `highstreet publish` would bring it back",
                "a shop that is not suspended",
                "a shop whose folder is gone, or which is suspended",
                "delete the folder first, or set status: suspended and publish; --allow-live takes it off all the same",
            )
        ]
    )


def gc(run: Run, handles: Iterable[str], keep: int, grace: timedelta, most: int) -> Iterator[Result]:
    """Removes from the store what no kept release needs."""

    def work(handle: str) -> Result:
        done = collect(run.shelf(handle), keep, grace, run.stamp.now, run.dry_run, most, run.cache)
        failed = any(diagnostic.severity == "error" for diagnostic in done.diagnostics)
        kind: Kind = "failed" if failed else "planned" if run.dry_run else "collected"
        return Result(handle, kind, done.diagnostics, reason=done.reason, collected=done)

    return _all(run, handles, work)


def kept(run: Run) -> set[str]:
    """Tenants this workspace has published, also those whose folder is gone."""
    found = {entry.name for entry in os.scandir(run.online)} if run.online.is_dir() else set()
    return {handle for handle in found if is_handle(handle)}


def _remember(run: Run, handle: str) -> None:
    place = run.online / handle
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def _all(run: Run, handles: Iterable[str], work: Callable[[str], Result]) -> Iterator[Result]:
    """`work` for every handle; whatever goes wrong with one is its result and stops nobody."""

    def guarded(handle: str) -> Result:
        started = time.perf_counter()
        try:
            result = work(handle)
        except Problems as problems:
            result = Result(handle, "failed", problems.diagnostics)
        except StoreError as error:
            result = Result(handle, "failed", (told(error, run.shelf(handle)),))
        result = _mirrored(run, result)
        return replace(result, seconds=time.perf_counter() - started)

    for result in each(handles, guarded, max(1, min(_TENANTS, run.at_once))):
        if isinstance(result, Crashed):
            reason = result.traceback.rstrip().rpartition("\n")[2]
            yield Result(result.handle, "failed", (_ours(run.street, result.handle, reason),), fault=result.traceback)
        else:
            yield result


_SWITCHED = ("published", "unchanged", "suspended", "rolled back", "withdrawn", "purged")


def _mirrored(run: Run, result: Result) -> Result:
    """`result`, after the mirror was told of it. What goes wrong there fails it: visitors do not see what is live."""
    if run.mirror is None or run.dry_run or result.kind not in _SWITCHED:
        return result
    space, preview = run.street.workspace, run.stamp.preview
    state = states.load(space.state(result.handle))
    domains = tuple(state.domains) if state.site_key and preview is None else None
    key = pointer_key(run.stamp, run.shelf(result.handle))
    try:
        run.mirror.follow(run.shelf(result.handle), key, domains)
    except Problems as problems:
        return replace(result, kind="failed", diagnostics=(*result.diagnostics, *problems.diagnostics))
    except StoreError as error:
        return replace(result, kind="failed", diagnostics=(*result.diagnostics, told(error, run.shelf(result.handle))))
    return result


def _ours(street: Street, handle: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "HS901",
        Span(street.workspace.label(handle)),
        "a fault of Highstreet stopped this tenant",
        reason,
        "no faults of ours",
        "report it with the lines at the end; the other tenants are done",
    )


def ready(street: Street, handle: str) -> states.State:
    """The state of a tenant whose site in place is what `build` makes of its sources as they are now.

    Looks at time stamps only. Raises Problems with the command to run when it is not.
    """
    space = street.workspace
    state = states.load(space.state(handle))
    if not state.site_key:
        raise _not_ready(street, handle, "HS851", "this shop has not been built", "no finished build")
    snapshot = scanned(street, handle, state)
    if not valid(state, street.clock):
        words = "the built site is for another moment: something was scheduled in between"
        raise _not_ready(street, handle, "HS853", words, f"{state.since or '…'} to {state.until or '…'}")
    digest = street.theme_digest(state.theme)
    if digest is None or site_key(snapshot.handle, snapshot.digest, state.theme, digest, street) != state.site_key:
        words = "the shop's files, the theme, the settings or Highstreet itself have changed since the build"
        raise _not_ready(street, handle, "HS852", words, "an older site in the output folder")
    if not state.intact(space.site(handle)):
        words = "files of the built site were changed, added or removed by something else than `highstreet build`"
        raise _not_ready(street, handle, "HS854", words, str(_shown(street, space.site(handle))))
    return state


def _not_ready(street: Street, handle: str, code: str, message: str, found: str) -> Problems:
    place = Span(street.workspace.label(handle))
    fix = f"run `highstreet build {handle}` (`check` tells what hinders it), then publish again"
    return Problems([Diagnostic(code, place, message, found, "the site that its files make now", fix)])


def _shown(street: Street, path: Path) -> Path:
    root = street.workspace.root
    return path.relative_to(root) if path.is_relative_to(root) else path
