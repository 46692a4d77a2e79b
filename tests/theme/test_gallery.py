"""The gallery of sections says what the theme has, and shows all of it."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from highstreet.source.image import probe
from highstreet.source.scan import scan
from highstreet.theme.theme import open_theme
from support.street import ROOT


def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs/gallery/make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_gallery_is_current() -> None:
    assert (ROOT / "docs/gallery.md").read_text("utf-8") == gallery().text(), "run `python docs/gallery/make.py --text`, and without --text for new pictures"


def test_every_section_has_its_picture_and_no_other_is_kept() -> None:
    sections = open_theme(scan(ROOT / "themes/main", "themes/main")).sections
    pictures = sorted((ROOT / "docs/gallery").glob("*.webp"))

    assert len(sections) >= 26
    assert {path.stem for path in pictures} == set(sections), "run `python docs/gallery/make.py`"
    assert sum(path.stat().st_size for path in pictures) < 1_500_000
    assert all(probe(path.read_bytes()).width == gallery().SHOWN for path in pictures)
