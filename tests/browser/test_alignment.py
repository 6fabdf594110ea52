"""What stands in line with what, and how far from what: faults that were seen in pictures of the pages."""

import pytest

from tests.browser.test_comfort_panel import choose
from tests.browser.test_layout import PHONE
from tests.page_kinds import PATHS

pytestmark = pytest.mark.django_db

DESKTOP = {"width": 1280, "height": 900}
# Where the words of each part that fits the selector stand, line by line.
LINES = """selector => [...document.querySelectorAll(selector)].map((part) => {
    const lines = [], words = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (words.nextNode()) {
        range.selectNodeContents(words.currentNode);
        lines.push(...[...range.getClientRects()].filter(({ left, width }) => left >= 0 && width > 1));
    }
    return lines.map(({ left, right, top, bottom }) => ({ left, right, top, bottom }));
})"""


@pytest.fixture
def look(window):
    """Open a kind of page in a window, with a size of text; return where the words of a part are: lines for each."""

    def look(kind, size, selector, text="100"):
        window.set_viewport_size(size)
        window.goto(PATHS[kind])
        choose(window, {"size": text})
        return window.evaluate(LINES, selector)

    yield look
    choose(window, {})


def test_recommendation_uses_the_room_that_the_home_page_gives_it(look, window):
    look("home", DESKTOP, "h1")
    line, box = (window.locator(part).bounding_box()["width"] for part in (".position__line", ".position"))
    assert line > 0.75 * box


@pytest.mark.parametrize(
    ("kind", "title", "beside"),
    [("home", ".paths h3", ".paths p"), ("search, results", ".results h2", ".results p")],
)
def test_title_of_two_lines_is_as_far_from_its_note_as_one_of_a_single_line(look, window, kind, title, beside):
    titles, notes = look(kind, PHONE, title, text="125"), window.evaluate(LINES, beside)
    assert len({len({line["bottom"] for line in lines}) for lines in titles}) > 1, "there are titles of either kind"
    gaps = [note[0]["top"] - lines[-1]["bottom"] for lines, note in zip(titles, notes, strict=True)]
    assert max(gaps) - min(gaps) < 1


def test_number_of_a_source_stands_close_behind_its_sentence(look, window):
    (sentence, *_others), ((number, *_rest), *_more) = (
        look("recommendation", PHONE, ".position p:has(.citation)", text="200"),
        window.evaluate(LINES, ".position .citation a"),
    )
    before = max((line for line in sentence if line["right"] <= number["left"] + 1), key=lambda line: line["bottom"])
    assert before["top"] < number["bottom"] < before["bottom"], "on the same line"
    assert number["left"] - before["right"] < 10


def test_last_step_of_the_breadcrumb_does_not_touch_the_page_head(look, window):
    ((*_lines, last),) = look("record", PHONE, ".breadcrumb li:last-child", text="200")
    assert window.locator("main").bounding_box()["y"] - last["bottom"] >= 8


def test_ways_to_the_crisis_line_begin_in_line_with_its_name_where_they_stand_below_it(look, window):
    (name,), (call, *_ways) = (
        look("home", DESKTOP, ".crisis__lead strong", text="200"),
        window.evaluate(LINES, ".crisis__ways a"),
    )
    assert call[0]["top"] >= name[0]["bottom"] - 5
    assert abs(call[0]["left"] - name[0]["left"]) < 3


def test_other_types_are_two_rows_of_two(look):
    lefts = [lines[0]["left"] for lines in look("record", DESKTOP, ".other-types a span")]
    assert lefts[:2] == lefts[2:]
    assert len(set(lefts)) == 2
