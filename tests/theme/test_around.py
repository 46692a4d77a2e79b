"""Sections above the header and the footer, their time, and whom else they let pages load from."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from highstreet.output.hosting import blocks, headers_for
from highstreet.output.manifest import media_type
from support.street import Lane, messages, picture

SHOP: dict[str, Any] = {
    "tenant.yaml": "name: Mugs\nlocale: en\nlanguages: [en, fr]\ncurrency: EUR\n",
    "catalog/products/mug.yaml": "title: Mug\nprice: 12.50\n",
    "assets/a.png": picture(1),
    "assets/film.webm": b"film",
    "assets/film.vtt": b"WEBVTT\n",
}


def built(lane: Lane, files: dict[str, Any], at: datetime | None = None) -> dict[str, str]:
    lane.tenant("mugs", SHOP | files)
    done = lane.build("mugs", replace(lane.street(), clock=at) if at else None)
    assert done.outcome in ("built", "unchanged"), messages(done)
    return {path: data.decode() for path, data in lane.files("mugs").items() if path.endswith((".html", "_headers", ".css", ".xml"))}


def test_sections_stand_above_header_and_footer_of_every_page_in_its_language(lane: Lane) -> None:
    pages = built(lane, {
        "branding.yaml": "announcement: We ship today\n",
        "templates/header.yaml": "sections:\n- {type: announcement-bar, background: tinted, messages: [{text: One}, {text: Two, link: {to: product/mug, label: See}}]}\n",
        "templates/footer.yaml": "sections:\n- {type: newsletter, heading: News, endpoint: 'https://a.example/'}\n",
        "locales/fr/branding.yaml": "announcement: Expédié aujourd'hui\n",
        "locales/fr/templates/header.yaml": "sections:\n- {messages: [{text: Un}, {text: Deux}]}\n",
        "locales/fr/templates/footer.yaml": "sections:\n- {heading: Nouvelles}\n",
    })  # fmt: skip

    for path, words in {"index.html": ("We ship today", "One", "Two", "News"), "fr/products/mug/index.html": ("Expédié aujourd", "Un", "Deux", "Nouvelles"), "404.html": ("We ship today", "News")}.items():
        shown = pages[path]
        places = [shown.index(f">{word}") for word in words[:-1]] + [shown.index('<header class="header"'), shown.index("</main>"), shown.index(f">{words[-1]}<"), shown.index("<footer")]
        assert places == sorted(places), path
        ids = re.findall(r' id="([^"]+)"', shown)
        assert len(ids) == len(set(ids))
    sheets = re.findall(r'href="/(assets/[^"]+\.css)"', pages["404.html"])
    assert any(".announcement" in pages[sheet] for sheet in sheets)
    assert any(".newsletter-form" in pages[sheet] for sheet in sheets)


def test_a_shop_without_an_announcement_loads_nothing_for_it(lane: Lane) -> None:
    pages = built(lane, {})

    assert "announcement" not in pages["index.html"]
    assert not any(".announcement" in text for path, text in pages.items() if path.endswith(".css"))


def test_sections_keep_their_time_and_their_translations(lane: Lane) -> None:
    files = {
        "home.yaml": "sections:\n- {type: rich-text, heading: Soon, publish_at: 2026-12-01T00:00:00Z}\n- {type: countdown, heading: Sale, unpublish_at: '2026-12-24T18:00:00+01:00'}\n- {type: rich-text, heading: Always}\n",
        "locales/fr/home.yaml": "sections:\n- {heading: Bientôt}\n- {heading: Soldes}\n- {heading: Toujours}\n",
    }

    def headings(at: datetime) -> list[str]:
        return re.findall(r"<h2>(.*?)</h2>", built(lane, files, at)["fr/index.html"].partition("<footer")[0])

    assert headings(datetime(2026, 11, 24, tzinfo=UTC)) == ["Soldes", "Toujours"]
    assert headings(datetime(2026, 12, 1, tzinfo=UTC)) == ["Bientôt", "Soldes", "Toujours"]
    assert headings(datetime(2026, 12, 24, 17, tzinfo=UTC)) == ["Bientôt", "Toujours"]


def test_a_countdown_says_its_end_without_a_script(lane: Lane) -> None:
    shown = built(lane, {"home.yaml": "sections:\n- {type: countdown, heading: Sale, unpublish_at: '2026-12-24T18:00:00+01:00'}\n"})

    assert 'data-countdown="2026-12-24T18:00:00+01:00"' in shown["index.html"]
    assert re.search(r"<p class=\"countdown-date\">Until December 24, 2026, 6:00\W*PM \(UTC\+1\)</p>", shown["index.html"])
    assert "24 décembre 2026" in shown["fr/index.html"]


def test_a_film_waits_to_be_asked_for(lane: Lane) -> None:
    shown = built(lane, {"home.yaml": "sections:\n- {type: video, video: film.webm, captions: film.vtt, poster: a.png, description: A kiln}\n"})["index.html"]

    tag = re.search(r"<video[^>]*>.*?</video>", shown)
    assert tag is not None
    assert 'preload="none"' in tag[0]
    assert "autoplay" not in tag[0]
    assert 'kind="captions"' in tag[0]
    assert 'aria-label="A kiln"' in tag[0]
    assert re.search(r'src="/assets/film\.[0-9a-f]{16}\.webm" type="video/webm"', tag[0])


def test_a_film_of_a_product_waits_behind_its_picture(lane: Lane) -> None:
    product = "title: Pot\nprice: 3\nimages:\n- {src: a.png, alt: A pot}\n- {src: assets/a.png, alt: It turns, video: assets/film.webm, captions: film.vtt}\n"
    shown = built(lane, {"home.yaml": "sections: []\n", "catalog/products/pot.yaml": product.replace("src: assets/a.png", "src: b.png"), "assets/b.png": picture(2)})

    strip = re.findall(r"<li id=\"picture-\d\"><a ([^>]*)>.*?</li>", shown["products/pot/index.html"])
    film = r'href="/assets/film\.[0-9a-f]{16}\.webm" data-film="/assets/film\.[0-9a-f]{16}\.vtt"'
    assert ["data-film" in link for link in strip] == [False, True]
    assert re.fullmatch(film, strip[1])
    assert "<video" not in shown["products/pot/index.html"]
    assert "media-src 'self'" in shown["_headers"]
    assert re.findall("<g:video_link>(.*?)</g:video_link>", shown["feeds/google.xml"]) == ["https://mugs.example.com" + strip[1].split('"')[1]]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("", ""),
        ("- {type: rich-text, text: A}", ""),
        ("- {type: video, video: film.webm}", "media-src 'self'"),
        ("- {type: embed, title: T, url: 'https://Player.example/watch?v=1'}", "frame-src https://player.example"),
    ],
)
def test_only_what_a_shop_shows_may_be_loaded_from_elsewhere(lane: Lane, section: str, said: str) -> None:
    pages = built(lane, {"home.yaml": f"sections:\n- {{type: rich-text, text: B}}\n{section}\n"})

    policy = next(line for line in pages["_headers"].splitlines() if "Content-Security-Policy" in line).partition(": ")[2].split("; ")
    more = [part for part in policy if part.split()[0] in ("media-src", "frame-src")]
    assert more == ([said] if said else [])
    assert "<iframe" not in pages["index.html"]
    if "embed" in section:
        assert "data-embed=" in pages["index.html"]
        assert "at player.example" in pages["index.html"].lower()


@pytest.mark.parametrize(("style", "pictures"), [("list", 0), ("columns", 0), ("pictures", 2)])
def test_menus_show_pictures_where_the_shop_wants_them(lane: Lane, style: str, pictures: int) -> None:
    files = {
        "tenant.yaml": f"name: Mugs\ncurrency: EUR\ntheme: {{settings: {{menu_style: {style}}}}}\n",
        "catalog/products/mug.yaml": "title: Mug\nprice: 12.50\nimages: [{src: a.png, alt: A mug}]\n",
        "catalog/collections/mugs.yaml": "title: Mugs\nproducts: [mug]\n",
        "pages/about.md": "---\ntitle: About\n---\nWe.\n",
        "navigation.yaml": "main:\n- {label: Shop, to: collection/mugs, items: [{label: Mugs, to: collection/mugs}, {label: One, to: product/mug}, {label: We, to: page/about}]}\n",
    }
    shown = built(lane, files)["index.html"]

    menu = shown[shown.index('<nav class="menu"') : shown.index("</nav>")]
    assert menu.count("<picture>") == pictures
    assert menu.count('alt=""') == pictures  # the words beside them say it
    assert menu.count('loading="lazy"') == pictures  # nothing is fetched before the menu opens


def test_pages_may_be_fetched_ahead_by_rules_of_the_shops_own(lane: Lane) -> None:
    pages = built(lane, {})

    said = blocks(pages["_headers"])
    address = headers_for(said, "/")["Speculation-Rules"].strip('"')
    assert re.fullmatch(r"/assets/prefetch\.[0-9a-f]{16}\.speculationrules", address)
    assert headers_for(said, address)["Content-Type"] == "application/speculationrules+json" == media_type(address)
    (rule,) = json.loads(lane.files("mugs")[address[1:]])["prefetch"]
    assert "/cart/*" in str(rule["where"])
    assert "prerender" not in str(rule)
