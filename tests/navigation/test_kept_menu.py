"""The menu is built once for each state of the public site, and only where that is known."""

from unittest.mock import Mock
from uuid import uuid4

import pytest
from cms.utils import apphook_reload
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from lxml import html

from mscoe_portal.navigation.menu import navigation_for
from mscoe_portal.navigation.templatetags.navigation import main_menu
from mscoe_portal.public_state import PUBLIC_STATE
from tests.factories import add_plugin, make_alias, make_cell_type, make_page
from tests.navigation.pages import menu_of
from tests.site import read_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def state():
    return {PUBLIC_STATE: uuid4()}


def get(client, path="/", **environ):
    """The page at `path`, made for the state of the site in `environ`, parsed."""
    return html.fromstring(client.get(path, **environ).content.decode())


def test_menu_is_built_once_for_a_state_of_the_site(client, state):
    make_page("Home", home=True)
    get(client, **state)
    make_page("New")
    assert menu_of(get(client, **state)) == [("Home", [])]


def test_menu_of_another_state_is_another(client, state):
    make_page("Home", home=True)
    get(client, **state)
    make_page("New")
    assert menu_of(get(client, **{PUBLIC_STATE: uuid4()})) == [("Home", []), ("New", [])]


def test_menu_is_never_kept_where_the_state_is_not_known(client, state):
    make_page("Home", home=True)
    get(client, **state)
    make_page("New")
    assert menu_of(get(client)) == [("Home", []), ("New", [])]


def test_each_language_has_its_own_kept_menu(client, state):
    make_page("Home", home=True)
    make_page("Below")
    addresses = [
        get(client, path, **state).xpath("//nav[@data-menu]//a[text()='Below']/@href") for path in ("/", "/es/")
    ]
    assert addresses == [["/below/"], ["/es/below/"]]


@pytest.fixture
def readers_request(rf, state):
    """A function that makes the request of somebody who reads the page at a path."""

    def make(path):
        request = rf.get(path, **state)
        request.user, request.LANGUAGE_CODE = AnonymousUser(), "en"
        return request

    return make


def test_readers_at_the_same_time_do_not_share_a_mark(readers_request):
    make_page("Home", home=True)
    make_page("Here")
    ways = [navigation_for(readers_request(path)).way for path in ("/here/", "/")]
    assert [[node.title for node in way] for way in ways] == [["Here"], ["Home"]]


def test_kept_menu_marks_for_each_reader_where_he_is(client, state):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Top"))
    marked = [
        get(client, path, **state).xpath("//nav[@data-menu]//*[@aria-current]/text()")
        for path in ("/", "/top/below/", "/top/", "/nothing-here/")
    ]
    assert marked == [["Home"], ["Below"], ["Top"], []]


def test_request_during_a_publish_ends_with_the_menu_that_it_began_with(client, state, readers_request):
    make_page("Home", home=True)
    slow = readers_request("/")
    navigation_for(slow)
    make_page("New")
    get(client, **{PUBLIC_STATE: uuid4()})
    get(client, **state)  # of a request as old as the slow one, but made after the publish
    assert len(main_menu({"request": slow})["options"]) == 1


def test_menu_is_in_the_readers_language_when_a_text_in_another_one_asks_for_it_first(client, state):
    home = make_page("Home", home=True)
    make_page("Types", slug="types", apphook="CellTypesApphook")
    cells = make_cell_type(plural="Cells", short_name="C").cell_type
    make_cell_type(record=cells, language="es", plural="Células", short_name="C")
    notice = make_alias("at-notice").contents.get().placeholder
    add_plugin(notice, "PathPlugin", target=add_plugin(notice, "PathsPlugin"), name="Onward", page=home)
    read_addresses()
    assert menu_of(get(client, "/es/", **state)) == [("Home", []), ("Types", ["Types", "Células (C)"])]


def test_menu_is_not_kept_while_the_addresses_of_views_are_not_known(client, state, monkeypatch):
    make_page("Home", home=True)
    with monkeypatch.context() as asked_in_vain:
        asked_in_vain.setattr(apphook_reload, "get_global_revision", Mock(side_effect=OperationalError))
        get(client, **state)
    make_page("New")
    assert menu_of(get(client, **state)) == [("Home", []), ("New", [])]
