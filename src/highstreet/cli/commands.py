"""Commands: one function for each, from arguments to exit code."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from highstreet import __version__, workspace
from highstreet.base.diagnostic import Diagnostic, Problems, did_you_mean
from highstreet.base.paths import UnsafePath
from highstreet.base.printable import printable
from highstreet.base.span import Span
from highstreet.cli import console
from highstreet.model import values
from highstreet.workspace import Workspace

if TYPE_CHECKING:
    from highstreet.freshness import Built, Street
    from highstreet.model.platform import Platform
    from highstreet.shared_cache import SharedCache
    from highstreet.street import Told

DONE, PROBLEMS, OUR_FAULT = 0, 1, 3


class WrongUsage(Exception):
    """Arguments that cannot be meant; the message says what can."""


def build(args: Namespace) -> int:
    from highstreet import street as streets

    started = time.perf_counter()
    street = opened(args)
    space = street.workspace
    if args.jobs is not None and args.jobs < 1:
        raise WrongUsage("--jobs takes a number from 1")
    everything = space.handles()
    chosen = _chosen(args, space, everything)
    _harmless(space, everything)
    results: list[Built] = []
    fault = None
    executor = _executor(args, street)
    with streets.alone(space, _waiting), console.Meter(len(chosen), quiet=args.format == "json") as meter:
        if args.clean:
            streets.forget(space, chosen)
        try:
            for built in executor(chosen, lambda step: meter.step(step.task, step.done, step.total)):
                results.append(built)
                meter.end(built.handle, _line(built))
        except streets.OurFault as error:
            fault = error
        departed = streets.remove_departed(street, everything) if set(chosen) == set(everything) else []
    for handle in departed:
        print(f"{handle}: its folder is gone, so its output was removed", file=sys.stderr)
    results.sort(key=lambda built: built.handle)
    seconds = time.perf_counter() - started
    if args.format == "json":
        print(console.dumps(_summary(results, seconds)))
    else:
        wrong = [d for built in results for d in built.diagnostics if d.severity == "error"]
        console.show([*wrong, *_remarks(results)], args)
        _tell(results, seconds, space)
    if fault is not None:
        raise fault
    return PROBLEMS if any(built.outcome == "failed" for built in results) else DONE


def _executor(args: Namespace, street: Street) -> Callable[[tuple[str, ...], Told], Iterator[Built]]:
    """What builds: processes of this machine, or workers elsewhere, which tell no steps."""
    from highstreet import street as streets

    if args.executor is None:
        if args.sources is not None:
            raise WrongUsage("--sources goes with --executor")
        return lambda handles, told: streets.build(street, handles, args.jobs, told)
    if not re.fullmatch(r"(dask|tcp|tls)://[^/\s]+:[0-9]{1,5}", args.executor):
        raise WrongUsage(
            f"--executor takes the scheduler's address, such as dask://10.0.0.5:8786, not {args.executor!r}"
        )
    if street.shared is None:
        raise WrongUsage(
            "workers deliver through the shared cache: set cache in [tool.highstreet], and a domain other than none"
        )
    from highstreet.farm import scheduler
    from highstreet.farm.errand import Sources
    from highstreet.farm.origin import Unclear, origin

    try:
        sources = origin(street.workspace, args.sources) if args.sources else Sources(str(street.workspace.root))
    except Unclear as error:
        raise WrongUsage(str(error)) from None

    def build(handles: tuple[str, ...], _told: Told) -> Iterator[Built]:
        try:
            yield from scheduler.build(street, handles, args.executor, sources, args.jobs)
        except scheduler.Unreachable as error:
            raise WrongUsage(str(error)) from None

    return build


def _remarks(results: list[Built]) -> list[Diagnostic]:
    """What workers remarked about the run, once each: every worker meets a store that is down by itself."""
    found: dict[tuple[str, Span], Diagnostic] = {}
    for built in results:
        for remark in built.remarks:
            found.setdefault((remark.code, remark.span), remark)
    return list(found.values())


def _harmless(space: Workspace, handles: tuple[str, ...]) -> None:
    """Refuses an output folder whose sites would take the place of sources: a site's folder is cleared of all else."""
    out, sites = space.out, [space.site(handle) for handle in handles]
    own = (space.tenants, space.root / "themes", space.cache, space.root / ".git")
    within = next((place for place in own if place.resolve() in (out, *out.parents)), None)
    if within or out == space.root or any(site in (space.root, *space.root.parents) for site in sites):
        place = f"{within.name}/" if within else "the workspace"
        raise WrongUsage(f"--out would clear away files of {place}; name a folder of its own, such as --out public")


def _waiting() -> None:
    print("another build is at work in this workspace: waiting for it to end", file=sys.stderr)


def _line(built: Built) -> str:
    if built.outcome == "unchanged":
        return ""
    if built.outcome == "failed":
        errors = sum(1 for d in built.diagnostics if d.severity == "error")
        return f"{printable(built.handle)}: {errors} problem{'s' if errors != 1 else ''}, not built"
    return f"{printable(built.handle)}: {built.pages} files, {built.rendered} made, {built.written} written"


def _tell(results: list[Built], seconds: float, space: Workspace) -> None:
    found = results
    by = {outcome: [b for b in found if b.outcome == outcome] for outcome in ("built", "unchanged", "failed")}
    warnings = sum(1 for b in found for d in b.diagnostics if d.severity == "warning")
    parts = [f"{len(by['built'])} built", f"{len(by['unchanged'])} unchanged"]
    if by["failed"]:
        names = ", ".join(printable(b.handle) for b in by["failed"][:5]) + (", …" if len(by["failed"]) > 5 else "")
        parts.append(f"{len(by['failed'])} with problems ({names})")
    files, made = sum(b.pages for b in found), sum(b.rendered for b in found)
    written = sum(b.written for b in found)
    print(f"{', '.join(parts)} · {files:,} files, {made:,} made, {written:,} written · {seconds:.2f} s")
    if warnings:
        print(f"{warnings} warning{'s' if warnings != 1 else ''}: `highstreet check` shows them")
    if found and not by["failed"]:
        print(
            # Not "open index.html": a page opened as a file finds neither its style sheet nor the next page.
            f"the shop is in {_shown(space.site(found[0].handle))}/, look at it with: {_look(space, found[0].handle)}"
            if len(found) == 1
            else f"the shops are in {_shown(space.out)}/"
        )
    elif by["failed"]:
        print("shops with problems keep their last good output, if there is one")


def _look(space: Workspace, handle: str) -> str:
    if space.out == space.root / "build":
        return f"highstreet preview {printable(handle)}"
    return f"python3 -m http.server -d {shlex.quote(_shown(space.site(handle)))}"


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _summary(results: list[Built], seconds: float) -> dict[str, object]:
    found = results
    tenants = [
        {
            "handle": b.handle,
            "outcome": b.outcome,
            "files": b.pages,
            "rendered": b.rendered,
            "reused": b.reused,
            "written": b.written,
            "bytes": b.bytes,
            "seconds": round(b.seconds, 3),
            "manifest": b.manifest,
            "ran": list(b.ran),
            "diagnostics": [console.as_json(d, b.handle) for d in b.diagnostics],
        }
        for b in found
    ]
    whole = sha256("\n".join(f"{b.handle} {b.manifest}" for b in found).encode("utf-8", "surrogateescape")).hexdigest()
    return {
        "version": 1,
        "highstreet": __version__,
        "seconds": round(seconds, 3),
        "manifest": whole,
        "tenants": tenants,
        "remarks": [console.as_json(d) for d in _remarks(results)],
    }


def check(args: Namespace) -> int:
    from highstreet import checking

    street = opened(args)
    handles = named(args, street.workspace, street.workspace.handles())
    checked = checking.check(street, handles)
    results = checked.found
    diagnostics = [d for found in results.values() for d in found]
    errors = sum(1 for d in diagnostics if d.severity == "error")
    if args.format == "json":
        rows = [console.as_json(d, handle) for handle, found in results.items() for d in found]
        print(console.dumps({"version": 1, "tenants": len(results), "errors": errors, "diagnostics": rows}))
    else:
        console.show(diagnostics, args)
    if args.format == "text":
        bad = sum(1 for found in results.values() if any(d.severity == "error" for d in found))
        warnings = len(diagnostics) - errors
        words = f"{len(results)} tenant{'s' if len(results) != 1 else ''} checked: "
        words += f"{errors} problem{'s' if errors != 1 else ''} in {bad}" if errors else "no problems"
        print(words + (f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""))
    if checked.fault is not None:
        raise checked.fault
    return PROBLEMS if errors else DONE


def translations(args: Namespace) -> int:
    from highstreet import translating

    street = opened(args)
    handles = named(args, street.workspace, street.workspace.handles())
    languages, wrong = translating.untranslated(street, handles)
    chosen = [found for found in languages if args.language in (None, found.language)]
    if args.format == "json":
        rows = [
            {
                "tenant": lack.tenant,
                "language": lack.language,
                "file": lack.span.file,
                "line": lack.span.line,
                "field": lack.field,
                "fallback": lack.fallback,
                "translation": lack.file,
            }
            for found in chosen
            for lack in found.lacks
        ]
        summary = [{"tenant": f.tenant, "language": f.language, "missing": len(f.lacks)} for f in chosen]
        print(console.dumps({"version": 1, "languages": summary, "missing": rows}))
    else:
        for lack in (lack for found in chosen for lack in found.lacks):
            line = f":{lack.span.line}" if lack.span.line else ""
            shown = printable(lack.fallback[:60])
            place = f"{lack.span.file}{line}"
            print(f"{place}  {lack.language}: {printable(lack.field)} is shown as “{shown}”, add it to {lack.file}")
        for found in chosen:
            count = len(found.lacks)
            words = f"{count:,} text{'s' if count != 1 else ''} missing" if count else "complete"
            print(f"{printable(found.tenant)} {found.language}: {words}")
        if not chosen:
            print("no shop has another language" if args.language is None else f"no shop has {args.language}")
    if wrong:
        console.show(wrong, args)
    return PROBLEMS if wrong else DONE


def preview(args: Namespace) -> int:
    from highstreet.preview import server
    from highstreet.preview.listening import Busy
    from highstreet.preview.telling import EDITOR

    street = opened(args)
    handle = _known([args.handle], street.workspace.handles())[0] if args.handle else ""
    if not 0 < args.port < 65536:
        raise WrongUsage("--port takes a number from 1 to 65535")
    for name in args.host:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name):
            raise WrongUsage(f"--host takes a name such as preview.example or 192.168.1.20, not {name!r}")
    editor = args.editor or os.environ.get("HIGHSTREET_EDITOR") or EDITOR
    if not re.match(r"[a-z][a-z0-9+.-]*:", editor) or editor.startswith(("javascript:", "data:")):
        raise WrongUsage("--editor takes an address with {path}, such as vscode://file{path}:{line}:{column}")
    fixed = args.as_of is not None or "SOURCE_DATE_EPOCH" in os.environ
    options = server.Options(args.port, tuple(args.host), not args.no_toolbar, editor, fixed)
    url = f"http://{handle}.localhost:{args.port}/" if handle else f"http://localhost:{args.port}/"

    def ready() -> None:
        count = len(street.workspace.handles())
        print(f"{handle or f'{count} shop' + ('s' if count != 1 else '')} at {url}", flush=True)
        if args.as_of:
            print(f"as of {street.clock:%Y-%m-%d %H:%M} UTC", flush=True)
        if args.host:
            print("open to other machines: anyone who reaches this one can look", flush=True)
        print("Ctrl-C ends it", flush=True)
        if args.open:
            import webbrowser

            webbrowser.open(url)

    try:
        server.run(street, options, ready)
    except Busy as busy:
        hint = f"; try --port {busy.free}" if busy.free else ""
        raise WrongUsage(f"port {busy.port} is taken by another program{hint}") from None
    except KeyboardInterrupt:
        print("\nended" if sys.stderr.isatty() else "ended", file=sys.stderr)  # a terminal has written ^C
    return DONE


def explain(args: Namespace) -> int:
    from highstreet import explaining

    street = opened(args)
    (handle,) = _known([args.handle], street.workspace.handles())
    path = _path(args.path, street.workspace, handle)
    try:
        explanation = explaining.explain(street, handle, path)
    except UnsafePath:
        raise WrongUsage(f"{args.path!r} is no path of a site; write one such as products/mug/") from None
    if args.format == "json":
        print(console.dumps(explanation.as_json()))
    else:
        print(explanation.text(console.colored(sys.stdout)))
    return DONE


def _path(words: str, space: Workspace, handle: str) -> str:
    """The path of a page named by its address, as copied from a browser, or by its file in the output."""
    file = Path(words).absolute()
    if space.site(handle) in file.parents:
        return file.relative_to(space.site(handle)).as_posix()
    return urlsplit(words).path if "://" in words else words.partition("?")[0].partition("#")[0]


def init(args: Namespace) -> int:
    from highstreet import starting

    _made(starting.init(args.folder), args.folder)
    way = "" if args.folder.resolve() == Path.cwd() else f"  cd {args.folder}\n"
    print(
        f"\nnext:\n{way}"
        "  highstreet preview                       # look at the shop, edit its files, watch it change\n"
        '  highstreet new HANDLE --name "A Shop"    # another shop\n'
        "  highstreet build                         # the sites as they go online, in build/"
    )
    return DONE


def _made(paths: list[Path], folder: Path) -> None:
    """Says what was made, the schemas in one line."""
    schemas = [path for path in paths if path.name.endswith(".schema.json")]
    for path in paths:
        if path not in schemas:
            print(f"made {_shown(path)}")
    if schemas:
        print(f"made {_shown(folder / schemas[0].parent.name)}/ ({len(schemas)} JSON Schemas)")


def new(args: Namespace) -> int:
    from highstreet import starting

    street = opened(args)
    for path in starting.new(
        street.workspace, street.platform, args.handle, args.name or "", args.currency, args.locale
    ):
        print(f"made {_shown(path)}")
    print(f"\nnext:\n  highstreet preview {args.handle}\n  highstreet build {args.handle}")
    return DONE


def edge(args: Namespace) -> int:
    """The configuration of an edge: printed when it is one file, else written into a folder."""
    import secrets

    from highstreet.output.state import load
    from highstreet.publish.edge.kinds import files_of
    from highstreet.publish.edge.street import NoEdge, Shop, Street, store_of

    found = opened(args)
    space, settings = found.workspace, found.platform
    unbuilt = [handle for handle in space.handles() if not space.state(handle).is_file()]
    if unbuilt:
        print(f"highstreet: build first, else their domains are missing here: {', '.join(unbuilt)}", file=sys.stderr)
    shops = tuple(Shop(handle, tuple(load(space.state(handle)).domains)) for handle in space.handles())
    publish = settings.publish
    folder = args.into.resolve() if args.into else None
    try:
        if publish.layout != "releases":
            raise NoEdge("the flat layout needs no edge: any web server can serve it")
        endpoint = args.endpoint_url or publish.endpoint_url
        store = store_of(args.to or publish.to, endpoint, publish.region, publish.path_style or None)
        street = Street(settings.base_domain, shops, store, args.seal or secrets.token_hex(8), args.listen)
        files = files_of(args.kind, street, str(folder or ""), args.resolver, args.cache)
        if folder is None and len(files) > 1:
            raise NoEdge(f"{args.kind} takes {len(files)} files: give --into DIR, where it will find them")
    except NoEdge as error:
        raise WrongUsage(str(error)) from error
    if folder is None:
        print(*files.values(), end="")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        print(f"made {_shown(folder / name)}")
    return 0


def schema(args: Namespace) -> int:
    from highstreet import starting

    space = workspace.find(args.directory)
    _made(starting.schema(space, args.out), args.out or space.root)
    return DONE


def verify_cart(args: Namespace) -> int:
    from highstreet.base import verifier
    from highstreet.publish import signing

    if args.new_key is not None:
        secret, public = signing.new_key()
        _write_new(args.new_key, secret + "\n", 0o600)
        print(f"public key, for those who check orders:\n{public}")
        print(f"the secret key is in {_shown(args.new_key)}: publish with {signing.KEY_FILE}={_shown(args.new_key)}")
        return 0
    if args.write_verifier is not None:
        _write_new(args.write_verifier, Path(verifier.__file__).read_text("utf-8"), 0o644)
        print(f"{_shown(args.write_verifier)}: python {_shown(args.write_verifier)} --help")
        return 0
    for option, given in (("CART", args.cart), ("--manifest", args.manifest), ("--key", args.key)):
        if given is None:
            raise WrongUsage(f"verify-cart needs {option}; see highstreet verify-cart --help")
    words = [args.cart, "--manifest", str(args.manifest), "--key", args.key]
    words += ["--signature", str(args.signature)] if args.signature is not None else []
    return verifier.main([*words, "--at", args.at] if args.at else words)


def _write_new(path: Path, text: str, mode: int) -> None:
    """Writes a file that must not be there: a key that is overwritten is lost."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUsage(f"{_shown(path)} is there already; choose another name, or remove it") from None


def import_(args: Namespace) -> int:
    from highstreet import starting
    from highstreet.importers import fetch, loss, run

    street = opened(args)
    space = street.workspace
    if not args.file.is_file():
        what = f"{args.file} is a folder; name the CSV file in it" if args.file.is_dir() else None
        raise WrongUsage(what or f"there is no file {args.file}")
    if args.images is not None and not args.images.is_dir():
        raise WrongUsage(f"there is no folder {args.images}")
    if not values.is_handle(args.tenant) or args.tenant in street.platform.reserved:
        raise WrongUsage(
            f"{args.tenant!r} cannot be a tenant: small letters and digits, single hyphens between, not reserved"
        )
    if args.column and args.kind != "csv":
        raise WrongUsage("--column goes with import csv: the columns of other exports are known")
    if unclear := next((text for text in args.column if "=" not in text), None):
        raise WrongUsage(f'--column takes FIELD=HEADER, such as price="Preis brutto", not {unclear!r}')
    columns = tuple((name.strip(), header) for name, _, header in (text.partition("=") for text in args.column))
    options = run.Options(
        columns=columns,
        name=args.name or "",
        currency=args.currency or "",
        locale=starting.locale(space, args.tenant) or args.locale or "",
        words=partial(starting.words, space),
        overwrite=args.overwrite,
        archive_missing=args.archive_missing,
        dry_run=args.dry_run,
    )
    result = run.run(
        args.kind,
        args.file.read_bytes(),
        args.file.name,
        tenant_dir=space.tenant(args.tenant),
        handle=args.tenant,
        images=args.images,
        fetch=fetch.HttpsFetcher() if args.fetch_images else None,
        now=street.clock,
        options=options,
    )
    if args.report:
        args.report.write_text(loss.as_json(result.report), "utf-8")
    print(loss.as_text(result.report))
    console.show(result.diagnostics, args)
    steps = f"\nnext:\n  highstreet check {args.tenant}\n  highstreet build {args.tenant}"
    if args.dry_run:
        steps = "\nthis was a dry run: nothing was written"
    elif result.files_written and "tenant.yaml" in result.files_written:
        steps += f"\n  set checkout: in tenants/{args.tenant}/tenant.yaml, so that customers can order"
    print(steps)
    return PROBLEMS if any(d.severity == "error" for d in result.diagnostics) else DONE


def opened(args: Namespace) -> Street:
    from highstreet.freshness import Street, settings

    space = workspace.find(args.directory, getattr(args, "out", None))
    platform, report = settings(space)
    report.raise_errors()
    return Street(space, platform, _clock(getattr(args, "as_of", None)), shared=_shared(args, platform))


def _shared(args: Namespace, settings: Platform) -> SharedCache | None:
    """The cache that the platform's machines share, as this command may use it. Nothing is asked of it yet."""
    domain = getattr(args, "cache_domain", None) or os.environ.get("HIGHSTREET_CACHE_DOMAIN") or "preview"
    if domain not in ("production", "preview", "none"):
        raise WrongUsage(f"HIGHSTREET_CACHE_DOMAIN is production, preview or none, not {domain!r}")
    if not settings.cache or domain == "none" or args.command not in ("build", "preview"):
        return None
    from highstreet.shared_cache import SharedCache

    def tell(remark: Diagnostic) -> None:
        console.show([remark], args)

    at_once = tell if args.command == "preview" else None
    return SharedCache(settings.cache, settings.publish, domain, at_once)  # type: ignore[arg-type]


def _clock(text: str | None) -> datetime:
    """The build clock: --as-of, else SOURCE_DATE_EPOCH as reproducible builds set it, else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if text is None and not epoch:
        return datetime.now(UTC)
    try:
        if text is None:
            return datetime.fromtimestamp(int(epoch), UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        if text is None:
            raise WrongUsage(f"SOURCE_DATE_EPOCH is a number of seconds since 1970, not {epoch!r}") from None
        raise WrongUsage(f"--as-of takes an ISO time such as 2026-12-01T09:00:00Z, not {text!r}") from None


def named(args: Namespace, space: Workspace, everything: tuple[str, ...]) -> tuple[str, ...]:
    named = _known(args.handles, everything)
    if not everything:
        raise Problems(
            [
                Diagnostic(
                    "HS102",
                    Span(str(space.tenants)),
                    "the street is empty",
                    "no tenant folder",
                    "at least one tenant",
                    "run `highstreet new HANDLE` to make one",
                )
            ]
        )
    return tuple(dict.fromkeys(named)) or everything


def _known(words: list[str], everything: tuple[str, ...]) -> list[str]:
    """The handles that are meant; a folder, as a shell completes it (`tenants/acme/`), is as good as its handle."""
    handles = [word.rstrip("/").removeprefix("./").removeprefix("tenants/") for word in words]
    for word, handle in zip(words, handles, strict=True):
        if handle not in everything:
            raise WrongUsage(f"there is no tenant {word!r}; {did_you_mean(handle, everything)}")
    return handles


def _chosen(args: Namespace, space: Workspace, everything: tuple[str, ...]) -> tuple[str, ...]:
    chosen = named(args, space, everything)
    if args.changed_since:
        changed = changed_since(space, args.changed_since)
        chosen = tuple(handle for handle in chosen if changed is None or handle in changed)
    return in_shard(args.shard, space, chosen)


def in_shard(shard: str | None, space: Workspace, handles: Iterable[str]) -> tuple[str, ...]:
    """Those of `handles` that are in the I-th of N parts of the street, "I/N"; all without a shard."""
    handles = tuple(handles)
    if not shard:
        return handles
    part, _, parts = shard.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise WrongUsage(f"--shard takes I/N with I from 1 to N, such as 2/8, not {shard!r}")
    from highstreet.sharding import part_of

    # The whole street is parted, whichever shops are asked for: what one machine has built it also publishes.
    found = part_of(space, {*space.handles(), *handles}, int(parts))
    return tuple(handle for handle in handles if found[handle] == int(part) - 1)


def changed_since(space: Workspace, revision: str) -> set[str] | None:
    """Tenants with files that differ from `revision`, untracked ones included; None (all) when anything shared does.

    Where git cannot tell of one, that one counts as changed, and this is said.
    """
    from highstreet.base.git import Silent, asked, differences

    if revision.startswith("-"):
        raise WrongUsage(f"--changed-since takes a git revision, not {revision!r}")
    try:
        known = asked(space.root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if known.returncode:
            said = os.fsdecode(known.stderr).strip().partition("\n")[0] or "it knows no such revision"
            raise WrongUsage(f"git cannot tell what changed since {revision!r}: {said}")
        found = differences(space.root, os.fsdecode(known.stdout).strip())
    except Silent as why:
        raise WrongUsage(f"--changed-since needs git, which cannot tell what changed: {why}") from None
    for part, said in found.unsure.items():
        words = f"{part} counts as changed: git cannot tell ({said}); remove .git, .gitignore and .gitattributes in it"
        print(f"highstreet: {printable(words)}", file=sys.stderr)
    if not found.parts.isdisjoint(("themes", "pyproject.toml")):
        return None
    return {part.removeprefix("tenants/") for part in {*found.parts, *found.unsure} if part.startswith("tenants/")}
