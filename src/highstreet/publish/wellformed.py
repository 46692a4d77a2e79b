"""Keys and headers that every store takes alike. What is refused here is our own mistake, never a person's."""

from __future__ import annotations

from highstreet.publish.object_store import Headers

LONGEST = 1024  # bytes of UTF-8, S3's limit


def checked_key(key: str) -> str:
    """`key`, if all stores can hold it and no proxy, file system or server reads it as another one."""
    parts = key.split("/")
    if not all(parts) or "." in parts or ".." in parts or not key.isprintable() or "\\" in key:
        raise ValueError(f"no key: {key!r}")
    if len(key.encode()) > LONGEST:
        raise ValueError(f"key longer than {LONGEST} bytes: {key!r}")
    return key


def checked_prefix(prefix: str) -> str:
    if not prefix.endswith("/"):
        raise ValueError(f"a prefix ends with a slash: {prefix!r}")
    checked_key(prefix[:-1])
    return prefix


def is_etag(text: str) -> bool:
    """Whether this can stand in If-Match as it is."""
    return len(text) <= 200 and text.isascii() and text.isprintable() and not {'"', ",", " "} & set(text)


def checked_headers(headers: Headers) -> Headers:
    """`headers`, if each can stand in an HTTP header as it is: visible ASCII and single spaces, nothing at the ends."""
    for value in headers:
        if not value.isascii() or (value and not value.isprintable()) or value != " ".join(value.split()):
            raise ValueError(f"no header's value: {value!r}")
    if not headers.content_type:
        raise ValueError("a content type is needed")
    return headers
