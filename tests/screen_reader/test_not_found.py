"""An address that does not exist: what happened, and where to go."""

import pytest

pytestmark = pytest.mark.django_db


def test_page_says_what_happened_and_where_to_go(orca):
    orca.open("/nothing/", says="Page not found")
    orca.press("1", says="We can’t find that page heading level 1.")
    orca.press("Down", says="The page may have moved")
    orca.press("h", says="Where to go next heading level 2.")
    orca.press("h", says="Home link heading level 3.")
    orca.press("h", says="Stem cell therapy and MS link heading level 3.")
    orca.press("e", says="What are you looking for? entry.")
