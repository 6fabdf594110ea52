"""What a password must be like, and how a forgotten one is replaced."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mscoe_portal.accounts import letters, passwords, throttle
from mscoe_portal.accounts.models import Throttle
from tests.accounts.test_lockout import ELSEWHERE, HERE, is_signed_in, sign_in, try_often
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


def ask_for_link(email, address=HERE):
    client = Client(REMOTE_ADDR=address)
    response = client.post("/admin/forgotten-password/", {"email": email}, follow=True)
    letters.SENDER.submit(int).result()  # after all that was submitted before
    return response


def link():
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def set_password(address, password=GOOD):
    client = Client()
    page = client.get(address, follow=True)
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password}, follow=True)


@pytest.mark.slow
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
    senders, send = [], passwords.ForgottenPasswordForm._send
    monkeypatch.setattr(
        passwords.ForgottenPasswordForm,
        "_send",
        lambda *args: senders.append(threading.current_thread()) or send(*args),
    )
    known, unknown = ask_for_link("ana@clinic.example"), ask_for_link("nobody@clinic.example")
    assert re.sub(r'value="[^"]*"', "", known.text) == re.sub(r'value="[^"]*"', "", unknown.text)
    assert len(senders) == 2  # the same work for both; one of them sends nothing
    assert threading.current_thread() not in senders
    assert [message.to for message in mail.outbox] == [["ana@clinic.example"]]


@pytest.mark.django_db
def test_a_weak_new_password_is_refused_and_the_link_still_works():
    make_user("ana", email="ana@clinic.example")
    ask_for_link("ana@clinic.example")
    assert "at least 15 characters" in set_password(link(), "short").text
    assert "Your password is set." in set_password(link()).text


# --- How often ---


@pytest.fixture
def pass_time(monkeypatch):
    """A function that lets some minutes pass."""
    moment = [throttle.time()]
    monkeypatch.setattr(throttle, "time", lambda: moment[0])

    def forward(minutes):
        moment[0] += minutes * 60

    return forward


def without_token(response):
    return re.sub(r'value="[^"]*"', "", response.text)


@pytest.mark.django_db
def test_an_account_gets_three_mails_an_hour_from_wherever_they_are_asked_for_and_nobody_is_told(pass_time):
    make_user("ana", email="ana@clinic.example")
    answers = [ask_for_link("ana@clinic.example", f"192.0.2.{number}") for number in range(5)]
    assert len(mail.outbox) == 3
    assert len({without_token(answer) for answer in answers}) == 1
    pass_time(minutes=59)
    ask_for_link("ana@clinic.example")
    assert len(mail.outbox) == 3
    pass_time(minutes=1)  # who asked in vain meanwhile has not put it off
    ask_for_link("ana@clinic.example")
    assert len(mail.outbox) == 4


@pytest.mark.django_db
def test_each_of_the_mails_that_were_sent_has_a_link_that_works():
    make_user("ana", email="ana@clinic.example")
    for _time in range(5):
        ask_for_link("ana@clinic.example")
    (oldest, *_others) = [re.search(r"http://testserver(\S+)", message.body)[1] for message in mail.outbox]
    assert "Your password is set." in set_password(oldest).text


@pytest.mark.django_db
def test_another_spelling_of_an_address_gets_no_further_mails():
    make_user("ana", email="ana@clinic.example")
    for email in ("ana@clinic.example", "ANA@clinic.example", "Ana@Clinic.Example", "\uff41na@clinic.example"):
        ask_for_link(email)
    ask_for_link("ana@clinic.example")
    assert len(mail.outbox) == 3


@pytest.mark.django_db
def test_others_get_their_mail_while_one_account_has_had_its_mails():
    make_user("ana", email="ana@clinic.example")
    make_user("ben", email="ben@clinic.example")
    for _time in range(5):
        ask_for_link("ana@clinic.example")
    ask_for_link("ben@clinic.example")
    assert mail.outbox[-1].to == ["ben@clinic.example"]


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [(HERE, HERE, ELSEWHERE), ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1")],
    ids=["IPv4", "IPv6"],
)
@pytest.mark.django_db
def test_one_client_asks_for_so_many_accounts_and_another_one_goes_on(monkeypatch, one, same, other):
    monkeypatch.setattr(passwords, "MOST_FOR_CLIENT", 2)
    for number in range(4):
        make_user(email=f"user{number}@clinic.example")
    answers = [ask_for_link(f"user{number}@clinic.example", [one, same][number % 2]) for number in range(3)]
    assert len(mail.outbox) == 2
    assert len({without_token(answer) for answer in answers}) == 1
    ask_for_link("user3@clinic.example", other)
    assert len(mail.outbox) == 3


@pytest.mark.django_db
def test_a_known_address_and_an_unknown_one_ask_the_same_of_the_database_however_many_mails_were_sent():
    make_user("ana", email="ana@clinic.example")
    ask_for_link("somebody@clinic.example")  # the first that is counted for this client
    asked = {"ana@clinic.example": [], "nobody@clinic.example": []}
    for _time in range(5):
        for email, numbers in asked.items():
            with CaptureQueriesContext(connection) as queries:
                ask_for_link(email)
            numbers.append(len(queries))
    assert asked["ana@clinic.example"] == asked["nobody@clinic.example"]
    assert len(mail.outbox) == 3


@pytest.mark.django_db
def test_what_was_not_sent_is_counted_in_the_log_and_neither_log_nor_database_says_whose_it_was(caplog, monkeypatch):
    make_user("ana", email="ana@clinic.example")
    monkeypatch.setattr(passwords, "MOST_FOR_CLIENT", 4)
    for _time in range(6):
        ask_for_link("ana@clinic.example")
    told = [record.getMessage() for record in caplog.records if "was not sent" in record.getMessage()]
    assert len(told) == 3
    kept = str(list(Throttle.objects.values_list("key", "times")))
    assert not any(word in kept + " ".join(told) for word in ("ana", HERE))


@pytest.mark.django_db
def test_what_counts_no_more_is_deleted():
    ask_for_link("ana@clinic.example")
    Throttle.objects.update(changed_at=throttle.now() - throttle.WITHIN)
    ask_for_link("ben@clinic.example", ELSEWHERE)
    call_command("delete_expired_tries", stdout=StringIO())
    assert Throttle.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_asks_many_times_at_the_same_moment_gets_no_more_mails():
    make_user("ana", email="ana@clinic.example")

    def ask(number):
        try:
            Client(REMOTE_ADDR=f"192.0.2.{number}").post("/admin/forgotten-password/", {"email": "ana@clinic.example"})
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    letters.SENDER.submit(int).result()
    assert len(mail.outbox) == 3
