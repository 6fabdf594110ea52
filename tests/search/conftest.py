import pytest

from tests.factories import make_page
from tests.site import read_addresses


@pytest.fixture
def search_page(db):
    """The page that carries the search, at /search/."""
    make_page("Home", home=True)
    page = make_page("Search", slug="search", apphook="SearchApphook")
    read_addresses()
    return page
