"""A draft is shown to those who may see it: every address that could show one, asked for by each kind of person."""

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url, get_object_structure_url
from django.urls import reverse
from djangocms_versioning.helpers import version_list_url
from djangocms_versioning.models import Version

from tests.factories import add_text, make_alias, make_cell_type, make_page, make_user, page_content
from tests.review.people import make_author

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECRET = "Not for everybody yet"


def page_draft():
    page = make_page(f"{SECRET} page", published=False)
    add_text(page, f"<p>{SECRET}</p>")
    return page_content(page)


def record_draft():
    return make_cell_type(published=False, plural=SECRET, summary=SECRET)


def alias_draft():
    alias = make_alias("part", published=False, plugins=[("TextPlugin", {"body": f"<p>{SECRET}</p>"})])
    return alias.get_content(show_draft_content=True)


DRAFTS = {"page": page_draft, "record": record_draft, "alias": alias_draft}


def admin_urls_of_version(content):
    version = Version.objects.get_for_content(content)
    name = version.versionable.version_model_proxy._meta.model_name
    for action in ("compare", "publish", "unpublish", "archive", "revert", "discard", "edit_redirect", "unlock"):
        yield reverse(f"admin:djangocms_versioning_{name}_{action}", args=[version.pk])
    yield version_list_url(content)


def plugin_urls(content):
    for placeholder in content.placeholders.all():
        for plugin in placeholder.get_plugins():
            yield reverse("admin:cms_placeholder_edit_plugin", args=[plugin.pk])
            yield reverse("admin:cms_placeholder_delete_plugin", args=[plugin.pk])


def addresses_of(content):
    yield from (
        function(content) for function in (get_object_preview_url, get_object_edit_url, get_object_structure_url)
    )
    yield from admin_urls_of_version(content)
    yield from plugin_urls(content)
    opts = content._meta
    yield reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    yield reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[content.pk])
    grouper = Version.objects.get_for_content(content).grouper
    yield reverse(f"admin:{grouper._meta.app_label}_{grouper._meta.model_name}_changelist")
    yield reverse(f"admin:{grouper._meta.app_label}_{grouper._meta.model_name}_change", args=[grouper.pk])


def page_addresses(content):
    yield reverse("admin:cms_pagecontent_get_tree")
    yield reverse("admin:cms_page_get_list")
    yield reverse("admin:cms_page_actions_menu", args=[content.page.pk])
    yield reverse("admin:cms_page_advanced", args=[content.page.pk])


def shows_secret(client, url):
    response = client.get(url, follow=True)
    return SECRET in response.content.decode() or SECRET in str(response.redirect_chain)


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("person", ["anonymous", "staff without rights"])
def test_nobody_without_rights_sees_a_draft(client, kind, person):
    content = DRAFTS[kind]()
    if person != "anonymous":
        client.force_login(make_user())
    addresses = [*addresses_of(content), *(page_addresses(content) if kind == "page" else [])]
    assert [url for url in addresses if shows_secret(client, url)] == []


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("group", ["Authors", "Clinical reviewers", "Site managers"])
def test_editors_read_the_drafts_of_others(client, kind, group):
    content = DRAFTS[kind]()
    client.force_login(make_user(groups=[group]))
    comparison = next(admin_urls_of_version(content))
    for url in (get_object_preview_url(content), comparison):
        assert SECRET in client.get(url).content.decode(), url
    assert client.get(get_object_structure_url(content)).status_code == 200


@pytest.mark.parametrize("kind", DRAFTS)
def test_a_person_who_is_switched_off_sees_no_draft(client, kind):
    content, user = DRAFTS[kind](), make_author()
    client.force_login(user)
    user.is_active = False
    user.save()
    assert not shows_secret(client, get_object_preview_url(content))


def test_what_does_not_exist_is_not_found(client):
    client.force_login(make_author())
    for path in ("object/9999/preview/1/", "object/1/preview/999999/"):
        assert client.get(f"/admin/cms/placeholder/{path}").status_code in (400, 404)
