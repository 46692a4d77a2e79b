"""The journal: its overview in pages, its posts and its feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from highstreet.action.action import Action
from highstreet.base.digest import value
from highstreet.model.catalog import ImageRef
from highstreet.model.content import Post
from highstreet.plan.facts import facts, structured
from highstreet.plan.format import date_text
from highstreet.plan.kinds.text import day, summary
from highstreet.plan.routes import file_of, numbered
from highstreet.plan.site import Entry, Site
from highstreet.theme.views import AtomEntry, PostView

PAGE_SIZE = 12
_IN_FEED = 30


def pages(site: Site) -> Iterator[Action]:
    posts = site.tenant.content.posts if site.tenant.features.journal else ()
    if not posts:
        return
    yield from _overview(site, posts)
    title = site.word("journal", "title")
    for place, post in enumerate(posts):
        url = site.routes.post(post.handle)
        ref = (
            post.image
            if post.image is None or post.image.alt
            else ImageRef(post.image.src, post.title, post.image.width, post.image.height)
        )
        image = site.pictures.view(ref)
        view = site.page_view(
            "post",
            url,
            post.seo.title or post.title,
            post.seo.description or post.excerpt or summary(post.body),
            topic=f"journal/{post.handle}/",
            breadcrumbs=site.crumbs((title, site.routes.journal), (post.title, url)),
            og_type="article",
            image=(image.src, 0, 0) if image and not image.src.endswith(".svg") else None,
        )
        shown = PostView(
            post.handle,
            url,
            post.title,
            post.body,
            post.excerpt,
            image,
            post.author,
            day(post.date),
            date_text(site.lang, post.date),
            day(post.updated),
            post.tags,
        )
        more = tuple(site.post_card(other) for other in (posts[:place] + posts[place + 1 :])[:3])
        yield site.page(
            "templates/post.html",
            view,
            {"post": value(shown), "more": value(more)},
            structured(facts(site, view), shown),
        )
        site.entries.append(
            Entry(
                url,
                f"journal/{post.handle}/",
                (site.routes.absolute(image.full),) if image else (),
                day(post.updated or post.date),
            )
        )
    rows = tuple(
        AtomEntry(
            site.routes.absolute(site.routes.post(post.handle)),
            post.title,
            post.excerpt,
            post.body,
            post.author,
            instant(post.date),
            instant(post.updated) if post.updated else "",
            post.tags,
        )
        for post in posts[:_IN_FEED]
    )
    head = {
        "title": f"{site.tenant.name} – {title}",
        "url": site.routes.absolute(site.routes.journal),
        "self": site.routes.absolute(site.routes.journal_feed),
        "name": site.tenant.name,
        "lang": site.lang,
    }
    yield site.make(
        "data",
        {"format": value("atom"), "head": value(head), "rows": value(rows)},
        path=file_of(site.routes.journal_feed),
    )


def _overview(site: Site, posts: tuple[Post, ...]) -> Iterator[Action]:
    count = -(-len(posts) // PAGE_SIZE)
    urls = [numbered(site.routes.journal, number) for number in range(1, count + 1)]
    title = site.word("journal", "title")
    for number in range(1, count + 1):
        topic = numbered("journal/", number)
        view = site.page_view(
            "journal",
            urls[number - 1],
            title if number == 1 else f"{title} – {number}",
            site.tenant.branding.tagline,
            topic=topic,
            breadcrumbs=site.crumbs((title, site.routes.journal)),
            prev_url=urls[number - 2] if number > 1 else "",
            next_url=urls[number] if number < count else "",
        )
        cards = tuple(site.post_card(post) for post in posts[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        yield site.page("templates/journal.html", view, {"posts": value(cards)}, structured(facts(site, view)))
        site.entries.append(
            Entry(view.url, topic, (), day(max(post.updated or post.date for post in posts)) if number == 1 else "")
        )


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
