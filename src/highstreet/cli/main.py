"""The highstreet command: its arguments and how each one is answered."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from highstreet import __version__

ONLINE = ("publish", "releases", "rollback", "unpublish", "gc", "policy")  # what cli/online.py answers
COMMANDS = (
    "init",
    "new",
    "import",
    "check",
    "translations",
    "build",
    "preview",
    "explain",
    "edge",
    "schema",
    "verify-cart",
    *ONLINE,
)
DONE, PROBLEMS, USAGE, OUR_FAULT, SUPERSEDED = 0, 1, 2, 3, 4

# No workspace, no tenant, and what else stops a command before it begins: nothing was done.
_USAGE_CODES = ("HS101", "HS102", "HS15")
_EPILOG = """exit codes: 0 done · 1 some tenant has problems (the others were done) · 2 wrong usage · 3 a fault of
ours · 4 somebody has published something newer · 130 stopped with Ctrl-C

a street in five commands:
  highstreet init street && cd street
  highstreet new lumen --name "Lumen Optics"
  highstreet check
  highstreet build
  highstreet publish --to s3://bucket/shops"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file name, or a terminal without Unicode, must not end the build
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    args, unknown = parser.parse_known_args(arguments)
    if unknown:
        _unknown(parser, args, unknown)
    if args.command is None:
        parser.print_help()
        return USAGE
    from highstreet.base.diagnostic import Problems
    from highstreet.base.printable import printable
    from highstreet.cli import commands, console

    try:
        if args.command in ONLINE:
            from highstreet.cli import online

            code: int = getattr(online, args.command)(args)
        else:
            named = {"import": "import_", "verify-cart": "verify_cart"}
            code = getattr(commands, named.get(args.command, args.command))(args)
        sys.stdout.flush()
    except Problems as problems:
        console.show(problems.diagnostics, args)
        return USAGE if all(d.code.startswith(_USAGE_CODES) for d in problems.diagnostics) else PROBLEMS
    except commands.WrongUsage as error:
        print(f"highstreet: {printable(str(error))}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(f"\nstopped; {_STOPPED.get(args.command, _STOPPED['build'])}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        from highstreet.pipeline import REFUSALS
        from highstreet.street import OurFault

        if isinstance(error, OSError) and error.errno in REFUSALS:
            place = f"{error.filename}: " if error.filename else ""
            print(f"highstreet: {printable(place)}{error.strerror}", file=sys.stderr)
            return PROBLEMS
        import traceback  # late: nearly no run has use for it

        return _our_fault(str(error) if isinstance(error, OurFault) else "".join(traceback.format_exception(error)))
    return code


def run() -> NoReturn:
    """The command as a program. Its memory is the system's to take back: taking it apart object by object would take
    as long as looking at some shops."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # nobody is there to hear it
            stream.flush()
    os._exit(code)


def _our_fault(trace: str) -> int:
    from highstreet.base.printable import printable

    print(*(printable(line) for line in trace.splitlines()), sep="\n", file=sys.stderr)
    print("\nThis is a fault of Highstreet, not of your files. Please report it with the lines above.", file=sys.stderr)
    return OUR_FAULT


# What other generators call these commands.
_ELSEWHERE = {
    "deploy": "publish",
    "dev": "preview",
    "help": "--help",
    "push": "publish",
    "serve": "preview",
    "server": "preview",
    "start": "preview",
    "watch": "preview",
}


class _Parser(argparse.ArgumentParser):
    """Names the command a mistyped one most likely was meant to be."""

    def error(self, message: str) -> NoReturn:
        wrong = re.fullmatch(r"argument COMMAND: invalid choice: '(.*)' \(choose from .*\)", message, re.DOTALL)
        if wrong:
            from highstreet.base.diagnostic import did_you_mean
            from highstreet.base.printable import printable

            here = _ELSEWHERE.get(wrong[1])
            hint = f"did you mean {here}?" if here else did_you_mean(wrong[1], COMMANDS)
            message = f"there is no command {printable(wrong[1])!r}; {hint}"
        super().error(message)


class _Command(_Parser):
    """One command's arguments, made when it is the one that is meant: those of all take some milliseconds."""

    def __init__(self, **settings: Any) -> None:
        self._waiting: list[tuple[tuple[Any, ...], dict[str, Any]]] | None = []
        super().__init__(**settings)

    def add_argument(self, *names: Any, **settings: Any) -> Any:
        if self._waiting is None:
            return super().add_argument(*names, **settings)
        self._waiting.append((names, settings))
        return None

    def parse_known_args(self, *arguments: Any, **settings: Any) -> Any:
        waiting, self._waiting = self._waiting or [], None
        for names, wanted in waiting:
            self.add_argument(*names, **wanted)
        return super().parse_known_args(*arguments, **settings)


def _unknown(parser: argparse.ArgumentParser, args: argparse.Namespace, words: list[str]) -> NoReturn:
    """Ends with the words nothing is known of, and the option that was most likely meant."""
    from highstreet.base.diagnostic import nearest
    from highstreet.base.printable import printable

    options = [f"--{name.replace('_', '-')}" for name in vars(args)]
    guess = nearest(words[0].partition("=")[0], options)
    hint = f"did you mean {guess}?" if guess else f"see highstreet {args.command or ''} --help".replace("  ", " ")
    parser.error(f"unrecognized arguments: {printable(' '.join(words))}; {hint}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="highstreet",
        description="Builds a whole street of shops from folders of YAML.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"highstreet {__version__}")
    parser.add_argument(
        "-C",
        dest="directory",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the workspace (default: the nearest folder upwards with tenants/)",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="highstreet", parser_class=_Command)

    def command(name: str, help: str, description: str = "") -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=help,
            description=description or help[:1].upper() + help[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # Also after the command, where people look for it first.
        sub.add_argument(
            "-C", dest="directory", metavar="DIR", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )
        return sub

    def handles(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("handles", nargs="*", metavar="HANDLE", help="tenants (default: all)")

    def as_of(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--as-of", metavar="TIME", help="build as if it were this ISO time (default: now, or SOURCE_DATE_EPOCH)"
        )

    init = command("init", "make a new workspace that builds at once")
    init.add_argument("folder", metavar="DIR", type=Path)

    new = command("new", "make a new tenant that builds at once")
    new.add_argument("handle", metavar="HANDLE")
    new.add_argument("--name", help="the shop's name (default: made from the handle)")
    new.add_argument("--currency", default="EUR", help="ISO code, such as EUR or JPY (default: EUR)")
    new.add_argument("--locale", default="en-GB", help="language and region (default: en-GB)")

    imports = command("import", "turn a Shopify or WooCommerce product export, or any table, into a tenant", _IMPORT)
    imports.add_argument("kind", choices=("shopify", "woocommerce", "csv"), help="what wrote it; csv: anything else")
    imports.add_argument("file", metavar="FILE", type=Path, help="the CSV")
    imports.add_argument("--tenant", required=True, metavar="HANDLE", help="the tenant to make or update")
    imports.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help="of a csv: what a column is, where its header does not tell; may be repeated",
    )
    imports.add_argument("--name", help="the shop's name, for a new tenant")
    imports.add_argument("--currency", help="ISO code, for a new tenant (default: as in the file, else EUR)")
    imports.add_argument(
        "--locale", help="language and region, for a new tenant (default: that of the file's columns, else en)"
    )
    imports.add_argument(
        "--overwrite", action="store_true", help="take the file's values even where fields were edited by hand"
    )
    imports.add_argument("--images", metavar="DIR", type=Path, help="pictures to use, matched by file name")
    imports.add_argument("--fetch-images", action="store_true", help="download pictures from the addresses in the file")
    imports.add_argument(
        "--archive-missing", action="store_true", help="archive products that are no longer in the file"
    )
    imports.add_argument("--dry-run", action="store_true", help="tell what would happen, write nothing")
    imports.add_argument("--report", metavar="FILE", type=Path, help="write the loss report as JSON")

    check = command("check", "find every mistake of every tenant, and check built output")
    handles(check)
    check.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    as_of(check)

    translations = command("translations", "list the texts that languages lack, and what is shown instead")
    handles(translations)
    translations.add_argument("--language", metavar="CODE", help="only this language")
    translations.add_argument("--format", choices=("text", "json"), default="text")

    build = command("build", "build the shops", _BUILD)
    handles(build)
    build.add_argument("--jobs", "-j", type=int, metavar="N", help="processes (default: one for each processor)")
    build.add_argument(
        "--clean",
        action="store_true",
        help="forget what was built and build everything again (dear results stay in the cache)",
    )
    build.add_argument("--changed-since", metavar="REV", help="only tenants that differ from this git revision")
    build.add_argument("--shard", metavar="I/N", help="only the I-th of N parts of the street, for CI matrices")
    build.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="where to build (default: build/); other files in DIR/<handle>/ are removed",
    )
    build.add_argument(
        "--executor",
        metavar="URL",
        help="build on the workers of a Dask cluster, such as dask://10.0.0.5:8786 (default: on this machine)",
    )
    build.add_argument(
        "--sources",
        metavar="URL",
        help="where workers find the workspace: git+https://host/street.git, at the commit checked out here, or a "
        "folder (default: the workspace's own, which they see too)",
    )
    build.add_argument(
        "--cache-domain",
        choices=("production", "preview", "none"),
        help="write to this part of the shared cache (default: HIGHSTREET_CACHE_DOMAIN, else preview)",
    )
    build.add_argument("--format", choices=("text", "json"), default="text")
    as_of(build)

    preview = command("preview", "look at the street while you edit it", _PREVIEW)
    preview.add_argument("handle", nargs="?", metavar="HANDLE", help="the shop to begin with (default: the street)")
    preview.add_argument("--port", type=int, default=4000, metavar="N", help="default: 4000")
    preview.add_argument("--open", action="store_true", help="open the browser")
    preview.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer to this name and to <tenant>.NAME too, from other machines as well; may be repeated",
    )
    preview.add_argument("--no-toolbar", action="store_true", help="leave the toolbar out of the pages")
    preview.add_argument(
        "--editor", metavar="URL", help="address that opens a file, such as vscode://file{path}:{line}:{column}"
    )
    as_of(preview)

    explain = command("explain", "tell why a page was, or was not, built again")
    explain.add_argument("handle", metavar="HANDLE")
    explain.add_argument("path", metavar="PATH", help="such as products/mug/")
    explain.add_argument("--format", choices=("text", "json"), default="text")
    as_of(explain)

    edge = command("edge", "write the configuration of a web server or CDN that serves the published street")
    edge.add_argument("kind", choices=("caddy", "nginx", "cloudfront", "cloudflare"), help="the web server or CDN")
    edge.add_argument(
        "--into", metavar="DIR", type=Path, help="write the files here, where nginx will find them (caddy: printed)"
    )
    edge.add_argument("--to", metavar="URL", default="", help="the store (default: to in [tool.highstreet.publish])")
    edge.add_argument("--endpoint-url", metavar="URL", default="", help="of an S3-compatible store")
    edge.add_argument(
        "--listen",
        metavar="HOST:PORT",
        default="",
        help="plain HTTP here, for trying out or behind a load balancer (default: HTTPS with certificates of its own)",
    )
    edge.add_argument("--seal", metavar="WORD", default="", help="caddy: keep this secret word (default: a new one)")
    edge.add_argument(
        "--resolver", metavar="ADDRESS", default="", help="nginx: the name server to look up the store at"
    )
    edge.add_argument(
        "--cache",
        metavar="DIR",
        default="/var/cache/highstreet",
        help="nginx: keeps here what it has read (%(default)s)",
    )

    _online(command, handles, as_of)

    schema = command("schema", "write JSON Schemas and the editor set-up")
    schema.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="where to (default: the workspace, as schemas/ and .vscode/settings.json)",
    )
    verify = command("verify-cart", "check an order against a shop's signed prices", _VERIFY)
    verify.add_argument("cart", metavar="CART", nargs="?", help="the order as JSON, - for standard input")
    verify.add_argument("--manifest", metavar="FILE", type=Path, help="the shop's prices.json")
    verify.add_argument(
        "--signature", metavar="FILE", type=Path, help="its prices.sig.json (default: beside the manifest)"
    )
    verify.add_argument("--key", metavar="KEY", help="the public key, or a file that holds it")
    verify.add_argument("--at", metavar="TIME", help="check as of this ISO time (default: now)")
    verify.add_argument("--write-verifier", metavar="FILE", type=Path, help="write the checker as one Python file")
    verify.add_argument(
        "--new-key", metavar="FILE", type=Path, help="write a new secret key, print the public key that goes with it"
    )
    return parser


def _online(
    command: Callable[..., argparse.ArgumentParser],
    handles: Callable[[argparse.ArgumentParser], None],
    as_of: Callable[[argparse.ArgumentParser], None],
) -> None:
    """The commands that put shops online and look after what is there."""

    def place(sub: argparse.ArgumentParser, layout: bool = False) -> None:
        where = "s3://bucket/prefix or file:///folder (default: publish.to in pyproject.toml)"
        sub.add_argument("--to", metavar="URL", help=where)
        sub.add_argument(
            "--endpoint-url", metavar="URL", help="the S3-compatible server (default: as AWS tools find it)"
        )
        if layout:
            sub.add_argument("--layout", choices=("releases", "flat"), help="how the store is laid out, see the docs")

    def answer(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--format", choices=("text", "json"), default="text")

    publish = command("publish", "put what was built online", _PUBLISH)
    handles(publish)
    place(publish, layout=True)
    publish.add_argument("--dry-run", "-n", action="store_true", help="tell what would be sent and why, change nothing")
    publish.add_argument(
        "--preview", metavar="NAME", help="publish at NAME--HANDLE.<base domain>, not at the shop's own"
    )
    publish.add_argument("--expires", metavar="TIME", help="how long a preview lasts: 12h, 7d, 2w (default: 7d)")
    publish.add_argument("--allow-deletes", action="store_true", help="also when many pages of a live shop go away")
    publish.add_argument("--allow-older", action="store_true", help="also over a newer commit, or one rolled back from")
    publish.add_argument("--jobs", "-j", type=int, metavar="N", help="requests at once (default: 32)")
    publish.add_argument("--changed-since", metavar="REV", help="only tenants that differ from this git revision")
    publish.add_argument("--shard", metavar="I/N", help="only the I-th of N parts of the street, for CI matrices")
    publish.add_argument("--out", metavar="DIR", type=Path, help="where it was built (default: build/)")
    answer(publish)
    as_of(publish)

    releases = command("releases", "list what was published of a shop", _RELEASES)
    releases.add_argument("handle", metavar="HANDLE")
    place(releases)
    answer(releases)

    rollback = command("rollback", "put an earlier release of a shop back", _ROLLBACK)
    rollback.add_argument("handle", metavar="HANDLE")
    rollback.add_argument(
        "release", metavar="RELEASE", nargs="?", help="as `releases` lists it (default: the one before)"
    )
    place(rollback)
    answer(rollback)

    unpublish = command("unpublish", "take shops off the net", _UNPUBLISH)
    unpublish.add_argument("handles", nargs="+", metavar="HANDLE", help="tenants, also those whose folder is gone")
    place(unpublish)
    unpublish.add_argument(
        "--allow-live", action="store_true", help="also a shop whose folder is there and not suspended"
    )
    unpublish.add_argument(
        "--purge", action="store_true", help="delete all its releases for good; needs --allow-deletes"
    )
    unpublish.add_argument("--allow-deletes", action="store_true", help="yes, delete")
    unpublish.add_argument("--dry-run", "-n", action="store_true", help="tell what would happen, change nothing")
    answer(unpublish)

    gc = command("gc", "delete what no kept release needs any more", _GC)
    handles(gc)
    place(gc)
    gc.add_argument("--keep", type=int, metavar="N", help="releases to keep for rollback (default: 10)")
    gc.add_argument("--grace", type=float, metavar="HOURS", help="leave alone what is younger (default: 24)")
    gc.add_argument("--max", type=int, metavar="N", help="delete at most N objects of each shop")
    gc.add_argument("--dry-run", "-n", action="store_true", help="tell what would go, delete nothing")
    gc.add_argument("--jobs", "-j", type=int, metavar="N", help="requests at once (default: 32)")
    gc.add_argument("--shard", metavar="I/N", help="only the I-th of N parts of the street, for CI matrices")
    answer(gc)

    policy = command("policy", "print the least permissions that publishing one shop needs", _POLICY)
    policy.add_argument("handle", metavar="HANDLE", nargs="?")
    place(policy, layout=True)
    policy.add_argument(
        "--for", dest="purpose", choices=("publish", "gc", "edge"), default="publish", help="default: publish"
    )
    policy.add_argument(
        "--cache",
        choices=("production", "preview"),
        help="for builds of this domain of the shared cache, not for a shop",
    )


_BUILD = """Build the shops into build/<handle>/. Only what changed is made and written; a tenant with problems keeps
its last good output and stops no other. Run it again at any time: it goes on from what is there."""
_PREVIEW = """Serve the street at http://localhost:4000/ and each shop at http://<tenant>.localhost:4000/, as it will be
published. Pages are made when asked for; open pages follow every save, and show what is wrong until it is mended."""
_IMPORT = """Turn a product export, or any table of products, into a tenant folder, or update one. What cannot be taken
over is told row by row and column by column; fields that were edited by hand since the last import stay as they are."""

_VERIFY = """Check an order that a shop's cart handed over: what it lists is sold, at these prices, in this currency,
and the prices are those that were signed when the shop was published. Exit code 1 when something is wrong with it.

--write-verifier gives the same checks as one file that needs Python and nothing else."""
_PUBLISH = """Put what `highstreet build` made online. A shop goes live at one instant, whole; until then, and when
anything fails, the release before it stays. Only what changed is sent; run it again at any time. A draft is left out, a
suspended shop answers 503. Credentials come from the environment, as all AWS tools find them."""
_RELEASES = "List the releases of a shop that can be put back, newest first, with who published what and when."
_ROLLBACK = """Put an earlier release of a shop back: three requests, nothing is uploaded. The commit that was rolled
back from does not come back by itself: a newer commit does, or `publish --allow-older`."""
_UNPUBLISH = """Take shops off the net. Visitors see nothing of them from then on. The releases stay, and `publish`
brings the shop back; --purge deletes them all."""
_GC = """Delete what neither the live release, nor a preview, nor the last N releases need, once it is older than the
grace period. Safe beside publishers. Beside `unpublish --purge`, only this command lists and deletes."""
_POLICY = """Print an IAM policy (JSON) that lets credentials do one thing with one shop: publish it, collect its
garbage, or read it as an edge does. Nothing outside the shop's own prefix is allowed. --cache prints what
builds need that share a cache: production trusts nobody else, previews may be of anybody's changes."""
_STOPPED = {
    "build": "what was written is whole, and the next build goes on from here",
    "check": "no shop was changed",
    "import": "every file that was written is whole; import again to go on",
    "publish": "every shop shows its old or its new release, whole; publish again to go on",
    "gc": "nothing that is needed was deleted; run it again to go on",
    "unpublish": "run it again to go on",
}


if __name__ == "__main__":
    run()
