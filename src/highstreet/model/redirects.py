"""Redirects: rules with a `*`, as one redirect for each thing they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from highstreet.model.content import Redirect
from highstreet.model.references import EVERY, KINDS

MOST_RULES = 10  # each has a page for each thing of the shop


def is_rule(redirect: Redirect) -> bool:
    """Whether it is a rule that can be followed: one `*` in the old path, for the handles of one kind of things."""
    return redirect.source.count(EVERY) == 1 and redirect.to.kind in KINDS and redirect.to.target == EVERY


def address(path: str) -> str:
    """What two old paths have in common that are one address: a / at the end makes no difference."""
    return path.rstrip("/") or "/"


def followed(redirects: Sequence[Redirect], handles: Mapping[str, Sequence[str]]) -> tuple[Redirect, ...]:
    """`redirects` with a redirect for each of `handles` (by kind) in the place of a rule.

    What is written for one path goes before what a rule says of it, and an earlier rule before a later one. Rules that
    cannot be followed stay as they are: redirect_check.py tells of them.
    """
    taken = {address(redirect.source) for redirect in redirects}
    rules = [redirect for redirect in redirects if is_rule(redirect)][:MOST_RULES]

    def each(redirect: Redirect) -> Iterator[Redirect]:
        for handle in handles.get(redirect.to.kind, ()):
            source = redirect.source.replace(EVERY, handle)
            if address(source) not in taken:
                taken.add(address(source))
                yield Redirect(source, replace(redirect.to, target=handle), redirect.permanent, redirect.source)

    return tuple(one for written in redirects for one in (each(written) if written in rules else (written,)))
