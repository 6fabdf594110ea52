"""Every kind of page in a real browser: what axe-core finds, how it is built, and how it works by keyboard."""

import io
from collections import Counter
from itertools import pairwise

import pytest
from lxml import html
from PIL import Image
from playwright.sync_api import expect

from tests.page_kinds import PATHS

pytestmark = pytest.mark.django_db

NARROW, MEDIUM, WIDE = ({"width": width, "height": 900} for width in (320, 768, 1280))
# Window; media; whether the menu is open
VIEWS = {
    "wide": (WIDE, {}, False),
    "medium, dark": (MEDIUM, {"color_scheme": "dark"}, False),
    "narrow": (NARROW, {}, False),
    "wide, menu open": (WIDE, {}, True),
    "wide, forced colors, menu open": (WIDE, {"forced_colors": "active"}, True),
    "narrow, dark, menu open": (NARROW, {"color_scheme": "dark"}, True),
}
# Every rule that axe-core has: those of best practice, of WCAG's level AAA and the experimental ones too.
AXE = """async () => {
    const rules = Object.fromEntries(axe.getRules().map(({ruleId}) => [ruleId, {enabled: true}]));
    const {violations} = await axe.run(document, {rules, resultTypes: ["violations"]});
    return violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => [id, html, failureSummary]));
}"""
LANDMARKS = {"banner", "complementary", "contentinfo", "form", "main", "navigation", "region", "search"}


def open_menu(page):
    """Open an option of the main menu, where the page has one, and before it the narrow menu."""
    for name in ("Menu", "Health"):
        button = page.locator("nav[data-menu]").get_by_role("button", name=name, exact=True)
        if button.is_visible() and button.get_attribute("aria-expanded") == "false":
            button.click()


def close_menu(page):
    page.locator("h1").dispatch_event("pointerup", {"bubbles": True})
    expect(page.locator("nav [aria-expanded=true]")).to_have_count(0)


def tree(answers, kind):
    return html.fromstring(answers[kind].content.decode())


def level(heading):
    return int(heading.tag.removeprefix("h"))


every_kind = pytest.mark.parametrize("kind", PATHS)


# --- Rules ---


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(page, axe_script, view):
    size, media, menu_is_open = VIEWS[view]
    page.set_viewport_size(size)
    page.emulate_media(**media)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_script)
    if menu_is_open:
        open_menu(page)
    found = page.evaluate(AXE)
    if menu_is_open:
        close_menu(page)
    assert found == []


# --- Structure ---


def test_page_has_at_most_eight_landmarks_and_each_has_its_own_name(page):
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    parts = [(node["role"]["value"], node["name"]["value"]) for node in nodes if not node["ignored"]]
    # A form without a name is no landmark (WAI-ARIA 1.2, 5.3.4).
    landmarks = [(role, name) for role, name in parts if role in LANDMARKS and (role, name) != ("form", "")]
    assert len(landmarks) <= 8, landmarks
    assert len(set(landmarks)) == len(landmarks), landmarks
    assert [role for role, _name in landmarks].count("main") == 1


@every_kind
def test_headings_are_an_outline_under_one_main_heading(answers, kind):
    headings = tree(answers, kind).xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")
    assert [heading.tag for heading in headings].count("h1") == 1
    assert headings[0].tag == "h1"
    assert [(above.text_content(), below.text_content()) for above, below in pairwise(headings)
            if level(below) > level(above) + 1] == []  # fmt: skip
    assert [heading for heading in headings if not heading.text_content().strip()] == []


@every_kind
def test_no_id_stands_twice(answers, kind):
    ids = Counter(tree(answers, kind).xpath("//@id"))
    assert [name for name, number in ids.items() if number > 1] == []


@every_kind
def test_link_to_a_part_of_the_page_finds_it(answers, kind):
    page = tree(answers, kind)
    parts = {href.removeprefix("#") for href in page.xpath("//a/@href[starts-with(., '#')]")}
    assert "main" in parts
    assert parts - set(page.xpath("//@id")) == set()


@every_kind
def test_name_that_stands_elsewhere_is_found(answers, kind):
    page = tree(answers, kind)
    named = " ".join(page.xpath("//@aria-labelledby | //@aria-controls | //@aria-describedby | //@for")).split()
    assert set(named) - set(page.xpath("//@id")) == set()


def test_title_is_the_page_s_own(answers):
    """WCAG 2.4.2. The same page in another language, not translated yet, has the same title."""
    pages = [kind for kind in PATHS if "untranslated" not in kind and "plain" not in kind]
    titles = [tree(answers, kind).findtext("head/title") for kind in pages]
    assert [title for title, number in Counter(titles).items() if number > 1] == []
    assert [title for title in titles if not title.endswith("| Multiple Sclerosis Centers of Excellence")] == []


# --- Keyboard ---

# Everything by which a reader can act, in the order of the document
STOPS = "[...document.querySelectorAll('a[href], button, input, select')].filter((stop) => stop.checkVisibility())"
LARGEST_PART = """stop => [...stop.getClientRects()].map(({width, height}) => [width, height])
    .sort((a, b) => b[0] * b[1] - a[0] * a[1])[0]"""
MANY_STOPS = ["with all that an editor can place", "search, results"]


def press(page, key="Tab"):
    """Press `key`; return the number of the stop that has the focus then, or -1 if it is none."""
    page.keyboard.press(key)
    return page.evaluate(f"{STOPS}.indexOf(document.activeElement)")


def name(stop):
    return " ".join(stop.text_content().split())


def contrast(colors):
    """Contrast ratio of two colors, each red, green and blue from 0 to 255 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((luminance(color) for color in colors), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color):
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def screenshot(page, box):
    return Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")


def test_skip_link_is_the_first_stop_and_crisis_help_the_second(page):
    page.reload()
    for href in ("#main", "tel:988"):
        press(page)
        assert page.evaluate("document.activeElement.getAttribute('href')") == href


@pytest.mark.parametrize("kind", MANY_STOPS, indirect=True)
@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
def test_tab_goes_through_the_page_in_its_order_and_back_without_a_trap(page, view):
    page.set_viewport_size(view)
    page.reload()
    expect(page.locator("[data-menu='ready']")).to_be_attached()
    every_stop = list(range(page.evaluate(f"{STOPS}.length")))
    assert len(every_stop) > 20
    assert [press(page) for _stop in every_stop] == every_stop
    assert [press(page, "Shift+Tab") for _stop in every_stop[1:]] == every_stop[-2::-1]


@pytest.mark.parametrize(
    ("kind", "view"),
    [(MANY_STOPS[0], "wide, menu open"), (MANY_STOPS[1], "narrow, dark, menu open")],
    indirect=["kind"],
)
def test_focus_is_plain_to_see_at_every_stop(page, view):
    """WCAG 2.4.13, and by it 2.4.7 and 2.4.11: as much changes, at 3:1, as a line of 2 pixels around the stop has."""
    size, media, _menu_is_open = VIEWS[view]
    page.set_viewport_size(size)
    page.emulate_media(**media)
    page.reload()
    open_menu(page)
    page.locator(".usa-skipnav").focus()
    unseen = []
    for number in range(page.evaluate(f"{STOPS}.length")):
        stop = page.evaluate_handle("document.activeElement").as_element()
        box = stop.bounding_box()
        box = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
        with_focus = screenshot(page, box)
        stop.evaluate("stop => stop.blur()")
        pixels = Counter(zip(with_focus.get_flattened_data(), screenshot(page, box).get_flattened_data(), strict=True))
        changed = sum(many for colors, many in pixels.items() if contrast(colors) >= 3)
        width, height = stop.evaluate(LARGEST_PART)
        if changed < 2 * 2 * (width + height):
            unseen.append((number, name(stop), changed, width, height))
        stop.focus()
        page.keyboard.press("Tab")
    assert unseen == []
