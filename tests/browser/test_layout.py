"""Every kind of page fits: small windows, large and spaced text, long words, and targets that a hand can hit."""

import pytest
from playwright.sync_api import expect

from tests.browser.views import open_menu

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

# A strict Content-Security-Policy lets no <style> in; a sheet that a script constructs is not asked.
ADD_STYLE = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
    document.adoptedStyleSheets = css ? [sheet] : [] }"""
# Words that are drawn beyond the window, or cut off by what they stand in. What is only for screen readers stands
# far to the left on purpose.
LOST = """() => {
    const lost = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const { parentElement: parent, data } = words.currentNode;
        if (!data.trim() || !parent.checkVisibility({ visibilityProperty: true })) continue;
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        for (const { left, right, top, bottom } of range.getClientRects()) {
            if (right < 0 || bottom + scrollY < 0 || right - left < 1) continue;
            const cut = (box) => {
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


def expect_all_in_sight(page):
    """Expect that no word lies beyond the window's sides, and that nothing scrolls sideways (WCAG 1.4.10)."""
    assert page.evaluate(LOST) == []
    page.evaluate("scrollTo(1000, 0)")
    assert page.evaluate("scrollX") == 0


def broken_words(page):
    """Words that are broken between two lines, but those that are longer than any line."""
    return [word for word in page.evaluate(BROKEN) if len(word) < LONGEST_ON_A_LINE]


@pytest.fixture
def with_style(page):
    """A function that adds CSS to the page, until the test has ended."""
    yield lambda css: page.evaluate(ADD_STYLE, css)
    page.evaluate(ADD_STYLE, "")


@pytest.mark.parametrize("window_size", [PHONE, ENLARGED, DESKTOP], ids=["phone", "enlarged", "desktop"])
def test_page_fits_the_window(page, window_size):
    page.set_viewport_size(window_size)
    expect_all_in_sight(page)
    assert broken_words(page) == []


def test_open_menu_fits_a_narrow_window(page):
    page.set_viewport_size(PHONE)
    open_menu(page)
    expect_all_in_sight(page)


def test_mark_of_the_current_page_lies_beside_its_name_in_the_menu(page):
    """Its mark is an inner shadow: how far it reaches in from the left, and where the words begin."""
    page.set_viewport_size(PHONE)
    open_menu(page)
    marks = page.locator("nav.menu [aria-current]").evaluate_all("""marked => marked.map(getComputedStyle)
        .map(({boxShadow, paddingLeft}) => [boxShadow.replace(/rgba?\\(.*?\\)/, ""), paddingLeft].map(parseFloat))""")
    assert [mark for mark in marks if mark[0] > mark[1]] == []


@pytest.mark.parametrize("window_size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_page_fits_with_text_of_double_size(page, with_style, window_size):
    """WCAG 1.4.4."""
    page.set_viewport_size(window_size)
    with_style(LARGE_TEXT)
    expect_all_in_sight(page)
    assert window_size == PHONE or broken_words(page) == []


@pytest.mark.parametrize("window_size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_page_fits_with_spaced_text(page, with_style, window_size):
    page.set_viewport_size(window_size)
    with_style(SPACING)
    expect_all_in_sight(page)
    assert window_size == PHONE or broken_words(page) == []


@pytest.mark.parametrize("window_size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_target_is_at_least_24_pixels_wide_and_high(page, window_size):
    """WCAG 2.5.8."""
    page.set_viewport_size(window_size)
    open_menu(page)
    assert page.evaluate(SMALL, ["body", 24]) == []


@pytest.mark.parametrize("window_size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_menu_quick_links_and_crisis_help_have_targets_of_44_pixels(page, window_size):
    """WCAG 2.5.5."""
    page.set_viewport_size(window_size)
    open_menu(page)
    assert page.evaluate(SMALL, [".menu, .quick, .crisis", 44]) == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself(page, motion):
    page.emulate_media(reduced_motion=motion)
    assert page.evaluate("document.getAnimations().length") == 0
    expect(page.locator("html")).to_have_css("scroll-behavior", "auto")
