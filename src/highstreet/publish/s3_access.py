"""Where a bucket is and with whose credentials it is used, as botocore finds them out."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from highstreet.publish.object_store import Refused
from highstreet.publish.s3_options import Keys, S3Options


class Access(Protocol):
    def keys(self) -> Keys:
        """What to sign the next request with: refreshed in time by itself."""
        ...

    def renew(self) -> bool:
        """Looks for newer credentials after the store said these have expired. False: there are none."""
        ...


class Place(NamedTuple):
    endpoint: str  # with the bucket's name in the host if it is not in the path
    region: str
    in_path: bool  # whether addresses begin with the bucket's name
    certificates: str  # file of trusted authorities, "" for http
    access: Access


class FixedAccess:
    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def keys(self) -> Keys:
        return self._keys

    def renew(self) -> bool:
        return False


def find_place(bucket: str, options: S3Options, keys: Keys | None) -> Place:
    """Raises Refused when no credentials, no such profile or no endpoint can be found."""
    keys = keys or (_in_environment() if not options.profile else None)
    endpoint, region = options.endpoint_url.rstrip("/"), options.region
    if keys and endpoint and region:
        access: Access = FixedAccess(keys)
    else:
        access, endpoint, region = _found(bucket, options, keys)
    url = urlsplit(endpoint)
    if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query:
        raise Refused(f"s3://{bucket}", "endpoint_url must look like https://host or https://host/path")
    in_path = options.path_style if options.path_style is not None else _needs_path(bucket, url.hostname)
    if not in_path:
        endpoint = f"{url.scheme}://{bucket}.{url.netloc}{url.path}"
    return Place(endpoint, region, in_path, _certificates(options) if url.scheme == "https" else "", access)


def _found(bucket: str, options: S3Options, keys: Keys | None) -> tuple[Access, str, str]:
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]

    try:
        access: Access = FixedAccess(keys) if keys else BotocoreAccess(options.profile)
        endpoint, region = options.endpoint_url.rstrip("/"), options.region
        if not (endpoint and region):
            endpoint, region = _asked(options)
    except (BotoCoreError, ValueError) as fault:
        raise Refused(f"s3://{bucket}", f"cannot be reached with these settings: {fault}") from None
    return access, endpoint, region


def _in_environment() -> Keys | None:
    """Keys that botocore would find first of all. Loading it takes longer than a publish that has nothing to do."""
    have = os.environ.get
    access, secret = have("AWS_ACCESS_KEY_ID", ""), have("AWS_SECRET_ACCESS_KEY", "")
    if not (access and secret) or have("AWS_CREDENTIAL_EXPIRATION"):
        return None
    return Keys(access, secret, have("AWS_SESSION_TOKEN") or have("AWS_SECURITY_TOKEN") or "")


def _needs_path(bucket: str, host: str) -> bool:
    """As boto3: the bucket is part of the host's name where there is one. Dots would not fit its certificate."""
    return "." not in host or host.replace(".", "").isdecimal() or ":" in host or "." in bucket


def _asked(options: S3Options) -> tuple[str, str]:
    """Endpoint and region as a boto3 client would use them: environment, profile, partitions and all."""
    client = _session(options.profile).create_client(
        "s3",
        region_name=options.region or None,
        endpoint_url=options.endpoint_url or None,
        aws_access_key_id="-",
        aws_secret_access_key="-",
    )
    region = client.meta.region_name
    return client.meta.endpoint_url.rstrip("/"), "us-east-1" if region == "aws-global" else region


def _certificates(options: S3Options) -> str:
    from botocore.httpsession import get_cert_path  # type: ignore[import-untyped]

    chosen = _session(options.profile).get_config_variable("ca_bundle")
    return str(chosen or get_cert_path(True))


def _session(profile: str) -> Any:
    from botocore.session import Session  # type: ignore[import-untyped]

    return Session(profile=profile or None)


class BotocoreAccess:
    """Environment, profile, single sign-on, container or instance: botocore's chain, which refreshes what expires."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._found = self._look()

    def keys(self) -> Keys:
        frozen = self._found.get_frozen_credentials()
        return Keys(frozen.access_key, frozen.secret_key, frozen.token or "")

    def renew(self) -> bool:
        before = self.keys()
        self._found = self._look()
        return self.keys() != before

    def _look(self) -> Any:
        found = _session(self._profile).get_credentials()
        if found is None:
            raise ValueError(
                "no credentials found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, or use a role"
            )
        return found
