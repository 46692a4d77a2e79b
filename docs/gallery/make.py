"""Makes docs/gallery.md and its pictures from the theme and the demo shops: `python docs/gallery/make.py`.

Each section type is shown as one of the demo shops uses it, with its YAML and a table of its settings. The option
`--text` writes the text alone; names of types make those pictures only. tests/theme/test_gallery.py sees that nobody
forgot. Pictures need Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
import textwrap
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE, PICTURES = ROOT / "docs/gallery.md", ROOT / "docs/gallery"
WIDTH, SHOWN = 1280, 720
# Loads what waits for somebody to come near, and unfolds what is folded.
LOOK = """async () => {
  document.querySelectorAll('main > .size-guide details').forEach(fold => { fold.open = true })
  for (let y = 0; y < document.body.scrollHeight; y += 600) {
    scrollTo(0, y)
    await new Promise(done => setTimeout(done, 80))
  }
}"""
CLOCK = datetime(2026, 11, 24, 9, tzinfo=UTC)
# Where a type is taken from when several shops use it; the first shop by name otherwise.
FROM = {
    "announcement-bar": "hullabaloo",
    "before-after": "lumen",
    "collection-tiles": "bigwall",
    "countdown": "hullabaloo",
    "faq": "hullabaloo",
    "featured-collection": "hullabaloo",
    "featured-product": "lumen",
    "featured-products": "ghasaq",
    "gallery": "bigwall",
    "hero": "hullabaloo",
    "image-with-text": "lumen",
    "journal": "lumen",
    "map-link": "lumen",
    "multicolumn": "hullabaloo",
    "newsletter": "bigwall",
    "quote": "hullabaloo",
    "shop-the-look": "bigwall",
    "rich-text": "hullabaloo",
    "running-words": "hullabaloo",
    "slideshow": "bigwall",
    "testimonials": "lumen",
    "trust-row": "lumen",
    "video": "yamagiri",
}
# Types no demo shop has reason to use.
EXTRA = {
    "embed": (
        "hullabaloo",
        """- type: embed
  heading: The whole nine minutes
  url: "https://www.youtube-nocookie.com/embed/roaster"
  title: How we roast, a film on YouTube
  poster: yard.jpg
""",
    ),
}


def samples() -> dict[str, tuple[str, str]]:
    """Section type → the shop it is taken from and its YAML, as a list of one."""
    found: dict[str, tuple[str, str]] = {}
    for shop in sorted(path.name for path in (ROOT / "tenants").iterdir() if path.is_dir()):
        folder = ROOT / "tenants" / shop
        for file in (folder / "home.yaml", *sorted((folder / "templates").glob("*.yaml"))):
            for block in re.split(r"(?m)^(?=  - )", file.read_text("utf-8").partition("sections:\n")[2]):
                match = re.match(r"  - type: ([a-z-]+)", block)
                if match and FROM.get(match[1], shop) == shop:
                    found.setdefault(match[1], (shop, textwrap.dedent(block)))
    return found | EXTRA


def text() -> str:
    """docs/gallery.md."""
    from highstreet.source.scan import scan
    from highstreet.theme.theme import open_theme

    theme, shown = open_theme(scan(ROOT / "themes/main", "themes/main")), samples()
    lines = [
        "# Gallery of sections",
        "",
        "<!-- Made by docs/gallery/make.py from themes/main/theme.yaml and the demo shops. -->",
        "",
        f"The {len(theme.sections)} section types of theme `main`, each as a demo shop uses it. Write them into",
        "`home.yaml`, `templates/<kind>.yaml`, or, for every page, into `templates/header.yaml` and",
        "`templates/footer.yaml`; how is told in [the theme author's guide](theme.md#sections).",
        "Every section may also have `publish_at` and `unpublish_at`.",
        "",
        " · ".join(f"[{section.label}](#{name})" for name, section in theme.sections.items()),
        "",
    ]
    for name, section in theme.sections.items():
        shop, block = shown[name]
        lines += [
            f"## {name}",
            "",
            f"**{section.label}**, here in {shop}.",
            "",
            f"![{section.label}](gallery/{name}.webp)",
            "",
        ]
        lines += ["| Setting | In YAML | Default | |", "|---|---|---|---|", *_rows(section.settings, ""), ""]
        lines += ["<details><summary>As written</summary>", "", "```yaml", block.rstrip(), "```", "", "</details>", ""]
    return "\n".join(lines).rstrip() + "\n"


def _rows(settings: tuple, inside: str) -> list[str]:
    rows = []
    for setting in settings:
        kinds = {
            "choice": " · ".join(setting.options),
            "integer": f"{setting.min} to {setting.max}",
            "boolean": "true · false",
            "list": f"list, at most {setting.max_items}",
            "media": "file: " + ", ".join(setting.options),
        }
        kind = kinds.get(setting.type, setting.type)
        default = "" if setting.default is None else str(setting.default)
        given = "**required**" if setting.required else default
        words = ". ".join(part for part in (setting.label, setting.info) if part).replace("|", "\\|")
        rows.append(f"| `{inside}{setting.name}` | {kind} | {given} | {words} |")
        rows += _rows(setting.of, f"{inside}{setting.name}[].")
    return rows


def pictures(only: frozenset[str] = frozenset()) -> None:
    """Builds the demo shops with their samples for home pages and photographs each section, or those in `only`."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    sys.path.insert(0, str(ROOT / "tests/browser"))
    from browser_street import Server

    from highstreet import pipeline
    from highstreet.model.platform import Platform
    from highstreet.pipeline import Street
    from highstreet.workspace import Workspace

    by_shop: dict[str, list[tuple[str, str]]] = {}
    for name, (shop, block) in samples().items():
        if not only or name in only:
            by_shop.setdefault(shop, []).append((name, block))
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        root = Path(scratch)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shop, sections in by_shop.items():
            folder = root / "tenants" / shop
            shutil.copytree(ROOT / "tenants" / shop, folder)
            shutil.rmtree(folder / "templates", ignore_errors=True)
            shutil.rmtree(folder / "locales", ignore_errors=True)
            tenant = (folder / "tenant.yaml").read_text("utf-8")
            (folder / "tenant.yaml").write_text(re.sub(r"(?m)^languages:.*\n", "", tenant), "utf-8")
            home = "".join(textwrap.indent(block, "  ") for _, block in sections)
            (folder / "home.yaml").write_text(f"sections:\n{home}", "utf-8")
            # One cache with the workspace: most pictures have been made before.
            built = pipeline.build(
                Street(Workspace(root, root / "build", ROOT / ".highstreet"), Platform(), CLOCK), shop
            )
            assert built.outcome == "built", [str(d) for d in built.diagnostics]
            server = Server(root / "build" / shop)
            page = browser.new_page(
                viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce", base_url=server.url
            )
            page.goto("/")
            page.evaluate(LOOK)
            page.wait_for_load_state("networkidle")
            for place, (name, _) in enumerate(sections, 1):
                _save(page.locator(f"#section-{place}").screenshot(), PICTURES / f"{name}.webp")
            page.close()
            server.close()
        browser.close()


def _save(shot: bytes, place: Path) -> None:
    from PIL import Image

    image = Image.open(io.BytesIO(shot)).convert("RGB")
    small = image.resize((SHOWN, round(image.height * SHOWN / image.width)), Image.Resampling.LANCZOS)
    small.save(place, "WEBP", quality=62, method=6)


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
    if "--text" not in sys.argv:
        pictures(frozenset(sys.argv[1:]))
