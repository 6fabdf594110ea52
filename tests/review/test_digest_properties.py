"""What holds of the digest for any words, found by Hypothesis."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mscoe_portal.review.digest import digest_of
from tests.factories import add_text, make_cell_type, make_page, make_user, page_content
from tests.review.people import undone, version_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Each example is undone in the database, so the fixtures of pytest serve all of them.
examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# What a database can hold: no NUL, no half of a character.
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
paragraphs = st.lists(words.map(lambda text: f"<p>{text}</p>"), max_size=4)
EDITABLE = ["short_name", "name", "plural", "summary", "where_found", "makes_or_does", "concern"]
edits = st.lists(st.tuples(st.sampled_from(EDITABLE), words), min_size=1, max_size=6)


@pytest.fixture
def draft():
    return make_cell_type(published=False)


@pytest.fixture
def topic():
    return make_page(published=False)


def digest(content):
    return digest_of(version_of(content))


def write(draft, values):
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save()


@examples
@given(edits)
def test_a_digest_differs_exactly_if_a_word_does(draft, edits):
    before, old = digest(draft), {name: getattr(draft, name) for name in EDITABLE}
    with undone():
        write(draft, dict(edits))
        is_changed = any(old[name] != value for name, value in dict(edits).items())
        assert (digest(draft) != before) == is_changed
    write(draft, old)


@examples
@given(edits)
def test_any_edits_and_their_undo_restore_the_digest(draft, edits):
    before, old = digest(draft), {name: getattr(draft, name) for name in EDITABLE}
    for name, value in edits:
        write(draft, {name: value})
    write(draft, old)
    assert digest(draft) == before


@examples
@given(paragraphs)
def test_a_copy_of_any_texts_has_the_same_digest(topic, texts):
    content = page_content(topic)
    with undone():
        for text in texts:
            add_text(topic, text)
        assert digest_of(version_of(content).copy(make_user())) == digest(content)


@examples
@given(paragraphs, paragraphs)
def test_other_texts_or_another_order_is_another_digest(topic, texts, others):
    content = page_content(topic)

    def digest_with(bodies):
        with undone():
            for body in bodies:
                add_text(topic, body)
            return digest(content)

    # What is written is cleaned first: two texts may become one.
    with undone():
        cleaned = [[add_text(topic, body).body for body in bodies] for bodies in (texts, others)]
    assume(cleaned[0] != cleaned[1])
    assert digest_with(texts) != digest_with(others)
