"""Locales: a shop in another language, with what is not translated left as it was."""

from __future__ import annotations

from shop import tenant

from highstreet.model.locale import localized, missing

FILES: dict[str, str | bytes] = {
    "tenant.yaml": "name: Mugs\nlocale: en\nlanguages: [en, fr]\ncontact: {hours: Daily}\n",
    "branding.yaml": "tagline: Good mugs\n",
    "catalog/products/cup.yaml": "{title: Zebra cup, price: 2}",
    "catalog/products/mug.yaml": """
title: Mug
price: 1
seo: {title: Buy a mug, description: Now}
attributes: {Material: Clay}
options: {Colour: [Black, Red]}
variants:
- {options: [Black]}
- {options: [Red]}
images: [{src: a.jpg, alt: Front}, {src: b.jpg, alt: Back}]
""",
    "catalog/collections/all.yaml": "{title: All, products: [mug, cup], sort: title}",
    "pages/about.md": "---\ntitle: About\n---\nWe make mugs.\n",
    "posts/news.md": "---\ntitle: News\ndate: 2026-11-01\nexcerpt: New\n---\nText\n",
    "navigation.yaml": "main:\n- label: About\n  to: page/about\n  items: [{label: Shop, to: /products/}]\nfooter:\n- {label: Shop, to: /products/}\n",
    "home.yaml": """
sections:
- {type: hero, heading: Hello, slides: [{text: One, image: a.jpg}, {text: Two, image: b.jpg}]}
- {type: rich-text, text: Morning}
""",
    "assets/a.jpg": b"",
    "assets/b.jpg": b"",
    "locales/fr/branding.yaml": "tagline: De bonnes tasses\n",
    "locales/fr/tenant.yaml": "contact: {hours: Tous les jours}\n",
    "locales/fr/catalog/products/mug.yaml": """
title: Tasse
attributes: {Matière: [Argile, Émail]}
options: {Colour: {name: Couleur, values: {Black: Noir}}}
images: [null, Dos]
""",
    "locales/fr/catalog/products/cup.yaml": "title: Bol\n",
    "locales/fr/pages/about.md": "---\ntitle: À propos\n---\nNous faisons des tasses.\n",
    "locales/fr/posts/news.md": "---\ntitle: Nouvelles\n---\n",
    "locales/fr/navigation.yaml": "Shop: Boutique\n",
    "locales/fr/home.yaml": "sections:\n- {heading: Bonjour, slides: [null, {text: Deux}]}\n",
}


def test_texts_are_replaced_and_everything_else_stays() -> None:
    shop = tenant(FILES)

    french = localized(shop, "fr")

    mug = french.products["mug"]
    assert (french.locale, french.languages, french.branding.tagline, french.contact.hours) == (
        "fr", ("en", "fr"), "De bonnes tasses", "Tous les jours",
    )
    assert (mug.title, mug.price, mug.variants) == ("Tasse", shop.products["mug"].price, shop.products["mug"].variants)
    assert [(o.name, o.label, [(v.value, v.label) for v in o.values]) for o in mug.options] == [
        ("Colour", "Couleur", [("Black", "Noir"), ("Red", "")])
    ]
    assert [image.alt for image in mug.images] == ["Front", "Dos"]
    assert mug.attributes == (("Matière", "Argile, Émail"),)
    assert mug.seo.title == ""  # an English search title above a French page would be wrong
    assert french.content.pages[0].body == "Nous faisons des tasses.\n"
    assert (french.content.posts[0].title, french.content.posts[0].body) == ("Nouvelles", "Text\n")


def test_menus_are_translated_by_label_in_every_menu() -> None:
    menus = localized(tenant(FILES), "fr").content.menus

    assert menus["main"][0].label == "About"
    assert menus["main"][0].items[0].label == menus["footer"][0].label == "Boutique"


def test_sections_are_laid_over_by_place() -> None:
    hero, text = localized(tenant(FILES), "fr").content.home

    assert hero.settings == {
        "heading": "Bonjour",
        "slides": [{"text": "One", "image": "a.jpg"}, {"text": "Deux", "image": "b.jpg"}],
    }
    assert text.settings == {"text": "Morning"}


def test_collections_by_title_are_sorted_in_their_own_language() -> None:
    shop = tenant(FILES)

    assert shop.collections["all"].products == ("mug", "cup")  # Mug, Zebra cup
    assert localized(shop, "fr").collections["all"].products == ("cup", "mug")  # Bol, Tasse


def test_the_own_language_is_the_tenant_itself() -> None:
    shop = tenant(FILES)

    assert localized(shop, "en") is shop
    assert missing(shop, "en") == []


def test_what_is_missing_is_named() -> None:
    assert [text[:2] for text in missing(tenant(FILES), "fr")] == [
        ("catalog/collections/all.yaml", "title"),
        ("navigation.yaml", "About"),
        ("posts/news.md", "body"),
    ]
