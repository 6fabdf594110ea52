"""What is made once for each state of the public site."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from mscoe_portal.public_state import PUBLIC_STATE, kept
from stemcells.models import CellTypeContent
from stemcells.rendering import shown_contents
from tests.factories import add_plugin, make_alias, make_cell_type, make_page, make_reference
from tests.stemcells.test_citations import cite


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


def test_nothing_of_an_earlier_state_is_remembered(rf, state):
    earlier = kept(rf.get("/", **state), "name", uuid4)
    kept(rf.get("/", **{PUBLIC_STATE: uuid4()}), "another", uuid4)
    assert kept(rf.get("/", **state), "name", uuid4) != earlier


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


@pytest.mark.django_db
def test_what_every_page_shows_is_not_kept_where_it_is_numbered_by_the_page(client, state):
    """The source of a citation stands in the list of each page that shows it."""
    make_page("Home", home=True)
    make_page("About")
    text = add_plugin(make_alias("at-notice").contents.get().placeholder, "TextPlugin", "en", body="<p>Above all.</p>")
    cite(text, make_reference(title="What it rests on"))
    for path in ("/", "/about/"):
        page = html.fromstring(client.get(path, **state).content.decode())
        assert len(page.xpath("//sup[@class='citation']")) == len(page.xpath("//main//ol[@class='sources']/li")) == 1


@pytest.mark.django_db
def test_who_changes_a_record_changes_it_for_nobody_else(rf, state):
    record = make_cell_type(plural="Cells").cell_type_id
    shown_contents(rf.get("/", **state), CellTypeContent)[record].plural = "Changed"
    assert shown_contents(rf.get("/", **state), CellTypeContent)[record].plural == "Cells"
