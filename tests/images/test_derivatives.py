"""Derivatives: size, upright pixels, colours, transparency, movement, and nothing left of the metadata."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import product
from pathlib import Path

import made_pictures as made
import pytest
from PIL import Image, ImageChops, ImageStat

from highstreet.run import image as runner
from highstreet.run import pixels, placeholder
from highstreet.source.image import ImageProblem, formats, height_at, probe, sizes

SHARED = Path(__file__).parents[3] / "shared" / "data"
LADDER = (320, 640, 960)


def derivative(original: bytes, width: int, format: str, **rest: object) -> bytes:
    return runner.run({"original": original, "width": width, "format": format, **rest})


def difference(one: Image.Image, other: Image.Image) -> float:
    """Root mean square over all channels, of 255."""
    means = ImageStat.Stat(ImageChops.difference(one, other)).rms
    return float(max(means))


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_kept", None)


@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "avif", "gif"])
@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif"])
def test_every_format_becomes_every_other(source: str, format: str) -> None:
    original = made.encoded(made.corners(), source, **({"quality": 95} if source in ("jpeg", "webp", "avif") else {}))

    found = probe(derivative(original, 48, format))

    assert (found.width, found.height, found.format, found.frames) == (48, 32, format, 1)
    assert difference(made.opened(derivative(original, 48, format)).convert("RGB"), made.corners(48, 32)) < 16


@pytest.mark.parametrize("format", ["webp", "avif"])
def test_grain_weighs_no_more_than_it_must_and_usual_pictures_are_left_alone(format: str) -> None:
    grain = made.encoded(Image.effect_noise((480, 480), 60).convert("RGB"), "png")
    calm = made.encoded(Image.radial_gradient("L").resize((480, 480)).convert("RGB"), "png")
    usual = runner.QUALITY[format]

    dense = derivative(grain, 480, format)

    assert len(dense) < 0.75 * len(derivative(grain, 480, format, quality=usual))
    assert difference(made.opened(dense).convert("RGB").resize((60, 60)), made.opened(grain).convert("RGB").resize((60, 60))) < 6, "it still looks like it from afar"
    assert derivative(calm, 480, format) == derivative(calm, 480, format, quality=usual)
    assert derivative(grain, 480, format, quality=90) != dense, "a quality that is asked for is given"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("source", ["jpeg", "png", "webp"])
def test_turned_pictures_come_out_upright(source: str, orientation: int) -> None:
    image, exif = made.turned(made.corners(), orientation)
    original = made.encoded(image, source, exif=exif, **({} if source == "png" else {"quality": 95}))

    upright = made.opened(derivative(original, 96, "png")).convert("RGB")

    assert upright.size == (96, 64)
    assert difference(upright, made.corners()) < (1 if source == "png" else 16)


def test_turned_and_shrunk_by_the_jpeg_decoder() -> None:
    image, exif = made.turned(made.corners(1600, 960), 6)
    original = made.encoded(image, "jpeg", exif=exif, quality=95)

    small = made.opened(derivative(original, 150, "png")).convert("RGB")

    assert small.size == (150, 90)
    assert difference(small, made.corners(150, 90)) < 8


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif"])
@pytest.mark.parametrize("width", [48, 96])
def test_nothing_of_the_metadata_remains(format: str, width: int) -> None:
    original = made.encoded(made.corners(), "jpeg", quality=95, **made.with_everything_attached())
    assert b"SecretCamera" in original and b"SecretXmp" in original and b"SecretComment" in original

    data = derivative(original, width, format)

    result = made.opened(data)
    assert not any(
        secret in data for secret in (b"Secret", b"Exif", b"xmpmeta", b"2026:01:02", b"eXIf", b"ICC_PROFILE")
    )
    assert not result.getexif()
    assert not {"icc_profile", "exif", "xmp", "comment", "XML:com.adobe.xmp"} & set(result.info)


@pytest.mark.parametrize("source", ["png", "webp", "gif", "avif"])
def test_metadata_of_other_sources_goes_too(source: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Comment", "SecretText")
    extra: dict[str, dict[str, object]] = {
        "png": {"pnginfo": text, "exif": made.with_everything_attached()["exif"]},
        "webp": {"xmp": b"SecretXmp", "exif": made.with_everything_attached()["exif"]},
        "gif": {"comment": b"SecretComment"},
        "avif": {"xmp": b"SecretXmp"},
    }
    original = made.encoded(made.corners(), source, **extra[source])
    assert b"Secret" in original

    for format in ("jpeg", "png", "webp", "avif"):
        assert b"Secret" not in derivative(original, 96, format)


def test_colour_profiles_are_heeded_then_dropped() -> None:
    original = made.encoded(made.corners(), "jpeg", quality=95, icc_profile=made.swapped_profile())

    result = made.opened(derivative(original, 96, "png")).convert("RGB")

    red, green, _ = result.getpixel((10, 10))  # type: ignore[misc]
    assert green > red + 60  # what was stored as red means green in this profile
    assert "icc_profile" not in result.info


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 128, made.swapped_profile()[:200]])
def test_broken_profiles_are_left_out_of_account(profile: bytes) -> None:
    original = made.encoded(made.corners(), "png", icc_profile=profile)

    assert difference(made.opened(derivative(original, 96, "png")).convert("RGB"), made.corners()) < 1


def test_print_colours_become_screen_colours() -> None:
    original = made.encoded(made.corners(mode="CMYK"), "jpeg", quality=95)  # Pillow writes Adobe's inverted CMYK
    assert b"Adobe" in original

    for format in ("jpeg", "webp", "avif", "png"):
        result = made.opened(derivative(original, 96, format))
        assert result.mode == "RGB"
        assert difference(result, made.corners()) < 20


@pytest.mark.parametrize(("color", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_are_scaled_not_clipped(color: int, channels: int) -> None:
    sample = b"\x80\x40" * (channels if color in (0, 2) else channels - 1) + (b"\xff\xff" if color in (4, 6) else b"")
    original = made.png(4, 4, 16, color, (b"\0" + sample * 4) * 4)

    result = made.opened(derivative(original, 4, "png")).convert("RGB")

    assert result.getpixel((1, 1)) == (128, 128, 128)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_low_depths_of_grey(depth: int) -> None:
    original = made.png(8, 1, depth, 0, b"\0" + b"\xff" * depth)

    assert made.opened(derivative(original, 8, "png")).convert("RGB").getpixel((3, 0)) == (255, 255, 255)


def test_transparent_palette_stays_transparent_and_jpeg_gets_white() -> None:
    image = made.corners().quantize(4)
    hole = image.getpixel((5, 5))
    original = made.encoded(image, "png", transparency=hole)

    for format in ("png", "webp", "avif"):
        result = made.opened(derivative(original, 96, format)).convert("RGBA")
        assert result.getpixel((5, 5))[3] == 0  # type: ignore[index]
        assert result.getpixel((60, 5))[3] == 255  # type: ignore[index]
    flat = made.opened(derivative(original, 96, "jpeg"))
    assert min(flat.getpixel((10, 10))) > 245  # type: ignore[arg-type]


def test_colour_of_invisible_pixels_does_not_bleed() -> None:
    image = Image.new("RGBA", (400, 400), (0, 255, 0, 0))
    image.paste((200, 0, 0, 255), (100, 100, 300, 300))
    original = made.encoded(image, "png")

    small = made.opened(derivative(original, 37, "png")).convert("RGBA").tobytes()

    assert all(small[at + 1] < 30 for at in range(0, len(small), 4) if small[at + 3] > 8)


def test_an_unused_alpha_channel_is_dropped() -> None:
    original = made.encoded(made.corners(mode="RGBA"), "png")

    assert not probe(derivative(original, 96, "webp")).has_alpha


@pytest.mark.parametrize("source", ["gif", "webp", "png"])
def test_moving_pictures_move_in_webp_and_stand_elsewhere(source: str) -> None:
    original = made.animation(source)

    moving = Image.open(__import__("io").BytesIO(derivative(original, 30, "webp")))

    assert (moving.size, moving.n_frames, moving.info["loop"]) == ((30, 20), 4, 0)  # type: ignore[attr-defined]
    moving.seek(1)
    moving.load()
    assert moving.info["duration"] == 120
    for format in ("jpeg", "avif", "png"):
        still = made.opened(derivative(original, 30, format))
        assert getattr(still, "n_frames", 1) == 1
        assert difference(still.convert("RGB"), Image.new("RGB", (30, 20), (0, 0, 200))) < 12


@pytest.mark.parametrize("size", [(1, 1), (10_000, 1), (1, 10_000), (3, 2), (9, 9)])
@pytest.mark.parametrize("source", ["png", "jpeg"])
def test_odd_shapes(size: tuple[int, int], source: str) -> None:
    original = made.encoded(Image.new("RGB", size, "#336699"), source)
    found = probe(original)

    for width, format in product(sizes(found, LADDER), ("jpeg", "webp", "avif", "png")):
        made_of_it = probe(derivative(original, width, format))
        assert (made_of_it.width, made_of_it.height) == (width, height_at(width, found))


def test_never_larger_than_the_original() -> None:
    original = made.encoded(made.corners(), "png")

    assert probe(derivative(original, 5000, "webp"))[:2] == (96, 64)


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif"])
def test_a_body_cut_short_is_a_problem_not_a_crash(format: str) -> None:
    whole = made.encoded(Image.effect_noise((300, 200), 60).convert("RGB"), format)

    with pytest.raises(ImageProblem):
        derivative(whole[: len(whole) * 2 // 3], 100, "jpeg")


def test_what_is_kept_never_shows_in_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [
        made.encoded(Image.effect_noise((1500, 900), 70).convert("RGB"), "jpeg"),
        made.encoded(made.corners(700, 500), "webp"),
    ]
    work = [(data, width, format) for data in pictures for width in (70, 300, 640) for format in ("jpeg", "webp")]
    alone = {}
    for item in work:
        monkeypatch.setattr(runner, "_kept", None)
        alone[item[1:], item[0][:16]] = derivative(*item)

    for order in (work, work[::-1], work[::2] + work[1::2]):
        for item in order:
            assert derivative(*item) == alone[item[1:], item[0][:16]]


def test_same_bytes_in_threads_and_in_another_process() -> None:
    original = made.encoded(Image.effect_noise((800, 600), 70).convert("RGB"), "jpeg")
    work = [(width, format) for width in (200, 400) for format in ("jpeg", "webp", "avif")] * 2

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda item: derivative(original, *item), work))

    script = (
        "import sys; from hashlib import sha256; from highstreet.run.image import run; data = sys.stdin.buffer.read()\n"
        f"for width, format in {work[:6]!r}:\n"
        "    print(sha256(run({'original': data, 'width': width, 'format': format})).hexdigest())"
    )
    environment = {"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo", "LANG": "C", "PYTHONHASHSEED": "5"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    elsewhere = subprocess.run(
        [sys.executable, "-c", script], input=original, capture_output=True, check=True, env=environment
    )
    assert [sha256(data).hexdigest() for data in together] == elsewhere.stdout.decode().split() * 2


@pytest.mark.slow
def test_a_bomb_costs_no_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(made.png_bomb())
    script = (
        "import resource, sys; from pathlib import Path; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
        "from highstreet.run.image import run; from highstreet.source.image import ImageProblem\n"
        "try: run({'original': Path(sys.argv[1]).read_bytes(), 'width': 320, 'format': 'webp'})\n"
        "except ImageProblem as problem: print(problem.reason)"
    )

    done = subprocess.run([sys.executable, "-c", script, str(bomb)], capture_output=True, text=True, check=True)

    assert done.stdout == "picture is too large\n"


def test_placeholder_is_the_colour_from_afar() -> None:
    assert placeholder.run({"original": made.encoded(Image.new("RGB", (50, 50), "#336699"), "png")}) == b"#336699"
    half = made.corners(64, 64).convert("L").point(lambda value: 255 if value > 100 else 0)
    mixed = placeholder.run({"original": made.encoded(half, "png")})
    assert mixed[1:3] == mixed[3:5] == mixed[5:7] and 0x60 < int(mixed[1:3], 16) < 0xD0
    cut_out = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    assert placeholder.run({"original": made.encoded(cut_out, "png")}) == b""


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared catalogs lie beside the repository")
@pytest.mark.parametrize(
    "catalog", ["vendure-mock", "eshop-adventure", "bagisto-i18n", "spree-appliances", "aws-spyshop"]
)
def test_real_pictures_come_out_whole(catalog: str) -> None:
    files = sorted(path for end in ("jpg", "webp") for path in (SHARED / catalog).rglob(f"*.{end}"))
    assert len(files) >= 12

    for path in files:
        probe(path.read_bytes())
    for path in files[:: max(1, len(files) // 5)]:
        data = path.read_bytes()
        found = probe(data)
        for width, format in product(sizes(found, LADDER)[:2], formats(found, ("webp",), "jpeg")):
            result = derivative(data, width, format)
            assert probe(result)[:3] == (width, height_at(width, found), format)
            assert b"Exif" not in result
        assert len(placeholder.run({"original": data})) == 7


def test_an_avif_larger_than_it_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes that claim 100 × 100 pixels; their decoder makes room for what is inside first."""
    out = io.BytesIO()
    Image.new("RGB", (8_000, 8_000), "red").save(out, "AVIF", speed=10)
    size = b"ispe\0\0\0\0" + struct.pack(">II", 8_000, 8_000)
    liar = out.getvalue().replace(size, b"ispe\0\0\0\0" + struct.pack(">II", 100, 100))
    monkeypatch.setattr(pixels, "_MOST_MEMORY", 24 * 2**20)

    assert size in out.getvalue()
    assert probe(liar).width == 100
    with pytest.raises(ImageProblem):
        derivative(liar, 48, "webp")
    monkeypatch.undo()
    assert derivative(liar, 48, "webp")
