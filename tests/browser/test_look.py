"""The look of the demo shops, kept: pages in Chromium against small pictures of how they were when somebody last looked at them.

A page is photographed whole and made eight times smaller, so that what is left of letters is their colour and their
place: other versions of Chromium and FreeType draw them a little otherwise, and that is no change. A rule, a token, a
picture or a word that changes is one. Pictures of products are flat grey here (tests/browser/browser_street.py), so
what is compared is the theme's work.

`pytest tests/browser/test_look.py --update-look` takes new pictures: look at them in tests/browser/look/ before they
are committed. A run that finds a difference leaves the page, what was kept and both on each other in the test's folder.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from browser_street import Server
from PIL import Image, ImageChops, ImageStat

from support.street import CLOCK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
KEPT = Path(__file__).parent / "look"
SMALL = 8  # CSS pixels to one of the kept pictures
TILE = 6  # of those to one that is compared: 48 CSS pixels
HEIGHT = 2  # small pixels a page may be longer or shorter
APART = 9.0  # of 255, the mean of a tile: font rasterisers differ by up to 3
PHONE, DESK = (390, 844), (1440, 900)


class Shot(NamedTuple):
    path: str
    size: tuple[int, int]
    scheme: str = "light"
    do: str = ""  # what is pressed before

    @property
    def name(self) -> str:
        place = self.path.strip("/").replace("/", "-").removesuffix(".html") or "home"
        return "-".join(filter(None, (place, str(self.size[0]), self.scheme if self.scheme != "light" else "", "open" if self.do else "")))


# Shops whose letters come with them: Japanese is set in whatever the machine has, so Yamagiri shows its English pages.
SHOTS = {
    "bigwall": [
        Shot("/", DESK), Shot("/", PHONE, "dark"), Shot("/collections/limited/", DESK), Shot("/products/hi-fi/", PHONE), Shot("/products/hi-fi/", DESK, "dark"),
        Shot("/search/", PHONE), Shot("/404.html", DESK),
    ],
    "ghasaq": [Shot("/", DESK), Shot("/", PHONE), Shot("/collections/perfumes/", PHONE), Shot("/products/ghasaq/", DESK), Shot("/en/products/ghasaq/", PHONE), Shot("/journal/", DESK)],
    "hullabaloo": [
        Shot("/", DESK), Shot("/", PHONE), Shot("/collections/coffee/", DESK), Shot("/products/hedgehog/", DESK), Shot("/cart/", PHONE), Shot("/404.html", PHONE),
        Shot("/collections/kit/", PHONE, do="[data-cart-open]"),
    ],
    "lumen": [
        Shot("/", DESK), Shot("/", PHONE), Shot("/collections/eyeglasses/", DESK), Shot("/collections/round/", PHONE, do=".filters-open"), Shot("/products/pharos/", DESK),
        Shot("/products/pharos/", PHONE), Shot("/pages/story/", DESK), Shot("/journal/why-lighthouses/", PHONE), Shot("/collections/round/", DESK, do=".menu summary"),
    ],
    "yamagiri": [Shot("/en/", DESK), Shot("/en/", PHONE), Shot("/en/collections/tea/", DESK), Shot("/en/products/tamanotsuyu/", DESK), Shot("/en/journal/", PHONE)],
}  # fmt: skip


@pytest.mark.parametrize("shop", SHOTS)
def test_pages_look_as_they_did(browser: Browser, serve: Callable[[str], Server], shop: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    taken = {f"{shop}-{shot.name}.webp": photograph(browser, serve(shop), shot) for shot in SHOTS[shop]}

    if request.config.getoption("--update-look"):
        for old in set(KEPT.glob(f"{shop}-*.webp")) - {KEPT / name for name in taken}:
            old.unlink()
        for name, now in taken.items():
            if not (KEPT / name).is_file() or difference(Image.open(KEPT / name).convert("RGB"), now):
                now.save(KEPT / name, "WEBP", lossless=True, quality=100, method=6)
        return

    found = []
    for name, now in taken.items():
        if not (KEPT / name).is_file():
            found.append(f"{name} was never kept: run with --update-look and look at it")
            continue
        before = Image.open(KEPT / name).convert("RGB")
        if told := difference(before, now):
            now.save(tmp_path / f"now-{name}")
            before.save(tmp_path / f"kept-{name}")
            Image.blend(before, now.resize(before.size), 0.5).save(tmp_path / f"both-{name}")
            found.append(f"{name}: {told}")
    assert found == [], f"look at {tmp_path}; if the change is wanted, keep it with --update-look"


def test_no_picture_is_kept_for_nothing() -> None:
    assert {path.name for path in KEPT.iterdir()} == {f"{shop}-{shot.name}.webp" for shop, shots in SHOTS.items() for shot in shots}
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < 2_000_000


def test_noise_is_no_difference_and_a_changed_colour_is_one() -> None:
    before = Image.new("RGB", (180, 400), "#ffffff")
    noisy = Image.effect_noise(before.size, 6).convert("RGB")
    button = before.copy()
    button.paste("#e0e0e0", (90, 200, 102, 206))  # a button of 96 by 48 CSS pixels, a little darker

    assert difference(before, ImageChops.subtract(before, ImageChops.subtract(noisy, Image.new("RGB", before.size, "#808080")))) == ""
    assert "near 720, 1584" in difference(before, button)
    assert "long" in difference(before, before.crop((0, 0, 180, 396)))


def photograph(browser: Browser, server: Server, shot: Shot) -> Image.Image:
    context = browser.new_context(
        viewport={"width": shot.size[0], "height": shot.size[1]}, device_scale_factor=0.5, color_scheme=shot.scheme, reduced_motion="reduce", base_url=server.url  # type: ignore[arg-type]
    )  # fmt: skip
    try:
        page = context.new_page()
        page.clock.set_fixed_time(CLOCK)
        page.goto(shot.path, wait_until="load")
        if shot.do:
            page.locator(shot.do).first.click()
        _settle(page)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=not shot.do, animations="disabled"))).convert("RGB")
    finally:
        context.close()
    factor = SMALL // 2
    small = picture.resize((picture.width // factor, picture.height // factor), Image.Resampling.BOX)
    return small.point(lambda part: part & ~3)  # 64 steps of each colour: half the bytes


def _settle(page: Page) -> None:
    """Scripts, letters and pictures are there, those further down too; the controls of films are the browser's own."""
    page.wait_for_load_state("networkidle")
    page.evaluate("""async () => {
      document.querySelectorAll('[lang|=ja]').forEach(word => { word.textContent = '' }) // no font for it everywhere
      document.querySelectorAll('video').forEach(film => film.removeAttribute('controls'))
      document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })
      await Promise.all([document.fonts.ready, ...[...document.images].map(image => image.decode().catch(() => {}))])
      await new Promise(requestAnimationFrame)
    }""")


def difference(before: Image.Image, now: Image.Image) -> str:
    """Where two small pictures differ more than letters drawn by another hand do, in words; "" where they do not."""
    if before.width != now.width or abs(before.height - now.height) > HEIGHT:
        return f"{now.width * SMALL} wide and {now.height * SMALL} long, was {before.width * SMALL} by {before.height * SMALL}"
    size = (before.width, min(before.height, now.height))
    apart = ImageChops.difference(before.crop((0, 0, *size)), now.crop((0, 0, *size)))
    worst, place, tiles = 0.0, (0, 0), 0
    for top in range(0, size[1], TILE):
        for left in range(0, size[0], TILE):
            mean = max(ImageStat.Stat(apart.crop((left, top, min(left + TILE, size[0]), min(top + TILE, size[1])))).mean)
            tiles += mean > APART
            if mean > worst:
                worst, place = mean, (left, top)
    return f"{tiles} places differ, most near {place[0] * SMALL}, {place[1] * SMALL} (by {worst:.0f} of 255)" if tiles else ""
