"""The S3 store: what it makes of answers that are not the plain ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import md5
from pathlib import Path
from zlib import crc32

import pytest
import urllib3.util.connection

from highstreet.publish.object_store import (
    Absent,
    Conflict,
    Damaged,
    ETag,
    Headers,
    Matches,
    Refused,
    StoreError,
    Unavailable,
)
from highstreet.publish.options import Options
from highstreet.publish.s3 import S3Store
from highstreet.publish.s3_options import CHECKSUMS, Keys, S3Options
from highstreet.publish.stores import open_store
from publish.proxy import Proxy
from publish.scripted import Told, error, scripted
from publish.servers import BUCKET, Server

PAGE = Headers("text/html; charset=utf-8", "public, max-age=60")
BODY = b"<p>hello"
MD5 = md5(BODY).hexdigest()
COPIED = f"<CopyObjectResult><ETag>&quot;{MD5}&quot;</ETag></CopyObjectResult>".encode()


def told_etag(etag: str = MD5, **headers: str) -> Told:
    return Told(200, b"", {"etag": f'"{etag}"', **{name.replace("_", "-"): value for name, value in headers.items()}})


@pytest.mark.parametrize("checksum", CHECKSUMS)
def test_every_way_of_checking_works_with_a_real_server(seaweedfs: Server, prefix: str, checksum: str) -> None:
    store = seaweedfs.store(prefix, checksum=checksum)

    etag = store.put("a", BODY, PAGE, Absent())
    store.put("a", BODY, PAGE, Matches(etag))
    store.copy("a", "b", etag, PAGE)
    store.delete(["a", "c"])

    found = store.get("b")
    assert found and (found.body, found.headers) == (BODY, PAGE)


def test_a_bucket_can_be_part_of_the_hosts_name(seaweedfs: Server, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = urllib3.util.connection.create_connection
    asked: list[str] = []

    def here(address: tuple[str, int], *args: object, **named: object) -> object:
        asked.append(address[0])
        return connect(("127.0.0.1", address[1]), *args, **named)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", here)
    store = seaweedfs.store(prefix, endpoint=seaweedfs.endpoint.replace("127.0.0.1", "s3.test"), path_style=None)

    etag = store.put("a/é b+%41.html", BODY, PAGE)
    store.copy("a/é b+%41.html", "a/2", etag, PAGE)

    assert sorted(found.key for found in store.list("a/")) == ["a/2", "a/é b+%41.html"]
    assert set(asked) == {f"{BUCKET}.s3.test"}
    assert seaweedfs.store(prefix).get("a/2")


@pytest.mark.parametrize(
    ("endpoint", "bucket", "host"),
    [
        ("https://s3.example.com", "street", "street.s3.example.com"),
        ("https://s3.example.com", "my.street", "s3.example.com"),
        ("http://127.0.0.1:8333", "street", "127.0.0.1:8333"),
        ("http://localhost:8333", "street", "localhost:8333"),
        ("", "street", "street.s3.eu-west-1.amazonaws.com"),
        ("", "my.street", "s3.eu-west-1.amazonaws.com"),
    ],
)
def test_the_bucket_is_in_the_host_where_hosts_have_names(endpoint: str, bucket: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)

    store = S3Store(bucket, "", S3Options(endpoint_url=endpoint, region="eu-west-1"), Keys("A", "s"))

    assert store._wire._route.host == host


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, told_etag("0" * 32)),
        ({}, Told(200)),
        ({"checksum": "crc32"}, told_etag(x_amz_checksum_crc32="AAAAAA==")),
        ({"checksum": "crc32"}, told_etag()),
        ({"checksum": "sha256"}, told_etag(x_amz_checksum_sha256="AAAAAA==")),
        ({}, error("BadDigest", 400)),
        ({}, error("XAmzContentSHA256Mismatch", 400)),
    ],
)
def test_an_answer_about_other_bytes_is_damage(options: dict[str, str], told: Told) -> None:
    with scripted([told]) as server, pytest.raises(Damaged):
        server.store(**options).put("acme/a", BODY, PAGE)


def test_encrypted_objects_have_etags_that_are_no_md5() -> None:
    secret = told_etag("f" * 32, x_amz_server_side_encryption="aws:kms")
    copied = Told(200, b"<CopyObjectResult><ETag>other</ETag></CopyObjectResult>", secret.headers)
    with scripted([secret, secret._replace(body=BODY), copied]) as server:
        store = server.store(kms_key="arn:aws:kms:key/1", acl="bucket-owner-full-control")

        assert store.put("acme/a", BODY, PAGE) == "f" * 32
        found = store.get("acme/a")
        assert found and found.body == BODY
        assert store.copy("acme/a", "acme/b", ETag("f" * 32), PAGE) == "other"

    for asked in (server.asked[0], server.asked[2]):
        assert asked.headers["x-amz-server-side-encryption"] == "aws:kms"
        assert asked.headers["x-amz-server-side-encryption-aws-kms-key-id"] == "arn:aws:kms:key/1"
        assert asked.headers["x-amz-acl"] == "bucket-owner-full-control"
    assert server.asked[0].headers["content-md5"]


def test_a_checksum_tells_what_an_etag_cannot() -> None:
    crc = __import__("base64").b64encode(crc32(BODY).to_bytes(4, "big")).decode()
    with scripted([told_etag("abc-2", x_amz_checksum_crc32=crc)]) as server:
        assert server.store(checksum="crc32").put("acme/a", BODY, PAGE) == "abc-2"

    assert server.asked[0].headers["x-amz-checksum-crc32"] == crc


def test_bytes_that_come_damaged_are_asked_for_again() -> None:
    with scripted([Told(200, b"<p>h", told_etag().headers), Told(200, BODY, told_etag().headers)]) as server:
        found = server.store().get("acme/a")

    assert found and found.body == BODY
    assert len(server.asked) == 2


def test_bytes_that_stay_damaged_are_not_taken() -> None:
    with scripted([Told(200, b"<p>h", told_etag().headers)]) as server, pytest.raises(Damaged):
        server.store(patience=0.4).get("acme/a")


def test_an_error_in_a_copys_200_is_an_error() -> None:
    with scripted([error("InternalError", 200), error("SlowDown", 200), Told(200, COPIED)]) as server:
        assert server.store().copy("acme/a", "acme/b", ETag(MD5), PAGE) == MD5
    assert len(server.asked) == 3

    with scripted([error("AccessDenied", 200)]) as server, pytest.raises(StoreError):
        server.store().copy("acme/a", "acme/b", ETag(MD5), PAGE)
    other = md5(b"other").hexdigest()
    still_there, replaced = Told(200, b"other", told_etag(other).headers), Told(200, BODY, told_etag().headers)
    for source, raised in ((still_there, Damaged), (replaced, Conflict), (error("NoSuchKey", 404), Conflict)):
        with scripted([Told(200, COPIED), source]) as server, pytest.raises(raised):
            server.store().copy("acme/a", "acme/b", ETag(other), PAGE)


@pytest.mark.parametrize("status", [404, 409, 412])
def test_all_that_says_not_as_expected_is_a_conflict(status: int) -> None:
    with scripted([error("Whatever", status)]) as server:
        store = server.store()
        for act in (
            lambda: store.put("acme/a", BODY, PAGE, Absent()),
            lambda: store.put("acme/a", BODY, PAGE, Matches(ETag(MD5))),
            lambda: store.copy("acme/a", "acme/b", ETag(MD5), PAGE),
        ):
            with pytest.raises(Conflict):
                act()

    assert server.asked[0].headers["if-none-match"] == "*"
    assert server.asked[1].headers["if-match"] == MD5
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (error("NoSuchBucket", 404), 'no bucket "street"'),
        (error("AccessDenied"), "grant s3:PutObject"),
        (error("InvalidAccessKeyId"), "does not take these credentials"),
        (error("SignatureDoesNotMatch", more="<StringToSign>x</StringToSign>"), "does not take these credentials"),
        (error("ExpiredToken", 400), "expired"),
        (error("AuthorizationHeaderMalformed", 400, more="<Region>eu-west-3</Region>"), 'region = "eu-west-3"'),
        (error("PermanentRedirect", 301, {"x-amz-bucket-region": "eu-south-1"}), 'region = "eu-south-1"'),
        (error("RequestTimeTooSkewed", 403, {"date": format_datetime(datetime.now(UTC) - timedelta(minutes=30))}), "clock is"),
        (error("EntityTooLarge", 400), "EntityTooLarge"),
        (Told(403, b""), "grant s3:PutObject"),
        (Told(400, b"<html>not S3"), "HTTP 400"),
    ],
)
def test_a_refusal_says_what_to_do_and_shows_no_secret(told: Told, words: str) -> None:
    with scripted([told]) as server, pytest.raises(Refused) as caught:
        server.store().put("acme/a", BODY, PAGE)

    assert words in str(caught.value)
    assert "acme/a" in str(caught.value)
    for secret in ("the-secret", "the-token", "KEYID"):
        assert secret not in f"{caught.value!r} {caught.value}"
    assert len(server.asked) <= 2


def test_what_a_real_server_refuses_is_told_plainly(seaweedfs: Server, prefix: str) -> None:
    with pytest.raises(Refused, match="credentials"):
        seaweedfs.store(prefix, keys=Keys("OWNERKEY0000", "wrong")).get("a")
    with pytest.raises(Refused, match="credentials"):
        seaweedfs.store(prefix, keys=Keys("NOBODY", "wrong")).put("a", BODY, PAGE)
    acme = seaweedfs.store("", keys=seaweedfs.tenants["acme"])
    with pytest.raises(Refused, match="s3:PutObject"):
        acme.put("acme-2/a", BODY, PAGE)
    with pytest.raises(Refused, match="s3:GetObject"):
        acme.get("acme-2/a")
    with pytest.raises(Refused, match="s3:ListBucket"):
        list(acme.list("acme-2/"))
    with pytest.raises(Refused, match="s3:DeleteObject"):
        acme.delete(["acm/a", "acme/b"])


def test_the_clocks_error_is_told_in_minutes() -> None:
    late = format_datetime(datetime.now(UTC) + timedelta(minutes=42))
    with scripted([error("RequestTimeTooSkewed", 403, {"date": late})]) as server, pytest.raises(Refused, match=r"4[0-3] minutes behind"):
        server.store().get("acme/a")


def test_a_missing_object_that_is_called_forbidden_is_missing() -> None:
    """Amazon says 403 for missing objects to those who may not list all of the bucket."""
    page = b"<ListBucketResult><Contents><Key>acme/ab</Key></Contents></ListBucketResult>"
    with scripted([error("AccessDenied"), Told(200, page)]) as server:
        assert server.store().get("acme/a") is None
    assert "prefix=acme%2Fa" in server.asked[1].target

    with scripted([error("AccessDenied"), Told(200, page.replace(b"ab<", b"a<"))]) as server, pytest.raises(Refused):
        server.store().get("acme/a")


def test_deleting_works_where_servers_know_no_way_for_many() -> None:
    def script(asked: object) -> Told:
        return Told(204) if asked.method == "DELETE" else error("NotImplemented", 501)  # type: ignore[attr-defined]

    with scripted(script) as server:
        server.store().delete(["acme/a", "acme/b"])

    assert [asked.method for asked in server.asked] == ["POST", "DELETE", "DELETE"]


def test_deleting_tells_what_could_not_be_deleted() -> None:
    told = b"<DeleteResult><Error><Key>acme/b</Key><Code>AccessDenied</Code></Error></DeleteResult>"
    with scripted([Told(200, told)]) as server, pytest.raises(Refused, match=r"acme/b.*s3:DeleteObject"):
        server.store().delete(["acme/a", "acme/b"])


def test_what_passes_is_tried_again_and_what_does_not_is_not() -> None:
    passing = [Told(500), Told(502), Told(503), Told(504), Told(429), error("RequestTimeout", 400)]
    for told in passing:
        with scripted([told, told_etag()]) as server:
            server.store().put("acme/a", BODY, PAGE)
        assert len(server.asked) == 2

    with scripted([error("AccessDenied")]) as server, pytest.raises(Refused):
        server.store().put("acme/a", BODY, PAGE)
    assert len(server.asked) == 1


def test_a_server_is_given_the_time_it_asks_for() -> None:
    with scripted([Told(503, b"", {"retry-after": "1"}), told_etag()]) as server:
        start = time.monotonic()
        server.store().put("acme/a", BODY, PAGE)
        assert time.monotonic() - start >= 1

    with scripted([Told(503, b"", {"retry-after": "3600"})]) as server, pytest.raises(Unavailable):
        server.store().put("acme/a", BODY, PAGE)
    assert len(server.asked) == 1


def test_many_pages_of_a_list_are_read_in_any_order() -> None:
    def page(keys: list[str], more: str = "") -> Told:
        contents = "".join(
            f"<Contents><Key>{key}</Key><ETag>&quot;e&quot;</ETag><Size>1</Size><LastModified>2026-01-02T03:04:05.678Z</LastModified></Contents>" for key in keys
        )
        next_ = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{more}</NextContinuationToken>" if more else ""
        return Told(200, f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{next_}{contents}</ListBucketResult>'.encode())

    with scripted([page(["acme/z", "acme/%C3%A9+%2B"], "a+b/c="), page(["acme/b"])]) as server:
        found = list(server.store().list("acme/"))

    assert [one.key for one in found] == ["acme/z", "acme/é +", "acme/b"]
    assert (found[0].etag, found[0].modified.year) == ("e", 2026)
    assert "continuation-token=a%2Bb%2Fc%3D" in server.asked[1].target


def test_credentials_that_expire_are_replaced_in_time(seaweedfs: Server, proxy: Proxy, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sets one after the other, as a role on a CI machine hands them out."""
    tenant = seaweedfs.tenants["acme"]
    script = tmp_path / "give.py"
    script.write_text(
        "import datetime, json, pathlib\n"
        f"asked = pathlib.Path({str(tmp_path / 'asked')!r})\n"
        "again = asked.exists(); asked.write_text('yes')\n"
        f"owner, tenant = {tuple(seaweedfs.owner)!r}, {tuple(tenant)!r}\n"
        "keys = owner if again else tenant\n"
        "end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=600 if again else 5)\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': keys[0], 'SecretAccessKey': keys[1], 'Expiration': end.isoformat()}))\n"
    )
    config = tmp_path / "config"
    config.write_text(f"[default]\ncredential_process = {sys.executable} {script}\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    store = open_store(f"s3://{BUCKET}/acme/{prefix}", Options(endpoint_url=proxy.endpoint, region="us-east-1", path_style=True))
    for _ in range(3):
        store.put("a", BODY, PAGE)

    used = [request.headers["authorization"].partition("Credential=")[2].partition("/")[0] for request in proxy.requests]
    assert used[-1] == seaweedfs.owner.access
    assert json.loads(json.dumps(used)) == used


def test_credentials_come_from_the_environment_as_botocore_finds_them(seaweedfs: Server, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweedfs.owner.access)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweedfs.owner.secret)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", seaweedfs.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    store = open_store(f"s3://{BUCKET}/{prefix}", Options())

    store.put("a", BODY, PAGE)
    assert store.get("a")


def test_keys_in_the_environment_need_no_botocore(seaweedfs: Server) -> None:
    environment = os.environ | {"AWS_ACCESS_KEY_ID": seaweedfs.owner.access, "AWS_SECRET_ACCESS_KEY": seaweedfs.owner.secret}
    code = (
        "import sys; from highstreet.publish.stores import open_store; from highstreet.publish.options import Options\n"
        f"store = open_store('s3://{BUCKET}', Options(endpoint_url={seaweedfs.endpoint!r}, region='us-east-1', path_style=True))\n"
        "assert store.get('nothing') is None; assert 'botocore' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_without_credentials_it_says_where_they_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(Refused, match="AWS_ACCESS_KEY_ID"):
        open_store("s3://street", Options(endpoint_url="http://127.0.0.1:1", region="x"))


def test_many_threads_share_few_connections(seaweedfs: Server, prefix: str) -> None:
    store = seaweedfs.store(prefix, connections=4)

    with ThreadPoolExecutor(16) as pool:
        etags = list(pool.map(lambda number: store.put(f"a/{number}", str(number).encode(), PAGE), range(200)))

    assert etags == [md5(str(number).encode()).hexdigest() for number in range(200)]
    assert 1 <= len(store._wire._resting) <= 4
