"""Template sets: which source each template name means for one tenant, theme and overrides together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from highstreet.base.diagnostic import Diagnostic, Report, did_you_mean
from highstreet.base.digest import Digest, of_data
from highstreet.base.span import Span
from highstreet.source.scan import SourceFile
from highstreet.theme.theme import Theme

FOLDERS = ("layouts/", "sections/", "snippets/", "templates/")
PARENT = "theme:"  # {% extends "theme:templates/product.html" %} means the theme's own file, below an override
LARGEST = 256 * 1024


class Template(NamedTuple):
    name: str  # "templates/product.html"
    origin: str  # the file for people: "themes/main/templates/product.html"
    source: str
    trusted: bool  # False for a tenant's override: rendered in the sandbox, under caps


@dataclass(frozen=True, slots=True)
class Templates:
    """Every template a name can mean. Two tenants without overrides share one set, by digest."""

    by_name: Mapping[str, Template]
    digest: Digest
    closures: dict[str, object] = field(default_factory=dict, compare=False, repr=False)  # memo of theme/closure.py


def templates(theme: Theme) -> Templates:
    """The theme's own templates."""
    by_name = {
        path: Template(path, f"{theme.label}/{path}", file.read().decode("utf-8"), trusted=True)
        for path, file in theme.files.items()
        if path.startswith(FOLDERS) and path.endswith(".html")
    }
    return Templates(by_name, of_data(list(by_name.values())))


def overridden(base: Templates, overrides: Mapping[str, SourceFile], label: str, report: Report) -> Templates:
    """`base` with a tenant's files on top; `overrides` by path below its theme/ folder, `label` "tenants/acme/theme".

    The theme's own file stays reachable as "theme:<name>", so that an override can extend it and fill one block.
    """
    if not overrides:
        return base
    by_name = dict(base.by_name)
    for path, file in sorted(overrides.items()):
        place = Span(f"{label}/{path}")
        if not (path.startswith(FOLDERS) and path.endswith(".html")):
            report.add(
                Diagnostic(
                    "HS411",
                    place,
                    "file is not part of a theme",
                    path,
                    "templates/, sections/, snippets/ or layouts/ with .html files",
                    did_you_mean(path, base.by_name),
                )
            )
        elif path not in base.by_name:
            report.add(
                Diagnostic(
                    "HS412",
                    place,
                    "the theme has no such file to override",
                    path,
                    "the name of a file of the theme",
                    did_you_mean(path, base.by_name),
                )
            )
        elif file.size > LARGEST:
            report.add(
                Diagnostic(
                    "HS413",
                    place,
                    "template is too large",
                    f"{file.size:,} bytes",
                    f"at most {LARGEST:,} bytes",
                    "split it or make it smaller",
                )
            )
        else:
            try:
                source = file.read().decode("utf-8")
            except UnicodeDecodeError:
                report.add(
                    Diagnostic(
                        "HS414",
                        place,
                        "template is not UTF-8 text",
                        "bytes that are not UTF-8",
                        "UTF-8 text",
                        "save the file as UTF-8",
                    )
                )
                continue
            theirs = by_name[path]
            by_name[PARENT + path] = theirs._replace(name=PARENT + path)
            by_name[path] = Template(path, f"{label}/{path}", source, trusted=False)
    return Templates(by_name, of_data(list(by_name.values())))
