import pytest
from cms.api import add_plugin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from djangocms_versioning.constants import PUBLISHED, UNPUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.review.choices import Relation
from mscoe_portal.review.where_used import (
    children_that_disappear,
    is_on_every_page,
    lost_with,
    name_of,
    used_by,
)
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    make_reference,
    page_content,
    publish,
)
from tests.review.people import make_reviewer, step_url, version_of

pytestmark = pytest.mark.django_db


def place(page, plugin_type, **values):
    placeholder = page_content(page).get_placeholders().get(slot="content")
    return add_plugin(placeholder, plugin_type, "en", **values)


def published(page):
    publish(page_content(page))
    return page


def titles(uses):
    return [use.name for use in uses]


def test_a_record_is_used_by_the_page_whose_plugin_names_it():
    record = make_recommendation().record
    page = make_page("Shows it", published=False)
    place(page, "RecommendationCalloutPlugin", recommendation=record)
    published(page)
    make_page("Another")
    [use] = used_by(record)
    assert (use.name, use.is_public, use.relations) == ("Shows it", True, {Relation.SHOWS})


def test_a_draft_is_told_apart_and_comes_after_what_is_public():
    record = make_recommendation().record
    draft, public = make_page("A draft", published=False), make_page("Public", published=False)
    for page in (draft, public):
        place(page, "RecommendationCalloutPlugin", recommendation=record)
    published(public)
    assert [(use.name, use.is_public) for use in used_by(record)] == [("Public", True), ("A draft", False)]


def test_an_old_version_is_no_use():
    record = make_recommendation().record
    page = make_page(published=False)
    place(page, "RecommendationCalloutPlugin", recommendation=record)
    version = Version.objects.get_for_content(page_content(page))
    version.archive(version.created_by)
    assert used_by(record) == []


def test_a_record_is_used_by_the_record_whose_field_names_it():
    record = make_recommendation().record
    make_clinic_risk_article(title="Risky", recommendation=record)
    assert titles(used_by(record)) == ["Risky"]


def test_every_cell_type_is_used_by_the_page_that_lists_them_all():
    record = make_cell_type().record
    page = make_page("List", published=False)
    place(page, "CellTypeListPlugin")
    published(page)
    assert titles(used_by(record)) == ["List"]


def test_a_disclaimer_is_used_where_all_are_shown_and_not_where_another_one_is():
    record, other = make_disclaimer().record, make_disclaimer().record
    page = make_page("One", published=False)
    place(page, "DisclaimerNotePlugin", disclaimer=other)
    published(page)
    assert used_by(record) == []
    everything = make_page("All", published=False)
    place(everything, "DisclaimerNotePlugin")
    published(everything)
    assert titles(used_by(record)) == ["All"]


def test_a_source_is_used_where_it_is_cited():
    reference = make_reference()
    page = make_page("Cites", published=False)
    text = add_text(page, "<p>A claim.</p>")
    add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=reference)
    published(page)
    assert titles(used_by(reference)) == ["Cites"]


@pytest.mark.parametrize(
    "link", ["/aim/", "/aim", "/aim/#part", "/aim/?print=1", "https://portal.example.org/aim/", "/es/aim/"]
)
def test_a_page_is_used_by_a_text_that_links_to_its_address(link, settings):
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    aim = make_page("Aim", slug="aim")
    page = make_page("Links", published=False)
    add_text(page, f'<p>Read <a href="{link}">the aim</a>.</p>')
    published(page)
    [use] = used_by(aim)
    assert (use.name, use.relations) == ("Links", {Relation.LINKS})


@pytest.mark.parametrize("link", ["/aiming/", "/other/aim/", "https://example.org/aim/"])
def test_a_page_is_not_used_by_a_link_that_leads_elsewhere(link):
    aim = make_page("Aim", slug="aim")
    page = make_page(published=False)
    add_text(page, f'<p>Read <a href="{link}">this</a>.</p>')
    published(page)
    assert used_by(aim) == []


def test_a_page_is_used_by_a_link_that_names_it_by_its_id():
    aim = make_page("Aim")
    page = make_page("Links", published=False)
    add_text(page, f'<p>Read <a href="/x/" data-cms-href="cms.page:{aim.pk}">the aim</a>.</p>')
    published(page)
    assert titles(used_by(aim)) == ["Links"]


def test_a_page_is_used_by_a_redirect_and_by_a_way_onward():
    aim = make_page("Aim", slug="aim")
    make_page("Redirects", redirect="/aim/")
    page = make_page("Way onward", published=False)
    paths = place(page, "PathsPlugin")
    add_plugin(paths.placeholder, "PathPlugin", "en", target=paths, name="Aim", page=aim)
    published(page)
    assert titles(used_by(aim)) == ["Redirects", "Way onward"]


def test_an_alias_is_used_by_the_page_that_shows_it_and_uses_the_record_in_it():
    record = make_recommendation().record
    alias = make_alias("part", plugins=[("RecommendationCalloutPlugin", {"recommendation": record})])
    page = make_page("Shows the alias", published=False)
    place(page, "Alias", alias=alias)
    published(page)
    assert titles(used_by(alias)) == ["Shows the alias"]
    assert titles(used_by(record)) == ["part"]


def test_an_alias_of_the_frame_is_on_every_page():
    content = make_alias("quick-links").get_content(language="en")
    assert is_on_every_page(content)
    assert not is_on_every_page(make_recommendation())


def test_where_used_takes_no_more_queries_with_more_pages():
    record, aim = make_cell_type().record, make_page("Aim")

    def add(number):
        for _ in range(number):
            page = make_page(published=False)
            place(page, "CellTypeCardPlugin", cell_type=record)
            place(page, "CellTypeListPlugin")
            add_text(page, f'<p><a href="/x/" data-cms-href="cms.page:{aim.pk}">Aim</a></p>')
            published(page)

    def queries(obj):
        with CaptureQueriesContext(connection) as captured:
            assert used_by(obj)
        return len(captured)

    add(1)
    before = queries(record), queries(aim)
    add(4)
    assert (queries(record), queries(aim)) == before


def test_withdrawing_a_content_names_the_public_pages_that_lose_a_link_or_a_part():
    aim = make_page("Aim", slug="aim")
    linking, draft = make_page("Links", published=False), make_page("Draft", published=False)
    for page in (linking, draft):
        add_text(page, '<p><a href="/aim/">The aim</a></p>')
    published(linking)
    lost = lost_with(version_of(page_content(aim)))
    assert titles(lost["linking"]) == ["Links"]
    assert lost["showing"] == []


def test_withdrawing_a_translation_names_pages_of_its_language_alone():
    recommendation = make_recommendation()
    page = make_page("English", published=False)
    place(page, "RecommendationCalloutPlugin", recommendation=recommendation.record)
    published(page)
    translated = make_recommendation(record=recommendation.record, language="es")
    assert titles(lost_with(version_of(recommendation))["showing"]) == ["English"]
    assert lost_with(version_of(translated))["showing"] == []


def test_what_is_lost_with_a_record_is_looked_for_once():
    version = version_of(make_recommendation())
    with CaptureQueriesContext(connection) as captured:
        lost_with(version)
    assert len([query for query in captured if 'FROM "stemcells_disclaimercontent"' in query["sql"]]) == 1


def test_withdrawing_a_page_names_the_public_pages_below_it():
    top = make_page("Top")
    child = make_page("Child", parent=top)
    make_page("Grandchild", parent=child)
    make_page("Draft below", parent=top, published=False)
    make_page("Beside")
    version = Version.objects.get_for_content(page_content(top))
    assert [name_of(content) for content in children_that_disappear(version)] == ["Child", "Grandchild"]


def test_withdrawing_a_page_names_the_pages_that_link_to_what_disappears_with_it(client):
    top = make_page("Top")
    child = make_page("Child", parent=top)
    for name in ("Links to it", "Links to it and disappears"):
        page = make_page(name, published=False, parent=top if "disappears" in name else None)
        add_text(page, f'<p><a href="{page_content(child).get_absolute_url()}">The child</a></p>')
        published(page)
    answer = opened(client, step_url(Version.objects.get_for_content(page_content(top)), "withdraw"))
    assert (
        "Withdraw it all the same, although these lose by it: Links to it, Child, Links to it and disappears." in answer
    )


# --- On the pages of the admin ---


def opened(client, url):
    client.force_login(make_reviewer())
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_record_tells_on_its_form_where_it_is_used(client):
    recommendation = make_recommendation()
    page = make_page("Shows it", published=False)
    place(page, "RecommendationCalloutPlugin", recommendation=recommendation.record)
    published(page)
    form = reverse("admin:stemcells_recommendation_change", args=[recommendation.record.pk])
    assert '<a href="/shows-it/">Shows it</a> (shows it)' in opened(client, form)
    assert "Nowhere at present." in opened(
        client, reverse("admin:stemcells_recommendation_change", args=[make_recommendation().record.pk])
    )


def test_a_page_and_an_alias_tell_on_their_review_page_where_they_are_used(client):
    aim, alias = make_page("Aim", slug="aim"), make_alias("quick-links")
    page = make_page("Links", published=False)
    add_text(page, '<p><a href="/aim/">The aim</a></p>')
    published(page)
    contents = page_content(aim), alias.get_content(language="en")
    pages = [reverse("review:version", args=[Version.objects.get_for_content(content).pk]) for content in contents]
    assert '<a href="/links/">Links</a> (links to it)' in opened(client, pages[0])
    assert "On every page." in opened(client, pages[1])


def test_an_alias_tells_on_its_form_where_it_is_used(client):
    alias = make_alias("quick-links")
    assert "On every page." in opened(client, reverse("admin:djangocms_alias_alias_change", args=[alias.pk]))


def test_what_is_in_use_is_withdrawn_only_by_a_choice_that_names_the_pages(client):
    aim = make_page("Aim", slug="aim")
    make_page("Below it", parent=aim)
    page = make_page("Links", published=False)
    add_text(page, '<p><a href="/aim/">The aim</a></p>')
    published(page)
    version = Version.objects.get_for_content(page_content(aim))
    url = reverse("review:step", args=[version.pk, "withdraw"])
    assert "although these lose by it: Links, Below it." in opened(client, url)
    response = client.post(url, {"reason": "It is wrong."})
    assert "all_the_same" in response.context["form"].errors
    assert Version.objects.get(pk=version.pk).state == PUBLISHED
    assert client.post(url, {"reason": "It is wrong.", "all_the_same": "on"}).status_code == 302
    assert Version.objects.get(pk=version.pk).state == UNPUBLISHED


def test_what_is_not_in_use_is_withdrawn_without_another_choice(client):
    version = Version.objects.get_for_content(make_recommendation())
    url = reverse("review:step", args=[version.pk, "withdraw"])
    assert "all_the_same" not in opened(client, url)
    assert client.post(url, {"reason": "It is wrong."}).status_code == 302
