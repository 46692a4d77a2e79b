"""Small pictures and a server for them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def png(color: str = "red", size: tuple[int, int] = (8, 6)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def jpeg(color: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 6), color).save(out, "JPEG")
    return out.getvalue()
