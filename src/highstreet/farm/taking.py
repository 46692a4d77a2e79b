"""Taking: a delivery becomes a shop's site and state here, as if it had been built here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from highstreet.action.action import Action, Key
from highstreet.action.cache import ActionCache
from highstreet.action.executor import ActionResult
from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.digest import Digest, of_bytes
from highstreet.base.paths import SitePath, UnsafePath, site_path
from highstreet.base.span import Span
from highstreet.farm.errand import Delivery, Row
from highstreet.freshness import Built, Street, scanned, site_key
from highstreet.output import state as states
from highstreet.output.write import Stage, write
from highstreet.pipeline import refuse_foreign, save_sources, setting_of
from highstreet.publish.object_store import ObjectStore


class Missing(Exception):
    """Bytes of a delivery are not where they should be, or not those that were delivered."""


def take(street: Street, delivery: Delivery, store: ObjectStore) -> Built:
    """Puts the site in place. Nothing of it is touched before every byte is here and is what its digest says.

    Raises Missing, Problems when the delivery is not of the sources that lie here, and StoreError.
    """
    space, handle = street.workspace, delivery.built.handle
    before = states.load(space.state(handle))
    snapshot = scanned(street, handle, before)
    facts: dict[str, Any] = delivery.facts
    digest = street.theme_digest(facts["theme"])
    sources = snapshot.digest
    if digest is None or site_key(handle, sources, facts["theme"], digest, street) != delivery.site_key:
        raise _other(street, handle)
    folder = space.site(handle)
    refuse_foreign(folder, space.state(handle), snapshot)
    found = before.found(folder)
    stage = Stage(space.cache)
    try:
        for row, data in _files(street, delivery, store):
            path = _inside(row.path)
            stage.add(ActionResult(Action("", path, (), Key(row.key)), Digest(row.digest), row.size, data, ran=True))
        states.spoil(space.state(handle))
        outputs, written = write(folder, stage, found)
    finally:
        stage.close()
    after = states.State(
        **facts,
        site_key=delivery.site_key,
        sources=sources,
        index=dict(snapshot.index),
        outputs=states.Outputs.of(outputs),
        directories=states.directories(folder, outputs),
    )
    save_sources(space.sources(handle), snapshot, after.theme, setting_of(street))
    states.save(space.state(handle), after)
    return replace(delivery.built, outcome="built", written=written)


def _inside(path: str) -> SitePath:
    try:
        return site_path(path)
    except UnsafePath:  # no worker of ours makes such a one
        raise Missing(path) from None


def _files(street: Street, delivery: Delivery, store: ObjectStore) -> Iterator[tuple[Row, bytes]]:
    """Every file with its bytes, those of one pack at a time in memory."""
    cache = ActionCache(street.workspace.cache, street.shared)
    cache.bring(Key(row.key) for row in delivery.rows if row.pack < 0)
    number, pack, at = -1, b"", 0
    for row in delivery.rows:
        if row.pack < 0:
            data = cache.get(Key(row.key)) or b""
        else:
            if row.pack != number and row.size:
                number, at = row.pack, 0
                found = store.get(delivery.packs[number])
                pack = found.body if found is not None else b""
            data = pack[at : at + row.size] if row.size else b""
            at += row.size
        if of_bytes(data) != row.digest:
            raise Missing(row.path)
        yield row, data


def _other(street: Street, handle: str) -> Problems:
    wrong = Diagnostic(
        "HS509",
        Span(street.workspace.label(handle)),
        "a worker has built this shop from something else than what lies here",
        "other files, settings, theme or versions of Highstreet and its libraries",
        "the same on every machine",
        "commit and push what was edited, and install the same Highstreet on the workers as here",
    )
    return Problems([wrong])
