"""Headers: what WooCommerce calls the columns of its product export, which is in the language of the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from highstreet.importers.columns import key

# Field → its header in every language, as WooCommerce's translations have it; "/" stands between older and newer ones.
_FIELDS = """\
id: ID | tr: Kimlik
type: Type | de: Typ | es: Tipo | ru: Тип | tr: Tür
sku: SKU | de: Artikelnummer | fr: UGS | it: COD | ru: Артикул | tr: Stok kodu (SKU)
gtin: GTIN, UPC, EAN, or ISBN | de: GTIN, UPC, EAN oder ISBN | es: GTIN, UPC, EAN o ISBN
    | fr: GTIN, UPC, EAN ou ISBN | nl: GTIN, UPC, EAN of ISBN | pl: GTIN, UPC, EAN lub ISBN
    | ru: GTIN, UPC, EAN или ISBN | sv: GTIN, UPC, EAN eller ISBN | tr: GTIN, UPC, EAN veya ISBN
name: Name | de: Name | es: Nombre | fr: Nom | it: Nome | nl: Naam | pl: Nazwa | pt: Nome | ru: Имя | sv: Namn
    | tr: İsim
published: Published | de: Veröffentlicht | es: Publicado | fr: Publié | it: Pubblicato | nl: Gepubliceerd
    | pl: Opublikowano | pt: Publicado | ru: Опубликован | sv: Publicerad | tr: Yayımlanmış
featured: Is featured? | de: Ist hervorgehoben? | es: ¿Está destacado? | fr: Mis en avant ? | it: In primo piano?
    | nl: Uitgelicht? | pl: Wyróżniony produkt? | pt: Em destaque? | ru: Рекомендуемый? | tr: Öne çıkan?
visibility: Visibility in catalog / Catalog visibility | de: Sichtbarkeit im Katalog
    | es: Visibilidad en el catálogo | fr: Visibilité dans le catalogue | it: Visibilità nel catalogo
    | nl: Zichtbaarheid in catalogus | pl: Widoczność w katalogu | pt: Visibilidade no catálogo
    | ru: Видимость в каталоге | sv: Synlighet i katalog | tr: Katalogda görünürlük
short: Short description | de: Kurzbeschreibung | es: Descripción corta | fr: Description courte
    | it: Breve descrizione | nl: Korte omschrijving / Korte beschrijving | pl: Krótki opis | pt: Descrição curta
    | ru: Короткое описание / Краткое описание | sv: Kort beskrivning | tr: Kısa açıklama
description: Description | de: Beschreibung | es: Descripción | it: Descrizione | nl: Beschrijving | pl: Opis
    | pt: Descrição | ru: Описание | sv: Beskrivning | tr: Açıklama
sale_from: Date sale price starts | de: Datum, an dem Angebotspreis beginnt
    | es: Día en que empieza el precio rebajado | fr: Date de début de promo
    | it: Data di partenza del prezzo in saldo | nl: Startdatum actieprijs | pl: Data rozpoczęcia promocji
    | pt: Data de preço promocional começa em
    | ru: Дата начала действия продажной цены / Дата начала действия скидки | sv: Datum när reapriset börjar
    | tr: İndirimli fiyatın başladığı tarih
sale_to: Date sale price ends | de: Datum, an dem Angebotspreis endet | es: Día en que termina el precio rebajado
    | fr: Date de fin de promo | it: Termine data del prezzo di vendita / Data in cui termina l'offerta
    | nl: Einddatum actieprijs | pl: Data zakończenia promocji | pt: Data de preço promocional termina em
    | ru: Дата окончания действия продажной цены / Дата окончания действия скидки | sv: Datum när reapriset upphör
    | tr: İndirimli fiyatın bittiği tarih
tax_status: Tax status | de: Steuerstatus | es: Estado del impuesto | fr: État de la TVA | it: Stato delle imposte
    | nl: Btw status | pl: Status podatku | pt: Status do imposto | ru: Статус налога | sv: Momsstatus
    | tr: Vergi durumu
tax_class: Tax class | de: Steuerklasse | es: Clase de impuesto | fr: Classe TVA / Classe de TVA
    | it: Aliquota di imposta | nl: Belastingklasse | pl: Klasa podatkowa | pt: Classe de imposto
    | ru: Налоговый класс | sv: Momsklass / Momsgrupp | tr: Vergi sınıfı
in_stock: In stock? | de: Vorrätig? | es: ¿Existencias? / ¿En inventario? | fr: En stock ? | nl: Op voorraad?
    | pl: W magazynie? | pt: Em estoque? | ru: В наличии? / Наличие | sv: I lager? | tr: Stokta?
stock: Stock | de: Bestand / Lager | es: Inventario | it: Magazzino | nl: Voorraad | pl: Stan magazynowy
    | pt: Estoque | ru: Запасы | sv: Lagersaldo / Lager | tr: Stok
low_stock: Low stock amount | de: Geringe Lagermenge | es: Cantidad de bajo inventario | fr: Montant de stock faible
    | it: Quantità in magazzino bassa | nl: Lage voorraad | pl: Niski stan magazynowy
    | pt: Quantidade baixa de estoque | ru: Малое количество на складе / Величина малых запасов
    | sv: Lågt lagerantal | tr: Düşük stok miktarı
backorders: Backorders allowed? | de: Lieferrückstände erlaubt? / Rückstände erlaubt?
    | es: ¿Permitir reservas de productos agotados? | fr: Autoriser les commandes de produits en rupture ?
    | it: Abilita gli ordini arretrati? | nl: Nabestellingen toestaan?
    | pl: Pozwalać na zamówienia oczekujące (na dostawę do magazynu)? | pt: São permitidas encomendas?
    | ru: Задержанный заказ возможен? / Возможен ли предзаказ? | sv: Tillåt restnoteringar?
    | tr: Yok satmaya izin? / Ön Siparişe İzin Ver?
individual: Sold individually? / Sold individually | de: Nur einzeln verkaufen? | es: ¿Vendido individualmente?
    | fr: Vendre individuellement ? | it: Venduto singolarmente? | nl: Wordt individueel verkocht?
    | pl: Sprzedawany pojedynczo? | pt: Vendido individualmente? | ru: Продано индивидуально? | sv: Säljes styckvis?
    | tr: Ayrı ayrı mı satılıyor?
reviews: Allow customer reviews? | de: Kundenbewertungen erlauben? / Kundenrezensionen erlauben?
    | es: ¿Permitir valoraciones de clientes? | fr: Autoriser les avis clients ?
    | it: Permetti le recensioni clienti? | nl: Klantbeoordelingen toestaan? | pl: Włącz opinie klientów?
    | pt: Permitir avaliações de clientes? | ru: Разрешить отзывы от клиентов? | sv: Tillåt kundrecensioner?
    | tr: Müşteri değerlendirmelerine izin verilsin mi?
note: Purchase note | de: Hinweis zum Kauf | es: Nota de compra | fr: Note de l'achat / Note de commande
    | it: Nota di acquisto | nl: Aankoopnotitie | pl: Notatka do zakupu | pt: Nota da compra
    | ru: Примечание к покупке | sv: Köpmeddelande | tr: Satın alma notu
sale: Sale price | de: Angebotspreis | es: Precio rebajado | fr: Tarif promo | it: Prezzo in offerta
    | nl: Actieprijs | pl: Cena promocyjna | pt: Preço promocional | ru: Цена распродажи / Акционная цена
    | sv: Reapris | tr: İndirimli satış fiyatı
regular: Regular price | de: Regulärer Preis | es: Precio normal | fr: Tarif régulier | it: Prezzo di listino
    | nl: Reguliere prijs | pl: Cena | pt: Preço | ru: Базовая цена | sv: Ordinarie pris | tr: Normal fiyat
categories: Categories | de: Kategorien | es: Categorías | fr: Catégories | it: Categorie | nl: Categorieën
    | pl: Kategorie | pt: Categorias | ru: Категории | sv: Kategorier | tr: Kategoriler
tags: Tags | de: Schlagwörter | es: Etiquetas | fr: Étiquettes | it: Etichette / Tag | pl: Tagi | ru: Метки
    | sv: Taggar | tr: Etiketler
shipping: Shipping class | de: Versandklasse | es: Clase de envío | fr: Classe de livraison / Classe d'expédition
    | it: Classe di spedizione | nl: Verzendklasse | pl: Klasa wysyłkowa | pt: Classe de entrega
    | ru: Класс доставки | sv: Fraktklass | tr: Gönderim sınıfı
images: Images | de: Bilder | es: Imágenes | it: Immagine | nl: Afbeeldingen | pl: Obrazki | pt: Imagens
    | ru: Изображения | sv: Bilder | tr: Görseller
downloads: Download limit | de: Downloadlimit | es: Límite de descargas | fr: Limite de téléchargement
    | it: Limite di download | nl: Downloadlimiet | pl: Limit pobrań | pt: Limite de downloads
    | ru: Лимит загрузок / Лимит скачивания | sv: Nedladdningsgräns | tr: İndirme sınırı
expiry: Download expiry days | de: Ablauftage des Downloads | es: Días de caducidad de la descarga
    | fr: Jours d'expiration du téléchargement | it: Scarica i giorni di scadenza | nl: Dagen vervaltijd download
    | pl: Ważność pobierania | pt: Dias para expirar o download
    | ru: Число дней до просроченной загрузки / Дней срока скачивания | sv: Ladda ned utgångsdagar
    | tr: İndirme sona erme günü
parent: Parent | de: Übergeordnetes Produkt | es: Superior | it: Genitore | nl: Hoofd | pl: Element nadrzędny
    | pt: Ascendente | ru: Родительский | sv: Förälder | tr: Ebeveyn
grouped: Grouped products | de: Gruppierte Produkte | es: Productos agrupados
    | fr: Produits groupés / Groupes de produits | it: Prodotti raggruppati | nl: Gegroepeerde producten
    | pl: Produkty grupowe | pt: Grupo de produtos | ru: Сгруппированные товары | sv: Grupperade produkter
    | tr: Gruplanmış ürünler
upsells: Upsells | de: Zusatzverkäufe | es: Ventas dirigidas
    | fr: Montées en gamme / Montée en gamme / Produits suggérés | it: Up-sell | pl: Produkty "up-sell"
    | pt: Aumentar vendas | ru: Апсейл / Апсэлы | sv: Merförsäljning | tr: Yukarı satışlar
cross_sells: Cross-sells | de: Cross-Sells (Querverkäufe) | es: Ventas cruzadas | fr: Ventes croisées
    | it: Cross-sell | pl: Produkty "Cross-sell" | pt: Venda cruzada | ru: Кросселы | sv: Korsförsäljning
    | tr: Çapraz satışlar
external: External URL | de: Externe URL | es: URL externa | fr: URL externe | it: URL esterna / URL esterno
    | pl: Zewnętrzny adres URL | ru: Внешний URL | sv: Extern URL | tr: Harici URL
button: Button text | de: Button-Text | es: Texto del botón | fr: Libellé du bouton | it: Testo del pulsante
    | nl: Knop tekst | pl: Tekst przycisku | pt: Texto do botão | ru: Текст кнопки | sv: Knapptext | tr: Düğme metni
position: Position | es: Posición | it: Posizione | nl: Positie | pl: Pozycja | pt: Posição | ru: Позиция
    | tr: Konum
brands: Brands / Brand | de: Marken | es: Marcas | fr: Marques | it: Marchi | nl: Merken | pl: Marki | ru: Бренды
    | sv: Varumärken | tr: Markalar
"""
_MEASURES = """\
weight: Weight | de: Gewicht | es: Peso | fr: Poids | nl: Gewicht | pl: Waga | ru: Вес | sv: Vikt | tr: Ağırlık
length: Length | de: Länge | es: Longitud | fr: Longueur | it: Lunghezza | nl: Lengte | pl: Długość
    | pt: Comprimento | ru: Длина | sv: Längd | tr: Uzunluk
width: Width | de: Breite | es: Anchura | fr: Largeur | it: Larghezza | nl: Breedte | pl: Szerokość | pt: Largura
    | ru: Ширина | sv: Bredd | tr: Genişlik
height: Height | de: Höhe | es: Altura | fr: Hauteur | it: Altezza | nl: Hoogte | pl: Wysokość | pt: Altura
    | ru: Высота | sv: Höjd | tr: Yükseklik
"""
LANGUAGES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
}
# What columns of attributes have in common over languages and releases ("Attribute 2 value(s)", "Valeur(s) de
# l’attribut 2", "Zichtbare eigenschap 2"): a number, the word for an attribute, and the beginning of a part's name.
_ATTRIBUTE = re.compile(r"att?ribut|atrybut|eigenschap|egenskap|атт?рибут|nitelik")
_PARTS = (
    ("visible", re.compile(r"visib|sichtbar|zichtbar|widoczn|synlig|видим|görün")),
    ("global", re.compile(r"global|глобальн|genel")),
    ("values", re.compile(r"valu|valeur|valor|wert|waarde|wartoś|värde|значен|değer")),
    ("name", re.compile(r"nam|nom|naam|nazw|имя|назван|isim|ismi")),
)
_META = re.compile(r"(?:M[eé]ta|Мета|Pola)\s*:\s*(?P<key>.*)")


def _read(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Key of a header → its field, and → the language it is in: of those that have it alone."""
    fields: dict[str, str] = {}
    languages: dict[str, set[str]] = {}
    for line in table.replace("\n    |", " |").splitlines():
        field, _, names = line.partition(":")
        for entry in names.split(" | "):
            language, _, spellings = entry.strip().rpartition(": ")
            for spelling in spellings.split(" / "):
                fields.setdefault(key(spelling), field)
                languages.setdefault(key(spelling), set()).add(language or "en")
    return fields, {name: next(iter(found)) for name, found in languages.items() if len(found) == 1}


_BY_KEY, _LANGUAGES = _read(_FIELDS)
_MEASURES_BY_KEY, _ = _read(_MEASURES)


class Measure(NamedTuple):
    """A column of sizes or weights: "Höhe (cm)" is ("height", "Höhe", "cm")."""

    field: str
    label: str
    unit: str


def field(header: str) -> str:
    """The field a header means in any language, "" for none."""
    return _BY_KEY.get(key(header), "")


def language(headers: Sequence[str]) -> str:
    """The language most of the headers are in, "" where none is known. Words that languages share do not count."""
    found = Counter(_LANGUAGES[key(header)] for header in headers if key(header) in _LANGUAGES)
    return found.most_common(1)[0][0] if found else ""


def measure(header: str) -> Measure | None:
    match = re.fullmatch(r"(?P<label>[^()]+?)\s*\((?P<unit>\w+)\)", header.strip())
    named = _MEASURES_BY_KEY.get(key(match["label"])) if match else None
    return Measure(named, match["label"], match["unit"].casefold()) if match and named else None


def attribute(header: str) -> tuple[int, str] | None:
    """The number and the part: "Attribute 2 value(s)" is (2, "values"), and what is no known part is "default"."""
    plain = key(header)
    number = re.search(r"\d{1,4}", plain)
    word = _ATTRIBUTE.search(plain)
    if number is None or word is None:
        return None
    rest = plain.replace(word[0], "", 1)
    return int(number[0]), next((part for part, begins in _PARTS if begins.search(rest)), "default")


def meta(header: str) -> str | None:
    """The key of a column of WordPress's own or a plugin's data: "Meta: _yoast_wpseo_title"."""
    match = _META.fullmatch(header.strip())
    return match["key"] if match else None
