"""What the attacks share: one measuring process, and the street of the good shops alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hostile.bad_street import Builder, Street, build


@pytest.fixture(scope="session")
def builder() -> Iterator[Builder]:
    made = Builder()
    yield made
    made.close()


@pytest.fixture(scope="session")
def alone(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Street:
    """The good shops without any bad one beside them."""
    return build(builder, tmp_path_factory.mktemp("alone"), ())
