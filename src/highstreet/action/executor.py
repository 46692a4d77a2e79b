"""The executor: runs the actions of one plan whose results are not already there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Protocol

from highstreet.action.action import Action, Content, Input, Key
from highstreet.action.cache import ActionCache
from highstreet.action.whereabouts import Whereabouts, working_on
from highstreet.base.digest import Digest, Value, of_bytes

Runner = Callable[[Mapping[str, object]], bytes]

_AT_A_TIME = 512  # actions whose results are brought from a shared cache together


class Held(Protocol):
    """An output that already lies in place, unchanged since the action with `key` made it."""

    @property
    def key(self) -> Key: ...
    @property
    def digest(self) -> Digest: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What one action gave. `data` is None when the output in place is already right."""

    action: Action
    digest: Digest
    size: int
    data: bytes | None
    ran: bool  # False: taken from the output in place or from the cache


class ActionFailed(Exception):
    """A runner could not make its output. `__cause__` says why; the action says from what."""

    def __init__(self, action: Action) -> None:
        self.action = action
        super().__init__(f"{action.kind} {action.path}")


class Memory:
    """What was made lately, by key, up to a number of bytes."""

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._limit = limit
        self._held = 0
        self._known: OrderedDict[Key, bytes] = OrderedDict()

    def get(self, key: Key) -> bytes | None:
        data = self._known.get(key)
        if data is not None:
            self._known.move_to_end(key)
        return data

    def __setitem__(self, key: Key, data: bytes) -> None:
        if len(data) > self._limit // 8:  # one photograph must not push out a thousand cards
            return
        self._held += len(data) - len(self._known.get(key, b""))
        self._known[key] = data
        while self._held > self._limit:
            self._held -= len(self._known.popitem(last=False)[1])

    def __len__(self) -> int:
        return len(self._known)


class Executor:
    """Runs actions in this process and remembers fragments: those of one tenant, or as many as `memory` holds.

    `names` are those of source files by digest, for telling what is worked on.
    """

    def __init__(
        self,
        runners: Mapping[str, Runner],
        cache: ActionCache,
        memory: Memory | None = None,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._runners = runners
        self._cache = cache
        self._names = names
        self._fragments: Memory | dict[Key, bytes] = {} if memory is None else memory
        self._ahead: set[Key] = set()  # made ahead in this run

    def execute(self, actions: Iterable[Action], held: Mapping[str, Held]) -> Iterator[ActionResult]:
        """One result per action, in order. `held` are the outputs in place, by path.

        Raises ActionFailed at the first action whose runner fails.
        """
        for action in self._brought(actions, held):
            if _lies(action, held):
                there = held[action.path]
                yield ActionResult(action, there.digest, there.size, None, ran=False)
                continue
            working_on(*making(action, self._names))
            data, ran = self._result(action)
            yield ActionResult(action, of_bytes(data), len(data), data, ran)

    def stale(self, actions: Iterable[Action], held: Mapping[str, Held]) -> list[Action]:
        """Those whose results are kept and are neither in place nor in a cache."""
        found = [action for action in self._brought(actions, held) if action.keep and not _lies(action, held)]
        return [action for action in found if not self._cache.has(action.key)]

    def run_ahead(self, groups: Sequence[Sequence[Action]], hands: int) -> Iterator[int]:
        """Makes actions whose results are kept, in `hands` processes, and tells how many are made; then `execute` finds
        their results. The actions of one group are made one after another by one process.
        """
        from highstreet.action.ahead import made_ahead

        local = Executor(self._runners, ActionCache(self._cache.folder))

        def make(number: int) -> None:
            for action in groups[number]:
                local._result(action)

        for number in made_ahead(len(groups), make, hands):
            self._ahead.update(action.key for action in groups[number])
            yield len(self._ahead)

    def _brought(self, actions: Iterable[Action], held: Mapping[str, Held]) -> Iterable[Action]:
        """The same actions, what a shared cache has of the next ones brought near before they come."""
        if not self._cache.is_shared:
            yield from actions
            return
        rest = iter(actions)
        while some := list(islice(rest, _AT_A_TIME)):
            self._cache.bring(action.key for action in some if action.keep and not _lies(action, held))
            yield from some

    def result(self, action: Action) -> bytes:
        """What one action gives, whether or not it lies in place. Raises ActionFailed when its runner fails."""
        return self._fragment(action)

    def _result(self, action: Action) -> tuple[bytes, bool]:
        if action.keep:
            cached = self._cache.get(action.key)
            if cached is not None:
                if action.key in self._ahead:
                    self._cache.share(action.key, cached)
                return cached, action.key in self._ahead
        data = self._run(action)
        if action.keep:
            self._cache.put(action.key, data)
        return data, True

    def _run(self, action: Action) -> bytes:
        inputs = {item.name: self._read(item) for item in action.inputs}
        try:
            return self._runners[action.kind](inputs)
        except ActionFailed:
            raise
        except Exception as error:
            raise ActionFailed(action) from error

    def _read(self, item: Input) -> object:
        source = item.source
        if isinstance(source, Value):
            return source.data
        if isinstance(source, Content):
            return source.read()
        if isinstance(source, Action):
            return self._fragment(source)
        return tuple(self._fragment(part) for part in source)

    def _fragment(self, action: Action) -> bytes:
        data = self._fragments.get(action.key)
        if data is None:
            data, _ = self._result(action)
            self._fragments[action.key] = data
        return data


def making(action: Action, names: Mapping[str, str]) -> Whereabouts:
    """Whereabouts of who makes `action`; of a dear one also the source files it is made of, by their digests."""
    read = sorted({name for _, digest in action.named() if (name := names.get(digest))}) if action.keep else []
    of = f" of {', '.join(read)}" if len(read) > 1 else ""
    return Whereabouts(f"making {action.path}{of}", read[0] if len(read) == 1 else "")


def _lies(action: Action, held: Mapping[str, Held]) -> bool:
    """Whether the output of `action` lies in place."""
    there = held.get(action.path)
    return there is not None and there.key == action.key
