"""Running an import: bytes of an export in, a tenant folder and a full account of it out.

Everything is decided by pure functions (table → draft → files → merged texts); only pictures and the last step touch
the disk, each file in one step, the record of the import last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from highstreet.base.diagnostic import Diagnostic, Problems, did_you_mean
from highstreet.base.span import Span
from highstreet.importers import notation, sheet, sheet_columns, shopify, woocommerce
from highstreet.importers.columns import known
from highstreet.importers.decide import Standing, decide, mapping
from highstreet.importers.draft import Catalog, DraftShop
from highstreet.importers.fetch import Fetcher
from highstreet.importers.folder import catalog_files, starter_files
from highstreet.importers.loss import FileChange, Ledger, LossReport
from highstreet.importers.pictures import gather
from highstreet.importers.state import PATH, State, parsed, text
from highstreet.importers.table import CAPS, Caps, table
from highstreet.importers.woo_headers import LANGUAGES
from highstreet.importers.write import Folder
from highstreet.model.codes import CURRENCIES
from highstreet.source import yaml
from highstreet.theme.strings import Strings

Kind = Literal["shopify", "woocommerce", "csv"]
KINDS: tuple[Kind, ...] = ("shopify", "woocommerce", "csv")
_KNOWN = {"shopify": known, "woocommerce": woocommerce.known, "csv": sheet_columns.known}


@dataclass(frozen=True, slots=True)
class Options:
    """What the person importing may choose. Name, currency and locale count only for a tenant that is new."""

    name: str = ""
    currency: str = ""  # "" takes the one the file names, else `default_currency`
    default_currency: str = "EUR"
    locale: str = ""  # "" takes the language that the file's columns are in, else English
    words: Callable[[str], Strings] = lambda locale: {}  # of the theme, in a language
    overwrite: bool = False  # take the file's values even where the merchant edited
    archive_missing: bool = False  # archive products that the last import brought and this file no longer has
    dry_run: bool = False
    columns: tuple[tuple[str, str], ...] = ()  # (field, header) of a CSV of any system, where its header does not tell
    caps: Caps = CAPS


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The account, the files written (relative to the tenant folder), and tenant files that were in the way."""

    report: LossReport
    files_written: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def run(
    kind: str,
    csv: bytes,
    filename: str,
    *,
    tenant_dir: Path,
    handle: str,
    images: Path | None = None,
    fetch: Fetcher | None = None,
    now: datetime | None = None,
    options: Options = Options(),
    progress: Callable[[int, int], None] | None = None,
) -> ImportResult:
    """Imports `csv` into `tenant_dir`, which is created when missing.

    `filename` is how reports and diagnostics call the file. `now` decides which dated sale prices count (none without
    it). `progress` hears (done, all) of pictures fetched. Raises Problems when nothing could be imported at all.
    """
    label = f"tenants/{handle}"
    folder = Folder(tenant_dir, label, dry=options.dry_run)
    state = parsed(folder.read(PATH), label)
    ledger = Ledger()
    if kind not in KINDS:
        raise Problems(
            [
                Diagnostic(
                    "HS703",
                    Span(filename),
                    "unknown kind of import",
                    kind,
                    " or ".join(KINDS),
                    did_you_mean(kind, KINDS),
                )
            ]
        )
    rows = table(csv, filename, _KNOWN[kind], options.caps)
    if kind == "woocommerce":
        meaning = woocommerce.meaning(rows)
        locale = options.locale or _language(folder, meaning.language, ledger)
        currency = _currency(folder, options, notation.currency(rows, meaning.prices), ledger)
        featured = str(options.words(locale).get("filter", {}).get("sort_manual", "Featured"))
        catalog = woocommerce.catalog(rows, meaning, currency, ledger, now, state.handles, featured)
    elif kind == "csv":
        read = sheet_columns.meaning(rows, options.columns)
        locale = options.locale or "en"
        named = sheet.currency(rows, read, options.currency or _own_currency(folder))
        currency = _currency(folder, options, named or notation.currency(rows, read.prices), ledger)
        if named and named != currency:
            raise _other_currency(folder, named, currency)
        catalog = sheet.catalog(rows, read, currency, ledger, state.handles)
    else:
        found = shopify.meaning(rows)
        locale = options.locale or "en"
        currency = _currency(folder, options, found.currency or notation.currency(rows, found.prices), ledger)
        if found.currency and found.currency != currency:
            raise _other_currency(folder, found.currency, currency)
        catalog = shopify.catalog(rows, found, currency, ledger, state.handles)
    shop = DraftShop(
        options.name or handle.replace("-", " ").title(),
        currency,
        locale,
        products=catalog.products,
        collections=catalog.collections,
        moved=_moved(kind, locale, catalog),
    )
    gathered = gather(shop.pictures(), folder, state.pictures, images, None if options.dry_run else fetch, progress)
    for picture in gathered.pictures:
        if not picture.asset:
            why = (
                picture.state
                if picture.state.startswith("refused")
                else "listed: give --images DIR or --fetch-images to bring the picture"
            )
            ledger.without_picture(picture.url, why)
    decided = decide(
        catalog_files(shop.products, shop.collections, gathered.assets),
        _standing(folder),
        state,
        overwrite=options.overwrite,
        archive_missing=options.archive_missing,
    )
    texts = _starters(shop, options.words(locale), gathered.assets, folder, ledger) | decided.texts
    columns, notes = ledger.account(rows)
    report = LossReport(
        kind=kind,
        file=filename,
        tenant=label,
        rows=len(rows.rows),
        products=len(shop.products),
        variants=shop.variants,
        collections=len(shop.collections),
        columns=columns,
        notes=notes,
        repairs=rows.repairs,
        remarks=(*ledger.remarks, *decided.remarks),
        pictures=gathered.pictures,
        files=(
            *(FileChange(path, "created") for path in texts if path not in {file.path for file in decided.files}),
            *decided.files,
        ),
        kept=tuple(decided.kept),
        gone=tuple(decided.gone),
    )
    for path, content in texts.items():
        folder.write(path, content.encode())
    folder.write(
        PATH,
        text(
            State(decided.prints, {**state.pictures, **gathered.assets}, {**state.handles, **catalog.handles})
        ).encode(),
    )
    return ImportResult(report, tuple(folder.written), tuple(decided.diagnostics))


def _moved(kind: str, locale: str, catalog: Catalog) -> Mapping[str, str]:
    """Addresses of the shop that the file comes from, as far as its system tells them."""
    if kind == "csv":
        return {}
    return woocommerce.moved(locale) if kind == "woocommerce" else shopify.moved(catalog)


def _standing(folder: Folder) -> Standing:
    def standing(path: str) -> yaml.Document | None:
        data = folder.read(path)
        return None if data is None else yaml.parse(f"{folder.label}/{path}", data)

    return standing


def _starters(
    shop: DraftShop, words: Strings, assets: Mapping[str, str], folder: Folder, ledger: Ledger
) -> dict[str, str]:
    """The files that make a new shop, as far as it does not have them."""
    files = starter_files(shop, words, assets)
    missing = {path: file.text for path, file in files.items() if not folder.holds(path)}
    if "tenant.yaml" not in missing:
        # A shop that exists decides for itself whether it wants a home page and menus of ours.
        return {}
    ledger.remark("A new shop: add contact, checkout and shipping to tenant.yaml, and your colours to branding.yaml.")
    return missing


def _language(folder: Folder, told: str, ledger: Ledger) -> str:
    """The language of a shop that is new: WooCommerce exports in that of the site."""
    if told != "en" and not folder.holds("tenant.yaml"):
        ledger.remark(
            f"The file's columns are in {LANGUAGES[told]}, so the shop's language is “{told}”. "
            "Use --locale for another one."
        )
    return told


def _other_currency(folder: Folder, named: str, currency: str) -> Problems:
    return Problems(
        [
            Diagnostic(
                "HS704",
                Span(folder.label),
                "the file's prices are in another currency",
                f"a price column in {named}",
                f"prices in {currency}",
                "export the prices of that market; prices in another currency need a shop of their own",
            )
        ]
    )


def _own_currency(folder: Folder) -> str:
    """The currency that the tenant has chosen; "" for a new one."""
    data = folder.read("tenant.yaml")
    given = mapping(yaml.parse(f"{folder.label}/tenant.yaml", data).data).get("currency") if data is not None else None
    return given if isinstance(given, str) and given in CURRENCIES else ""


def _currency(folder: Folder, options: Options, named: str, ledger: Ledger) -> str:
    """The currency of prices: the tenant's own, else the one asked for, else the file's, else the default."""
    own = _own_currency(folder)
    if own:
        if options.currency and options.currency != own:
            raise Problems(
                [
                    Diagnostic(
                        "HS704",
                        Span(f"{folder.label}/tenant.yaml"),
                        "the shop has another currency",
                        f"--currency {options.currency}",
                        own,
                        "leave the option out; prices in another currency need a shop of their own",
                    )
                ]
            )
        return own
    wanted = options.currency or named or options.default_currency
    if wanted not in CURRENCIES:
        raise Problems(
            [
                Diagnostic(
                    "HS704",
                    Span(folder.label),
                    "unknown currency",
                    wanted,
                    "a code of ISO 4217, such as EUR",
                    did_you_mean(wanted, CURRENCIES),
                )
            ]
        )
    if not (options.currency or named):
        ledger.remark(f"The file names no currency: prices were read as {wanted}. Use --currency for another one.")
    return wanted
