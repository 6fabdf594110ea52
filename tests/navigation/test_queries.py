"""No growth: a page asks the database as often with many entries as with few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from djangocms_alias.models import AliasContent
from menus.models import CacheKey

from tests.factories import add_plugin, make_page, make_user
from tests.navigation.pages import get
from tests.navigation.test_plugins import make_image, make_quick_links

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def queries(client, path):
    """How often the page at `path` asks the database when everything that is kept in memory is."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def make_tree(options, below, user):
    """Top-level pages, each with pages below it."""
    for _number in range(options):
        parent = make_page(user=user)
        for _number in range(below):
            make_page(parent=parent, user=user)


@pytest.mark.parametrize("path", ["/", "/site-map/"])
def test_more_pages_in_the_menu_need_no_more_queries(client, path):
    user = make_user()
    make_page("Home", home=True, user=user)
    make_page("Site map", slug="site-map", template="pages/site_map.html", user=user)
    make_tree(1, 1, user)
    before = queries(client, path)
    make_tree(3, 4, user)
    assert len(list(get(client, path).iterfind(".//nav[@data-menu]//li"))) == 23
    assert queries(client, path) == before


def test_more_quick_links_need_no_more_queries(client):
    make_page("Home", home=True)
    make_quick_links({})
    before = queries(client, "/")
    placeholder = AliasContent.objects.get().placeholder
    group = placeholder.get_plugins().get(plugin_type="QuickLinksPlugin")
    for _number in range(3):
        add_plugin(placeholder, "QuickLinkPlugin", "en", target=group, name="A", address="tel:988", image=make_image())
    assert len(list(get(client, "/").iterfind(".//a[@class='badge']"))) == 4
    assert queries(client, "/") <= before + 1  # the pictures, all at once


def test_menu_writes_nothing(client):
    make_page("Home", home=True)
    client.get("/")
    assert not CacheKey.objects.exists()
