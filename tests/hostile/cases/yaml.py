"""YAML: documents made to crash the parser, to multiply in memory, to smuggle types or to be read in two ways."""

from __future__ import annotations

from hostile.case import PRODUCT, Case, inert, refused

HEAD = "title: Thing\nprice: 10.50\n"
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
MERGES = "a0: &a0 {k0: x}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: x}}\n" for n in range(1, 60))


def _product(text: str | bytes) -> dict[str, str | bytes]:
    return {PRODUCT: text}


CASES: tuple[Case, ...] = (
    refused("deep-brackets", "HS019", f"{PRODUCT}:3:76", _product(HEAD + "attributes: " + "[" * 40_000 + "]" * 40_000)),
    refused("deep-brackets-open", "HS019", f"{PRODUCT}:3:76", _product(HEAD + "attributes: " + "[" * 200_000)),
    refused("deep-braces", "HS019", PRODUCT, _product(HEAD + "attributes: " + "{a: " * 50_000)),
    refused("deep-dashes", "HS019", PRODUCT, _product(HEAD + "tags:\n" + "- " * 100_000 + "x")),
    refused("deep-dashes-short", "HS019", PRODUCT, _product(HEAD + "tags:\n " + "- " * 90 + "x")),
    refused("deep-questions", "HS019", PRODUCT, _product("? " * 100_000 + "x")),
    refused("deep-questions-after-nel", "HS019", PRODUCT, _product((HEAD + "tags:\n\x85" + "- " * 50_000 + "x").encode())),
    refused("deep-indented", "HS019", PRODUCT, _product(HEAD + "attributes:\n" + "".join(" " * n + "a:\n" for n in range(1, 300)))),
    refused("deep-in-a-page", "HS019", "pages/about.md", {"pages/about.md": "---\ntitle: " + "[" * 50_000 + "\n---\nx\n"}),
    refused("deep-in-the-locales", "HS019", "locales/fr/navigation.yaml", {"tenant.yaml": {"name": "A", "currency": "EUR", "languages": ["en", "fr"], "locale": "en"}, "locales/fr/navigation.yaml": "a: " + "[" * 50_000}),
    refused("alias-bomb", "HS017", f"{PRODUCT}:1:5", _product(LAUGHS)),
    refused("alias-to-itself", "HS017", f"{PRODUCT}:3:13", _product(HEAD + "attributes: &a {x: *a}\n")),
    refused("alias-alone", "HS011", PRODUCT, _product(HEAD + "vendor: *nobody\n")),
    refused("merge-bomb", "HS017", f"{PRODUCT}:1:5", _product(MERGES)),
    refused("merge-key", "HS016", f"{PRODUCT}:3:1", _product(HEAD + "<<: {vendor: x}\n")),
    refused("python-object", "HS015", f"{PRODUCT}:3:9", _product(HEAD + 'vendor: !!python/object/apply:os.system ["touch /tmp/highstreet-was-here"]\n')),
    refused("python-name", "HS015", f"{PRODUCT}:3:9", _product(HEAD + "vendor: !!python/name:os.environ\n")),
    refused("local-tag", "HS015", f"{PRODUCT}:3:9", _product(HEAD + "vendor: !include ../../good/catalog/products/hidden.yaml\n")),
    refused("tag-directive", "HS015", PRODUCT, _product("%TAG !p! tag:yaml.org,2002:python/\n---\n" + HEAD + "vendor: !p!name:os.environ ''\n")),
    refused("binary-tag", "HS015", f"{PRODUCT}:3:9", _product(HEAD + "vendor: !!binary aGVsbG8=\n")),
    refused("tag-on-a-key", "HS015", f"{PRODUCT}:3:1", _product(HEAD + "!!str vendor: x\n")),
    refused("duplicate-key", "HS014", f"{PRODUCT}:3:1", _product(HEAD + "price: 1.00\n")),
    refused("duplicate-key-in-quotes", "HS014", f"{PRODUCT}:3:1", _product(HEAD + '"price": 1.00\n')),
    refused("duplicate-key-escaped", "HS014", f"{PRODUCT}:3:1", _product(HEAD + '"\\x70rice": 1.00\n')),
    refused("list-as-a-key", "HS018", f"{PRODUCT}:3:3", _product(HEAD + "? [a, b]\n: x\n")),
    refused("two-documents", "HS011", PRODUCT, _product(HEAD + "---\ntitle: Other\nprice: 0.01\n")),
    refused("two-documents-after-an-end", "HS011", PRODUCT, _product(HEAD + "...\n---\ntitle: Other\n")),
    refused("huge-file", "HS009", PRODUCT, _product(HEAD + "description: " + "x" * 2_000_000)),
    refused("huge-scalar", "HS038", PRODUCT, _product(HEAD + "description: " + "x" * 1_000_000)),
    refused("huge-title", "HS038", PRODUCT, _product("title: " + "x" * 1_000_000 + "\nprice: 1\n")),
    refused("huge-key", "HS030", PRODUCT, _product(HEAD + "x" * 900 + ": y\n")),
    refused("huge-number", "HS207", PRODUCT, _product("title: Thing\nprice: " + "9" * 900_000)),
    refused("huge-exponent", "HS204", PRODUCT, _product("title: Thing\nprice: 1e999999999\n")),
    refused("many-values", "HS020", PRODUCT, _product(HEAD + "tags: [" + "a," * 200_000 + "]")),
    refused("many-keys", "HS020", PRODUCT, _product(HEAD + "attributes:\n" + "".join(f"  k{n}: v\n" for n in range(60_000)))),
    refused("many-escapes", "HS038", PRODUCT, _product('title: "' + "\\u0041" * 100_000 + '"\nprice: 1\n')),
    refused("utf-16", "HS010", PRODUCT, _product(HEAD.encode("utf-16"))),
    refused("utf-16-unmarked", "HS012", PRODUCT, _product(HEAD.encode("utf-16-le"))),
    refused("utf-32", "HS010", PRODUCT, _product(HEAD.encode("utf-32"))),
    refused("utf-7", "HS030 HS031", PRODUCT, _product("+AHQ-itle: x\nprice: 1\n")),
    refused("overlong-utf-8", "HS010", PRODUCT, _product(b"title: \xc0\xafetc\nprice: 1\n")),
    refused("surrogates", "HS010", PRODUCT, _product(b"title: \xed\xa0\x80\nprice: 1\n")),
    refused("escaped-surrogate", "HS011", PRODUCT, _product('title: "\\ud800"\nprice: 1\n')),
    refused("nul", "HS012", PRODUCT, _product(b"title: a\0b\nprice: 1\n")),
    refused("escaped-nul", "HS012", PRODUCT, _product('title: "a\\0b"\nprice: 1\n')),
    refused("escaped-escape", "HS012", PRODUCT, _product('title: "\\e[2Jgone"\nprice: 1\n')),
    refused("raw-escape", "HS012", PRODUCT, _product(b"title: \x1b[2Jgone\nprice: 1\n")),
    inert("byte-order-mark", _product("\ufeff" + HEAD), pages=()),
    inert("types-that-yaml-guesses", _product("title: 2026-01-01\nprice: 10.50\nvendor: 0x1F\ntype: .inf\ntags: [yes, 012, 1:20, 'null', 1_000]\n"), pages=()),
    inert("long-but-plain", _product(HEAD + "description: |\n" + "".join(f"  Line {n} of it.\n" for n in range(2_000))), pages=()),
)
