"""The reading grade of every public page: at most 8, with its technical names and without (the content aims at 6)."""

import pytest

from mscoe_portal.review.draft import Draft
from mscoe_portal.review.readability import grade
from mscoe_portal.review.rules import HIGHEST_GRADE
from stemcells.technical_names import TECHNICAL_NAMES
from tests.site import ADDRESSES, main

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", [(), TECHNICAL_NAMES], ids=["all words", "without technical names"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_page_reads_at_grade_8_or_below(pages, address, names):
    texts = [passage.text for passage in Draft(pages[address].find(".//main")).passages]
    assert grade(texts, names) <= HIGHEST_GRADE


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_spelled_the_american_way(pages, address):
    british = ("specialis", "organis", "fertilis", "tumour", "centres", "programmes", "recognis", "colour", "behaviour")
    assert [word for word in british if word in main(pages[address]).lower()] == []
