"""Locales: a tenant in another of its languages, and what is not translated yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from highstreet.base.span import Keys
from highstreet.model import rules
from highstreet.model.catalog import Collection, ImageRef, Option, OptionValue, Product, Seo
from highstreet.model.content import Content, MenuItem, Page, Plain, Post, SearchHelp, Section
from highstreet.model.content_records import search_from_record
from highstreet.model.tenant import Tenant

Texts = Mapping[str, Any]  # the fields of one overlay file
Text = TypeVar("Text", Page, Post)
_NONE: Texts = {}


def localized(tenant: Tenant, language: str, before: tuple[Tenant, Tenant] | None = None) -> Tenant:
    """`tenant` with every text that `language` has; the others stay as they are. `locale` becomes `language`.

    Handles, prices and pictures are the same in every language. A tenant in its own language is returned as it is.
    `before` is an earlier state of the tenant and what this gave for it: products that are the same stay the same.
    """
    if language == tenant.locale:
        return tenant
    overlay: Mapping[str, Texts] = tenant.overlays.get(language, {})
    own, brand = overlay.get("tenant.yaml", _NONE), overlay.get("branding.yaml", _NONE)
    known: Mapping[str, Product] = {}
    if before is not None:
        old, old_texts = before[0].products, before[0].overlays.get(language, {})
        known = {
            handle: before[1].products[handle]
            for handle, product in tenant.products.items()
            if old.get(handle) is product and old_texts.get(product.file) == overlay.get(product.file)
        }
    products = {
        handle: known.get(handle) or _product(product, overlay.get(product.file))
        for handle, product in tenant.products.items()
    }
    hours = _text(own.get("contact") or {}, "hours", tenant.contact.hours)
    return replace(
        tenant,
        locale=language,
        name=_text(own, "name", tenant.name),
        contact=replace(tenant.contact, hours=hours),
        branding=replace(
            tenant.branding,
            tagline=_text(brand, "tagline", tenant.branding.tagline),
            announcement=_text(brand, "announcement", tenant.branding.announcement),
        ),
        products=products,
        collections={
            handle: _collection(collection, overlay.get(collection.file), products)
            for handle, collection in tenant.collections.items()
        },
        content=_content(tenant.content, overlay, language),
    )


class Missing(NamedTuple):
    """A text that a language lacks, and what its pages show instead."""

    file: str  # of the shop's own text; the translation goes to the same path below locales/<language>/
    field: str  # "title", "options.Colour"
    keys: Keys  # where the text stands in the file, () for the text of a Markdown file
    fallback: str


def missing(tenant: Tenant, language: str) -> list[Missing]:
    """Every text that `language` lacks, in file order; empty for the shop's own language."""
    if language == tenant.locale:
        return []
    return sorted(_missing(tenant, tenant.overlays.get(language, {})), key=lambda text: text[:2])


def _text(texts: Texts, key: str, original: str) -> str:
    return texts.get(key) or original


def _seo(texts: Texts, original: Seo, new_title: bool) -> Seo:
    given = texts.get("seo") or {}
    # A search title in another language would contradict a translated heading: it falls back to the heading instead.
    title = given.get("title") or ("" if new_title else original.title)
    return Seo(title, given.get("description") or ("" if new_title else original.description))


def _product(product: Product, texts: Texts | None) -> Product:
    if not texts:
        return product
    attributes = texts.get("attributes")
    alts: Sequence[str | None] = texts.get("images") or ()
    return replace(
        product,
        title=_text(texts, "title", product.title),
        type=_text(texts, "type", product.type),
        tags=tuple(texts.get("tags") or product.tags),
        description=_text(texts, "description", product.description),
        seo=_seo(texts, product.seo, bool(texts.get("title"))),
        attributes=tuple(
            (name, value if isinstance(value, str) else ", ".join(value)) for name, value in attributes.items() if value
        )
        if attributes
        else product.attributes,
        options=tuple(_option(option, (texts.get("options") or {}).get(option.name)) for option in product.options),
        images=tuple(replace(image, alt=alt) if alt else image for image, alt in _beside(product.images, alts)),
    )


def _beside(images: Sequence[ImageRef], alts: Sequence[str | None]) -> Iterator[tuple[ImageRef, str | None]]:
    for index, image in enumerate(images):
        yield image, alts[index] if index < len(alts) else None


def _option(option: Option, texts: Texts | None) -> Option:
    if not texts:
        return option
    words: Mapping[str, str | None] = texts.get("values") or {}
    values = tuple(OptionValue(value.value, value.swatch, words.get(value.value) or "") for value in option.values)
    return Option(option.name, values, texts.get("name") or "")


def _collection(collection: Collection, texts: Texts | None, products: Mapping[str, Product]) -> Collection:
    if texts:
        collection = replace(
            collection,
            title=_text(texts, "title", collection.title),
            description=_text(texts, "description", collection.description),
            seo=_seo(texts, collection.seo, bool(texts.get("title"))),
            image=_image(collection.image, texts),
        )
    if collection.sort == "title":
        members = [products[handle] for handle in collection.products if handle in products]
        handles = tuple(product.handle for product in rules.ordered(members, "title"))
        collection = collection if handles == collection.products else replace(collection, products=handles)
    return collection


def _image(image: ImageRef | None, texts: Texts) -> ImageRef | None:
    alt = texts.get("image")
    return replace(image, alt=alt) if image is not None and alt else image


def _content(content: Content, overlay: Mapping[str, Texts], language: str) -> Content:
    labels = overlay.get("navigation.yaml", _NONE)
    return replace(
        content,
        menus={name: _items(items, labels) for name, items in content.menus.items()} if labels else content.menus,
        pages=tuple(_written(page, overlay.get(page.file)) for page in content.pages),
        posts=tuple(_post(post, overlay.get(post.file)) for post in content.posts),
        home=_sections(content.home, overlay.get("home.yaml")),
        search=_search(content.search, overlay.get("search.yaml"), language),
        templates={
            kind: _sections(sections, overlay.get(f"templates/{kind}.yaml"))
            for kind, sections in content.templates.items()
        },
    )


def _search(original: SearchHelp, texts: Texts | None, language: str) -> SearchHelp:
    """Brands and loan words are the same in every language: the shop's own synonyms hold beside those given here."""
    given = search_from_record(texts, f"locales/{language}/search.yaml")
    return replace(given, synonyms=(*original.synonyms, *given.synonyms))


def _items(items: Sequence[MenuItem], labels: Texts) -> tuple[MenuItem, ...]:
    return tuple(MenuItem(labels.get(item.label) or item.label, item.to, _items(item.items, labels)) for item in items)


def _written(text: Text, texts: Texts | None) -> Text:
    if not texts:
        return text
    return replace(
        text,
        title=_text(texts, "title", text.title),
        body=_text(texts, "body", text.body),
        seo=_seo(texts, text.seo, bool(texts.get("title"))),
        image=_image(text.image, texts),
    )


def _post(post: Post, texts: Texts | None) -> Post:
    if not texts:
        return post
    post = _written(post, texts)
    return replace(post, excerpt=_text(texts, "excerpt", post.excerpt), tags=tuple(texts.get("tags") or post.tags))


def _sections(sections: Sequence[Section], texts: Texts | None) -> tuple[Section, ...]:
    given: Sequence[Texts | None] = (texts or {}).get("sections") or ()
    return tuple(  # by their places in the file: those hidden now are not among `sections`
        _section(section, given[section.index] if section.index < len(given) else None) for section in sections
    )


def _section(section: Section, texts: Texts | None) -> Section:
    if not texts:
        return section
    settings = {name: _laid_over(value, texts.get(name)) for name, value in section.settings.items()}
    return replace(section, settings=settings)


def _laid_over(original: Plain, given: Plain) -> Plain:
    """`original` with the texts of `given`: keys by name, entries of lists by place; null leaves a text as it is."""
    if given is None:
        return original
    if isinstance(original, dict) and isinstance(given, dict):
        return {key: _laid_over(value, given.get(key)) for key, value in original.items()}
    if isinstance(original, list) and isinstance(given, list):
        return [_laid_over(value, given[place] if place < len(given) else None) for place, value in enumerate(original)]
    return given


def _missing(tenant: Tenant, overlay: Mapping[str, Texts]) -> Iterator[Missing]:
    for product in tenant.products.values():
        texts = overlay.get(product.file, _NONE)
        yield from _absent(product.file, texts, (("title", product.title), ("description", product.description)))
        options = texts.get("options") or {}
        for option in product.options:
            if not (options.get(option.name) or {}).get("name"):
                yield Missing(product.file, f"options.{option.name}", ("options", option.name), option.name)
    for collection in tenant.collections.values():
        texts = overlay.get(collection.file, _NONE)
        yield from _absent(
            collection.file, texts, (("title", collection.title), ("description", collection.description))
        )
    written: list[Page | Post] = [*tenant.content.pages, *tenant.content.posts]
    for text in written:
        yield from _absent(text.file, overlay.get(text.file, _NONE), (("title", text.title), ("body", text.body)))
    brand = overlay.get("branding.yaml", _NONE)
    yield from _absent(
        "branding.yaml", brand, (("tagline", tenant.branding.tagline), ("announcement", tenant.branding.announcement))
    )
    labels = overlay.get("navigation.yaml", _NONE)
    told = set()
    for name, items in tenant.content.menus.items():
        for keys, label in _every_label((name,), items):
            if not labels.get(label) and label not in told:
                told.add(label)
                yield Missing("navigation.yaml", label, (*keys, "label"), label)


def _every_label(at: Keys, items: Sequence[MenuItem]) -> Iterator[tuple[Keys, str]]:
    for index, item in enumerate(items):
        yield (*at, index), item.label
        yield from _every_label((*at, index, "items"), item.items)


def _absent(file: str, texts: Texts, originals: Sequence[tuple[str, str]]) -> Iterator[Missing]:
    for key, original in originals:
        if original and not texts.get(key):
            yield Missing(file, key, () if key == "body" else (key,), original)
