"""What a password must be like, and how a forgotten one is replaced."""

import re
import threading

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from mscoe_portal.accounts import passwords
from tests.accounts.test_lockout import is_signed_in, sign_in, try_often
from tests.factories import make_user

GOOD = "four odd socks dried"


@pytest.mark.parametrize(
    "password", [GOOD, "x" * 60 + " é 語 " + "y" * 60, "alllowercaseletters", "veterans like odd socks"]
)
def test_a_long_password_of_any_characters_is_good(password):
    validate_password(password)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short and odd", "at least 15 characters"),
        ("123456789987654321", "numeric|common|again and again"),
        ("MSCoE portal password 1", "this site’s words"),
        ("abcabcabcabcabcabc", "again and again"),
        ("ana.ruiz@clinic.example", "too similar"),
    ],
)
def test_a_short_common_or_expected_password_is_refused_in_words(password, words):
    with pytest.raises(ValidationError, match=words):
        validate_password(password, User(username="ana.ruiz@clinic.example"))


def ask_for_link(email):
    response = Client().post("/admin/forgotten-password/", {"email": email}, follow=True)
    passwords.SENDER.submit(int).result()  # after all that was submitted before
    return response


def link():
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def set_password(address, password=GOOD):
    client = Client()
    page = client.get(address, follow=True)
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password}, follow=True)


@pytest.mark.django_db
def test_who_forgot_the_password_sets_a_new_one_by_the_link_and_then_signs_in():
    make_user("ana", email="ana@clinic.example")
    try_often("ana")
    ask_for_link("ana@clinic.example")
    response = set_password(link())
    assert "Your password is set. Sign in with it." in response.text
    assert not response.context["user"].is_authenticated
    assert is_signed_in(sign_in("ana", GOOD))


@pytest.mark.django_db
def test_a_link_works_once_and_for_some_hours(settings):
    make_user("ana", email="ana@clinic.example")
    ask_for_link("ana@clinic.example")
    address = link()
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link does not work any more" in Client().get(address, follow=True).text
    settings.PASSWORD_RESET_TIMEOUT = 60
    set_password(address)
    assert "This link does not work any more" in Client().get(address, follow=True).text


@pytest.mark.django_db
def test_a_known_address_and_an_unknown_one_get_the_same_answer_and_wait_for_no_mail(monkeypatch):
    make_user("ana", email="ana@clinic.example")
    senders = []
    monkeypatch.setattr(
        passwords.ForgottenPasswordForm, "_send", lambda *args: senders.append(threading.current_thread())
    )
    known, unknown = ask_for_link("ana@clinic.example"), ask_for_link("nobody@clinic.example")
    assert re.sub(r'value="[^"]*"', "", known.text) == re.sub(r'value="[^"]*"', "", unknown.text)
    assert len(senders) == 1
    assert senders[0] is not threading.current_thread()


@pytest.mark.django_db
def test_a_weak_new_password_is_refused_and_the_link_still_works():
    make_user("ana", email="ana@clinic.example")
    ask_for_link("ana@clinic.example")
    assert "at least 15 characters" in set_password(link(), "short").text
    assert "Your password is set." in set_password(link()).text
