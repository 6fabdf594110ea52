"""What axe-core finds on every kind of page: all its rules, three widths, three themes, menu closed and open.

Its rules look at the tree of elements, at what is in sight, at sizes and at colors. The tree and what is in sight
depend on the width and on the menu, so all rules run at each width, closed and open. A theme changes colors alone,
which `test_theme_changes_colors_alone` shows; so in the other themes the rules run that look at colors.
"""

import pytest

from tests.browser.views import LIGHT, NARROW, THEMES, WINDOWS, close_menu, open_menu
from tests.page_kinds import PATHS

pytestmark = pytest.mark.django_db

# Every rule that axe-core has: best practice, WCAG's level AAA and the experimental ones, too.
EVERY_RULE = []
# "color-contrast-enhanced" (7:1) takes what is below 4.5:1 for the other rule's, and passes it.
RULES_ON_COLORS = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]
AXE = """async (only = []) => {
    const known = axe.getRules().map(({ruleId}) => ruleId);
    const rules = Object.fromEntries(known.map((id) => [id, {enabled: !only.length || only.includes(id)}]));
    const {violations} = await axe.run(document, {rules, resultTypes: ["violations"]});
    return violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => [id, html, failureSummary]));
}"""
BOXES = """() => [...document.body.querySelectorAll("*")].map((element) => {
    const {x, y, width, height} = element.getBoundingClientRect();
    return [element.tagName, element.checkVisibility({visibilityProperty: true}), x, y, width, height].join(" ");
})"""
MENUS = {"menu closed": close_menu, "menu open": open_menu}


@pytest.fixture
def page(page, axe_script):
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_script)
    return page


def menus(page):
    return MENUS if page.locator("nav[data-menu]").count() else {"no menu": lambda page: None}


@pytest.mark.parametrize("window_size", WINDOWS, ids=lambda size: str(size["width"]))
def test_axe_finds_nothing(page, window_size):
    page.set_viewport_size(window_size)
    found = []
    for menu, bring in menus(page).items():
        for theme, media in THEMES.items():
            page.emulate_media(**media)
            bring(page)
            rules = EVERY_RULE if media == LIGHT else RULES_ON_COLORS
            found += [(menu, theme, *finding) for finding in page.evaluate(AXE, rules)]
    assert found == []


@pytest.mark.parametrize("window_size", WINDOWS, ids=lambda size: str(size["width"]))
def test_theme_changes_colors_alone(page, window_size):
    page.set_viewport_size(window_size)
    for bring in menus(page).values():
        bring(page)
        boxes = []
        for media in THEMES.values():
            page.emulate_media(**media)
            boxes.append(page.evaluate(BOXES))
        assert boxes[0] == boxes[1] == boxes[2]


@pytest.fixture(scope="module")
def window_without_scripts(browser, still_site):
    """A window that gets no script, as behind a filter or on a bad line. (With JavaScript off axe could not run.)"""
    context = browser.new_context(base_url="http://testserver", viewport=NARROW)
    still_site(context)
    context.route("**/*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", PATHS)
def test_axe_finds_nothing_without_scripts(window_without_scripts, axe_script, kind):
    page = window_without_scripts
    page.goto(PATHS[kind])
    # The room for the menu is kept for three seconds; then all of it is shown.
    page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
    page.evaluate(axe_script)
    assert page.evaluate(AXE, EVERY_RULE) == []
