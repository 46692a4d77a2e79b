"""The journal: its overview in pages, its posts and its feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.model.catalog import ImageRef
from highstreet.model.content import Post
from highstreet.plan.facts import facts, structured
from highstreet.plan.format import date_text
from highstreet.plan.kinds.text import day, summary
from highstreet.plan.routes import file_of, numbered
from highstreet.plan.site import Entry, Planned, Site
from highstreet.source.cdn import cdn_origin
from highstreet.theme.views import AtomEntry, ImageView, PostView

PAGE_SIZE = 12
_IN_FEED = 30


def pages(site: Site) -> Iterator[Planned]:
    posts = site.tenant.content.posts if site.tenant.features.journal else ()
    if not posts:
        return
    yield from _overview(site, posts)
    for place, post in enumerate(posts):
        url = site.routes.post(post.handle)
        yield Planned(file_of(url), partial(_post, site, posts, place, url), partial(_entry, site, post, url))
    yield Planned(file_of(site.routes.journal_feed), lambda: _feed(site, posts))


def _image(site: Site, post: Post) -> ImageView | None:
    ref = post.image
    if ref is not None and not ref.alt:
        ref = ImageRef(ref.src, post.title, ref.width, ref.height)
    return site.pictures.view(ref)


def _post(site: Site, posts: tuple[Post, ...], place: int, url: str) -> Action:
    post, image = posts[place], _image(site, posts[place])
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
    )
    more = tuple(site.post_card(other) for other in (posts[:place] + posts[place + 1 :])[:3])
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


def _overview(site: Site, posts: tuple[Post, ...]) -> Iterator[Planned]:
    count = -(-len(posts) // PAGE_SIZE)
    urls = [numbered(site.routes.journal, number) for number in range(1, count + 1)]
    for number, url in enumerate(urls, 1):
        # Only the first page says when the journal last changed; the others are there to be walked through.
        changed = day(max(post.updated or post.date for post in posts)) if number == 1 else ""
        entry = Entry(url, numbered("journal/", number), (), changed)
        yield Planned(file_of(url), partial(_list, site, posts, urls, number), partial(_same, entry))


def _list(site: Site, posts: tuple[Post, ...], urls: list[str], number: int) -> Action:
    title = site.word("journal", "title")
    view = site.page_view(
        "journal",
        urls[number - 1],
        title if number == 1 else f"{title} – {number}",
        site.tenant.branding.tagline,
        topic=numbered("journal/", number),
        breadcrumbs=site.crumbs((title, site.routes.journal)),
        prev_url=urls[number - 2] if number > 1 else "",
        next_url=urls[number] if number < len(urls) else "",
    )
    cards = tuple(site.post_card(post) for post in posts[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    return site.page("templates/journal.html", view, {"posts": value(cards)}, structured(facts(site, view)))


def _same(entry: Entry) -> Entry:
    return entry


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
