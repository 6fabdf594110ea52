"""Sources: who may change what readers see cited, that it is written down, and what rests on a source in doubt."""

import pytest
from cms.api import add_plugin
from cms.models import PageContent
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from lxml import html

from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry
from mscoe_portal.review.where_used import Doubt, doubts
from stemcells.models import Reference
from tests.factories import add_text, make_page, make_reference, make_user, page_content, publish

pytestmark = pytest.mark.django_db


def cite(reference, title="Cites", *, published=True):
    page = make_page(title, published=False)
    text = add_text(page, "<p>A claim.</p>")
    add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=reference)
    return publish(page_content(page)) if published else page_content(page)


def url(reference):
    return reverse("admin:stemcells_reference_change", args=[reference.pk])


def save(client, group, reference, **values):
    """Save the form of `reference` with other `values`, as a member of `group`; returns the answer."""
    user = make_user(groups=[group])
    client.force_login(user)
    form = client.get(url(reference)).context["adminform"].form
    return client.post(url(reference), {name: form[name].value() or "" for name in form.fields} | values)


def audited():
    return list(AuditEntry.objects.order_by("pk").values_list("act", "note"))


REVIEWERS = pytest.mark.parametrize("group", ["Clinical reviewers", "Site managers"])


@REVIEWERS
def test_a_reviewer_or_site_manager_sets_the_status_and_it_is_written_down(client, group):
    reference = make_reference()
    assert save(client, group, reference, status="retracted").status_code == 302
    assert Reference.objects.get().status == "retracted"
    assert audited() == [(Act.SOURCE_STATUS, "Current → Retracted")]


def test_an_author_cannot_set_the_status_of_a_source_that_exists_or_of_a_new_one(client):
    reference = make_reference()
    save(client, "Authors", reference, status="retracted")
    assert Reference.objects.get().status == "current"
    new = {"key": "new", "title": "New", "authors": "A", "year": "2020", "doi": "10.1000/1", "status": "retracted"}
    assert client.post(reverse("admin:stemcells_reference_add"), new).status_code == 302
    assert Reference.objects.get(key="new").status == "current"


def test_an_author_changes_a_source_that_nothing_public_cites_and_it_is_written_down(client):
    reference = make_reference(title="Old title")
    cite(reference, published=False)
    before = AuditEntry.objects.count()
    assert save(client, "Authors", reference, title="New title").status_code == 302
    assert Reference.objects.get().title == "New title"
    assert audited()[before:] == [(Act.SOURCE_CHANGED, "Title")]


def test_an_author_reads_a_source_that_is_publicly_cited_and_is_told_who_changes_it(client):
    reference = make_reference(title="Old title")
    cite(reference)
    client.force_login(make_user(groups=["Authors"]))
    assert "a clinical reviewer or a site manager changes it" in client.get(url(reference)).content.decode()
    client.post(url(reference), {"title": "New title"})
    assert Reference.objects.get().title == "Old title"


@REVIEWERS
def test_a_reviewer_or_site_manager_changes_a_source_that_is_publicly_cited(client, group):
    reference = make_reference(title="Old title")
    cite(reference)
    assert save(client, group, reference, title="New title", year="1999").status_code == 302
    assert Reference.objects.get().title == "New title"
    assert audited()[-1] == (Act.SOURCE_CHANGED, "Title, Year")


def listed(client):
    """The list of sources as a clinical reviewer gets it."""
    client.force_login(make_user(groups=["Clinical reviewers"]))
    return client.get(reverse("admin:stemcells_reference_changelist"))


def test_the_list_tells_when_a_source_was_last_changed_and_by_whom(client):
    make_reference(authors="A. Untouched")
    changed = make_reference(authors="B. Changed")
    for title in ("Second title", "Third title"):
        save(client, "Site managers", changed, title=title)
    newest = LogEntry.objects.select_related("user").order_by("-pk")[0]
    rows = html.fromstring(listed(client).content.decode()).xpath("//table[@id='result_list']/tbody/tr")
    by = [row.xpath("string(td[contains(@class, 'field-by')])") for row in rows]
    when = [row.xpath("string(td[contains(@class, 'field-last_change')])") for row in rows]
    assert by == ["-", newest.user.username]
    assert when == ["-", date_format(localtime(newest.action_time), "DATETIME_FORMAT")]


def test_the_list_takes_no_more_queries_with_more_sources(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert listed(client).status_code == 200
        return len(captured)

    save(client, "Site managers", make_reference(), title="New title")
    queries()
    before = queries()
    for _ in range(4):
        save(client, "Site managers", make_reference(), title="New title")
    assert queries() == before


def test_saving_a_source_without_a_change_is_no_act(client):
    reference = make_reference()
    save(client, "Site managers", reference)
    assert audited() == []


def test_a_deleted_source_is_written_down(client):
    reference = make_reference(title="Gone")
    client.force_login(make_user(groups=["Site managers"]))
    client.post(reverse("admin:stemcells_reference_delete", args=[reference.pk]), {"post": "yes"})
    assert not Reference.objects.exists()
    [entry] = AuditEntry.objects.all()
    assert entry.act == Act.DELETED
    assert "Gone" in entry.subject


@pytest.mark.parametrize("status", ["superseded", "retracted"])
def test_what_cites_a_source_in_doubt_needs_attention_draft_or_not(status):
    reference = make_reference(status=status)
    cite(reference, "A draft", published=False)
    cite(reference, "Public")
    cite(make_reference(), "Cites another one")
    pages = PageContent.admin_manager.in_bulk([object_id for _type, object_id in doubts()])
    assert {page.title for page in pages.values()} == {"A draft", "Public"}
    state = reference.get_status_display()
    assert list(doubts().values()) == [[Doubt(reference, state)], [Doubt(reference, state)]]


def test_without_a_source_in_doubt_nothing_needs_attention():
    cite(make_reference())
    assert doubts() == {}


def test_what_needs_attention_takes_no_more_queries_with_more_pages():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert doubts()
        return len(captured)

    cite(make_reference(status="retracted"))
    before = queries()
    for _ in range(4):
        cite(make_reference(status="retracted"))
    assert queries() == before


def test_a_source_tells_where_it_is_cited_published_and_drafts_apart(client):
    reference = make_reference()
    cite(reference, "Public page")
    cite(reference, "Draft page", published=False)
    client.force_login(make_user(groups=["Authors"]))
    page = client.get(url(reference)).content.decode()
    assert page.index("Public:") < page.index("Public page") < page.index("Drafts, which") < page.index("Draft page")
    assert 'href="/public-page/"' in page
