"""How to reach an S3 bucket: the settings an operator gives, without any library behind them."""

from __future__ import annotations

from typing import Literal, NamedTuple

Checksum = Literal["md5", "crc32", "sha256", "none"]
CHECKSUMS: tuple[Checksum, ...] = ("md5", "crc32", "sha256", "none")


class Keys(NamedTuple):
    """One set of credentials. Never shown."""

    access: str
    secret: str
    token: str = ""

    def __repr__(self) -> str:
        return "Keys(…)"


class S3Options(NamedTuple):
    """Empty text means: as botocore finds it in the environment, the profile or the instance's metadata."""

    endpoint_url: str = ""
    region: str = ""
    profile: str = ""
    path_style: bool | None = None  # https://host/bucket/key; None: only where the bucket's name cannot be a host's
    checksum: Checksum = "md5"  # how an answer tells what was stored
    kms_key: str = ""  # encrypt with this KMS key; ETags are then no MD5
    acl: str = ""  # canned ACL, such as "public-read"
    connections: int = 32
    patience: float = 60.0  # seconds for one request with all its tries
    connect_timeout: float = 5.0
    read_timeout: float = 30.0  # for each wait on the connection
    longest: int = 256 * 1024**2  # bytes of one answer: no object of a shop is as long


DEFAULTS = S3Options()
