import pytest
from cms.utils.apphook_reload import reload_urlconf

from tests.factories import make_page


@pytest.fixture
def search_page(db):
    """The page that carries the search, at /search/."""
    make_page("Home", home=True)
    page = make_page("Search", slug="search", apphook="SearchApphook")
    reload_urlconf()
    return page
