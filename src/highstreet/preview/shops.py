"""Open shops: the few a preview keeps in memory, each as it is seen at a time and with or without drafts."""

from __future__ import annotations

import gc
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from highstreet.freshness import Street

if TYPE_CHECKING:
    from highstreet.action.action import Action
    from highstreet.shop import Desk, Shop

MOST = 8  # shops held open, and …
MOST_FILES = 10_000  # … source files of all of them together; the one in use is always held
MOST_NAMED = 2_000  # files of a shop that its pages have named
COOKIE = "highstreet_look"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)")


class Look(NamedTuple):
    """How a shop is looked at. `at` is an ISO time, "" for the street's clock."""

    at: str = ""
    drafts: bool = False


def look(cookie: str) -> Look:
    """What the toolbar has set: "drafts" and a time, joined by "|". Anything else is ignored."""
    parts = cookie.split("|")
    at = next((part for part in parts if _TIME.fullmatch(part)), "")
    try:
        datetime.fromisoformat(at or "2000-01-01").astimezone(UTC)
    except (ValueError, OverflowError):
        at = ""
    return Look(at, "drafts" in parts)


class Lately(OrderedDict[str, "Action"]):
    """The newest so many files."""

    def __setitem__(self, path: str, action: Action) -> None:
        super().__setitem__(path, action)
        while len(self) > MOST_NAMED:
            self.popitem(last=False)


class Shops:
    """Opens shops when they are asked for and closes those nobody has asked for the longest. Lives on the desk."""

    def __init__(self, street: Street, fixed: bool, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.street = street
        self._fixed = fixed  # --as-of: the clock stands still
        self._now = now
        self._open: OrderedDict[tuple[str, Look], Shop] = OrderedDict()
        self._lately: dict[str, Lately] = {}
        self._desk: Desk | None = None  # what all of them share, so that memory is bounded once

    def held(self) -> Collection[tuple[str, Look]]:
        return tuple(self._open)

    def peek(self, handle: str) -> Shop | None:
        """The shop as it is seen by default, else as somebody looks at it; None if it is not open."""
        plain = self._open.get((handle, Look()))
        return plain or next((shop for (name, _), shop in self._open.items() if name == handle), None)

    def get(self, handle: str, look: Look = Look()) -> Shop:  # noqa: B008
        """The shop, opened if need be. Raises KeyError when the street has no such tenant."""
        found = self._open.get((handle, look))
        if found is None:
            found = self._opened(handle, look)
        elif self._outlived(found, look):
            found = found.seen(self._now(), look.drafts)
        self._open[handle, look] = found
        self._open.move_to_end((handle, look))
        self._close_some()
        return found

    def _opened(self, handle: str, look: Look) -> Shop:
        if not self.street.workspace.tenant(handle).is_dir():
            raise KeyError(handle)
        other = next((shop for (name, _), shop in self._open.items() if name == handle), None)
        clock = datetime.fromisoformat(look.at).astimezone(UTC) if look.at else self._clock()
        if other is not None and not other.errors:
            return other.seen(clock, look.drafts)
        from highstreet.shop import Desk, open_shop  # late: the street list should not pay for what renders

        self._desk = self._desk or Desk(self.street)
        opened = open_shop(replace(self.street, clock=clock), handle, look.drafts, self._desk)
        # A shop is a hundred thousand objects that stay: collecting among them stalled every tenth save for 0.1 s.
        gc.freeze()
        return opened

    def _clock(self) -> datetime:
        return self.street.clock if self._fixed else self._now()

    def _outlived(self, shop: Shop, look: Look) -> bool:
        """Whether time has brought or taken something since the shop was opened."""
        return not self._fixed and not look.at and shop.until is not None and self._now() >= shop.until

    def lately(self, handle: str) -> Lately:
        """Files that pages of the shop have named, by path: what is in them never changes."""
        return self._lately.setdefault(handle, Lately())

    def _close_some(self) -> None:
        while len(self._open) > 1 and (len(self._open) > MOST or self._files() > MOST_FILES):
            (handle, _), _ = self._open.popitem(last=False)
            if all(name != handle for name, _ in self._open):
                self._lately.pop(handle, None)

    def _files(self) -> int:
        return sum(len(shop.tenant.products) if shop.tenant is not None else 0 for shop in self._open.values())

    def update(self, handle: str, changed: Iterable[Path] | None) -> bool:
        """Brings a shop's open states up to date; `changed` are the only files that may differ, None: any may.

        Gives whether there may be anything new to see.
        """
        paths = None if changed is None else tuple(changed)
        fresh = False
        for place, shop in list(self._open.items()):
            if place[0] != handle:
                continue
            if not self.street.workspace.tenant(handle).is_dir():
                del self._open[place]
                fresh = True
                continue
            now = shop.updated(paths)
            fresh = fresh or now is not shop
            self._open[place] = now
        return fresh

    def forget(self, street: Street) -> None:
        """Closes everything: the platform's settings are others."""
        self.street = street
        self._desk = None
        self._lately.clear()
        self._open.clear()
