"""Isolation: twenty tenants broken in twenty ways, and the street does not notice."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from highstreet.action import limits
from highstreet.run import page
from support.command import AS_OF, call
from support.street import Lane, as_yaml, picture, simple_shop

GOOD = 180
PRODUCT = "catalog/products/thing-0.yaml"


def _eps() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"


def _pixel_bomb() -> bytes:
    """A PNG of 40,000 × 40,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def _picture_named(extension: str, data: bytes) -> dict[str, Any]:
    return {f"assets/products/p.{extension}": data, PRODUCT: {"title": "Thing", "price": "10.50", "images": [{"src": f"products/p.{extension}", "alt": "x"}]}}


def _override(text: str) -> dict[str, Any]:
    return {"theme/templates/page.html": '{% extends "theme:templates/page.html" %}\n{% block main %}' + text + "{% endblock %}\n"}


ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 24))

# Name of the break → the code that must be told, and the files that break the tenant.
BREAKS: dict[str, tuple[str, dict[str, Any]]] = {
    "yaml-syntax": ("HS011", {PRODUCT: 'title: "Thing\nprice: 1\n'}),
    "price": ("HS204", {PRODUCT: {"title": "Thing", "price": "banana"}}),
    "unknown-key": ("HS030", {PRODUCT: {"title": "Thing", "pirce": "1.00", "price": "1.00"}}),
    "missing-reference": ("HS305", {"catalog/collections/things.yaml": {"title": "Things", "products": ["nothing"]}}),
    "override-syntax": ("HS405", _override("{% if %}")),
    "override-raises": ("HS421", _override("{{ page.nothing.at.all }}")),
    "override-time": ("HS422", _override("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}")),
    "override-memory": ("HS422", _override("{% set ns = namespace(x=['x' * 90000]) %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}")),
    "override-output": ("HS422", _override("{% for a in range(90000) %}{{ 'x' * 90000 }}{% endfor %}")),
    "eps-as-jpg": ("HS350", _picture_named("jpg", _eps())),
    "symlink": ("HS002", {}),  # made below
    "invalid-utf8": ("HS010", {PRODUCT: b"title: \xff\xfe\nprice: 1\n"}),
    "unknown-section": ("HS430", {"home.yaml": {"sections": [{"type": "herro"}]}}),
    "alias-bomb": ("HS017", {PRODUCT: ALIASES}),
    "deep-nesting": ("HS019", {PRODUCT: "title: x\nprice: 1\nattributes: " + "[" * 40_000 + "]" * 40_000 + "\n"}),
    "admin": ("HS122", {}),  # a reserved handle
    "duplicate-sku": ("HS220", {PRODUCT: {"title": "A", "price": "1", "sku": "S-1"}, "catalog/products/other.yaml": {"title": "B", "price": "1", "sku": "S-1"}}),
    "secret-key": ("HS021", {PRODUCT: {"title": "Thing", "price": "1", "attributes": {"Key": "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc00"}}}),
    "unknown-font": ("HS440", {"branding.yaml": {"typography": {"heading": "Comic Sans MS"}}}),
    "pixel-bomb": ("HS350", _picture_named("png", _pixel_bomb())),
}  # fmt: skip


@pytest.fixture
def quick_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "limited", partial(limits.limited, seconds=0.5))


def _street(lane: Lane, handles: list[str]) -> None:
    files = {path: content if isinstance(content, bytes) else content if isinstance(content, str) else as_yaml(content) for path, content in simple_shop(products=1).items()}
    for handle in handles:
        lane.tenant(handle, files)


def _break(lane: Lane, handle: str) -> None:
    lane.tenant(handle, BREAKS[handle][1])
    if handle == "symlink":
        (lane.root / "tenants/symlink/assets").mkdir(exist_ok=True)
        (lane.root / "tenants/symlink/assets/stolen.md").symlink_to("../../shop-000/pages/about.md")


@pytest.mark.usefixtures("plain_icons", "quick_caps")
def test_twenty_broken_tenants_of_two_hundred_cost_the_others_nothing(lane: Lane, tmp_path: Path) -> None:
    good = [f"shop-{number:03}" for number in range(GOOD)]
    lasting = [handle for handle in list(BREAKS)[::2] if handle != "admin"]  # these had a good build before
    alone = Lane(tmp_path / "alone")
    _street(alone, good)
    _street(lane, good + list(BREAKS))
    call("-C", lane.root, "build", "--as-of", AS_OF, *lasting)
    last_good = {handle: lane.files(handle) for handle in lasting}
    for handle in BREAKS:
        _break(lane, handle)

    reference = call("-C", alone.root, "build", "--as-of", AS_OF, "--format", "json")
    said = call("-C", lane.root, "build", "--as-of", AS_OF, "--format", "json")

    assert (reference.code, said.code) == (0, 1)
    tenants = {tenant["handle"]: tenant for tenant in said.json["tenants"]}
    assert {handle for handle, tenant in tenants.items() if tenant["outcome"] == "failed"} == set(BREAKS)
    told = {handle: {d["code"] for d in tenants[handle]["diagnostics"] if d["severity"] == "error"} for handle in BREAKS}
    assert told == {handle: {code} for handle, (code, _) in BREAKS.items()}
    for handle in BREAKS.keys() - {"override-output"}:  # too much output has no line: it is told of the theme's layout
        assert all(d["file"].startswith(f"tenants/{handle}") and d["fix"] for d in tenants[handle]["diagnostics"]), handle
    wanted = {tenant["handle"]: tenant["manifest"] for tenant in reference.json["tenants"]}
    assert {handle: tenants[handle]["manifest"] for handle in good} == wanted
    for handle in good[::20]:
        assert lane.files(handle) == alone.files(handle)
    assert all(len(files) > 10 and lane.files(handle) == files for handle, files in last_good.items())
    assert not any(lane.workspace.site(handle).exists() for handle in BREAKS if handle not in lasting)
    assert "Traceback" not in said.all
    assert "4eC39HqL" not in said.all
    lines = {handle: (d["file"], d["line"]) for handle in ("override-time", "override-memory", "override-raises") for d in tenants[handle]["diagnostics"] if d["severity"] == "error"}
    assert set(lines.values()) == {(f"tenants/{handle}/theme/templates/page.html", 2) for handle in lines}

    again = call("-C", lane.root, "build", "--as-of", AS_OF, *good[:20], *lasting)

    assert again.code == 1
    assert "20 unchanged" in again.out
    assert "Traceback" not in again.all
    for handle in lasting:
        assert f"{handle}: 1 problem, not built" in again.err


@pytest.mark.usefixtures("plain_icons", "quick_caps")
def test_check_tells_the_same_mistakes_without_building(lane: Lane) -> None:
    _street(lane, ["fine", *BREAKS])
    for handle in BREAKS:
        _break(lane, handle)
    rendered = {"override-raises", "override-time", "override-memory", "override-output"}  # only a build renders

    said = call("-C", lane.root, "check", "--as-of", AS_OF, "--format", "json")

    assert said.code == 1
    told = {(d["tenant"], d["code"]) for d in said.json["diagnostics"] if d["severity"] == "error"}
    assert told == {(handle, code) for handle, (code, _) in BREAKS.items() if handle not in rendered}
    assert not lane.workspace.out.exists()


def test_tenant_folder_that_is_a_link_is_refused(lane: Lane) -> None:
    """A link could publish another tenant's files, or the operator's, under a name of its own."""
    lane.tenant("acme", simple_shop())
    (lane.root / "tenants/copy").symlink_to(lane.root / "tenants/acme")

    built = lane.build("copy")

    assert [d.code for d in built.diagnostics if d.severity == "error"] == ["HS002"]
    assert not lane.workspace.site("copy").exists()


def test_a_fault_of_ours_in_one_tenant_costs_the_others_nothing(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    from highstreet import pipeline

    _street(lane, ["a", "b", "c"])
    real: Callable[..., Any] = pipeline.planned

    def planned(street: Any, handle: str, *rest: Any) -> Any:
        if handle == "b":
            raise ZeroDivisionError("planted")
        return real(street, handle, *rest)

    monkeypatch.setattr(pipeline, "planned", planned)

    built = call("-C", lane.root, "build", "--as-of", AS_OF)
    checked = call("-C", lane.root, "check", "--as-of", AS_OF)

    assert (built.code, checked.code) == (3, 3)
    assert lane.workspace.site("a").is_dir()
    assert lane.workspace.site("c").is_dir()
    for said in (built, checked):
        assert "ZeroDivisionError: planted" in said.err
        assert "fault of Highstreet" in said.err
        assert "make the tenant smaller" not in said.all
    assert "3 tenants checked" in checked.out
    assert io.StringIO(built.out).readline().startswith("2 built")


def test_picture_of_the_same_name_in_two_shops_stays_in_its_shop(lane: Lane) -> None:
    for number, handle in enumerate(("a", "b")):
        lane.tenant(handle, simple_shop() | _picture_named("png", picture(number)))
        lane.build(handle)

    one, two = ({path for path in lane.files(handle) if path.startswith("assets/p") and path.endswith((".png", ".jpg", ".webp"))} for handle in ("a", "b"))

    assert one
    assert one & two == set()
