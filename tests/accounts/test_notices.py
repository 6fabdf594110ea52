"""A person is told by e-mail when what they sign in with has changed, whoever did it: in words, and only in words."""

import re
from io import StringIO
from smtplib import SMTPServerDisconnected
from threading import Event

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from mscoe_portal.accounts import letters, notices, second_factor
from mscoe_portal.accounts.models import Passkey
from tests.accounts.test_lockout import is_signed_in, sign_in
from tests.accounts.test_passwords import GOOD, ask_for_link, link, set_password
from tests.accounts.test_second_factor import (
    CODE,
    KEY,
    SET_UP,
    answer,
    client_of,
    client_with_factor,
    code_of,
    make_app,
    make_passkey,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db

EMAIL, NEW_EMAIL, CONTACT = "ana@clinic.example", "ana@evil.example", "mo@clinic.example"


@pytest.fixture(autouse=True)
def no_demo(settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False


@pytest.fixture
def ana():
    return make_user("ana", groups=["Authors"], email=EMAIL, first_name="Ana", last_name="Ruiz")


@pytest.fixture
def manager():
    """A client of a site manager, who has just given the second factor."""
    user = make_user("mo", groups=["Site managers"], email=CONTACT, first_name="Mo", last_name="Haddad")
    return client_with_factor(user)[0]


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """A function that calls another one, and returns the letters that left by it."""

    def call(act):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        letters.SENDER.submit(int).result()  # after all that was submitted before
        return list(mail.outbox)

    return call


def values_of(person, **changed):
    """What the form about `person` sends."""
    names = ("username", "first_name", "last_name", "email")
    groups = list(person.groups.values_list("pk", flat=True))
    values = {name: getattr(person, name) for name in names} | {"groups": groups}
    return values | {"is_active": "on", "is_staff": "on"} | changed


def change(manager, person, **changed):
    return lambda: manager.post(reverse("admin:auth_user_change", args=[person.pk]), values_of(person, **changed))


# --- What is told: each a function of the person and a manager's client that gives the act ---


def sets_up_an_app(person, manager):
    client = client_of(person)
    client.get(SET_UP)
    app = TOTPDevice(key=client.session["new_authenticator_key"])
    return lambda: client.post(SET_UP, {"code": code_of(app)})


def makes_a_passkey(person, manager):
    return lambda: make_passkey(person, KEY)


def removes(person, device):
    client, app = client_with_factor(person)
    passkey = Passkey.objects.create(user=person, credential_id="a", public_key=b"")
    address = reverse("accounts:remove", args=[{"app": app, "passkey": passkey}[device].persistent_id])
    return lambda: client.post(address)


def removes_the_app(person, manager):
    return removes(person, "app")


def removes_a_passkey(person, manager):
    return removes(person, "passkey")


def makes_recovery_codes(person, manager):
    client, _app = client_with_factor(person)
    return lambda: client.post(reverse("accounts:recovery-codes"))


def signs_in_by_a_recovery_code(person, manager):
    make_app(person)
    code, *_others = second_factor.make_recovery_codes(person)
    client = client_of(person)
    return lambda: client.post(CODE, answer(code, "recovery_code"))


def is_reset_by_a_manager(person, manager):
    make_app(person)
    return lambda: manager.post(reverse("accounts:reset-second-factor", args=[person.pk]))


def is_reset_by_the_command(person, manager):
    make_app(person)
    return lambda: call_command("reset_second_factor", person.username, stdout=StringIO())


def changes_the_own_password(person, manager):
    client, _app = client_with_factor(person)
    typed = {"old_password": "password", "new_password1": GOOD, "new_password2": GOOD}
    return lambda: client.post(reverse("admin:password_change"), typed)


def replaces_a_forgotten_password(person, manager):
    ask_for_link(EMAIL)
    address = link()
    return lambda: set_password(address)


def gets_a_password_from_a_manager(person, manager):
    typed = {"password1": GOOD, "password2": GOOD, "usable_password": "true", "set-password": "x"}
    return lambda: manager.post(reverse("admin:auth_user_password_change", args=[person.pk]), typed)


def loses_the_password_by_a_manager(person, manager):
    typed = {"usable_password": "false", "unset-password": "x"}
    return lambda: manager.post(reverse("admin:auth_user_password_change", args=[person.pk]), typed)


def gets_another_address(person, manager):
    return change(manager, person, email=NEW_EMAIL)


def gets_another_user_name(person, manager):
    return change(manager, person, username="anita")


TOLD = {
    sets_up_an_app: notices.APP_SET_UP,
    makes_a_passkey: notices.PASSKEY_MADE,
    removes_the_app: notices.APP_REMOVED,
    removes_a_passkey: notices.PASSKEY_REMOVED,
    makes_recovery_codes: notices.RECOVERY_CODES_MADE,
    signs_in_by_a_recovery_code: notices.RECOVERY_CODE_USED,
    is_reset_by_a_manager: notices.SECOND_FACTOR_RESET,
    is_reset_by_the_command: notices.SECOND_FACTOR_RESET,
    changes_the_own_password: notices.PASSWORD_CHANGED,
    replaces_a_forgotten_password: notices.PASSWORD_CHANGED,
    gets_a_password_from_a_manager: notices.PASSWORD_CHANGED,
    loses_the_password_by_a_manager: notices.PASSWORD_TAKEN,
    gets_another_address: notices.EMAIL_CHANGED,
    gets_another_user_name: notices.USERNAME_CHANGED,
}


@pytest.mark.parametrize("happens", TOLD, ids=lambda happens: happens.__name__)
def test_the_person_is_told_once_in_words_alone_what_happened_and_whom_to_tell_if_it_was_not_them(
    ana, manager, told, happens
):
    (letter,) = told(happens(ana, manager))
    assert letter.to == [EMAIL]
    assert str(TOLD[happens]) in letter.body
    assert f"Mo Haddad, {CONTACT}" in letter.body
    assert "set a new password" in letter.body
    whole = letter.message().as_string()
    assert "://" not in whole
    assert "www." not in whole
    assert GOOD not in whole
    assert not re.search(r"\b[0-9]{6}\b|\b[a-z0-9]{5}-[a-z0-9]{5}\b", letter.body)


def test_a_letter_that_cannot_be_sent_stops_nothing_and_is_logged_without_the_address(
    ana, manager, told, monkeypatch, caplog
):
    act = is_reset_by_a_manager(ana, manager)

    def no_mail(message, **kwargs):
        raise SMTPServerDisconnected(f"Nobody takes {EMAIL}")

    monkeypatch.setattr(EmailMessage, "send", no_mail)
    assert told(act) == []
    assert not second_factor.is_set_up(ana)
    (line,) = [record.getMessage() for record in caplog.records if "was not sent" in record.getMessage()]
    assert line == "A letter about a changed sign-in was not sent (SMTPServerDisconnected)"


def test_no_answer_waits_for_a_mail_server_that_hangs(ana, manager, monkeypatch, django_capture_on_commit_callbacks):
    answers, waited = Event(), []
    monkeypatch.setattr(EmailMessage, "send", lambda message: waited.append(answers.wait(10)))
    with django_capture_on_commit_callbacks(execute=True):
        is_reset_by_a_manager(ana, manager)()
    answers.set()
    letters.SENDER.submit(int).result()
    assert waited == [True]
    assert not second_factor.is_set_up(ana)


def test_who_gets_another_address_and_user_name_at_once_gets_the_letter_that_is_the_last_one_last(ana, manager, told):
    first, last = told(change(manager, ana, email=NEW_EMAIL, username="anita"))
    assert first.to == last.to == [EMAIL]
    assert str(notices.USERNAME_CHANGED) in first.body
    assert str(notices.EMAIL_CHANGED) in last.body


# --- Who is not told ---


def test_who_has_no_address_gets_no_letter(manager, told):
    assert told(is_reset_by_a_manager(make_user("nobody"), manager)) == []


def test_nothing_is_told_of_what_did_not_happen(ana, manager, told):
    """The form is refused: the user name has a character that none has."""
    assert told(change(manager, ana, email=NEW_EMAIL, username="a b")) == []
    ana.refresh_from_db()
    assert ana.email == EMAIL


def test_other_changes_of_a_person_are_no_news(ana, manager, told):
    assert told(change(manager, ana, first_name="Anna")) == []


def test_a_stored_password_that_is_only_hashed_anew_at_sign_in_is_no_news(ana, told, monkeypatch):
    monkeypatch.setattr(MD5PasswordHasher, "must_update", lambda *args: True)
    before = ana.password
    assert told(lambda: is_signed_in(sign_in("ana", "password"))) == []
    ana.refresh_from_db()
    assert ana.password != before


def test_who_is_told_is_no_contact_nor_is_a_closed_account(ana, told):
    user = make_user("mo", groups=["Site managers"], email=CONTACT)
    make_user("left", groups=["Site managers"], email="left@clinic.example", is_active=False)
    make_app(user)
    (letter,) = told(lambda: call_command("reset_second_factor", "mo", stdout=StringIO()))
    assert "left@clinic.example" not in letter.body
    assert CONTACT not in letter.body
    assert "Tell who runs the portal’s server" in letter.body


# --- What somebody might try ---


def test_an_address_with_a_line_break_becomes_no_header(ana, manager, told, caplog):
    type(ana).objects.update(email="ana@clinic.example\nBcc: thief@evil.example")
    ana.refresh_from_db()
    assert told(is_reset_by_a_manager(ana, manager)) == []
    assert "was not sent (BadHeaderError)" in caplog.text
    assert not second_factor.is_set_up(ana)


def test_a_name_writes_nothing_into_the_letter(ana, manager, told):
    """Names are told by agencies, too, where people choose them."""
    ana.first_name = "Ana,\n\nsign in at evil.example"
    ana.save()
    (letter,) = told(is_reset_by_a_manager(ana, manager))
    assert "evil.example" not in letter.message().as_string()


def test_a_server_without_a_mail_server_prints_no_letter_into_its_log(ana, manager, told, settings, capsys, caplog):
    settings.EMAIL_BACKEND, settings.DEMO = letters.TO_CONSOLE, False
    told(is_reset_by_a_manager(ana, manager))
    ask_for_link(EMAIL)
    assert EMAIL not in capsys.readouterr().out
    assert "A letter about a changed sign-in was not sent" in caplog.text
    assert "A link for a new password was not sent: the server has no mail server" in caplog.text


def test_a_client_without_a_session_sends_no_letter(ana, told):
    assert told(lambda: Client().post(reverse("accounts:reset-second-factor", args=[ana.pk]))) == []
