"""Watching: which files have changed, told once a burst of saves has come to rest."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

QUIET = 0.006  # seconds without an event after a file was closed or renamed: the save is over
UNFINISHED = 0.06  # … after a write that was not closed yet
LONGEST = 0.25  # a burst that never rests is told in parts
SETTLED = 0.35  # then everything is looked at once more, since watchers can lose events
_NO_CHANGE = ("opened", "closed_no_write")


class Watch:
    """Tells `changed` of sets of files; None stands for "any file may have changed".

    `polling` is the reason why files are looked at in turn instead, "" while the system tells of changes.
    """

    def __init__(self, folders: Iterable[Path], changed: Callable[[frozenset[Path] | None], None]) -> None:
        self._folders = tuple(folders)
        self._changed = changed
        self._lock = threading.Condition()
        self._paths: set[Path] = set()
        self._first = self._last = 0.0
        self._open = False  # a write has been seen whose file was not closed yet
        self._settle = 0.0  # when to look at everything once more
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
        handler = _Handler(self)
        observer = Observer()
        try:
            for folder in self._folders:
                if folder.is_dir():
                    observer.schedule(handler, str(folder), recursive=True)
                elif folder.parent.is_dir():
                    observer.schedule(handler, str(folder.parent), recursive=False)
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
        self.all()  # what changed before the watch was in place

    def seen(self, path: Path, finished: bool) -> None:
        """An event: `finished` when the file is whole by now."""
        now = time.monotonic()
        with self._lock:
            if not self._paths:
                self._first = now
            self._paths.add(path)
            self._last = now
            self._open = not finished
            self._lock.notify_all()

    def all(self) -> None:
        """Looks at everything soon."""
        with self._lock:
            self._settle = time.monotonic()
            self._lock.notify_all()

    def _tell(self) -> None:
        while True:
            with self._lock:
                if self._ended:
                    return
                now = time.monotonic()
                due = None
                if self._paths:
                    due = min(self._last + (UNFINISHED if self._open else QUIET), self._first + LONGEST)
                elif self._settle:
                    due = self._settle
                if due is None or due > now:
                    self._lock.wait(None if due is None else due - now)
                    continue
                paths = frozenset(self._paths) if self._paths else None
                self._paths.clear()
                self._settle = now + SETTLED if paths else 0.0
            self._changed(paths)


class _Handler(FileSystemEventHandler):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _NO_CHANGE or (event.is_directory and event.event_type == "modified"):
            return
        finished = event.event_type != "modified" and not (event.event_type == "created" and not event.is_directory)
        for path in (event.src_path, event.dest_path):
            if path:
                place = Path(path if isinstance(path, str) else path.decode(errors="surrogateescape"))
                if place.name[:1] != "." and place.name[-1:] != "~":
                    self._watch.seen(place, finished)
