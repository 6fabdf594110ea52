"""A session lasts 30 minutes from the last thing that its owner did."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from mscoe_portal.accounts import idle
from tests.factories import make_user

pytestmark = pytest.mark.django_db

MINUTE = 60


@pytest.fixture
def pass_time(monkeypatch):
    """A function that lets some seconds pass."""
    moment = [idle.time()]
    monkeypatch.setattr(idle, "time", lambda: moment[0])

    def forward(seconds):
        moment[0] += seconds
        Session.objects.update(expire_date=Session.objects.get().expire_date - timedelta(seconds=seconds))

    return forward


@pytest.fixture
def signed_in(client):
    client.force_login(make_user())
    client.get("/admin/")
    return client


def minutes_left():
    return round((Session.objects.get().expire_date - now()).total_seconds() / MINUTE)


def test_a_session_lasts_on_with_each_thing_that_is_done(signed_in, pass_time):
    pass_time(29 * MINUTE)
    assert minutes_left() == 1
    signed_in.get("/admin/")
    assert minutes_left() == 30


def test_what_is_done_within_a_minute_costs_no_write(signed_in, pass_time):
    pass_time(50)
    before = Session.objects.get().expire_date
    signed_in.get("/admin/")
    assert Session.objects.get().expire_date == before


def test_after_thirty_minutes_the_person_must_sign_in_and_then_goes_on_where_it_was(signed_in, pass_time):
    pass_time(30 * MINUTE)
    assert signed_in.get("/admin/session/").status_code == 401
    response = signed_in.post("/admin/stemcells/celltype/add/", {})
    assert response.headers["Location"] == "/admin/login/?next=/admin/stemcells/celltype/add/"


def test_after_a_day_the_person_must_sign_in_whatever_was_done_meanwhile(signed_in, pass_time):
    for _time in range(49):
        pass_time(29 * MINUTE)
        assert signed_in.get("/admin/").status_code == 200
    assert signed_in.get("/admin/session/").json() == {"seconds": 19 * MINUTE}
    pass_time(19 * MINUTE)
    assert signed_in.get("/admin/session/").status_code == 401
    assert not Session.objects.exists()


def test_the_page_knows_exactly_when_the_session_ends(signed_in, pass_time):
    pass_time(50)
    assert signed_in.get("/admin/session/").json() == {"seconds": 30 * MINUTE - 50}
    assert 'data-seconds="1750"' in signed_in.get("/admin/").text


def test_a_reader_gets_no_session(client):
    assert client.get("/admin/login/").status_code == 200
    assert Session.objects.count() == 0
