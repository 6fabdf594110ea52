from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from cms.models import PageContent
from cms.toolbar.utils import get_object_edit_url
from django.contrib.messages import get_messages
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


def address(version, act):
    return reverse(f"admin:djangocms_versioning_celltypecontentversion_{act}", args=[version.pk])


def test_who_reverts_is_told_which_draft_was_made_and_that_readers_do_not_see_it():
    user = make_user(is_superuser=True)
    old = Version.objects.get_for_content(make_cell_type(user=user))
    old.unpublish(user)
    page = signed_in(user).post(address(old, "revert"), follow=True).text
    assert "Version 2 is a draft with the words of version 1. Readers do not see it yet." in page


def test_a_revert_that_is_refused_tells_of_no_draft():
    user = make_user(is_superuser=True)
    public = Version.objects.get_for_content(make_cell_type(user=user))
    page = signed_in(user).post(address(public, "revert"), follow=True).text
    assert "is a draft with the words" not in page


@pytest.mark.parametrize("act", ["archive", "revert"])
def test_the_page_that_asks_before_it_has_the_names_and_the_menu_of_the_admin(act):
    user = make_user(is_superuser=True)
    version = Version.objects.get_for_content(make_cell_type(user=user, published=act == "revert"))
    if act == "revert":
        version.unpublish(user)
    page = signed_in(user).get(address(version, act)).text
    assert "| MSCoE portal</title>" in page
    assert "Django administration" not in page
    assert reverse("admin:stemcells_celltype_changelist") in page


def test_who_has_added_a_page_is_led_on_to_its_text():
    client = signed_in(make_user(is_superuser=True))
    page = client.post(reverse("admin:cms_pagecontent_add"), {"title": "New", "slug": "new"}, follow=True).text
    assert f'<a href="{get_object_edit_url(PageContent.admin_manager.get())}">Write the text of the page</a>' in page
    assert "The page “" in page


def test_who_has_added_a_translation_in_the_window_of_the_bar_is_led_to_it():
    user = make_user(is_superuser=True)
    page = make_page(user=user)
    url = reverse("admin:cms_pagecontent_add") + f"?cms_page={page.pk}&language=es&_popup=1"
    fields = {"title": "Nueva", "slug": "nueva", "cms_page": page.pk, "_popup": "1"}
    client = signed_in(user)
    client.post(url, fields)
    told = [str(message) for message in get_messages(client.get(reverse("admin:index")).wsgi_request)]
    spanish = get_object_edit_url(PageContent.admin_manager.get(language="es"), "es")
    assert told == [f'<a href="{spanish}">Write the text of the page</a>']
