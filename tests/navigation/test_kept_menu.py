"""The menu is built once for each state of the public site, and only where that is known."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from lxml import html

from mscoe_portal.navigation.menu import navigation_for
from mscoe_portal.public_state import PUBLIC_STATE
from tests.factories import make_page
from tests.navigation.pages import menu_of

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


def test_readers_at_the_same_time_do_not_share_a_mark(rf, state):
    make_page("Home", home=True)
    make_page("Here")
    ways = []
    for path in ("/here/", "/"):
        request = rf.get(path, **state)
        request.user, request.LANGUAGE_CODE = AnonymousUser(), "en"
        ways.append(navigation_for(request).way)
    assert [[node.title for node in way] for way in ways] == [["Here"], ["Home"]]


def test_kept_menu_marks_for_each_reader_where_he_is(client, state):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Top"))
    marked = [
        get(client, path, **state).xpath("//nav[@data-menu]//*[@aria-current]/text()")
        for path in ("/", "/top/below/", "/top/", "/nothing-here/")
    ]
    assert marked == [["Home"], ["Below"], ["Top"], []]
