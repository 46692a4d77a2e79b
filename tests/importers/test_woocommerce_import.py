"""WooCommerce exports: variations under parents, groups, shops elsewhere, hidden things, and WordPress's ways with text."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from import_desk import Desk, reasons, table

from highstreet.base.diagnostic import Problems
from support.street import theme_words

HEADER = (
    "ID,Type,SKU,\"GTIN, UPC, EAN, or ISBN\",Name,Published,Is featured?,Visibility in catalog,Short description,Description,Date sale price starts,"
    "Date sale price ends,Tax status,Tax class,In stock?,Stock,Low stock amount,Backorders allowed?,Sold individually?,Weight (kg),Length (cm),Width (cm),"
    "Height (cm),Allow customer reviews?,Purchase note,Sale price,Regular price,Categories,Tags,Shipping class,Images,Download limit,Download expiry days,"
    "Parent,Grouped products,Upsells,Cross-sells,External URL,Button text,Position,Brands,Attribute 1 name,Attribute 1 value(s),Attribute 1 visible,"
    "Attribute 1 global,Attribute 2 name,Attribute 2 value(s),Attribute 2 visible,Attribute 2 global,Attribute 1 default,Meta: _yoast_wpseo_metadesc,Meta: _wc_x"
)  # fmt: skip

BASE = {
    "Type": "simple",
    "Published": "1",
    "Is featured?": "0",
    "Visibility in catalog": "visible",
    "Tax status": "taxable",
    "In stock?": "1",
    "Backorders allowed?": "0",
}
HOODIE = BASE | {
    "ID": "44", "Type": "variable", "SKU": "hoodie", "Name": "Hoodie", "Short description": "<p>Warm.</p>", "Description": "First line\\n\\nSecond <strong>line</strong>[gallery ids=\"1,2\"]",
    "Categories": "Clothing > Hoodies, Sale", "Tags": "warm, \\, comma", "Images": "https://w.example/h-1.jpg, https://w.example/h-2.jpg", "Weight (kg)": "1.5",
    "Attribute 1 name": "Color", "Attribute 1 value(s)": "Blue, Green, Red\\, dark", "Attribute 1 visible": "1", "Attribute 1 global": "1",
    "Attribute 2 name": "Logo", "Attribute 2 value(s)": "Yes, No", "Attribute 2 visible": "1", "Brands": "Acme", "Position": "1",
}  # fmt: skip
BLUE = BASE | {"ID": "45", "Type": "variation", "SKU": "hoodie-blue", "Name": "Hoodie - Blue, Yes", "Parent": "hoodie", "Regular price": "45", "Sale price": "42", "Stock": "3",
               "Attribute 1 name": "Color", "Attribute 1 value(s)": "Blue", "Attribute 2 name": "Logo", "Attribute 2 value(s)": "Yes", "Images": "https://w.example/h-blue.jpg"}  # fmt: skip
RED = BASE | {"ID": "46", "Type": "variation", "SKU": "hoodie-red", "Name": "Hoodie - Red", "Parent": "id:44", "Regular price": "45",
              "Attribute 1 name": "Color", "Attribute 1 value(s)": "Red\\, dark", "Attribute 2 name": "Logo", "Attribute 2 value(s)": ""}  # fmt: skip
CAP = BASE | {"ID": "50", "SKU": "cap", "Name": "Cap", "Regular price": "18", "Sale price": "16", "Stock": "0", "Categories": "Clothing > Accessories", "Upsells": "hoodie",
              "Cross-sells": "id:44, gone", "Length (cm)": "20", "Width (cm)": "10", "GTIN, UPC, EAN, or ISBN": "4006381333931",
              "Attribute 1 name": "Material", "Attribute 1 value(s)": "Wool, Felt", "Attribute 1 visible": "1", "Attribute 2 name": "Cost", "Attribute 2 value(s)": "3", "Attribute 2 visible": "0"}  # fmt: skip


def test_variations_join_their_parent(woo: Desk) -> None:
    result = woo.take(table(HOODIE, RED, BLUE))

    product = woo.shop.products["hoodie"]
    assert [option.name for option in product.options] == ["Color", "Logo"]
    assert [(variant.options, str(variant.price.amount)) for variant in product.variants] == [
        (("Red, dark", "Yes"), "45.00"), (("Red, dark", "No"), "45.00"), (("Blue", "Yes"), "42.00"),
    ]  # fmt: skip
    assert str(product.variants[2].compare_at_price) == "45.00 EUR"
    assert product.variants[2].inventory.quantity == 3
    assert [variant.sku for variant in product.variants] == ["hoodie-red", "", "hoodie-blue"]
    assert (product.vendor, product.type, product.tags) == ("Acme", "Hoodies", ("warm", ", comma"))
    assert product.description == "Warm.\n\nFirst line\n\nSecond **line**\n"
    assert reasons(result, "Description") == ["not kept in the text: [gallery]"]
    assert [picture.url[-8:] for picture in result.report.pictures] == ["/h-1.jpg", "/h-2.jpg", "blue.jpg"]
    assert "“any” became 2 variants" in " ".join(result.report.remarks)


def test_categories_become_collections_and_a_nested_menu(woo: Desk) -> None:
    woo.take(table(HOODIE, BLUE, CAP))

    shop = woo.shop
    assert {handle: collection.products for handle, collection in shop.collections.items()} == {
        "clothing": ("cap", "hoodie"), "hoodies": ("hoodie",), "sale": ("hoodie",), "accessories": ("cap",),
    }  # fmt: skip
    clothing = next(item for item in shop.content.menus["main"] if item.label == "Clothing")
    assert [item.label for item in clothing.items] == ["Hoodies", "Accessories"]


def test_simple_product_in_all_its_cells(woo: Desk) -> None:
    result = woo.take(table(HOODIE, BLUE, CAP))

    cap = woo.shop.products["cap"]
    assert (str(cap.price.amount), str(cap.variants[0].compare_at_price), cap.variants[0].inventory.quantity) == (
        "16.00",
        "18.00 EUR",
        0,
    )
    assert cap.attributes == (("Material", "Wool, Felt"), ("Length × Width", "20 × 10 cm"))
    assert cap.related == ("hoodie",)
    assert cap.variants[0].barcode == "4006381333931"
    assert reasons(result, "Attribute 2 value(s)", "left out") == ["the attribute is not visible to customers"]
    assert reasons(result, "Cross-sells", "repaired") == ["gone is not in the file"]
    assert "taxes" in reasons(result, "Tax status")[0]


def test_grouped_product_is_a_collection(woo: Desk) -> None:
    group = BASE | {
        "ID": "60",
        "Type": "grouped",
        "SKU": "set",
        "Name": "Winter set",
        "Description": "<p>All of it.</p>",
        "Grouped products": "cap, id:44, id:99",
        "Stock": "4",
    }

    result = woo.take(table(HOODIE, BLUE, CAP, group))

    assert woo.shop.collections["winter-set"].products == ("cap", "hoodie")
    assert "winter-set" not in woo.shop.products
    assert reasons(result, "Stock", "left out") == ["has no meaning for a product of this kind"]
    assert reasons(result, "Grouped products", "repaired") == ["id:99 is not in the file"]


def test_external_product_links_to_the_other_shop(woo: Desk) -> None:
    row = BASE | {
        "ID": "70",
        "Type": "external",
        "Name": "Book",
        "Regular price": "11.05",
        "External URL": "https://other.example/book?a=1&b=2",
        "Button text": "Buy at Other",
    }

    woo.take(table(row, CAP))

    book = woo.shop.products["book"]
    assert book.description == "[Buy at Other](https://other.example/book?a=1&b=2)\n"
    assert not book.variants[0].inventory.available


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Published": "-1"}, "draft"),
        ({"Published": "0"}, "draft"),
        ({"Visibility in catalog": "hidden"}, "draft"),
        ({"Visibility in catalog": "search"}, "active"),
        ({"Regular price": "", "Sale price": ""}, "draft"),
    ],
)
def test_status(woo: Desk, cells: dict[str, str], status: str) -> None:
    woo.take(table(CAP | {"Upsells": "", "Cross-sells": ""} | cells))

    assert woo.shop.products["cap"].status == status


@pytest.mark.parametrize(
    ("cells", "price"),
    [
        ({"Date sale price starts": "2026-11-01", "Date sale price ends": "2026-11-30"}, "16.00"),
        ({"Date sale price starts": "2026-12-01", "Date sale price ends": ""}, "18.00"),
        ({"Date sale price starts": "", "Date sale price ends": "2026-11-23"}, "16.00"),
        ({"Date sale price starts": "", "Date sale price ends": "soon"}, "18.00"),
        # An end that cannot be read may have passed long ago.
        ({"Date sale price starts": "2020-01-01", "Date sale price ends": "31.12.2020"}, "18.00"),
        ({"Sale price": "20"}, "18.00"),
        ({"Regular price": ""}, "16.00"),
    ],
)
def test_sale_prices_have_dates(woo: Desk, cells: dict[str, str], price: str) -> None:
    woo.take(table(CAP | cells), now=datetime(2026, 11, 23, 12, tzinfo=UTC))

    assert str(woo.shop.products["cap"].price.amount) == price


@pytest.mark.parametrize(
    ("cells", "quantity", "policy"),
    [
        ({"Stock": "", "In stock?": "1"}, None, "deny"), ({"Stock": "", "In stock?": "0"}, 0, "deny"), ({"Stock": "5", "Backorders allowed?": "notify"}, 5, "continue"),
        ({"Stock": "5", "In stock?": "0"}, 0, "deny"), ({"Stock": "5", "In stock?": "0", "Backorders allowed?": "1"}, 5, "continue"),
        ({"Stock": "-2", "Backorders allowed?": "1"}, 0, "continue"), ({"Stock": "0", "In stock?": "backorder"}, 0, "continue"),
    ],
)  # fmt: skip
def test_stock(woo: Desk, cells: dict[str, str], quantity: int | None, policy: str) -> None:
    woo.take(table(CAP | cells))

    inventory = woo.shop.products["cap"].variants[0].inventory
    assert (inventory.quantity, inventory.policy) == (quantity, policy)


def test_variation_stock_of_the_parent_and_orphans(woo: Desk) -> None:
    orphan = RED | {"ID": "99", "Parent": "id:12345", "SKU": "orphan"}

    result = woo.take(table(HOODIE | {"Stock": "9"}, BLUE | {"Stock": "parent"}, orphan))

    assert woo.shop.products["hoodie"].variants[0].inventory.quantity == 9
    assert reasons(result, "Regular price", "left out") == ["the product it is a variation of is not in the file"]


@pytest.mark.parametrize(("parent", "child", "sold"), [("1", "0", False), ("1", "-1", False), ("1", "1", True), ("-1", "-1", True), ("1", "", True)])  # fmt: skip
def test_variation_that_is_switched_off_is_not_sold(woo: Desk, parent: str, child: str, sold: bool) -> None:
    result = woo.take(table(HOODIE | {"Published": parent}, BLUE, RED | {"Published": child}))

    assert ("Red, dark", "Yes") in {variant.options for variant in woo.shop.products["hoodie"].variants} or not sold
    assert bool(reasons(result, "Regular price", "left out")) != sold


def test_german_weights_and_net_prices_keep_their_decimals(woo: Desk) -> None:
    row = {"ID": "1", "Typ": "simple", "Name": "Tasse", "Veröffentlicht": "1", "Gewicht (kg)": "1,250", "Regulärer Preis": "8,403"}
    other = row | {"ID": "2", "Name": "Teller", "Gewicht (kg)": "0,250", "Regulärer Preis": "12,5"}

    woo.take(table(row, other))

    cup = woo.shop.products["tasse"]
    assert (str(cup.price.amount), cup.variants[0].weight) == ("8.40", Decimal("1.25"))
    assert woo.shop.products["teller"].variants[0].weight == Decimal("0.25")


def test_headers_in_the_letters_of_a_mac(woo: Desk) -> None:
    row = {"Nom": "Tasse", "Publié": "0", "Tarif régulier": "12,50", "Catégories": "Thé"}

    woo.take(unicodedata.normalize("NFD", table(row)))

    assert woo.shop.products["tasse"].status == "draft"
    assert list(woo.shop.collections) == ["the"]


def test_formula_escapes_are_undone_and_templates_stay_text(woo: Desk) -> None:
    woo.take(table(CAP | {"Name": "'=HYPERLINK(1)", "Description": "{{ 7*7 }} [not a shortcode]", "Tags": "'+plus"}))

    product = next(iter(woo.shop.products.values()))
    assert (product.title, product.tags) == ("=HYPERLINK(1)", ("+plus",))
    assert product.description == "{{ 7\\*7 }} [not a shortcode]\n"


def test_full_export_of_all_columns_is_accounted_for(woo: Desk) -> None:
    empty = dict.fromkeys(next(iter([__import__("csv").reader([HEADER])])).__next__(), "")

    result = woo.take(table(*(empty | row for row in (HOODIE, RED, BLUE, CAP))))

    assert result.report.products == 2
    assert not [note for note in result.report.notes if "no field" in note.reason]


def test_german_export(woo: Desk) -> None:
    row = {"ID": "1", "Typ": "simple", "Artikelnummer": "T-1", "Name": "Tasse", "Veröffentlicht": "1", "Sichtbarkeit im Katalog": "visible", "Vorrätig?": "1", "Bestand": "4",
           "Gewicht (kg)": "0,35", "Regulärer Preis": "12,50", "Angebotspreis": "", "Kategorien": "Küche", "Schlagwörter": "rot", "Attribut 1 Name": "Farbe", "Attribut 1 Wert(e)": "Rot",
           "Attribut 1 sichtbar": "1", "Länge (cm)": "", "Höhe (cm)": "9,5", "Ist hervorgehoben?": "1"}  # fmt: skip

    woo.take(table(row, delimiter=";"), currency="EUR", locale="de", words=theme_words)

    cup = woo.shop.products["tasse"]
    assert (str(cup.price), cup.variants[0].inventory.quantity, cup.attributes) == ("12.50 EUR", 4, (("Farbe", "Rot"), ("Höhe", "9,5 cm")))
    assert woo.shop.collections["featured"].title == "Empfohlen"
    assert woo.text("catalog/products/tasse.yaml").count("weight: 350 g") == 1
    assert list(woo.shop.collections) == ["featured", "kuche"]

# Headers of exports in languages, as WooCommerce wrote them in different years, and rows: a product, what it sells, a scarf.
SPOKEN = {
    "de": "ID,Typ,Artikelnummer,Name,Veröffentlicht,Sichtbarkeit im Katalog,Vorrätig?,Lager,Rückstände erlaubt?,Nur einzeln verkaufen?,Angebotspreis,Regulärer Preis,Kategorien,Übergeordnetes Produkt,Attribut 1 Name,Attribut 1 Wert(e),Attribut 1 Sichtbar",
    "es": "ID,Tipo,SKU,Nombre,Publicado,Visibilidad en el catálogo,¿En inventario?,Inventario,¿Permitir reservas de productos agotados?,¿Vendido individualmente?,Precio rebajado,Precio normal,Categorías,Superior,Nombre del atributo 1,Valor(es) del atributo 1,Atributo visible 1",
    "fr": "ID,Type,UGS,Nom,Publié,Visibilité dans le catalogue,En stock ?,Stock,Autoriser les commandes de produits en rupture ?,Vendre individuellement ?,Tarif promo,Tarif régulier,Catégories,Parent,Nom de l’attribut 1,Valeur(s) de l’attribut 1,Attribut 1 visible",
    "it": "ID,Tipo,COD,Nome,Pubblicato,Visibilità nel catalogo,In stock?,Magazzino,Abilita gli ordini arretrati?,Venduto singolarmente?,Prezzo in offerta,Prezzo di listino,Categorie,Genitore,Attributo 1 nome,Attributo 1 valuta(e),Attributo 1 visibile",
    "nl": "ID,Type,Artikelnummer,Naam,Gepubliceerd,Zichtbaarheid in catalogus,Op voorraad?,Voorraad,Nabestellingen toestaan?,Wordt individueel verkocht?,Actieprijs,Reguliere prijs,Categorieën,Hoofd,Naam eigenschap 1,Waarde eigenschap 1,Zichtbare eigenschap 1",
    "pl": "ID,Typ,SKU,Nazwa,Opublikowano,Widoczność w katalogu,W magazynie?,Stan magazynowy,Pozwalać na zamówienia oczekujące (na dostawę do magazynu)?,Sprzedawany pojedynczo?,Cena promocyjna,Cena,Kategorie,Element nadrzędny,Nazwa atrybutu 1,Wartości atrybutu 1,Atrybut 1 widoczny",
    "pt": "ID,Tipo,SKU,Nome,Publicado,Visibilidade no catálogo,Em estoque?,Estoque,São permitidas encomendas?,Vendido individualmente?,Preço promocional,Preço,Categorias,Ascendente,Nome do atributo 1,Valores do atributo 1,Visibilidade do atributo 1",
    "ru": "ID,Тип,Артикул,Имя,Опубликован,Видимость в каталоге,В наличии?,Запасы,Задержанный заказ возможен?,Продано индивидуально?,Цена распродажи,Базовая цена,Категории,Родительский,Имя атрибута 1,Значение(-я) аттрибута(-ов) 1,Видимость атрибута 1",
    "sv": "ID,Typ,Artikelnummer,Namn,Publicerad,Synlighet i katalog,I lager?,Lagersaldo,Tillåt restnoteringar?,Säljes styckvis?,Reapris,Ordinarie pris,Kategorier,Förälder,Attribut 1 namn,Attribut 1 värde(n),Attribut 1 synligt",
    "tr": "Kimlik,Tür,Stok kodu (SKU),İsim,Yayımlanmış,Katalogda görünürlük,Stokta?,Stok,Yok satmaya izin?,Ayrı ayrı mı satılıyor?,İndirimli satış fiyatı,Normal fiyat,Kategoriler,Ebeveyn,Nitelik 1 ismi,Nitelik 1 değer(ler)i,Nitelik 1 görünür",
}  # fmt: skip
SPOKEN_ROWS = (
    '10,variable,H,Hat,1,visible,1,,0,0,,,Hats,,Colour,"Red, Blue",1',
    "11,variation,H-R,Hat - Red,1,visible,1,0,notify,0,19.90,24.90,,id:10,Colour,Red,",
    "12,variation,H-B,Hat - Blue,1,visible,0,,0,0,,24.90,,id:10,Colour,Blue,",
    "13,simple,S,Scarf,1,hidden,1,5,0,0,,9.50,,,Buyer,secret,0",
)


@pytest.mark.parametrize("language", SPOKEN)
def test_exports_are_read_in_the_language_of_the_site(woo: Desk, language: str) -> None:
    result = woo.take("\n".join((SPOKEN[language], *SPOKEN_ROWS)), currency="EUR")

    hat, scarf = woo.shop.products["hat"], woo.shop.products["scarf"]
    assert [(one.options, str(one.price.amount), str(one.compare_at_price), one.sku, one.inventory.available) for one in hat.variants] == [
        (("Red",), "19.90", "24.90 EUR", "H-R", True), (("Blue",), "24.90", "None", "H-B", False),
    ]  # fmt: skip
    assert (scarf.status, scarf.variants[0].inventory.quantity, scarf.attributes) == ("draft", 5, ())
    assert not [note for note in result.report.notes if "no field" in note.reason]
    assert woo.shop.locale == language


def test_locale_that_is_asked_for_goes_before_that_of_the_columns(woo: Desk) -> None:
    woo.take("\n".join((SPOKEN["de"], *SPOKEN_ROWS)), currency="EUR", locale="de-AT")

    assert woo.shop.locale == "de-AT"


@pytest.mark.parametrize(("language", "page", "letters"), [("pl", "cp1250", "Żółw"), ("ru", "cp1251", "Шляпа"), ("tr", "cp1254", "Şapka ığ"), ("sv", "cp1252", "Åäö"), ("ru", "utf-16", "Шляпа")])
def test_code_page_of_a_country_is_told_by_the_header(woo: Desk, language: str, page: str, letters: str) -> None:
    sheet = "\n".join((SPOKEN[language], *SPOKEN_ROWS)).replace(",Hat,", f",{letters},")

    result = woo.take(sheet.encode(page), currency="EUR")

    assert letters in {product.title for product in woo.shop.products.values()}
    assert page.replace("cp", "windows-") in result.report.repairs[0].lower()


def test_language_that_is_not_known_is_told(woo: Desk) -> None:
    with pytest.raises(Problems) as told:
        woo.take("Tunnus,Tyyppi,Nimi,Normaalihinta\n1,simple,Hattu,5\n")

    assert "set yours to English" in told.value.diagnostics[0].fix

def test_value_of_a_variation_is_one_value(woo: Desk) -> None:
    """WooCommerce writes "3\\,6L"; a list made elsewhere leaves the comma bare, and it is not two values."""
    paint = BASE | {"Type": "variable", "SKU": "paint", "Name": "Paint", "Attribute 1 name": "Volume", "Attribute 1 value(s)": "3,6L | 18L", "Attribute 1 visible": "1"}
    cans = [BASE | {"Type": "variation", "SKU": sku, "Parent": "paint", "Regular price": "9", "Attribute 1 name": "Volume", "Attribute 1 value(s)": value} for sku, value in (("a", "3,6L"), ("b", "0\\,9L"))]

    woo.take(table(paint, *cans))

    assert [variant.options for variant in woo.shop.products["paint"].variants] == [("3,6L",), ("0,9L",)]


def test_categories_in_another_script_keep_their_handles(woo: Desk) -> None:
    cups, pots = CAP | {"Upsells": "", "Cross-sells": "", "Categories": "湯呑, 器 > 皿"}, {"SKU": "pot", "Name": "Pot", "Regular price": "3", "Categories": "土鍋"}
    woo.take(table(cups))

    woo.take(table(pots, cups))

    assert {handle: one.title for handle, one in woo.shop.collections.items()} == {"category": "湯呑", "category-2": "器", "category-3": "皿", "category-4": "土鍋"}


def test_renamed_product_stays_the_same_file(woo: Desk) -> None:
    woo.take(table(HOODIE, BLUE, CAP))

    woo.take(table(HOODIE | {"Name": "Warm hoodie"}, BLUE, CAP))

    assert woo.shop.products["hoodie"].title == "Warm hoodie"
    assert len(woo.shop.products) == 2


def test_importing_again_writes_nothing(woo: Desk) -> None:
    rows = table(HOODIE, RED, BLUE, CAP)
    woo.take(rows)

    assert woo.take(rows).files_written == ()


def test_shopify_file_is_refused_with_the_way_out(woo: Desk) -> None:
    with pytest.raises(Problems, match="HS703") as caught:
        woo.take(table({"Handle": "mug", "Title": "Mug", "Variant Price": "1", "Image Src": ""}))

    assert "shopify" in caught.value.diagnostics[0].fix
