"""The editors of a demo: outside demo mode nobody gets in by them, in whatever way that mode was left."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.test import Client

from mscoe_portal.accounts import demo
from mscoe_portal.management.commands import serve
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def password(monkeypatch):
    """That of the demo editors, who exist."""
    monkeypatch.setenv("DEMO_PASSWORD", "a word of mine")
    demo.create_editors()
    return "a word of mine"


def author():
    return get_user_model().objects.get(username="author")


def can_sign_in(password, username="author"):
    response = Client().post("/admin/login/", {"username": username, "password": password, "next": "/admin/"})
    return response.status_code == 302


def test_outside_demo_mode_a_demo_editor_cannot_sign_in_even_if_nobody_disabled_them(settings, password):
    assert can_sign_in(password)
    settings.DEMO = False
    assert not can_sign_in(password)


def test_outside_demo_mode_a_session_of_a_demo_editor_is_over(settings, client, password):
    client.force_login(author())
    assert client.get("/admin/session/").status_code == 200
    settings.DEMO = False
    assert client.get("/admin/session/").status_code == 401


def test_outside_demo_mode_neither_access_nor_a_new_password_lets_a_demo_editor_in(settings, password):
    settings.DEMO = False
    demo.disable_editors()
    person = author()
    assert not person.is_active
    assert not person.has_usable_password()
    person.is_active = True
    person.set_password("set by a site manager")
    person.save()
    assert not can_sign_in("set by a site manager")


def test_a_person_who_happens_to_have_a_demo_editors_name_is_none(settings):
    make_user("author")
    settings.DEMO = False
    assert demo.disable_editors() == 0
    assert can_sign_in("password")


def test_back_in_demo_mode_the_same_editors_get_new_passwords(password, monkeypatch):
    before = author()
    demo.disable_editors()
    monkeypatch.setenv("DEMO_PASSWORD", "another word")
    assert demo.create_editors()["author"] == "another word"
    assert author() == before
    assert can_sign_in("another word")
    assert not can_sign_in(password)


def test_demo_editors_are_refused_outside_demo_mode(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="only in demo mode"):
        serve.demo_sign_in()


@pytest.mark.parametrize("is_demo", [True, False])
def test_each_page_of_the_admin_says_that_it_is_a_demo_and_no_other_site_does(settings, client, is_demo):
    settings.DEMO = is_demo
    assert ("demo-notice" in client.get("/admin/login/").text) == is_demo
