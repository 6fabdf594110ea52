"""The admin of the records and of their sources, as an author sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.models import Version

from stemcells.models import (
    CellType,
    CellTypeContent,
    ClinicRiskArticleContent,
    DisclaimerContent,
    RecommendationContent,
    Reference,
)
from tests.factories import (
    add_plugin,
    add_text,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    make_reference,
    make_user,
    page_content,
    publish,
)

pytestmark = pytest.mark.django_db

MAKERS = {
    CellTypeContent: make_cell_type,
    ClinicRiskArticleContent: make_clinic_risk_article,
    RecommendationContent: make_recommendation,
    DisclaimerContent: make_disclaimer,
}
every_record = pytest.mark.parametrize("model", MAKERS)


@pytest.fixture
def author(client):
    user = make_user("author", groups=["Authors"])
    client.force_login(user)
    return user


def admin_url(model, action, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


def form_url(content, query=""):
    return admin_url(type(content.record), "change", content.record.pk) + query


def version_url(content, action):
    version = Version.objects.get_for_content(content)
    name = version.versionable.version_model_proxy._meta.model_name
    return reverse(f"admin:djangocms_versioning_{name}_{action}", args=[version.pk])


def form_data(client, url):
    """What a browser would send if the editor saved the form at `url` as it is."""
    form = client.get(url).context["adminform"].form
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None}


def words(response):
    return " ".join(response.content.decode().split())


def latest(content):
    """The newest words of the record of `content`, from the database."""
    filters = {content.grouper_field_name: content.record, "language": content.language}
    return type(content).admin_manager.filter(**filters).latest_content().get()


# --- The list ---


def test_list_tells_title_state_and_author(client, author):
    content = make_cell_type(user=author, published=False)
    page = words(client.get(admin_url(type(content.record), "changelist")))
    assert str(content) in page
    assert '<td class="field-state">Draft</td>' in page
    assert '<td class="field-get_author">author</td>' in page


def test_list_tells_that_a_newer_draft_waits(client, author):
    content = make_cell_type()
    Version.objects.get_for_content(content).copy(author)
    page = words(client.get(admin_url(CellType, "changelist")))
    assert '<td class="field-state">Published, with a newer draft</td>' in page


def test_list_is_in_the_readers_order(client, author):
    make_cell_type(plural="Second cells", position=2)
    make_cell_type(plural="First cells", position=1)
    page = words(client.get(admin_url(CellType, "changelist")))
    assert page.index("First cells") < page.index("Second cells")


def test_search_finds_by_a_word_of_the_summary_and_nothing_else(client, author):
    make_cell_type(plural="Wanted cells", summary="They are found in the marrow.")
    make_cell_type(plural="Other cells")
    page = words(client.get(admin_url(CellType, "changelist"), {"q": "marrow"}))
    assert "Wanted cells" in page
    assert "Other cells" not in page


def test_list_asks_the_database_no_more_often_for_more_records(client, author):
    url = admin_url(CellType, "changelist")
    make_cell_type()
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    for _ in range(10):
        make_cell_type()
    with CaptureQueriesContext(connection) as after:
        page = client.get(url)
    assert page.context["cl"].result_count == 11
    assert len(after) <= len(before)


def test_a_record_that_is_not_translated_says_so_in_the_list(client, author):
    make_cell_type(plural="English cells")
    page = words(client.get(admin_url(CellType, "changelist"), {"language": "es"}))
    assert "English cells" in page
    assert "Not translated" in page


# --- The form ---


@every_record
def test_published_record_is_read_only_and_offers_a_new_draft(client, author, model):
    content = MAKERS[model]()
    response = client.get(form_url(content))
    assert f"{content} (published)" in words(response)
    assert 'name="_save"' not in words(response)
    assert response.context["tools"][0].label == "New draft"


@every_record
def test_new_draft_opens_in_the_form(client, author, model):
    content = MAKERS[model]()
    response = client.post(version_url(content, "edit_redirect") + "?force_admin=1", follow=True)
    assert response.redirect_chain[-1][0] == form_url(content, "?language=en")
    assert f"Change {content.record._meta.verbose_name}: {content} (draft)" in words(response)
    assert 'name="_save"' in words(response)


@every_record
def test_saving_a_draft_leaves_the_published_words_alone(client, author, model):
    content = MAKERS[model]()
    Version.objects.get_for_content(content).copy(author)
    data = form_data(client, form_url(content))
    client.post(form_url(content), data | {f"content__{model.title_field}": "New words", "_save": ""})
    assert str(latest(content)) == "New words"
    assert str(model.objects.get(pk=content.pk)) == str(content)


def test_saving_keeps_when_the_draft_was_changed(client, author):
    content = make_cell_type(user=author, published=False)
    before = Version.objects.get_for_content(content).modified
    client.post(form_url(content), form_data(client, form_url(content)) | {"content__concern": "A concern."})
    assert Version.objects.get(object_id=content.pk, content_type__model="celltypecontent").modified > before


def test_save_and_preview_leads_to_the_preview(client, author):
    content = make_cell_type(user=author, published=False)
    data = form_data(client, form_url(content)) | {"content__concern": "May cause a test.", "_preview": ""}
    response = client.post(form_url(content), data, follow=True)
    assert "May cause a test." in words(response)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"content__slug": "taken"}, "content__slug", "“Taken cells” already has this address."),
        ({"content__slug": "My cells!"}, "content__slug", "Use small letters, digits and hyphens alone"),
        ({"content__slug": "HSC_1"}, "content__slug", "Use small letters, digits and hyphens alone"),
        ({"content__drawing": "cells/hsc"}, "content__alt_text", "Say in words what the drawing or picture shows."),
        ({"content__summary": ""}, "content__summary", "This field is required."),
        ({"content__origin": "mars"}, "content__origin", "Select a valid choice."),
        ({"content__image": "no number"}, "content__image", "Select a valid choice."),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(client, author, change, field, message):
    make_cell_type(slug="taken", plural="Taken cells")
    content = make_cell_type(user=author, published=False, concern="")
    data = form_data(client, form_url(content)) | {"content__concern": "Not to be saved"} | change
    response = client.post(form_url(content), data)
    assert response.status_code == 200
    assert message in str(response.context["adminform"].form.errors[field])
    assert latest(content).concern == ""


def test_a_record_that_is_not_there_leads_home_with_a_message(client, author):
    response = client.get(admin_url(CellType, "change", "999"), follow=True)
    assert "doesn’t exist" in words(response)


@pytest.mark.parametrize("object_id", ["abc", "1 or 1=1"])
def test_what_no_id_can_be_is_not_found(client, author, object_id):
    assert client.get(admin_url(CellType, "change", object_id)).status_code == 404


def new_cell_type(client, **values):
    url = admin_url(CellType, "add")
    data = form_data(client, url) | {
        "content__short_name": "XSC",
        "content__name": "X stem cell",
        "content__plural": "X stem cells",
        "content__slug": "xsc",
        "content__summary": "A summary.",
        "content__origin": "adult",
        "content__makes_or_does": "Makes things",
    }
    return client.post(url, data | values)


def test_a_new_record_is_a_draft_with_its_address_as_key(client, author):
    assert new_cell_type(client).status_code == 302
    record = CellType.objects.get(key="xsc")
    content = CellTypeContent.admin_manager.get(cell_type=record)
    version = Version.objects.get_for_content(content)
    assert (version.state, version.created_by) == (DRAFT, author)


def test_a_key_that_is_taken_gets_a_number(client, author):
    CellType.objects.create(key="xsc")
    assert new_cell_type(client).status_code == 302
    assert CellType.objects.filter(key="xsc-2").exists()


def test_a_new_record_with_a_mistake_is_not_saved(client, author):
    response = new_cell_type(client, content__drawing="cells/hsc")
    assert "content__alt_text" in response.context["adminform"].form.errors
    assert not CellType.objects.exists()


def test_a_record_is_translated_in_the_form_of_the_other_language(client, author):
    content = make_cell_type(plural="English <cells>", position=3, origin="adult")
    url = form_url(content, "?language=es")
    assert "Translate cell type: English &lt;cells&gt;" in words(client.get(url))
    assert 'In English: <span lang="en">English &lt;cells&gt;</span>' in words(client.get(url))
    spanish = {f"content__{name}": "Palabras" for name in ("short_name", "name", "plural", "summary", "makes_or_does")}
    data = form_data(client, url) | spanish | {"content__slug": "celulas"}
    assert client.post(url, data).status_code == 302
    translated = CellTypeContent.admin_manager.get(cell_type=content.cell_type, language="es")
    assert (translated.plural, translated.position, translated.origin) == ("Palabras", 3, "adult")
    assert CellTypeContent.objects.get(cell_type=content.cell_type).plural == "English <cells>"


def test_text_that_comes_too_late_is_given_back_and_not_saved(client, author):
    content = make_cell_type(user=author, published=False)
    data = form_data(client, form_url(content)) | {"content__concern": "Typed <b>for an hour</b>."}
    publish(content)
    response = client.post(form_url(content), data)
    assert response.status_code == 409
    assert "Your text was not saved" in words(response)
    assert "Typed &lt;b&gt;for an hour&lt;/b&gt;." in words(response)
    assert CellTypeContent.objects.get(pk=content.pk).concern == ""


def test_a_draft_that_a_colleague_writes_can_be_read_and_says_who_writes_it(client, author):
    content = make_cell_type(user=make_user("colleague", groups=["Authors"]), published=False)
    page = words(client.get(form_url(content)))
    assert "colleague is writing this draft." in page
    assert 'name="_save"' not in page


# --- Versions ---


@every_record
def test_versions_are_listed_and_lead_back(client, author, model):
    content = MAKERS[model]()
    Version.objects.get_for_content(content).copy(author)
    response = client.get(form_url(content))
    versions = next(tool.url for tool in response.context["tools"] if tool.label == "Versions")
    page = words(client.get(versions))
    assert f"Versions of {content}" in page
    assert page.count("What changed") == 2
    assert client.get(admin_url(model, "changelist"), follow=True).status_code == 200
    assert client.get(admin_url(model, "change", content.pk), follow=True).status_code == 200


def test_list_of_versions_in_a_language_without_any_is_empty(client, author):
    url = admin_url(Version.objects.get_for_content(make_cell_type()).versionable.version_model_proxy, "changelist")
    page = client.get(url, {"cell_type": CellType.objects.get().pk, "language": "es"})
    assert page.status_code == 200
    assert page.context["cl"].result_count == 0


@every_record
def test_reverting_makes_a_draft_with_the_old_words(client, author, model):
    content = MAKERS[model]()
    newer = Version.objects.get_for_content(content).copy(author)
    setattr(newer.content, model.title_field, "Newer words")
    newer.content.save()
    publish(newer.content)
    assert client.get(version_url(content, "revert")).status_code == 200
    assert client.post(version_url(content, "revert"), {"revert": ""}, follow=True).status_code == 200
    draft = latest(content)
    assert Version.objects.get_for_content(draft).state == DRAFT
    assert str(draft) == str(content)
    assert str(model.objects.get()) == "Newer words"


def test_an_old_version_can_be_read_in_the_form(client, author):
    content = make_cell_type()
    publish(Version.objects.get_for_content(content).copy(author).content)
    page = words(client.get(form_url(content, f"?cms_content={content.pk}")))
    assert "(withdrawn)" in page
    assert "Revert to this" in page


def test_the_form_shows_what_is_public_whatever_was_archived_since(client, author):
    content = make_cell_type()
    Version.objects.get_for_content(content).copy(author).archive(author)
    assert client.get(form_url(content)).context["content_instance"] == content


# --- Sources ---

SOURCE = {
    "title": "A title",
    "authors": "Author A",
    "journal": "",
    "year": "2016",
    "doi": "10.1016/j.stem.2016.06.007",
    "pubmed_id": "",
    "url": "",
    "status": "current",
    "key": "author-2016",
}


@pytest.mark.parametrize(
    ("field", "pasted", "kept"),
    [
        ("doi", "https://doi.org/10.1016/j.stem.2016.06.007", "10.1016/j.stem.2016.06.007"),
        ("doi", " doi: 10.1016/j.stem.2016.06.007 ", "10.1016/j.stem.2016.06.007"),
        ("pubmed_id", "https://pubmed.ncbi.nlm.nih.gov/12345678/", "12345678"),
        ("pubmed_id", "https://www.ncbi.nlm.nih.gov/pubmed/12345678", "12345678"),
        ("pubmed_id", "PMID: 12345678", "12345678"),
    ],
)
def test_an_identifier_is_kept_without_the_address_around_it(client, author, field, pasted, kept):
    client.post(admin_url(Reference, "add"), SOURCE | {field: pasted})
    assert getattr(Reference.objects.get(), field) == kept


def test_a_browser_cuts_nothing_of_what_is_pasted(client, author):
    draft = make_cell_type(published=False, user=author)
    forms = [client.get(url).content for url in (admin_url(Reference, "add"), form_url(draft))]
    assert [form.count(b'name="pubmed_id"') + form.count(b'name="content__summary"') for form in forms] == [1, 1]
    assert [form.count(b"maxlength") for form in forms] == [0, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"doi": "stem cells"}, "A DOI begins with 10."),
        ({"pubmed_id": "12345678901"}, "at most 9 characters"),
        ({"pubmed_id": "PMC123"}, "A PubMed id is a number"),
        ({"doi": ""}, "Give a DOI, a PubMed id or a web address"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"key": "Turner, 2016"}, "Use letters, digits and hyphens alone"),
        ({"year": "next"}, "Enter a whole number."),
    ],
)
def test_a_source_with_a_mistake_is_not_saved(client, author, change, message):
    response = client.post(admin_url(Reference, "add"), SOURCE | change)
    assert message in str(response.context["adminform"].form.errors)
    assert not Reference.objects.exists()


def test_a_source_tells_where_it_is_cited(client, author):
    reference = make_reference()
    page = make_page("Page that cites", published=False, user=author)
    text = add_text(page, "<p>Words</p>")
    add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=reference)
    response = words(client.get(admin_url(Reference, "change", reference.pk)))
    assert "Drafts, which readers do not see:" in response
    assert page_content(page).title in response


def test_a_source_that_nothing_cites_says_so(client, author):
    assert "Nowhere at present." in words(client.get(admin_url(Reference, "change", make_reference().pk)))
