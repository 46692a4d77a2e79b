"""Our signatures are botocore's."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from random import Random

import botocore.auth
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from highstreet.publish.s3_options import Keys
from highstreet.publish.s3_sign import Signer, encoded, encoded_query

LETTERS = string.ascii_letters + string.digits + " /%+&=?#'\"<>()[]{}|^`~!*@$,;:_.-éß日🎈"


@pytest.mark.parametrize("seed", range(8))
def test_every_request_is_signed_as_botocore_signs_it(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(seed)

    def text(longest: int, letters: str = LETTERS) -> str:
        return "".join(chance.choices(letters, k=chance.randint(1, longest)))

    for _ in range(40):
        keys = Keys(text(20, string.ascii_uppercase), text(40, string.printable.strip()), chance.choice(["", text(80, string.ascii_letters)]))
        region = chance.choice(["us-east-1", "eu-central-1", "auto"])
        host = f"{text(9, string.ascii_lowercase)}.example:{chance.randint(1, 60000)}"
        path = "/" + encoded(text(60).strip("/"))
        query = encoded_query({text(8): text(20) for _ in range(chance.randint(0, 3))})
        body = chance.randbytes(chance.randint(0, 500))
        headers = {"content-type": "text/html;  charset=utf-8", "x-amz-meta-redirect": text(30, string.ascii_letters + "  /%")}
        when = datetime(2026, chance.randint(1, 12), 3, 4, 5, 6, tzinfo=UTC)
        method = chance.choice(["GET", "PUT", "POST", "DELETE"])
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True, when=when: when.replace(tzinfo=None))
        theirs = AWSRequest(method, f"http://{host}{path}" + (f"?{query}" if query else ""), headers=dict(headers), data=body)
        theirs.context.update(signing={}, client_config=None, payload_signing_enabled=True)

        ours = {"host": host, **headers}
        Signer(region).sign(method, path, query, ours, body, keys, when.strftime("%Y%m%dT%H%M%SZ"))
        S3SigV4Auth(Credentials(keys.access, keys.secret, keys.token or None), "s3", region).add_auth(theirs)

        assert ours["authorization"] == theirs.headers["Authorization"]

        signed = {"host": host, "content-md5": "x+/="}
        seconds = chance.randint(1, 900)
        later = AWSRequest(method, f"http://{host}{path}", params={"prefix": text(8)}, headers={"content-md5": "x+/="})
        later.context.update(signing={}, client_config=None)
        query = Signer(region).lasting(method, path, later.params, signed, keys, when.strftime("%Y%m%dT%H%M%SZ"), seconds)  # type: ignore[arg-type]
        S3SigV4QueryAuth(Credentials(keys.access, keys.secret, keys.token or None), "s3", region, seconds).add_auth(later)

        assert sorted(query.split("&")) == sorted(later.url.partition("?")[2].split("&"))


def test_a_signer_keeps_the_days_key_for_one_secret_only() -> None:
    signer = Signer("us-east-1")

    def signature(secret: str, day: str) -> str:
        headers = {"host": "h"}
        signer.sign("GET", "/", "", headers, b"", Keys("A", secret), f"{day}T000000Z")
        return headers["authorization"]

    first = signature("one", "20261123")

    assert len({first, signature("two", "20261123"), signature("one", "20261124")}) == 3
    assert signature("one", "20261123") == first
