import pytest

from mscoe_portal.navigation.menu import site_map
from tests.factories import make_cell_type, make_page

pytestmark = pytest.mark.django_db


def names(entries):
    """The names of `entries` and of what is below them, nested."""
    return [(entry["name"], names(entry["children"])) if entry["children"] else entry["name"] for entry in entries]


def test_site_map_nests_all_public_pages_and_records_also_those_that_menus_hide(client):
    make_page("Home", home=True)
    top = make_page("Top")
    make_page("Types", parent=top, apphook="CellTypesApphook")
    make_page("Hidden", in_navigation=False)
    make_cell_type(plural="Blood stem cells", short_name="HSC")
    request = client.get("/").wsgi_request
    assert names(site_map(request)) == ["Home", ("Top", [("Types", ["Blood stem cells (HSC)"])]), "Hidden"]


def test_site_map_leaves_out_drafts_and_what_is_below_them(client):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Draft", published=False))
    make_page("Types", apphook="CellTypesApphook")
    make_cell_type(published=False)
    request = client.get("/").wsgi_request
    assert names(site_map(request)) == ["Home", "Types"]


def test_site_map_says_which_pages_lead_to_another_website(client):
    make_page("Home", home=True)
    make_page("Health", redirect="https://www.va.gov/health/")
    request = client.get("/").wsgi_request
    assert [(entry["url"], entry["off_site"]) for entry in site_map(request)] == [
        ("/", False),
        ("https://www.va.gov/health/", True),
    ]


def test_site_map_page_shows_the_tree(client):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Top", slug="top"), slug="below")
    make_page("Site map", slug="site-map", template="pages/site_map.html")
    response = client.get("/site-map/").content.decode()
    assert '<a href="/top/below/">Below</a>' in response.partition("<main")[2]
