"""AWS Signature Version 4 for requests with a known body: what botocore's S3 signer does, at a twentieth of its cost.

Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
Tests hold it against botocore's own signer.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote

from highstreet.publish.s3_options import Keys

ALGORITHM = "AWS4-HMAC-SHA256"


def encoded(text: str) -> str:
    """A key as it stands in an address: encoded once, slashes kept."""
    return quote(text, safe="/-_.~")


def encoded_query(items: Mapping[str, str]) -> str:
    """A query as it is both sent and signed."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in items.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


class Signer:
    """Signs for one region. Keeps the day's signing key, which takes four of the six hashes that a signature needs."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._derived: tuple[tuple[str, str], bytes] = (("", ""), b"")

    def sign(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes, keys: Keys, time: str
    ) -> None:
        """Adds to `headers` (lower-case names, "host" among them) what the signature takes, and the signature itself.

        `path` and `query` are as sent. `time` is UTC as 20261124T000000Z. Every header that is there is signed.
        """
        payload = sha256(body).hexdigest()
        headers["x-amz-content-sha256"] = payload
        headers["x-amz-date"] = time
        if keys.token:
            headers["x-amz-security-token"] = keys.token
        names = sorted(headers)
        lines = [f"{name}:{' '.join(headers[name].split())}" for name in names]
        signed = ";".join(names)
        request = "\n".join((method, path, query, *lines, "", signed, payload))
        scope = f"{time[:8]}/{self._region}/s3/aws4_request"
        wanted = f"{ALGORITHM}\n{time}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key(keys.secret, time[:8]), wanted.encode(), "sha256").hex()
        headers["authorization"] = (
            f"{ALGORITHM} Credential={keys.access}/{scope}, SignedHeaders={signed}, Signature={signature}"
        )

    def _key(self, secret: str, day: str) -> bytes:
        known, key = self._derived  # one read: another thread may replace the pair at any time
        if known != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._derived = ((secret, day), key)
        return key
