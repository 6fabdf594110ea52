"""A cell type's page: its drawing and its facts."""

import pytest

pytestmark = pytest.mark.django_db

DRAWN = "From donated blastocysts, 8 to 10 days after fertilization, to every type of cell in the body. image."


def test_drawing_is_told_in_words(orca):
    orca.open("/stem-cell-therapy/cell-types/hesc/", says="Human embryonic stem cells (hESC)")
    orca.press("h", says="Human embryonic stem cells (hESC) heading level 1.")
    orca.press("g", says=DRAWN)


def test_facts_are_pairs_of_a_term_and_its_value(orca):
    orca.open("/stem-cell-therapy/cell-types/hesc/", says="Human embryonic stem cells (hESC)")
    orca.press("2", says="In short heading level 2.")
    orca.press("2", says="Facts heading level 2.")
    orca.press("Down", says="Full name description term. Human embryonic stem cell description value.")
    orca.press("Down", says="Short name description term. hESC description value.")
