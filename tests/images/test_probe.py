"""Probe: what a header tells, and which files are refused before anything is decoded."""

from __future__ import annotations

import pickle
import random
import struct
import tracemalloc
from contextlib import suppress

import made_pictures as made
import pytest
from PIL import Image

from highstreet.source.image import MAX_SIDE, ImageInfo, ImageProblem, formats, height_at, probe, sizes

FORMATS = ("jpeg", "png", "webp", "avif", "gif")


def info(width: int, height: int = 100, **rest: object) -> ImageInfo:
    return ImageInfo(width, height, "jpeg", False, False, 8)._replace(**rest)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_tells_its_size(format: str) -> None:
    data = made.encoded(made.corners(), format)

    found = probe(data)

    assert found == (96, 64, format, False, False, 8, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_size_is_the_one_seen_after_turning(format: str, orientation: int) -> None:
    image, exif = made.turned(made.corners(), orientation)

    found = probe(made.encoded(image, format, exif=exif))

    assert (found.width, found.height) == (96, 64)


def test_big_endian_exif_is_read() -> None:
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + bytes(4)

    found = probe(made.encoded(made.corners(), "jpeg", exif=exif))

    assert (found.width, found.height) == (64, 96)


@pytest.mark.parametrize("damage", [b"", b"II", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"\0" * 40])
def test_damaged_exif_is_no_reason_to_refuse(damage: bytes) -> None:
    data = made.encoded(made.corners(), "jpeg", exif=b"Exif\0\0" + damage)

    assert probe(data).width == 96


def test_alpha_bits_and_frames_are_told() -> None:
    palette = made.corners().quantize(4)
    deep = made.png(2, 2, 16, 0, b"\0\x80\0\x40\0" * 2)

    assert probe(made.encoded(made.corners(mode="RGBA"), "png")).has_alpha
    assert probe(made.encoded(palette, "png", transparency=0)).has_alpha
    assert not probe(made.encoded(palette, "png")).has_alpha
    assert probe(deep).bits == 16
    assert probe(made.animation("gif"))[4:] == (True, 8, 4)
    assert probe(made.animation("webp")).frames == 4


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (made.EPS, "PostScript"),
        (b"\xc5\xd0\xd3\xc6" + bytes(40), "PostScript"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<!DOCTYPE html><title>404", "error page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"II*\0" + bytes(40), "TIFF"),
        (b"BM" + bytes(60), "BMP"),
        (b"hello", "something else"),
        (b"", "0 bytes"),
    ],
)
def test_other_files_are_named_for_what_they_are(data: bytes, found: str) -> None:
    with pytest.raises(ImageProblem) as caught:
        probe(data)

    assert found in caught.value.found
    assert caught.value.fix
    assert pickle.loads(pickle.dumps(caught.value)).found == caught.value.found  # it crosses process borders


def test_pixel_bomb_is_refused_without_its_pixels() -> None:
    bomb = made.png_bomb()
    assert len(bomb) < 60_000
    tracemalloc.start()

    with pytest.raises(ImageProblem, match="too large") as caught:
        probe(bomb)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "10450 × 10450" in caught.value.found
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "data",
    [
        made.png(60_000, 60_000, 8, 2, b"\0"),
        made.png(MAX_SIDE + 1, 1, 8, 0, b"\0" * (MAX_SIDE + 2)),
        b"GIF89a\xff\xff\xff\xff\0\0\0,",
        b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff" * 6 + b"VP8 ",
        made.encoded(made.corners(), "jpeg").replace(b"\x00\x40\x00\x60", b"\xff\xff\xff\xff", 1),
    ],
)
def test_huge_sizes_in_headers_are_refused(data: bytes) -> None:
    with pytest.raises(ImageProblem, match="too large"):
        probe(data)


@pytest.mark.parametrize("data", [made.png(0, 5, 8, 0, b""), made.png(5, 0, 8, 0, b"")])
def test_pictures_without_pixels_are_refused(data: bytes) -> None:
    with pytest.raises(ImageProblem):
        probe(data)


@pytest.mark.parametrize("format", FORMATS)
def test_truncated_headers_are_refused_with_a_reason(format: str) -> None:
    data = made.encoded(made.corners(), format)

    for end in (0, 3, 8, 12, 16, 20, 24, 28):
        with pytest.raises(ImageProblem):
            probe(data[:end])


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif"])
def test_a_file_cut_in_half_is_seen_without_decoding(format: str) -> None:
    data = made.encoded(Image.effect_noise((200, 150), 60).convert("RGB"), format)

    with pytest.raises(ImageProblem, match=r"cut short|damaged"):
        probe(data[: len(data) // 2])


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture() -> None:
    thumbnail = made.encoded(made.corners(16, 16), "jpeg")
    data = made.encoded(made.corners(), "jpeg", exif=b"Exif\0\0" + thumbnail)
    assert thumbnail in data

    probe(data)
    with pytest.raises(ImageProblem, match="cut short"):
        probe(data[:-2])


def test_endless_animations_are_refused() -> None:
    with pytest.raises(ImageProblem, match="too long"):
        probe(made.animation("gif", 301))


def test_random_damage_never_escapes_as_another_error() -> None:
    chance = random.Random(7)
    sound = [made.encoded(made.corners(), format) for format in FORMATS] + [
        made.animation("gif"),
        made.animation("webp"),
    ]

    for _ in range(1500):
        data = bytearray(chance.choice(sound))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(ImageProblem):
            probe(bytes(data))


def test_widths_never_exceed_the_original() -> None:
    chance = random.Random(3)

    for _ in range(2000):
        ladder = [chance.randint(1, 3000) for _ in range(chance.randint(1, 8))]
        picture = info(chance.randint(1, 5000), chance.randint(1, 5000))
        found = sizes(picture, ladder)
        assert found and found == tuple(sorted(set(found))) and found[0] >= 1
        assert found[-1] <= min(picture.width, max(ladder))
        assert all(height_at(width, picture) >= 1 for width in found)


@pytest.mark.parametrize(
    ("width", "wanted"),
    [(1, (1,)), (200, (200,)), (320, (320,)), (360, (320,)), (400, (320, 400)), (5000, (320, 640, 1280))],
)
def test_a_width_of_its_own_when_it_is_worth_it(width: int, wanted: tuple[int, ...]) -> None:
    assert sizes(info(width), (640, 320, 1280, 640)) == wanted


@pytest.mark.parametrize("ladder", [(), (0,), (-5, 320)])
def test_a_ladder_without_steps_is_our_mistake(ladder: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ladder"):
        sizes(info(100), ladder)


def test_formats_follow_what_the_picture_holds() -> None:
    assert formats(info(9), ("avif", "webp"), "jpeg") == ("avif", "webp", "jpeg")
    assert formats(info(9, has_alpha=True), ("avif", "webp"), "jpeg") == ("avif", "webp")
    assert formats(info(9, animated=True), ("avif", "webp"), "jpeg") == ("webp", "jpeg")
    assert formats(info(9, animated=True, has_alpha=True), ("avif",), "jpeg") == ("webp",)
    assert formats(info(9), (), "png") == ("png",)
