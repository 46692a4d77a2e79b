"""Shops of the site tests: one rich catalogue in several currencies, a tiny shop, and one whose every text is hostile."""

from __future__ import annotations

from typing import Any

from support.street import Lane, picture

# Amounts are written in hundredths and shifted to the currency's own decimals: 12950 → 129.50, 12950, 12.950.
CURRENCIES = {"EUR": 2, "JPY": 0, "KWD": 3}
CURRENCY = {"eur": ("EUR", 2), "jpy": ("JPY", 0), "kwd": ("KWD", 3)}  # shop → what it trades in
HOSTILE = "{{ 7*7 }} {% raw %} <script>alert(1)</script> </script><!-- ]]> & \"q\" 'a' \u202eabc\u202c 👩‍👩‍👧 שלום \ufeff %s ${x} [b](javascript:alert(1))"


def amount(minor: int, currency: str) -> str:
    """`minor` units as YAML wants them: 12950 EUR → "129.50"."""
    places = CURRENCIES[currency]
    return f"{minor:0{places + 1}d}"[:-places] + "." + f"{minor:0{places + 1}d}"[-places:] if places else str(minor)


def rich_shop(currency: str = "EUR", locale: str = "en-GB", languages: tuple[str, ...] = ("en-GB", "fr")) -> dict[str, Any]:
    """Everything the format can say about selling, in a few small files."""

    def money(minor: int) -> str:
        return amount(minor, currency)

    files: dict[str, Any] = {
        "tenant.yaml": {
            "name": "Rich & Co", "currency": currency, "locale": locale, "languages": list(languages),
            "domains": [f"www.rich-{currency.lower()}.example"],
            "contact": {"email": "hello@rich.example", "phone": "+33123456789", "address": {"street": "1 rue", "city": "Paris", "postal_code": "75001", "country": "FR"}},
            "checkout": {"kind": "email", "to": "orders@rich.example"},
            "shipping": {"flat": money(490), "free_from": money(10000), "countries": ["FR", "BE"], "handling_days": ["0", "1"], "transit_days": ["2", "4"]},
            "returns": {"days": "30", "fees": "free"},
        },
        "branding.yaml": {"tagline": "All there is", "colors": {"primary": "#17324d"}, "social": {"instagram": "https://instagram.example/rich"}},
        "navigation.yaml": {"main": [{"label": "Frames", "to": "collection/frames"}, {"label": "About", "to": "page/about"}]},
        "home.yaml": {"sections": [{"type": "hero", "heading": "See further", "image": {"src": "hero.png", "alt": "A hero"}, "layout": "full", "button": {"label": "Shop", "to": "collection/frames"}},
                                   {"type": "featured-collection", "collection": "frames", "limit": "4"}]},
        "redirects.yaml": {"/old.html": "product/aria", "/sale": {"to": "collection/frames", "permanent": "false"}, "/away": "https://other.example/"},
        "pages/about.md": "---\ntitle: About\n---\nWe make **things**. See [Aria](/products/aria/).\n",
        "pages/returns.md": "---\ntitle: Returns\npolicy: returns\nupdated: 2026-11-01\n---\nSend it back.\n",
        "posts/opening.md": "---\ntitle: We are open\ndate: 2026-11-20\nauthor: Léa\nexcerpt: A shop.\ntags: [news]\nimage: hero.png\n---\nCome **in**.\n",
        "posts/second.md": "---\ntitle: Second\ndate: 2026-11-21T10:00:00+02:00\nupdated: 2026-11-22\n---\nMore.\n",
        "catalog/collections/frames.yaml": {"title": "Frames", "image": {"src": "hero.png", "alt": "Frames"}, "description": "All **frames**.", "products": ["aria", "cloth", "gone", "backorder", "bare"]},
        "catalog/collections/rules.yaml": {"title": "Cheap", "rules": {"match": "all", "where": [{"field": "price", "below": money(10000)}]}, "sort": "price-asc"},
        "catalog/products/aria.yaml": {
            "title": "Aria Round", "vendor": "Lumen", "type": "Eyeglasses", "tags": ["round", "acetate"], "price": money(12950), "compare_at_price": money(15900),
            "options": {"Colour": ["Black", {"value": "Tortoise", "swatch": "#7a4a21"}], "Size": ["48", "50"]},
            "variants": [
                {"sku": "AR-BLK-48", "options": ["Black", "48"], "inventory": "4", "image": "aria-black.png"},
                {"sku": "AR/BLK 50&é", "options": ["Black", "50"], "barcode": "4006381333931", "inventory": "0"},
                {"options": ["Tortoise", "48"], "price": money(123950), "inventory": {"policy": "continue", "quantity": "0"}},
                {"sku": "AR-TOR-50", "options": ["Tortoise", "50"], "price": money(9900), "compare_at_price": money(19900), "inventory": "-1"},
            ],
            "images": [{"src": "aria.png", "alt": "Aria from the front"}, "aria-2.png"],
            "attributes": {"Material": "Acetate", "Bridge": "21 mm"}, "description": "A **round** frame.", "google_category": "524", "related": ["cloth"],
            "seo": {"title": "Aria Round glasses"},
        },
        "catalog/products/cloth.yaml": {"title": "Lens cloth", "price": money(450), "sku": "CLOTH", "barcode": "9783161484100", "inventory": "120", "weight": "20 g",
                                        "unit_price": {"price": money(450), "per": "1 piece"}, "images": [{"src": "cloth.png", "alt": "Cloth"}], "condition": "used", "description": "Wipes."},
        "catalog/products/gone.yaml": {"title": "Sold out thing", "price": money(2000), "inventory": {"quantity": "-2", "policy": "deny"}, "images": ["gone.png"]},
        "catalog/products/backorder.yaml": {"title": "Back-order", "price": money(1999), "sku": "BO", "inventory": {"policy": "continue", "quantity": "-3"}, "images": ["gone.png"]},
        "catalog/products/bare.yaml": {"title": "Bare", "price": money(0)},
        "catalog/products/draft.yaml": {"title": "Draft", "price": money(5), "status": "draft", "images": ["gone.png"]},
        "catalog/products/later.yaml": {"title": "Later", "price": money(6), "publish_at": "2027-01-01", "images": ["gone.png"]},
        "catalog/products/over.yaml": {"title": "Over", "price": money(7), "unpublish_at": "2026-01-01", "images": ["gone.png"]},
        "catalog/products/archived.yaml": {"title": "Archived", "price": money(8), "status": "archived"},
        "locales/fr/catalog/products/aria.yaml": {"title": "Aria ronde", "description": "Une monture **ronde**.", "options": {"Colour": {"name": "Couleur", "values": {"Black": "Noir", "Tortoise": "Écaille"}}, "Size": {"name": "Taille"}}},
        "locales/fr/navigation.yaml": {"Frames": "Montures", "About": "À propos"},
    }  # fmt: skip
    files |= {f"assets/{name}.png": picture(seed, 320, 240) for seed, name in enumerate(("hero", "aria", "aria-2", "aria-black", "cloth", "gone"))}
    if "fr" not in languages:
        files = {path: content for path, content in files.items() if not path.startswith("locales/fr/")}
    return files


def tiny_shop() -> dict[str, Any]:
    return {"tenant.yaml": {"name": "Tiny"}, "catalog/products/mug.yaml": {"title": "Mug", "price": "12.50"}}


def hostile_shop(text: str = HOSTILE) -> dict[str, Any]:
    """`text` in every field that takes words."""

    def words(most: int = 10_000) -> str:
        return text[:most]

    front = {"title": words(), "excerpt": words(), "author": words(100), "tags": [words(100)], "date": "2026-11-20", "seo": {"title": words(), "description": words()}}
    page = {"title": words(), "seo": {"title": words(), "description": words()}}
    return {
        "tenant.yaml": {"name": words(100), "currency": "EUR", "locale": "en-GB", "contact": {"email": "a@b.example", "hours": words(), "address": {"street": words(), "city": words(60), "region": words(60), "postal_code": "1", "country": "FR"}},
                        "theme": {"name": "main", "settings": {"footer_text": words(), "payment_methods": [words(100)]}}, "returns": {"days": "3"}, "shipping": {"flat": "1", "countries": ["FR"]}},
        "branding.yaml": {"tagline": words(), "announcement": words(), "colors": {"primary": "#17324d"}},
        "navigation.yaml": {"main": [{"label": words(), "to": "product/evil"}, {"label": words(), "items": [{"label": words(), "to": "page/evil"}]}]},
        "home.yaml": {"sections": [
            {"type": "hero", "heading": words(), "text": words(), "eyebrow": words(), "image": {"src": "a.png", "alt": words()}, "button": {"label": words(), "to": "product/evil"}},
            {"type": "rich-text", "text": words()},
            {"type": "faq", "heading": words(), "items": [{"question": words(), "answer": words()}]},
            {"type": "featured-collection", "heading": words(), "collection": "evil"},
            {"type": "journal", "heading": words()},
        ]},
        "pages/evil.md": f"---\n{_front(page)}---\n{text}\n",
        "posts/evil.md": f"---\n{_front(front)}---\n{text}\n",
        "catalog/collections/evil.yaml": {"title": words(), "description": words(), "products": ["evil", "single"], "seo": {"title": words(), "description": words()}},
        "catalog/products/evil.yaml": {"title": words(), "vendor": words(100), "type": words(100), "tags": [words(100)], "price": "1.00", "description": words(),
                                       "options": {words(60): [words(100), "b"]}, "variants": [{"options": [words(100)], "sku": "x\"y'<b>&{{ 7*7 }}"}, {"options": ["b"]}],
                                       "images": [{"src": "a.png", "alt": words()}], "attributes": {words(60): words()}, "seo": {"title": words(), "description": words()}},
        "catalog/products/single.yaml": {"title": words(), "price": "2.00", "description": words(), "images": ["a.png"], "unit_price": {"price": "2.00", "per": words(30)}},
        "assets/a.png": picture(3),
    }  # fmt: skip


def _front(fields: dict[str, Any]) -> str:
    import json

    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())


def built(lane: Lane, handle: str, files: dict[str, Any]) -> dict[str, bytes]:
    """The files of the shop's site; the shop must build without a word."""
    from support.street import messages

    lane.tenant(handle, files)
    result = lane.build(handle)
    assert result.outcome == "built", messages(result)
    return lane.files(handle)
