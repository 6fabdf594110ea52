"""Sources: from a citation in the text to the source, and back."""

import pytest

pytestmark = pytest.mark.django_db


def test_citation_leads_to_its_source_and_back(orca):
    orca.open("/stem-cell-therapy/recommendation/", says="Our recommendation")
    orca.press("2", says="Our recommendation heading level 2.")
    orca.press("k", says="Source 1] link.")
    orca.press("Enter", says="1. Turner L, Knoepfler P.")
    orca.press("Tab", says="Selling Stem Cells in the USA")
    orca.press("Tab", says=("Back to the text", ", from source 1 link."))
    orca.press("Enter", says="Source 1] link.")
