"""Random edits of a shop: what people do to a tenant folder and its theme, a thousand times over."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from support.street import Lane, picture

WORDS = ["soft", "light", "oak", "wool", "<b>bold</b>", "{{", "7*7", "}}", "&", "“quoted”", "ceramic", "Émile", "光", "ضوء", "river", "12.50", "it's", "x<y", "\\", "${a}", "%s"]
COLORS = ["Black", "Sand", "Moss"]


@dataclass
class Shop:
    """The shop as data, written to disk after every edit. Handles are kept so that references stay right."""

    lane: Lane
    rng: random.Random
    handle: str = "acme"
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    films: dict[str, bytes] = field(default_factory=dict)
    tenant: dict[str, Any] = field(default_factory=dict)
    branding: dict[str, Any] = field(default_factory=dict)
    navigation: dict[str, Any] = field(default_factory=dict)
    home: list[dict[str, Any]] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    french: dict[str, dict[str, Any]] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    theme: dict[str, str] = field(default_factory=dict)  # path below themes/main → text
    count: int = 0

    def words(self, least: int = 1, most: int = 5) -> str:
        return " ".join(self.rng.choices(WORDS, k=self.rng.randint(least, most)))

    def price(self) -> str:
        return f"{self.rng.randint(1, 200)}.{self.rng.randint(0, 99):02d}"

    def start(self, products: int = 6) -> None:
        self.tenant = {"name": "Acme & Söhne", "currency": "EUR", "locale": "en-GB", "languages": ["en-GB", "fr"],
                       "contact": {"email": "hello@acme.example"}, "checkout": {"kind": "email", "to": "orders@acme.example"},
                       "shipping": {"flat": "4.90", "countries": ["FR", "DE"]}}  # fmt: skip
        self.branding = {"tagline": "Good things", "colors": {"primary": "#17324d", "accent": "#e2725b"}}
        self.pages = {"about": "We make **things**, [some](collection/cheap) cheap."}
        self.posts = {"first": "A *first* post.\n\n![One](products/p1.png)"}
        for _ in range(products):
            self.add_product()
        self.collections = {"all-things": {"title": "All things", "products": list(self.products)},
                            "cheap": {"title": "Cheap", "rules": {"match": "all", "where": [{"field": "price", "below": "100"}]}, "sort": "price-asc"}}  # fmt: skip
        self.navigation = {"main": [{"label": "All", "to": "/products/"}, {"label": "Cheap", "to": "collection/cheap"}, {"label": "About", "to": "page/about"}]}
        self.home = [{"type": "hero", "heading": "Hello", "button": {"label": "Go", "to": "collection/all-things"}},
                     {"type": "featured-collection", "collection": "cheap", "limit": "4"}]  # fmt: skip

    def add_product(self) -> None:
        self.count += 1
        handle, image = f"thing-{self.count}", f"products/p{self.count}.png"
        self.images[image] = picture(self.count)
        made: dict[str, Any] = {"title": f"Thing {self.count}", "price": self.price(), "tags": [self.rng.choice("abc")], "description": self.words(3, 9),
                                "images": [{"src": image, "alt": f"Thing {self.count}"}], "inventory": str(self.rng.randint(0, 9))}  # fmt: skip
        if self.rng.random() < 0.5:
            del made["inventory"]
            made["options"] = {"Colour": [{"value": c, "swatch": f"#{n}{n}3344"} for n, c in enumerate(COLORS)]}
            made["variants"] = [{"sku": f"S{self.count}-{c}", "options": [c], "price": self.price(), "inventory": str(self.rng.randint(0, 9))} for c in COLORS]
        self.products[handle] = made
        if "all-things" in self.collections:
            self.collections["all-things"]["products"].append(handle)

    def files(self) -> dict[str, Any]:
        found: dict[str, Any] = {"tenant.yaml": self.tenant, "branding.yaml": self.branding, "navigation.yaml": self.navigation,
                                 "home.yaml": {"sections": self.home}}  # fmt: skip
        if self.redirects:
            found["redirects.yaml"] = self.redirects
        found |= {f"catalog/products/{h}.yaml": p for h, p in self.products.items()}
        found |= {f"catalog/collections/{h}.yaml": c for h, c in self.collections.items()}
        found |= {f"pages/{h}.md": f"---\ntitle: Page {h}\n---\n{text}\n" for h, text in self.pages.items()}
        found |= {f"posts/{h}.md": f"---\ntitle: Post {h}\ndate: 2026-0{1 + n % 9}-11\n---\n{text}\n" for n, (h, text) in enumerate(sorted(self.posts.items()))}
        found |= {f"assets/{name}": data for name, data in (self.images | self.films).items()}
        found |= {f"locales/fr/catalog/products/{h}.yaml": texts for h, texts in self.french.items() if h in self.products}
        found |= {f"theme/{path}": text for path, text in self.overrides.items()}
        return found

    def save(self) -> None:
        """Makes the folder hold exactly `files`; untouched files keep their time stamps."""
        from support.street import as_yaml

        root = self.lane.root / "tenants" / self.handle
        wanted = {path: text if isinstance(text, bytes) else (text if isinstance(text, str) else as_yaml(text)).encode() for path, text in self.files().items()}
        for path in root.rglob("*") if root.exists() else ():
            if path.is_file() and str(path.relative_to(root)) not in wanted:
                path.unlink()
        for name, data in wanted.items():
            place = root / name
            if not place.is_file() or place.read_bytes() != data:
                self.lane.write(f"tenants/{self.handle}/{name}", data)
        for name, text in self.theme.items():
            place = self.lane.root / "themes/main" / name
            if place.read_text("utf-8") != text:
                place.write_text(text, "utf-8")
                self.lane.themes.clear()

    def theme_text(self, path: str) -> str:
        if path not in self.theme:
            self.theme[path] = (self.lane.root / "themes/main" / path).read_text("utf-8")
        return self.theme[path]

    # Edits

    def _any(self) -> dict[str, Any]:
        return self.products[self.rng.choice(list(self.products))]

    def title(self) -> None:
        self._any()["title"] = self.words() or "x"

    def description(self) -> None:
        self._any()["description"] = self.words(2, 12)

    def price_edit(self) -> None:
        product = self._any()
        if "variants" in product:
            variant = self.rng.choice(product["variants"])
            variant["price"] = self.price()
            variant.pop("compare_at_price", None)
        else:
            product.pop("compare_at_price", None)
            product["price"] = self.price()

    def compare_at(self) -> None:
        product = self._any()
        if product.pop("compare_at_price", None) is None and "variants" not in product:
            product["compare_at_price"] = f"{float(product['price']) + 7:.2f}"
            return
        if "variants" in product:
            variant = self.rng.choice(product["variants"])
            if variant.pop("compare_at_price", None) is None:
                variant["compare_at_price"] = f"{float(variant['price']) + 3:.2f}"

    def stock(self) -> None:
        product = self._any()
        target = self.rng.choice(product["variants"]) if "variants" in product else product
        target["inventory"] = str(self.rng.randint(0, 9))

    def tag(self) -> None:
        self._any()["tags"] = self.rng.sample("abcd", self.rng.randint(0, 3))

    def attribute(self) -> None:
        self._any()["attributes"] = {"Material": self.words(1, 2), "Care": self.words(1, 3)}

    def draft(self) -> None:
        product = self._any()
        if sum(1 for p in self.products.values() if p.get("status", "active") == "active") > 3 or product.get("status") == "draft":
            product["status"] = "active" if product.get("status") == "draft" else "draft"

    def schedule(self) -> None:
        product = self._any()
        if product.pop("publish_at", None) is None:
            product["publish_at"] = f"2026-11-{self.rng.randint(22, 27)}T09:00:00Z"

    def time_passes(self) -> None:
        self.lane.clock += timedelta(hours=self.rng.choice([1, 12, 30]))

    def image_edit(self) -> None:
        name = self.rng.choice(list(self.images))
        self.images[name] = picture(self.rng.randint(0, 10_000), self.rng.choice([32, 48, 64]))

    def alt(self) -> None:
        self._any()["images"][0]["alt"] = self.words(1, 3)

    def film(self) -> None:
        picture = self._any()["images"][0]
        if picture.pop("video", None) is None:
            picture["video"] = "turn.webm"
            self.films["turn.webm"] = self.words(2, 5).encode()

    def second_image(self) -> None:
        product = self._any()
        product["images"] = [product["images"][0], {"src": self.rng.choice(list(self.images)), "alt": self.words(1, 2)}]
        if product["images"][0]["src"] == product["images"][1]["src"]:
            product["images"].pop()

    def add(self) -> None:
        if len(self.products) < 9:
            self.add_product()

    def delete(self) -> None:
        if len(self.products) > 4:
            handle = self.rng.choice(list(self.products))
            del self.products[handle]
            self.french.pop(handle, None)
            self.collections["all-things"]["products"].remove(handle)

    def rename(self) -> None:
        handle = self.rng.choice(list(self.products))
        self.count += 1
        other = f"renamed-{self.count}"
        self.products = {other if h == handle else h: p for h, p in self.products.items()}
        self.french.pop(handle, None)
        chosen = self.collections["all-things"]["products"]
        chosen[chosen.index(handle)] = other

    def order(self) -> None:
        self.rng.shuffle(self.collections["all-things"]["products"])

    def collection_text(self) -> None:
        self.rng.choice(list(self.collections.values()))["description"] = self.words(2, 6)

    def collection_rule(self) -> None:
        self.collections["cheap"]["rules"]["where"] = [{"field": "price", "below": str(self.rng.randint(20, 200))}]
        self.collections["cheap"]["sort"] = self.rng.choice(["title", "price-asc", "price-desc"])

    def page(self) -> None:
        name = self.rng.choice(["about", "faq", "help"])
        self.pages[name] = self.words(3, 10)

    def page_gone(self) -> None:
        self.pages = {"about": self.pages["about"]}

    def post(self) -> None:
        self.posts[self.rng.choice(["first", "second", "third"])] = self.words(3, 10)

    def tagline(self) -> None:
        self.branding["tagline"] = self.words(1, 3)

    def color(self) -> None:
        self.branding["colors"]["primary"] = f"#{self.rng.randrange(0x1000000):06x}"

    def shape(self) -> None:
        self.branding["shape"] = self.rng.choice(["sharp", "soft", "round"])

    def phone(self) -> None:
        self.tenant["contact"]["phone"] = f"+33 1 {self.rng.randint(10, 99)} 00 00 00"

    def name(self) -> None:
        self.tenant["name"] = self.words(1, 2) or "Acme"

    def feature(self) -> None:
        features = self.tenant.setdefault("features", {"search": "true"})
        features["search"] = "false" if features["search"] == "true" else "true"

    def setting(self) -> None:
        settings = self.tenant.setdefault("theme", {"name": "main", "settings": {}})["settings"]
        settings["card_ratio"] = self.rng.choice(["square", "portrait", "landscape"])
        settings["product_sku"] = self.rng.choice(["true", "false"])

    def menu(self) -> None:
        self.navigation["main"][0]["label"] = self.words(1, 2)

    def hero(self) -> None:
        self.home[0]["heading"] = self.words(1, 4)

    def section(self) -> None:
        if len(self.home) > 2:
            self.home.pop()
        else:
            self.home.append({"type": "rich-text", "text": self.words(2, 6)})

    def redirect(self) -> None:
        self.redirects = {} if self.redirects else {f"/old-{self.rng.randint(1, 3)}": "collection/cheap", "/p/*": "product/*"}

    def translate(self) -> None:
        self.french[self.rng.choice(list(self.products))] = {"title": "Chose " + self.words(1, 2)}

    def override(self) -> None:
        if self.overrides:
            self.overrides = {}
        elif self.rng.random() < 0.5:
            self.overrides = {"snippets/card.html": '<article class="card"><a href="{{ card.url }}">{{ card.title }}</a> ' + self.rng.choice(["one", "two"]) + "</article>\n"}
        else:
            self.overrides = {"templates/page.html": '{% extends "theme:templates/page.html" %}\n{% block main %}<p>{{ shop.phone }}</p>{{ super() }}{% endblock %}\n'}

    def theme_template(self) -> None:
        path = self.rng.choice(["templates/product.html", "templates/footer.html", "snippets/card.html", "layouts/base.html", "sections/hero.html"])
        text = re.sub(r"<!--e\d+-->", "", self.theme_text(path))
        block = re.search(r"\{% block \w+ %\}", text)
        place = block.end() if block and "{% extends" in text else len(text)
        self.theme[path] = f"{text[:place]}<!--e{self.rng.randint(1, 99)}-->{text[place:]}"

    def theme_style(self) -> None:
        path = "assets/base.css"
        self.theme[path] = self.theme_text(path).split("/*e*/")[0] + f"/*e*/ .e{self.rng.randint(1, 99)} {{ color: inherit }}\n"

    def theme_words(self) -> None:
        path = "locales/en.yaml"
        text = self.theme_text(path)
        lines = [n for n, line in enumerate(text.splitlines()) if line.startswith("  ") and not line.startswith("   ") and '"' not in line and line.split(":")[1].strip()]
        words = text.splitlines()
        chosen = self.rng.choice(lines)
        words[chosen] = words[chosen].split(":")[0] + f": Word {self.rng.randint(1, 99)}"
        self.theme[path] = "\n".join(words) + "\n"

    def touch(self) -> None:
        """Saved again without a change: nothing may be made anew."""
        place = self.lane.root / "tenants" / self.handle / "tenant.yaml"
        place.write_bytes(place.read_bytes())


# Frequent things first; a theme is edited less often than a price.
EDITS: list[tuple[int, Callable[[Shop], None]]] = [
    (8, Shop.price_edit), (7, Shop.stock), (6, Shop.title), (6, Shop.description), (4, Shop.compare_at), (3, Shop.tag), (3, Shop.attribute), (3, Shop.draft),
    (3, Shop.schedule), (3, Shop.time_passes), (4, Shop.image_edit), (3, Shop.alt), (3, Shop.film), (3, Shop.second_image), (4, Shop.add), (4, Shop.delete), (4, Shop.rename),
    (3, Shop.order), (3, Shop.collection_text), (3, Shop.collection_rule), (3, Shop.page), (1, Shop.page_gone), (3, Shop.post), (2, Shop.tagline), (2, Shop.color),
    (1, Shop.shape), (3, Shop.phone), (1, Shop.name), (1, Shop.feature), (2, Shop.setting), (2, Shop.menu), (3, Shop.hero), (2, Shop.section), (2, Shop.redirect),
    (3, Shop.translate), (4, Shop.override), (2, Shop.theme_template), (1, Shop.theme_style), (1, Shop.theme_words), (2, Shop.touch),
]  # fmt: skip


def random_edit(shop: Shop) -> str:
    """Applies one edit and saves; its name."""
    weights = [weight for weight, _ in EDITS]
    edit = shop.rng.choices([edit for _, edit in EDITS], weights)[0]
    edit(shop)
    shop.save()
    return edit.__name__
