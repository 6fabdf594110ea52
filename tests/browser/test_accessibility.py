"""What axe-core finds on every kind of page: all its rules, three widths, three themes, menu closed and open.

Its rules look at the tree of elements, at what is in sight, at sizes and at colors. The tree and what is in sight
depend on the width and on the menu, so all rules run at each width, closed and open. A theme changes colors alone, and
an open menu nothing beside itself, which tests here show; so in the other themes those rules run that look at colors:
with the menu closed on what looks like nothing on the pages before, then on the open menu. Most kinds of page have the
same menu. Where one of the same words, place and colors was open on another page, all rules have run on it, and run on
this page with it closed: so only that rule runs again whose findings beside the menu depend on what an open menu
covers. (The rules on colors leave undecided what is covered.)
"""

import pytest

from tests.browser.axe import BRING_AXE, COUNTS, NEW_LOOKS, RULES_ON_COLORS, findings, findings_on_new_colors
from tests.browser.server import SITE
from tests.browser.test_layout import ADD_STYLE
from tests.browser.views import NARROW, THEMES, WINDOWS, close_menu, open_menu
from tests.page_kinds import PATHS, PLAIN

pytestmark = pytest.mark.django_db

WIDTHS = [window["width"] for window in WINDOWS]
MENUS = {"menu closed": close_menu, "menu open": open_menu}
NO_MENU = {"no menu": lambda page: None}
MENU = "nav[data-menu]"
RULE_ON_WHAT_IS_COVERED = ["target-size"]
# Notes in the page where each of its parts stands in this view, and how those look that do not belong to the menu: it
# would take longer to send all of that here.
LOOK = """([view, menu]) => {
    const boxes = [], beside = [];
    for (const element of document.body.querySelectorAll("*")) {
        const {x, y, width, height} = element.getBoundingClientRect();
        const box = [element.tagName, element.checkVisibility({visibilityProperty: true}), x, width];
        boxes.push([...box, y, height].join(" "));
        if (element.closest(menu)) continue;
        const {color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight} = getComputedStyle(element);
        beside.push([...box, color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight].join(" "));
    }
    (window.looks ??= {})[view] = {boxes, beside};
}"""
# What is seen of the menu, where it stands, and what the rules on colors read of it and of all around it.
MENU_LOOKS = """(menu) => {
    const looks = (element) => {
        const {color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight} = getComputedStyle(element);
        return [element.cloneNode().outerHTML, color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight];
    };
    const around = [...document.querySelectorAll(`:has(${menu})`)].map(looks);
    const seen = [...document.querySelectorAll(`${menu}, ${menu} *`)]
        .filter((element) => element.checkVisibility({visibilityProperty: true}))
        .map((element) => [...looks(element), JSON.stringify(element.getBoundingClientRect())]);
    return [...around, ...seen, document.querySelector(menu).textContent].join("\\n");
}"""
# What was noted of the first view of each pair and not of the second, or the other way around.
DIFFERENT = """([what, pairs]) => pairs.flatMap((pair) => {
    const [one, other] = pair.map((view) => looks[view][what]);
    const lines = one.length > other.length ? one : other;
    return lines.filter((line, number) => one[number] !== other[number]);
})"""


@pytest.fixture(scope="module")
def known_menus():
    """The open menus that were looked at on the pages until now: (view, how it looks there)."""
    return set()


def findings_in(page, view, known_menus):
    """What axe finds on the page as it is in this view."""
    _width, menu, theme = view
    if menu != "menu open":
        return findings(page) if theme == "light" else findings_on_new_colors(page)
    looks = view, page.evaluate(MENU_LOOKS, MENU)
    if looks in known_menus:
        return findings(page, RULE_ON_WHAT_IS_COVERED) if theme == "light" else []
    known_menus.add(looks)
    return findings(page) if theme == "light" else findings(page, RULES_ON_COLORS, within=MENU)


@pytest.fixture(scope="module")
def views(opened, known_menus, axe_script):
    """What axe finds on a page in each view: {(width, menu, theme): findings}. How it looks there is noted in the page.

    The tests of one kind of page share it.
    """
    opened.evaluate(BRING_AXE)
    views, themes = {}, list(THEMES)
    for window in WINDOWS:
        opened.set_viewport_size(window)
        for menu, bring in MENUS.items() if opened.locator(MENU).count() else NO_MENU.items():
            bring(opened)
            for theme in themes:
                opened.emulate_media(**THEMES[theme])
                view = window["width"], menu, theme
                views[view] = findings_in(opened, view, known_menus)
                opened.evaluate(LOOK, [str(view), MENU])
            themes.reverse()  # the last is there already
    return views


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(views, width):
    assert {view: found for view, found in views.items() if width in view and found} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_theme_changes_colors_alone(opened, views, width):
    pairs = [(str((width, menu, "light")), str((here, menu, theme))) for here, menu, theme in views if here == width]
    assert len(pairs) in {3, 6}
    assert opened.evaluate(DIFFERENT, ["boxes", pairs]) == []


@pytest.mark.parametrize("kind", [kind for kind in PATHS if kind not in PLAIN], indirect=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_open_menu_changes_nothing_beside_itself(opened, views, width):
    pairs = [[str((width, menu, theme)) for menu in MENUS] for theme in THEMES]
    assert opened.evaluate(DIFFERENT, ["beside", pairs]) == []


RICH = pytest.mark.parametrize("kind", ["with all that an editor can place"], indirect=True)
# What styles are for every element of the page: {property: the values}.
STYLES = """() => {
    const styles = [...document.querySelectorAll("*")].map((element) => getComputedStyle(element));
    const values = (name) => styles.map((style) => style.getPropertyValue(name)).join("; ");
    return Object.fromEntries([...styles[0]].map((name) => [name, values(name)]));
}"""
# The properties that the rules, but those in `colors`, read of any element's styles.
READ = """async (colors) => {
    const read = new Set(), get = window.getComputedStyle;
    const note = (name) => read.add(name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase()));
    window.getComputedStyle = (...of) => new Proxy(get(...of), {get: (style, name) => {
        note(name);
        return name === "getPropertyValue" ? (name) => (note(name), style.getPropertyValue(name)) : style[name];
    }});
    const others = axe.getRules().map(({ruleId}) => ruleId).filter((id) => !colors.includes(id));
    await axe.run(document, {runOnly: others});
    window.getComputedStyle = get;
    return [...read];
}"""


@RICH
def test_rules_on_colors_are_all_that_read_what_a_theme_changes(opened, axe_script):
    opened.evaluate(BRING_AXE)
    styles = []
    for media in THEMES.values():
        opened.emulate_media(**media)
        styles.append(opened.evaluate(STYLES))
    changed = {name for name in styles[0] if any(other[name] != styles[0][name] for other in styles)}
    assert {"color", "background-color"} < changed
    read = set(opened.evaluate(READ, RULES_ON_COLORS))
    assert {"display", "overflow-x"} < read
    assert {name for name in read for other in changed if other == name or other.startswith(f"{name}-")} == set()
    colors = opened.evaluate("axe.getRules(['cat.color']).map(({ruleId}) => ruleId)")
    assert sorted(colors) == RULES_ON_COLORS


@RICH
def test_colors_that_are_new_are_looked_at_and_no_others(opened, axe_script):
    opened.emulate_media(**THEMES["dark"])
    opened.evaluate(BRING_AXE)
    assert findings_on_new_colors(opened) == []
    assert opened.evaluate(f"({NEW_LOOKS})()[0].length") == 0
    opened.evaluate(ADD_STYLE, "main p { color: #444 } main table { background: #ddd } main li { opacity: .5 }")
    found = findings_on_new_colors(opened)
    assert len(found) > 20
    assert sorted(found) == sorted(findings(opened, RULES_ON_COLORS))
    opened.evaluate(ADD_STYLE, "")


@RICH
def test_one_rule_finds_every_contrast_that_two_find(opened, axe_script):
    opened.emulate_media(**THEMES["light"])  # forced, there would be no other colors
    opened.evaluate(BRING_AXE)
    opened.evaluate(ADD_STYLE, "main p { color: #aaa } main li { color: #666 } main h2 { color: #888 }")
    two = opened.evaluate(
        """async (counts) => {
        const {violations, incomplete} = await axe.run({runOnly: ["color-contrast", "color-contrast-enhanced"]});
        const of = (rules) => rules.flatMap(({nodes}) => nodes);
        const undecided = of(incomplete).filter(({any}) => counts.includes(any[0].data.messageKey));
        // What is undecided is so in both.
        const found = [...of(violations), ...undecided].map(({target, html}) => [target.join(), html]);
        return Object.values(Object.fromEntries(found));
    }""",
        COUNTS,
    )
    one = [html for _rule, html, _summary in findings(opened, ["color-contrast-enhanced"])]
    assert len(one) > 20
    assert sorted(one) == sorted(two)
    # Beside what they ask for they differ only in how they take a shadow.
    aa, aaa = opened.evaluate("['', '-enhanced'].map((name) => axe._audit.checks[`color-contrast${name}`].options)")
    assert {name for name in aa if aa[name] != aaa[name]} == {"contrastRatio", "shadowOutlineEmMax"}
    asked = [[ratio["expected"] for ratio in rule["contrastRatio"].values()] for rule in (aa, aaa)]
    assert asked == [[4.5, 3], [7, 4.5]]
    opened.evaluate(ADD_STYLE, "")


@pytest.fixture(scope="module")
def window_without_scripts(browser, still_site):
    """A window that gets no script, as behind a filter or on a bad line. (With JavaScript off axe could not run.)"""
    context = browser.new_context(base_url=SITE, viewport=NARROW)
    page = context.new_page()
    filtered = context.new_cdp_session(page)
    filtered.send("Network.enable")
    filtered.send("Network.setBlockedURLs", {"urls": ["*.js"]})
    yield page
    context.close()


@pytest.mark.parametrize("kind", PATHS)
def test_axe_finds_nothing_without_scripts(window_without_scripts, axe_script, kind):
    page = window_without_scripts
    page.goto(PATHS[kind])
    # The room for the menu is kept for three seconds; then all of it is shown.
    page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
    page.evaluate(BRING_AXE)
    assert page.locator("[data-menu=ready]").count() == 0
    assert findings(page) == []
