import pytest
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def styles(client):
    policy = client.get(reverse("admin:login"))["Content-Security-Policy"]
    return next(part.split() for part in policy.split("; ") if part.startswith("style-src"))


def test_readers_get_no_inline_styles(client):
    assert styles(client) == ["style-src", "'self'"]


def test_a_session_cookie_of_ones_own_making_changes_nothing(client):
    client.cookies["sessionid"] = "made-up"
    assert styles(client) == ["style-src", "'self'"]


def test_somebody_signed_in_who_is_not_staff_gets_no_inline_styles(client):
    client.force_login(make_user(is_staff=False))
    assert styles(client) == ["style-src", "'self'"]


def test_staff_get_the_inline_styles_of_the_editing_tools(client):
    client.force_login(make_user())
    assert "'unsafe-inline'" in styles(client)


def test_nobody_gets_inline_scripts(client):
    client.force_login(make_user(is_superuser=True))
    policy = client.get(reverse("admin:index"))["Content-Security-Policy"]
    assert "script-src 'self';" in policy
