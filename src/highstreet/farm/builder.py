"""The builder: a process beside a Dask worker that does errands one after the other, each in a worker of its own.

A Dask worker has many threads and cannot be forked safely; this process has one. It reads errands from standard input
and answers on standard output, so it ends with whoever started it. What a tenant may cost is held as everywhere else.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from highstreet import street as streets
from highstreet.action.action import Key
from highstreet.action.cache import ActionCache
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.digest import of_bytes
from highstreet.base.span import Span
from highstreet.farm.checkout import Checkout, NoSources, checkout
from highstreet.farm.errand import Delivery, Errand, Row
from highstreet.farm.packs import PACK, pack_key, pack_store
from highstreet.freshness import Built, Street, settings
from highstreet.output import state as states
from highstreet.output.write import remove_site
from highstreet.publish.object_store import Headers, StoreError
from highstreet.shared_cache import SharedCache
from highstreet.workspace import Workspace

FACTS = ("theme", "since", "until", "pictures", "warnings", "manifest", "pages", "bytes", "status", "domains")


class Builder:
    """Does errands, with a cache and sites of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: tuple[str, Street, Checkout] | None = None

    def deliver(self, errand: Errand) -> Delivery:
        """Raises nothing: whatever goes wrong is in the delivery."""
        try:
            return self._delivered(errand)
        except Problems as problems:
            return Delivery(Built(errand.handle, "failed", problems.diagnostics))
        except (NoSources, StoreError) as error:
            return _failed(errand, "this machine could not do its part", str(error))
        except Exception:
            return Delivery(Built(errand.handle, "failed"), fault=traceback.format_exc())

    def _delivered(self, errand: Errand) -> Delivery:
        street = self._street(errand)
        space, handle = street.workspace, errand.handle
        if handle not in space.handles():
            return _failed(errand, "this shop is not among the sources of the machine", str(space.tenants))
        try:
            (built,) = streets.build(street, [handle], jobs=1)
        except streets.OurFault as fault:
            return Delivery(Built(handle, "failed"), fault=str(fault))
        if built.outcome == "failed":
            return Delivery(built)
        state = states.load(space.state(handle))
        rows, packs = self._packed(errand, street, state)
        facts = {name: getattr(state, name) for name in FACTS}
        # The site has gone into packs; what is dear to make stays in this machine's cache.
        remove_site(space.site(handle))
        for left in space.traces(handle):
            left.unlink(missing_ok=True)
        return Delivery(built, state.site_key, rows, packs, facts)

    def _street(self, errand: Errand) -> Street:
        """The street as the errands of one run see it: themes and settings are read once."""
        if self._opened is None or self._opened[0] != errand.run:
            sources = checkout(errand.sources, self._folder / "sources")
            space = Workspace(sources.root, self._folder / f"out-{os.getpid()}", self._folder / "cache")
            platform, report = settings(space)
            report.raise_errors()
            shared = SharedCache(platform.cache, platform.publish, errand.domain)  # type: ignore[arg-type]
            self._opened = errand.run, Street(space, platform, errand.clock, shared=shared), sources
        self._opened[2].bring(errand.handle)
        return replace(self._opened[1], clock=errand.clock)

    def _packed(self, errand: Errand, street: Street, state: states.State) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        """The site's files, put into packs; without those that the shared cache has."""
        cache = ActionCache(street.workspace.cache)
        site = street.workspace.site(errand.handle)
        store, seal = pack_store(street), token_hex(8)
        rows: list[Row] = []
        packs: list[str] = []

        def files() -> Iterator[bytes]:
            for path, output in state.outputs.items():
                key, digest, size, _ = output
                if not errand.whole and (kept := cache.get(Key(key))) is not None and of_bytes(kept) == digest:
                    rows.append(Row(path, key, digest, size, -1))
                    continue
                rows.append(Row(path, key, digest, size, len(packs)))
                yield (site / path).read_bytes()

        held = bytearray()

        def send() -> None:
            name = pack_key(errand, f"{seal}-{len(packs)}")
            store.put(name, bytes(held), Headers("application/octet-stream", "no-store"))
            packs.append(name)
            held.clear()

        for data in files():
            held += data
            if len(held) >= PACK:
                send()
        if held:
            send()
        return tuple(rows), tuple(packs)


def _failed(errand: Errand, message: str, found: str) -> Delivery:
    wrong = Diagnostic(
        "HS508",
        Span(f"tenants/{errand.handle}"),
        message,
        found,
        "the sources and the store that the command names, within reach of every worker",
        "mend it there and build again: what was delivered is in place",
    )
    return Delivery(Built(errand.handle, "failed", (wrong,)))


def main() -> None:
    """Answers until standard input ends. What libraries print must not get among the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    builder = Builder(Path(sys.argv[1]))
    while True:
        try:
            errand: Errand = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(builder.deliver(errand), answers)
        answers.flush()


if __name__ == "__main__":
    main()
