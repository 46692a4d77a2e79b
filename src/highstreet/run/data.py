"""Data files: sitemaps, feeds, the search index and other files that machines read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from highstreet.base.xml import escaped, quoted
from highstreet.run import markdown, structured
from highstreet.theme.views import AtomEntry, FeedProduct, Named, ProductRow, SitemapRow

VERSION = 1
TOOLS = ("markdown", "nh3")

_SITEMAPS = "http://www.sitemaps.org/schemas"
_IMAGES = "http://www.google.com/schemas/sitemap-image"
_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"


def run(inputs: Mapping[str, object]) -> bytes:
    """The file whose format `format` names, from `rows` and what `head` says of the whole."""
    maker = _FORMATS[str(inputs["format"])]
    return maker(inputs.get("head"), inputs.get("rows", ()))


# What XML 1.0 cannot hold at all, not even escaped; one such character would make the whole feed unreadable.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_PLAIN = re.compile("[\t\n\r\u0020-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*").fullmatch


def _xml(text: str) -> str:
    return text if _PLAIN(text) else escaped(_NOT_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoted(_NOT_XML.sub("", text))


def _sitemap(_head: Any, rows: Iterable[SitemapRow]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<urlset xmlns="{_SITEMAPS}/sitemap/0.9" xmlns:image="{_IMAGES}/1.1" xmlns:xhtml="{_XHTML}">',
    ]
    for row in rows:
        parts = [f"<loc>{_xml(row.url)}</loc>"]
        if row.lastmod:
            parts.append(f"<lastmod>{_xml(row.lastmod)}</lastmod>")
        parts += [
            f'<xhtml:link rel="alternate" hreflang={_attribute(code)} href={_attribute(url)}/>'
            for code, url in row.alternates
        ]
        parts += [f"<image:image><image:loc>{_xml(url)}</image:loc></image:image>" for url in row.images]
        lines.append(f"<url>{''.join(parts)}</url>")
    lines.append("</urlset>\n")
    return "\n".join(lines).encode()


def _sitemap_index(_head: Any, rows: Iterable[str]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<sitemapindex xmlns="{_SITEMAPS}/sitemap/0.9">',
    ]
    lines += [f"<sitemap><loc>{_xml(url)}</loc></sitemap>" for url in rows]
    return "\n".join([*lines, "</sitemapindex>\n"]).encode()


def _robots(head: Any, _rows: object) -> bytes:
    if head["hidden"]:
        return b"User-agent: *\nDisallow: /\n"
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in head["disallow"]),
        "",
        f"Sitemap: {head['sitemap']}",
        "",
    ]
    return "\n".join(lines).encode()


def _google(head: Any, rows: Iterable[FeedProduct]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">',
        "<channel>",
        f"<title>{_xml(head['name'])}</title>",
        f"<link>{_xml(head['url'])}</link>",
        f"<description>{_xml(head['description'])}</description>",
    ]
    # 80,000 variants are 150 MB: bytes as they come, and handed over without a copy.
    out = BytesIO()
    out.write("\n".join(lines).encode())
    for product in rows:
        out.writelines(f"\n{item}".encode() for item in _google_items(product))
    out.write(b"\n</channel>\n</rss>\n")
    return out.getvalue()


def _google_items(product: FeedProduct) -> Iterator[str]:
    """The <item> of each variant."""
    described = _xml(markdown.plain(product.description_md, 5000))
    images = [_xml(url) for url in product.images]
    more = [f"<g:additional_image_link>{url}</g:additional_image_link>" for url in images]
    films = "".join([f"<g:video_link>{_xml(url)}</g:video_link>" for url in product.films[:10]])
    brand = _elements(("g:brand", product.brand))
    last = _elements(
        ("g:condition", product.condition),
        ("g:item_group_id", product.group),
        ("g:product_type", product.product_type),
        ("g:google_product_category", product.google_category),
    )
    tags = _tags((*product.options, *[name for name, _ in product.attributes]))
    own, common = tags[: len(product.options)], tags[len(product.options) :]
    facts = [(tag, name, text) for tag, (name, text) in zip(common, product.attributes, strict=True)]
    named = "".join([f"<{tag}>{_xml(text[:100])}</{tag}>" for tag, _, text in facts if tag])
    details = "".join([_detail(name, text) for tag, name, text in facts if not tag])
    for item in product.items:
        image = images[item.image]
        chosen = list(zip(own, product.options, item.options, strict=True))
        parts = [
            f"<item><g:id>{_xml(item.id)}</g:id>",
            _elements(("g:title", item.title[:150])),
            f"<g:description>{described or _xml(item.title)}</g:description>",
            f"<g:link>{_xml(item.link)}</g:link><g:image_link>{image}</g:image_link>",
            *[link for url, link in zip(images, more, strict=True) if url != image][:10],
            films,
            f"<g:availability>{'in_stock' if item.available else 'out_of_stock'}</g:availability>",
            f"<g:price>{item.price}</g:price>",
            _elements(("g:sale_price", item.sale_price)),
            brand,
            _elements(("g:gtin", item.gtin), ("g:mpn", item.mpn)),
            "" if item.gtin or item.mpn else "<g:identifier_exists>no</g:identifier_exists>",
            last,
            *[f"<{tag}>{_xml(text[:100])}</{tag}>" for tag, _, text in chosen if tag],
            named,
            *[
                f"<g:shipping><g:country>{_xml(country)}</g:country><g:price>{_xml(price)}</g:price></g:shipping>"
                for country, price in item.shipping
            ],
            *[_detail(name, text) for tag, name, text in chosen if not tag],
            details,
            "</item>",
        ]
        yield "".join(parts)


def _elements(*fields: tuple[str, str]) -> str:
    """An element for each field that says something."""
    return "".join([f"<{tag}>{_xml(text)}</{tag}>" for tag, text in fields if text])


def _detail(name: str, text: str) -> str:
    return (
        f"<g:product_detail><g:attribute_name>{_xml(name)}</g:attribute_name>"
        f"<g:attribute_value>{_xml(text)}</g:attribute_value></g:product_detail>"
    )


def _tags(names: Iterable[str]) -> list[str]:
    """The element the feed has for each detail (g:color, g:size, …), each used once; "" for details without one."""
    found: list[str] = []
    for name in names:
        kind = structured.VARIES.get(name.lower(), "").rpartition("/")[2]
        found.append(f"g:{kind}" if kind and f"g:{kind}" not in found else "")
    return found


def _atom(head: Any, rows: Iterable[AtomEntry]) -> bytes:
    entries = list(rows)
    updated = max((entry.updated or entry.date for entry in entries), default="1970-01-01T00:00:00Z")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="{_ATOM}" xml:lang={_attribute(head["lang"])} xml:base={_attribute(head["url"])}>',
        f"<title>{_xml(head['title'])}</title>",
        f"<id>{_xml(head['url'])}</id>",
        f"<link href={_attribute(head['url'])}/>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(head["self"])}/>',
        f"<updated>{updated}</updated>",
        f"<author><name>{_xml(head['name'])}</name></author>",
    ]
    for entry in entries:
        parts = [
            f"<title>{_xml(entry.title)}</title>",
            f"<id>{_xml(entry.url)}</id>",
            f"<link href={_attribute(entry.url)}/>",
            f"<published>{entry.date}</published>",
            f"<updated>{entry.updated or entry.date}</updated>",
        ]
        if entry.author:
            parts.append(f"<author><name>{_xml(entry.author)}</name></author>")
        parts += [f"<category term={_attribute(tag)}/>" for tag in entry.tags]
        if entry.excerpt:
            parts.append(f"<summary>{_xml(entry.excerpt)}</summary>")
        content = markdown.feed(entry.body_md, head["cdn"], entry.url)
        parts.append(f'<content type="html">{_xml(content)}</content>')
        lines.append(f"<entry>{''.join(parts)}</entry>")
    return "\n".join([*lines, "</feed>\n"]).encode()


def _rows(_head: Any, rows: Iterable[ProductRow]) -> bytes:
    """Rows as lists, without what is empty at their ends."""
    lists = []
    for row in rows:
        fields: list[object] = list(row)
        while not fields[-1]:
            fields.pop()
        lists.append(fields)
    return _packed(lists, ())


def _snipcart(head: Any, rows: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Snipcart's order validation: prices as numbers in major units, written digit by digit."""
    found = []
    for key, row in rows.items():
        for many, minor in ((1, row["price"]), *row.get("tiers", ())):
            digits = str(minor).rjust(head["decimals"] + 1, "0")
            cut = len(digits) - head["decimals"]
            price = f"{digits[:cut]}.{digits[cut:]}" if head["decimals"] else digits
            name = json.dumps(key if many == 1 else f"{key}*{many}", ensure_ascii=False)
            least = f',"minQuantity":{many}' if many > 1 else ""
            found.append(f'{{"id":{name},"price":{price},"url":{json.dumps(head["url"])}{least}}}')
    return f"[{','.join(found)}]".encode()


def _packed(head: Any, _rows: object) -> bytes:
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()


def _llms(head: Any, rows: Mapping[str, Iterable[Named]]) -> bytes:
    lines = [f"# {_line(head['name'])}", ""]
    if head["tagline"]:
        lines += [f"> {_line(head['tagline'])}", ""]
    for title, links in rows.items():
        entries = [
            f"- [{_line(link.title)}]({link.url}){': ' + _line(link.text) if link.text else ''}" for link in links
        ]
        if entries:
            lines += [f"## {title}", "", *entries, ""]
    return "\n".join(lines).encode()


def _line(text: str) -> str:
    """`text` on one line, its brackets escaped so that it cannot close the link it stands in."""
    return re.sub(r"([\\\[\]])", r"\\\1", " ".join(text.split()))


def _json(head: Any, _rows: object) -> bytes:
    return json.dumps(head, ensure_ascii=False, indent=1).encode() + b"\n"


def _headers(_head: Any, rows: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> bytes:
    """Blocks of an address pattern and its headers, as Netlify and Cloudflare Pages read them."""
    blocks = (
        "".join([f"{pattern}\n", *(f"  {name}: {text}\n" for name, text in headers)]) for pattern, headers in rows
    )
    return "\n".join(blocks).encode()


def _redirects(_head: Any, rows: Iterable[tuple[str, str, int]]) -> bytes:
    """One line per redirect: source, target, status, as Netlify and Cloudflare Pages read them."""
    return "".join(f"{source} {target} {status}\n" for source, target, status in rows).encode()


def _redirect(head: Any, _rows: object) -> bytes:
    """A page that sends people on at once. Search engines take it for a redirect; "noindex" would contradict that."""
    url = quoted(head["url"])
    lines = [
        "<!doctype html>",
        f"<html lang={quoted(head['lang'])}>",
        "<head>",
        '<meta charset="utf-8">',
        f"<title>{escaped(head['name'])}</title>",
        f'<meta http-equiv="refresh" content={quoted("0; url=" + head["url"])}>',
        f'<link rel="canonical" href={quoted(head["canonical"])}>',
        "</head>",
        f"<body><p><a href={url}>{escaped(head['url'])}</a></p></body>",
        "</html>\n",
    ]
    return "\n".join(lines).encode()


_FORMATS: dict[str, Callable[[Any, Any], bytes]] = {
    "sitemap": _sitemap,
    "sitemap-index": _sitemap_index,
    "robots": _robots,
    "google": _google,
    "atom": _atom,
    "rows": _rows,
    "packed": _packed,
    "snipcart": _snipcart,
    "llms": _llms,
    "json": _json,
    "headers": _headers,
    "redirects": _redirects,
    "redirect": _redirect,
}
