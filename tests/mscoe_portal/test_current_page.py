from uuid import uuid4

import pytest
from cms.constants import X_FRAME_OPTIONS_DENY, X_FRAME_OPTIONS_INHERIT
from cms.models import PageContent
from lxml import html

from mscoe_portal.public_state import PUBLIC_STATE
from tests.factories import make_cell_type, make_page, make_user
from tests.site import read_addresses

pytestmark = pytest.mark.django_db


def test_staff_get_a_public_page_with_the_toolbar(client):
    user = make_user(is_superuser=True)
    make_page("Home", home=True, user=user)
    page = make_page("Research", user=user)
    client.force_login(user)
    response = client.get(page.get_absolute_url("en"))
    assert response.status_code == 200
    assert "cms-toolbar" in response.content.decode()


def test_the_toolbar_is_a_landmark_of_its_own_whose_first_link_says_where_it_leads(client):
    make_page("Home", home=True)
    client.force_login(make_user(is_superuser=True))
    toolbar = html.fromstring(client.get("/").content).get_element_by_id("cms-top")
    assert (toolbar.get("role"), toolbar.get("aria-label")) == ("region", "Editing")
    first, *_links = toolbar.iter("a")
    assert (first.get("href"), first.get("aria-label")) == ("/", "Home page")


@pytest.mark.parametrize(("rule", "header"), [(X_FRAME_OPTIONS_INHERIT, "SAMEORIGIN"), (X_FRAME_OPTIONS_DENY, "DENY")])
def test_a_page_stands_in_frames_as_the_page_above_it_says(client, rule, header):
    make_page("Home", home=True)
    above = make_page("Above")
    below = make_page("Below", parent=above)
    PageContent.objects.filter(page=above).update(xframe_options=rule)
    for state in ({}, {PUBLIC_STATE: uuid4()}):
        assert client.get(below.get_absolute_url("en"), **state)["X-Frame-Options"] == header


def test_records_for_the_signed_in_stay_so_after_an_answer_while_addresses_were_read_anew(client, monkeypatch):
    make_page("Types", slug="types", apphook="CellTypesApphook", login_required=True)
    make_cell_type(slug="cells")
    read_addresses()
    client.get("/types/cells/")
    state = {PUBLIC_STATE: uuid4()}
    with monkeypatch.context() as reading_anew:
        reading_anew.setattr("cms.appresolver.APP_RESOLVERS", [])
        client.get("/types/cells/", **state)
    assert client.get("/types/cells/", **state).status_code == 302
