"""The reading grade of every public page: at most 8 without technical names (the issue; the content aims at 6)."""

import pytest
from lxml import html

from benchmarks.reading_grade import grade, sentences_of
from tests.site import ADDRESSES, main

pytestmark = pytest.mark.django_db

HIGHEST_GRADE = 8


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_reads_at_grade_8_or_below(pages, address):
    assert grade(sentences_of(pages[address])) <= HIGHEST_GRADE


def test_a_hard_text_is_above_grade_8():
    hard = "Notwithstanding considerable international enthusiasm, regulatory authorities characterize unauthorized "
    assert grade([f"{hard} administration of investigational cellular preparations as indefensible."]) > HIGHEST_GRADE


def test_syllables_come_from_the_dictionary():
    # Hyphenation alone, which textstat falls back on, finds fewer in “idea” and “area” than the three there are.
    assert round(grade(["The idea area idea area idea"]), 1) == round(0.39 * 6 + 11.8 * 16 / 6 - 15.59, 1)


def test_sentences_are_the_paragraphs_and_list_items_of_the_page():
    page = html.fromstring("""<main><nav><p>Not a word of this.</p></nav><h2>Nor of this one</h2>
    <p>This is read<span class="usa-sr-only"> (on another website)</span>.</p><ul><li>And so is this</li></ul>
    <ol class="sources"><li>No source is read.</li></ol></main><footer><p>No footer is read.</p></footer>""")
    assert sentences_of(page) == ["This is read.", "And so is this"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_spelled_the_american_way(pages, address):
    british = ("specialis", "organis", "fertilis", "tumour", "centres", "programmes", "recognis", "colour", "behaviour")
    assert [word for word in british if word in main(pages[address]).lower()] == []
