"""Fonts: the families a theme bundles, and which files, stacks and stand-ins a shop gets from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple


class BadCatalogue(ValueError):
    """A fonts.yaml that does not say what it must."""


class FontFile(NamedTuple):
    """One file of a family. `path` is relative to the theme's folder, or the tenant's for a font of its own."""

    path: str
    weight: str  # "400", or "100 900" for a variable font
    style: str  # "normal" | "italic"
    subset: str  # "latin", "arabic", … names of `Catalogue.subsets`; "" for everything in the file


class Cut(NamedTuple):
    """One published file: what of a family's file the pages of a shop need."""

    file: FontFile
    unicodes: str = ""  # as in CSS; "" for every character
    weights: str = ""  # "650" or "400 700"; "" for those of the file

    @property
    def whole(self) -> bool:
        return not (self.unicodes or self.weights)


class StandIn(NamedTuple):
    """A font of the device, stretched to the bundled font's measures so that nothing moves when that arrives."""

    local: tuple[str, ...]
    size: str  # "107.12%"; all four are percentages
    ascent: str
    descent: str
    gap: str


class Face(NamedTuple):
    """One @font-face rule. Either `url` or `local` is set."""

    family: str
    url: str
    weight: str = "400"
    style: str = "normal"
    ranges: str = ""
    local: tuple[str, ...] = ()
    size: str = ""
    ascent: str = ""
    descent: str = ""
    gap: str = ""


class Type(NamedTuple):
    """How one role is set: its complete family stack, and what suits the face."""

    stack: tuple[str, ...]
    weight: str
    tracking: str  # letter-spacing of headings
    leading: str  # line-height of headings


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    category: str  # "sans" | "serif"
    files: tuple[FontFile, ...]
    stand_ins: tuple[StandIn, ...] = ()
    weight: str = "650"
    tracking: str = "-0.015em"
    leading: str = "1.15"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """fonts.yaml: families by name, unicode ranges by subset, what each script falls back to, the theme's defaults.

    `core` and `letters` say which characters of the Latin subsets a page is sent at once, `text` and `headings` in
    which weights. Without them files are published as they are.
    """

    families: Mapping[str, Family]
    subsets: Mapping[str, str]
    scripts: Mapping[str, Mapping[str, tuple[str, ...]]]  # "arabic" → "sans" | "serif" → families, bundled or system
    heading: str
    body: str
    core: str = ""  # unicode ranges
    letters: Mapping[str, str] = field(default_factory=dict)  # of a language beyond `core`, small ones: "de" → "äöüß"
    text: str = ""  # "400 700"
    weight_setting: str = ""  # of the theme, whose value may name one of `weights`
    case_setting: str = ""  # of the theme, whose value "uppercase" sets headings in capitals
    weights: Mapping[str, str] = field(default_factory=dict)  # "light" → "300"


@dataclass(frozen=True, slots=True)
class Typefaces:
    """What a shop's stylesheet needs: two stacks and the families whose files it links."""

    heading: Type
    body: Type
    families: tuple[Family, ...]  # the heading's first, then the body's, then those of other scripts

    @property
    def files(self) -> tuple[FontFile, ...]:
        """Every file the stylesheet names; a browser fetches only those whose characters are on the page."""
        return tuple(file for family in self.families for file in family.files)


# Languages (as in "pl-PL") by what they are written with; everything else is Latin and needs the first subset only.
_SCRIPTS = {
    "ar": "arabic", "fa": "arabic", "ur": "arabic", "ckb": "arabic", "ps": "arabic",
    "he": "hebrew", "yi": "hebrew", "ja": "japanese", "zh": "chinese", "ko": "korean",
    "ru": "cyrillic", "uk": "cyrillic", "bg": "cyrillic", "sr": "cyrillic", "mk": "cyrillic", "be": "cyrillic",
    "el": "greek", "vi": "vietnamese",
}  # fmt: skip
_EXTENDED_LATIN = frozenset(
    ("pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs", "lt", "lv", "et", "tr", "mt", "eo", "cy", "az", "sq")
)

_SYSTEM = {
    "sans": ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"),
    "serif": ("ui-serif", "Georgia", "Cambria", "Times New Roman", "serif"),
}
_RANGE = re.compile(r"U\+([0-9A-Fa-f]{1,6})(?:-([0-9A-Fa-f]{1,6}))?")
_LATIN = ("latin", "latin-ext")
_SPACES = frozenset((*range(0x21), *range(0x7F, 0xA1)))  # and control characters, which stand for spaces
_MARKS = frozenset((*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070)))  # of direction and joining
# What a stand-in shows: only Latin, so that it takes no letters away from the fonts of other scripts behind it.
LATIN = "U+0-24F,U+1E00-1EFF,U+2000-206F,U+20A0-20BF"
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")


def script(language: str) -> str:
    """What a language is written with: "latin", "latin-ext", "arabic", "japanese", …"""
    code = language.lower().replace("_", "-").split("-")[0]
    return _SCRIPTS.get(code) or ("latin-ext" if code in _EXTENDED_LATIN else "latin")


def choose(
    catalogue: Catalogue,
    heading: str,
    body: str,
    languages: Iterable[str],
    own: Mapping[str, tuple[FontFile, ...]] = MappingProxyType({}),
) -> Typefaces:
    """The faces of a shop: the families it names ("" for the theme's), its own first, and those its languages need.

    Needs:   `heading` and `body` are "" or a name of `known(catalogue, own)`.
    Raises:  KeyError for any other name; the model has told the tenant before.
    """
    tenant = {name: Family(name, "sans", files, weight=_heaviest(files)) for name, files in own.items()}
    everything = {**catalogue.families, **tenant}
    main, text = everything[heading or catalogue.heading], everything[body or catalogue.body]
    scripts = sorted({script(language) for language in languages} - {"latin", "latin-ext"})
    others = {
        role: [name for part in scripts for name in catalogue.scripts.get(part, {}).get(role_category(family), ())]
        for role, family in (("heading", main), ("body", text))
    }
    companions = [
        _only(everything[name], scripts)
        for name in dict.fromkeys([*others["heading"], *others["body"]])
        if name in everything and name not in (main.name, text.name)
    ]
    return Typefaces(
        heading=Type(_stack(main, others["heading"]), main.weight, main.tracking, main.leading),
        body=Type(_stack(text, others["body"]), "400", "0em", "1.6"),
        families=tuple(dict.fromkeys([main, text, *companions])),
    )


def _weights(typefaces: Typefaces, catalogue: Catalogue, settings: Mapping[str, object]) -> Mapping[str, str]:
    """The weights each family is shown in, by its name; none where the catalogue does not tell those of texts."""
    if not catalogue.text:
        return {}
    heading = catalogue.weights.get(str(settings.get(catalogue.weight_setting)), "")
    found = {family.name: catalogue.text for family in typefaces.families if family.name in typefaces.body.stack}
    for family in typefaces.families:
        if family.name in typefaces.heading.stack:
            both = [*found.get(family.name, "").split(), heading or typefaces.heading.weight]
            found[family.name] = _span(both)
    return found


def _within(have: str, wanted: str) -> str:
    """As much of the weights `wanted` as a file has; "" for all it has."""
    if not wanted or " " not in have:
        return ""
    least, most = map(int, have.split())
    return _span(str(min(max(int(weight), least), most)) for weight in wanted.split())


def _span(weights: Iterable[str]) -> str:
    found = sorted({int(weight) for weight in weights})
    return f"{found[0]} {found[-1]}" if len(found) > 1 else str(found[0])


def _letters(catalogue: Catalogue, languages: Iterable[str]) -> frozenset[int]:
    """The characters a shop's pages show everywhere; none where the catalogue does not know a language."""
    found = set(_core(catalogue))
    for language in languages:
        own = catalogue.letters.get(language.lower().replace("_", "-").split("-")[0])
        if own is None:
            return frozenset()
        found.update(ord(char) for char in own + own.upper())
    return frozenset(found)


def _core(catalogue: Catalogue) -> frozenset[int]:
    return frozenset(codepoints(catalogue.core))


def _characters(catalogue: Catalogue, subset: str) -> frozenset[int]:
    """The characters of a subset; those in both Latin ones are the first's."""
    found = frozenset(codepoints(catalogue.subsets[subset]))
    return found - frozenset(codepoints(catalogue.subsets["latin"])) if subset == "latin-ext" else found


def _only(family: Family, subsets: Iterable[str]) -> Family:
    return replace(family, files=tuple(file for file in family.files if file.subset in subsets), stand_ins=())


def role_category(family: Family) -> str:
    """ "serif" or "sans", for choosing what stands in or goes with a family."""
    return "serif" if family.category == "serif" else "sans"


def known(catalogue: Catalogue, own: Iterable[str] = ()) -> tuple[str, ...]:
    """Every family name a tenant may write, sorted."""
    return tuple(sorted({*catalogue.families, *own}))


def cuts(
    typefaces: Typefaces, catalogue: Catalogue, languages: Iterable[str], settings: Mapping[str, object]
) -> tuple[Cut, ...]:
    """Every file the style sheet names, in the order in which it must name them.

    What nearly every page shows is cut out of a file: the letters of the shop's languages in the weights its pages are
    set in; of scripts other than Latin, where the catalogue tells a language's letters. It comes after the whole file,
    which a browser then fetches only for a character that is not in the cut. Scripts that none of the languages is
    written in are left to the device: naming their files would cost every page more than the odd foreign word is
    worth.
    """
    languages = tuple(languages)
    weights = _weights(typefaces, catalogue, settings)
    scripts = {"latin", "latin-ext", *map(script, languages)}
    letters = _letters(catalogue, languages)
    capitals = frozenset(ord(char) for code in letters for char in chr(code).upper())
    made: list[Cut] = []
    for family in typefaces.families:
        shouted = settings.get(catalogue.case_setting) == "uppercase" and family.name in typefaces.heading.stack
        for file in family.files:
            if not file.subset:
                made.append(Cut(file, ranges(catalogue, languages)))
                if letters and scripts <= {*_LATIN}:
                    made.append(Cut(file, ",".join(_runs(sorted(letters)))))
                continue
            if file.subset not in scripts:
                continue
            cut = Cut(file, "", _within(file.weight, weights.get(family.name, "")))
            subset = _characters(catalogue, file.subset)
            if letters and (file.subset in _LATIN or not subset.isdisjoint(letters - _core(catalogue))):
                made.append(Cut(file))
                kept = sorted((letters | capitals if shouted else letters) & subset)
                if not kept:
                    continue
                cut = cut._replace(unicodes=",".join(_runs(kept)))
            made.append(cut)
    return tuple(made)


def faces(
    typefaces: Typefaces, catalogue: Catalogue, made: Collection[Cut], urls: Mapping[Cut, str]
) -> tuple[Face, ...]:
    """The @font-face rules of a shop for what `cuts` gives, which `urls` tells the published URLs of.

    Files of a family name the same weights, also those that have more: browsers take all characters of a text from
    the rules that fit its weight and style best, and only among these by their ranges.

    The file that has the space is fetched by every page, whatever it is written in. In texts there are Latin digits and
    names anyway; of headings in a shop with two scripts the space is that of the stand-ins, which nobody fetches. So
    are marks of direction, which are in no file: a browser asks one after another for them.
    """
    files: dict[FontFile, list[Cut]] = {}
    for cut in made:
        files.setdefault(cut.file, []).append(cut)
    rules: list[Face] = []
    several = any(cut.file.subset not in ("", *_LATIN) for cut in made)
    for family in typefaces.families:
        spaceless = several and family.stand_ins and family.name not in typefaces.body.stack
        weights = {cut.file.weight: cut.weights for file in family.files for cut in files.get(file, ()) if cut.weights}
        for file in family.files:
            for cut in files.get(file, ()):
                own = not file.subset and cut is files[file][0]  # of a tenant's own file everything there is
                shown = "" if own else cut.unicodes or compact(catalogue.subsets[file.subset])
                if shown and spaceless:
                    unseen = _SPACES | _MARKS if file.subset in _LATIN else _SPACES
                    shown = ",".join(_runs(sorted({*codepoints(shown)} - unseen)))
                rules.append(Face(family.name, urls[cut], weights.get(file.weight, file.weight), file.style, shown))
        for number, stand_in in enumerate(family.stand_ins):
            name = _stand_in_name(family, number)
            size, ascent, descent, gap = stand_in.size, stand_in.ascent, stand_in.descent, stand_in.gap
            rules.append(Face(name, "", "100 900", "normal", LATIN, stand_in.local, size, ascent, descent, gap))
    return tuple(rules)


def preload(typefaces: Typefaces, language: str, made: Iterable[Cut]) -> tuple[Cut, ...]:
    """Of what `cuts` gives, that which every page in `language` shows at once, most important first: at most three.

    Only upright files of the subset the language is written in: an italic or a rare character may come later.
    """
    written = script(language)
    subsets = {"latin-ext": ("latin", "latin-ext")}.get(written, (written,))
    if not any(file.subset in ("", *subsets) for file in typefaces.files):
        subsets = ("latin",)  # Japanese text comes from the device, but prices and names stand in the bundled face
    last = {cut.file: cut for cut in made}  # the cut, where the whole file is named too
    found = [
        last[file]
        for role in (typefaces.body, typefaces.heading)
        for family in typefaces.families
        for file in family.files
        if family.name in role.stack and file.style == "normal" and file.subset in ("", *subsets)
    ]
    return tuple(dict.fromkeys(found))[:3]


def ranges(catalogue: Catalogue, languages: Iterable[str]) -> str:
    """The characters to keep of a tenant's own font: Latin always, and what the languages are written with.

    "" (everything) for Chinese and Korean; Japanese keeps kana and the 2,965 kanji of JIS level 1, which cover
    modern writing, and leaves rare ones to the device.
    """
    wanted = {"latin", "latin-ext"} | {script(language) for language in languages}
    if wanted & {"chinese", "korean"}:
        return ""
    parts = [catalogue.subsets[name] for name in sorted(wanted) if name in catalogue.subsets]
    return ",".join([*parts, _japanese()] if "japanese" in wanted else parts)


def codepoints(ranges: str) -> Iterator[int]:
    """The characters of a CSS unicode-range list. Raises ValueError for anything else."""
    for part in filter(None, (part.strip() for part in ranges.split(","))):
        match = _RANGE.fullmatch(part)
        if not match:
            raise ValueError(f"not a unicode range such as U+0000-00FF: {part[:40]!r}")
        first = int(match[1], 16)
        last = int(match[2] or match[1], 16)
        if not first <= last <= 0x10FFFF:
            raise ValueError(f"not a unicode range such as U+0000-00FF: {part[:40]!r}")
        yield from range(first, last + 1)


def compact(ranges: str) -> str:
    """The same characters in fewer letters: "U+20-7E" for "U+0020-007E"."""
    return ",".join(_runs(sorted(set(codepoints(ranges)))))


def catalogue(data: object) -> Catalogue:
    """The catalogue in the plain data of a theme's fonts.yaml. Raises BadCatalogue, naming what is missing."""
    try:
        top = _mapping(data)
        families = {name: _family(name, _mapping(entry)) for name, entry in _mapping(top["families"]).items()}
        scripts = {
            name: {kind: tuple(map(str, _items(names))) for kind, names in _mapping(entry).items()}
            for name, entry in _mapping(top["scripts"]).items()
        }
        subsets = {name: str(text) for name, text in _mapping(top["subsets"]).items()}
        defaults = _mapping(top["default"])
        first = _mapping(top.get("first", {}))
        weights = _mapping(first.get("headings", {}))
        made = Catalogue(
            families,
            subsets,
            scripts,
            str(defaults["heading"]),
            str(defaults["body"]),
            str(first.get("core", "")),
            {code: str(text) for code, text in _mapping(first.get("letters", {})).items()},
            str(first.get("text", "")),
            str(weights.get("setting", "")),
            str(weights.get("case", "")),
            {name: str(weight) for name, weight in _mapping(weights.get("weights", {})).items()},
        )
    except KeyError as error:
        raise BadCatalogue(f"fonts.yaml lacks {error.args[0]!r}") from error
    for family in families.values():
        for file in family.files:
            if file.subset not in subsets:
                raise BadCatalogue(f"{family.name}: {file.path} names the unknown subset {file.subset!r}")
    for name in (made.heading, made.body):
        if name not in families:
            raise BadCatalogue(f"the default family {name!r} is not in fonts.yaml")
    return made


def _family(name: str, entry: Mapping[str, object]) -> Family:
    files = tuple(
        FontFile(str(file["path"]), str(file["weight"]), str(file.get("style", "normal")), str(file["subset"]))
        for file in map(_mapping, _items(entry["files"]))
    )
    stand_ins = tuple(
        StandIn(tuple(map(str, _items(one["local"]))), *(str(one[key]) for key in ("size", "ascent", "descent", "gap")))
        for one in map(_mapping, _items(entry.get("stand_ins", ())))
    )
    heading = _mapping(entry["heading"])
    return Family(
        name=name,
        category=str(entry["category"]),
        files=files,
        stand_ins=stand_ins,
        weight=str(heading["weight"]),
        tracking=str(heading["tracking"]),
        leading=str(heading["leading"]),
    )


def _stack(family: Family, others: list[str]) -> tuple[str, ...]:
    stand_ins = [_stand_in_name(family, number) for number in range(len(family.stand_ins))]
    return tuple(dict.fromkeys([family.name, *stand_ins, *others, *_SYSTEM[role_category(family)]]))


def _stand_in_name(family: Family, number: int) -> str:
    return f"{family.name} stand-in" + (f" {number + 1}" if number else "")


def _heaviest(files: tuple[FontFile, ...]) -> str:
    """The weight for headings in a tenant's own family: bold where it has it, else the heaviest it has."""
    return str(min(700, max((int(file.weight.split()[-1]) for file in files), default=400)))


def _japanese() -> str:
    """Kana, punctuation, full-width forms and the kanji of JIS X 0208 level 1, as unicode ranges."""
    points: list[int] = []
    for row in range(16, 48):
        for cell in range(1, 95):
            try:
                points.append(ord(bytes((row + 0xA0, cell + 0xA0)).decode("euc_jp")))
            except UnicodeDecodeError:
                continue
    points.sort()
    return "U+3000-30FF,U+31F0-31FF,U+FF00-FFEF," + ",".join(_runs(points))


def _runs(points: list[int]) -> Iterable[str]:
    first = last = points[0]
    for point in [*points[1:], -1]:
        if point != last + 1:
            yield f"U+{first:X}-{last:X}" if last > first else f"U+{first:X}"
            first = point
        last = point


def _mapping(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise BadCatalogue(f"expected keys with values, found {str(data)[:40]!r}")
    return data


def _items(data: object) -> Iterable[object]:
    if not isinstance(data, list | tuple):
        raise BadCatalogue(f"expected a list, found {str(data)[:40]!r}")
    return data
