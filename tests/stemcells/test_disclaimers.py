"""Where disclaimers show: by themselves on pages that link off-site, and all of them where an editor says so."""

import pytest
from cms.utils.placeholder import get_placeholders
from django.conf import settings
from djangocms_versioning.models import Version

from tests.factories import (
    add_plugin,
    add_text,
    make_cell_type,
    make_disclaimer,
    make_page,
    make_reference,
    make_user,
)
from tests.site import page, words
from tests.stemcells.test_citations import cite

pytestmark = pytest.mark.django_db

TITLE = "About links to other websites"


@pytest.fixture
def home():
    return make_page("Home", home=True)


@pytest.fixture
def disclaimer():
    return make_disclaimer(
        title=TITLE, kind="external_links", shown="off_site_pages", text="One.\n\nTwo.\r\n\r\nThree."
    )


def notes(page):
    """The titles of the disclaimers on `page`."""
    return [words(title) for title in page.xpath("//main//*[@class='note__title']")]


SLOTS = [
    (template, declared.slot) for template, _name in settings.CMS_TEMPLATES for declared in get_placeholders(template)
]


@pytest.mark.parametrize(("template", "slot"), SLOTS)
def test_page_whose_content_links_off_site_shows_the_disclaimer(client, home, disclaimer, template, slot):
    leads_elsewhere = make_page("Page", slug="page", template=template)
    assert notes(page(client, "/page/")) == []
    add_text(leads_elsewhere, '<p><a href="https://example.org/">Elsewhere</a></p>', slot=slot)
    assert notes(page(client, "/page/")) == [TITLE]


def test_disclaimer_that_an_editor_has_placed_is_not_shown_twice(client, home, disclaimer):
    text = add_text(home, '<p><a href="https://example.org/">Elsewhere</a></p>')
    add_plugin(text.placeholder, "DisclaimerNotePlugin")
    assert notes(page(client, "/")) == [TITLE]


@pytest.mark.parametrize(
    "html",
    [
        "<p>No link.</p>",
        '<p><a href="/about/">About</a></p>',
        '<p><a href="#part">Part</a></p>',
        '<p><a href="http://testserver/about/">About</a></p>',
        '<p><a href="mailto:a@example.org">Write</a></p>',
        '<p><a href="tel:988">Call</a></p>',
    ],
)
def test_page_whose_content_stays_on_the_site_shows_none(client, home, disclaimer, html):
    add_text(home, html)
    assert notes(page(client, "/")) == []


def test_links_of_the_frame_do_not_count(client, home, disclaimer):
    make_page("Health", redirect="https://www.va.gov/")
    shown = page(client, "/")
    assert shown.xpath("//nav//a[@href='https://www.va.gov/']")
    assert notes(shown) == []


def test_links_of_the_site_map_do_not_count(client, home, disclaimer):
    make_page("Health", redirect="https://www.va.gov/")
    make_page("Site map", slug="site-map", template="pages/site_map.html")
    shown = page(client, "/site-map/")
    assert shown.xpath("//main//a[@href='https://www.va.gov/']")
    assert notes(shown) == []


def test_source_that_is_cited_counts_as_a_link(client, home, disclaimer):
    cite(add_text(home, ""), make_reference())
    assert notes(page(client, "/")) == [TITLE]


def test_record_whose_prose_links_off_site_shows_the_disclaimer(client, home, disclaimer):
    make_page("Types", slug="types", apphook="CellTypesApphook")
    content = make_cell_type(slug="a")
    assert notes(page(client, "/types/a/")) == []
    add_plugin(content.prose, "TextPlugin", "en", body='<p><a href="https://example.org/">Elsewhere</a></p>')
    assert notes(page(client, "/types/a/")) == [TITLE]


def test_disclaimer_that_shows_only_where_it_is_placed_does_not_show_by_itself(client, home):
    make_disclaimer(shown="placed")
    add_text(home, '<p><a href="https://example.org/">Elsewhere</a></p>')
    assert notes(page(client, "/")) == []


def test_withdrawn_disclaimer_leaves_no_empty_box(client, home, disclaimer):
    Version.objects.get_for_content(disclaimer).unpublish(make_user())
    add_text(home, '<p><a href="https://example.org/">Elsewhere</a></p>')
    assert not page(client, "/").xpath("//main//*[@class='note']")


def test_empty_line_begins_a_paragraph(client, home, disclaimer):
    add_text(home, '<p><a href="https://example.org/">Elsewhere</a></p>')
    assert [words(text) for text in page(client, "/").xpath("//main//*[@class='note']/p")] == ["One.", "Two.", "Three."]


def test_plugin_without_a_choice_shows_every_disclaimer(client, home, disclaimer):
    make_disclaimer(title="Medical information")
    make_disclaimer(title="A draft", published=False)
    placeholder = home.get_placeholders("en").get(slot="content")
    add_plugin(placeholder, "DisclaimerNotePlugin", "en")
    assert sorted(notes(page(client, "/"))) == sorted([TITLE, "Medical information"])


def test_plugin_with_a_choice_shows_that_one(client, home, disclaimer):
    chosen = make_disclaimer(title="Medical information")
    placeholder = home.get_placeholders("en").get(slot="content")
    add_plugin(placeholder, "DisclaimerNotePlugin", "en", disclaimer=chosen.disclaimer)
    assert notes(page(client, "/")) == ["Medical information"]


def test_markup_in_a_disclaimer_is_shown_as_text(client, home):
    make_disclaimer(title="<b>A</b>", text="<script>alert(1)</script>", shown="off_site_pages")
    add_text(home, '<p><a href="https://example.org/">Elsewhere</a></p>')
    note = page(client, "/").xpath("//main//*[@class='note']")[0]
    assert not note.xpath(".//b | .//script")
