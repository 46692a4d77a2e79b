"""S3Store: a bucket, or a prefix of one, on Amazon or any server that speaks its protocol."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import md5, sha256
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET
from zlib import crc32

from highstreet.base.xml import escaped
from highstreet.publish.object_store import (
    TOO_LATE,
    Absent,
    Condition,
    Conflict,
    Damaged,
    ETag,
    Fetched,
    Headers,
    Listed,
    Unavailable,
)
from highstreet.publish.s3_access import find_place
from highstreet.publish.s3_errors import EXPIRED, Act, error_code, refusal, worth_another_try
from highstreet.publish.s3_link import Answer, TooLong
from highstreet.publish.s3_options import DEFAULTS, Checksum, Keys, S3Options
from highstreet.publish.s3_sign import encoded
from highstreet.publish.s3_wire import Judge, TooLate, Wire
from highstreet.publish.wellformed import checked_headers, checked_key, checked_prefix, is_etag

_DELETES = 1000  # keys in one request, S3's limit


class S3Store:
    """Objects below `prefix` of a bucket. One pool of connections; safe to use from many threads at once."""

    def __init__(self, bucket: str, prefix: str = "", options: S3Options = DEFAULTS, keys: Keys | None = None) -> None:
        self._bucket = bucket
        self._prefix = checked_key(prefix.rstrip("/")) + "/" if prefix.rstrip("/") else ""
        self._options = options
        self._place = find_place(bucket, options, keys)
        self._root = f"/{bucket}/" if self._place.in_path else "/"
        self._bucket_path = f"/{bucket}" if self._place.in_path else "/"
        self._wire = Wire(self._place, options)

    @property
    def name(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def __repr__(self) -> str:
        return f"S3Store({self.name!r})"

    def get(self, key: str) -> Fetched | None:
        headers = {"x-amz-checksum-mode": "ENABLED"} if self._options.checksum in ("crc32", "sha256") else {}
        answer = self._send("get", "GET", key, headers, judge=self._arrived_whole)
        if answer.status == 404 and error_code(answer) != "NoSuchBucket":
            return None
        if answer.status == 403 and error_code(answer) == "AccessDenied" and self._is_missing(key):
            return None
        if answer.status != 200:
            raise self._refusal(answer, "get", key)
        told = answer.headers
        return Fetched(
            answer.body,
            _etag(told.get("etag", "")),
            Headers(
                told.get("content-type", ""),
                told.get("cache-control", ""),
                told.get("content-encoding", ""),
                told.get("x-amz-meta-redirect", ""),
                told.get("x-amz-meta-redirect-temporary", ""),
            ),
        )

    def put(self, key: str, body: bytes, headers: Headers, condition: Condition = None) -> ETag:
        known = _digest(self._options.checksum, body)
        sent = self._described(headers) | self._checksums(known)
        if isinstance(condition, Absent):
            sent["if-none-match"] = "*"
        elif condition is not None:
            sent["if-match"] = condition.etag
        answer = self._send("put", "PUT", key, sent, body)
        if answer.status != 200:
            raise self._refusal(answer, "put", key, conditional=condition is not None)
        if why := self._unlike(answer, known, asked=True):
            raise Damaged(key, why)
        return _etag(answer.headers.get("etag", ""))

    def copy(self, source: str, target: str, etag: ETag, headers: Headers) -> ETag:
        sent = self._described(headers) | {
            "x-amz-copy-source": f"/{self._bucket}/{encoded(self._prefix + checked_key(source))}",
            "x-amz-copy-source-if-match": etag,
            "x-amz-metadata-directive": "REPLACE",
        }
        answer = self._send("copy", "PUT", target, sent)
        # S3 may find the trouble after it has begun to answer: an error in a 200.
        copied = _copied(answer)
        if answer.status != 200 or copied is None:
            raise self._refusal(answer, "copy", target, conditional=True)
        if self._options.checksum == "md5" and not _encrypted(answer) and copied != etag:
            found = self.get(source)
            if found is None or found.etag != etag:  # Ceph 16 copies without a look at the condition
                raise Conflict(source, "not as expected")
            raise Damaged(target, f"the copy's ETag is {copied}, its source's {etag}")
        return copied

    def delete(self, keys: Sequence[str], within: float | None = None) -> None:
        left = [checked_key(key) for key in keys]
        until = time.monotonic() + within if within is not None else None
        for start in range(0, len(left), _DELETES):
            self._delete_some(left[start : start + _DELETES], until)

    def list(self, prefix: str) -> Iterator[Listed]:
        query = {"list-type": "2", "prefix": self._prefix + checked_prefix(prefix), "encoding-type": "url"}
        seen = {""}
        while True:
            answer = self._send("list", "GET", None, {}, query=query)
            if answer.status != 200:
                raise self._refusal(answer, "list", prefix)
            page = _xml(answer, prefix)
            for found in page.iterfind("{*}Contents"):
                key = unquote_plus(_text(found, "Key"))
                if key.startswith(query["prefix"]):
                    yield _listed(found, key[len(self._prefix) :])
            if _text(page, "IsTruncated") != "true":
                return
            token = _text(page, "NextContinuationToken")
            if token in seen:
                raise Damaged(prefix, "the store's list goes round in circles")
            seen.add(token)
            query = query | {"continuation-token": token}

    def _is_missing(self, key: str) -> bool:
        """Amazon calls a missing object forbidden unless one may list the whole bucket. Listing the key alone tells."""
        query = {"list-type": "2", "prefix": self._prefix + key, "encoding-type": "url", "max-keys": "1"}
        answer = self._send("list", "GET", None, {}, query=query)
        return answer.status == 200 and all(
            unquote_plus(_text(found, "Key")) != self._prefix + key
            for found in _xml(answer, key).iterfind("{*}Contents")
        )

    def _delete_some(self, keys: Sequence[str], until: float | None) -> None:
        """One request for all; one for each where a server knows no other way or denies that one."""
        if len(keys) == 1:
            return self._delete_one(keys[0], until)
        objects = "".join(f"<Object><Key>{escaped(self._prefix + key)}</Key></Object>" for key in keys)
        body = f'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>{objects}</Delete>'.encode()
        headers = {"content-type": "application/xml", "content-md5": b64encode(md5(body).digest()).decode()}
        refused: list[tuple[str, str]] = []

        def judge(answer: Answer) -> str:
            if why := worth_another_try(answer):
                return why
            refused[:] = _undeleted(answer, keys[0])
            return next(
                (code for _, code in refused if code in ("InternalError", "SlowDown", "ServiceUnavailable")), ""
            )

        answer = self._send("delete", "POST", None, headers, body, query={"delete": ""}, judge=judge, until=until)
        if answer.status in (400, 403, 405, 501):
            for key in keys:
                self._delete_one(key, until)
            return None
        if answer.status != 200:
            raise self._refusal(answer, "delete", keys[0])
        if refused:
            key, code = refused[0]
            denied = Answer(403, {}, f"<Error><Code>{escaped(code)}</Code></Error>".encode())
            raise self._refusal(denied, "delete", key.removeprefix(self._prefix))
        return None

    def _delete_one(self, key: str, until: float | None) -> None:
        answer = self._send("delete", "DELETE", key, {}, until=until)
        if answer.status == 403 and until is not None and time.monotonic() > until - 1:
            raise Conflict(key, TOO_LATE)
        if answer.status not in (200, 202, 204) and error_code(answer) != "NoSuchKey":
            raise self._refusal(answer, "delete", key)

    def _send(
        self,
        act: Act,
        method: str,
        key: str | None,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        query: Mapping[str, str] | None = None,
        judge: Judge = worth_another_try,
        until: float | None = None,
    ) -> Answer:
        """`until`: by this machine's monotonic clock; the store refuses the request after it."""
        path = self._root + encoded(self._prefix + checked_key(key)) if key is not None else self._bucket_path
        for again in (True, False):
            try:
                answer = self._wire.send(method, path, query or {}, headers, body, judge, key or self.name, until)
            except TooLate:
                raise Conflict(key or self.name, TOO_LATE) from None
            except TooLong:
                raise Damaged(key or self.name, "the answer is longer than any object of ours") from None
            except Unavailable as fault:
                # Bytes that come damaged every time are not a matter of reaching the store.
                raise Damaged(fault.key, fault.reason) if fault.reason.startswith(_BROKEN) else fault from None
            if not (
                again and answer.status in (400, 403) and error_code(answer) in EXPIRED and self._place.access.renew()
            ):
                break
        return answer

    def _refusal(self, answer: Answer, act: Act, key: str, *, conditional: bool = False) -> Exception:
        extra = ""
        if act in ("put", "copy"):
            extra += " and s3:PutObjectAcl" if self._options.acl else ""
            extra += ", and kms:GenerateDataKey and kms:Decrypt on the key" if self._options.kms_key else ""
        return refusal(answer, act, key, self._bucket, conditional=conditional, extra=extra)

    def _described(self, headers: Headers) -> dict[str, str]:
        """Request headers that make the object answer with `headers`."""
        checked_headers(headers)
        sent = {"content-type": headers.content_type}
        if headers.cache_control:
            sent["cache-control"] = headers.cache_control
        if headers.content_encoding:
            sent["content-encoding"] = headers.content_encoding
        if headers.redirect:
            sent["x-amz-meta-redirect"] = headers.redirect
        if headers.temporary:
            sent["x-amz-meta-redirect-temporary"] = headers.temporary
        if self._options.acl:
            sent["x-amz-acl"] = self._options.acl
        if self._options.kms_key:
            sent["x-amz-server-side-encryption"] = "aws:kms"
            sent["x-amz-server-side-encryption-aws-kms-key-id"] = self._options.kms_key
        return sent

    def _checksums(self, known: bytes) -> dict[str, str]:
        """What lets the server refuse damaged bytes before it stores them."""
        kind = self._options.checksum
        if kind == "none":
            return {}
        return {"content-md5" if kind == "md5" else f"x-amz-checksum-{kind}": b64encode(known).decode()}

    def _arrived_whole(self, answer: Answer) -> str:
        if why := worth_another_try(answer):
            return why
        return self._unlike(answer, _digest(self._options.checksum, answer.body)) if answer.status == 200 else ""

    def _unlike(self, answer: Answer, known: bytes, *, asked: bool = False) -> str:
        """Why the answer is not one about bytes of this digest, or "". `asked`: it was sent, so it must come back."""
        kind = self._options.checksum
        if kind == "none":
            return ""
        if kind == "md5":
            told = _etag(answer.headers.get("etag", ""))
            # With KMS an ETag is no MD5; the server has then checked Content-MD5. Nor is one of parts ("…-2").
            if _encrypted(answer) or told == known.hex() or (not asked and not _is_md5(told)):
                return ""
            return f"{_BROKEN}: its ETag is {told or 'missing'}, the bytes' MD5 {known.hex()}"
        told_sum = answer.headers.get(f"x-amz-checksum-{kind}", "")
        if not told_sum and asked:
            return f'{_BROKEN}: the store tells no {kind}; set checksum = "md5" or "none"'
        known_sum = b64encode(known).decode()
        return "" if told_sum in ("", known_sum) else f"{_BROKEN}: its {kind} is {told_sum}, the bytes' {known_sum}"


_BROKEN = "not the bytes"


def _digest(kind: Checksum, body: bytes) -> bytes:
    if kind == "crc32":
        return crc32(body).to_bytes(4, "big")
    return b"" if kind == "none" else (md5 if kind == "md5" else sha256)(body).digest()


def _etag(told: str) -> ETag:
    """What the store calls an object's state; "" for what cannot stand in a header, and so was never its ETag."""
    found = told.removeprefix("W/").strip('"')
    return ETag(found if is_etag(found) else "")


def _xml(answer: Answer, key: str) -> ET.Element:
    """Expat, which reads it, refuses entities that grow without end."""
    try:
        return ET.fromstring(answer.body)
    except ET.ParseError:
        raise Damaged(key, "the answer is not what S3 says: is there another server in between?") from None


def _listed(found: ET.Element, key: str) -> Listed:
    try:
        modified = datetime.fromisoformat(_text(found, "LastModified"))
        size = int(_text(found, "Size"))
    except ValueError:
        raise Damaged(key, "the store lists it without a size or time") from None
    return Listed(key, _etag(_text(found, "ETag")), size, modified if modified.tzinfo else modified.replace(tzinfo=UTC))


def _is_md5(etag: str) -> bool:
    return len(etag) == 32 and all(letter in "0123456789abcdef" for letter in etag)


def _encrypted(answer: Answer) -> bool:
    """Whether the object is encrypted in a way that makes its ETag something else than an MD5."""
    told = answer.headers
    return told.get("x-amz-server-side-encryption", "").startswith("aws:kms") or (
        "x-amz-server-side-encryption-customer-algorithm" in told
    )


def _copied(answer: Answer) -> ETag | None:
    """The copy's ETag; None when the answer tells no success, whatever its status says."""
    try:
        root = ET.fromstring(answer.body)
    except ET.ParseError:
        return None
    return _etag(_text(root, "ETag")) if root.tag.endswith("CopyObjectResult") else None


def _undeleted(answer: Answer, key: str) -> list[tuple[str, str]]:
    """(key, code) of what could not be deleted."""
    if answer.status != 200 or not answer.body:
        return []
    root = _xml(answer, key)
    found = ((_text(error, "Key"), _text(error, "Code")) for error in root.iterfind("{*}Error"))
    return [(key, code) for key, code in found if code != "NoSuchKey"]


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{{*}}{name}", "")
