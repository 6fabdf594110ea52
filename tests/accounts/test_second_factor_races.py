"""Two who change at the same moment what gives the second factor of one account."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from mscoe_portal.accounts import second_factor
from mscoe_portal.accounts.sessions import end_sessions
from tests.accounts.test_passwords import GOOD
from tests.accounts.test_second_factor import (
    CODE,
    SET_UP,
    answer,
    client_with_factor,
    code_of,
    grow_old,
    make_app,
)
from tests.factories import make_user
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


class Person:
    """A browser in which somebody has signed in with the password and been shown a key."""

    def __init__(self, user):
        self.user = user
        self.client = Client()
        self.client.force_login(user)
        self.client.get(SET_UP)
        self.app = TOTPDevice(user=user, key=self.client.session["new_authenticator_key"])

    def set_up(self):
        """Where the answer to the right code leads."""
        return self.client.post(SET_UP, {"code": code_of(self.app)}).get("Location", "")

    def give(self, app):
        """Where the answer to the code of an `app` that is set up leads."""
        return self.client.post(CODE, answer(code_of(app))).get("Location", "")


@pytest.fixture
def two(settings):
    """Two browsers of one account."""
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False
    user = make_user()
    return Person(user), Person(user)


@pytest.mark.needs_postgresql
def test_who_is_second_waits_and_must_give_what_the_first_has_set_up(two):
    first, second = two
    _led_on, asked = race(first.set_up, second.set_up)
    assert asked.startswith("/admin/your-sign-in/code/")
    assert [app.key for app in TOTPDevice.objects.all()] == [first.app.key]


def test_of_two_at_once_one_app_is_left(two):
    together = Barrier(2)

    def set_up(person):
        together.wait()
        try:
            return person.set_up()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(set_up, two))
    assert sum(answer.startswith("/admin/your-sign-in/code/") for answer in answers) == 1
    assert TOTPDevice.objects.count() == 1


@pytest.mark.needs_postgresql
def test_a_command_that_sets_up_an_app_waits_for_another(two):
    user = two[0].user

    def set_up(person):
        return second_factor.set_up_app(user, person.app.key, code_of(person.app))

    race(lambda: set_up(two[0]), lambda: set_up(two[1]))
    assert [app.key for app in TOTPDevice.objects.all()] == [two[1].app.key]


@pytest.mark.needs_postgresql
def test_a_reset_waits_for_who_is_setting_an_app_up_and_takes_that_too(two):
    user = two[0].user
    race(two[0].set_up, lambda: second_factor.reset(user, by=None))
    assert not second_factor.is_set_up(user)
    assert second_factor.number_of_recovery_codes(user) == 0


# --- A session that is ended while its request waits ---


def reset(person):
    second_factor.reset(person.user, by=None)


def end(person):
    end_sessions(person.user)


@pytest.mark.needs_postgresql
@pytest.mark.parametrize("act", [reset, end])
@pytest.mark.parametrize("is_verified", [False, True])
def test_a_session_that_is_ended_while_it_waits_sets_nothing_up_and_does_not_live_on(two, act, is_verified):
    stolen = two[0]
    if is_verified:
        stolen.give(make_app(stolen.user))
    before = second_factor.app_of(stolen.user)
    _done, way_on = race(lambda: act(stolen), stolen.set_up)
    assert way_on.startswith("/admin/login/")
    assert second_factor.app_of(stolen.user) == (before if act is end else None)
    assert stolen.client.get("/admin/").url.startswith("/admin/login/")


@pytest.mark.needs_postgresql
def test_sessions_that_are_ended_while_somebody_sets_an_app_up_are_ended_with_the_one_that_this_makes(two):
    race(two[0].set_up, lambda: end(two[0]))
    assert two[0].client.get("/admin/").url.startswith("/admin/login/")


@pytest.mark.needs_postgresql
def test_a_session_that_is_ended_while_its_code_is_looked_at_does_not_live_on(two):
    stolen = two[0]
    app = make_app(stolen.user)
    _done, way_on = race(lambda: end(stolen), lambda: stolen.give(app))
    assert way_on.startswith("/admin/login/")
    assert stolen.client.get("/admin/").url.startswith("/admin/login/")


@pytest.mark.needs_postgresql
def test_a_session_that_is_ended_while_its_code_for_a_sensitive_act_is_looked_at_does_nothing(two):
    user = two[0].user
    client, app = client_with_factor(user)
    grow_old(client)
    typed = {"old_password": "password", "new_password1": GOOD, "new_password2": GOOD} | answer(code_of(app))
    _done, answered = race(lambda: end(two[0]), lambda: client.post(reverse("admin:password_change"), typed))
    assert answered.url.startswith("/admin/login/")
    user.refresh_from_db()
    assert user.check_password("password")
