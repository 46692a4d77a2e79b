"""A tenant's own font, written as the documentation writes it."""

from __future__ import annotations

import pytest

from support.street import ROOT, Lane, messages, simple_shop


@pytest.mark.parametrize("src", ["fonts/house.woff2", "assets/fonts/house.woff2"])
def test_a_font_file_may_be_named_from_assets_or_from_the_tenant_folder(lane: Lane, src: str) -> None:
    font = next((ROOT / "themes/main/fonts").rglob("*.woff2")).read_bytes()
    branding = {"typography": {"heading": "House", "files": [{"family": "House", "src": src}]}}
    lane.tenant("acme", {**simple_shop(), "branding.yaml": branding, "assets/fonts/house.woff2": font})

    built = lane.build("acme")

    assert built.outcome == "built", messages(built)
    assert [name for name in lane.files("acme") if name.startswith("assets/house") and name.endswith(".woff2")]
