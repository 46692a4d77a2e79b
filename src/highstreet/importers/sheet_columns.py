"""Sheet columns: which field of a product each header of any table means, in the words that shops and systems use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from highstreet.base.diagnostic import Diagnostic, Problems, did_you_mean
from highstreet.base.span import Span
from highstreet.importers.table import Table

# Field: headers without case, accents, spaces and punctuation; where several stand in one file, the first wins.
_WORDS = """
handle: handle urlhandle slug urlkey
group: itemgroupid parentsku parentid parentcode handleid productgroup groupid styleid stylecode stylenumber
  productidnoneditable
title: title productname producttitle itemname name product item produktname artikelname artikelbezeichnung
  bezeichnung produkt artikel nomduproduit nom designation nombre nombredelproducto producto nomeprodotto nome
  prodotto nomedoproduto produto naam productnaam titel titre titulo titolo
body: descriptionhtml bodyhtml body description longdescription fulldescription productdescription beschreibung
  produktbeschreibung descripcion descrizione omschrijving descricao details shortdescription kurzbeschreibung
  summary
price: price variantprice sellingprice regularprice preis verkaufspreis bruttopreis prix prixttc prixdevente
  precio pvp preciodeventa prezzo prezzodivendita prijs verkoopprijs preco precodevenda retailprice
sale_price: saleprice specialprice discountprice discountedprice offerprice promoprice promotionalprice
  angebotspreis sonderpreis aktionspreis prixpromo prixpromotionnel preciooferta preciorebajado prezzoscontato
  aanbiedingsprijs precopromocional
compare_at: compareatprice variantcompareatprice compareat rrp msrp listprice oldprice originalprice wasprice uvp
  listenpreis streichpreis prixbarre ancienprix precioanterior prezzooriginale adviesprijs
surcharge: surcharge
sale_from: salepricefrom salepricestart salestart salestartdate specialpricefrom specialpricefromdate
  specialfromdate
sale_until: salepriceto saleend saleenddate specialpriceto specialpricetodate specialtodate salepriceeffectivedate
currency: currency currencycode wahrung devise moneda valuta moeda
sku: sku variantsku productsku productcodesku productcode itemcode code articlenumber artikelnummer artikelnr
  artnr itemnumber partnumber partno reference ref referencia riferimento codigo codice artikelcode modelnumber
barcode: barcode ean ean13 gtin gtin13 upc isbn eancode upcean eangtin strichcode codebarres codigodebarras
  codiceabarre
quantity: quantity qty stock stockquantity stockqty inventory inventoryquantity inventorycount stocklevel
  currentstock currentstocklevel currentquantity onhand stockonhand quantityonhand bestand lagerbestand menge
  existencias cantidad giacenza quantita voorraad aantal estoque quantidade quantite
continue: continuesellingwhenoutofstock inventorybackorderable backorders allowbackorders backorder
tracked: trackinventory inventorytracked trackstock managestock trackquantity
availability: availability instock stockstatus inventorystatus
weight: weight productweight itemweight variantweight gewicht poids peso shippingweight
weight_unit: weightunit gewichtseinheit
vendor: vendor brand brandname manufacturer make marke hersteller marque fabricant marca fabricante produttore
  merk
type: category type producttype productcategory categories category1 categoryname kategorie warengruppe categorie
  categoria collection collections department productgroupname
tags: tags tag keywords labels schlagworte stichworte motscles etiquettes etiquetas etichette trefwoorden
status: status state
published: published visible isvisible active enabled online availableonline productvisible aktiv actif activo
  attivo ativo
kind: fieldtype itemtype rowtype recordtype
image_alt: imagealttext imagealt alttext imagedescription
seo_title: seotitle metatitle pagetitle
seo_description: seodescription metadescription
condition: condition zustand
google_category: googleproductcategory googlecategory
option_names: optiongroups optionnames
option_values: optionvalues
"""
_FIELDS: dict[str, list[str]] = {
    name: words.split() for name, words in re.findall(r"^(\w+):((?: .+|\n  .+)+)", _WORDS, re.MULTILINE)
}
# What people choose between is often a column of its own, one row for each choice.
_OPTION_WORDS = """
size sizes shoesize colour color colourname colorname flavour flavor scent finish length grosse farbe geschmack duft
taille couleur talla tamano colore taglia misura gusto kleur maat smaak cor tamanho sabor variant variantname
variation variationname variante versie version
"""
_OPTIONS = frozenset(_OPTION_WORDS.split())
_UNPRICED = re.compile(r"variation[12]?(type|name|values?)")  # choices whose prices the file keeps to itself
_IMAGE = re.compile(
    r"(product|item|main|base|additional|hosted|variant)?(image|images|photo|photos|picture|pictures|img|bild|bilder|foto|fotos"
    r"|imagen|imagenes|immagine|immagini|afbeelding|imagem|imagens|assets)(file|name|link|links|url|urls|src)*\d{0,2}(src|url|link|file)?"
)
_OPTION_PAIR = re.compile(r"(?:product)?option(?:(name|value|description|type)([1-5])|([1-5])(name|value)?)")
_PRIVATE = re.compile(
    r".*(cost|costs|costprice|costperitem|margin|supplier.*|wholesale.*|purchaseprice|einkauf.*|lieferant.*|fournisseur.*"
    r"|proveedor.*|fornitore.*|leverancier.*)"
)
_WEIGHT = re.compile(r"(?:product|item|variant|shipping)?(?:weight|gewicht|poids|peso)(?:in)?(kg|g|grams|lb|lbs|oz)")
_PRIVATE_WHY = "private: what you paid, and to whom, must not be published"
_UNREAD = "not read: --column attribute=HEADER shows it to customers, --column FIELD=HEADER says what else it is"
# What only these systems write together; each means more by it than headers say.
_OTHERS = {"woocommerce": {"sku", "regularprice", "published"}, "shopify": {"handle", "variantprice"}}
_MANY = ("attribute", "option", "image")  # fields that several columns may have
NAMES = tuple(sorted({*_FIELDS, *_MANY} - {"kind"}))
_BY_KEY = {name: (found, place) for found, names in _FIELDS.items() for place, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """Where each field stands in a table."""

    fields: Mapping[str, int]
    images: tuple[int, ...] = ()
    options: Mapping[int, str] = field(default_factory=dict)  # column → the option it has values of
    pairs: Mapping[int, tuple[int | None, int]] = field(default_factory=dict)  # place → columns of its name and values
    attributes: Mapping[int, str] = field(default_factory=dict)  # column → what customers are told it is
    unpriced: tuple[int, ...] = ()  # choices of which the file does not say what each costs
    weight_unit: str = ""  # that of the weight's own header
    left_out: Mapping[int, str] = field(default_factory=dict)  # column → why

    @property
    def prices(self) -> tuple[int, ...]:
        """The columns that hold prices."""
        names = ("price", "sale_price", "compare_at", "surcharge")
        return tuple(self.fields[name] for name in names if name in self.fields)

    @property
    def measures(self) -> tuple[int, ...]:
        """The columns that hold weights."""
        return (self.fields["weight"],) if "weight" in self.fields else ()


def key(header: str) -> str:
    """A header without case, accents, spaces and punctuation: "Größe (EU)" is "grosseeu"."""
    plain = unicodedata.normalize("NFKD", header.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", plain)


def known(header: Sequence[str]) -> int:
    """How many of the headers mean something."""
    return sum(bool(_meaning(key(name))) for name in header)


def _meaning(plain: str) -> str:
    named = _BY_KEY.get(plain)
    if named is not None:
        return named[0]
    if _OPTION_PAIR.fullmatch(plain):
        return "pair"
    if _IMAGE.fullmatch(plain):
        return "image"
    if _UNPRICED.fullmatch(plain) and plain != "variationname":
        return "unpriced"
    if _WEIGHT.fullmatch(plain):
        return "weight"
    return "option" if plain in _OPTIONS else ""


def meaning(table: Table, named: Sequence[tuple[str, str]] = ()) -> SheetColumns:
    """What the columns of `table` mean. `named` are (field, header) as a person says it, and count before any guess;
    a field may bring the name that customers read: ("attribute:Material", "mat_1").

    Raises Problems HS703 for a header that is not there, a field that is none, and a table without titles or prices.
    """
    own = _named(table, named)
    keys = set(map(key, table.header))
    for kind, signs in _OTHERS.items() if not named else ():
        if signs <= keys:
            fix = f"import it with: highstreet import {kind}"
            raise _wrong(table, "this is an export with an import of its own", _headers(table), "another table", fix)
    fields: dict[str, int] = {}
    images: list[int] = []
    unpriced: list[int] = []
    options: dict[int, str] = {}
    pairs: dict[int, dict[str, int]] = {}
    attributes: dict[int, str] = {}
    left_out: dict[int, str] = {}
    rank: dict[str, int] = {}
    for column, name in enumerate(table.header):
        plain = key(name)
        found, label = own.get(column) or (_meaning(plain), "")
        if found == "image":
            images.append(column)
        elif found == "unpriced":
            unpriced.append(column)
        elif found == "option":
            options[column] = label or name.strip()
        elif found == "attribute":
            attributes[column] = label or name.strip()
        elif found == "pair":
            pair = _OPTION_PAIR.fullmatch(plain)
            assert pair is not None
            if pair[1] == "type":  # how it is drawn
                left_out[column] = "how options look is the theme's affair"
            else:
                part = "name" if "name" in (pair[1], pair[4]) else "value"
                pairs.setdefault(int(pair[2] or pair[3]), {})[part] = column
        elif not found:
            left_out[column] = _PRIVATE_WHY if _PRIVATE.fullmatch(plain) else _UNREAD
        else:
            place = -1 if column in own else _BY_KEY.get(plain, ("", 0))[1]
            if found not in fields or place < rank[found]:
                if found in fields:
                    left_out[fields[found]] = f"the column “{name}” is read for this"
                fields[found], rank[found] = column, place
            else:
                left_out[column] = f"the column “{table.header[fields[found]]}” is read for this"
    if "title" not in fields or "price" not in fields:
        raise _unclear(table, [name for name in ("title", "price") if name not in fields])
    whole = {place: (pair.get("name"), pair["value"]) for place, pair in sorted(pairs.items()) if "value" in pair}
    unit = _WEIGHT.fullmatch(key(table.header[fields["weight"]])) if "weight" in fields else None
    left_out |= {pair["name"]: _UNREAD for pair in pairs.values() if "value" not in pair}
    return SheetColumns(
        fields,
        tuple(images),
        options,
        whole,
        attributes,
        tuple(unpriced),
        unit[1].removesuffix("rams") if unit else "",
        left_out,
    )


def _named(table: Table, named: Sequence[tuple[str, str]]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for given, header in named:
        name, colon, label = given.partition(":")
        if name not in NAMES or (colon and name not in ("attribute", "option")):
            raise _wrong(table, "unknown field", given, f"one of: {', '.join(NAMES)}", did_you_mean(name, NAMES))
        columns = [column for column, own in enumerate(table.header) if own.strip() == header.strip()]
        if not columns:
            close = did_you_mean(header, table.header)
            raise _wrong(table, "no column has this header", header, _headers(table), close)
        found[columns[0]] = name, label.strip()
    return found


def _unclear(table: Table, missing: Sequence[str]) -> Problems:
    return _wrong(
        table,
        f"no column is known to hold the {' or the '.join(missing)}",
        _headers(table),
        "a first row with the names of the columns, such as Title, Price, SKU, Description, Image",
        " ".join(["say which it is:", *(f'--column {name}="HEADER"' for name in missing)]),
    )


def _headers(table: Table) -> str:
    return ", ".join(table.header[:12]) + (", …" if len(table.header) > 12 else "")


def _wrong(table: Table, message: str, found: str, expected: str, fix: str) -> Problems:
    return Problems([Diagnostic("HS703", Span(table.file, 1, 1), message, found, expected, fix)])
