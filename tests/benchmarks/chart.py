"""Charts: ratios as bars on a scale of powers of ten, as SVG that reads well light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

_ROW, _LEFT, _WIDTH, _TOP, _END = 26, 290, 720, 62, 26
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2933}.t{font-weight:600;font-size:14px}.m{fill:#52606d}.r{text-anchor:end}"
    ".g{stroke:#cbd2d9}.one{stroke:#1f2933}.up{fill:#0b7a75}.down{fill:#c2410c}"
    "@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.m{fill:#9aa5b1}.g{stroke:#3e4c59}.one{stroke:#e4e7eb}.up{fill:#2bb0a6}.down{fill:#fb923c}}"
)


class Bar(NamedTuple):
    label: str
    ratio: float  # above 1: we are faster


def chart(title: str, bars: Sequence[Bar]) -> str:
    """`bars` from the line at 1, to the right where the ratio is above it."""
    lowest = min(-1, floor(min((log10(bar.ratio) for bar in bars), default=0)))
    highest = max(1, ceil(max((log10(bar.ratio) for bar in bars), default=0)))

    def x(ratio: float) -> float:
        return round(_LEFT + (log10(ratio) - lowest) / (highest - lowest) * (_WIDTH - _LEFT - 60), 1)

    height = _TOP + _ROW * len(bars) + _END
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<text class="t" x="12" y="24">{escape(title)}</text>',
        '<text class="m" x="12" y="44">Right of the line, Highstreet is faster. Each step is tenfold.</text>',
    ]
    for power in range(lowest, highest + 1):
        kind = "one" if power == 0 else "g"
        parts.append(f'<line class="{kind}" x1="{x(10.0**power)}" x2="{x(10.0**power)}" y1="{_TOP - 6}" y2="{height - _END}"/>')
        parts.append(f'<text class="m" x="{x(10.0**power)}" y="{height - 8}" text-anchor="middle">{10.0**power:g}×</text>')
    for at, bar in enumerate(bars):
        top = _TOP + at * _ROW
        begin, end = sorted((x(1), x(bar.ratio)))
        parts.append(f'<text class="r" x="{_LEFT - 10}" y="{top + 14}">{escape(bar.label)}</text>')
        parts.append(f'<rect class="{"up" if bar.ratio >= 1 else "down"}" x="{begin}" y="{top + 2}" width="{max(1.0, round(end - begin, 1))}" height="16" rx="2"/>')
        side = (end + 6, "start") if bar.ratio >= 1 else (begin - 6, "end")
        parts.append(f'<text x="{side[0]}" y="{top + 14}" text-anchor="{side[1]}">{bar.ratio:.1f}</text>')
    return "\n".join([*parts, "</svg>\n"])
