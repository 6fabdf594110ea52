"""What readers are told of the review of a page, in words and as data."""

import json
import re
from functools import cache

import brotli
import pytest
from django.utils.timezone import localdate
from djangocms_versioning.helpers import get_preview_url
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.delivery.store import BROTLI_QUALITY
from mscoe_portal.review import workflow
from mscoe_portal.review.reader import json_in_html
from tests.factories import (
    add_text,
    make_clinician,
    make_page,
    make_page_with_words,
    make_reference,
    page_content,
    sign,
)
from tests.review.people import make_author
from tests.site import ADDRESSES
from tests.stemcells.test_citations import cite

pytestmark = pytest.mark.django_db

WITHOUT_CONTENT = {"/search/"}


def line(response):
    """The words of the review line."""
    (found,) = html.fromstring(response.content.decode()).xpath("//main//*[@class='review']")
    return " ".join(found.text_content().split())


def data(response):
    """The page's facts in schema.org's words."""
    (found,) = html.fromstring(response.content.decode()).xpath("//script[@type='application/ld+json']")
    return json.loads(found.text)


@pytest.fixture
def about():
    return page_content(make_page("About", slug="reviewed"))


@pytest.fixture(scope="module")
def answer(site):
    """What the site of the first content answers at an address: each is asked for once."""
    return cache(site.get)


@pytest.mark.parametrize("address", sorted(set(ADDRESSES) - WITHOUT_CONTENT))
def test_every_page_of_content_says_when_it_was_reviewed(answer, address):
    assert line(answer(address)).startswith("Not yet reviewed.")


def test_a_reviewed_page_says_when_by_whom_and_until_when(client, about):
    sign(about, make_clinician("Ana Ruiz", "MD, neurologist"))
    told = line(client.get("/reviewed/"))
    day = r"[A-Z][a-z]+\.? \d{1,2}, \d{4}"
    words = rf"Clinically reviewed on {day} by Ana Ruiz, MD, neurologist\. Next review due {day}\."
    assert re.fullmatch(words, told)


def test_a_clinician_without_credentials_is_named_alone(client, about):
    sign(about, make_clinician("Ana Ruiz", ""))
    assert "by Ana Ruiz. Next" in line(client.get("/reviewed/"))


def test_a_clinician_who_has_not_agreed_is_not_named(client, about):
    sign(about, make_clinician("Ana Ruiz", may_be_named=False))
    answer = client.get("/reviewed/")
    assert "by a clinician of the centers. Next" in line(answer)
    assert "Ruiz" not in answer.content.decode()


def test_a_review_that_is_past_due_is_said_to_be_so(client, about):
    sign(about, make_clinician(), days_ago=800)
    told = line(client.get("/reviewed/"))
    assert "The next review of this page was due on" in told
    assert "Ask your care team" in told
    assert "Next review due" not in told


def test_the_line_is_in_the_language_of_the_page(client):
    make_page("About", slug="reviewed")
    page = page_content(make_page("Quiénes somos", slug="quienes", language="es"), "es")
    sign(page)
    assert str(localdate().year) in line(client.get("/es/quienes/"))


def test_a_draft_is_pending_until_it_is_approved(client):
    author, reviewer = make_author(), make_clinician()
    page = page_content(make_page_with_words("About", published=False, user=author))
    version = Version.objects.get_for_content(page)
    client.force_login(reviewer)
    assert "Not yet reviewed" in line(client.get(get_preview_url(page)))
    workflow.submit(version, author)
    workflow.approve(version, reviewer)
    assert "by Ana Ruiz" in line(client.get(get_preview_url(page)))
    add_text(make_page(), "<p>Elsewhere</p>")
    page.title = "Another title"
    page.save()
    assert "Not yet reviewed" in line(client.get(get_preview_url(page)))


def test_search_engines_are_told_the_same(client, about):
    sign(about, make_clinician("Ana Ruiz", "MD"))
    told = data(client.get("/reviewed/"))
    assert told["@type"] == "MedicalWebPage"
    assert told["url"] == "http://testserver/reviewed/"
    assert told["lastReviewed"] == localdate().isoformat()
    assert told["reviewedBy"] == {"@type": "Person", "name": "Ana Ruiz", "honorificSuffix": "MD"}
    assert told["about"]["name"] == "About"
    assert told["audience"]["@type"] == "Patient"


@pytest.mark.parametrize("address", sorted(set(ADDRESSES) - WITHOUT_CONTENT))
def test_every_page_of_content_tells_search_engines_what_it_is_about_and_for_whom(answer, address):
    told = data(answer(address))
    assert told["url"] == f"http://testserver{address}"
    wanted = {"@context", "@type", "name", "inLanguage", "about", "audience", "publisher"}
    assert {name for name, value in told.items() if value} >= wanted


def test_search_engines_are_told_nothing_where_the_page_is_not_translated(site):
    assert "application/ld+json" not in site.get("/es/stem-cell-therapy/").content.decode()


def test_search_engines_are_not_told_of_a_review_that_was_not(client, about):
    assert {"lastReviewed", "reviewedBy"}.isdisjoint(data(client.get("/reviewed/")))


def test_search_engines_are_not_told_the_name_of_who_has_not_agreed(client, about):
    sign(about, make_clinician("Ana Ruiz", may_be_named=False))
    assert data(client.get("/reviewed/"))["reviewedBy"]["@type"] == "MedicalOrganization"


def test_search_engines_are_told_what_the_page_cites(client):
    page = make_page("About", slug="reviewed")
    cite(add_text(page, "<p>Claim</p>"), make_reference(title="A <b> & </script> study", doi="10.1000/x", year=2016))
    assert data(client.get("/reviewed/"))["citation"] == [
        {
            "@type": "ScholarlyArticle",
            "name": "A <b> & </script> study",
            "url": "https://doi.org/10.1000/x",
            "datePublished": "2016",
        }
    ]


def test_no_words_can_end_the_element_that_holds_the_data():
    assert json_in_html({"name": "</script><!-- & é"}) == '{"name":"\\u003c/script\\u003e\\u003c!-- \\u0026 é"}'


def test_what_is_no_content_has_no_data_of_a_page(site):
    for address in ("/search/", "/nothing/"):
        assert "application/ld+json" not in site.get(address).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("address", [*ADDRESSES, *(f"/es{address}" for address in ADDRESSES)])
def test_a_page_is_at_most_6_kb(answer, address):
    assert len(brotli.compress(answer(address).content, quality=BROTLI_QUALITY)) <= 6_000
