"""Secrets: live keys that must never be committed or published, and text with them blacked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from highstreet.base.diagnostic import Diagnostic
from highstreet.source.text import place, spanning

# Looked for first, because a plain search is far cheaper than the expression below and almost no file has any.
_PROBES = (
    b"_live_",
    b"AKIA",
    b"ASIA",
    b"ghp_",
    b"gho_",
    b"ghs_",
    b"github_pat_",
    b"glpat-",
    b"xox",
    b"-----BEGIN",
    b"shp",
    b"AIza",
    b"whsec_",
    b"sk-ant-",
    b"EAAA",
    b"SG.",
    b"ST_",
)
_SECRETS: tuple[tuple[str, str], ...] = (
    ("a Stripe secret key", r"\b[sr]k_live_[0-9A-Za-z]{10,}"),
    ("a Stripe webhook secret", r"\bwhsec_[0-9A-Za-z+/=]{16,}"),
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", r"\bgh[pos]_[0-9A-Za-z]{30,}|\bgithub_pat_[0-9A-Za-z_]{30,}"),
    ("a GitLab token", r"\bglpat-[0-9A-Za-z_-]{16,}"),
    ("a Slack token", r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}"),
    ("a Shopify access token", r"\bshp(?:at|ca|pa|ss)_[0-9A-Fa-f]{16,}"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{30,}"),
    ("a Square access token", r"\bEAAA[0-9A-Za-z_-]{50,}"),
    ("a SendGrid key", r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}"),
    ("a Snipcart secret key", r"\bST_[0-9A-Za-z]{40,}"),
    ("an Anthropic key", r"\bsk-ant-[0-9A-Za-z_-]{20,}"),
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:[^-]*(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----)?)?"),
)
_ANY = re.compile("|".join(f"(?P<s{i}>{pattern})" for i, (_, pattern) in enumerate(_SECRETS)).encode())
_KEPT = re.compile(
    rb"[sr]k_live_|whsec_|AKIA|ASIA|gh[pos]_|github_pat_|glpat-|xox[a-z]-"
    rb"|shp[a-z]{2}_|AIza|EAAA|SG\.|ST_|sk-ant-|-----BEGIN [A-Z ]*-----"
)


def masked(data: bytes) -> bytes:
    """`data` with every secret replaced by as many asterisks, so that places stay and nothing leaks into a message."""
    if not _suspicious(data):
        return data
    hidden = _ANY.sub(_mask, data)
    return data if hidden == data else hidden  # the same object, so that callers can tell


def _suspicious(data: bytes) -> bool:
    for probe in _PROBES:  # noqa: SIM110  # a generator costs more than the searches
        if probe in data:
            return True
    return False


def _mask(match: re.Match[bytes]) -> bytes:
    kept = _KEPT.match(match[0])
    start = kept.end() if kept else 0
    return match[0][:start] + re.sub(rb"[^\s]", b"*", match[0][start:])


def diagnostics(file: str, data: bytes) -> Iterator[Diagnostic]:
    """One diagnostic per secret in `data`; `file` is the name to show."""
    if not _suspicious(data):
        return
    matches = list(_ANY.finditer(data))
    if not matches:
        return
    hidden = masked(data).decode("utf-8", "replace").removeprefix("\ufeff")
    for match in matches:
        name = _SECRETS[int((match.lastgroup or "s0")[1:])][0]
        start = len(data[: match.start()].decode("utf-8", "replace").removeprefix("\ufeff"))
        end = start + len(match[0].split(b"\n")[0])
        shown = place(hidden, start).frame[place(hidden, start).column - 1 :][: end - start]
        yield Diagnostic(
            "HS021",
            spanning(file, hidden, start, end),
            f"this looks like {name}",
            shown,
            "no secrets in a tenant folder",
            "remove it, revoke it where it was issued, and keep it outside the shop's files",
        )
