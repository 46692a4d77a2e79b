"""Git: questions about the repository around a workspace. What tenants put into it answers none of them.

A tenant's folder may be a repository of its own with a configuration that names commands, or hold a pipe where git
reads its rules.
"""

from __future__ import annotations

import os
import resource
import subprocess
from contextlib import suppress
from pathlib import Path

LONGEST = 60.0  # seconds: a status of a million files takes some
MOST_MEMORY = 512 * 1024 * 1024  # of its own, besides the packs it maps: it reads a HEAD of any size as a whole


class Silent(Exception):
    """Git is not installed, or does not answer; the message says which."""


def asked(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """What git says to a question that changes nothing. Raises Silent.

    Of a repository within this one only the commit counts: to know whether its files differ from that, git would run
    what its configuration says (core.fsmonitor, filters).
    """
    # Given with the command: what .gitmodules says of a repository goes before what the configuration says of all.
    outer = ("--ignore-submodules=dirty",) if words[0] in ("status", "diff") else ()
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(root), words[0], *outer, *words[1:]]
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)
    except OSError:
        raise Silent("git is not installed") from None
    with process:
        with suppress(OSError, AttributeError):  # gone already, or a system without it
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        try:
            out, err = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            why = f"git {words[0]} does not answer within {LONGEST:g} s: is there a pipe among the files?"
            raise Silent(why) from None
    return subprocess.CompletedProcess(command, process.returncode, out, err)
