"""The comparison as an editor opens it."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from djangocms_versioning.helpers import version_list_url
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.review import workflow
from tests.factories import make_alias, make_cell_type, make_page, make_user, page_content, publish
from tests.review.people import make_author, make_reviewer
from tests.site import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    user = make_author("author")
    client.force_login(user)
    return user


def version_of(content):
    return Version.objects.get(pk=Version.objects.get_for_content(content).pk)


def comparison_url(content, **query):
    version = version_of(content)
    name = version.versionable.version_model_proxy._meta.model_name
    return reverse(f"admin:djangocms_versioning_{name}_compare", args=[version.pk], query=query)


def draft_with(published, **values):
    content = version_of(published).copy(make_user()).content
    for name, value in values.items():
        setattr(content, name, value)
    content.save()
    return content


def opened(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return html.fromstring(response.content.decode())


def test_the_comparison_opens_on_what_changed_since_the_public_version(client, author):
    draft = draft_with(make_cell_type(concern="Old concern."), concern="New concern.")
    page = opened(client, comparison_url(draft))
    assert words(page.find(".//h1")) == f"What changed: {draft}"
    assert [words(element) for element in page.xpath("//ins")] == ["[added: New ]"]
    assert [words(element) for element in page.xpath("//del")] == ["[removed: Old ]"]
    # Screen readers that know insertions and deletions would say each twice.
    assert {element.get("role") for element in page.xpath("//ins | //del")} == {"none"}
    assert "which is public now" in words(page.get_element_by_id("content"))


def test_nothing_changed_is_said(client, author):
    page = opened(client, comparison_url(draft_with(make_cell_type())))
    assert "Nothing changed." in words(page.get_element_by_id("content"))


def test_another_version_can_be_chosen_to_compare_with(client, author):
    first = make_cell_type(concern="First concern.")
    second = publish(draft_with(first, concern="Second concern."))
    third = draft_with(second, concern="Third concern.")
    page = opened(client, comparison_url(third))
    options = {option.get("value"): option for option in page.xpath("//select[@name='compare_to']/option")}
    assert list(options) == [str(version_of(second).pk), str(version_of(first).pk)]
    page = opened(client, comparison_url(third, compare_to=version_of(first).pk))
    assert [words(element) for element in page.xpath("//del")] == ["[removed: First ]"]


def test_what_changed_is_told_from_the_older_to_the_newer_whichever_was_chosen_first(client, author):
    first = make_cell_type(concern="First concern.")
    second = draft_with(first, concern="Second concern.")
    page = opened(client, comparison_url(first, compare_to=version_of(second).pk))
    assert [words(element) for element in page.xpath("//ins")] == ["[added: Second ]"]


def test_both_previews_are_linked(client, author):
    published = make_cell_type()
    draft = draft_with(published, concern="New.")
    links = opened(client, comparison_url(draft)).xpath("//a[contains(., 'preview of version')]/@href")
    assert len(links) == 2
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_reviewer_approves_from_what_changed_what_was_read_there(client, author):
    draft = draft_with(make_cell_type(concern="Old."), concern="New.")
    version = version_of(draft)
    version.created_by.groups.add(Group.objects.get(name="Authors"))
    workflow.submit(version, version.created_by)
    client.force_login(make_reviewer())
    (address,) = opened(client, comparison_url(draft)).xpath("//ul[@class='record-tools']//a[.='Approve']/@href")
    assert client.get(address).status_code == 200
    draft.concern = "Slipped in."
    draft.save()
    assert "This was changed after you opened it." in client.get(address).content.decode()


def test_the_note_to_the_reviewer_is_read_beside_what_changed(client, author):
    version = version_of(make_cell_type(user=author, published=False))
    workflow.submit(version, author, note="Only the dose.")
    client.force_login(make_reviewer())
    (note,) = opened(client, comparison_url(version.content)).xpath("//blockquote")
    assert words(note) == "Only the dose."


def test_what_changed_in_what_is_public_offers_no_step(client, author):
    client.force_login(make_reviewer())
    assert not opened(client, comparison_url(make_cell_type())).xpath("//ul[@class='record-tools']")


def test_versions_of_other_contents_are_not_compared(client, author):
    draft, other = draft_with(make_cell_type()), make_cell_type()
    assert client.get(comparison_url(draft, compare_to=version_of(other).pk)).status_code == 404
    assert client.get(comparison_url(draft, compare_to="x")).status_code == 404


@pytest.mark.parametrize("kind", ["record", "page", "alias"])
def test_every_kind_of_content_is_compared(client, author, kind):
    content = {
        "record": lambda: make_cell_type(published=False),
        "page": lambda: page_content(make_page(published=False)),
        "alias": lambda: make_alias("a", published=False).get_content(show_draft_content=True),
    }[kind]()
    assert "all of it is new" in words(opened(client, comparison_url(content)).get_element_by_id("content"))


def test_the_list_of_versions_counts_them_in_plain_words(client, author):
    page = opened(client, version_list_url(draft_with(make_cell_type())))
    assert words(page.find_class("paginator")[0]) == "2 versions"


def test_the_list_of_versions_leads_to_what_changed(client, author):
    draft = draft_with(make_cell_type())
    links = opened(client, version_list_url(draft)).xpath("//a[contains(., 'What changed')]/@href")
    assert [client.get(link).status_code for link in links] == [200, 200]
