from itertools import product

import pytest

from mscoe_portal.word_diff import ADDED, REMOVED, SAME, Piece, likeness, passages, plain_tokens, rich_tokens


def changes(before, after, names=()):
    found = passages(rich_tokens(before, names), rich_tokens(after, names))
    return [
        (piece.kind, piece.text.strip(), piece.note)
        for passage in found
        for piece in passage.pieces
        if piece.kind != SAME
    ]


def read_back(found):
    """The text before, and the one after, as the passages tell them."""
    pieces = [piece for passage in found for piece in passage.pieces]
    return tuple(" ".join("".join(p.text for p in pieces if p.kind != kind).split()) for kind in (ADDED, REMOVED))


def test_a_changed_word_is_shown_in_its_paragraph_and_no_other_paragraph_is():
    before = "<p>One.</p><p>Take 5 mg daily.</p><p>Two.</p><p>Three.</p>"
    after = "<p>One.</p><p>Take 50 mg daily.</p><p>Two.</p><p>Four.</p>"
    passage, other = passages(rich_tokens(before), rich_tokens(after))
    assert (passage.skipped, other.skipped) == (1, 1)
    assert passage.pieces == [
        Piece(SAME, "Take"),
        Piece(REMOVED, " 5"),
        Piece(ADDED, " 50"),
        Piece(SAME, " mg daily."),
    ]


def test_the_same_text_has_no_changes():
    html = '<h2>Title</h2><p>A <strong>bold</strong> <a href="/x/">link</a>.</p>'
    assert changes(html, html) == []


def test_another_address_behind_the_same_words_is_a_change():
    assert changes('<p><a href="/old/">Read</a> this</p>', '<p><a href="/new/">Read</a> this</p>') == [
        (REMOVED, "Read", "link to /old/"),
        (ADDED, "Read", "link to /new/"),
    ]


def test_another_level_of_a_heading_is_a_change():
    assert changes("<h2>Risks</h2>", "<h3>Risks</h3>") == [
        (REMOVED, "Risks", "heading of level 2"),
        (ADDED, "Risks", "heading of level 3"),
    ]


def test_bold_the_language_and_the_meaning_of_a_word_are_changes():
    assert changes("<p>very important</p>", "<p>very <strong>important</strong></p>") == [
        (REMOVED, "important", ""),
        (ADDED, "important", "bold"),
    ]
    assert changes("<p>MS</p>", '<p><abbr title="multiple sclerosis">MS</abbr></p>')[1] == (
        ADDED,
        "MS",
        "abbreviation, stands for: multiple sclerosis",
    )
    assert changes("<p>in vivo</p>", '<p><span lang="la">in vivo</span></p>')[1] == (
        ADDED,
        "in vivo",
        "language: la",
    )


def test_a_mark_that_does_not_change_is_not_told():
    assert changes("<ul><li>old word</li></ul>", "<ul><li>new word</li></ul>") == [
        (REMOVED, "old", ""),
        (ADDED, "new", ""),
    ]


def test_the_alternative_of_a_picture_is_a_change():
    found = changes('<p><img src="/m/a.png" alt="A cell"></p>', '<p><img src="/m/a.png" alt="Two cells"></p>')
    assert [text for _kind, text, _note in found] == ["[picture: A cell]", "[picture: Two cells]"]


def test_a_citation_in_a_text_is_read_by_its_name():
    names = ["", "Citation: Turner (2016)"]
    found = changes("<p>A claim.</p>", "<p>A claim.<cms-plugin 1></cms-plugin></p>", names)
    assert found == [(ADDED, "[Citation: Turner (2016)]", "")]


def test_two_paragraphs_made_one_is_a_change():
    assert changes("<p>One.</p><p>Two.</p>", "<p>One. Two.</p>") == [(REMOVED, "¶", "new paragraph")]


def test_words_joined_by_markup_keep_no_space_between_them():
    assert changes("<p>a</p>", "<p>H<sub>2</sub>O is water</p>")[1:] == [
        (ADDED, "H", ""),
        (ADDED, "2", "subscript"),
        (ADDED, "O is water", ""),
    ]


TEXTS = [" ".join(words) for length in range(4) for words in product(["cell", "risk"], repeat=length)]


@pytest.mark.parametrize(("before", "after"), [*product(TEXTS, TEXTS)])
def test_both_texts_can_be_read_back_and_nothing_is_told_of_the_same(before, after):
    found = passages(plain_tokens(before), plain_tokens(after))
    assert bool(found) == (before != after)
    assert not found or read_back(found) == (before, after)


@pytest.mark.parametrize(("before", "after"), [*product(["p", "h2", "h3", "li", "blockquote"], repeat=2)])
def test_a_change_of_markup_alone_is_told_by_what_it_adds(before, after):
    assert bool(changes(f"<{before}>Words</{before}>", f"<{after}>Words</{after}>")) == (before != after)


def test_a_few_words_again_and_again_are_compared_without_looking_at_each_pair():  # which would take hours
    before, after = "a b " * 5_000, "b a a " * 5_000
    found = passages(plain_tokens(before), plain_tokens(after))
    assert {piece.kind for passage in found for piece in passage.pieces} == {REMOVED, ADDED}
    assert read_back(found) == (before.strip(), after.strip())
    assert 0 < likeness(plain_tokens(before), plain_tokens(after)) < 1


def test_of_a_long_text_just_the_word_that_differs_is_a_change():
    words = [f"w{number % 50}" for number in range(4_000)]
    other = [*words[:1_000], "new", *words[1_001:]]
    [passage] = passages(plain_tokens(" ".join(words)), plain_tokens(" ".join(other)))
    told = [(piece.kind, piece.words) for piece in passage.pieces if piece.kind != SAME]
    assert told == [(REMOVED, words[1_000]), (ADDED, "new")]
    assert read_back([passage]) == (" ".join(words), " ".join(other))
