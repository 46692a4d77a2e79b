"""What an S3 server's refusal means, and what an operator can do about it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from xml.etree import ElementTree as ET

from highstreet.publish.object_store import Conflict, Damaged, Refused, StoreError
from highstreet.publish.s3_link import Answer

Act = Literal["get", "put", "copy", "delete", "list"]

NEEDS: dict[Act, str] = {
    "get": "s3:GetObject, and s3:ListBucket, without which S3 calls missing objects forbidden",
    "put": "s3:PutObject",
    "copy": "s3:GetObject and s3:PutObject",
    "delete": "s3:DeleteObject",
    "list": "s3:ListBucket with this prefix",
}
_AGAIN = frozenset(
    ("InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "Throttling", "OperationAborted")
)
_KEYS = frozenset(("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "TokenRefreshRequired"))
EXPIRED = frozenset(("ExpiredToken", "ExpiredTokenException", "RequestExpired"))
_REGION = frozenset(
    ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "TemporaryRedirect")
)


def error_code(answer: Answer) -> str:
    """The code in an error's body, such as "NoSuchKey"; "" when there is none."""
    return _field(answer, "Code")


def worth_another_try(answer: Answer) -> str:
    """Why, or "": for errors that S3 tells with a status that looks final, or even with 200."""
    code = error_code(answer) if answer.status >= 400 or b"<Error>" in answer.body[:512] else ""
    return code if code in _AGAIN else ""


def refusal(answer: Answer, act: Act, key: str, bucket: str, *, conditional: bool, extra: str = "") -> StoreError:
    """The error to raise for an answer that is not the wanted one and will not get better."""
    code = error_code(answer)
    if code == "NoSuchBucket":
        return Refused(key, f'there is no bucket "{bucket}" at this endpoint')
    if conditional and answer.status in (404, 409, 412):
        return Conflict(key, f"not as expected: {code or answer.status}")
    if code in ("BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest"):
        return Damaged(key, f"the store received other bytes than were sent: {code}")
    if code == "RequestTimeTooSkewed":
        return Refused(key, _skew(answer))
    if code in _REGION or answer.status in (301, 307):
        region = _field(answer, "Region") or answer.headers.get("x-amz-bucket-region", "")
        return Refused(key, f'the bucket "{bucket}" is in another region: set region = "{region or "…"}"')
    if code in _KEYS:
        return Refused(key, f"the store does not take these credentials: {code}. Check access key, secret and region")
    if code in EXPIRED:
        return Refused(key, "the credentials have expired: sign in again or renew them")
    if answer.status in (401, 403):
        return Refused(key, f"no permission ({code or answer.status}): grant {NEEDS[act]}{extra}")
    return Refused(key, f"the store refuses: HTTP {answer.status} {code}".rstrip())


def _skew(answer: Answer) -> str:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        minutes = round((datetime.now(UTC) - theirs).total_seconds() / 60)
        off = f"{abs(minutes)} minutes {'ahead of' if minutes > 0 else 'behind'} the store's"
    except (ValueError, TypeError):
        off = "too far from the store's"
    return f"this machine's clock is {off}: set it (RequestTimeTooSkewed)"


def _field(answer: Answer, name: str) -> str:
    if b"<" not in answer.body[:64]:
        return ""
    try:
        root = ET.fromstring(answer.body)
    except ET.ParseError:
        return ""
    return next((found.text or "" for found in root.iter() if found.tag.rpartition("}")[2] == name), "")
