"""The main menu's contract (docs/architecture.md) in a real browser, wide and narrow, with and without JavaScript."""

import re
from collections import Counter

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.server import SITE
from tests.browser.views import close_menu

pytestmark = pytest.mark.django_db

WIDTHS = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}
ARCHITECTURE = settings.BASE_DIR / "docs" / "architecture.md"
OPTION, NEXT_OPTION = "Health", "Benefits"
FIRST, SECOND, THIRD, LAST = "Health overview", "Apply for health care", "Manage your health", "Mental health"
LINKS = [FIRST, SECOND, THIRD, LAST]
LAST_STEP = (
    "Press the down arrow to enter its submenu. Tab or the up and down arrows move through the links; Enter opens one."
)
# The contract leaves the focus to the browser: what was pressed has it, or, in a narrow menu that closes, nothing.
WHEREVER = object()

# Rows of the table in docs/architecture.md, by their first column: what was pressed until now; the key (or a click);
# where the focus is then; which option is then expanded. It begins at the option.
CONTRACT = {
    "Tab": [(["Shift+Tab"], "Tab", OPTION, [])],
    "Enter or Space": [
        ([], "Enter", OPTION, [OPTION]),
        ([], "Space", OPTION, [OPTION]),
        (["Enter"], "Enter", OPTION, []),
        (["Enter"], "Space", OPTION, []),
    ],
    "Down on an expanded option": [(["Enter"], "ArrowDown", FIRST, [OPTION])],
    "Down on a collapsed option": [([], "ArrowDown", OPTION, [])],
    "Down, Up in a submenu": [
        (["Enter", "ArrowDown"], "ArrowDown", SECOND, [OPTION]),
        (["Enter", "ArrowDown", "ArrowDown"], "ArrowUp", FIRST, [OPTION]),
        (["Enter", "ArrowDown"], "ArrowUp", FIRST, [OPTION]),
        (["Enter", "ArrowDown", "End"], "ArrowDown", LAST, [OPTION]),
    ],
    "Home, End": [
        (["Enter", "ArrowDown"], "End", LAST, [OPTION]),
        (["Enter", "ArrowDown", "End"], "Home", FIRST, [OPTION]),
    ],
    "Tab, Shift+Tab": [
        (["Enter"], "Tab", FIRST, [OPTION]),
        (["Enter", "ArrowDown"], "Tab", SECOND, [OPTION]),
        (["Enter", "ArrowDown", "End"], "Shift+Tab", THIRD, [OPTION]),
        (["Enter", "ArrowDown"], "Shift+Tab", OPTION, [OPTION]),
        (["Enter", "ArrowDown", "End"], "Tab", NEXT_OPTION, [OPTION]),
    ],
    "Escape": [
        (["Enter"], "Escape", OPTION, []),
        (["Enter", "ArrowDown", "ArrowDown"], "Escape", OPTION, []),
        (["Enter", "ArrowDown", "End", "Tab"], "Escape", OPTION, []),
    ],
    "opening another option": [(["Enter", "ArrowDown", "End", "Tab"], "Enter", NEXT_OPTION, [NEXT_OPTION])],
    "focus leaves the nav, or a click outside": [
        (["Enter"], "focus outside", "Skip to main content", []),
        (["Enter"], "click outside", WHEREVER, []),
    ],
}
OUTSIDE = {
    "focus outside": "document.querySelector('.usa-skipnav').focus()",
    "click outside": "document.querySelector('h1').dispatchEvent(new PointerEvent('pointerup', {bubbles: true}))",
}
ROWS = [(row, *step) for row, steps in CONTRACT.items() for step in steps]


@pytest.fixture(scope="module", params=WIDTHS)
def width(request):
    return request.param


@pytest.fixture(scope="module")
def window(browser, still_site, width):
    """A window that the tests of one width share."""
    window = browser.new_page(base_url=SITE, viewport=WIDTHS[width])
    yield window
    window.close()


@pytest.fixture
def page(window, width):
    """The home page as it comes, but with its menu open where it has to be opened first."""
    window.unroute_all()
    window.goto("/")
    expect(window.locator("[data-menu='ready']")).to_be_attached()
    if width == "narrow":
        button(window, "Menu").press("Enter")
    return window


@pytest.fixture(scope="module")
def used_page(browser, still_site, width):
    """The home page, which tests use one after the other: a press of a key takes less time than to open a page."""
    page = browser.new_page(base_url=SITE, viewport=WIDTHS[width])
    page.goto("/")
    expect(page.locator("[data-menu='ready']")).to_be_attached()
    yield page
    page.close()


def button(page, name, *, include_hidden=False):
    menu = page.get_by_role("navigation", name="Main")
    return menu.get_by_role("button", name=name, exact=True, include_hidden=include_hidden)


def link(page, name):
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name)


def focused(page):
    """The name of the link or button that has the focus, without the words on where a link leads."""
    return page.evaluate("document.activeElement.firstChild?.textContent.trim()")


def press(page, *keys):
    for key in keys:
        if key in OUTSIDE:
            page.evaluate(OUTSIDE[key])
        else:
            page.keyboard.press(key)


def expect_expanded(page, names):
    """Wait until just the options in `names` are expanded, and see that only their links are exposed."""
    for name in (OPTION, NEXT_OPTION):
        # The options of a narrow menu that is closed are hidden with it.
        option = button(page, name, include_hidden=True)
        expect(option).to_have_attribute("aria-expanded", "true" if name in names else "false")
    expanded = page.locator("[data-menu-option][aria-expanded='true']")
    expect(expanded).to_have_text(names)
    for name in LINKS:
        expect(link(page, name)).to_have_count(1 if OPTION in names else 0)


@pytest.mark.parametrize(
    ("row", "before", "key", "focus", "expanded"),
    ROWS,
    ids=[" ".join([*before, key]) for _row, before, key, *_ in ROWS],
)
def test_key_does_what_the_contract_says(used_page, width, row, before, key, focus, expanded):
    page = used_page
    close_menu(page)
    if width == "narrow":
        button(page, "Menu").press("Enter")
    button(page, OPTION).focus()
    press(page, *before, key)
    expect_expanded(page, expanded)
    assert focus is WHEREVER or focused(page) == focus, row


def test_every_row_of_the_contract_is_tried():
    contract = ARCHITECTURE.read_text().partition("## The main menu's contract")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \|", contract, re.MULTILINE)
    assert rows[:2] == ["key", "---"]
    assert rows[2:] == list(CONTRACT)


def test_every_option_is_collapsed_at_first_and_its_links_are_not_exposed(page):
    expect_expanded(page, [])


def test_escape_moves_the_focus_before_it_collapses(page):
    """In the other order a screen reader does not say "collapsed"."""
    button(page, OPTION).focus()
    press(page, "Enter", "ArrowDown")
    page.evaluate(
        """() => {
            const option = document.activeElement.closest("ul").previousElementSibling;
            window.heard = [];
            option.addEventListener("focus", () => heard.push(["focus", performance.now()]));
            const observer = new MutationObserver(() => heard.push(["collapsed", performance.now()]));
            observer.observe(option, {attributes: true});
        }"""
    )
    press(page, "Escape")
    expect_expanded(page, [])
    (first, focused_at), (second, collapsed_at) = page.evaluate("heard")
    assert (first, second) == ("focus", "collapsed")
    assert collapsed_at - focused_at >= 40


def test_menu_collapses_when_the_focus_leaves_it(page):
    button(page, OPTION).focus()
    press(page, "Enter")
    while page.evaluate("document.activeElement.closest('nav[data-menu]') !== null"):
        press(page, "Tab")
    expect(page.locator("nav [aria-expanded='true']")).to_have_count(0)


def test_opening_an_option_by_click_collapses_the_one_before(page):
    button(page, OPTION).click()
    button(page, NEXT_OPTION).click()
    expect_expanded(page, [NEXT_OPTION])


def test_a_double_click_opens_an_option_and_leaves_it_open(page):
    """A hand that trembles presses twice."""
    button(page, OPTION).dblclick()
    expect_expanded(page, [OPTION])


def test_link_below_the_open_menu_is_reached_by_one_click(page):
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")  # as in Safari
    button(page, OPTION).click()
    page.locator("main a[href='/stem-cell-therapy/']").first.click()
    expect(page).to_have_url(f"{SITE}/stem-cell-therapy/")


def test_menu_is_a_disclosure_and_no_application_menu(page):
    nav = page.get_by_role("navigation", name="Main")
    assert nav.locator("[role], [aria-haspopup], [tabindex]").count() == 0
    for option in nav.locator("[data-menu-option]").all():
        controlled = option.get_attribute("aria-controls")
        assert option.evaluate("button => button.nextElementSibling.matches('ul') && button.nextElementSibling.id") == (
            controlled
        )
    ids = Counter(page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)"))
    assert max(ids.values()) == 1


def test_notice_for_users_of_assistive_technology_is_true_word_for_word(page, width):
    steps = page.locator(".at-notice li:visible").all_inner_texts()
    assert steps == [
        *(["Find the Menu button and press Enter."] if width == "narrow" else []),
        "Turn auto forms mode off.",
        "Press Enter to expand a main menu option, such as Health or Benefits.",
        LAST_STEP,
    ]
    page.reload()
    while focused(page) not in {"Menu", "Health"}:
        press(page, "Tab")
    if width == "narrow":
        press(page, "Enter")
        while focused(page) != "Health":
            press(page, "Tab")
    press(page, "Enter")
    expect_expanded(page, ["Health"])
    press(page, "ArrowDown")
    assert focused(page) == FIRST
    press(page, "Tab")
    assert focused(page) == SECOND
    press(page, "ArrowDown")
    assert focused(page) == THIRD
    press(page, "ArrowUp")
    assert focused(page) == SECOND
    target = page.evaluate("document.activeElement.href")
    page.route("https://**", lambda route: route.fulfill(body="there"))
    press(page, "Enter")
    expect(page).to_have_url(target)


def test_benefits_is_an_option_with_links_as_the_notice_says(page):
    button(page, "Benefits").focus()
    press(page, "Enter", "ArrowDown")
    assert page.evaluate("document.activeElement.closest('ul').previousElementSibling.textContent") == "Benefits"


@pytest.mark.parametrize("width", ["narrow"], indirect=True)
def test_narrow_menu_opens_from_one_button_by_the_same_rules(page):
    expect(button(page, "Menu")).to_have_attribute("aria-expanded", "true")
    press(page, "ArrowDown")
    assert focused(page) == "Home"
    press(page, "Escape")
    assert focused(page) == "Menu"
    expect(button(page, "Menu")).to_have_attribute("aria-expanded", "false")
    expect(link(page, "Home")).to_have_count(0)
    press(page, "ArrowDown")
    assert focused(page) == "Menu"
    press(page, "Space")
    expect(link(page, "Home")).to_have_count(1)


@pytest.mark.parametrize("width", ["narrow"], indirect=True)
def test_narrow_menu_closes_one_level_at_each_escape(page):
    button(page, OPTION).focus()
    press(page, "Enter", "ArrowDown", "Escape")
    expect_expanded(page, [])
    assert focused(page) == OPTION
    press(page, "Escape")
    assert focused(page) == "Menu"
    expect(button(page, "Menu")).to_have_attribute("aria-expanded", "false")


def test_without_javascript_every_link_is_seen_and_reached(browser, still_site, width):
    page = browser.new_page(base_url=SITE, viewport=WIDTHS[width], java_script_enabled=False)
    page.goto("/")
    # There the menu fills more than the first screen, which a finger, too, gets past by the skip link.
    assert (page.locator(".usa-skipnav").bounding_box()["y"] >= 0) == (width == "narrow")
    links = page.locator("nav[data-menu] a")
    names = links.all_inner_texts()
    assert set(LINKS) <= {name.removesuffix("(on another website)").strip() for name in names}
    for element in links.all():
        expect(element).to_be_visible()
    to_reach, reached = set(links.evaluate_all("links => links.map(({href}) => href)")), set()
    for _press in range(200):
        press(page, "Tab")
        reached.add(page.evaluate("document.activeElement.href"))
        if to_reach <= reached:
            break
    assert to_reach - reached == set()
    expect(page.get_by_role("button", name="Menu", exact=True)).to_have_count(0)
    page.close()


def test_menu_works_under_the_content_security_policy(browser, still_site, page_server):
    # By this address the browser takes the site for a secure one, whose every header it heeds.
    page = browser.new_page(base_url=f"http://127.0.0.1:{page_server.server_port}", viewport=WIDTHS["wide"])
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/")
    button(page, OPTION).click()
    expect_expanded(page, [OPTION])
    assert problems == []
    page.close()
