"""Sites: one language of one shop while it is planned, with everything its pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, cast

from jinja2 import Environment

from highstreet.action.action import Action, Content, action
from highstreet.base.diagnostic import Report
from highstreet.base.digest import Value, of_data, value
from highstreet.base.record import Record
from highstreet.model import references
from highstreet.model.catalog import Collection, ImageRef, Product
from highstreet.model.content import Plain, Post, Reference, Section
from highstreet.model.prose import Named, rewritten
from highstreet.model.tenant import Tenant
from highstreet.plan.assets import Assets
from highstreet.plan.facets import Catalogue
from highstreet.plan.format import MoneyFormat, date_text, direction, language_label, moment_text, money_format
from highstreet.plan.links import label_of, link, url_of
from highstreet.plan.packing import numbers
from highstreet.plan.pictures import Pictures, in_text
from highstreet.plan.products import product_card, product_view
from highstreet.plan.routes import Routes, file_of
from highstreet.plan.search_index import Index, Postings, index, postings
from highstreet.plan.shop import shop_view
from highstreet.source.cdn import cdn_origin
from highstreet.theme.closure import TRACKED, WHOLE, Closure, closure
from highstreet.theme.strings import Strings
from highstreet.theme.templates import Templates
from highstreet.theme.theme import Theme
from highstreet.theme.views import (
    CollectionTile,
    CollectionView,
    ImageView,
    JournalView,
    LanguageView,
    LinkView,
    ListingView,
    MediaView,
    MomentView,
    PageView,
    PostCard,
    PostView,
    ProductCard,
    ProductView,
    SectionView,
    ShopView,
    TextView,
)

Source = Value[object] | Content | Action | tuple[Action, ...]
View = (  # read by the field
    PageView
    | ProductView
    | ProductCard
    | CollectionView
    | ListingView
    | PostView
    | JournalView
    | TextView
    | SectionView
)
CARD = "snippets/card.html"
BAR = "announcement-bar"


class Entry(NamedTuple):
    """One indexable page for the sitemap: the same page in every language carries the same `topic`."""

    url: str
    topic: str  # "products/mug/"
    images: tuple[str, ...]  # absolute URLs
    lastmod: str  # "2026-11-23" or ""


class Planned(NamedTuple):
    """One output of a site, planned when somebody asks: a shop of a thousand products costs a page what it shows."""

    path: str
    make: Callable[[], Action]
    entry: Callable[[], Entry] | None = None  # what the sitemap says of it; None: not to be indexed


class Several(NamedTuple):
    """Outputs that take work to find out, found when one of them is asked for: their paths all begin with `below`."""

    below: str  # "collections/mugs/"
    find: Callable[[], Iterable[Planned]]
    one: Callable[[str], Planned | None] | None = None  # the one with this path, for less than finding all


@dataclass(slots=True)
class Maker:
    """Makes actions whose keys cover the tools they will run with."""

    tools: Mapping[str, str]  # kind → versions of its runner and libraries

    def __call__(self, kind: str, inputs: Mapping[str, Source], path: str = "", keep: bool = False) -> Action:
        return action(kind, self.tools[kind], inputs, path, keep)


def word(strings: Strings, group: str, name: str) -> str:
    """A string of the theme in its plain form; the name itself if there is none."""
    found = strings.get(group, {}).get(name, name)
    return found if isinstance(found, str) else found.other


@dataclass
class Site:
    """Gives views, fragments and pages of one language, each made once."""

    tenant: Tenant
    lang: str
    routes: Routes
    languages: Mapping[str, Routes]  # all languages of the shop, the default first
    theme: Theme
    templates: Templates
    make: Maker
    pictures: Pictures
    assets: Assets
    settings: Record
    year: str
    report: Report
    env: Environment
    own: Tenant  # the shop in its own language, which names things in addresses
    all_handles: Mapping[str, tuple[str, ...]]  # of everything there is, hidden or not, by kind
    composed: dict[str, tuple[Action, ...]] = field(default_factory=dict)  # sections of each kind of page
    memo: dict[str, object] = field(default_factory=dict)  # what all pages of one kind have in common, by kind
    _cards: dict[str, ProductCard] = field(default_factory=dict)
    _card_html: dict[str, Action] = field(default_factory=dict)
    _products: dict[str, ProductView] = field(default_factory=dict)
    _reduced: dict[tuple[str, frozenset[tuple[str, ...]]], Value[object]] = field(default_factory=dict)
    _postings: dict[str, Postings] = field(default_factory=dict)
    _shells: dict[tuple[str, str], Action] = field(default_factory=dict)

    def take_over(self, old: Site) -> None:
        """Takes from `old`, an earlier state of this site, what cannot have changed since. Saves time only."""
        if old.pictures is not self.pictures or (old.routes, old.money) != (self.routes, self.money):
            return
        theirs = old.tenant.products
        same = {handle for handle, product in self.tenant.products.items() if theirs.get(handle) is product}
        self._cards = {handle: card for handle, card in old._cards.items() if handle in same}
        self._products = {handle: view for handle, view in old._products.items() if handle in same}
        self._postings = {handle: words for handle, words in old._postings.items() if handle in same}
        self.memo = dict(old.memo)
        if "numbers" in old.__dict__ and tuple(theirs) == tuple(self.tenant.products):
            self.numbers = old.numbers
        if (old.shop, old.settings, old.strings) != (self.shop, self.settings, self.strings):
            return
        self._reduced = dict(old._reduced)
        if self._closure(CARD).templates.digest == old._closure(CARD).templates.digest:
            self._card_html = {handle: action for handle, action in old._card_html.items() if handle in same}

    @cached_property
    def catalogue(self) -> Catalogue:
        # Not by a method of ours: a site that holds itself by way of its parts stays until somebody looks for garbage,
        # which took 7 % of a build.
        return Catalogue(self.own.products, self.tenant.products, partial(word, self.strings))

    @cached_property
    def money(self) -> MoneyFormat:
        return money_format(self.lang, self.tenant.currency)

    @cached_property
    def _strings(self) -> tuple[str, Strings]:
        return self.theme.strings(self.lang)

    @property
    def strings(self) -> Strings:
        return self._strings[1]

    def word(self, group: str, name: str) -> str:
        """A theme string for titles the planner writes; the name itself if the theme lacks it."""
        return word(self.strings, group, name)

    @cached_property
    def shop(self) -> ShopView:
        return shop_view(self)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """What client code calls each product."""
        return numbers(tuple(self.tenant.products))

    @cached_property
    def postings(self) -> Mapping[str, Postings]:
        """The words each product is found by."""
        for handle, product in self.tenant.products.items():
            if handle not in self._postings:
                self._postings[handle] = postings(product)
        return self._postings

    @cached_property
    def search(self) -> Index:
        """What this language is searched by."""
        return index(self.tenant, self.numbers, self.postings, self.tenant.content.search.synonyms)

    @cached_property
    def uses_facets(self) -> bool:
        return getattr(self.settings, "collection_filters", "none") != "none"

    @property
    def dir(self) -> str:
        return direction(self.lang)

    # Things of the catalog

    def product(self, product: Product) -> ProductView:
        found = self._products.get(product.handle)
        if found is None:
            found = self._products[product.handle] = product_view(
                product, self.routes.product(product.handle), self.money, self.pictures, self.media
            )
        return found

    def card(self, handle: str) -> ProductCard | None:
        found = self._cards.get(handle)
        if found is None:
            product = self.tenant.products.get(handle)
            if product is None:
                return None
            found = self._cards[handle] = product_card(product, self.routes.product(handle), self.money, self.pictures)
        return found

    def card_html(self, handle: str, blank: ProductCard | None = None) -> Action:
        """The product's card as lists insert it; that of `blank`, whose handle is "", as client code fills it."""
        found = self._card_html.get(handle)
        if found is None:
            card = blank or self.card(handle)
            assert card is not None, handle
            found = self._card_html[handle] = self.fragment(CARD, {"card": card})
        return found

    def cards_html(self, handles: tuple[str, ...]) -> tuple[Action, ...]:
        return tuple(self.card_html(handle) for handle in handles)

    def tile(self, handle: str) -> CollectionTile | None:
        collection = self.tenant.collections.get(handle)
        if collection is None:
            return None
        image = self.collection_image(collection)
        if image is not None and image.alt == collection.title:  # which stands beside it
            image = image._replace(alt="")
        return CollectionTile(handle, self.routes.collection(handle), collection.title, len(collection.products), image)

    def collection_image(self, collection: Collection) -> ImageView | None:
        """The collection's own picture, else the first one of its products."""
        if collection.image is not None:
            ref = collection.image
            return self.pictures.view(ref if ref.alt else ImageRef(ref.src, collection.title, ref.width, ref.height))
        for handle in collection.products:
            card = self.card(handle)
            if card is not None and card.image is not None:
                return card.image
        return None

    def menu_picture(self, reference: Reference) -> ImageView | None:
        """What an entry of the menu shows of its target, where the shop wants menus with pictures."""
        if getattr(self.settings, "menu_style", "") != "pictures":
            return None
        if reference.kind == "collection" and reference.target in self.tenant.collections:
            found = self.collection_image(self.tenant.collections[reference.target])
        else:
            card = self.card(reference.target) if reference.kind == "product" else None
            found = card.image if card is not None else None
        return found._replace(alt="") if found is not None else None

    def image(self, ref: ImageRef) -> ImageView | None:
        return self.pictures.view(ref)

    def media(self, name: str) -> MediaView | None:
        return self.assets.media(name)

    def moment(self, moment: datetime) -> MomentView:
        return MomentView(moment.isoformat(), moment_text(self.lang, moment))

    def link(self, label: str, target: str) -> LinkView:
        reference = references.parse(target)
        return (
            LinkView(label, "", False)
            if reference is None
            else link(label or label_of(reference, self.tenant), reference, self.routes)
        )

    def prose(self, text: str) -> str:
        """`text` with what it names of the shop as addresses and pictures."""
        return rewritten(text, self._named)

    def _named(self, one: Named) -> str | None:
        if one.picture:
            image = self.pictures.view(ImageRef(one.file, one.words)) if one.file else None
            return in_text(image) if image is not None else None
        reference = one.reference
        if reference is None or reference.target not in self.handles(reference.kind):
            return None
        if self.hidden(reference.kind, reference.target):
            return one.words  # what cannot be seen now has no page to lead to
        return f"[{one.words}]({url_of(reference, self.routes)}{one.title})"

    def handles(self, kind: str) -> tuple[str, ...]:
        return self.all_handles.get(kind, ())

    def hidden(self, kind: str, handle: str) -> bool:
        """Whether a thing there is cannot be seen now: a draft, or not its time."""
        content = self.tenant.content
        match kind:
            case "product":
                return handle not in self.tenant.products
            case "collection":
                return handle not in self.tenant.collections
            case "page":
                return all(page.handle != handle for page in content.pages)
            case "post":
                return not self.tenant.features.journal or all(post.handle != handle for post in content.posts)
            case _:
                return False

    def post_card(self, post: Post) -> PostCard:
        image = post.image
        if image is not None and not image.alt:
            image = ImageRef(image.src, post.title, image.width, image.height)
        return PostCard(
            self.routes.post(post.handle),
            post.title,
            post.excerpt,
            self.pictures.view(image),
            post.author,
            post.date.date().isoformat(),
            date_text(self.lang, post.date),
        )

    # Rendering

    def fragment(self, root: str, context: Mapping[str, Source | View]) -> Action:
        """HTML of `root` for insertion into pages."""
        return self.make("page", self._inputs(self._closure(root), context))

    def page(
        self,
        root: str,
        view: PageView,
        context: Mapping[str, Source | View],
        structured: Value[object] | None = None,
    ) -> Action:
        """A whole page. `structured` is what the JSON-LD builder needs; absent when the page has none to offer."""
        found = self._closure(root)
        given: dict[str, Source | View] = {
            "header": self._shell("templates/header.html", view),
            "footer": self._shell("templates/footer.html", view),
            "jsonld": value(""),
            **context,
            "page": view,
        }
        inputs = self._inputs(found, given)
        if structured is not None and "jsonld" in found.names:
            inputs["structured"] = structured
        return self.make("page", inputs, path=file_of(view.url))

    def _shell(self, root: str, view: PageView) -> Action:
        """Header or footer as this page needs it: almost always the same one."""
        current = view.url if view.url in self._menu_urls else ""
        kind = root.removeprefix("templates/").removesuffix(".html")
        given: dict[str, Source] = {
            "current": value(current),
            "languages": value(view.languages),
            "sections": self.composed.get(kind, ()),
        }
        names = self._closure(root).names
        memo = (
            root,
            f"{current if 'current' in names else ''}\0{view.url if view.languages and 'languages' in names else ''}",
        )
        found = self._shells.get(memo)
        if found is None:
            found = self._shells[memo] = self.fragment(root, given)
        return found

    def around(self, kind: str) -> tuple[Section, ...]:
        """What the tenant composed above the "header" or "footer" of every page; a plain announcement is a bar too."""
        written = self.tenant.content.templates.get(kind, ())
        text = self.tenant.branding.announcement
        if kind != "header" or not text or BAR not in self.theme.sections:
            return written
        settings: dict[str, Plain] = {"messages": [{"text": text}]}
        background = getattr(self.settings, "announcement_style", None)
        return (Section(BAR, settings | ({"background": background} if background else {}), "", 0), *written)

    @cached_property
    def _menu_urls(self) -> frozenset[str]:
        urls = {item.url for item in self.shop.main_menu}
        return frozenset(urls | {child.url for item in self.shop.main_menu for child in item.children})

    def _closure(self, root: str) -> Closure:
        return closure(self.templates, root, self.env)

    def _inputs(self, found: Closure, context: Mapping[str, Source | View]) -> dict[str, Source]:
        """The closure's sources and those context variables it can read, reduced to the fields it reads."""
        inputs: dict[str, Source] = {"root": value((found.root, found.templates.digest)), "templates": found.templates}
        if self.tenant.image_cdn:
            inputs["cdn"] = value(cdn_origin(self.tenant.image_cdn))
        for name in sorted(found.names):
            if name in ("shop", "settings", "t"):
                inputs[name] = self._reduce(name, found.reads.get(name, WHOLE))
            elif name in TRACKED and name in context:
                inputs[name] = _reduced(cast("View", context[name]), found.reads.get(name, WHOLE))
            elif name == "asset":
                inputs["assets"] = value(
                    {
                        name: self.assets.theme_assets[name]
                        for name in sorted(found.assets)
                        if name in self.assets.theme_assets
                    }
                )
            elif name in context:
                inputs[name] = cast("Source", context[name])
        return inputs

    def _reduce(self, name: str, fields: frozenset[tuple[str, ...]]) -> Value[object]:
        memo = self._reduced.get((name, fields))
        if memo is None:
            memo = self._reduced[(name, fields)] = self._reduced_root(name, fields)
        return memo

    def _reduced_root(self, name: str, fields: frozenset[tuple[str, ...]]) -> Value[object]:
        data: dict[str, object]
        if name == "t":
            groups: dict[str, dict[str, object]] = {}
            for group, words in self.strings.items():
                kept = {
                    word: text
                    for word, text in words.items()
                    if fields == WHOLE or (group, word) in fields or (group,) in fields
                }
                if kept:
                    groups[group] = dict(kept)
            data = {group: Record(words) for group, words in groups.items()}
        elif name == "shop":
            data = {
                field: getattr(self.shop, field) for field in ShopView._fields if fields == WHOLE or (field,) in fields
            }
        else:
            data = {field: item for field, item in self.settings if fields == WHOLE or (field,) in fields}
        return Value(Record(data), of_data(data))

    # Head metadata

    def page_view(
        self,
        kind: str,
        url: str,
        title: str,
        description: str,
        *,
        topic: str | None,
        breadcrumbs: tuple[LinkView, ...] = (),
        og_type: str = "website",
        image: tuple[str, int, int] | None = None,
        listing: ListingView | None = None,
        sections: tuple[Section, ...] = (),
    ) -> PageView:
        """Head metadata. `topic` is the path without language ("products/mug/"), None for a page not to be indexed.

        `listing` tells which page of a list it is: all but the first say so in their title. `sections` are those it is
        composed of: they say which styles and scripts it needs.
        """
        number, urls = listing or (1, ())
        if number > 1:
            title += f" – {self.word('common', 'page').replace('{page}', str(number))}"
        name = self.tenant.name
        languages: tuple[LanguageView, ...] = ()
        alternates: tuple[tuple[str, str], ...] = ()
        if len(self.languages) > 1:
            path = url[len(self.routes.prefix) :]
            languages = tuple(
                LanguageView(code, language_label(code), routes.prefix + path, code == self.lang)
                for code, routes in self.languages.items()
            )
            if topic is not None:
                alternates = tuple(
                    (code, routes.absolute(routes.prefix + path)) for code, routes in self.languages.items()
                )
                alternates += (("x-default", alternates[0][1]),)
        shown = title if kind == "home" or title.endswith(name) else f"{title} – {name}"
        tagline = self.tenant.branding.tagline
        said = description or (f"{shown}. {tagline}" if tagline else shown)
        picture, width, height = image or self._shop_picture
        around = (*self.around("header"), *self.around("footer"))
        parts = self.assets.parts(kind, tuple(section.type for section in (*sections, *around)))
        return PageView(
            kind=kind,
            url=url,
            canonical=self.routes.absolute(url) if topic is not None else "",
            title=shown,
            description=said,
            noindex=topic is None,
            og_type=og_type,
            og_image=self.routes.absolute(picture) if picture else "",
            og_image_width=width,
            og_image_height=height,
            alternates=alternates,
            languages=languages,
            breadcrumbs=breadcrumbs,
            prev_url=urls[number - 2] if number > 1 else "",
            next_url=urls[number] if number < len(urls) else "",
            styles=parts.styles,
            scripts=parts.scripts,
        )

    @cached_property
    def _shop_picture(self) -> tuple[str, int, int]:
        """What social networks show for pages without a picture of their own."""
        branding = self.tenant.branding
        return self.assets.social_picture("shop", self, branding.tagline or self.tenant.name, "", None, "")

    def crumbs(self, *links: tuple[str, str]) -> tuple[LinkView, ...]:
        """Breadcrumbs from home to the page itself; each link is (label, URL)."""
        return (
            LinkView(self.word("common", "home"), self.routes.home, False),
            *(LinkView(label, url, False) for label, url in links),
        )


def _reduced(view: View, fields: frozenset[tuple[str, ...]]) -> Value[object]:
    """A view with only the fields a closure reads, so that what it does not show is no input."""
    if fields == WHOLE:
        return value(view)
    reduced = _reduction(view, fields)
    return Value(reduced, of_data(reduced))


def _reduction(view: object, fields: frozenset[tuple[str, ...]]) -> object:
    """`view` as a record of those `fields`, each a way of names; what is no view on the way is kept whole."""
    names = getattr(view, "_fields", None) or (tuple(name for name, _ in view) if isinstance(view, Record) else None)
    if names is None or () in fields:
        return view
    return Record(
        {
            name: _reduction(getattr(view, name), deeper) if deeper else getattr(view, name)
            for name, deeper in _steps(names, fields)
        }
    )


@lru_cache(maxsize=1024)
def _steps(
    names: tuple[str, ...], fields: frozenset[tuple[str, ...]]
) -> tuple[tuple[str, frozenset[tuple[str, ...]]], ...]:
    """Those of `names` that `fields` begin with, each with what is read below it; nothing where it is read whole."""
    deeper: dict[str, set[tuple[str, ...]]] = {}
    for first, *rest in fields:
        deeper.setdefault(first, set()).add(tuple(rest))
    return tuple(
        (name, frozenset() if () in deeper[name] else frozenset(deeper[name])) for name in names if name in deeper
    )
