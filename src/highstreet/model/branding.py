"""Branding: how a shop looks, as the tenant states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class BrandColors:
    """One to three colours as "#rrggbb"; everything else is derived by model/palette.py."""

    primary: str = "#1f2933"
    accent: str = ""
    background: str = ""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font the tenant ships: assets/fonts/house.woff2."""

    family: str
    src: str
    weight: str = "400"  # "400" or "100 900" for a variable font
    style: Literal["normal", "italic"] = "normal"


@dataclass(frozen=True, slots=True)
class Typography:
    heading: str = ""  # a family the theme bundles or `files` declare; "" is the theme's default
    body: str = ""
    files: tuple[FontFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Branding:
    tagline: str = ""
    logo: str = ""  # path below the tenant folder: "assets/logo.svg"
    favicon: str = ""
    colors: BrandColors = BrandColors()
    typography: Typography = Typography()
    shape: Literal["sharp", "soft", "round"] = "soft"
    mode: Literal["auto", "light", "dark"] = "auto"  # which colour schemes the shop offers
    announcement: str = ""
    social: Mapping[str, str] = field(default_factory=dict)  # "instagram" → https URL
