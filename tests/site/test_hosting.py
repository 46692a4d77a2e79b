"""Reading what a built site asks of its host."""

from __future__ import annotations

from highstreet.output.hosting import Block, Rule, blocks, headers_for, rules

TEXT = """# made by hand
/*
  Content-Security-Policy: default-src 'none'; img-src 'self' https://cdn.example:8443
  X-Frame-Options: DENY

/assets/*
  Cache-Control: public, max-age=31536000, immutable
  x-frame-options: SAMEORIGIN
"""


def test_headers_of_every_block_that_means_an_address() -> None:
    found = blocks(TEXT)

    assert [block.pattern for block in found] == ["/*", "/assets/*"]
    assert headers_for(found, "/products/mug/") == {
        "Content-Security-Policy": "default-src 'none'; img-src 'self' https://cdn.example:8443",
        "X-Frame-Options": "DENY",
    }
    assert headers_for(found, "/assets/a.css")["X-Frame-Options"] == "SAMEORIGIN"
    assert len(headers_for(found, "/assets/a.css")) == 3
    assert headers_for((Block("/a[b]?", (("X", "1"),)),), "/a[b]?") == {"X": "1"}


def test_redirect_rules() -> None:
    assert rules("/old /new/ 301\n# no\n/s%C3%BC%C3%9F /sweet/ 302!\n/plain /x/\n") == (
        Rule("/old", "/new/", 301), Rule("/s%C3%BC%C3%9F", "/sweet/", 302), Rule("/plain", "/x/", 301),
    )  # fmt: skip
