"""The commands that put shops online and look after what is there: from arguments to exit code."""

from __future__ import annotations

import os
import re
import sys
import time
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from highstreet import __version__, publishing
from highstreet import street as streets
from highstreet.action.supervisor import Crashed
from highstreet.base.diagnostic import Diagnostic, Problems, did_you_mean
from highstreet.base.printable import printable
from highstreet.base.span import Span
from highstreet.cli import console, telling
from highstreet.cli.commands import DONE, PROBLEMS, WrongUsage, changed_since, in_shard, opened
from highstreet.freshness import Street
from highstreet.model import publishing as settings
from highstreet.model.values import is_handle
from highstreet.publish.collect import CAP
from highstreet.publish.log import releases as known_releases
from highstreet.publish.object_store import ObjectStore, StoreError
from highstreet.publish.options import Options, Preview
from highstreet.publish.release import is_preview_name
from highstreet.publish.stores import open_store
from highstreet.workspace import Workspace

SUPERSEDED = 4
_ALIKE = 5  # diagnostics that differ by their place only


def publish(args: Namespace) -> int:
    started = time.perf_counter()
    street, options = _settings(args)
    space = street.workspace
    everything = space.handles()
    chosen, gone = _chosen(args, space, everything)
    preview = _preview(args)
    run = _run(args, street, options, allow_older=args.allow_older, allow_deletes=args.allow_deletes, preview=preview)
    if run.source.note:
        print(f"git cannot tell the commit ({run.source.note}): releases are ordered by time", file=sys.stderr)
    answer = _Answer(args)
    with streets.alone(space, _waiting), console.Meter(len(chosen), quiet=args.format == "json") as meter:
        for result in publishing.publish(run, chosen, lambda handle, at: meter.step(handle, at.done, at.total)):
            answer.add(result)
            meter.end(result.handle, "" if run.dry_run else telling.line(result))
        if not args.handles and preview is None:
            left = list(publishing.departed(run, everything, gone))
            mine = in_shard(args.shard, space, (result.handle for result in left))
            for result in left:
                if result.handle in mine:
                    answer.add(result)
    head = {
        "to": run.store.name,
        "layout": options.layout,
        "dry_run": run.dry_run,
        "preview": preview.name if preview else "",
        "commit": run.source.commit.id,
    }
    return answer.end(
        head, telling.published(answer.kinds, answer.totals, answer.replaced, time.perf_counter() - started, run)
    )


def releases(args: Namespace) -> int:
    street, options = _settings(args)
    (handle,) = _handles([args.handle])
    run = _run(args, street, options)
    with _store_errors(run.store):
        known = known_releases(run.shelf(handle))
        pointer = publishing.live(run.shelf(handle))
    if args.format == "json":
        rows = [{"release": found.id, "live": found.live, **_record(found.record)} for found in known]
        status = pointer.status if pointer else ""
        print(console.dumps({"version": 1, "handle": handle, "to": run.store.name, "status": status, "releases": rows}))
    elif pointer is None:
        raise WrongUsage(_nothing(street, run, handle))
    else:
        print(telling.releases(handle, pointer, known))
    return DONE


def rollback(args: Namespace) -> int:
    street, options = _settings(args)
    (handle,) = _handles([args.handle])
    run = _run(args, street, options)
    answer = _Answer(args)
    answer.add(publishing.rollback(run, handle, args.release))
    return answer.end({"to": run.store.name}, "")


def unpublish(args: Namespace) -> int:
    street, options = _settings(args)
    handles = _handles(args.handles)
    if args.purge and not (args.allow_deletes or args.dry_run):
        raise WrongUsage(
            "--purge deletes all releases for good, nothing brings them back; add --allow-deletes if that is meant, "
            "or --dry-run to see what would go"
        )
    run = _run(args, street, options)
    answer = _Answer(args)
    for result in publishing.unpublish(run, handles, args.allow_live, args.purge):
        answer.add(result)
    return answer.end({"to": run.store.name, "dry_run": run.dry_run, "purge": args.purge}, "")


def gc(args: Namespace) -> int:
    started = time.perf_counter()
    street, options = _settings(args)
    space = street.workspace
    run = _run(args, street, options)
    handles = _handles(args.handles) or tuple(sorted({*space.handles(), *publishing.kept(run)}))
    handles = in_shard(args.shard, space, filter(is_handle, handles))
    keep, grace = _number(args, "keep", options.keep, 1), _number(args, "grace", options.grace, 0)
    most = _number(args, "max", CAP, 1)
    answer = _Answer(args)
    with console.Meter(len(handles), quiet=args.format == "json") as meter:
        for result in publishing.gc(run, handles, int(keep), timedelta(hours=grace), int(most)):
            answer.add(result)
            meter.end(result.handle, "" if run.dry_run else telling.line(result))
    head = {"to": run.store.name, "dry_run": run.dry_run, "keep": int(keep), "grace": grace}
    return answer.end(head, telling.collected(answer.kinds, answer.totals, time.perf_counter() - started, run))


def policy(args: Namespace) -> int:
    from highstreet.publish.policy import cache_policy
    from highstreet.publish.policy import policy as made

    args.format = "text"
    if bool(args.handle) == bool(args.cache):
        raise WrongUsage("a policy is for one shop (HANDLE) or for the shared cache (--cache DOMAIN)")
    if args.cache:
        street = opened(args)
        place = street.platform.cache
        if not place:
            raise WrongUsage('there is no shared cache: set cache = "s3://bucket/prefix" under [tool.highstreet]')
        _in_bucket(place)
        print(console.dumps(cache_policy(street.platform.publish, place, args.cache)))
        return DONE
    street, _ = _settings(args)
    chosen = _publishing(args, street)
    (handle,) = _handles([args.handle])
    _in_bucket(chosen.to)
    print(console.dumps(made(chosen, handle, args.purpose)))
    return DONE


def _in_bucket(place: str) -> None:
    if not place.startswith("s3://"):
        raise WrongUsage("a policy is for a bucket; for a folder, set the permissions of the folder's owner")


class _Answer:
    """Gathers results on disk, so that ten thousand tenants need no more memory than ten, and tells them in order."""

    def __init__(self, args: Namespace) -> None:
        self._args = args
        self._rows = telling.Spool()
        self.kinds: dict[str, list[str]] = {}
        self.totals: dict[str, int] = {}
        self.replaced = ""  # a shop that shows something newer than it did
        self._faults: list[Crashed] = []
        self._told: dict[tuple[str, str, str], int] = {}

    def add(self, result: publishing.Result) -> None:
        self.kinds.setdefault(result.kind, []).append(result.handle)
        for name, number in telling.numbers(result).items():
            self.totals[name] = self.totals.get(name, 0) + number
        if result.kind == "published" and result.previous:
            self.replaced = self.replaced or result.handle
        if result.fault:
            self._faults.append(Crashed(result.handle, result.fault))
        if self._args.format == "json":
            self._rows.add(result.handle, console.dumps(telling.as_json(result)))
            return
        shown = telling.plan(result) if result.kind == "planned" else ""
        told = filter(self._new, result.diagnostics)
        errors = "\n\n".join(console.text(found, console.colored(sys.stderr)) for found in told)
        self._rows.add(result.handle, "\0".join((shown or self._said(result), errors)))

    def _new(self, found: Diagnostic) -> bool:
        """Whether this is worth its lines: what hinders all shops of a street is told a few times, then counted."""
        kind = found.code, found.message, found.found
        self._told[kind] = self._told.get(kind, 0) + 1
        return self._told[kind] <= _ALIKE

    def _said(self, result: publishing.Result) -> str:
        """What has not been told while it went on."""
        if self._args.command in ("publish", "gc"):
            return telling.line(result) if result.kind == "departed" else ""
        return telling.line(result)

    def end(self, head: dict[str, Any], summary: str) -> int:
        """Prints all of it; the exit code. Raises OurFault with what was our fault."""
        if self._args.format == "json":
            start = console.dumps({"version": 1, "highstreet": __version__, **head}).removesuffix("\n}")
            print(f'{start},\n "tenants": [', end="")
            for number, row in enumerate(self._rows):
                print(",\n" if number else "\n", row, sep="", end="")
            print("\n]}")
        else:
            for row in self._rows:
                shown, _, errors = row.partition("\0")
                if errors:
                    print(errors, end="\n\n", file=sys.stderr)
                if shown:
                    print(shown)
            for (code, message, found), number in self._told.items():
                if number > _ALIKE:
                    words = f"{code} {message} ({found}): {number - _ALIKE:,} more, --format json has all"
                    print(printable(words), end="\n\n", file=sys.stderr)
            if summary:
                print(summary)
        if self._faults:
            raise streets.OurFault(self._faults)
        if self.kinds.keys() & {"failed", "departed"}:
            return PROBLEMS
        return SUPERSEDED if "superseded" in self.kinds else DONE


def _settings(args: Namespace) -> tuple[Street, Options]:
    street = opened(args)
    chosen = _publishing(args, street)
    if not chosen.to:
        raise WrongUsage(
            "where to? Add --to s3://bucket/prefix or --to file:///folder, or set it in pyproject.toml:\n"
            '  [tool.highstreet.publish]\n  to = "s3://bucket/prefix"'
        )
    return street, Options(**asdict(chosen))


def _publishing(args: Namespace, street: Street) -> settings.Publishing:
    """The platform's settings with what the command line says in their place."""
    chosen = street.platform.publish
    changes: dict[str, Any] = {}
    for name, check in (("to", settings.store), ("endpoint_url", settings.endpoint)):
        text = getattr(args, name, None)
        if text is None:
            continue
        flaw = check(text)
        if flaw is not None:
            option = f"--{name.replace('_', '-')}"
            raise WrongUsage(f"{flaw.message.replace('{name}', option)}; {flaw.fix} ({flaw.expected})")
        changes[name] = text
    if getattr(args, "layout", None):
        changes["layout"] = args.layout
    return settings.Publishing(**{**asdict(chosen), **changes})


def _run(args: Namespace, street: Street, options: Options, **more: Any) -> publishing.Run:
    jobs = _number(args, "jobs", publishing.AT_ONCE, 1)
    dry_run = getattr(args, "dry_run", False)
    store = _opened_store(street.workspace, options)
    return publishing.begun(street, store, options, os.environ, dry_run=dry_run, at_once=int(jobs), **more)


def _opened_store(space: Workspace, options: Options) -> ObjectStore:
    if options.to.startswith("file://"):
        _harmless(space, Path(unquote(urlsplit(options.to).path)))
    with _store_errors(options.to):
        return open_store(options.to, options)


def _harmless(space: Workspace, folder: Path) -> None:
    """Refuses a folder in which a shop's releases would lie among sources or built sites."""
    place = folder.resolve()
    own = (space.tenants, space.root / "themes", space.cache, space.out, space.root / ".git")
    over = [place / handle for handle in space.handles()]
    if place == space.root or any(x.resolve() in (place, *place.parents) for x in own) or any(
        x in (space.root, *space.root.parents) for x in over
    ):  # fmt: skip
        raise WrongUsage(f"{folder} is among the workspace's own folders; publish into one of its own")


class _store_errors:
    """Turns a store's errors into diagnostics."""

    def __init__(self, store: ObjectStore | str) -> None:
        self._name = store if isinstance(store, str) else store.name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, StoreError):
            inside = "" if error.key.startswith(("/", "s3://")) else error.key  # of the store itself
            place = Span(f"{self._name.rstrip('/')}/{inside}" if inside else self._name)
            fix = "check bucket, endpoint, proxy, credentials and what they allow, or the folder's permissions"
            found = Diagnostic("HS805", place, "the store refuses this", error.reason, "a store to work with", fix)
            raise Problems([found]) from error


def _handles(words: Iterable[str]) -> tuple[str, ...]:
    """Handles of tenants that need no folder any more."""
    found = tuple(word.rstrip("/").removeprefix("./").removeprefix("tenants/") for word in words)
    wrong = next((word for word in found if not is_handle(word)), None)
    if wrong is not None:
        raise WrongUsage(f"{wrong!r} is no handle of a tenant")
    return tuple(dict.fromkeys(found))


def _chosen(args: Namespace, space: Workspace, everything: tuple[str, ...]) -> tuple[tuple[str, ...], set[str]]:
    """Tenants to publish, and those that git says were deleted."""
    for handle in _handles(args.handles):
        if handle not in everything:
            raise WrongUsage(
                f"there is no tenant {handle!r}; {did_you_mean(handle, everything)} A shop whose folder is gone is "
                f"taken off the net with `highstreet unpublish {handle}`"
            )
    from highstreet.cli.commands import named

    chosen, gone = named(args, space, everything), set[str]()
    if args.changed_since:
        changed = changed_since(space, args.changed_since)
        chosen = tuple(handle for handle in chosen if changed is None or handle in changed)
        gone = (changed or set()) - set(everything)
    return in_shard(args.shard, space, chosen), gone


def _preview(args: Namespace) -> Preview | None:
    if args.preview is None:
        if args.expires is not None:
            raise WrongUsage("--expires goes with --preview NAME")
        return None
    if not is_preview_name(args.preview):
        raise WrongUsage(f"--preview takes small letters, digits and single hyphens, at most 32, not {args.preview!r}")
    if args.layout == "flat":
        raise WrongUsage("previews need the layout releases: a flat folder holds one site only")
    span = re.fullmatch(r"([1-9][0-9]{0,3})([mhdw])", args.expires or "7d")
    if span is None:
        raise WrongUsage(f"--expires takes a time such as 12h, 7d or 2w, not {args.expires!r}")
    unit = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    return Preview(args.preview, datetime.now(UTC) + int(span[1]) * unit[span[2]])


def _number(args: Namespace, name: str, default: float, least: float) -> float:
    found: float | None = getattr(args, name, None)
    if found is None:
        return default
    if not least <= found < 1e9:
        raise WrongUsage(f"--{name} takes a number from {least:g}")
    return found


def _record(record: Any) -> dict[str, Any]:
    if record is None:
        return {}
    fields = record._asdict()
    del fields["release"]
    return {**fields, "commit": record.commit._asdict(), "seconds": float(record.seconds)}


def _nothing(street: Street, run: publishing.Run, handle: str) -> str:
    known = street.workspace.handles()
    hint = "" if handle in known else f"; {did_you_mean(handle, known)}"
    return f"nothing is published of {printable(handle)} at {run.store.name}{hint}"


def _waiting() -> None:
    print("another build or publish is at work in this workspace: waiting for it to end", file=sys.stderr)
