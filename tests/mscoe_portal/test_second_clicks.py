"""Who clicks twice, since the answer takes long, has done it once, and is told so in words.

On SQLite there is one writer at a time (`transaction_mode`), so these run on PostgreSQL alone.
"""

import pytest
from cms.models import PageContent
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from lxml import html

from mscoe_portal.groups import set_up_groups
from stemcells.models import CellTypeContent, Reference
from tests.factories import make_user
from tests.races import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_postgresql]

WORDS = {"content__short_name": "ESC", "content__name": "A cell", "content__plural": "Cells", "content__slug": "esc"}
WORDS |= {"content__summary": "S.", "content__origin": "adult", "content__makes_or_does": "M."}
SOURCE = {"key": "a", "title": "T", "authors": "A", "year": "2020", "doi": "10.1234/x"}
# What is added, by its form: what to write into it, and how many there are then.
ADDED = {
    "celltype": (WORDS, CellTypeContent.admin_manager.filter(slug="esc")),
    "pagecontent": ({"title": "A page", "slug": "a-page"}, PageContent.admin_manager.filter(slug="a-page")),
    "reference": (SOURCE, Reference.objects.all()),
    "user": (
        {"first_name": "Ana", "last_name": "Ruiz", "email": "ana@clinic.example"},
        get_user_model().objects.filter(email="ana@clinic.example"),
    ),
}


@pytest.mark.parametrize("name", ADDED)
def test_what_is_sent_twice_is_added_once(name):
    set_up_groups()
    values, added = ADDED[name]
    client = Client(raise_request_exception=False)
    client.force_login(make_user(groups=["Site managers"]))
    address = reverse(f"admin:{added.model._meta.app_label}_{name}_add")
    form = html.fromstring(client.get(address).text).get_element_by_id(f"{name}_form")
    values = dict(form.form_values()) | values
    if name == "user":
        values["groups"] = Group.objects.get(name="Authors").pk
    first, second = race(lambda: client.post(address, values), lambda: client.post(address, values))
    assert (first.status_code, second.status_code) == (302, 200)
    assert added.count() == 1
