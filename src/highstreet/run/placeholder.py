"""Placeholder runner: the one colour a picture looks like from afar, shown until the picture arrives.

Inputs: original (bytes).
"""

from __future__ import annotations

from collections.abc import Mapping

from highstreet.run.image import at

VERSION = 1
TOOLS: tuple[str, ...] = ("pillow",)

_GRID = 12  # cells a side; enough to keep what stands out from being averaged twice
_LINEAR = tuple((c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in range(256))


def run(inputs: Mapping[str, object]) -> bytes:
    """The average colour as "#rrggbb", averaged as light mixes; empty for a picture one can see through.

    Empty, because the page's own ground then shows behind the picture for good, and any colour put there as a
    placeholder would stay visible.
    Raises: ImageProblem for a picture that cannot be decoded.
    """
    from PIL.Image import Resampling

    original = inputs["original"]
    assert isinstance(original, bytes)

    image = at(original, 96)
    if image.mode == "RGBA":
        return b""  # a picture with an unused alpha channel has become RGB by now
    cells = image.convert("RGB").resize((_GRID, _GRID), Resampling.BOX).tobytes()
    return ("#" + "".join(f"{_mean(cells[channel::3]):02x}" for channel in range(3))).encode()


def _mean(values: bytes) -> int:
    light = sum(_LINEAR[value] for value in values) / len(values)
    return round(255 * (light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055))
