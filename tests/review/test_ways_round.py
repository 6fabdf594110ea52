"""Ways round the review that somebody could think of, and that stay shut."""

import pytest
from django.test import Client
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.review import workflow
from mscoe_portal.review.rules import findings_of
from tests.factories import add_text, make_page, make_user, page_content, publish
from tests.review.people import make_author, version_of

pytestmark = pytest.mark.django_db

BROKEN = '<p>Go <a href="/stem-cell-therapy/">here</a>.</p>'


def broken_rules(page):
    return {finding.rule.code for finding in findings_of(version_of(page_content(page)))}


# --- Pages that lead elsewhere, or seem to ---


@pytest.mark.parametrize("redirect", ["/seen/", "//seen/", "http://testserver/seen/", "/elsewhere/"])
def test_a_page_that_leads_to_an_address_of_the_site_obeys_the_rules(redirect):
    page = make_page("Seen", published=False, redirect=redirect)
    add_text(page, BROKEN)
    assert "link-words" in broken_rules(page)


def test_a_page_that_leads_to_itself_is_shown_so_a_site_manager_cannot_approve_it():
    author = make_author()
    page = make_page("Seen", user=author, published=False, redirect="//seen/")
    add_text(page, "<p>Words for readers.</p>")
    version = version_of(page_content(page))
    workflow.submit(version, author)
    with pytest.raises(ConditionFailed, match="Only a clinical reviewer"):
        workflow.approve(version, make_user(groups=["Site managers"]))
    publish(page_content(page))
    assert "Words for readers." in Client().get("/seen/").content.decode()


def test_where_the_site_answers_to_any_host_no_page_surely_leads_elsewhere(settings):
    settings.ALLOWED_HOSTS = ["*"]
    author = make_author()
    version = version_of(page_content(make_page(user=author, published=False, redirect="https://www.va.gov/")))
    workflow.submit(version, author)
    with pytest.raises(ConditionFailed, match="Only a clinical reviewer"):
        workflow.approve(version, make_user(groups=["Site managers"]))


# --- Text that the rules could overlook ---


def test_what_stands_below_deep_nesting_obeys_the_rules():
    page = make_page(published=False)
    depth = 400
    add_text(page, f"{'<blockquote>' * depth}<p>Deep.</p>{'</blockquote>' * depth}{BROKEN}")
    assert "link-words" in broken_rules(page)
