"""What a reviewer sees in the preview of a draft is what the public will get: other drafts have no part in it."""

import pytest
from cms.api import add_plugin
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.test import Client
from django.urls import reverse
from djangocms_alias.models import Alias

from mscoe_portal.review import sharing
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    page_content,
    publish,
)
from tests.review.people import make_author, make_reviewer, version_of

pytestmark = pytest.mark.django_db

PUBLIC, DRAFT = "Published words", "Words of another draft"


@pytest.fixture
def author():
    return make_author()


@pytest.fixture(params=["preview", "edit", "shared"])
def look(request, author, client):
    """A function that gives the page of a draft: a reviewer's preview, its editor's, and what an expert gets."""

    def look_at(content):
        if request.param == "shared":
            secret = sharing.share(version_of(content), author, days=7)
            return Client().get(reverse("shared-draft", args=[secret])).content.decode()
        client.force_login(make_reviewer() if request.param == "preview" else author)
        url = get_object_preview_url(content) if request.param == "preview" else get_object_edit_url(content)
        response = client.get(url)
        assert response.status_code == 200
        return response.content.decode()

    return look_at


def draft_page(author, plugin_type, **values):
    page = make_page(user=author, published=False)
    add_plugin(page_content(page).get_placeholders().get(slot="content"), plugin_type, "en", **values)
    return page_content(page)


def with_newer_draft(content, field):
    """Make a draft of the published `content`, which says something else in `field`; returns its record."""
    draft = version_of(content).copy(make_author()).content
    setattr(draft, field, DRAFT)
    draft.save()
    return content.record


def test_a_nested_alias_is_shown_as_it_is_published(look, author):
    alias = make_alias("part", plugins=[("TextPlugin", {"body": f"<p>{PUBLIC}</p>"})])
    draft = alias.contents.get()
    newer = type(draft).objects.with_user(author).create(alias=alias, name="part", language="en")
    add_plugin(newer.placeholder, "TextPlugin", "en", body=f"<p>{DRAFT}</p>")
    page = look(draft_page(author, "Alias", alias=Alias.objects.get(pk=alias.pk)))
    assert PUBLIC in page
    assert DRAFT not in page


def test_an_alias_that_was_never_published_shows_nothing(look, author):
    alias = make_alias("part", published=False, plugins=[("TextPlugin", {"body": f"<p>{DRAFT}</p>"})])
    assert DRAFT not in look(draft_page(author, "Alias", alias=alias))


def test_an_alias_inside_itself_ends(look, author):
    alias = make_alias("part", published=False, plugins=[("TextPlugin", {"body": f"<p>{PUBLIC}</p>"})])
    content = alias.get_content(show_draft_content=True)
    add_plugin(content.placeholder, "Alias", "en", alias=alias)
    publish(content)
    assert PUBLIC in look(draft_page(author, "Alias", alias=Alias.objects.get(pk=alias.pk)))


def test_records_are_shown_as_they_are_published(look, author):
    draft = page_content(make_page(user=author, published=False))
    placeholder = draft.get_placeholders().get(slot="content")
    for make, field, plugin_type, key in (
        (make_recommendation, "statement", "RecommendationCalloutPlugin", "recommendation"),
        (make_clinic_risk_article, "summary", "ClinicRiskTeaserPlugin", "article"),
        (make_cell_type, "plural", "CellTypeCardPlugin", "cell_type"),
        (make_cell_type, "plural", "CellTypeListPlugin", None),
        (make_disclaimer, "text", "DisclaimerNotePlugin", "disclaimer"),
    ):
        record = with_newer_draft(make(**{field: f"{PUBLIC} in {plugin_type}"}), field)
        add_plugin(placeholder, plugin_type, "en", **({key: record} if key else {}))
    page = look(draft)
    assert [
        plugin.plugin_type for plugin in placeholder.get_plugins() if f"{PUBLIC} in {plugin.plugin_type}" not in page
    ] == []
    assert DRAFT not in page


def test_the_frame_has_published_aliases_and_none_is_made_by_looking(look, author):
    alias = make_alias("quick-links", plugins=[("TextPlugin", {"body": f"<p>{PUBLIC}</p>"})])
    newer = alias.contents.model.objects.with_user(author).create(alias=alias, name="quick-links", language="en")
    add_plugin(newer.placeholder, "TextPlugin", "en", body=f"<p>{DRAFT}</p>")
    page = look(page_content(make_page(user=author, published=False)))
    assert PUBLIC in page
    assert DRAFT not in page
    assert [alias.static_code for alias in Alias.objects.all()] == ["quick-links"]


def test_the_menu_is_that_of_readers(look, author):
    make_page(PUBLIC)
    make_page(DRAFT, published=False)
    page = look(page_content(make_page(user=author, published=False)))
    assert PUBLIC in page
    assert DRAFT not in page


def test_the_draft_itself_is_shown_in_place_of_what_is_public_of_it(look, author):
    public = make_page(user=author, published=False)
    add_text(public, f"<p>{PUBLIC}</p>")
    publish(page_content(public))
    draft = version_of(page_content(public)).copy(author).content
    text = draft.get_placeholders().get(slot="content").get_plugins().get().get_bound_plugin()
    text.body = "<p>Words of this draft</p>"
    text.save()
    page = look(draft)
    assert "Words of this draft" in page
    assert PUBLIC not in page
