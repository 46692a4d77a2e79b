"""Servers and proxies that the tests of publishing share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publish.proxy import Proxy
from publish.radosgw import missing, running_radosgw
from publish.servers import Server, running_seaweedfs


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ceph is for those who ask for it."""
    if "radosgw" not in config.option.markexpr:
        items[:] = [item for item in items if "radosgw" not in item.keywords]


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """SeaweedFS with one bucket; tests keep apart by prefix."""
    with running_seaweedfs(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture(scope="session")
def radosgw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Ceph's S3 gateway with one bucket; tests keep apart by prefix."""
    if missing():
        pytest.skip(f"not installed: {missing()}; see tests/publish/radosgw.py")
    with running_radosgw(tmp_path_factory.mktemp("rados")) as server:
        yield server


@pytest.fixture
def prefix(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A part of the bucket that no other test uses."""
    return f"{request.node.name.split('[')[0][:60].replace('_', '-')}-{abs(hash(str(tmp_path))):x}"


@pytest.fixture
def proxy(seaweedfs: Server) -> Iterator[Proxy]:
    """Between a test and SeaweedFS."""
    running = Proxy(seaweedfs.endpoint)
    yield running
    running.close()
