"""Every kind of page fits: small windows, large and spaced text, long words, and targets that a hand can hit."""

import pytest

from tests.browser.views import close_menu, open_menu

pytestmark = pytest.mark.django_db

PHONE = {"width": 320, "height": 640}
# 1280 by 1024 pixels, enlarged to 400 % (WCAG 1.4.10)
ENLARGED = {"width": 320, "height": 256}
DESKTOP = {"width": 1280, "height": 1024}
LONGEST_ON_A_LINE = 30  # letters
# WCAG 1.4.12
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }"""
LARGE_TEXT = "html { font-size: 200% !important }"
STYLES = {"plain": "", "large text": LARGE_TEXT, "spaced text": SPACING}
WINDOWS = {"phone": PHONE, "enlarged": ENLARGED, "desktop": DESKTOP}
PHONE_AND_DESKTOP = pytest.mark.parametrize("size", ["phone", "desktop"])
# {pixels at least: where}
TARGETS = {24: "body", 44: ".menu, .quick, .crisis"}

# A strict Content-Security-Policy lets no <style> in; a sheet that a script constructs is not asked.
ADD_STYLE = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
    document.adoptedStyleSheets = css ? [sheet] : [] }"""
# Words that are drawn beyond the window, or cut off by what they stand in. What is only for screen readers stands
# far to the left on purpose.
LOST = """() => {
    const lost = [], styled = [...document.querySelectorAll("*")].map((box) => [box, getComputedStyle(box)]);
    const cutting = new Set(styled.filter(([, { overflow }]) => overflow !== "visible").map(([box]) => box));
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const { parentElement: parent, data } = words.currentNode;
        if (!data.trim() || !parent.checkVisibility({ visibilityProperty: true })) continue;
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        for (const { left, right, top, bottom } of range.getClientRects()) {
            if (right < 0 || bottom + scrollY < 0 || right - left < 1) continue;
            const cut = (box) => {
                if (!cutting.has(box)) return false;
                const { overflowX, overflowY } = getComputedStyle(box), edge = box.getBoundingClientRect();
                // What is one pixel wide is for screen readers alone.
                return edge.width > 1 && (
                    (overflowX !== "visible" && (left < edge.left - 1 || right > edge.right + 1)) ||
                    (["hidden", "clip"].includes(overflowY) && (top < edge.top - 4 || bottom > edge.bottom + 4)));
            };
            let box = parent;
            while (box && !cut(box)) box = box.parentElement;
            if (box || left < -1 || right > innerWidth + 1) lost.push(data.trim());
        }
    }
    return lost;
}"""
OUT_OF_SIGHT = f"""() => {{
    const lost = ({LOST})();
    scrollTo(1000, 0);
    const sideways = scrollX;
    scrollTo(0, 0);
    return sideways ? [...lost, `scrolls sideways by ${{sideways}} pixels`] : lost;
}}"""
# Words that begin on one line and end on the next, where nothing in them allows it.
BROKEN = """() => {
    const broken = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const node = words.currentNode;
        if (!node.parentElement.checkVisibility()) continue;
        for (const { 0: word, index } of node.data.matchAll(/\\p{L}+/gu)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            const parts = [...range.getClientRects()].filter(({ width }) => width >= 1);
            if (new Set(parts.map(({ bottom }) => Math.round(bottom))).size > 1) broken.push(word);
        }
    }
    return broken;
}"""
# A link inside a sentence is as high as its line (WCAG 2.5.8, "Inline").
SMALL = """([within, least]) => [...document.querySelectorAll(within)]
    .flatMap((part) => [...part.querySelectorAll("a[href], button, input")])
    .filter((target) => target.checkVisibility() && target.getBoundingClientRect().right > 0)
    .filter((target) => getComputedStyle(target).display !== "inline" ||
        target.closest(":not(a, sup, cite)").textContent.trim() === target.textContent.trim())
    .map((target) => [target.textContent.trim(), target.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < least || height < least)
    .map(([name, { width, height }]) => [name, width, height])"""

MARKS = """() => [...document.querySelectorAll("nav.menu [aria-current]")].map((marked) => getComputedStyle(marked))
    .map(({boxShadow, paddingLeft}) => [boxShadow.replace(/rgba?\\(.*?\\)/, ""), paddingLeft].map(parseFloat))"""


def expect_all_in_sight(page):
    """Expect that no word lies beyond the window's sides, and that nothing scrolls sideways (WCAG 1.4.10)."""
    assert page.evaluate(OUT_OF_SIGHT) == []


def broken_words(page):
    """Words that are broken between two lines, but those that are longer than any line."""
    return [word for word in page.evaluate(BROKEN) if len(word) < LONGEST_ON_A_LINE]


@pytest.fixture(scope="module")
def seen(opened):
    """What is wrong with a page in each window and state: {(window, state): {fault: where}}.

    The tests of one kind of page share it, since a browser takes longer to draw a page anew than to look at it.
    """
    seen = {}
    for size, window in WINDOWS.items():
        opened.set_viewport_size(window)
        # Where all is enlarged, text need not be larger still.
        for state in ["plain"] if size == "enlarged" else STYLES:
            opened.evaluate(ADD_STYLE, STYLES[state])
            seen[size, state] = {"out of sight": opened.evaluate(OUT_OF_SIGHT)}
            if state == "plain" or size == "desktop":  # elsewhere words may be broken
                seen[size, state]["broken"] = broken_words(opened)
        if size == "enlarged":  # its menu is the phone's
            continue
        opened.evaluate(ADD_STYLE, "")
        open_menu(opened)
        seen[size, "menu"] = {least: opened.evaluate(SMALL, [within, least]) for least, within in TARGETS.items()}
        if size == "phone":
            seen[size, "menu"] |= {"out of sight": opened.evaluate(OUT_OF_SIGHT), "marks": opened.evaluate(MARKS)}
        close_menu(opened)
    return seen


@pytest.mark.parametrize("size", WINDOWS)
def test_page_fits_the_window(seen, size):
    assert seen[size, "plain"]["out of sight"] == []
    assert seen[size, "plain"]["broken"] == []


def test_open_menu_fits_a_narrow_window(seen):
    assert seen["phone", "menu"]["out of sight"] == []


def test_mark_of_the_current_page_lies_beside_its_name_in_the_menu(seen):
    """Its mark is an inner shadow: how far it reaches in from the left, and where the words begin."""
    assert [mark for mark in seen["phone", "menu"]["marks"] if mark[0] > mark[1]] == []


@PHONE_AND_DESKTOP
def test_page_fits_with_text_of_double_size(seen, size):
    """WCAG 1.4.4."""
    assert seen[size, "large text"]["out of sight"] == []
    assert size == "phone" or seen[size, "large text"]["broken"] == []


@PHONE_AND_DESKTOP
def test_page_fits_with_spaced_text(seen, size):
    assert seen[size, "spaced text"]["out of sight"] == []
    assert size == "phone" or seen[size, "spaced text"]["broken"] == []


@PHONE_AND_DESKTOP
def test_every_target_is_at_least_24_pixels_wide_and_high(seen, size):
    """WCAG 2.5.8."""
    assert seen[size, "menu"][24] == []


@PHONE_AND_DESKTOP
def test_menu_quick_links_and_crisis_help_have_targets_of_44_pixels(seen, size):
    """WCAG 2.5.5."""
    assert seen[size, "menu"][44] == []


@pytest.mark.parametrize("kind", ["topic"], indirect=True)
def test_links_to_the_records_are_targets_of_44_pixels_where_the_table_is_stacked(page):
    page.set_viewport_size(PHONE)
    heights = page.locator(".types th a").evaluate_all("(links) => links.map((a) => a.getBoundingClientRect().height)")
    assert len(heights) == 5
    assert min(heights) >= 44


@pytest.mark.parametrize("kind", ["search"], indirect=True)
def test_search_field_shows_a_word_in_text_of_double_size(page):
    page.set_viewport_size(PHONE)
    page.evaluate(ADD_STYLE, LARGE_TEXT)
    assert page.locator("#search-words").bounding_box()["width"] >= 240


def test_nothing_moves_by_itself(page):
    for motion in ("reduce", "no-preference"):
        page.emulate_media(reduced_motion=motion)
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
