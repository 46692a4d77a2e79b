"""The journal: its posts, their lists in pages, and its feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple
from unicodedata import normalize

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.model.catalog import ImageRef
from highstreet.model.content import Post
from highstreet.plan.facets import slugs
from highstreet.plan.facts import facts, structured
from highstreet.plan.format import date_text
from highstreet.plan.kinds.text import day, summary
from highstreet.plan.routes import file_of, numbered, numbered_all
from highstreet.plan.site import Entry, Planned, Site, Source, View
from highstreet.source.cdn import cdn_origin
from highstreet.theme.views import AtomEntry, ImageView, JournalView, ListingView, PostView, TopicView

PAGE_SIZE = 12
_IN_FEED = 30
_MORE = 3
_FEWEST = 2  # posts of a tag that has a page
_MOST_NARROWED = 1_000  # pages of lists by tag
_MOST_COMPARED = 100  # posts of a tag, the newest
_TAGS_SHOWN = 12  # above a list


def pages(site: Site) -> Iterator[Planned]:
    posts = site.tenant.content.posts if site.tenant.features.journal else ()
    if not posts:
        return
    journal = _Journal(site, posts)
    for listed in journal.lists:
        yield from _listing(site, journal, listed)
    for place, post in enumerate(posts):
        url = site.routes.post(post.handle)
        yield Planned(file_of(url), partial(_post, site, journal, place, url), partial(_entry, site, post, url))
    yield Planned(file_of(site.routes.journal_feed), lambda: _feed(site, posts))


class _List(NamedTuple):
    """All posts, or those of one tag."""

    url: str
    topic: str  # its path without language
    label: str  # of the tag; "" for all
    posts: tuple[Post, ...]
    told: bool = True  # to search engines

    @property
    def urls(self) -> tuple[str, ...]:
        return numbered_all(self.url, len(self.posts), PAGE_SIZE)


@dataclass
class _Journal:
    """The posts and what their tags make of them. A tag has the same name, and address, in all languages."""

    site: Site
    posts: tuple[Post, ...]

    @cached_property
    def tags(self) -> Mapping[str, Mapping[str, str]]:
        """Of each post, by its handle: name → label in the page's language."""
        own = {post.handle: post.tags for post in self.site.own.content.posts}
        found = {}
        for post in self.posts:
            names = own[post.handle]
            labels = post.tags if len(post.tags) == len(names) else names
            found[post.handle] = {_name(name): label for name, label in zip(names, labels, strict=True)}
        return found

    @cached_property
    def holders(self) -> Mapping[str, list[int]]:
        """Places of the posts that have a tag, by its name."""
        found: dict[str, list[int]] = {}
        for place, post in enumerate(self.posts):
            for name in self.tags[post.handle]:
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def narrowed(self) -> Mapping[str, _List]:
        """By name of the tag, those with most posts first. A single post has no list: it would hold what led there."""
        places, left = self.holders, _MOST_NARROWED
        named, found = slugs(list(places)), {}
        seen: set[tuple[int, ...]] = set()
        for name in sorted(places, key=lambda name: (-len(places[name]), named[name])):
            held = tuple(places[name])
            if len(held) == len(self.posts):
                continue  # which the journal itself lists
            posts = tuple(self.posts[place] for place in held)
            label, url = self.tags[posts[0].handle][name], self.site.routes.journal_tag(named[name])
            narrowed = _List(url, f"journal/tagged/{named[name]}/", label, posts, held not in seen)
            left -= len(narrowed.urls)
            if len(held) < _FEWEST or left < 0:
                break
            seen.add(held)
            found[name] = narrowed
        return found

    @property
    def lists(self) -> Iterator[_List]:
        yield _List(self.site.routes.journal, "journal/", "", self.posts)
        yield from self.narrowed.values()

    def shown(self, listed: _List) -> JournalView:
        first = list(self.narrowed.values())[:_TAGS_SHOWN]
        if listed.label and listed not in first:
            first.append(listed)
        topics = tuple(TopicView(narrowed.label, narrowed.url) for narrowed in first)
        return JournalView(self.site.routes.journal, listed.url, listed.label, topics)

    def topics(self, post: Post) -> tuple[TopicView, ...]:
        lists = self.narrowed
        return tuple(
            TopicView(label, lists[name].url if name in lists else "") for name, label in self.tags[post.handle].items()
        )

    def more(self, place: int) -> Iterator[Post]:
        """What to read after a post: those that share most tags with it, then the newest."""
        names = self.tags[self.posts[place].handle]
        shared = Counter(other for name in names for other in self.holders[name][:_MOST_COMPARED])
        del shared[place]
        near = nsmallest(_MORE, shared, key=lambda other: (-shared[other], other))
        rest = (other for other in range(len(self.posts)) if other != place and other not in near)
        return (self.posts[other] for other in islice((*near, *islice(rest, _MORE)), _MORE))


def _name(tag: str) -> str:
    """What a tag is called, however it is written in each post."""
    return normalize("NFC", tag).casefold()


def _image(site: Site, post: Post) -> ImageView | None:
    ref = post.image
    if ref is not None and not ref.alt:
        ref = ImageRef(ref.src, post.title, ref.width, ref.height)
    return site.pictures.view(ref)


def _post(site: Site, journal: _Journal, place: int, url: str) -> Action:
    post = journal.posts[place]
    image = _image(site, post)
    view = site.page_view(
        "post",
        url,
        post.seo.title or post.title,
        post.seo.description or post.excerpt or summary(post.body),
        topic=f"journal/{post.handle}/",
        breadcrumbs=site.crumbs((site.word("journal", "title"), site.routes.journal), (post.title, url)),
        og_type="article",
        image=(image.src, 0, 0) if image and not image.src.endswith(".svg") else None,
    )
    shown = PostView(
        post.handle,
        url,
        post.title,
        site.prose(post.body),
        post.excerpt,
        image,
        post.author,
        day(post.date),
        date_text(site.lang, post.date),
        day(post.updated),
        post.tags,
        journal.topics(post),
    )
    more = tuple(site.post_card(other) for other in journal.more(place))
    return site.page(
        "templates/post.html",
        view,
        {"post": shown, "more": value(more)},
        structured(facts(site, view), shown),
    )


def _entry(site: Site, post: Post, url: str) -> Entry:
    image = _image(site, post)
    pictures = (site.routes.absolute(image.full),) if image else ()
    return Entry(url, f"journal/{post.handle}/", pictures, day(post.updated or post.date))


def _feed(site: Site, posts: tuple[Post, ...]) -> Action:
    rows = tuple(
        AtomEntry(
            site.routes.absolute(site.routes.post(post.handle)),
            post.title,
            post.excerpt,
            site.prose(post.body),
            post.author,
            instant(post.date),
            instant(post.updated) if post.updated else "",
            post.tags,
        )
        for post in posts[:_IN_FEED]
    )
    head = {
        "title": f"{site.tenant.name} – {site.word('journal', 'title')}",
        "url": site.routes.absolute(site.routes.journal),
        "self": site.routes.absolute(site.routes.journal_feed),
        "name": site.tenant.name,
        "lang": site.lang,
        "cdn": cdn_origin(site.tenant.image_cdn),
    }
    return site.make(
        "data",
        {"format": value("atom"), "head": value(head), "rows": value(rows)},
        path=file_of(site.routes.journal_feed),
    )


def _listing(site: Site, journal: _Journal, listed: _List) -> Iterator[Planned]:
    urls = listed.urls
    for number, url in enumerate(urls, 1):
        # Only the first page says when the list last changed; the others are there to be walked through.
        changed = day(max(post.updated or post.date for post in listed.posts)) if number == 1 else ""
        entry = partial(_same, Entry(url, numbered(listed.topic, number), (), changed)) if listed.told else None
        yield Planned(file_of(url), partial(_list, site, journal, listed, ListingView(number, urls)), entry)


def _list(site: Site, journal: _Journal, listed: _List, listing: ListingView) -> Action:
    name, (number, urls) = site.word("journal", "title"), listing
    title = f"{name} – {listed.label}" if listed.label else name
    view = site.page_view(
        "journal",
        urls[number - 1],
        title,
        "" if listed.label else site.tenant.branding.tagline,
        topic=numbered(listed.topic, number) if listed.told else None,
        breadcrumbs=site.crumbs((name, site.routes.journal), *([(listed.label, listed.url)] if listed.label else [])),
        listing=listing,
    )
    context: dict[str, Source | View] = {
        "posts": value(
            tuple(site.post_card(post) for post in listed.posts[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        ),
        "journal": journal.shown(listed),
        "listing": listing,
    }
    return site.page("templates/journal.html", view, context, structured(facts(site, view)))


def _same(entry: Entry) -> Entry:
    return entry


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
