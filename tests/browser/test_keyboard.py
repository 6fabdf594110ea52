"""By keyboard: every link, button and field is reached and left, in the order seen, and the focus is plain to see."""

import io
from base64 import b64decode
from functools import cache

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from tests.browser.server import SITE
from tests.browser.test_layout import ADD_STYLE
from tests.browser.test_listen import VOICES
from tests.browser.views import NARROW, THEMES, WIDE, close_menu, open_menu
from tests.page_kinds import PATHS

pytestmark = pytest.mark.django_db

# Everything by which a reader can act, in the order of the document; of radio buttons the one that is chosen
STOPS = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((stop) => stop.checkVisibility({visibilityProperty: true}) && stop.tabIndex >= 0)
    .filter((stop) => stop.type !== "radio" || stop.checked)"""
# Between them they have every kind of stop. {kind of page: {button that is pressed there: what it opens}}
MANY_STOPS = {
    "with all that an editor can place": {},
    "search, results": {},
    "home": {},
    "shared draft": {},
    "shared draft, what changed": {},
    "search, in crisis": {},
    "site map": {},
    "article": {"Text and colors": "#comfort-panel", "Listen": "#listen"},
}
many_stops = pytest.mark.parametrize("kind", MANY_STOPS, indirect=True)
WINDOWS = pytest.mark.parametrize("window_size", [WIDE, NARROW], ids=["wide", "narrow"])
# Pairs of stops, one after the other in a part of the page, of which the second lies before the first to the eye: above
# it, unless a new column begins; or beside it on the left. Parts: landmarks, lists, and what stands side by side.
OUT_OF_ORDER = f"""() => {{
    const name = (stop) => stop.textContent.trim() || stop.name || stop.id;
    const precedes = (a, b) => {{
        const above = b.bottom <= a.top, below = b.top >= a.bottom, left = b.right <= a.left, right = b.left >= a.right;
        return (above && !right) || (left && !below);
    }};
    const stops = {STOPS}.filter((stop) => !stop.matches(".usa-skipnav"));
    const boxes = stops.map((stop) => [...stop.getClientRects()].at(0));
    const ends = stops.map((stop) => [...stop.getClientRects()].at(-1));
    return stops.slice(1).map((stop, n) => [name(stops[n]), name(stop), precedes(ends[n], boxes[n + 1])])
        .filter(([, , wrong]) => wrong);
}}"""
# Stops of which a corner, or the middle, is not what one would hit there, while they have the focus.
# The menu comes first: it closes when the focus leaves it.
COVERED = f"""() => {STOPS}.sort((a, b) => !!b.closest("nav.menu") - !!a.closest("nav.menu")).filter((stop) => {{
    stop.focus();
    const {{left, right, top, bottom}} = stop.getClientRects()[0];
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const points = [[x, y], [left + 3, y], [right - 3, y], [x, top + 3], [x, bottom - 3]];
    const inside = points.filter(([x, y]) => x > 0 && x < innerWidth);
    return !inside.length || inside.some(([x, y]) => y < 0 || y > innerHeight ||
        !document.elementsFromPoint(x, y).slice(0, 1).some((hit) => stop.contains(hit) || hit.contains(stop)));
}}).map((stop) => stop.outerHTML.slice(0, 120))"""
# The kind of each stop: its class, or its element and the classes around it
KINDS = f"""() => {STOPS}.map((stop) => {{
    const around = stop.closest("[class]:not(.wrap)"), place = stop.closest("body > *, nav, section");
    return [stop.tagName, stop.type, stop.className, around?.className, place.className, stop.ariaCurrent].join();
}})"""
# Which of the stops have the focus from now on, by their numbers
RECORD = f"""() => {{
    const stops = {STOPS};
    window.reached = [];
    document.addEventListener("focusin", ({{target}}) => reached.push(stops.indexOf(target)));
    return stops.length;
}}"""
# Gives a stop the focus, in the middle of the window; returns where its largest part is in the document.
FOCUS = """(stops, number) => {
    const stop = stops[number], area = ({width, height}) => width * height;
    stop.focus({preventScroll: true});
    stop.scrollIntoView({block: "center"});
    const {x, y, width, height} = [...stop.getClientRects()].sort((a, b) => area(b) - area(a))[0];
    return {x: x + scrollX, y: y + scrollY, width, height};
}"""
NAME = "(stops, number) => stops[number].textContent.replace(/\\s+/g, ' ').trim() || stops[number].id"
MARGIN = 10  # pixels that are looked at around a stop


def contrast(*colors):
    """Contrast ratio of two colors, each red, green and blue from 0 to 255 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((luminance(color) for color in colors), reverse=True)
    return (light + 0.05) / (dark + 0.05)


contrast_of_pixels = cache(contrast)


def luminance(color):
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture(scope="module")
def picture(window):
    """Returns what is seen in a part of the page: Playwright's own pictures take three times as long."""
    protocol = window.context.new_cdp_session(window)

    def picture(left, top, right, bottom):
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top, "scale": 1}
        taken = protocol.send("Page.captureScreenshot", {"clip": clip, "optimizeForSpeed": True})
        return Image.open(io.BytesIO(b64decode(taken["data"]))).convert("RGB")

    return picture


@pytest.fixture(scope="module")
def window(browser, still_site):
    """A window of a reader whose device has voices, who finds one stop more: the button to listen."""
    context = browser.new_context(base_url=SITE, reduced_motion="reduce")
    context.add_init_script(VOICES)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def just_opened(window, kind):
    """The window with the page of this kind, and where Tab led there before anything else was done."""
    window.set_viewport_size(WIDE)
    # Chromium leaves the ground of a page white, in the dark too, that it has first drawn in forced colors.
    window.emulate_media(**THEMES["light"])
    window.goto(PATHS[kind])
    first_stops = []
    for _press in range(2):
        window.keyboard.press("Tab")
        first_stops.append(window.evaluate("document.activeElement.getAttribute('href')"))
    return window, first_stops


@pytest.fixture(scope="module")
def opened(just_opened):
    window, _first_stops = just_opened
    return window


def open_panels(page, kind):
    for name, panel in MANY_STOPS.get(kind, {}).items():
        if not page.locator(panel).is_visible():
            page.get_by_role("button", name=name, exact=True).press("Enter")
            page.locator(panel).get_by_role("button").first.wait_for()


@pytest.fixture(scope="module")
def kinds_of_stops(window):
    """The kinds of stops on the pages with many: {width of the window: {kind of page: kinds of stops}}."""
    tab, kinds = window.context.new_page(), {}
    for kind in MANY_STOPS:
        tab.goto(PATHS[kind])
        open_panels(tab, kind)
        for size in (WIDE, NARROW):
            tab.set_viewport_size(size)
            open_menu(tab)
            kinds.setdefault(size["width"], {})[kind] = set(tab.evaluate(KINDS))
    tab.close()
    return kinds


@WINDOWS
def test_every_kind_of_stop_is_among_the_many(page, kinds_of_stops, window_size):
    page.set_viewport_size(window_size)
    open_menu(page)
    assert set(page.evaluate(KINDS)) - set().union(*kinds_of_stops[window_size["width"]].values()) == set()


# --- Order ---


def test_skip_link_is_the_first_stop_and_crisis_help_the_second(just_opened):
    _window, first_stops = just_opened
    assert first_stops == ["#main", "tel:988"]


def test_stops_are_in_the_order_in_which_they_are_seen(page, kind):
    """WCAG 2.4.3: nothing is moved in the order of Tab, so what follows in the document follows to the eye."""
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].filter((stop) => stop.tabIndex > 0).length") == 0
    open_panels(page, kind)
    for window_size in (NARROW, WIDE):
        page.set_viewport_size(window_size)
        assert page.evaluate(OUT_OF_ORDER) == []


@many_stops
@WINDOWS
def test_tab_goes_through_the_page_in_its_order_and_back_without_a_trap(page, kind, window_size):
    page.set_viewport_size(window_size)
    page.reload()
    expect(page.locator("[data-menu='ready']")).to_be_attached()
    open_panels(page, kind)
    every_stop = list(range(page.evaluate(RECORD)))
    assert len(every_stop) > 10
    page.locator(".usa-skipnav").focus()
    for _stop in every_stop:
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body")
    for _stop in every_stop:
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("reached") == every_stop + every_stop[::-1]


# --- Focus ---


@WINDOWS
def test_nothing_covers_what_has_the_focus(page, kind, window_size):
    """WCAG 2.4.11, and 2.4.12, which lets no part of it be covered."""
    page.set_viewport_size(window_size)
    open_panels(page, kind)
    open_menu(page)
    covered = page.evaluate(COVERED)
    page.evaluate("document.activeElement.blur()")
    assert covered == []


def ring(with_focus, without):
    """The sides on which a ring is plain to see: 2 pixels or more, 3:1 against what is around it and what was there.

    Each side is looked at from outside on three lines, since another line's words may stand in the way of one.
    """
    width, height = with_focus.size
    now, then, changed = (image.load() for image in (with_focus, without, ImageChops.difference(with_focus, without)))

    def is_plain(line):
        first = next((n for n, pixel in enumerate(line) if n and sum(changed[pixel]) > 48), len(line) - 1)
        # A line's edge may be half a pixel: its color is that of its middle.
        around, color = now[line[first - 1]], now[line[min(first + 1, len(line) - 1)]]
        thickness = sum(contrast_of_pixels(now[pixel], then[pixel]) >= 3 for pixel in line if any(changed[pixel]))
        return thickness >= 2 and contrast_of_pixels(around, color) >= 3

    across, down = ([length * part // 4 for part in (1, 2, 3)] for length in (width, height))
    sides = {
        "left": [[(n, y) for n in range(width // 2)] for y in down],
        "right": [[(width - 1 - n, y) for n in range(width // 2)] for y in down],
        "top": [[(x, n) for n in range(height // 2)] for x in across],
        "bottom": [[(x, height - 1 - n) for n in range(height // 2)] for x in across],
    }
    return [side for side, lines in sides.items() if any(map(is_plain, lines))]


@many_stops
@pytest.mark.parametrize("theme", THEMES)
@WINDOWS
def test_focus_has_a_ring_of_two_pixels_at_3_to_1(page, picture, kind, kinds_of_stops, window_size, theme):
    """WCAG 2.4.7, 1.4.11 and 2.4.13: against what is around it, and what was there without it.

    Three sides are enough: in running text another line's underline may touch the fourth. One stop of each kind is
    looked at, on the first page that has it.
    """
    of_pages = kinds_of_stops[window_size["width"]]
    before = set().union(*(of_pages[other] for other in list(MANY_STOPS)[: list(MANY_STOPS).index(kind)]))
    page.set_viewport_size(window_size)
    page.emulate_media(**THEMES[theme])
    open_panels(page, kind)
    open_menu(page)
    page.evaluate(ADD_STYLE, "* { caret-color: transparent !important }")
    page.keyboard.press("Shift")  # so that the browser knows that a keyboard is used
    kinds = page.evaluate(KINDS)
    numbers = sorted(kinds.index(of_kind) for of_kind in {*kinds} - before)
    stops = page.evaluate_handle(STOPS)
    in_menu = stops.evaluate("(stops, numbers) => numbers.filter((n) => stops[n].closest('nav.menu'))", numbers)

    def ring_of(number):
        part = stops.evaluate(FOCUS, number)
        left, top = (max(0, int(part[side]) - MARGIN) for side in "xy")
        right = min(window_size["width"], int(part["x"] + part["width"]) + MARGIN)
        box = left, top, right, int(part["y"] + part["height"]) + MARGIN
        with_focus = picture(*box)
        page.evaluate("document.activeElement.blur()")
        return ring(with_focus, picture(*box))

    rings = {number: ring_of(number) for number in in_menu}
    close_menu(page)  # as it does when the focus goes on to what it may lie upon
    rings |= {number: ring_of(number) for number in numbers if number not in in_menu}
    page.evaluate(ADD_STYLE, "")
    assert {stops.evaluate(NAME, number): sides for number, sides in rings.items() if len(sides) < 3} == {}
