"""Examination: what planning must know of each picture of a tenant, found once per content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    for file, extension in _pictures(snapshot):
        row = known.get(file.digest)
        if row is None or row[0] != _VERSION:
            try:
                row = _look(file, extension)
            except ImageProblem as problem:
                report.add(_unusable(snapshot, file, problem))
                continue
        now[file.digest] = row
        name = file.path.removeprefix("assets/")
        facts[name] = Fact(ImageInfo(*row[3:]), str(row[1]), bool(row[2]))  # type: ignore[arg-type]
    return facts, now


def glance(snapshot: Snapshot, known: Mapping[str, tuple[object, ...]], report: Report) -> None:
    """Tells of pictures that cannot be used by their headers alone, for a shop that is not planned now."""
    for file, extension in _pictures(snapshot):
        if file.digest not in known:
            try:
                svg_info(file.read()) if extension == ".svg" else probe(file.read())
            except ImageProblem as problem:
                report.add(_unusable(snapshot, file, problem))


def _pictures(snapshot: Snapshot) -> Iterator[tuple[SourceFile, str]]:
    """Every picture below assets/ with its extension."""
    for file in snapshot.below("assets/"):
        name = file.path.rpartition("/")[2]
        extension = name[name.rfind(".") :].lower() if "." in name else ""
        if extension == ".svg" or extension in _RASTER:
            working_on("looking at it", file.path)
            yield file, extension


def _unusable(snapshot: Snapshot, file: SourceFile, problem: ImageProblem) -> Diagnostic:
    place = Span(f"{snapshot.label}/{file.path}")
    return Diagnostic("HS350", place, problem.reason, problem.found, problem.expected, problem.fix)


def _look(file: SourceFile, extension: str) -> tuple[object, ...]:
    data = file.read()
    if extension == ".svg":
        drawing = svg_info(data)
        return (_VERSION, "", True, round(drawing.width), round(drawing.height), "svg", True, False, 8, 1)
    info = probe(data)
    return (_VERSION, placeholder.run({"original": data}).decode(), False, *info)
