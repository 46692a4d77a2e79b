"""Every setting that is a class on <html> changes what Chromium computes, and shops that do not choose a value never load its rules."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from browser_street import Server
from playwright.sync_api import Browser

from highstreet.source.scan import scan
from highstreet.theme.theme import Setting, Theme, open_theme
from support.street import ROOT, Lane, messages, picture

pytestmark = pytest.mark.browser

# What an element looks like, in one line; of the pseudo-elements only what rules for settings paint.
LOOK = """() => {
  const names = ['display','position','top','left','right','bottom','width','height','min-height','max-width','padding','margin','gap','color','background-color','background-image','border-width',
    'border-style','border-color','border-radius','box-shadow','font-family','font-size','font-weight','letter-spacing','line-height','text-transform','text-align','text-decoration-line',
    'text-decoration-style','text-decoration-thickness','justify-content','justify-items','grid-template-columns','grid-column','grid-row','order','object-fit','aspect-ratio','filter','mix-blend-mode','transition-duration','transition-property','translate','scale','view-transition-name']
  const all = []
  for (const node of document.querySelectorAll('body, body *')) {
    for (const pseudo of [null, '::before', '::after']) {
      const style = getComputedStyle(node, pseudo)
      if (pseudo && style.content === 'none') continue
      all.push(names.map(name => style.getPropertyValue(name)).join('|'))
    }
  }
  return all.join('\\n')
}"""


@cache
def theme() -> Theme:
    return open_theme(scan(ROOT / "themes/main", "themes/main"))


def classes(setting: Setting) -> list[str]:
    if setting.type == "boolean":
        return [setting.css]
    return [f"{setting.css}-{value}" for value in setting.options or [str(n) for n in range(setting.min or 0, (setting.max or 0) + 1)]]


def shop() -> dict[str, Any]:
    """A shop that shows at least one of everything a setting may change, with a product that is on sale."""
    pictured = [{"image": "a.png", "heading": "One", "text": "Text with [a link](/products/)"}] * 2
    return {
        "tenant.yaml": {"name": "Tokens", "currency": "EUR", "contact": {"email": "a@b.example"}, "checkout": {"kind": "email", "to": "a@b.example"}, "theme": {"settings": {"section_dividers": "true", "card_style": "framed", "card_vendor": "true", "show_credit": "true"}}},
        "branding.yaml": {"tagline": "T", "announcement": "Hello"},
        "navigation.yaml": {"main": [{"label": "Shop", "items": [{"label": "All", "to": "collection/all"}]}, {"label": "All", "to": "/products/"}], "footer": [{"label": "Group", "items": [{"label": "All", "to": "/products/"}]}]},
        "catalog/products/a.yaml": {"title": "A", "vendor": "V", "price": "5", "compare_at_price": "8", "images": [{"src": "a.png", "alt": "a"}, {"src": "b.png", "alt": "b"}]},
        "catalog/products/b.yaml": {"title": "B", "price": "5", "images": [{"src": "b.png", "alt": "b"}]},
        "catalog/collections/all.yaml": {"title": "All", "products": ["a", "b"]},
        "assets/a.png": picture(1),
        "assets/b.png": picture(2),
        "home.yaml": {"sections": [
            {"type": "hero", "layout": "split", "eyebrow": "Small", "heading": "Big", "text": "Text with [a link](/products/)", "image": "a.png", "button": {"label": "Go", "to": "/products/"}, "second_button": {"label": "Or", "to": "/products/"}},
            {"type": "featured-collection", "collection": "all"},
            {"type": "rich-text", "eyebrow": "Small", "heading": "H", "text": "Text with [a link](/products/)"},
            {"type": "collection-tiles", "collections": ["all"]},
            {"type": "multicolumn", "style": "framed", "items": pictured},
            {"type": "newsletter", "heading": "News", "endpoint": "https://a.example/"},
            {"type": "faq", "items": [{"question": "Q", "answer": "A"}]},
        ]},
    }  # fmt: skip


@pytest.mark.parametrize(("width", "phone"), [(1440, False), (390, True)])
def test_every_value_of_every_setting_shows(browser: Browser, lane: Lane, width: int, phone: bool) -> None:
    lane.tenant("tokens", shop())
    built = lane.build("tokens")
    assert built.outcome == "built", messages(built)
    server = Server(lane.root / "build/tokens")
    rules = "\n".join(file.read().decode() for path, file in sorted(theme().files.items()) if path in [f"assets/{name}" for name in theme().parts.styles])
    context = browser.new_context(viewport={"width": width, "height": 900}, base_url=server.url, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto("/")
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        page.add_style_tag(content=rules)  # with those for values this shop does not choose
        seen: dict[str, list[str]] = {}
        for setting in theme().settings:
            if not setting.css or phone != (setting.css == "phone"):
                continue
            names = classes(setting)
            for name in names:
                looks = page.evaluate(f"([on, off]) => {{ const list = document.documentElement.classList; const had = off.filter(c => list.contains(c)); list.remove(...off); if (on) list.add(on); const look = ({LOOK})(); list.remove(...off); list.add(...had); return look }}", [name, names])
                seen.setdefault(setting.name, []).append(looks)
            if setting.type == "boolean":
                seen[setting.name].append(page.evaluate(f"off => {{ const list = document.documentElement.classList; const had = list.contains(off); list.remove(off); const look = ({LOOK})(); if (had) list.add(off); return look }}", setting.css))

        same = [name for name, looks in seen.items() if len(set(looks)) < len(looks)]
        assert same == []
        assert phone or len(seen) >= 40
    finally:
        context.close()
        server.close()


def test_there_are_as_many_tokens_as_a_designer_expects() -> None:
    assert len(theme().settings) >= 60


def test_values_a_shop_does_not_choose_never_reach_it(lane: Lane) -> None:
    lane.tenant("tokens", shop())
    assert lane.build("tokens").outcome == "built"

    css = "".join(data.decode() for path, data in lane.files("tokens").items() if path.endswith(".css"))
    shown = set(re.search(r'<html[^>]* class="([^"]*)"', lane.files("tokens")["index.html"].decode())[1].split())  # type: ignore[index]
    for setting in theme().settings:
        for name in classes(setting) if setting.css else []:
            if name not in shown:
                assert not re.search(rf"(^|[}},])[^{{}}(]*\.{name}(?![\w-])[^{{}}(]*{{", css), name
