"""The comfort panel in a real browser: what a reader chooses holds on every page and is kept nowhere else."""

import json
import re
from itertools import product

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests import page_kinds
from tests.browser.axe import BRING_AXE, findings
from tests.browser.server import SITE
from tests.browser.test_layout import ENLARGED, PHONE, SMALL, broken_words, expect_all_in_sight
from tests.browser.views import THEMES, WINDOWS

pytestmark = pytest.mark.django_db

TOPIC, RECORD = page_kinds.PATHS["topic"], page_kinds.PATHS["record"]
DESKTOP = {"width": 1280, "height": 900}
COMMON_PHONE = {"width": 390, "height": 844}
# Everything at once, at its strongest
STRONGEST = {
    "size": "200",
    "lines": "widest",
    "letters": "widest",
    "theme": "contrast",
    "calm": "on",
    "underline": "on",
}
SCRIPT = (settings.BASE_DIR / "static" / "js" / "first-paint.js").read_text()
CHOICES = {name: json.loads(values) for name, values in re.findall(r'^    (\w+): (\[".*?\]),$', SCRIPT, re.MULTILINE)}
KEPT = "JSON.parse(localStorage.getItem('comfort'))"
KEEP = "kept => localStorage.setItem('comfort', kept)"
# The size of each text that is seen, in pixels
TEXT_SIZES = """() => {
    const sizes = {}, words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const { parentElement: parent, data } = words.currentNode;
        if (data.trim()) sizes[data.trim()] = parseFloat(getComputedStyle(parent).fontSize);
    }
    return sizes;
}"""


@pytest.fixture(scope="module")
def context(browser, still_site):
    context = browser.new_context(base_url=SITE)
    yield context
    context.close()


@pytest.fixture(scope="module")
def window(context):
    window = context.new_page()
    window.goto(TOPIC)
    return window


@pytest.fixture
def tab(window):
    """A window of a reader who has chosen nothing yet, with any page."""
    choose(window, {})
    window.set_viewport_size(DESKTOP)
    window.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    return window


@pytest.fixture
def page(tab):
    """The topic page as that reader finds it."""
    tab.goto(TOPIC)
    return tab


def button(page):
    return page.get_by_role("button", name="Text and colors")


def open_panel(page):
    button(page).press("Enter")
    expect(button(page)).to_have_attribute("aria-expanded", "true")
    return page.locator("#comfort-panel")


def choose(page, wanted):
    """Choose as the panel does."""
    page.evaluate("wanted => comfort.choose(wanted)", wanted)


def applied(page):
    """What is chosen, as the styles see it."""
    return page.evaluate(
        """names => Object.fromEntries(names.map((name) => [name, document.documentElement.getAttribute(
        `data-comfort-${name}`)]).filter(([, value]) => value))""",
        list(CHOICES),
    )


def style(page, selector, name):
    return page.locator(selector).first.evaluate("(part, name) => getComputedStyle(part)[name]", name)


# --- What can be chosen ---


def test_panel_offers_just_what_the_script_knows(page):
    panel = open_panel(page)
    offered = panel.locator("input").evaluate_all("inputs => inputs.map(({name, value}) => [name, value])")
    assert len(CHOICES) == 6
    assert sorted(offered) == sorted(
        [[name, value] for name, values in CHOICES.items() for value in values]
        + [[name, ""] for name, values in CHOICES.items() if values != ["on"]]
    )


def test_every_choice_holds_at_once_is_kept_and_shown_again_on_the_next_page(page):
    panel = open_panel(page)
    for name, value in STRONGEST.items():
        panel.locator(f"[name='{name}'][value='{value}']").check()
    assert applied(page) == STRONGEST
    assert page.evaluate(KEPT) == STRONGEST
    page.goto(RECORD)
    assert applied(page) == STRONGEST
    panel = open_panel(page)
    for name, value in STRONGEST.items():
        expect(panel.locator(f"[name='{name}'][value='{value}']")).to_be_checked()


def test_button_puts_the_site_s_own_settings_back_and_says_so(page):
    choose(page, STRONGEST)
    panel = open_panel(page)
    panel.get_by_role("button", name="Back to the site’s own settings").press("Enter")
    assert applied(page) == {}
    assert page.evaluate(KEPT) == {}
    expect(panel.get_by_role("status")).to_have_text("The site’s own settings are back.")
    assert panel.locator("input:checked").evaluate_all("inputs => inputs.map(({value}) => value)") == [""] * 4


@pytest.mark.parametrize(
    ("kept", "holds"),
    [
        ("{", {}),
        ("null", {}),
        ('"dark"', {}),
        ('{"size": "900", "theme": "dark", "calm": true, "more": "on"}', {"theme": "dark"}),
    ],
)
def test_damaged_or_unknown_value_is_ignored(page, kept, holds):
    page.evaluate(KEEP, kept)
    page.reload()
    assert applied(page) == holds


def test_choice_holds_in_a_tab_that_is_already_open(page, context):
    other = context.new_page()
    other.goto(RECORD)
    panel = open_panel(other)
    open_panel(page).get_by_label("Dark").check()
    expect(panel.get_by_label("Dark")).to_be_checked()
    assert applied(other) == {"theme": "dark"}
    other.close()


def test_without_storage_choices_hold_for_the_page_and_the_panel_says_so(browser, still_site):
    context = browser.new_context(base_url=SITE)
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
    page = context.new_page()
    page.goto(TOPIC)
    panel = open_panel(page)
    panel.get_by_label("150 %").check()
    assert applied(page) == {"size": "150"}
    expect(panel.get_by_role("status")).to_contain_text("hold on this page only")
    context.close()


# --- By keyboard and screen reader ---


def test_panel_opens_and_closes_by_keyboard_and_the_focus_is_never_lost(page):
    panel = open_panel(page)
    page.keyboard.press("Tab")
    expect(panel.get_by_label("100 %")).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert applied(page) == {"size": "125"}
    page.keyboard.press("Escape")
    expect(button(page)).to_have_attribute("aria-expanded", "false")
    expect(button(page)).to_be_focused()
    expect(panel).to_be_hidden()
    page.keyboard.press("Space")
    panel.get_by_role("button", name="Close").press("Enter")
    expect(panel).to_be_hidden()
    expect(button(page)).to_be_focused()


def test_escape_closes_the_panel_at_its_button_too(page):
    panel = open_panel(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button(page)).to_be_focused()
    expect(button(page)).to_have_attribute("aria-expanded", "false")


def test_every_choice_is_a_native_control_with_a_name_in_a_named_group(page):
    panel = open_panel(page)
    groups = ["Text size", "Colors", "Space between lines", "Space between letters", "The page"]
    for name in groups:
        expect(panel.get_by_role("group", name=name, exact=True)).to_be_visible()
    choices = panel.get_by_role("group").get_by_role("radio").or_(panel.get_by_role("group").get_by_role("checkbox"))
    assert [choice.evaluate("({labels}) => labels[0].textContent.trim()") for choice in choices.all()].count("") == 0
    expect(choices).to_have_count(panel.locator("input").count())


def test_panel_that_cannot_be_fetched_says_so_and_is_tried_again(page):
    page.route("**/comfort-panel/", lambda route: route.fulfill(status=503))
    button(page).click()
    expect(page.get_by_role("alert")).to_have_text("This could not be loaded. Please try again.")
    page.unroute("**/comfort-panel/")
    open_panel(page)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("presses", ["dblclick", "two clicks"])
def test_second_press_while_the_panel_is_on_its_way_does_not_close_it(page, presses):
    """A hand that trembles presses twice, and so does a reader to whom nothing seems to happen."""
    if presses == "dblclick":
        button(page).dblclick()
    else:
        on_its_way = {}
        page.route("**/comfort-panel/", lambda route: on_its_way.update(panel=route))
        with page.expect_request("**/comfort-panel/"):
            button(page).click()
        button(page).click()
        on_its_way["panel"].continue_()
        page.unroute("**/comfort-panel/")
    panel = page.locator("#comfort-panel")
    expect(panel.get_by_role("button", name="Close")).to_be_visible()
    expect(button(page)).to_have_attribute("aria-expanded", "true")


def test_without_javascript_there_is_no_button(browser, still_site):
    context = browser.new_context(base_url=SITE, java_script_enabled=False)
    page = context.new_page()
    page.goto(TOPIC)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".comfort")).to_be_hidden()
    context.close()


def test_page_loads_nothing_of_the_panel_before_it_is_opened(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(RECORD)
    expect(page.locator("[data-menu='ready']")).to_be_attached()
    assert [url for url in asked if "comfort-panel" in url] == []
    open_panel(page)
    assert sorted(url.rpartition("/static/")[2] or url for url in asked if "comfort-panel" in url) == [
        "css/comfort-panel.css",
        f"{SITE}/comfort-panel/",
        "js/comfort-panel.js",
    ]


@pytest.mark.parametrize("kind", ["home", "not found", "server error", "search", "untranslated"])
def test_every_kind_of_page_has_it(tab, kind):
    tab.goto(page_kinds.PATHS[kind])
    expect(tab.locator("header [data-on-demand$='/comfort-panel/']")).to_be_visible()


@pytest.mark.parametrize("kind", ["server error, plain", "bad request", "forbidden"])
def test_choices_hold_on_pages_that_have_no_panel(tab, kind):
    choose(tab, {"theme": "dark"})
    tab.goto(page_kinds.PATHS[kind])
    assert applied(tab) == {"theme": "dark"}


# --- What it does ---


def test_chosen_colors_win_over_the_device_s_and_drawings_follow(page):
    names = ("--page", "--text", "--art-line")
    seen = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for theme in ("", *CHOICES["theme"]):
            choose(page, {"theme": theme})
            seen[scheme, theme] = [
                style(page, "html", "colorScheme"),
                page.locator("meta[name=color-scheme]").get_attribute("content"),
                *page.locator(".page-head__art").evaluate(
                    "(art, names) => names.map((name) => getComputedStyle(art).getPropertyValue(name))", names
                ),
            ]
    for scheme in ("light", "dark"):
        assert seen[scheme, ""] == ["light dark", "light dark", *seen[scheme, scheme][2:]]
    for theme in CHOICES["theme"]:
        assert seen["light", theme] == seen["dark", theme]
    assert len({tuple(seen["light", theme][2:]) for theme in CHOICES["theme"]}) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_device_that_is_set_to_more_contrast_gets_it(page, scheme):
    """As the accessibility statement says."""
    colors = """() => ["--text", "--text-soft", "--line-strong", "--line"]
        .map((name) => getComputedStyle(document.querySelector("main")).getPropertyValue(name))"""
    page.emulate_media(color_scheme=scheme, contrast="more")
    text, soft, strong, line = page.evaluate(colors)
    page.emulate_media(contrast="no-preference")
    assert (soft, line) == (text, strong)
    assert page.evaluate(colors)[1] != text


def test_choice_holds_before_the_page_is_first_painted(page):
    choose(page, {"theme": "dark"})
    page.add_init_script("""new MutationObserver((changes, observer) => {
        if (!document.body) return;
        window.atFirst = document.documentElement.getAttribute("data-comfort-theme");
        observer.disconnect();
    }).observe(document, {childList: true, subtree: true})""")
    page.goto(RECORD)
    assert page.evaluate("window.atFirst") == "dark"


@pytest.mark.parametrize("window_size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_page_and_open_panel_fit_with_every_choice_at_its_strongest(page, window_size, axe_script):
    page.set_viewport_size(window_size)
    choose(page, STRONGEST)
    skip_link = page.locator(".usa-skipnav").bounding_box()
    assert skip_link["y"] + skip_link["height"] <= 0  # it covers nothing until it has the focus
    expect_all_in_sight(page)
    panel = open_panel(page)
    panel.scroll_into_view_if_needed()
    expect_all_in_sight(page)
    assert page.evaluate(SMALL, [".comfort, .comfort-panel__end", 44]) == []
    labels = panel.locator("label").evaluate_all(
        "labels => labels.map((label) => label.getBoundingClientRect()).map(({width, height}) => [width, height])"
    )
    assert min(min(size) for size in labels) >= 44
    page.evaluate(BRING_AXE)
    assert findings(page) == []


def test_axe_finds_nothing_in_the_open_panel(page, axe_script):
    open_panel(page)
    page.evaluate(BRING_AXE)
    found = []
    for window_size, (theme, media) in product(WINDOWS, THEMES.items()):
        page.set_viewport_size(window_size)
        page.emulate_media(**media)
        found += [(window_size["width"], theme, *finding) for finding in findings(page, within="header")]
    assert found == []


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("kind", ["home", "topic", "record", "with all that an editor can place"])
def test_each_text_is_at_least_as_large_as_the_reader_chose_and_all_fits(tab, kind, width):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(page_kinds.PATHS[kind])
    plain = tab.evaluate(TEXT_SIZES)
    for size in CHOICES["size"]:
        choose(tab, {"size": size})
        factors = {words: pixels / plain[words] for words, pixels in tab.evaluate(TEXT_SIZES).items()}
        assert len(factors) > 20
        assert {words: factor for words, factor in factors.items() if factor < 0.995 * int(size) / 100} == {}
    expect_all_in_sight(tab)


@pytest.mark.parametrize("window_size", [ENLARGED, COMMON_PHONE, {"width": 1280, "height": 700}], ids=str)
def test_what_was_just_chosen_stays_where_it_is_however_the_text_grows(page, window_size):
    page.set_viewport_size(window_size)
    panel, seen = open_panel(page), {}
    for name in ("size", "lines", "letters"):
        panel.locator(f"[name='{name}']:checked").focus()
        for _value in CHOICES[name]:
            page.keyboard.press("ArrowRight")
            choice = panel.locator(f"[name='{name}']:checked")
            box = choice.bounding_box()
            is_seen = box["y"] >= 0 and box["y"] + box["height"] <= window_size["height"]
            seen[name, choice.get_attribute("value")] = is_seen
    assert [choice for choice, is_seen in seen.items() if not is_seen] == []


@pytest.mark.parametrize("kind", ["home", "topic", "record", "article", "recommendation", "accessibility"])
def test_text_of_double_size_divides_no_word_on_a_common_phone(tab, kind):
    """What stands around words leaves them the room. Headings may be divided: they are larger still."""
    tab.set_viewport_size(COMMON_PHONE)
    tab.goto(page_kinds.PATHS[kind])
    choose(tab, {"size": "200"})
    tab.evaluate("document.querySelectorAll('h1, h2, h3').forEach((heading) => heading.remove())")
    assert broken_words(tab) == []


def test_heading_is_on_the_first_screen_of_a_phone_with_text_of_double_size(page):
    page.set_viewport_size(COMMON_PHONE)
    choose(page, {"size": "200"})
    assert page.locator("h1").bounding_box()["y"] < COMMON_PHONE["height"]


def test_crisis_help_stays_in_the_first_screen_and_two_tabs_away(page):
    page.set_viewport_size(PHONE)
    choose(page, STRONGEST)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "tel:988")
    box = page.locator(":focus").bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]


def pixels(page, selector, name):
    return float(style(page, selector, name).removesuffix("px"))


@pytest.mark.parametrize("part", ["main p", "main li", "header .menu__option", "footer a", "h1"])
def test_spacing_is_at_least_what_wcag_1_4_12_asks_for(page, part):
    choose(page, {"lines": "wide", "letters": "wide"})
    size = pixels(page, part, "fontSize")
    assert pixels(page, part, "lineHeight") >= 1.5 * size
    assert pixels(page, part, "letterSpacing") >= 0.119 * size
    assert pixels(page, part, "wordSpacing") >= 0.159 * size
    if part == "main p":
        assert pixels(page, part, "marginBottom") >= 2 * size


def test_calmer_page_is_one_column_without_ornaments(page):
    ornaments = page.locator(".page-head__art, .site-header__motif, .badge__art").locator("visible=true")
    assert ornaments.count() >= 3
    choose(page, {"calm": "on"})
    expect(ornaments).to_have_count(0)
    left = page.locator(".toc, .in-short, .content, .card").evaluate_all(
        "parts => [...new Set(parts.map((part) => part.getBoundingClientRect().left))]"
    )
    assert len(left) == 1


def test_every_link_is_underlined_where_that_is_chosen(page):
    lines = "links => links.map((link) => getComputedStyle(link).textDecorationLine)"
    assert "none" in page.locator("a").evaluate_all(lines)
    choose(page, {"underline": "on"})
    assert set(page.locator("a").evaluate_all(lines)) == {"underline"}


def test_paper_stays_as_it_is(page):
    page.emulate_media(media="print")
    parts = ("html", "main p", "h1", ".crisis", "main a")
    names = ("fontSize", "lineHeight", "letterSpacing", "color", "backgroundColor")
    before = [style(page, part, name) for part in parts for name in names]
    choose(page, STRONGEST)
    assert [style(page, part, name) for part in parts for name in names] == before
    expect(page.locator(".comfort, .comfort-panel").locator("visible=true")).to_have_count(0)
