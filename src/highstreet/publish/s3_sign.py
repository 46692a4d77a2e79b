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
        headers["authorization"] = (
            f"{ALGORITHM} Credential={keys.access}/{self._scope(time)}, SignedHeaders={signed}, "
            f"Signature={self._signature(request, keys, time)}"
        )

    def lasting(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        keys: Keys,
        time: str,
        seconds: int,
    ) -> str:
        """The query to send in place of `query`: signed in a way that the server refuses `seconds` after `time`.

        Source: "Authenticating Requests: Using Query Parameters", same reference.
        """
        scope = self._scope(time)
        names = sorted(headers)
        signed = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{keys.access}/{scope}",
            "X-Amz-Date": time,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": ";".join(names),
        }
        if keys.token:
            signed["X-Amz-Security-Token"] = keys.token
        asked = encoded_query({**query, **signed})
        lines = [f"{name}:{' '.join(headers[name].split())}" for name in names]
        request = "\n".join((method, path, asked, *lines, "", ";".join(names), "UNSIGNED-PAYLOAD"))
        return f"{asked}&X-Amz-Signature={self._signature(request, keys, time)}"

    def _scope(self, time: str) -> str:
        return f"{time[:8]}/{self._region}/s3/aws4_request"

    def _signature(self, request: str, keys: Keys, time: str) -> str:
        wanted = f"{ALGORITHM}\n{time}\n{self._scope(time)}\n{sha256(request.encode()).hexdigest()}"
        return hmac.digest(self._key(keys.secret, time[:8]), wanted.encode(), "sha256").hex()

    def _key(self, secret: str, day: str) -> bytes:
        known, key = self._derived  # one read: another thread may replace the pair at any time
        if known != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._derived = ((secret, day), key)
        return key
