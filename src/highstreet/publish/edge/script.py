"""Script: what nginx, CloudFront and Workers share of deciding, as JavaScript."""

from __future__ import annotations

from highstreet.publish.edge.street import HANDLE, TEXT, UNSAID, Street, filled
from highstreet.publish.release import ASSET_PATTERN


def decided(street: Street) -> str:
    """decide.js for this street."""
    words = {
        "base_domain": street.base_domain.replace(".", "\\."),
        "handle": HANDLE,
        "asset": ASSET_PATTERN.replace("/", "\\/"),
        "text": TEXT,
        "unsaid": UNSAID,
    }
    return filled("decide.js", words)
