import pytest
from django.urls import reverse

from tests.factories import make_page, make_user

pytestmark = pytest.mark.django_db


def assert_kept_by_nobody(response):
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert response["Cross-Origin-Resource-Policy"] == response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_what_staff_are_shown_is_kept_by_nobody(client):
    make_page("Home", home=True)
    client.force_login(make_user(is_superuser=True))
    for address in ("/", "/nothing/", reverse("admin:index"), reverse("admin:jsi18n"), "/admin/nothing/"):
        assert_kept_by_nobody(client.get(address))


def test_what_a_stranger_is_told_in_the_admin_is_kept_by_nobody(client):
    for address in (reverse("admin:login"), reverse("admin:index")):
        assert_kept_by_nobody(client.get(address))


def test_a_page_for_readers_is_as_before(client):
    make_page("Home", home=True)
    client.cookies["sessionid"] = "made-up"
    response = client.get("/")
    assert "Cross-Origin-Resource-Policy" not in response
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
