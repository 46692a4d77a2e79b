"""Faces: which font files the characters of a page make a browser fetch, told from the page's style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from highstreet.theme.fonts import codepoints

_RULE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FIELD = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_STACK = re.compile(r"--font-(heading|body)\s*:\s*([^;}]*)")
_WEIGHT = re.compile(r"--(?:heading-)?weight\s*:\s*(\d+)")
_URL = re.compile(r"url\([\"']?([^\"')]+)")


class Face(NamedTuple):
    """One @font-face rule with a file. `characters` is None where it is for all."""

    family: str
    url: str
    weights: tuple[int, int]
    characters: frozenset[str] | None


class Sheet(NamedTuple):
    """What a style sheet says of fonts: its upright faces in order, and the families of each role, best first."""

    faces: tuple[Face, ...]
    stacks: Mapping[str, tuple[str, ...]]  # "heading" | "body"
    weights: Mapping[str, int]


def sheet(css: str) -> Sheet:
    """The fonts of a style sheet of ours. Rules that cannot be read are left out: other findings tell of them."""
    found = []
    for rule in _RULE.findall(css):
        given = {name: text.strip() for name, text in _FIELD.findall(rule)}
        url = _URL.search(given.get("src", ""))
        if url is None or given.get("font-style", "normal") != "normal":
            continue
        try:
            weights = [int(weight) for weight in given.get("font-weight", "400").split()]
            ranges = given.get("unicode-range")
            characters = frozenset(map(chr, codepoints(ranges))) if ranges else None
        except ValueError:
            continue
        found.append(Face(_bare(given.get("font-family", "")), url[1], (weights[0], weights[-1]), characters))
    stacks = {role: tuple(map(_bare, names.split(","))) for role, names in _STACK.findall(css)}
    heading = _WEIGHT.findall(css)
    return Sheet(tuple(found), stacks, {"body": 400, "heading": int(heading[-1]) if heading else 700})


def wanted(fonts: Sheet, role: str, letters: Iterable[str]) -> Iterator[str]:
    """URLs of the files that `letters` set in a role need. A space is among them: lines are as high as its font says.

    Browsers take the rules of a family that fit the weight best, of these the last that has the character, and ask the
    next family for what none has. Which of two that fit alike is not told: the one that reaches lower is taken here.
    Source: CSS Fonts 4, font matching and composite faces.
    """
    left = {letter for letter in letters if letter >= " "} | {" "}  # a line break in a text is a space to browsers
    for family in fonts.stacks.get(role, ()):
        faces = [face for face in fonts.faces if face.family == family]
        if not faces:
            continue
        weight = fonts.weights[role]
        best = min(
            (face.weights for face in faces), key=lambda span: (max(span[0] - weight, weight - span[1], 0), span)
        )
        for face in reversed([face for face in faces if face.weights == best]):
            had = left if face.characters is None else left & face.characters
            if had:
                yield face.url
                left = left - had


def _bare(name: str) -> str:
    return name.strip().strip("\"'")
