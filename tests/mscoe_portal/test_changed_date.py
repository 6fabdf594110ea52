"""The date of the last change, as a printed page and the sitemap give it."""

from datetime import UTC, datetime

import pytest
from cms.models import PageContent
from djangocms_versioning.models import Version
from lxml import html

from tests.factories import make_cell_type, make_page, page_content, publish

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2001, 2, 3, 12, tzinfo=UTC)


def date_on(client, address):
    return html.fromstring(client.get(address).content.decode()).find_class("page-head__changed")[0].text


def test_page_is_dated_when_it_is_published(client):
    make_page("Home", home=True)
    page = make_page("Topic", slug="topic", published=False)
    PageContent.admin_manager.update(changed_date=LONG_AGO)
    publish(page_content(page))
    assert "2001" not in date_on(client, "/topic/")
    assert b"<lastmod>2001" not in client.get("/sitemap.xml").content.split(b"/topic/")[1]


def test_draft_that_is_not_published_leaves_the_date(client):
    make_page("Home", home=True)
    page = make_page("Topic", slug="topic")
    PageContent.admin_manager.update(changed_date=LONG_AGO)
    Version.objects.get_for_content(page_content(page)).copy(page_content(page).versions.get().created_by)
    assert "February 3, 2001" in date_on(client, "/topic/")


def test_record_gives_the_date_on_which_it_was_published(client):
    make_page("Home", home=True)
    make_page("Types", slug="types", apphook="CellTypesApphook")
    make_cell_type(slug="hsc")
    Version.objects.update(modified=LONG_AGO)
    client.get("/")
    assert "February 3, 2001" in date_on(client, "/types/hsc/")
