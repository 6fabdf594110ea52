"""The settings that django CMS keeps for an editor are there before the first page."""

import pytest
from cms.models import UserSettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_user
from tests.races import race

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_who_opens_two_pages_at_once_at_the_first_sign_in_gets_both():
    client = signed_in(make_user(groups=["Authors"]))
    pages = race(lambda: client.get("/admin/"), lambda: client.get("/admin/stemcells/"))
    assert [page.status_code for page in pages] == [200, 200]


def test_the_first_sign_in_makes_them_with_a_clipboard_and_the_next_one_leaves_them():
    user = make_user(groups=["Authors"])
    signed_in(user)
    (first,) = UserSettings.objects.all()
    assert (first.user, first.language, first.clipboard.source) == (user, "en", first)
    signed_in(user)
    assert list(UserSettings.objects.all()) == [first]


def test_a_page_of_the_admin_does_not_ask_for_them():
    client = signed_in(make_user(groups=["Authors"]))
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/admin/").status_code == 200
    assert not [query for query in queries if UserSettings._meta.db_table in query["sql"]]
