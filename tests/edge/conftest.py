"""The street in a real store, once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from edge_servers import fill, seaweedfs
from edge_shops import street_things


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Endpoint of an S3 server that holds the street at s3://street/shops."""
    with seaweedfs(Path(tmp_path_factory.mktemp("s3"))) as endpoint:
        fill(endpoint, "shops/", street_things())
        yield endpoint
