"""CDN addresses: patterns that are refused, and addresses that are made."""

from __future__ import annotations

import random
import re

import pytest

from highstreet.source.cdn import cdn_flaw, cdn_srcset, cdn_url

PATTERN = "https://cdn.example/{stem}-{width}.{format}"


@pytest.mark.parametrize(
    ("pattern", "flaw"),
    [
        ("https://cdn.example/{stem.__class__}", "brace"),
        ("https://cdn.example/{stem!r}{name}", "brace"),
        ("https://cdn.example/{width:>999999999}{name}", "brace"),
        ("https://cdn.example/{0}{name}", "brace"),
        ("https://cdn.example/{{name}}", "brace"),
        ("https://cdn.example/{}{name}", "brace"),
        ("https://cdn.example/{name", "brace"),
        ("https://cdn.example/{names}", "no field"),
        ("http://cdn.example/{name}", "https://"),
        ("//cdn.example/{name}", "https://"),
        ("javascript:alert(1)//{name}", "https://"),
        ("https://{stem}.example/{name}", "host"),
        ("https://user@cdn.example/{name}", "host"),
        ("https:///{name}", "host"),
        ("https://cdn..example/{name}", "host"),
        ("https://cdn.example:99999/{name}", "host"),
        ("https://cdn.example/x.jpg", "differ"),
        ("https://cdn.example/{name}\n", "character"),
        ("https://cdn.example/ {name}", "character"),
        ('https://cdn.example/"onerror="x/{name}', "character"),
        ("https://cdn.example/<{name}", "character"),
    ],
)
def test_bad_patterns_are_told_what_is_wrong(pattern: str, flaw: str) -> None:
    assert flaw in (cdn_flaw(pattern) or "")
    with pytest.raises(ValueError, match="CDN pattern"):
        cdn_url(pattern, "a.jpg", 320, "webp")


@pytest.mark.parametrize(
    ("pattern", "src", "url"),
    [
        (PATTERN, "aria-1.jpg", "https://cdn.example/aria-1-320.jpg"),
        (PATTERN, "products/Émile 1.b.JPG", "https://cdn.example/products/%C3%89mile%201.b-320.jpg"),
        (PATTERN, "../../secret?x#y.png", "https://cdn.example/secret%3Fx%23y-320.jpg"),
        (PATTERN, "no-extension", "https://cdn.example/no-extension-320.jpg"),
        (PATTERN, "{width}.jpg", "https://cdn.example/%7Bwidth%7D-320.jpg"),
        ("https://i.example:8443/{name}?w={width}&h={height}", "a/b.png", "https://i.example:8443/a/b.png?w=320&h=200"),
    ],
)
def test_addresses(pattern: str, src: str, url: str) -> None:
    assert cdn_url(pattern, src, 320, "jpeg", 200) == url


def test_no_name_of_a_picture_leaves_its_place() -> None:
    chance = random.Random(5)
    for _ in range(3000):
        src = "".join(chance.choice("a/.\\?#%&\"'<> {}:@é\n\0") for _ in range(chance.randint(1, 20)))
        url = cdn_url(PATTERN, src, 320, "webp")
        assert re.fullmatch(r"https://cdn\.example/[A-Za-z0-9%/._~-]*-320\.webp", url)
        assert "/../" not in url and "/./" not in url


def test_srcset_is_ascending_and_only_where_there_is_a_width() -> None:
    assert cdn_srcset(PATTERN, "a.jpg", (640, 320, 640), "webp") == (
        "https://cdn.example/a-320.webp 320w, https://cdn.example/a-640.webp 640w"
    )
    assert cdn_srcset("https://c.example/{name}?h={height}&w={width}", "a.jpg", (300,), "jpeg", (900, 600)) == (
        "https://c.example/a.jpg?h=200&w=300 300w"
    )
    assert cdn_srcset("https://c.example/{name}", "a.jpg", (320, 640), "webp") == ""
