"""`highstreet edge`: what is printed comes from the settings and the last builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from highstreet.cli.main import main
from support.street import Lane, simple_shop

SETTINGS = '[tool.highstreet]\nbase_domain = "shops.example"\n[tool.highstreet.publish]\nto = "s3://bucket/shops"\n'


def _workspace(lane: Lane) -> Path:
    root = lane.root
    (root / "pyproject.toml").write_text(SETTINGS)
    lane.tenant("acme", simple_shop())
    return root


def test_domains_come_from_the_last_build(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    root = _workspace(lane)
    files = simple_shop()
    lane.tenant("acme", {**files, "tenant.yaml": {**files["tenant.yaml"], "domains": ["www.acme.example", "acme.example"]}})
    assert main(["-C", str(root), "build"]) == 0
    capsys.readouterr()

    code = main(["-C", str(root), "edge", "caddy", "--seal", "abc"])

    printed = capsys.readouterr()
    assert code == 0 and not printed.err
    assert 'acme.example acme current "www.acme.example"' in printed.out and "abc[[-" in printed.out


def test_an_unbuilt_shop_is_told(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    root = _workspace(lane)

    assert main(["-C", str(root), "edge", "caddy"]) == 0

    assert "build first" in capsys.readouterr().err


@pytest.mark.parametrize(("more", "told"), [(["--to", "file:///srv/st{reet"], "cannot name"), (["--listen", "nowhere"], "not an address")])
def test_what_no_edge_can_be_made_of_is_refused(more: list[str], told: str, lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    root = _workspace(lane)

    assert main(["-C", str(root), "edge", "caddy", *more]) == 2

    assert told in capsys.readouterr().err


@pytest.mark.parametrize(("kind", "more", "made"), [("nginx", ["--resolver", "127.0.0.53"], {"highstreet.conf", "highstreet.js"}), ("cloudflare", [], {"worker.js", "wrangler.json"}), ("cloudfront", [], {"cloudfront.json", "viewer-request.js", "viewer-response.js", "origin-response.js"})])
def test_what_takes_several_files_is_written_into_a_folder(kind: str, more: list[str], made: set[str], lane: Lane, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _workspace(lane)
    assert main(["-C", str(root), "edge", kind, *more]) == 2
    assert "--into" in capsys.readouterr().err

    assert main(["-C", str(root), "edge", kind, *more, "--into", str(tmp_path / "edge")]) == 0

    assert {path.name for path in (tmp_path / "edge").iterdir()} == made
    assert "@{" not in "".join(path.read_text() for path in (tmp_path / "edge").iterdir())
