"""Drawings: an SVG without anything active in it, as pixels."""

from __future__ import annotations

from highstreet.source.image import ImageProblem


def rendered(drawing: bytes, width: int, height: int) -> bytes:
    """A sanitised SVG as a PNG that fits `width` × `height`. No system fonts: those differ between machines.

    Raises ImageProblem when it cannot be rendered.
    """
    import resvg_py

    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=drawing.decode("utf-8"),
                width=width,
                height=height,
                skip_system_fonts=True,
                log_information=False,
            )
        )
    except BaseException as error:
        # A panic of the library's is no Exception, and its class cannot be imported.
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        raise ImageProblem(
            "the drawing cannot be rendered",
            str(error)[:120],
            "an SVG that browsers show",
            "simplify it in a drawing program, or supply it as PNG",
        ) from error
