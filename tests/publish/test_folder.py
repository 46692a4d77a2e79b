"""The folder store: what a file server next to it sees, and what writers that are stopped leave behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import md5
from pathlib import Path

import pytest

from highstreet.publish.folder import FolderStore
from highstreet.publish.object_store import Headers, Refused
from highstreet.publish.options import Options
from highstreet.publish.stores import open_store

PAGE = Headers("text/html; charset=utf-8", "public, max-age=60")


def served(root: Path) -> dict[str, bytes]:
    """What a file server finds: everything outside the store's own folder."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {name: (root / name).read_bytes() for name in (path.relative_to(root).as_posix() for path in files) if not name.startswith(".highstreet/")}


def test_objects_lie_plainly_at_their_keys(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/my%20street", Options())

    etag = store.put("acme/t/x/été.html", b"<p>", PAGE)
    store.copy("acme/t/x/été.html", "acme/t/y/index.html", etag, PAGE)

    assert served(tmp_path / "my street") == {"acme/t/x/été.html": b"<p>", "acme/t/y/index.html": b"<p>"}
    assert store.name == f"file://{tmp_path}/my street/"


def test_nothing_is_left_of_what_was_deleted(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("acme/a/b/c.html", b"x", PAGE)
    store.put("acme/a/d.html", b"x", PAGE)

    store.delete(["acme/a/b/c.html"])
    assert not (tmp_path / "acme/a/b").exists()
    store.delete(["acme/a/d.html"])

    assert [path.name for path in tmp_path.iterdir()] == [".highstreet"]
    assert [path for path in (tmp_path / ".highstreet").rglob("*") if path.is_file() and path.parent.name != "locks"] == []


@pytest.mark.parametrize("where", ["acme", "acme/t", "acme/t/page.html"])
def test_symbolic_links_are_refused(tmp_path: Path, where: str) -> None:
    """One tenant's link into another's folder would make its publisher write there."""
    other = tmp_path / "other"
    (other / "t").mkdir(parents=True)
    (other / "t/page.html").write_text("theirs")
    store = FolderStore(tmp_path / "root")
    link = tmp_path / "root" / where
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(other / where.partition("/")[2])

    for act in (
        lambda: store.put("acme/t/page.html", b"x", PAGE),
        lambda: store.get("acme/t/page.html"),
        lambda: store.delete(["acme/t/page.html"]),
        lambda: list(store.list("acme/")),
    ):
        with pytest.raises(Refused, match=r"symbolic link"):
            act()
    assert (other / "t/page.html").read_text() == "theirs"


def test_the_stores_own_folder_is_no_key(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("acme/a", b"x", PAGE)

    with pytest.raises(ValueError):
        store.get(".highstreet/locks/00")


def test_a_file_and_a_folder_of_one_name_are_refused_plainly(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("acme/a", b"x", PAGE)

    with pytest.raises(Refused):
        store.put("acme/a/b", b"x", PAGE)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused_plainly(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Refused, match="permission"):
            store.put("acme/a", b"x", PAGE)
    finally:
        tmp_path.chmod(0o700)


WRITER = """
import sys
from itertools import count
from pathlib import Path
from highstreet.publish.folder import FolderStore
from highstreet.publish.object_store import Headers
store = FolderStore(Path(sys.argv[1]))
for number in count():
    body = b"%d " % number * 4000
    store.put("acme/page.html", body, Headers("text/html", "max-age=%d" % number))
    store.put(f"acme/many/{number % 50}.html", body, Headers("text/html", ""))
    if number == 3:
        print("on", flush=True)
"""


def test_a_writer_that_is_killed_leaves_whole_files_with_their_headers(tmp_path: Path) -> None:
    for round_ in range(8):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.003 * round_)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()

        store = FolderStore(tmp_path)
        page = store.get("acme/page.html")
        assert page and page.headers.cache_control == f"max-age={page.body.split()[0].decode()}"
        for key, body in served(tmp_path).items():
            assert len(set(body.split())) == 1 and len(body.split()) == 4000, key
            found = store.get(key)
            assert found and found.etag == md5(body).hexdigest()
        assert {found.key: found.etag for found in store.list("acme/")} == {key: md5(body).hexdigest() for key, body in served(tmp_path).items()}


COUNTER = """
import sys
from pathlib import Path
from highstreet.publish.folder import FolderStore
from highstreet.publish.object_store import Conflict, Headers, Matches
store = FolderStore(Path(sys.argv[1]))
done = 0
while done < 40:
    found = store.get("acme/count")
    try:
        store.put("acme/count", str(int(found.body) + 1).encode(), found.headers, Matches(found.etag))
        done += 1
    except Conflict:
        pass
"""


def test_two_processes_never_both_win(tmp_path: Path) -> None:
    FolderStore(tmp_path).put("acme/count", b"0", PAGE)

    processes = [subprocess.Popen([sys.executable, "-c", COUNTER, str(tmp_path)]) for _ in range(3)]

    assert [process.wait(120) for process in processes] == [0, 0, 0]
    found = FolderStore(tmp_path).get("acme/count")
    assert found and found.body == b"120"


def test_headers_are_kept_readable(tmp_path: Path) -> None:
    FolderStore(tmp_path).put("acme/a.html", b"x", PAGE)

    kept = tmp_path / ".highstreet/headers" / f"acme/a.html@{md5(b'x').hexdigest()}"

    assert json.loads(kept.read_text()) == list(PAGE)
