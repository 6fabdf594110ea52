import pytest
from django.template import Context, Template
from lxml import html

from tests.factories import make_cell_type, make_page
from tests.navigation.pages import breadcrumb_of, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def list_page():
    """A published page that carries the cell types, below “Therapy”."""
    make_page("Home", home=True)
    top = make_page("Therapy and MS", menu_title="Therapy", slug="therapy")
    return make_page("Types", slug="types", parent=top, apphook="CellTypesApphook")


def test_home_has_no_breadcrumb(client, list_page):
    assert get(client, "/").find(".//nav[@class='breadcrumb wrap']") is None


def test_page_shows_the_way_from_home(client, list_page):
    assert breadcrumb_of(get(client, "/therapy/types/")) == [("Home", "/"), ("Therapy", "/therapy/"), ("Types", None)]


def test_record_shows_the_way_over_its_list(client, list_page):
    make_cell_type(slug="hsc", plural="Blood stem cells", short_name="HSC")
    assert breadcrumb_of(get(client, "/therapy/types/hsc/")) == [
        ("Home", "/"),
        ("Therapy", "/therapy/"),
        ("Types", "/therapy/types/"),
        ("Blood stem cells (HSC)", None),
    ]


def test_page_that_menus_hide_has_a_breadcrumb(client, list_page):
    make_page("Hidden", slug="hidden", in_navigation=False)
    assert breadcrumb_of(get(client, "/hidden/")) == [("Home", "/"), ("Hidden", None)]


def test_untranslated_way_keeps_readers_in_their_language(client, list_page):
    assert breadcrumb_of(get(client, "/es/therapy/types/"))[:2] == [("Home", "/es/"), ("Therapy", "/es/therapy/")]


def test_place_outside_the_page_tree_is_named_by_its_title(client, list_page):
    request = client.get("/no-such-page/").wsgi_request
    template = Template("<body>{% load navigation %}{% breadcrumb title='Page not found' %}</body>")
    page = html.document_fromstring(template.render(Context({"request": request})))
    assert breadcrumb_of(page) == [("Home", "/"), ("Page not found", None)]


def test_template_without_a_request_has_no_breadcrumb():
    assert Template("{% load navigation %}{% breadcrumb %}").render(Context()).strip() == ""
