"""Options of publishing: what the platform sets, and what one command says of itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from highstreet.publish.object_store import Layout
from highstreet.publish.release import Commit

Precompress = Literal["assets", "all", "none"]
Checksum = Literal["md5", "crc32", "sha256", "none"]

Ancestry = Callable[[str], bool | None]  # commit id → whether it is an ancestor of ours; None: git cannot tell


@dataclass(frozen=True, slots=True)
class Options:
    """[tool.highstreet.publish] of the platform's settings."""

    to: str = ""  # "s3://bucket/prefix" or "file:///folder"
    endpoint_url: str = ""  # of an S3-compatible store
    layout: Layout = "releases"
    precompress: Precompress = "assets"
    keep: int = 10  # releases that gc leaves
    grace: float = 24.0  # hours that gc leaves everything
    region: str = ""
    path_style: bool = False
    checksum: Checksum = "md5"
    kms_key: str = ""
    acl: str = ""
    mirror: str = ""  # ARN of a CloudFront key-value store that follows the pointers


@dataclass(frozen=True, slots=True)
class Preview:
    """Where a preview release is served: `NAME--<tenant>.<base domain>`, until it expires."""

    name: str
    expires: datetime

    def label(self, handle: str) -> str:
        """The part of the host name in front of the base domain."""
        return f"{self.name}--{handle}"


def _ancestry_unknown(_commit: str) -> bool | None:
    return None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who publishes what, and how far they may go."""

    who: str = ""  # "ci@example", a user name: shown in the log
    commit: Commit = field(default_factory=Commit)
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))  # the build clock: what the schedule shows
    now: datetime = field(default_factory=lambda: datetime.now(UTC))  # when this command ran
    allow_older: bool = False
    allow_deletes: bool = False
    preview: Preview | None = None
    ancestry: Ancestry = _ancestry_unknown


# How long a mark of `gc` (or of a publisher of the flat layout) holds others off after its owner was last seen at
# work. An owner acts only in the first half, and no store goes on trying one request for longer than the second.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Patience:
    """How to wait for another's work. Tests give a clock of their own."""

    lease: float = LEASE.total_seconds()
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic  # seconds; only differences count


PATIENT = Patience()
