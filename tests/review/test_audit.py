"""What is written down: each act, for good; and the page on which it is read."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.redirects.models import Redirect
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, override
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.review import audit, sharing, workflow
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry, ShareLink
from mscoe_portal.review.querysets import AppendOnlyError
from mscoe_portal.review.taking_over import take_over
from tests.factories import add_text, make_cell_type, make_file, make_page, make_reference, make_user, page_content
from tests.review.people import approve, make_author, make_reviewer, version_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/review/auditentry/"
CSV = f"{PAGE}csv/"


# --- Each act is written down -----------------------------------------------------------------------------------------


def draft(author):
    return version_of(make_cell_type(user=author, published=False, plural="Testcells"))


def submitted(author):
    version = draft(author)
    workflow.submit(version, author)
    return version


def drafted(client, author, reviewer):
    draft(author)
    return author


def is_submitted(client, author, reviewer):
    submitted(author)
    return author


def taken_back(client, author, reviewer):
    workflow.take_back(submitted(author), author)
    return author


def approved(client, author, reviewer):
    workflow.approve(submitted(author), reviewer)
    return reviewer


def returned(client, author, reviewer):
    workflow.return_with_comments(submitted(author), reviewer, "Say it shorter.")
    return reviewer


def waived(client, author, reviewer):
    page = make_page("Testcells", user=author, published=False)
    add_text(page, f"<p>{'It is so ' * 15}.</p>")
    version = version_of(page_content(page))
    workflow.submit(version, author)
    workflow.approve(version, reviewer, waivers={"long-sentence": "As the law words it."})
    return reviewer


def published(client, author, reviewer):
    workflow.publish(approve(draft(author), reviewer), reviewer)
    return reviewer


def loaded(client, author, reviewer):
    make_cell_type(user=author, plural="Testcells")
    return author


def still_correct(client, author, reviewer):
    workflow.sign_as_still_correct(version_of(make_cell_type(user=author, plural="Testcells")), reviewer)
    return reviewer


def withdrawn(client, author, reviewer):
    workflow.withdraw(version_of(make_cell_type(user=author, plural="Testcells")), reviewer, "It is wrong.")
    return reviewer


def replaced(client, author, reviewer):
    public = version_of(make_cell_type(user=author, plural="Testcells"))
    workflow.publish(approve(public.copy(author), reviewer), reviewer)
    return reviewer


def archived(client, author, reviewer):
    draft(author).archive(author)
    return author


def taken_over(client, author, reviewer):
    take_over(draft(author), reviewer)
    return reviewer


def shared(client, author, reviewer):
    sharing.share(draft(author), author, days=7)
    return author


def sharing_ended(client, author, reviewer):
    sharing.share(draft(author), author, days=7)
    sharing.end_sharing(ShareLink.objects.get(), author)
    return author


def post(client, person, name, subject, values):
    client.force_login(person)
    client.post(reverse(f"admin:{name}", args=[subject.pk]), values)
    return person


def page_moved(client, author, reviewer):
    target, page = make_page(), make_page("Testcells")
    return post(client, reviewer, "cms_page_move_page", page, {"target": target.pk, "position": 0})


def home_set(client, author, reviewer):
    make_page(home=True)
    return post(client, reviewer, "cms_page_set_home", make_page("Testcells"), {})


def page_settings(client, author, reviewer):
    return post(client, reviewer, "cms_page_advanced", make_page("Testcells"), {"login_required": "on"})


def deleted(client, author, reviewer):
    page = make_page("Testcells", published=False)
    return post(client, make_user(is_superuser=True), "cms_page_delete", page, {"post": "yes"})


def file_changed(client, author, reviewer):
    file = make_file(owner=author)
    return post(client, author, "filer_file_change", file, {"name": "Testcells"})


def _save_source(client, person, **values):
    source = make_reference(title="Testcells")
    client.force_login(person)
    form = client.get(reverse("admin:stemcells_reference_change", args=[source.pk])).context["adminform"].form
    old = {name: form[name].value() or "" for name in form.fields}
    return post(client, person, "stemcells_reference_change", source, old | values)


def source_status(client, author, reviewer):
    return _save_source(client, reviewer, status="retracted")


def source_changed(client, author, reviewer):
    return _save_source(client, author, journal="Another journal")


def plan_changed(client, author, reviewer):
    workflow.set_plan(draft(author), reviewer, owner=author, months=6)
    return reviewer


def person_changed(client, author, reviewer):
    person = make_user("Testcells")
    values = {"username": "Testcells", "is_staff": "on"}
    return post(client, make_user(groups=["Site managers"]), "auth_user_change", person, values)


def setting_changed(client, author, reviewer):
    old = Redirect.objects.create(site_id=1, old_path="/old/", new_path="/new/")
    values = {"site": 1, "old_path": "/Testcells/", "new_path": "/new/"}
    return post(client, make_user(groups=["Site managers"]), "redirects_redirect_change", old, values)


ACTS = {
    Act.DRAFTED: drafted,
    Act.SUBMITTED: is_submitted,
    Act.TAKEN_BACK: taken_back,
    Act.APPROVED: approved,
    Act.RETURNED: returned,
    Act.WAIVED: waived,
    Act.PUBLISHED: published,
    Act.LOADED: loaded,
    Act.STILL_CORRECT: still_correct,
    Act.WITHDRAWN: withdrawn,
    Act.REPLACED: replaced,
    Act.ARCHIVED: archived,
    Act.TAKEN_OVER: taken_over,
    Act.SHARED: shared,
    Act.SHARING_ENDED: sharing_ended,
    Act.PAGE_MOVED: page_moved,
    Act.HOME_SET: home_set,
    Act.PAGE_SETTINGS: page_settings,
    Act.DELETED: deleted,
    Act.FILE_CHANGED: file_changed,
    Act.SOURCE_STATUS: source_status,
    Act.SOURCE_CHANGED: source_changed,
    Act.PLAN_CHANGED: plan_changed,
    Act.SETTING_CHANGED: setting_changed,
    Act.PERSON_CHANGED: person_changed,
}


@pytest.mark.parametrize("act", Act)
def test_each_act_is_written_down_once_with_who_and_when(client, settings, tmp_path, act):
    settings.MEDIA_ROOT = tmp_path
    person = ACTS[act](client, make_author(), make_reviewer())
    [entry] = AuditEntry.objects.filter(act=act)
    assert (entry.user_id, entry.user_name) == (person.pk, person.username)
    assert "Testcells" in entry.subject
    assert now() - timedelta(minutes=5) < entry.at <= now()


def test_a_draft_made_by_reverting_says_from_which_version(client):
    author = make_author()
    old = version_of(make_cell_type(user=author))
    workflow.withdraw(old, make_reviewer(), "It is wrong.")
    url = reverse("admin:djangocms_versioning_celltypecontentversion_revert", args=[old.pk])
    client.force_login(author)
    client.post(url)
    entry = AuditEntry.objects.filter(act=Act.DRAFTED).first()
    assert (entry.user_id, entry.note) == (author.pk, "from version 1")


def test_what_is_undone_is_not_written_down():
    """The entry is of the act's own transaction."""
    author = make_author()
    version = draft(author)
    with pytest.raises(workflow.ChangedError):
        workflow.approve(submitted_version(version, author), make_reviewer(), seen="another digest")
    assert not AuditEntry.objects.filter(act=Act.APPROVED).exists()


def submitted_version(version, author):
    workflow.submit(version, author)
    return version


def test_the_longest_name_is_written_down():
    person = make_user(first_name="A" * 150, last_name="B" * 150)
    assert audit.record(Act.ARCHIVED, person, draft(make_author())).user_name == "A" * 150


# --- For good ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(note="Another"),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["note"]),
        lambda entry: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"note": "Another"}),
        lambda entry: AuditEntry(pk=entry.pk, act=Act.APPROVED, at=now(), subject="Another").save(),
        lambda entry: AuditEntry.objects.bulk_create(
            [entry], update_conflicts=True, update_fields=["note"], unique_fields=["pk"]
        ),
    ],
)
def test_an_entry_is_neither_changed_nor_deleted(change):
    entry = audit.record(Act.ARCHIVED, None, draft(make_author()))
    before = list(AuditEntry.objects.values())
    entry.note = "Another"
    with pytest.raises(AppendOnlyError):
        change(entry)
    assert list(AuditEntry.objects.values()) == before


def test_an_entry_outlives_what_it_is_about(client):
    manager = make_user(is_superuser=True)
    page = make_page("Mistake", user=manager, published=False)
    client.force_login(manager)
    client.post(reverse("admin:cms_page_delete", args=[page.pk]), {"post": "yes"})
    assert not Version.objects.exists()
    response = client.get(PAGE)
    assert acts_of(response) == ["deleted", "made a draft"]
    assert "/admin/review/version/" not in response.content.decode()


@pytest.mark.parametrize("name", ["add", "change", "delete"])
def test_not_even_a_superuser_adds_changes_or_deletes_an_entry_on_its_page(client, name):
    entry = audit.record(Act.ARCHIVED, None, draft(make_author()))
    before = list(AuditEntry.objects.values())
    client.force_login(make_user(is_superuser=True))
    url = reverse(f"admin:review_auditentry_{name}", args=[] if name == "add" else [entry.pk])
    values = {"act": Act.APPROVED, "subject": "Another", "note": "Another", "post": "yes"}
    assert client.post(url, values).status_code == 403
    client.post(PAGE, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"})
    assert list(AuditEntry.objects.values()) == before


# --- The page ---------------------------------------------------------------------------------------------------------


def rows(response):
    """The words of each line of the list: [[of each column], …]."""
    table = html.fromstring(response.content.decode()).xpath("//table[@id='result_list']/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("td|th")] for row in table]


def acts_of(response):
    return [row[2].split(":")[0] for row in rows(response)]


def lines(response):
    """The lines of the file: [{column: words}, …]."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def reader(client):
    """A client of a reviewer, who reads what Ana and the site did."""
    author = make_author("ana")
    workflow.submit(draft(author), author, note="A new concern.")
    audit.record(Act.SOURCE_CHANGED, None, make_reference(title="A study"))
    client.force_login(make_reviewer("ben"))
    return client


@pytest.mark.parametrize("url", [PAGE, CSV])
@pytest.mark.parametrize("group", ["Clinical reviewers", "Site managers"])
def test_reviewers_and_site_managers_read_it(client, url, group):
    client.force_login(make_user(groups=[group]))
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", [PAGE, CSV])
def test_authors_do_not_read_it(client, url):
    client.force_login(make_author())
    assert client.get(url).status_code == 403


def test_a_line_says_when_who_what_and_leads_to_the_version(reader):
    response = reader.get(PAGE)
    _when, *words = rows(response)[1]
    assert words == ["ana", "submitted for review:A new concern.", "TestcellsCell type, English"]
    assert reverse("review:version", args=[Version.objects.get().pk]) in response.content.decode()


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("", ["changed a source", "submitted for review", "made a draft"]),
        ("act__exact=submitted", ["submitted for review"]),
        ("person=site", ["changed a source"]),
        ("person=ana", ["submitted for review", "made a draft"]),
        ("person=none", []),
        ("person=99999999999999999999", []),
        ("kind=stemcells.reference", ["changed a source"]),
        ("kind=stemcells.celltypecontent", ["submitted for review", "made a draft"]),
        ("at__year=1999", []),
        ("q=concern", ["submitted for review"]),
    ],
)
def test_it_is_filtered_and_the_file_has_what_the_list_shows(reader, query, acts):
    query = query.replace("=ana", f"={AuditEntry.objects.last().user_id}")
    assert acts_of(reader.get(f"{PAGE}?{query}")) == acts
    assert [line["What"] for line in lines(reader.get(f"{CSV}?{query}"))] == acts


def test_a_page_and_its_words_are_one_kind(client):
    audit.record(Act.PAGE_MOVED, None, make_page())
    client.force_login(make_reviewer())
    kinds = html.fromstring(client.get(PAGE).content.decode()).xpath("//a[contains(@href, 'kind=')]")
    [kind] = kinds
    assert kind.text_content().strip() == "Page"
    assert len(rows(client.get(PAGE + kind.get("href")))) == AuditEntry.objects.count()


def test_the_list_offers_the_file_of_what_is_filtered(reader):
    page = html.fromstring(reader.get(f"{PAGE}?person=site&q=study").content.decode())
    [link] = page.xpath("//a[normalize-space()='Download as CSV']/@href")
    assert link.startswith(CSV)
    assert [line["What"] for line in lines(reader.get(link))] == ["changed a source"]


def test_a_filter_that_is_none_is_refused(reader):
    assert reader.get(f"{CSV}?at__year=x").status_code in (400, 404)
    assert reader.get(f"{PAGE}?at__year=x").status_code in (302, 400)


def test_the_file_has_the_lines_of_all_pages_of_the_list(reader):
    subject = make_reference()
    for number in range(150):
        audit.record(Act.SOURCE_CHANGED, None, subject, note=str(number))
    assert len(lines(reader.get(CSV))) == 153


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_nothing_that_was_typed_is_a_formula_in_the_file(reader, note):
    audit.record(Act.SOURCE_CHANGED, None, make_reference(), note=note)
    assert lines(reader.get(CSV))[0]["Note"] == f"'{note}"


def test_the_file_keeps_letters_lines_and_quotation_marks(reader):
    note = 'Señora, “qué” "dice",\nno.'
    audit.record(Act.SOURCE_CHANGED, None, make_reference(), note=note)
    assert lines(reader.get(CSV))[0]["Note"] == note


def test_the_list_asks_no_more_questions_for_more_lines(reader):
    subject = make_reference()
    reader.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        reader.get(PAGE)
    for _number in range(20):
        audit.record(Act.SOURCE_CHANGED, None, subject)
    with CaptureQueriesContext(connection) as many:
        reader.get(PAGE)
    assert len(many) == len(few)


@override("es")
def test_what_a_person_did_is_a_verb_in_spanish_too():
    for act, verb, state in ((Act.PUBLISHED, "publicó", "publicado"), (Act.ARCHIVED, "archivó", "archivado")):
        assert [str(act.label), gettext(act.value)] == [verb, state]
