"""Checks over a whole tenant."""

from __future__ import annotations

from highstreet.model.finding import Finding
from highstreet.model.platform import Platform
from highstreet.model.reading import Reader
from highstreet.model.tenant import Tenant
from highstreet.model.tree import Tree
from highstreet.source.scan import Snapshot


def findings(tenant: Tenant, platform: Platform, files: Tree, reader: Reader, snapshot: Snapshot) -> list[Finding]:
    return []
