"""What is made once for each state of the public site."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mscoe_portal.public_state import PUBLIC_STATE, kept
from tests.factories import make_alias, make_page


@pytest.fixture
def state():
    return {PUBLIC_STATE: uuid4()}


def test_it_is_made_once_for_a_state(rf, state):
    made = [kept(rf.get("/", **state), "name", uuid4) for _number in range(2)]
    assert made[0] == made[1]


def test_it_is_made_again_for_another_state(rf):
    made = [kept(rf.get("/", **{PUBLIC_STATE: uuid4()}), "name", uuid4) for _number in range(2)]
    assert made[0] != made[1]


def test_it_is_made_each_time_where_the_state_is_not_known(rf):
    made = [kept(rf.get("/"), "name", uuid4) for _number in range(2)]
    assert made[0] != made[1]


def test_two_names_do_not_meet(rf, state):
    made = [kept(rf.get("/", **state), name, uuid4) for name in ("one", "another")]
    assert made[0] != made[1]


def test_who_changes_a_copy_changes_it_for_nobody_else(rf, state):
    kept(rf.get("/", **state), "name", list).append("mine")
    assert kept(rf.get("/", **state), "name", list) == []


@pytest.mark.django_db
def test_what_every_page_shows_is_read_once_for_a_state(client, state):
    make_page("Home", home=True)
    make_alias("at-notice", plugins=[("AtNoticePlugin", {"heading": "Attention"})])
    first = client.get("/", **state).content
    with CaptureQueriesContext(connection) as captured:
        again = client.get("/", **state).content
    assert again == first
    assert b"Attention" in again
    assert not [query["sql"] for query in captured if "djangocms_alias" in query["sql"]]
