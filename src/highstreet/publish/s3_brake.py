"""The brake that all requests of a store share: a server that is overrun or gone is not run at by every thread.

As TCP does it: answers that come well let slowly more requests under way, trouble takes away a share, at most once in a
while so that a few lost ones cost little. When nothing but trouble comes back, one request at a time asks again, after
growing pauses. When that lasts, the store is down: requests fail at once, and one now and then finds out whether it is
back.
"""

from __future__ import annotations

import threading
import time
from random import uniform

_WHILE = 0.5  # seconds in which trouble counts once
_LESS = 0.7
_LONGEST_PAUSE = 5.0
_LOOK_AGAIN = 5.0  # seconds between looks whether a store that is down is back


class Brake:
    def __init__(self, most: int, patience: float) -> None:
        self._most = most
        self._patience = patience  # seconds of nothing but trouble after which the store is down
        self._changed = threading.Condition()
        self._allowed = float(most)
        self._busy = 0
        self._row = 0  # troubles since the last good answer
        self._since = 0.0  # when the first of them came
        self._eased = 0.0  # when the share was last taken away
        self._until = 0.0  # nobody goes before
        self._looked = 0.0

    @property
    def allowed(self) -> int:
        return int(self._allowed)

    def enter(self, deadline: float) -> bool:
        """Waits for a place, until `deadline` at most. False: there was none, or the store is down."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._row and now - self._since > self._patience:
                    if now - self._looked < min(_LOOK_AGAIN, self._patience):
                        return False
                    self._looked = now
                    break
                if now >= self._until and self._busy < int(self._allowed):
                    break
                if now >= deadline:
                    return False
                self._changed.wait(min(self._until - now if now < self._until else deadline - now, deadline - now))
            self._busy += 1
            return True

    def well(self) -> None:
        """A request has come back with an answer."""
        with self._changed:
            self._busy -= 1
            self._row = 0
            if self._allowed < self._most:
                self._allowed = min(float(self._most), self._allowed + 1 / self._allowed)
                self._changed.notify()  # one for the place given back, one for the new one
            self._changed.notify()

    def trouble(self, pause: float = 0.0) -> None:
        """A request has come back with a 503, a reset or nothing. `pause`: what the server asks for, in seconds."""
        with self._changed:
            self._busy -= 1
            now = time.monotonic()
            self._row += 1
            if self._row == 1:
                self._since = now
            if now - self._eased > _WHILE:
                self._eased = now
                self._allowed = max(1.0, self._allowed * _LESS)
            storm = self._row - max(8, 2 * int(self._allowed))
            if storm > 0:
                self._allowed = 1.0
                longest = min(_LONGEST_PAUSE, 0.1 * 2 ** min(storm, 10))
                self._until = now + max(pause, uniform(longest / 2, longest))
            self._changed.notify_all()
