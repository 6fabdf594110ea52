"""What the rules find in a version as it is in the database, and where editors and reviewers are told."""

import pytest
from cms.api import add_plugin
from cms.models import Page
from cms.toolbar.utils import get_object_preview_url
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from djangocms_text.utils import plugin_to_tag
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.publication_rules import Level
from mscoe_portal.review import workflow
from mscoe_portal.review.choices import Act
from mscoe_portal.review.draft import Draft, draft_of
from mscoe_portal.review.gate import NotApprovedError
from mscoe_portal.review.models import AuditEntry, Clinician
from mscoe_portal.review.rules import against_publishing, findings_of, grouped
from stemcells.models import ClinicRiskArticleContent
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_page,
    make_page_with_words,
    make_recommendation,
    make_reference,
    make_user,
    page_content,
    publish,
)
from tests.growth import add_pages, add_records
from tests.review.people import make_author, make_reviewer, version_of
from tests.site import read_addresses

pytestmark = pytest.mark.django_db

LONG = f"<p>{'We go on and on ' * 7}so.</p>"


def page_with(html, author=None):
    """The version of a draft of a page that says `html`."""
    page = make_page(user=author, published=False)
    add_text(page, html)
    return version_of(page_content(page))


def cite(placeholder, reference, html="<p>A claim of ours.</p>"):
    """Put a text into `placeholder` that cites `reference`."""
    text = add_plugin(placeholder, "TextPlugin", "en", body=html)
    citation = add_plugin(placeholder, "CitationPlugin", "en", target=text, reference=reference)
    text.body = f"{html}{plugin_to_tag(citation)}"
    text.save()


def codes(version):
    return {finding.rule.code for finding in findings_of(version)}


def approved(version, author, **options):
    """`version`, submitted and approved."""
    reviewer = make_reviewer()
    workflow.submit(version, author)
    workflow.approve(version, reviewer, **options)
    return reviewer


@pytest.fixture
def author():
    return make_author()


def test_a_plain_page_breaks_no_rule():
    assert findings_of(page_with("<h2>Who we are</h2><p>We care for people with MS.</p>")) == []


def test_a_finding_says_where_it_is_and_how_to_mend_it():
    (finding,) = findings_of(page_with('<h2>Studies</h2><p>Read <a href="https://www.va.gov/">here</a>.</p>'))[:1]
    assert finding.rule.code == "link-words"
    assert finding.place == "Under “Studies”: “here”"
    assert "instead of “here”" in finding.advice


def test_a_word_in_capitals_is_told_with_its_passage_and_advice_that_fits():
    version = page_with("<h2>Studies</h2><p>Ask for it.</p><p>Call us NOW.</p>")
    (finding,) = findings_of(version)
    assert finding.place == "Under “Studies”: “Call us NOW.”"
    assert "“NOW”" in finding.advice
    assert "write it in small letters" in finding.advice


@pytest.mark.parametrize(
    ("markup", "place"),
    [
        ('<a href="/a/"><img src="/media/a.png" alt="A cell"></a>', "Under “Cells”: “A cell”"),
        ('<svg role="img"></svg>', "Under “Cells”: a part without words"),
    ],
)
def test_what_has_no_words_is_not_called_by_none(markup, place):
    draft = Draft.from_html(f"<h2>Cells</h2>{markup}")
    assert draft.place_of(draft.root[1]) == place


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_cell_type(published=False, concern=""),
        lambda: make_recommendation(published=False),
        lambda: make_clinic_risk_article(published=False),
        lambda: page_content(make_page(published=False)),
        lambda: page_content(make_page(published=False, template="pages/home.html")),
        lambda: page_content(make_page(published=False, template="pages/site_map.html")),
    ],
)
def test_the_rules_run_on_each_kind_of_content_and_see_its_title(make):
    content = make()
    draft = draft_of(version_of(content))
    assert draft.headings[0].tag == "h1"
    assert (getattr(content, content.title_field) if hasattr(content, "title_field") else content.title) in draft.text


def test_the_rules_run_on_an_alias():
    alias = make_alias(
        "at-notice", published=False, plugins=[("AtNoticePlugin", {"heading": "", "intro": "A.", "steps": "B."})]
    )
    content = alias.contents(manager="admin_manager").get()
    assert "empty-field" in codes(version_of(content))


def test_a_page_that_only_leads_elsewhere_has_nothing_to_read():
    page = make_page(published=False, redirect="https://www.va.gov/")
    add_text(page, LONG)
    assert codes(version_of(page_content(page))) == set()


@pytest.mark.parametrize("html", ["", "<h2>A heading</h2>", "<p>&nbsp;</p>", "<p>&#8203;</p>"])
def test_a_page_of_which_readers_would_get_the_title_alone_is_refused_at_submission(author, html):
    with pytest.raises(ConditionFailed, match="no words but its title"):
        workflow.submit(page_with(html, author), author)


@pytest.mark.parametrize("values", [{"redirect": "/there/"}, {"apphook": "CellTypesApphook"}])
def test_a_page_that_leads_on_or_that_an_application_fills_needs_no_words_of_its_own(values):
    make_page(slug="there")
    assert codes(version_of(page_content(make_page(slug="a", published=False, **values)))) == set()


def test_a_page_that_redirects_to_itself_needs_words():
    """The CMS shows it all the same."""
    page = make_page(slug="a", published=False, redirect="/a/")
    assert codes(version_of(page_content(page))) == {"empty-page"}


def test_what_is_rendered_is_what_readers_would_get_not_other_drafts():
    page = make_page(published=False)
    recommendation = make_recommendation(statement="What is public.")
    version_of(recommendation).copy(make_user())
    add_plugin(
        page_content(page).get_placeholders().get(slot="content"),
        "RecommendationCalloutPlugin",
        "en",
        recommendation=recommendation.record,
    )
    draft = draft_of(version_of(page_content(page)))
    assert "What is public." in draft.text
    assert draft.root.xpath(".//cms-plugin | .//template | .//*[contains(@class, 'cms-plugin')]") == []


def test_another_language_has_its_own_words():
    content = make_cell_type(published=False, language="es", summary="Son células que se estudian para las personas.")
    assert "language" not in codes(version_of(content))


# --- Links ------------------------------------------------------------------------------------------------------------


def test_a_link_to_a_public_page_or_record_is_alive():
    page = make_page(slug="there")
    version = page_with('<p><a href="/there/">That page</a>, <a href="/es/there/#a">in Spanish</a></p>')
    assert "dead-link" not in codes(version)
    assert page


@pytest.mark.parametrize("address", ["/nowhere/", "/there/", "/admin/"])
def test_a_link_to_what_readers_cannot_open_is_dead(address):
    make_page(slug="there", published=False)
    assert "dead-link" in codes(page_with(f'<p><a href="{address}">That page</a></p>'))


def test_a_link_to_an_approved_draft_is_alive(author):
    there = version_of(page_content(make_page_with_words(slug="there", user=author, published=False)))
    version = page_with('<p><a href="/there/">That page</a></p>')
    assert "dead-link" in codes(version)
    approved(there, author)
    assert "dead-link" not in codes(version)


def test_a_draft_may_link_to_itself():
    page = make_page(slug="here-it-is", published=False)
    add_text(page, '<p><a href="/here-it-is/">This very page</a></p>')
    assert "dead-link" not in codes(version_of(page_content(page)))


def test_a_page_for_those_who_sign_in_is_not_public():
    page = make_page(slug="there")
    page.login_required = True
    page.save()
    assert "dead-link" in codes(page_with('<p><a href="/there/">That page</a></p>'))


def test_a_title_that_another_public_page_has_is_found_in_its_language_only():
    make_page("Apphook", slug="types", apphook="CellTypesApphook")
    make_cell_type(plural="Cells of blood", short_name="HSC", slug="hsc")
    make_page("About us", slug="about")
    make_page("A draft", published=False)
    make_page("Elsewhere", redirect="https://www.va.gov/")
    read_addresses()
    taken = {"about  Us": "/about/", "Cells of blood (HSC)": "/types/hsc/"}
    free = ["A draft", "Elsewhere", "Cells of blood", "About"]
    for title, address in [*taken.items(), *((title, "") for title in free)]:
        draft = make_page(title, slug="new", published=False)
        assert draft_of(version_of(page_content(draft))).namesake == address, title
    spanish = make_page("About us", slug="nuevo", language="es", published=False)
    assert draft_of(version_of(page_content(spanish, "es"))).namesake == ""


def test_the_title_that_readers_see_is_compared():
    make_page("Short", page_title="A long title", slug="long")
    assert "same-title" in codes(version_of(page_content(make_page("A long title", published=False))))
    assert "same-title" not in codes(version_of(page_content(make_page("Short", published=False))))


def test_a_record_is_compared_with_pages_and_not_with_its_own_public_version():
    article = make_clinic_risk_article(title="Clinics")
    newer = version_of(article).copy(make_user())
    assert "same-title" not in codes(newer)
    make_page("Clinics")
    assert "same-title" in codes(newer)


def test_a_page_whose_address_readers_do_not_get_is_not_published():
    make_page("Types", slug="types", apphook="CellTypesApphook")
    page = make_page("A page", slug="hsc", parent=Page.objects.get(), published=False)
    read_addresses()
    assert "taken-address" in codes(version_of(page_content(page)))


def test_comparing_titles_takes_no_more_queries_with_more_pages():
    user = make_user()
    make_page("Home", home=True)
    version = page_with("<p>Words.</p>")
    findings_of(version)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            findings_of(Version.objects.get(pk=version.pk))
        return len(captured)

    before = queries()
    add_pages(20, user, in_menu=0)
    add_records(20, user)
    assert queries() == before


def test_asking_where_links_lead_takes_no_more_queries_with_more_links(django_assert_max_num_queries):
    for number in range(12):
        make_page(slug=f"there-{number}")
    links = " ".join(f'<a href="/there-{number}/">Page {number}</a>' for number in range(12))
    version = page_with(f"<p>{links}</p>")
    findings_of(version)
    with django_assert_max_num_queries(45):
        findings_of(Version.objects.get(pk=version.pk))


# --- Sources ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_recommendation, make_clinic_risk_article])
def test_an_article_and_a_recommendation_need_a_source_of_their_own(make):
    content = make(published=False)
    assert "no-source" in codes(version_of(content))
    cite(content.prose, make_reference())
    assert "no-source" not in codes(version_of(type(content).admin_manager.get(pk=content.pk)))


def test_the_source_of_the_recommendation_that_it_shows_is_not_the_articles_own():
    recommendation = make_recommendation(published=False)
    cite(recommendation.prose, make_reference())
    publish(recommendation)
    article = make_clinic_risk_article(published=False, recommendation=recommendation.record)
    assert "no-source" in codes(version_of(ClinicRiskArticleContent.admin_manager.get(pk=article.pk)))


@pytest.mark.parametrize(("status", "code"), [("retracted", "retracted-source"), ("superseded", "superseded-source")])
def test_the_status_of_a_cited_source_counts(status, code):
    page = make_page(published=False)
    cite(page_content(page).get_placeholders().get(slot="content"), make_reference(status=status))
    assert code in codes(version_of(page_content(page)))


def test_a_claim_in_a_call_out_and_in_the_summary_of_a_record_is_worth_a_look():
    page = page_content(make_page(published=False))
    words = "Stem cells cure MS in 90% of people."
    add_plugin(page.get_placeholders().get(slot="content"), "CalloutPlugin", "en", urgency="note", text=words)
    record = make_cell_type(published=False, summary="They cure MS.")
    for content, place in [(page, words), (record, "They cure MS.")]:
        (finding,) = findings_of(version_of(content))
        assert (finding.rule.code, finding.rule.level) == ("uncited-claim", Level.NOTE)
        assert place in finding.place


# --- Enforcement ------------------------------------------------------------------------------------------------------


def test_what_must_be_mended_is_refused_at_submission(author):
    version = page_with('<p><a href="https://www.va.gov/">here</a></p>', author)
    with pytest.raises(ConditionFailed, match="instead of “here”"):
        workflow.submit(version, author)


def test_what_must_be_waived_is_refused_at_approval_without_a_reason(author):
    version = page_with(LONG, author)
    with pytest.raises(ConditionFailed, match="A sentence is too long"):
        approved(version, author, waivers={"long-sentence": " "})


def test_a_waiver_holds_for_its_approval_and_shows_in_the_history(author):
    version = page_with(LONG, author)
    waivers = dict.fromkeys(codes(version), "As the law words it.")
    reviewer = approved(version, author, waivers=waivers | {"picture-text": "Not asked for."})
    version.publish(reviewer)
    assert Version.objects.get(pk=version.pk).state == PUBLISHED
    waived = set(version.signatures.get().waivers.values_list("rule", flat=True))
    assert waived == set(waivers)
    notes = AuditEntry.objects.filter(version_id=version.pk, act=Act.WAIVED).values_list("note", flat=True)
    assert "long-sentence: As the law words it." in notes


def test_a_source_retracted_after_the_approval_stops_the_publication(author):
    reference = make_reference()
    page = make_page(user=author, published=False)
    add_text(page, "<ul><li>A point.</li></ul>", slot="in_short")
    cite(page_content(page).get_placeholders().get(slot="content"), reference)
    version = version_of(page_content(page))
    reviewer = approved(version, author)
    reference.status = "retracted"
    reference.save()
    with pytest.raises(NotApprovedError, match="was retracted"):
        version.publish(reviewer)
    with pytest.raises(ConditionFailed, match="was retracted"):
        version.check_publish(make_user(is_superuser=True))


@pytest.mark.slow
@pytest.mark.parametrize("page", ["version", "publish", "desk"])
def test_an_approved_draft_that_a_rule_stops_since_says_so_before_anybody_tries(client, author, page):
    reference = make_reference()
    content = page_content(make_page(user=author, published=False))
    add_text(content.page, "<ul><li>A point.</li></ul>", slot="in_short")
    cite(content.get_placeholders().get(slot="content"), reference)
    version = version_of(content)
    client.force_login(approved(version, author))
    addresses = {
        "version": reverse("review:version", args=[version.pk]),
        "publish": reverse("review:step", args=[version.pk, "publish"]),
        "desk": reverse("review:desk_rules", args=["approved"]),
    }
    before = client.get(addresses[page]).content.decode()
    assert "Nothing stands against publishing." in before
    reference.status = "retracted"
    reference.save()
    since = client.get(addresses[page]).content.decode()
    assert "Nothing stands against publishing." not in since
    assert "It can be published" not in since
    assert "1 thing must be mended" in since
    assert "retracted" in since


def test_what_was_waived_with_the_approval_is_told_apart_and_not_counted_as_to_be_mended(client, author):
    version = page_with(LONG, author)
    reasons = dict.fromkeys(codes(version), "As the law words it.")
    reviewer = approved(version, author, waivers=reasons)
    client.force_login(reviewer)
    page = client.get(reverse("review:version", args=[version.pk])).content.decode()
    assert "Nothing stands against publishing." in page
    assert "waived in writing with the approval" in page
    assert "must be mended" not in page
    assert "0 to mend" in client.get(get_object_preview_url(version.content)).content.decode()


def test_the_credentials_of_who_approved_it_do_not_stop_the_publication(author):
    version = page_with("<p>Ask your care team.</p>", author)
    reviewer = make_reviewer()
    Clinician.objects.create(user=reviewer, name="Ann Vale", credentials="MD, PhD, FAAN", may_be_named=True)
    workflow.submit(version, author)
    workflow.approve(version, reviewer)
    assert codes(version) == set()
    workflow.publish(version, reviewer)
    assert Version.objects.get(pk=version.pk).state == PUBLISHED


def test_a_message_names_the_first_findings_and_how_many_more_there_are(author):
    links = "".join(f'<p><a href="https://www.va.gov/{n}/">here</a></p>' for n in range(5))
    with pytest.raises(ConditionFailed, match="And 2 more"):
        workflow.submit(page_with(links, author), author)


# --- Where editors are told -------------------------------------------------------------------------------------------


def test_findings_are_counted_in_words():
    version = page_with('<p><a href="https://www.va.gov/a/">here</a> <a href="https://www.va.gov/b/">here</a></p>')
    assert [group.title for group in grouped(findings_of(version))] == [
        "2 things must be mended",
        "2 things are worth a look",
    ]
    assert against_publishing(findings_of(version))


def record_form(client, content):
    name = (
        f"admin:stemcells_{content._meta.get_field(content.grouper_field_name).related_model._meta.model_name}_change"
    )
    return client.get(reverse(name, args=[content.record.pk]), {"language": "en"}).content.decode()


def test_the_form_of_a_record_says_what_stands_against_publishing(client, author):
    client.force_login(author)
    form = record_form(client, make_recommendation(user=author, published=False))
    assert "1 thing must be mended" in form
    assert "Cite the source that it rests on" in form


def test_the_form_of_a_record_says_when_nothing_does(client, author):
    client.force_login(author)
    form = record_form(client, make_cell_type(user=author, published=False))
    assert "Nothing stands against publishing." in form


def test_a_refused_save_says_nothing_of_publishing_what_was_saved_before(client, author):
    content = make_cell_type(user=author, published=False)
    client.force_login(author)
    form = html.fromstring(record_form(client, content)).get_element_by_id("celltype_form")
    url = reverse("admin:stemcells_celltype_change", args=[content.cell_type_id])
    refused = client.post(url, dict(form.form_values()) | {"content__summary": ""}).content.decode()
    assert "There is a problem" in refused
    assert "against publishing" not in refused


def test_the_form_of_a_record_that_is_only_worth_a_look_does_not_say_that_it_must_be_mended_first(client, author):
    content = make_cell_type(user=author, published=False)
    html = '<p>Ask <a href="https://www.va.gov/a/">your VA care team</a>.</p>'
    add_plugin(content.prose, "TextPlugin", "en", body=html)
    client.force_login(author)
    form = record_form(client, content)
    assert "1 thing is worth a look" in form
    assert form.count("Nothing stands against publishing.") == 1
    assert "Before it can be published" not in form


def test_the_form_of_what_is_public_says_nothing_of_it(client, author):
    client.force_login(author)
    form = record_form(client, make_recommendation(user=author))
    assert "stands against publishing" not in form
    assert "must be mended" not in form


def test_the_preview_of_a_draft_counts_what_the_rules_find_and_leads_to_it(client):
    user = make_user(is_superuser=True)
    version = page_with('<p><a href="https://www.va.gov/">here</a></p>', user)
    client.force_login(user)
    preview = client.get(get_object_preview_url(version.content)).content.decode()
    assert "1 to mend" in preview
    page = client.get(reverse("review:version", args=[version.pk])).content.decode()
    assert "Say where the link leads" in page


def test_readers_and_public_versions_run_no_rule(client, monkeypatch):
    monkeypatch.setattr("mscoe_portal.review.rules.draft_of", None)
    page = make_page(home=True)
    user = make_user(is_superuser=True)
    assert client.get("/").status_code == 200
    client.force_login(user)
    assert client.get("/").status_code == 200
    assert client.get(get_object_preview_url(page_content(page))).status_code == 200


@pytest.mark.slow
def test_the_first_content_makes_no_medical_claim_without_a_source(site):
    versions = Version.objects.filter(state=PUBLISHED)
    found = [finding for version in versions for finding in findings_of(version)]
    assert [finding.place for finding in found if finding.rule.code == "uncited-claim"] == []


@pytest.mark.slow
def test_the_first_content_breaks_no_rule_that_stands_against_publishing(site):
    found = {
        (str(version.content), finding.rule.code, finding.place)
        for version in Version.objects.filter(state=PUBLISHED)
        for finding in findings_of(version)
        if finding.rule.level != Level.NOTE
    }
    assert found == set()
