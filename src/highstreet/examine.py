"""Examination: what planning must know of each picture of a tenant, found once per content."""

from __future__ import annotations

from collections.abc import Mapping

from highstreet.action.whereabouts import working_on
from highstreet.base.diagnostic import Diagnostic, Report
from highstreet.base.span import Span
from highstreet.plan.pictures import Fact
from highstreet.run import placeholder
from highstreet.source.image import ImageInfo, ImageProblem, probe
from highstreet.source.scan import Snapshot, SourceFile
from highstreet.source.svg import svg_info

_RASTER = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
_VERSION = 1  # of what is kept in the state; bump when the rows below change
Known = dict[str, tuple[object, ...]]


def examine(
    snapshot: Snapshot, known: Mapping[str, tuple[object, ...]], report: Report
) -> tuple[dict[str, Fact], Known]:
    """Facts of every picture below assets/, by path below it; what is `known` by digest is not looked at again.

    A picture that cannot be used is reported and has no fact. Also gives what is known now.
    """
    facts: dict[str, Fact] = {}
    now: Known = {}
    for file in snapshot.files:
        if not file.path.startswith("assets/"):
            continue
        name = file.path.removeprefix("assets/")
        extension = name[name.rfind(".") :].lower() if "." in name else ""
        if extension != ".svg" and extension not in _RASTER:
            continue
        row = known.get(file.digest)
        if row is None or row[0] != _VERSION:
            working_on("looking at it", file.path)
            try:
                row = _look(file, extension)
            except ImageProblem as problem:
                report.add(
                    Diagnostic(
                        "HS350",
                        Span(f"{snapshot.label}/{file.path}"),
                        problem.reason,
                        problem.found,
                        problem.expected,
                        problem.fix,
                    )
                )
                continue
        now[file.digest] = row
        facts[name] = Fact(ImageInfo(*row[3:]), str(row[1]), bool(row[2]))  # type: ignore[arg-type]
    return facts, now


def _look(file: SourceFile, extension: str) -> tuple[object, ...]:
    data = file.read()
    if extension == ".svg":
        drawing = svg_info(data)
        return (_VERSION, "", True, round(drawing.width), round(drawing.height), "svg", True, False, 8, 1)
    info = probe(data)
    return (_VERSION, placeholder.run({"original": data}).decode(), False, *info)
