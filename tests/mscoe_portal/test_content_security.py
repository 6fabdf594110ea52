import pytest
from cms.toolbar.utils import get_object_edit_url
from django.urls import reverse

from tests.factories import make_page, make_user, page_content

pytestmark = pytest.mark.django_db


def directives(client, address):
    policy = client.get(address)["Content-Security-Policy"]
    return {name: rest for name, *rest in (part.split() for part in policy.split("; "))}


@pytest.fixture
def edit_url():
    make_page("Home", home=True)
    return get_object_edit_url(page_content(make_page(published=False)))


def test_readers_get_no_inline_styles(client):
    make_page("Home", home=True)
    assert directives(client, "/")["style-src"] == ["'self'"]


def test_a_session_cookie_of_ones_own_making_changes_nothing(client, edit_url):
    client.cookies["sessionid"] = "made-up"
    for address in ("/", edit_url):
        assert directives(client, address)["style-src"] == ["'self'"]


def test_somebody_signed_in_who_is_not_staff_gets_no_inline_styles(client, edit_url):
    client.force_login(make_user(is_staff=False))
    for address in ("/", edit_url):
        assert directives(client, address)["style-src"] == ["'self'"]


def test_staff_get_the_inline_styles_and_the_dialogs_of_the_editing_tools_where_these_are(client, edit_url):
    client.force_login(make_user(is_superuser=True))
    for address in ("/", edit_url):
        policy = directives(client, address)
        assert "'unsafe-inline'" in policy["style-src"]
        assert policy["frame-src"] == ["'self'"]


def test_the_rest_of_the_admin_is_stricter_than_what_readers_see(client):
    client.force_login(make_user(is_superuser=True))
    for name in ("index", "auth_user_changelist", "stemcells_reference_add", "password_change"):
        policy = directives(client, reverse(f"admin:{name}"))
        assert policy["style-src"] == policy["form-action"] == policy["frame-ancestors"] == ["'self'"]
        assert policy["frame-src"] == policy["base-uri"] == policy["default-src"] == ["'none'"]


def test_nobody_gets_inline_scripts(client, edit_url):
    client.force_login(make_user(is_superuser=True))
    for address in (reverse("admin:index"), edit_url):
        assert directives(client, address)["script-src"] == ["'self'"]
