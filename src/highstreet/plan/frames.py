"""Frames: the three measures of glasses, found among a product's attributes."""

from __future__ import annotations

from collections.abc import Sequence

from highstreet.theme.views import FrameView


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


# What shops call each measure, in the languages of theme main, compared without regard to case.
_LENS = _words("""
lens width, lens size, eye size, calibre, largeur de verre, largeur du verre, largeur des verres
glasbreite, scheibenbreite, glasgröße, ancho de lente, ancho del lente, ancho de la lente
larghezza lente, larghezza lenti, larghezza della lente, largura da lente, largura das lentes, レンズ幅, عرض العدسة
""")
_BRIDGE = _words("""
bridge, bridge width, pont, largeur du pont, steg, stegbreite, nasensteg, brückenweite
puente, ancho del puente, ponte, larghezza del ponte, largura da ponte
ブリッジ, ブリッジ幅, 鼻幅, الجسر, عرض الجسر
""")
_TEMPLE = _words("""
temple, temples, temple length, branche, branches, longueur de branche, longueur des branches
bügel, bügellänge, varilla, varillas, patilla, patillas, asta, aste, lunghezza asta, lunghezza aste
haste, hastes, comprimento da haste, テンプル, テンプル長, つる, الذراع, طول الذراع
""")


def frame(attributes: Sequence[tuple[str, str]]) -> FrameView | None:
    """The measures, when at least two are told: a bridge alone may belong to a guitar."""
    found = {name.strip().casefold(): text for name, text in attributes}

    def told(names: frozenset[str]) -> str:
        return next((found[name] for name in found if name in names), "")

    view = FrameView(told(_LENS), told(_BRIDGE), told(_TEMPLE))
    return view if sum(map(bool, view)) >= 2 else None
