"""Watching: which files have changed, told at once for one save and after the last of a burst."""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

CALM = 0.1  # seconds since the last word after which one whole file is told of at once: nobody saves that quickly
QUIET = 0.006  # seconds without an event after a file was closed, renamed or deleted: the save is over
BURST = 0.02  # … when several files have changed
UNFINISHED = 0.06  # … after a write that was not closed yet
LONGEST = 0.25  # a burst that never rests is told in parts
SETTLED = 0.35  # then the same folders are looked at once more, since watchers can lose events
MANY = 1_000  # files of a burst after which everything is looked at: the system's queue of events may have run over
# Files that are only read are nothing to us. Told of them too, the system's queue ran over on a street of 10,000 shops,
# which made watchdog read all folders again, which filled the queue.
_TOLD: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip


class Watch:
    """Tells `changed` of sets of files and folders; None stands for "any file may have changed".

    `polling` is the reason why files are looked at in turn instead, "" while the system tells of changes.
    """

    def __init__(self, folders: Iterable[Path], changed: Callable[[frozenset[Path] | None], None]) -> None:
        self._folders = tuple(folders)
        self._changed = changed
        self._lock = threading.Condition()
        self._burst = Burst()
        self._again: set[Path] | None = set()  # folders to look at once more; None: all of them
        self._settle = 0.0  # when
        self._ended = False
        self._observer: BaseObserver | None = None
        self.polling = ""
        self.ready = threading.Event()

    def start(self) -> None:
        """Begins at once; a large street is watched whole a little later, when `ready` is set."""
        threading.Thread(target=self._begin, name="watch", daemon=True).start()
        threading.Thread(target=self._tell, name="burst", daemon=True).start()

    def stop(self) -> None:
        with self._lock:
            self._ended = True
            self._lock.notify_all()
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()

    def _begin(self) -> None:
        observer = Observer()
        try:
            for folder in self._folders:
                if folder.is_dir():
                    observer.schedule(_Handler(self), str(folder), recursive=True, event_filter=_TOLD)
                elif folder.parent.is_dir():  # a file, or a folder that may come
                    one = _Handler(self, only=folder)
                    observer.schedule(one, str(folder.parent), recursive=False, event_filter=_TOLD)
            observer.start()
        except OSError as error:
            self.polling = (
                "this system's limit of watched folders is reached (fs.inotify.max_user_watches)"
                if error.errno in (errno.ENOSPC, errno.EMFILE)
                else error.strerror or str(error)
            )
        else:
            self._observer = observer
        self.ready.set()
        with self._lock:  # what changed before the watch was in place
            self._again, self._settle = None, time.monotonic()
            self._lock.notify_all()

    def come(self, folder: Path) -> None:
        """A folder to watch is there now: it was not when the watch began, or was taken away since."""
        if self._observer is not None:
            with contextlib.suppress(OSError):  # gone again, or the limit: what is told of the folder itself has to do
                self._observer.schedule(_Handler(self), str(folder), recursive=True, event_filter=_TOLD)

    def seen(self, kind: str, path: Path | None, to: Path | None = None) -> None:
        """An event: `kind` is "created", "modified", "closed", "deleted", "folder" (a new one) or "moved" (`to`)."""
        with self._lock:
            self._burst.add(kind, path, to, time.monotonic())
            self._lock.notify_all()

    def _tell(self) -> None:
        while True:
            with self._lock:
                if self._ended:
                    return
                now = time.monotonic()
                due = self._burst.due if self._burst.paths else self._settle or None
                if due is None or due > now:
                    self._lock.wait(None if due is None else due - now)
                    continue
                paths = self._taken(now)
            self._changed(paths)

    def _taken(self, now: float) -> frozenset[Path] | None:
        """What is to be told now: the burst, or else the folders of the last ones."""
        if not self._burst.paths:
            again, self._again, self._settle = self._again, set(), 0.0
            return None if again is None else frozenset(again)
        paths = frozenset(self._burst.paths)
        self._burst = Burst(now)
        self._settle = now + SETTLED
        if len(paths) > MANY or self._again is None:
            self._again = None
        else:
            self._again |= {path.parent for path in paths}
        return paths


class Burst:
    """Files that have changed since the last word, which was at `told`, and when to pass them on."""

    def __init__(self, told: float = 0.0) -> None:
        self.paths: set[Path] = set()
        self.due = 0.0
        self._told = told
        self._first = 0.0
        self._new: set[Path] = set()  # were not there before: nobody need know what has already gone again

    def add(self, kind: str, path: Path | None, to: Path | None, now: float) -> None:
        if not self.paths:
            self._first = now
        if kind == "moved" and path in self._new:
            self.paths.discard(path)
        elif path is not None:
            if kind == "created" and path not in self.paths:
                self._new.add(path)
            self.paths.add(path)
        whole = to if kind == "moved" else path if kind == "closed" else None
        if to is not None:
            self.paths.add(to)
        if whole is not None and self.paths == {whole} and whole not in self._new and now - self._told > CALM:
            self.due = now  # one file, saved as people do: whatever comes next is another save
        else:
            unfinished = kind in ("created", "modified")
            wait = UNFINISHED if unfinished else QUIET if len(self.paths) == 1 else BURST
            self.due = min(now + wait, self._first + LONGEST)


class _Handler(FileSystemEventHandler):
    def __init__(self, watch: Watch, only: Path | None = None) -> None:
        self._watch, self._only = watch, only

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory and event.event_type in ("modified", "closed"):
            return
        kind = "folder" if event.is_directory and event.event_type == "created" else event.event_type
        path, to = self._place(event.src_path), self._place(event.dest_path)
        if path is not None or to is not None:
            self._watch.seen(kind, path, to)
            if self._only is not None and self._only.is_dir():
                self._watch.come(self._only)

    def _place(self, given: str | bytes) -> Path | None:
        """A path that may be source: neither a hidden file nor an editor's backup."""
        if not given:
            return None
        place = Path(given if isinstance(given, str) else given.decode(errors="surrogateescape"))
        if place.name[:1] == "." or place.name[-1:] == "~" or (self._only is not None and place != self._only):
            return None
        return place
