import pytest
from cms.api import add_plugin
from cms.models import CMSPlugin, Placeholder
from cms.plugin_pool import plugin_pool
from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from djangocms_versioning.models import Version

from mscoe_portal.review.digest import digest_of
from tests.factories import (
    add_text,
    make_cell_type,
    make_clinic_risk_article,
    make_page,
    make_recommendation,
    make_reference,
    make_user,
    page_content,
)

pytestmark = pytest.mark.django_db


def version_of(content):
    return Version.objects.get_for_content(content)


def fresh_digest(content):
    return digest_of(Version.objects.get(pk=version_of(content).pk))


def make_draft_with_citation():
    content = page_content(make_page(published=False))
    placeholder = content.get_placeholders().get(slot="content")
    text = add_plugin(placeholder, "TextPlugin", "en", body="<p>A claim.</p>")
    citation = add_plugin(placeholder, "CitationPlugin", "en", target=text, reference=make_reference())
    text.body = f'<p>A claim.<cms-plugin id="{citation.pk}"></cms-plugin></p>'
    text.save()
    return content, text, citation


def test_a_copy_has_the_digest_of_what_it_is_a_copy_of():
    content, _text, _citation = make_draft_with_citation()
    copy = version_of(content).copy(make_user())
    assert digest_of(copy) == fresh_digest(content)


def test_saving_without_a_change_keeps_the_digest():
    content, text, citation = make_draft_with_citation()
    before = fresh_digest(content)
    for row in (content, text, citation):
        row.save()
    assert fresh_digest(content) == before


def test_a_changed_text_changes_the_digest_and_its_undo_restores_it():
    content, text, _citation = make_draft_with_citation()
    before, body = fresh_digest(content), text.body
    text.body = body.replace("claim", "claims")
    text.save()
    assert fresh_digest(content) != before
    text.body = body
    text.save()
    assert fresh_digest(content) == before


def test_a_changed_field_of_the_content_changes_the_digest():
    content = make_cell_type(published=False)
    before = fresh_digest(content)
    content.concern = "May cause tumors."
    content.save()
    assert fresh_digest(content) != before


def test_another_source_behind_a_citation_changes_the_digest():
    content, _text, citation = make_draft_with_citation()
    before = fresh_digest(content)
    citation.reference = make_reference()
    citation.save()
    assert fresh_digest(content) != before


def test_what_a_cited_source_says_is_in_the_digest_and_its_status_is_not():
    content, _text, citation = make_draft_with_citation()
    before = fresh_digest(content)
    citation.reference.status = "retracted"
    citation.reference.save()
    assert fresh_digest(content) == before
    citation.reference.year = 1999
    citation.reference.save()
    assert fresh_digest(content) != before


def test_another_order_of_plugins_changes_the_digest():
    page = make_page(published=False)
    first, _second = add_text(page, "<p>One.</p>"), add_text(page, "<p>Two.</p>")
    content = page_content(page)
    before = fresh_digest(content)
    first.placeholder.move_plugin(CMSPlugin.objects.get(pk=first.pk), target_position=2)
    assert fresh_digest(content) != before


def test_a_record_that_is_shown_enters_by_identity():
    page = make_page(published=False)
    recommendation = make_recommendation(published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    add_plugin(placeholder, "RecommendationCalloutPlugin", "en", recommendation=recommendation.record)
    before = fresh_digest(page_content(page))
    recommendation.statement = "Another statement."
    recommendation.save()
    assert fresh_digest(page_content(page)) == before


@pytest.mark.slow
def test_a_digest_takes_no_more_queries_with_more_plugins(django_assert_max_num_queries):
    page = make_page(published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    for number in range(30):
        text = add_text(page, f"<p>Text {number}.</p>")
        add_plugin(placeholder, "CitationPlugin", "en", target=text, reference=make_reference())
        add_plugin(placeholder, "CalloutPlugin", "en", text="Look")
        add_plugin(placeholder, "RecommendationCalloutPlugin", "en", recommendation=make_recommendation().record)
        add_plugin(placeholder, "ClinicRiskTeaserPlugin", "en", article=make_clinic_risk_article().record)
        add_plugin(placeholder, "CellTypeCardPlugin", "en", cell_type=make_cell_type().record)
    version = Version.objects.get(pk=version_of(page_content(page)).pk)
    with django_assert_max_num_queries(15):
        digest_of(version)


def test_no_content_and_no_plugin_owns_rows_that_the_digest_would_miss():
    contents = [item.content_model for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables]
    models = {*contents, *(plugin.model for plugin in plugin_pool.get_all_plugins())}
    missed = {
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.get_fields()
        if field.many_to_many or field.one_to_many
        if not isinstance(field, GenericRelation) and not issubclass(field.related_model, CMSPlugin | Placeholder)
    }
    assert missed == set()
