"""The editors of a demo: outside demo mode nobody gets in by them, in whatever way that mode was left."""

from importlib import import_module

import pytest
from django.apps import apps
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


def made_before_they_were_marked():
    """The demo editors as the first commits of the site made them."""
    for name, group in demo.EDITORS.items():
        make_user(name, groups=[group])


def migrate():
    import_module("mscoe_portal.accounts.migrations.0005_demo_editors_without_a_row").mark(apps, None)


def test_demo_editors_of_a_trial_that_is_older_than_their_marks_are_marked_and_shut_out(settings):
    settings.DEMO = False
    made_before_they_were_marked()
    assert can_sign_in("password")
    migrate()
    migrate()  # as after a restore
    assert not can_sign_in("password")
    assert demo.disable_editors() == 2
    settings.DEMO = True
    assert set(demo.create_editors()) == set(demo.EDITORS)


@pytest.mark.parametrize(
    "real",
    [
        {"email": "author@clinic.example"},
        {"first_name": "Ana"},
        {"last_name": "Ruiz"},
        {"is_superuser": True},
        {"groups": ["Authors", "Site managers"]},
        {"groups": ["Clinical reviewers"]},
        {"groups": []},
    ],
    ids=str,
)
def test_a_person_with_a_demo_editors_name_and_anything_of_their_own_is_not_marked(settings, real):
    settings.DEMO = False
    make_user("author", **{"groups": ["Authors"]} | real)
    migrate()
    assert can_sign_in("password")


def test_a_closed_account_with_a_demo_editors_name_stops_the_start_in_words():
    make_user("author", email="author@clinic.example", is_active=False)
    with pytest.raises(CommandError, match=r"a closed account has the name .* createsuperuser"):
        serve.demo_sign_in()
    make_user("mine")
    assert "as before" in serve.demo_sign_in()


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
