"""Mirror: a CloudFront key-value store that is told what each tenant's pointer says, for edges that cannot read it.

The site is live when the pointer was switched; the mirror follows. Every write names the version of the whole key-value
store, and the pointer is read after that version: of two who write, the slower's has passed: nothing older stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar, cast

from highstreet.base.diagnostic import Problems
from highstreet.publish.edge.key_values import PIECE, Kept, kept_of, kept_values, key_values, name_of, rows
from highstreet.publish.faults import problem
from highstreet.publish.object_store import Shelf
from highstreet.publish.release import CURRENT
from highstreet.publish.switch import look

T = TypeVar("T")
_Update = tuple[dict[str, str], tuple[str, ...]]  # puts, deletes
_ATTEMPTS = 20  # others write, too: all publishers of a street share the store
_MOST = 50  # keys in one request


class Mirror:
    """Safe to use from many threads. `connect` gives boto3's client for "cloudfront-keyvaluestore"."""

    def __init__(self, arn: str, connect: Callable[[], Any]) -> None:
        self._arn = arn
        self._connect = connect
        self._one_writes = Lock()
        self._one_connects = Lock()

    def follow(self, shelf: Shelf, key: str = CURRENT, domains: Sequence[str] | None = None) -> None:
        """Makes the mirror say what the pointer says now. `domains` are the shop's own; None leaves them as they are.

        Raises Problems: HS816 when the mirror cannot be told, and what reading the pointer raises. Raises StoreError.
        """
        with self._telling(shelf, key):
            if self._updates(shelf, key, domains) is None:
                return
            with self._one_writes:  # each write names the version that the one before has made
                for _ in range(_ATTEMPTS):
                    if self._written(shelf, key, domains):
                        return
            raise _Lagging(f"others wrote to it {_ATTEMPTS} times while we were at it")

    def _written(self, shelf: Shelf, key: str, domains: Sequence[str] | None) -> bool:
        """False when somebody else was quicker."""
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]

        version = self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
        updates = self._updates(shelf, key, domains)
        for puts, deletes in updates or ():
            try:
                version = self._client.update_keys(
                    KvsARN=self._arn,
                    IfMatch=version,
                    Puts=[{"Key": name, "Value": value} for name, value in puts.items()],
                    Deletes=[{"Key": name} for name in deletes],
                )["ETag"]
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                    return False
                raise
        return True

    def _updates(self, shelf: Shelf, key: str, domains: Sequence[str] | None) -> list[_Update] | None:
        """Puts and deletes, one request after the other; None when the mirror says it all already."""
        name = name_of(shelf.tenant, key)
        before = self._said(name)
        if domains is None:
            domains = self._kept(name).domains
        seen = look(shelf, key)
        if seen is None or not seen.pointer.holds:  # what holds the place only says nothing
            return self._removal(shelf, name, before) if before else None
        made = key_values(shelf.tenant, key, seen.pointer, domains)
        if made.pointer[1] == before:
            return None
        old = self._kept(name)
        for domain in domains:
            if domain not in old.domains and self._owner(domain) not in ("", shelf.tenant):
                raise _taken(shelf, domain, self._owner(domain))
        # Rows of the release before stay for those that have not heard yet; those before them go.
        kept = Kept(tuple(domains), tuple(row for row in rows(before) if row not in made.first))
        first = made.first | kept_values(name, kept)
        gone = {*old.rows, *self._own(shelf, old), *kept_values(name, old)}
        puts: list[_Update] = [(dict(part), ()) for part in _parts(tuple(first.items()))]
        deletes: list[_Update] = [({}, part) for part in _parts(sorted(gone - {*first, *rows(before)}))]
        # The pointer's value after all it names, and before what it does not name any more.
        return [*puts, (dict([made.pointer]), ()), *deletes]

    def _removal(self, shelf: Shelf, name: str, before: str) -> list[_Update]:
        kept = self._kept(name)
        gone = {name, *rows(before), *kept.rows, *self._own(shelf, kept), *kept_values(name, kept)}
        return [({}, part) for part in _parts(sorted(gone))]

    def _own(self, shelf: Shelf, kept: Kept) -> list[str]:
        """Names of the domains that lead to this shop."""
        return [f"@{domain}" for domain in kept.domains if self._owner(domain) == shelf.tenant]

    def _owner(self, domain: str) -> str:
        return self._said(f"@{domain}").strip()

    def _kept(self, name: str) -> Kept:
        text = ""
        for number in range(1000):
            piece = self._said(f"{name}/kept{number}")
            if not piece:
                break
            text += piece
            if len(piece) < PIECE:
                break
        return kept_of(text)

    def _said(self, name: str) -> str:
        from botocore.exceptions import ClientError

        try:
            return cast(str, self._client.get_key(KvsARN=self._arn, Key=name)["Value"])
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return ""
            raise

    @cached_property
    def _made(self) -> Any:
        return self._connect()

    @property
    def _client(self) -> Any:
        with self._one_connects:
            return self._made

    @contextmanager
    def _telling(self, shelf: Shelf, key: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            told = error.response["Error"]
            reason = f"{told.get('Code', 'error')}: {told.get('Message', '')}"[:300]
        except (BotoCoreError, _Lagging) as error:
            reason = str(error)[:300]
        else:
            return
        raise problem(
            "HS816",
            shelf.name + key,
            "CloudFront's key-value store was not told what is live",
            reason,
            f"an answer of {self._arn}; the store has the release, CloudFront shows the one before",
            "run the command again: it tells what is live, even if nothing else has changed",
        )


def _taken(shelf: Shelf, domain: str, owner: str) -> Problems:
    return problem(
        "HS120",
        f"{shelf.name}{CURRENT}",
        f"another shop already has {domain}",
        f"it leads to {owner}; this release is live, and CloudFront shows the one before",
        "a host name of one shop only",
        f"remove it from one of the two; if it has moved here, publish {owner} without it first",
    )


class _Lagging(Exception):
    """Why the mirror is behind."""


def open_mirror(arn: str) -> Mirror | None:
    """The mirror with this ARN, None for "". Nothing is asked of it yet."""
    return Mirror(arn, _connect) if arn else None


def _connect() -> Any:
    """boto3's client, with credentials as boto3 finds them. The service takes no signatures but SigV4A."""
    import boto3  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]
    from botocore.exceptions import MissingDependencyException

    settings = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=20)
    try:
        import awscrt  # type: ignore[import-untyped]  # noqa: F401  # what botocore signs with here
    except ImportError:
        raise MissingDependencyException(msg="pip install 'highstreet[cloudfront]'") from None
    return boto3.session.Session().client("cloudfront-keyvaluestore", region_name="us-east-1", config=settings)


def _parts(found: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for start in range(0, len(found), _MOST):
        yield tuple(found[start : start + _MOST])
