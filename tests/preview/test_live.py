"""An open page in a real Chromium follows every save and keeps what was done on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.command import AS_OF, PATIENCE, run
from support.street import ROOT, Lane, as_yaml, picture

from .conftest import Previewed, cart, live, mark, start, stop, tiny_shop, unreloaded, until

pytestmark = pytest.mark.browser
ARIA = "tenants/rich/catalog/products/aria.yaml"
MUG = "tenants/tiny/catalog/products/mug.yaml"


def test_content_changes_and_everything_done_on_the_page_stays(page: Page, shop: Previewed) -> None:
    """The five cases: cart and drawer, chosen variant, scroll, focus, typed text."""
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    page.locator("[data-option] label", has=page.locator("input[value=Tortoise]")).click()
    page.locator("[data-buy] input[name=quantity]").fill("3")
    page.locator("[data-buy] [data-add]").click()
    expect(page.locator("#cart .cart-line")).to_have_count(1)
    mark(page)

    shop.edit(ARIA, "Aria Round", "Aria Ringed")
    expect(page.locator("h1")).to_have_text("Aria Ringed")

    assert page.locator("#cart").evaluate("drawer => drawer.open && drawer.matches(':modal')")
    expect(page.locator("#cart .cart-line")).to_have_count(1)
    assert [(line["key"], line["qty"]) for line in cart(page, "rich")] == [("aria:tortoise-48", 3)]
    expect(page.locator("[data-cart-count]").first).to_have_text("3")
    page.locator("#cart [data-close]").first.click()

    page.locator("[data-buy] input[name=quantity]").fill("7")
    page.locator("[data-buy] input[name=quantity]").focus()
    page.evaluate("scrollTo(0, 240)")
    before = page.evaluate("scrollY")
    shop.edit(ARIA, "A **round** frame.", "A **ring** of a frame.")
    expect(page.get_by_text("ring of a frame")).to_be_attached()

    assert page.evaluate("scrollY") == before > 0
    assert page.evaluate("document.activeElement.name") == "quantity"
    expect(page.locator("[data-buy] input[name=quantity]")).to_have_value("7")
    expect(page.locator("[data-option] input:checked").first).to_have_value("Tortoise")
    expect(page.locator("[data-price]")).to_have_text("€1,239.50")
    assert page.url.endswith("?variant=tortoise-48")
    assert unreloaded(page)


def test_new_price_reaches_the_chosen_variant_and_the_cart(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/?variant=tortoise-48"))
    live(page)
    page.locator("[data-buy] [data-add]").click()
    mark(page)

    shop.edit(ARIA, '"1239.50"', '"1111.00"')

    expect(page.locator("[data-price]")).to_have_text("€1,111.00")
    expect(page.locator("#cart .cart-price")).to_have_text("€1,111.00")
    expect(page.locator("[data-option] input:checked").first).to_have_value("Tortoise")
    assert unreloaded(page)


def test_typed_search_words_and_their_selection_stay(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/search/"))
    live(page)
    page.locator("#q").fill("clothes")
    page.locator("#q").evaluate("input => input.setSelectionRange(1, 4)")
    page.locator("[data-search-status]").wait_for()
    mark(page)

    shop.edit("tenants/rich/tenant.yaml", '"1 rue"', '"2 rue du Port"')
    expect(page.get_by_text("2 rue du Port")).to_be_attached()

    expect(page.locator("#q")).to_have_value("clothes")
    assert page.locator("#q").evaluate("input => [document.activeElement === input, input.selectionStart, input.selectionEnd]") == [True, 1, 4]
    assert unreloaded(page)


def test_lists_gain_and_lose_products(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("tiny", "/products/"))
    live(page)
    mark(page)
    place = shop.lane.root / "tenants/tiny/catalog/products/cup.yaml"

    place.write_text(as_yaml({"title": "Cup", "price": "3.00"}))
    expect(page.locator("article.card")).to_have_count(2)
    place.unlink()
    expect(page.locator("article.card")).to_have_count(1)

    assert unreloaded(page)


def test_style_sheet_is_swapped_without_reload_and_without_a_flash(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    page.locator("[data-buy] input[name=quantity]").fill("5")
    page.evaluate("""() => { window.bare = 0; const look = () => { if (getComputedStyle(document.body).margin !== '0px') window.bare++; requestAnimationFrame(look) }; look() }""")
    mark(page)

    shop.edit("tenants/rich/branding.yaml", "#17324d", "#8a1f11")
    until(page, "getComputedStyle(document.documentElement).getPropertyValue('--primary').trim() === '#8a1f11'")
    base = shop.path("themes/main/assets/base.css")
    base.write_text(base.read_text() + "\nh1{letter-spacing:7px}\n")
    until(page, "getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'")

    fresh = re.findall(r'<link rel="stylesheet" href="([^"]+)"', shop.get("rich", "/products/aria/").body.decode())
    assert page.locator("head link[rel=stylesheet]").evaluate_all("links => links.map(link => link.getAttribute('href') + link.media)") == fresh  # in their order
    expect(page.locator("[data-buy] input[name=quantity]")).to_have_value("5")
    assert page.evaluate("window.bare") == 0
    assert unreloaded(page)


def test_pictures_are_swapped_without_reload(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/"))
    live(page)
    image = page.locator("main img").first
    before = image.evaluate("image => image.currentSrc")
    mark(page)

    shop.path("tenants/rich/assets/hero.png").write_bytes(picture(77, 320, 240))
    until(page, "before => { const image = document.querySelector('main img'); return image.currentSrc !== before && image.complete && image.naturalWidth > 0 }", before)

    assert unreloaded(page)


def test_template_changes_are_morphed(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    page.locator("[data-buy] input[name=quantity]").fill("5")
    mark(page)

    shop.edit("themes/main/layouts/base.html", '<main id="main" tabindex="-1">', '<main id="main" tabindex="-1" data-edited="yes">')
    page.wait_for_selector("main[data-edited]")
    override = shop.lane.write("tenants/rich/theme/snippets/breadcrumbs.html", (shop.lane.root / "themes/main/snippets/breadcrumbs.html").read_text() + "<b class='own'>own</b>")
    try:
        page.wait_for_selector("b.own", state="attached")
    finally:
        shutil.rmtree(override.parents[1])
    page.wait_for_selector("b.own", state="detached")

    expect(page.locator("[data-buy] input[name=quantity]")).to_have_value("5")
    assert unreloaded(page)


def test_changed_script_reloads_the_page(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    mark(page)

    script = shop.path("themes/main/assets/base.js")
    script.write_text(script.read_text() + "\ndocument.documentElement.dataset.second = 'yes'\n")

    page.wait_for_selector("html[data-second]")
    assert not unreloaded(page)


def test_mistake_is_shown_over_the_last_good_page_and_goes_when_mended(page: Page, browser_page: Page, shop: Previewed) -> None:
    other = browser_page
    other.goto(shop.url("other", "/products/mug/"))
    live(other)
    mark(other)
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    page.locator("[data-buy] input[name=quantity]").fill("9")
    page.locator("[data-buy] input[name=quantity]").focus()
    mark(page)

    shop.edit(ARIA, '"129.50"', '"129,50"')
    problems = page.locator("highstreet-problems dialog[open]")
    problems.wait_for()

    first = run("-C", shop.lane.root, "check", "rich", "--format", "json").json["diagnostics"][0]
    place = f"{first['file']}:{first['line']}:{first['column']}"
    assert problems.locator("li").count() == 1
    expect(problems.locator(".code")).to_have_text(first["code"])
    expect(problems.locator("h2")).to_contain_text(first["message"])
    expect(problems.locator("dd.found")).to_have_text(first["found"])
    expect(problems.locator("dd.fix")).to_have_text(first["fix"])
    expect(problems.locator("pre mark")).to_contain_text("129,50")
    link = problems.locator(".place a")
    expect(link).to_have_text(place)
    assert link.get_attribute("href") == f"vscode://file{shop.lane.root / first['file']}:{first['line']}:{first['column']}"
    expect(page.locator("h1")).to_have_text("Aria Round")  # the last good page, below
    assert shop.get("rich", "/products/cloth/").status == 200
    shop.edit("tenants/other/catalog/products/mug.yaml", "Mug", "Jug")
    expect(other.locator("h1")).to_have_text("Jug")
    assert other.locator("highstreet-problems").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("highstreet-problems .pill")).to_be_visible()

    shop.restore()
    page.locator("highstreet-problems").wait_for(state="detached")

    expect(page.locator("[data-buy] input[name=quantity]")).to_have_value("9")
    assert page.evaluate("document.activeElement.name") == "quantity"
    assert unreloaded(page)
    assert unreloaded(other)


@pytest.fixture
def browser_page(browser) -> Page:  # type: ignore[no-untyped-def]
    """A second page of another person."""
    context = browser.new_context()
    context.set_default_timeout(1000 * PATIENCE)
    yield context.new_page()
    context.close()


def test_mistakes_in_templates_yaml_and_style_are_shown_too(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    mark(page)
    for name, old, new, words in (
        ("themes/main/templates/product.html", "{% block main %}", "{% block main %}{{ nothing.at.all() }}", "themes/main/templates/product.html"),
        ("themes/main/templates/product.html", "{% block main %}", "{% block main %}{% if %}", "themes/main/templates/product.html"),
        ("tenants/rich/navigation.yaml", '"main"', '"main', "navigation.yaml"),
        ("tenants/rich/branding.yaml", "#17324d", "#17324", "branding.yaml"),
    ):
        shop.edit(name, old, new)
        dialog = page.locator("highstreet-problems dialog[open]")
        dialog.wait_for()
        expect(dialog).to_contain_text(words)
        shop.restore()
        page.locator("highstreet-problems").wait_for(state="detached")

    assert unreloaded(page)
    expect(page.locator("h1")).to_have_text("Aria Round")


def test_template_that_is_empty_for_a_moment_neither_reloads_nor_loses_the_page(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    mark(page)
    template = shop.path("themes/main/templates/product.html")
    whole = template.read_text("utf-8")

    template.write_text("", "utf-8")
    problem = page.locator("highstreet-problems dialog[open]")
    problem.wait_for()
    expect(problem).to_contain_text("this page is empty now")
    expect(page.locator("h1")).to_have_text("Aria Round")

    template.write_text(whole.replace("{% block main %}", '{% block main %}<p id="fresh">Whole</p>'), "utf-8")
    expect(page.locator("#fresh")).to_be_attached()
    page.locator("highstreet-problems").wait_for(state="detached")
    # What the new paragraph was put in front of is the same element still, to which its script listens.
    page.locator("[data-option] label", has=page.locator("input[value=Tortoise]")).click()
    assert "variant=tortoise" in page.url
    assert unreloaded(page)


def test_mistakes_that_take_more_than_the_open_page_to_see_are_shown_as_by_check(page: Page, shop: Previewed) -> None:
    """A link to nothing, a picture that is not there, a setting of another page's section, and the street's own settings."""
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    page.locator("[data-buy] input[name=quantity]").fill("6")
    mark(page)
    for name, old, new in (
        ("tenants/rich/navigation.yaml", "collection/frames", "collection/framez"),
        ("tenants/rich/home.yaml", "hero.png", "heero.png"),
        ("tenants/rich/home.yaml", '"full"', '"fool"'),
        ("pyproject.toml", "base_domain", "base_domane"),
    ):
        shop.edit(name, old, new)
        dialog = page.locator("highstreet-problems dialog[open]")
        dialog.wait_for()
        said = run("-C", shop.lane.root, "check", "rich", "--as-of", AS_OF).all
        wrong = dialog.locator("li").first
        place, code, message = wrong.locator(".place").inner_text(), wrong.locator(".code").inner_text(), wrong.locator("h2").inner_text().rpartition(" ")[0]
        assert f"{place}  {code} {message}" in said, (place, code, message, said)
        assert name in place
        shop.restore()
        page.locator("highstreet-problems").wait_for(state="detached")

    expect(page.locator("[data-buy] input[name=quantity]")).to_have_value("6")
    assert unreloaded(page)


def test_edits_are_shown_while_a_mistake_stands_elsewhere(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    shop.edit("tenants/rich/navigation.yaml", "collection/frames", "collection/framez")
    page.locator("highstreet-problems dialog[open]").wait_for()
    page.keyboard.press("Escape")

    shop.edit(ARIA, "Aria Round", "Aria Meanwhile")

    expect(page.locator("h1")).to_have_text("Aria Meanwhile")
    expect(page.locator("highstreet-problems .pill")).to_have_text("1 problem")


def test_settings_of_the_street_are_taken_over(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("tiny", "/products/mug/"))
    live(page)
    mark(page)

    shop.edit("pyproject.toml", "example.com", "street.example")
    until(page, "document.querySelector('link[rel=canonical]').href.startsWith('https://tiny.street.example/')")
    shop.restore()
    until(page, "document.querySelector('link[rel=canonical]').href.startsWith('https://tiny.example.com/')")

    assert unreloaded(page)


def test_shop_that_never_was_good_has_a_page_that_heals_itself(page: Page, shop: Previewed) -> None:
    place = shop.lane.root / "tenants/broken/tenant.yaml"
    place.parent.mkdir()
    place.write_text("name: Broken\ncurrencie: EUR\n")
    try:
        answer = page.goto(shop.url("broken"))
        assert answer is not None
        assert answer.status == 500
        expect(page.locator("h1")).to_have_text("This shop cannot be shown yet")
        expect(page.locator(".diagnostics")).to_contain_text("tenants/broken/tenant.yaml:2:1")

        place.write_text("name: Broken\n")
        page.wait_for_selector("body.page-home")
    finally:
        shutil.rmtree(place.parent)


def test_hostile_words_in_problems_and_pages_stay_words(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("tiny", "/products/mug/"))
    live(page)
    mark(page)

    shop.edit(MUG, '"Mug"', '"<img src=x onerror=alert(1)><script>window.pwned = 1</script>"')
    expect(page.locator("h1")).to_contain_text("<img src=x onerror=alert(1)>")
    shop.edit(MUG, '"12.50"', '"<img src=x onerror=window.pwned=1></script><script>window.pwned=1</script>"')
    page.locator("highstreet-problems dialog[open]").wait_for()

    assert page.evaluate("window.pwned === undefined && document.querySelectorAll('img[src=x]').length === 0")
    assert page.locator("highstreet-problems img").count() == 0
    assert unreloaded(page)


ROUNDS = 200 if os.environ.get("HIGHSTREET_LONG") else 30


def _save_in_place(place: Path, text: str) -> None:
    place.write_text(text)


def _save_slowly(place: Path, text: str) -> None:
    """Truncated, written in two halves, as some editors and copies do."""
    with place.open("w") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        time.sleep(0.02)
        file.write(text[len(text) // 2 :])


def _rename(place: Path, text: str) -> None:
    other = place.with_name(".mug.yaml.swp")
    other.write_text(text)
    other.replace(place)


def _backup_and_rename(place: Path, text: str) -> None:
    """As vim: the old file is moved aside, a new one takes its name."""
    aside = place.with_name("mug.yaml~")
    place.rename(aside)
    place.write_text(text)
    aside.unlink()


def _from_outside(place: Path, text: str) -> None:
    other = place.parents[5] / "outside.tmp"
    other.write_text(text)
    other.replace(place)


SAVES = (_save_in_place, _save_slowly, _rename, _backup_and_rename, _from_outside)


def test_no_save_is_missed(page: Page, shop: Previewed) -> None:
    place = shop.path(MUG)
    page.goto(shop.url("tiny", "/products/mug/"))
    live(page)
    mark(page)
    missed = []
    for number in range(ROUNDS):
        title = f"Mug number {number}"
        SAVES[number % len(SAVES)](place, as_yaml({"title": title, "price": "12.50"}))
        try:
            expect(page.locator("h1")).to_have_text(title, timeout=10_000)
        except AssertionError:
            missed.append((number, SAVES[number % len(SAVES)].__name__, page.locator("h1").inner_text()))

    assert missed == []
    assert unreloaded(page)


def test_last_of_many_quick_saves_is_shown(page: Page, shop: Previewed) -> None:
    place = shop.path(MUG)
    page.goto(shop.url("tiny", "/products/mug/"))
    live(page)
    for burst in range(3):
        for number in range(40):
            SAVES[number % 5 if number % 5 != 1 else 0](place, as_yaml({"title": f"Mug {burst}/{number}", "price": "12.50"}))
            time.sleep(0.003)
        expect(page.locator("h1")).to_have_text(f"Mug {burst}/39")


def test_checkout_of_another_branch_is_shown_whole(page: Page, tmp_path: Path) -> None:
    """Many files at once, folders that come and go, and nothing of it is taken for a mistake."""
    root = tmp_path / "street"

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words], cwd=root, check=True, capture_output=True)

    lane = Lane(root)
    lane.tenant("tiny", {**tiny_shop(), **{f"catalog/products/p{n}.yaml": {"title": f"One {n}", "price": "1.00"} for n in range(40)}})
    lane.write(".gitignore", ".highstreet/\nbuild/\npreview-*.txt\n")
    git("init", "-q", "-b", "one")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "two")
    shutil.rmtree(root / "tenants/tiny")
    lane.tenant("tiny", {**tiny_shop(), "catalog/collections/all.yaml": {"title": "All", "products": [f"q{n}" for n in range(60)]}, "pages/new.md": "---\ntitle: New\n---\nHi.\n",
                         **{f"catalog/products/q{n}.yaml": {"title": f"Two {n}", "price": "2.00"} for n in range(60)}})  # fmt: skip
    git("add", "-A")
    git("commit", "-qm", "two")
    previewed = start(root)
    try:
        page.goto(previewed.url("tiny", "/products/"))
        live(page)
        mark(page)
        page.evaluate("window.flashes = 0; new MutationObserver(() => { if (document.querySelector('highstreet-problems')) window.flashes++ }).observe(document.documentElement, {childList: true})")
        for branch, words in [("one", "One 1"), ("two", "Two 1")] * 2:
            git("checkout", "-q", branch)
            expect(page.get_by_role("link", name=words, exact=True).first).to_be_attached()
            expect(page.get_by_role("link", name="Two 1" if branch == "one" else "One 1", exact=True)).to_have_count(0)
        # A busy machine may take longer over a checkout than the preview waits: what shows then must be gone by itself.
        expect(page.locator("highstreet-problems")).to_have_count(0)
        assert page.evaluate("window.flashes") <= 4
        assert unreloaded(page)
    finally:
        page.goto("about:blank")
        stop(previewed)


def test_a_shop_that_is_taken_away_comes_back_with_its_folder(browser_page: Page, shop: Previewed) -> None:
    page = browser_page  # whose console may tell of the 404
    shop.lane.tenant("moving", tiny_shop())
    place, aside = shop.lane.root / "tenants/moving", shop.lane.root / "aside"
    try:
        page.goto(shop.url("moving", "/products/mug/"))
        live(page)
        place.rename(aside)
        expect(page.locator("h1")).to_have_text("Nothing here")
        mark(page)
        assert shop.get("moving").status == 404
        page.wait_for_timeout(1200)  # the folders are looked at once more in between, and it must not reload itself
        assert unreloaded(page)

        aside.rename(place)
        expect(page.locator("h1")).to_have_text("Mug")
    finally:
        page.goto("about:blank")
        shutil.rmtree(place if place.exists() else aside)


def test_a_page_that_outlives_its_preview_follows_the_next_one(browser_page: Page, tmp_path: Path) -> None:
    page = browser_page  # whose console may tell of the time between
    lane = Lane(tmp_path)
    lane.tenant("tiny", tiny_shop())
    first = start(tmp_path)
    try:
        page.goto(first.url("tiny", "/products/mug/"))
        live(page)
        mark(page)
    finally:
        stop(first)
    lane.write(MUG, as_yaml({"title": "Mug of the night", "price": "12.50"}))
    second = start(tmp_path, port=first.port)
    try:
        expect(page.locator("h1")).to_have_text("Mug of the night")
        assert unreloaded(page)
    finally:
        page.goto("about:blank")
        stop(second)


def test_a_theme_that_breaks_or_goes_leaves_the_last_good_page(page: Page, shop: Previewed) -> None:
    page.goto(shop.url("tiny", "/products/mug/"))
    live(page)
    mark(page)
    dialog = page.locator("highstreet-problems dialog[open]")
    theme = shop.path("themes/main/theme.yaml")
    theme.write_text("name: [\n")
    dialog.wait_for()
    expect(dialog).to_contain_text("themes/main/theme.yaml")
    assert shop.get("tiny", "/products/mug/").status == 200
    shop.restore()
    page.locator("highstreet-problems").wait_for(state="detached")

    (shop.lane.root / "themes/main").rename(shop.lane.root / "themes/elsewhere")  # the one that comes with Highstreet takes its place
    shop.edit(MUG, "Mug", "Mug of old")
    expect(page.locator("h1")).to_have_text("Mug of old")
    (shop.lane.root / "themes/elsewhere").rename(shop.lane.root / "themes/main")
    shop.edit("themes/main/layouts/base.html", '<main id="main"', '<main data-back="yes" id="main"')
    page.wait_for_selector("main[data-back]")
    assert unreloaded(page)


def test_a_theme_folder_that_comes_later_is_watched(page: Page, tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    lane.tenant("tiny", tiny_shop())
    previewed = start(tmp_path)
    previewed.lane = lane
    try:
        page.goto(previewed.url("tiny", "/products/mug/"))
        live(page)
        mark(page)
        shutil.copytree(ROOT / "themes/main", tmp_path / "themes/main")
        time.sleep(1)
        previewed.edit("themes/main/layouts/base.html", '<main id="main"', '<main data-own="yes" id="main"')
        page.wait_for_selector("main[data-own]")
        assert unreloaded(page)
    finally:
        page.goto("about:blank")
        stop(previewed)


def test_shops_cannot_see_each_other(browser_page: Page, shop: Previewed) -> None:
    page = browser_page  # whose console may tell of what was refused
    page.goto(shop.url("tiny", "/"))
    live(page)
    page.evaluate("localStorage.setItem('mine', '1'); document.cookie = 'all=1;domain=localhost;path=/'; document.cookie = 'mine=1;path=/'")
    blocked = page.evaluate(
        """async other => { const seen = []
        for (const path of ['/products/aria/', '/_highstreet/context', '/_highstreet/events']) { try { await fetch(other + path, {mode: 'no-cors'}).then(answer => seen.push(answer.type)) } catch { seen.push('refused') } }
        return seen }""",
        shop.url("rich").rstrip("/"),
    )
    page.goto(shop.url("rich", "/"))

    assert set(blocked) <= {"refused", "opaque"}
    assert page.evaluate("localStorage.getItem('mine')") is None
    assert "mine" not in page.evaluate("document.cookie")
    assert "all" not in page.evaluate("document.cookie")


def test_page_runs_under_the_strict_policy_of_the_published_site(page: Page, shop: Previewed) -> None:
    """Trusted types and no inline style or script: the client needs no exception. The policy is added where a site has none."""
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

    def strict(route) -> None:  # type: ignore[no-untyped-def]
        answer = shop.get("rich", "/products/aria/")
        route.fulfill(status=answer.status, body=answer.body, headers={**answer.headers, "content-security-policy": policy})

    page.route(re.compile(r".*/products/aria/$"), strict)
    page.goto(shop.url("rich", "/products/aria/"))
    live(page)
    mark(page)

    shop.edit(ARIA, "Aria Round", "Aria Strict")
    expect(page.locator("h1")).to_have_text("Aria Strict")
    shop.edit("tenants/rich/branding.yaml", "#17324d", "#2f6b1f")
    until(page, "getComputedStyle(document.documentElement).getPropertyValue('--primary').trim() === '#2f6b1f'")
    shop.edit(ARIA, '"129.50"', '"129,50"')
    page.locator("highstreet-problems dialog[open]").wait_for()

    assert unreloaded(page)

