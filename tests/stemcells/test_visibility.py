"""What is not published is nowhere that the public can look, whatever stands around it."""

import warnings

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url, get_object_structure_url
from djangocms_alias.models import AliasContent
from djangocms_versioning.models import Version

from tests.factories import (
    add_plugin,
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    make_user,
    page_content,
    publish,
)

pytestmark = pytest.mark.django_db


def draft_cell_type(word):
    names = dict.fromkeys(["short_name", "name", "plural"], word)
    facts = dict.fromkeys(["summary", "makes_or_does", "concern"], word)
    return make_cell_type(slug=word, **names, **facts, published=False)


def draft_article(word):
    return make_clinic_risk_article(slug=word, title=word, summary=word, key_points=word, published=False)


def draft_recommendation(word):
    return make_recommendation(title=word, statement=word, applies_to=word, published=False)


def draft_disclaimer(word):
    return make_disclaimer(title=word, text=word, shown="off_site_pages", published=False)


def draft_page(word):
    page = make_page(word, slug=word, published=False)
    add_text(page, f"<p>{word}</p>")
    return page_content(page)


def draft_alias(word):
    plugin = ("AtNoticePlugin", {"heading": word, "intro": word, "steps": word})
    make_alias("at-notice", published=False, plugins=[plugin])
    return AliasContent.admin_manager.get()


# What can be published, each under a word of its own.
DRAFTS = {
    "cell-type-zebra": draft_cell_type,
    "article-zebra": draft_article,
    "recommendation-zebra": draft_recommendation,
    "disclaimer-zebra": draft_disclaimer,
    "page-zebra": draft_page,
    "alias-zebra": draft_alias,
}


def publish_and_withdraw(content):
    user = make_user()
    publish(content, user)
    Version.objects.get_for_content(content).unpublish(user)


def archive(content):
    Version.objects.get_for_content(content).archive(make_user())


WAYS_NOT_TO_BE_PUBLIC = {"draft": lambda content: None, "withdrawn": publish_and_withdraw, "archived": archive}


@pytest.fixture
def contents():
    """A draft of each kind ({word: content}), on a site that shows every kind of record wherever it can be shown."""
    user = make_user()
    home = make_page("Home", home=True, user=user)
    make_page("Types", slug="types", apphook="CellTypesApphook", user=user)
    make_page("Risks", slug="risks", apphook="ClinicRisksApphook", user=user)
    make_page("Site map", slug="site-map", template="pages/site_map.html", user=user)
    add_text(home, '<p><a href="https://example.org/">Elsewhere</a></p>')
    contents = {word: draft(word) for word, draft in DRAFTS.items()}
    placeholder = page_content(home).get_placeholders().get(slot="content")
    records = {
        content.grouper_field_name: content.record for content in contents.values() if hasattr(content, "record")
    }
    for plugin, values in (
        ("CellTypeListPlugin", {"layout": "table"}),
        ("CellTypeListPlugin", {"layout": "cards"}),
        ("CellTypeCardPlugin", {"cell_type": records["cell_type"]}),
        ("ClinicRiskTeaserPlugin", {"article": records["clinic_risk_article"], "extent": "summary"}),
        ("ClinicRiskTeaserPlugin", {"article": records["clinic_risk_article"], "extent": "whole"}),
        ("RecommendationCalloutPlugin", {"recommendation": records["recommendation"]}),
        ("DisclaimerNotePlugin", {}),
        ("DisclaimerNotePlugin", {"disclaimer": records["disclaimer"]}),
    ):
        add_plugin(placeholder, plugin, "en", **values)
    return contents


PLACES = ["/", "/types/", "/risks/", "/site-map/", "/sitemap.xml", "/es/", "/es/site-map/"]
# Where each would be if it were public, in both languages.
OWN_ADDRESSES = [
    *("/types/cell-type-zebra/", "/risks/article-zebra/", "/page-zebra/"),
    *("/es/types/cell-type-zebra/", "/es/risks/article-zebra/", "/es/page-zebra/"),
]
# What switches on an editor's view, for editors.
QUERIES = ["?edit", "?preview", "?structure", "?toolbar_on", "?language=es"]
ADDRESSES = [*PLACES, *OWN_ADDRESSES, *(f"/{query}" for query in QUERIES), *(f"{own}?preview" for own in OWN_ADDRESSES)]


def sightings(answers, word):
    """Where the public sees `word`: addresses. That an answer repeats the address itself is no sighting."""
    shown = {address: answer.content.decode() for address, answer in answers.items()}
    return [address for address, answer in shown.items() if word in answer.replace(address.partition("?")[0], "")]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS_NOT_TO_BE_PUBLIC)
def test_what_is_not_published_is_nowhere_to_be_found(client, contents, way):
    for content in contents.values():
        WAYS_NOT_TO_BE_PUBLIC[way](content)
    answers = {address: client.get(address) for address in ADDRESSES}
    assert sightings(answers, "zebra") == []
    assert {answers[address].status_code for address in OWN_ADDRESSES} == {404}


def test_what_is_published_is_found(client, contents):
    """Else the tests above could not fail."""
    for content in contents.values():
        publish(content)
    home = client.get("/").content.decode()
    assert [word for word in contents if word not in home] == []
    assert {address: client.get(address).status_code for address in OWN_ADDRESSES} == dict.fromkeys(OWN_ADDRESSES, 200)


@pytest.mark.slow
def test_newer_draft_of_what_is_published_is_not_shown(client, contents):
    user = make_user()
    for content in contents.values():
        publish(content, user)
    for word, content in contents.items():
        with warnings.catch_warnings(action="ignore"):  # djangocms-alias copies without saying who does
            draft = Version.objects.get_for_content(content).copy(user).content
        fields = [field.name for field in draft._meta.local_fields if getattr(draft, field.name) == word]
        type(draft).admin_manager.filter(pk=draft.pk).update(**dict.fromkeys(fields, "unicorn"))
        if word == "page-zebra":
            add_text(draft.page, "<p>unicorn</p>")
    assert sightings({address: client.get(address) for address in ADDRESSES}, "unicorn") == []


@pytest.mark.parametrize("word", DRAFTS)
def test_preview_and_editing_are_for_editors_only(client, word):
    draft = DRAFTS[word](word)
    for url_of in (get_object_preview_url, get_object_edit_url, get_object_structure_url):
        response = client.get(url_of(draft, "en"))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")
