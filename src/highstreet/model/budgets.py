"""Budgets: what one page may ask of a phone before anybody scrolls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one kind of page."""

    requests: int
    kb: int  # on the wire, all files together


OTHER = "other"  # every kind that has no budget of its own
BUDGETS: Mapping[str, Budget] = MappingProxyType(
    {
        "product": Budget(requests=16, kb=200),
        "home": Budget(requests=20, kb=200),
        "collection": Budget(requests=40, kb=250),
        "collections": Budget(requests=40, kb=250),
        "products": Budget(requests=40, kb=250),
        OTHER: Budget(requests=12, kb=80),
    }
)


@dataclass(frozen=True, slots=True)
class Budgets:
    """What the operator allows: `[tool.highstreet.budgets]` of pyproject.toml."""

    styles: int = 12  # KB of style sheets on one page, compressed
    scripts: int = 10
    pages: Mapping[str, Budget] = field(default_factory=lambda: BUDGETS)

    def of(self, kind: str) -> Budget:
        return self.pages.get(kind) or self.pages[OTHER]
