"""What the rules count: words, sentences, syllables, the reading grade."""

import pytest
from lxml import html

from mscoe_portal.review.draft import Draft
from mscoe_portal.review.readability import grade, sentences_of, syllables_of, unexplained_abbreviations, words_of


def test_the_grade_is_that_of_kincaids_formula():
    # Six words with sixteen syllables, in two sentences of three.
    assert grade(["The idea area. Idea area idea."]) == pytest.approx(0.39 * 3 + 11.8 * 16 / 6 - 15.59)


def test_a_technical_name_counts_as_one_short_word():
    assert grade(["The mesenchymal stem cells grow."], ["mesenchymal stem cells"]) == grade(["The name grow."])


def test_a_name_that_holds_another_is_taken_whole():
    names = ["stem cells", "neural stem cells"]
    assert grade(["The neural stem cells grow."], names) == grade(["The name grow."])


def test_nothing_has_grade_0():
    assert grade([]) == grade(["…"]) == 0


@pytest.mark.parametrize(
    ("word", "number"),
    [("idea", 3), ("Clinics", 2), ("don’t", 1), ("2016", 1), ("mesenchymal", 4), ("Xyzable", 3), ("glumed", 1)],
)
def test_syllables_come_from_the_dictionary_else_from_the_vowels(word, number):
    assert syllables_of(word) == number


def test_a_sentence_ends_before_a_capital_and_not_in_a_number_or_an_abbreviation():
    text = "It grew by 2.5 percent (e.g. in fat). “So it did!” Then it stopped."
    assert sentences_of(text) == ["It grew by 2.5 percent (e.g. in fat).", "“So it did!", "Then it stopped."]


def test_a_hyphen_parts_two_words_and_an_apostrophe_does_not():
    assert words_of("A for-profit clinic doesn’t say 1,000.") == [
        *("A", "for", "profit", "clinic", "doesn’t", "say", "1,000"),
    ]


def test_only_the_first_use_of_an_abbreviation_must_spell_it_out():
    assert unexplained_abbreviations("The FDA. The Food and Drug Administration (FDA).") == ["FDA"]
    assert unexplained_abbreviations("The Food and Drug Administration (FDA). The FDA and its MRIs.") == ["MRI"]


@pytest.mark.parametrize("abbreviation", ["DVA", "DOVA"])
def test_the_words_before_spell_out_an_abbreviation_with_their_small_words_or_without(abbreviation):
    assert unexplained_abbreviations(f"Ask the Department of Veterans Affairs, {abbreviation}.") == []


def test_what_is_read_are_the_paragraphs_and_list_items_of_the_page():
    page = html.fromstring("""<main><nav><p>Not a word of this.</p></nav><h2>Nor of this one</h2>
    <p>This is read<span class="usa-sr-only"> (on another website)</span>.</p><ul><li>And so is this</li></ul>
    <ol class="sources"><li>No source is read.</li></ol><p lang="es">Ni una palabra de esto.</p></main>""")
    assert [passage.text for passage in Draft(page).passages] == ["This is read.", "And so is this"]
