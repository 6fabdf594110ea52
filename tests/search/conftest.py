import pytest
from django.db import transaction

from tests.factories import make_page
from tests.site import read_addresses


@pytest.fixture(scope="module")
def shared_search_page(django_db_setup, django_db_blocker):
    """The page that carries the search, at /search/, below a home page; all tests of a module share it."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_page("Home", home=True)
        page = make_page("Search", slug="search", apphook="SearchApphook")
        read_addresses()
        yield page
        transaction.set_rollback(True)


@pytest.fixture
def search_page(shared_search_page, db):
    """That page, as it is now: what a test changes is undone after it."""
    shared_search_page.refresh_from_db()
    return shared_search_page
