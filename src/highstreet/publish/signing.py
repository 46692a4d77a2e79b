"""Signing: the publisher's word that a shop's prices are its own, for those who check orders.

Ed25519, so that whoever receives orders can check prices and still sign none. The secret key comes from the
environment or a file that it names; it is in no log, manifest, release or message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from highstreet.base.diagnostic import Diagnostic, Problems
from highstreet.base.digest import Digest
from highstreet.base.span import Span

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PRICES, SEAL = "prices.json", "prices.sig.json"
KEY, KEY_FILE = "HIGHSTREET_SIGNING_KEY", "HIGHSTREET_SIGNING_KEY_FILE"
FORMAT = "highstreet-signature 1"
_MONTHS = 3  # that prices hold, this one included: a shop is published more often


@dataclass(frozen=True)
class Signer:
    """Signs price manifests."""

    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The public key, 64 hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def seal(self, shop: str, prices: Digest | str, now: datetime) -> bytes:
        """The signature file of the manifest with this SHA-256.

        The end of its time is the beginning of a month, so that publishing the same prices again changes nothing.
        """
        month = now.year * 12 + now.month - 1 + _MONTHS
        until = f"{month // 12:04}-{month % 12 + 1:02}-01T00:00:00Z"
        statement = json.dumps({"shop": shop, "prices": prices, "until": until})
        mark = self._key.sign(statement.encode()).hex()
        told = {"format": FORMAT, "key": self.public, "statement": statement, "signature": mark}
        return json.dumps(told, indent=1).encode() + b"\n"


def signer(environ: Mapping[str, str]) -> Signer | None:
    """Who signs, as the environment says; None when nobody does. Raises Problems (HS815)."""
    word, file = environ.get(KEY, ""), environ.get(KEY_FILE, "")
    if file and not word:
        try:
            word = Path(file).read_text("ascii")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            raise _unusable(KEY_FILE, f"the file it names cannot be read: {reason}") from None
    if not word:
        return None
    try:
        secret = bytes.fromhex(word.strip())
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise _unusable(KEY if environ.get(KEY) else KEY_FILE, "something else than 64 hexadecimal digits")
    return Signer(_private(secret))


def new_key() -> tuple[str, str]:
    """A new secret key and its public key, 64 hexadecimal digits each."""
    from secrets import token_bytes

    secret = token_bytes(32)
    return secret.hex(), Signer(_private(secret)).public


def _private(secret: bytes) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        raise Problems(
            [
                Diagnostic(
                    "HS815",
                    Span(KEY),
                    "prices cannot be signed here",
                    "the library cryptography is not installed",
                    "cryptography 45 or newer",
                    "run `pip install 'highstreet[signing]'`",
                )
            ]
        ) from None
    return Ed25519PrivateKey.from_private_bytes(secret)


def _unusable(name: str, found: str) -> Problems:
    return Problems(
        [
            Diagnostic(
                "HS815",
                Span(name),
                "the signing key cannot be used",
                found,  # never the key itself
                "64 hexadecimal digits, the secret key",
                "make one with `highstreet verify-cart --new-key FILE`",
            )
        ]
    )
