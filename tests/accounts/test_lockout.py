"""Trying passwords: ten wrong ones, and whoever tried them waits; nobody else does, and nobody learns who exists."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from tests.factories import make_user
from tests.mscoe_portal.test_settings import settings_with

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
OF_THE_SITE = settings.AXES_FAILURE_LIMIT


@pytest.fixture(autouse=True)
def limit(settings):
    """Fewer tries than the site grants, since each takes a whole answer."""
    settings.AXES_FAILURE_LIMIT = 4
    return settings.AXES_FAILURE_LIMIT


def sign_in(username="ana", password="wrong", address=HERE, **headers):
    """What the server answers to who signs in from `address`."""
    data = {"username": username, "password": password, "next": "/admin/"}
    return Client(REMOTE_ADDR=address).post("/admin/login/", data, headers=headers)


def is_signed_in(response):
    return response.status_code == 302


def try_often(username="ana", times=None, **options):
    for _time in range(times or settings.AXES_FAILURE_LIMIT):
        response = sign_in(username, **options)
    return response


def let_pass(minutes):
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=minutes))


def test_after_ten_wrong_tries_even_the_right_password_waits_and_is_told_for_how_long(settings):
    settings.AXES_FAILURE_LIMIT = OF_THE_SITE
    make_user("ana")
    assert try_often(times=9).status_code == 200
    assert try_often(times=1).status_code == 429
    let_pass(minutes=5)
    response = sign_in(password="password")
    assert response.status_code == 429
    assert "Try again in 10 minutes." in response.text


def test_the_lock_out_ends_by_itself_and_tries_during_it_do_not_make_it_longer():
    make_user("ana")
    try_often()
    let_pass(minutes=14)
    try_often()
    let_pass(minutes=15)
    assert is_signed_in(sign_in(password="password"))


def test_other_spellings_of_a_name_give_no_further_tries_and_an_address_may_be_written_in_capitals(limit):
    make_user("ana@clinic.example")
    assert is_signed_in(sign_in("Ana@Clinic.example", "password"))
    for name in ("ana@clinic.example", "ANA@clinic.example"):
        response = try_often(name, times=limit // 2)
    assert response.status_code == 429


def test_a_good_sign_in_forgets_the_mistypings_before_it(limit):
    make_user("ana")
    try_often(times=limit - 1)
    sign_in(password="password")
    assert try_often(times=limit - 1).status_code == 200


def test_nobody_is_locked_out_by_who_is_elsewhere():
    make_user("ana")
    make_user("ben")
    try_often(address=ELSEWHERE)
    assert is_signed_in(sign_in(password="password"))
    assert is_signed_in(sign_in("ben", "password", address=ELSEWHERE))


def test_without_proxies_forwarded_addresses_lock_nobody_out_and_let_nobody_try_on():
    make_user("ana")
    assert try_often(address=ELSEWHERE, x_forwarded_for=HERE).status_code == 429
    assert is_signed_in(sign_in(password="password"))
    assert sign_in(address=ELSEWHERE, x_forwarded_for="203.0.113.1").status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded"), [(1, HERE), (1, f"{ELSEWHERE}, {HERE}"), (2, f"{ELSEWHERE}, x, {HERE}, 10.0.0.2")]
)
def test_behind_proxies_the_address_is_the_one_that_the_first_of_them_saw(settings, rf, proxies, forwarded):
    for name, value in settings_with(SECRET_KEY="long and random", PROXY_COUNT=str(proxies)).items():
        if "IPWARE" in name:
            setattr(settings, name, value)
    request = rf.post("/admin/login/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
    assert get_client_ip_address(request) == HERE


@pytest.mark.slow
def test_a_name_that_exists_and_one_that_does_not_get_the_same_answer_after_the_same_work(monkeypatch, limit):
    make_user("ana")
    make_user("gone", is_active=False)
    make_user("reader", is_staff=False)
    make_user("invited", password=None)
    answers, work = {}, []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: work.append(1) or encode(*args))
    for name in ("ana", "gone", "reader", "invited", "nobody"):
        work.clear()
        response = sign_in(name)
        locked = try_often(name)
        text = re.sub(r'value="[^"]*"', "", response.text.replace(name, "NAME"))
        answers[name] = (response.status_code, text, len(work), locked.status_code, locked.text)
    assert len(set(answers.values())) == 1
    assert answers["ana"][2] == limit


def test_the_right_password_of_who_may_not_sign_in_is_answered_like_a_wrong_one():
    make_user("gone", is_active=False)
    wrong, right = (sign_in("gone", password) for password in ("wrong", "password"))
    assert right.context["form"].errors == wrong.context["form"].errors


def test_no_password_is_kept_and_no_name_or_address_is_logged(caplog):
    try_often("ana-of-clinic", password="my secret words")
    kept = str(AccessAttempt.objects.values())
    assert "my secret words" not in kept
    assert "Locking out" in caplog.text
    assert not {"ana-of-clinic", "my secret words", HERE} & set(re.split(r'["\s=,]+', caplog.text))


def test_a_command_lets_a_person_in_again():
    make_user("ana")
    try_often()
    call_command("axes_reset_username", "ana", stdout=StringIO())
    assert is_signed_in(sign_in(password="password"))


def test_expired_tries_are_deleted_and_others_are_not():
    sign_in("ana")
    let_pass(minutes=15)
    AccessAttempt.objects.create(username="ben", ip_address=HERE, failures_since_start=1)
    call_command("delete_expired_tries", stdout=StringIO())
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["ben"]
