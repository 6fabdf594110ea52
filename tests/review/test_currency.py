"""How a page stands with all that it shows."""

from datetime import timedelta

import pytest
from cms.api import add_plugin
from django.contrib.contenttypes.models import ContentType
from django.utils.timezone import localdate
from djangocms_versioning.models import Version

from mscoe_portal.loading import loading
from mscoe_portal.review.currency import Review, page_reviews, public_contents, review_of_version
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_clinician,
    make_disclaimer,
    make_page,
    make_plan,
    make_recommendation,
    page_content,
    publish,
    sign,
)

pytestmark = pytest.mark.django_db


def review(content):
    return page_reviews()[ContentType.objects.get_for_model(content).pk, content.pk]


def days_since_review(content):
    reviewed_on = review(content).reviewed_on
    return reviewed_on and (localdate() - reviewed_on).days


def make_signed_page(*plugins, days_ago=1, language="en"):
    """A published page that holds `plugins` (pairs of a type and its values), signed some days ago; its content."""
    page = make_page(published=False, language=language)
    content = page_content(page, language)
    placeholder = content.get_placeholders().get(slot="content")
    for plugin_type, values in plugins:
        add_plugin(placeholder, plugin_type, language, **values)
    publish(content)
    sign(content, days_ago=days_ago)
    return content


def signed(content, days_ago):
    sign(content, days_ago=days_ago)
    return content


def test_what_nobody_signed_is_not_reviewed():
    assert review(make_cell_type()) == Review()


def test_the_newest_signature_counts():
    content = make_cell_type()
    sign(content, days_ago=30)
    sign(content, days_ago=300)
    assert days_since_review(content) == 30


def test_the_next_review_is_due_a_year_later_unless_a_plan_says_otherwise():
    content = make_cell_type()
    signature = sign(content)
    reviewed_on = localdate(signature.signed_at)
    assert review(content).due_on - reviewed_on >= timedelta(days=365)
    make_plan(content, months=1)
    assert review(content).due_on - reviewed_on <= timedelta(days=31)


@pytest.mark.parametrize("may_be_named", [True, False])
def test_a_clinician_is_named_only_with_consent(may_be_named):
    content = make_cell_type()
    sign(content, make_clinician("Ana Ruiz", "MD", may_be_named=may_be_named))
    named = ("Ana Ruiz", "MD") if may_be_named else ("", "")
    assert (review(content).reviewer, review(content).credentials) == named


def shows_a_card():
    content = make_cell_type()
    return content, ("CellTypeCardPlugin", {"cell_type": content.cell_type})


def shows_all_cell_types():
    return make_cell_type(), ("CellTypeListPlugin", {"layout": "table"})


def shows_all_disclaimers():
    return make_disclaimer(), ("DisclaimerNotePlugin", {})


def shows_an_article():
    content = make_clinic_risk_article()
    return content, ("ClinicRiskTeaserPlugin", {"article": content.clinic_risk_article})


def shows_an_alias():
    alias = make_alias("shown-inside", plugins=[("TextPlugin", {"body": "<p>Text</p>"})])
    return alias.get_content("en"), ("Alias", {"alias": alias})


WAYS = [shows_a_card, shows_all_cell_types, shows_all_disclaimers, shows_an_article, shows_an_alias]


@pytest.mark.parametrize("way", WAYS)
def test_a_page_shows_its_oldest_signature(way):
    part, plugin = way()
    page = make_signed_page(plugin, days_ago=1)
    sign(part, days_ago=50)
    assert days_since_review(page) == 50
    sign(part, days_ago=0)
    assert days_since_review(page) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_part_that_nobody_reviewed_makes_the_page_not_reviewed(way):
    _part, plugin = way()
    assert review(make_signed_page(plugin)) == Review()


def test_a_record_shown_by_a_contents_own_key_is_a_part():
    recommendation = make_recommendation()
    article = signed(make_clinic_risk_article(recommendation=recommendation.recommendation), 1)
    assert review(article) == Review()
    sign(recommendation, days_ago=9)
    assert days_since_review(article) == 9


def test_parts_of_parts_count_and_a_circle_does_no_harm():
    recommendation = signed(make_recommendation(), 90)
    article = signed(make_clinic_risk_article(recommendation=recommendation.recommendation), 2)
    placeholder = recommendation.placeholders.create(slot="prose")
    with loading():
        add_plugin(placeholder, "RecommendationCalloutPlugin", "en", recommendation=recommendation.recommendation)
    page = make_signed_page(("ClinicRiskTeaserPlugin", {"article": article.clinic_risk_article}))
    assert days_since_review(page) == 90


def test_the_earliest_due_date_of_all_parts_is_the_pages():
    part = signed(make_cell_type(), 1)
    page = make_signed_page(("CellTypeCardPlugin", {"cell_type": part.cell_type}), days_ago=40)
    make_plan(part, months=2)
    assert review(page).due_on == review(part).due_on
    assert days_since_review(page) == 40


def test_a_part_that_is_not_public_is_not_shown():
    draft = make_cell_type(published=False)
    page = make_signed_page(("CellTypeCardPlugin", {"cell_type": draft.cell_type}))
    assert days_since_review(page) == 1


def test_another_plugin_of_the_same_kind_that_shows_one_thing_does_not_show_all():
    shown, _other = signed(make_disclaimer(), 3), make_disclaimer()
    page = make_signed_page(("DisclaimerNotePlugin", {"disclaimer": shown.disclaimer}))
    assert days_since_review(page) == 3


def test_what_is_not_translated_is_shown_in_english():
    english = signed(make_cell_type(), 20)
    page = make_signed_page(("CellTypeCardPlugin", {"cell_type": english.cell_type}), language="es")
    assert days_since_review(page) == 20
    signed(make_cell_type(record=english.cell_type, language="es"), 5)
    assert days_since_review(page) == 5


def test_a_link_to_a_page_does_not_show_it():
    linked = make_page()
    page = make_page(published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    paths = add_plugin(placeholder, "PathsPlugin", "en")
    add_plugin(placeholder, "PathPlugin", "en", target=paths, name="On", page=linked)
    publish(page_content(page))
    assert days_since_review(signed(page_content(page), 1)) == 1


def test_an_empty_part_has_nothing_to_review():
    alias = make_alias("empty")
    assert days_since_review(make_signed_page(("Alias", {"alias": alias}))) == 1


def test_what_stands_on_every_page_is_no_part_of_it():
    make_alias("quick-links", plugins=[("TextPlugin", {"body": "<p>Text</p>"})])
    assert days_since_review(make_signed_page()) == 1


def test_a_plugin_of_an_older_version_does_not_count():
    page = make_page(published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    add_plugin(placeholder, "CellTypeCardPlugin", "en", cell_type=make_cell_type().cell_type)
    publish(page_content(page))
    newer = Version.objects.get_for_content(page_content(page)).copy(make_clinician())
    newer.content.get_placeholders().get(slot="content").clear()
    publish(newer.content)
    assert days_since_review(signed(newer.content, 0)) == 0


def test_a_draft_stands_as_it_would_once_published():
    page = make_page(published=False)
    version = Version.objects.get_for_content(page_content(page))
    assert review_of_version(version) == Review()
    sign(page_content(page), days_ago=4)
    assert review_of_version(version).reviewed_on == localdate() - timedelta(days=4)


def test_each_public_content_is_told_with_its_title_and_owner():
    owner = make_clinician()
    content = make_cell_type(plural="Fat cells")
    make_plan(content, owner=owner)
    make_cell_type(published=False)
    page = make_page("About us")
    make_alias("at-notice", plugins=[("TextPlugin", {"body": "<p>Text</p>"})])
    make_alias("seal")
    told = {(content.title, content.owner_id) for content in public_contents()}
    assert told == {("Fat cells", owner.pk), ("About us", None), ("at-notice", None)}
    assert page_content(page).pk in {content.object_id for content in public_contents()}


def test_a_page_that_only_leads_elsewhere_has_no_review_that_could_be_due():
    make_page("Health", redirect="https://www.va.gov/")
    make_page("About us", redirect="")
    assert [content.title for content in public_contents()] == ["About us"]


def test_all_is_asked_with_one_question_however_much_there_is(django_assert_num_queries):
    def add():
        for way in WAYS[:4]:
            _part, plugin = way()
            add_text(make_page(), "<p>Text</p>")
            make_signed_page(plugin)

    add()
    page_reviews()
    with django_assert_num_queries(1):
        page_reviews()
    add()
    with django_assert_num_queries(1):
        page_reviews()
