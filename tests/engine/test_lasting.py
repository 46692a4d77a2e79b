"""Results with lasting names: as long as a kind's VERSION is the same, so are its bytes.

Such results are named in pages and kept for years, and an upgrade of Highstreet that only renames them would make every
page of every shop anew. What they are is recorded in lasting.json; `python tests/engine/test_lasting.py` records it.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from highstreet.model.branding import BrandColors
from highstreet.model.palette import scheme
from highstreet.run import registry
from highstreet.run.registry import _LASTING, Runners, tools
from highstreet.theme.fonts import Face, Type
from support.street import Lane, simple_shop

RECORD = Path(__file__).with_name("lasting.json")
FONT = (Path(__file__).parents[2] / "themes/main/fonts/fraunces/latin.woff2").read_bytes()
COLORS = scheme(BrandColors("#17324d", "#e2725b", "#fbf7f0"))
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" onload="x()">'
    b'<script>x()</script><path d="M2 2h20L12 22z" fill="#c04"/></svg>'
)


def photo() -> bytes:
    image = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn).resize((600, 400)) for turn in (0, 90, 180)])
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


SAMPLES: Mapping[str, Callable[[], list[Mapping[str, object]]]] = {
    "file": lambda: [{"original": b"as it is"}],
    "script": lambda: [{"original": b'// one\nimport { a } from "./cart.js";\n  a();\n', "imports": {"cart.js": "cart.1.js"}}],
    "svg": lambda: [{"original": DRAWING}],
    "image": lambda: [{"original": photo(), "width": 240, "format": form} for form in ("jpeg", "webp", "avif", "png")],
    "font": lambda: [{"font": FONT, "unicodes": "U+0041-005A", "weights": "400 700"}],
    "icon": lambda: [
        {"form": form, "size": 32, "letters": ("LO",), "font 0": FONT, "fill": "#17324d", "on": "#ffffff"}
        for form in ("svg", "png", "ico")
    ] + [{"form": "png", "size": 180, "purpose": "apple", "source": DRAWING}],
    "picture": lambda: [
        {"title": "Aria Round", "price": "€129.00", "compare_at": None, "brand": "Lumen", "photo": shown, "colors": dict(COLORS.light),
         "logo_svg": None, "heading_font": FONT, "body_font": FONT, "dir": "ltr", "lang": "en"}
        for shown in (None, photo())
    ],
    "style": lambda: [
        {"light": COLORS.light, "dark": COLORS.dark, "mode": "auto", "shape": "soft",
         "heading": Type(("Fraunces", "Georgia", "serif"), "560", "-0.018em", "1.08"),
         "body": Type(("House Sans", "system-ui", "sans-serif"), "400", "0", "1.6"),
         "faces": (Face("Inter", "/assets/inter.0123.woff2", "100 900", "normal", "U+0000-00FF,U+0131"),),
         "css": (("main.css", "a { color : var(--link) }\n.b > .c:hover{ margin:0 0 0 0 }"),), "own House Sans": FONT},
        {"css": (("cart.css", "@media (min-width: 40em) { .cart { gap: 1rem; } }"),), "off": ("cart-note",)},
    ],
}  # fmt: skip


def made(kind: str) -> str:
    whole = sha256()
    for inputs in SAMPLES[kind]():
        whole.update(sha256(Runners()[kind](inputs)).digest())
    return whole.hexdigest()


def test_every_lasting_kind_has_a_sample() -> None:
    assert SAMPLES.keys() == _LASTING == json.loads(RECORD.read_text("utf-8")).keys()


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_the_same_version_gives_the_same_bytes(kind: str) -> None:
    recorded = json.loads(RECORD.read_text("utf-8"))[kind]
    ours = tools()[kind]

    assert ours.split(";")[0] == recorded["tools"].split(";")[0], "VERSION has changed: record what is made now"
    if [ours, platform.machine()] != [recorded["tools"], recorded["machine"]]:
        pytest.skip(f"recorded with {recorded['tools']} on {recorded['machine']}, this is {ours}")
    assert made(kind) == recorded["made"], "other bytes under the same name: raise VERSION, then record what is made now"


def test_another_version_of_our_code_changes_no_byte(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade makes pages again to find out, but publishes nothing that is as it was."""
    lane.tenant("acme", simple_shop())
    lane.build("acme")
    before = lane.files("acme")
    tools.cache_clear()
    monkeypatch.setattr(registry, "code", lambda: "another")
    try:
        built = lane.build("acme")
    finally:
        tools.cache_clear()

    assert built.outcome == "built"
    assert "index.html" in built.ran
    assert (built.written, lane.files("acme")) == (0, before)


if __name__ == "__main__":
    rows = {kind: {"tools": tools()[kind], "machine": platform.machine(), "made": made(kind)} for kind in sorted(SAMPLES)}
    RECORD.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    sys.exit(print("recorded"))
