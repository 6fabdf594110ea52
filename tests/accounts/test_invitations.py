"""An editor is invited by e-mail and sets the password; what cannot be sent is not done."""

import re
from datetime import timedelta
from io import StringIO
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from mscoe_portal.accounts import invitations, letters
from mscoe_portal.review.models import AuditEntry
from tests.accounts.test_lockout import is_signed_in, sign_in
from tests.accounts.test_passwords import GOOD, set_password
from tests.factories import make_user

pytestmark = pytest.mark.django_db

EMAIL = "Ana@clinic.example"
ADD = "/admin/auth/user/add/"


@pytest.fixture
def manager(client):
    client.force_login(make_user("manager", groups=["Site managers"]))
    return client


def form():
    groups = [Group.objects.get(name="Authors").pk]
    return {"first_name": "Ana", "last_name": "Ruiz", "email": EMAIL, "groups": groups}


def ana():
    return get_user_model().objects.get(email=EMAIL)


def link(number=-1):
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[number].body)[1]


def no_mail(*args, **kwargs):
    raise SMTPServerDisconnected("Connection unexpectedly closed")


def test_an_invited_editor_sets_the_password_and_signs_in_by_the_address(manager):
    page = manager.post(ADD, form(), follow=True)
    assert f"An invitation was sent to {EMAIL}." in page.text
    assert mail.outbox[0].to == [EMAIL]
    assert not ana().has_usable_password()
    assert [group.name for group in ana().groups.all()] == ["Authors"]
    assert AuditEntry.objects.get().object_id == ana().pk
    assert "Your password is set. Sign in with it." in set_password(link()).text
    assert is_signed_in(sign_in(EMAIL.lower(), GOOD))


def test_nobody_is_invited_without_a_group(manager):
    page = manager.post(ADD, form() | {"groups": []})
    assert "Choose at least one group." in page.text
    assert not mail.outbox
    assert not get_user_model().objects.filter(email=EMAIL).exists()


def test_an_address_is_told_with_the_letters_that_it_has(manager):
    page = manager.post(ADD, form() | {"email": "ben@clinic.example"}, follow=True)
    assert "ben@clinic.example. It is valid" in page.text


def test_an_invitation_works_once_and_for_three_days(manager, monkeypatch):
    manager.post(ADD, form())
    monkeypatch.setattr(invitations, "VALID_FOR", timedelta(seconds=-1))
    assert "This link does not work any more" in Client().get(link(), follow=True).text
    monkeypatch.setattr(invitations, "VALID_FOR", timedelta(days=3))
    set_password(link())
    assert "This link does not work any more" in Client().get(link(), follow=True).text


def test_an_invitation_is_sent_again_until_it_is_accepted_and_only_the_last_link_works(manager):
    manager.post(ADD, form())
    assert "Not accepted yet" in manager.get("/admin/auth/user/").text
    person_page = f"/admin/auth/user/{ana().pk}/change/"
    again = re.search(r'action="([^"]*invite-again[^"]*)"', manager.get(person_page).text)[1]
    assert "was sent another invitation" in manager.post(again, follow=True).text
    assert "This link does not work any more" in Client().get(link(0), follow=True).text
    set_password(link(1))
    assert "Not accepted yet" not in manager.get("/admin/auth/user/").text
    assert "invite-again" not in manager.get(person_page).text
    assert "accepted already" in manager.post(again, follow=True).text
    assert len(mail.outbox) == 2


def test_what_cannot_be_sent_adds_nobody_and_the_form_says_so_with_all_that_was_typed(manager, monkeypatch):
    monkeypatch.setattr(invitations, "send_mail", no_mail)
    page = manager.post(ADD, form())
    assert "The invitation could not be sent, and nobody was added." in page.text
    assert EMAIL in page.text
    assert not get_user_model().objects.filter(email=EMAIL).exists()


def test_an_address_is_invited_once(manager):
    make_user("ana", email=EMAIL.lower())
    assert "Somebody with this address is here already" in manager.post(ADD, form()).text
    assert mail.outbox == []


def test_an_author_can_invite_nobody(client):
    person = make_user("invited", password=None)
    client.force_login(make_user(groups=["Authors"]))
    assert client.post(ADD, form()).status_code == 403
    assert client.post(f"/admin/invite-again/{person.pk}/").status_code == 403


def test_a_site_manager_cannot_invite_a_superuser_again(manager):
    person = make_user("above", password=None, is_superuser=True)
    assert manager.post(f"/admin/invite-again/{person.pk}/").status_code == 403


def test_production_without_a_mail_server_says_so_instead_of_printing_the_link(settings):
    settings.EMAIL_BACKEND, settings.DEMO = letters.TO_CONSOLE, False
    with pytest.raises(invitations.NotSentError, match="EMAIL_URL"):
        invitations.invite(make_user(password=None), "https://portal.example")


def test_a_command_invites_the_first_person_and_again_who_has_not_accepted():
    for _time in range(2):
        call_command("invite_editor", EMAIL, group=["Site managers"], site="https://portal.example", stdout=StringIO())
    assert [group.name for group in ana().groups.all()] == ["Site managers"]
    assert "https://portal.example/admin/invitation/" in mail.outbox[1].body
    set_password(link())
    with pytest.raises(CommandError, match="Somebody with this address is here already"):
        call_command("invite_editor", EMAIL, site="https://portal.example")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"group": ["Nobodies"]}, "There is no group “Nobodies”. There are: "),
        ({"email": "no address"}, "valid email address"),
        ({"site": None}, "Where is the site"),
    ],
)
def test_the_command_says_what_is_wrong_and_adds_nobody(options, words):
    Site.objects.update(domain="example.com")
    Site.objects.clear_cache()
    options = {"email": EMAIL, "site": "https://portal.example"} | options
    with pytest.raises(CommandError, match=words):
        call_command("invite_editor", options.pop("email"), **options)
    assert not get_user_model().objects.filter(is_staff=True).exists()


def test_the_command_adds_nobody_when_the_mail_cannot_be_sent(monkeypatch):
    monkeypatch.setattr(invitations, "send_mail", no_mail)
    with pytest.raises(CommandError, match="could not be sent, and nothing was changed"):
        call_command("invite_editor", EMAIL, site="https://portal.example")
    assert not get_user_model().objects.filter(email=EMAIL).exists()
