from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.models import Version

from tests.factories import make_cell_type, make_page, make_user, page_content

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 3


def click(url, clients):
    """Post to `url` as each of `clients` at the same time. Returns where each is sent."""
    start = Barrier(len(clients))

    def post(client):
        try:
            start.wait()
            return client.post(url).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as threads:
        return set(threads.map(post, clients))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def make_cell_type_content(user):
    return make_cell_type(user=user)


def make_page_content(user):
    return page_content(make_page(user=user))


@pytest.mark.parametrize("make_content", [make_cell_type_content, make_page_content])
def test_quick_clicks_on_new_draft_make_one_draft_and_lead_to_it(make_content):
    user = make_user(is_superuser=True)
    content = make_content(user)
    version = Version.objects.get_for_content(content)
    url = reverse(f"admin:djangocms_versioning_{content._meta.model_name}version_edit_redirect", args=[version.pk])
    targets = click(url, [signed_in(user) for _ in range(CLICKS)])
    [draft] = Version.objects.filter_by_content_grouping_values(content).filter(state=DRAFT)
    assert len(targets) == 1
    assert f"/{draft.content.pk}/" in targets.pop()
