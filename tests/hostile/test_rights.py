"""Rights that somebody takes: by fields that a form does not offer, by another's numbers, by a session from before."""

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from djangocms_versioning.constants import DRAFT

from mscoe_portal.review import sharing, workflow
from mscoe_portal.review.models import ShareLink, Signature
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_file,
    make_page_with_words,
    make_user,
    page_content,
)
from tests.review.people import make_author, make_reviewer, step_url, version_of
from tests.review.test_endpoints import save

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TAKEN = {"is_superuser": "on", "is_staff": "on", "is_active": "on"}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def rights_of(user):
    user = type(user).objects.get(pk=user.pk)
    return user.is_superuser, user.is_staff, {*user.groups.all()}, {*user.user_permissions.all()}


# --- Fields that a form does not offer ---


def everything():
    groups = [str(pk) for pk in Group.objects.values_list("pk", flat=True)]
    permissions = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
    return TAKEN | {"groups": groups, "user_permissions": permissions}


def test_an_author_gives_nobody_rights_and_nobody_a_name():
    author, other = make_author(), make_user("other", is_staff=False)
    before = [rights_of(user) for user in (author, other)]
    for user in (author, other):
        answer = signed_in(author).post(reverse("admin:auth_user_change", args=[user.pk]), everything())
        assert answer.status_code == 403
    names = {"first_name": "x", "last_name": "x", "email": "x@example.org"}
    signed_in(author).post(reverse("admin:password_change"), everything() | names)
    signed_in(author).post(
        reverse("admin:cms_usersettings_change"), everything() | {"language": "es", "user": other.pk}
    )
    assert [rights_of(user) for user in (author, other)] == before


def test_a_site_manager_gives_no_more_than_groups():
    manager, other = make_user(groups=["Site managers"]), make_user("other")
    url = reverse("admin:auth_user_change", args=[other.pk])
    save(signed_in(manager), url, **everything())
    is_superuser, _is_staff, _groups, permissions = rights_of(other)
    assert (is_superuser, permissions) == (False, set())
    person = {"first_name": "New", "last_name": "Person", "email": "new@example.org", "password": "kX9-new-person"}
    signed_in(manager).post(reverse("admin:auth_user_add"), everything() | person)
    invited = type(manager).objects.get(email="new@example.org")
    assert (invited.is_superuser, invited.user_permissions.exists()) == (False, False)
    assert not invited.has_usable_password()


def test_a_form_of_a_record_changes_nothing_of_its_version():
    author, other = make_author(), make_author()
    content = make_cell_type(user=author, published=False)
    url = reverse("admin:stemcells_celltype_change", args=[content.record.pk])
    extra = {"state": "published", "created_by": other.pk, "locked_by": other.pk, "number": "99", "object_id": "1"}
    extra |= {f"content__{name}": value for name, value in extra.items()} | {"content__versions": "1", "key": "hsc"}
    save(signed_in(author), url, content__summary="Written by the author.", **extra)
    version = version_of(content)
    assert (version.content.summary, version.state) == ("Written by the author.", DRAFT)
    assert (version.created_by, version.locked_by, version.number) == (author, author, "1")
    assert version.content.record.key == content.record.key


def test_a_file_gets_no_other_owner_from_an_author():
    author = make_author()
    file = make_file(owner=author)
    url = reverse("admin:filer_file_change", args=[file.pk])
    save(signed_in(author), url, owner=make_user().pk, sha1="0" * 40, is_public="", folder="", polymorphic_ctype="1")
    file.refresh_from_db()
    assert file.owner == author
    assert file.is_public


# --- What belongs to somebody else ---


def test_an_author_reads_and_changes_nothing_by_anothers_numbers():
    owner, other = make_author(), signed_in(make_author())
    page = page_content(make_page_with_words(user=owner, published=False))
    text = add_text(page.page, "<p>Before.</p>")
    alias = make_alias("part", user=owner, published=False, plugins=[("TextPlugin", {"body": "<p>Before.</p>"})])
    for plugin in (text, alias.get_content(show_draft_content=True).placeholder.get_plugins().get().get_bound_plugin()):
        other.post(reverse("admin:cms_placeholder_edit_plugin", args=[plugin.pk]), {"body": "<p>After.</p>"})
        other.post(reverse("admin:cms_placeholder_delete_plugin", args=[plugin.pk]), {"post": "yes"})
        plugin.refresh_from_db()
        assert plugin.body == "<p>Before.</p>"
    for code in ("approve", "publish", "return", "take-back", "submit"):
        other.post(step_url(version_of(page), code), {"note": "x", "seen": "x"})
    assert version_of(page).state == DRAFT
    assert not Signature.objects.exists()


def test_a_link_is_ended_under_its_own_draft_alone():
    owner, other = make_author(), make_author()
    drafts = [version_of(make_cell_type(user=user, published=False)) for user in (owner, other)]
    sharing.share(drafts[0], owner, days=7)
    link = ShareLink.objects.get()
    stranger = Client().post(reverse("review:end_sharing", args=[drafts[0].pk, link.pk]))
    assert stranger.status_code == 302
    assert signed_in(other).post(reverse("review:end_sharing", args=[drafts[1].pk, link.pk])).status_code == 404
    assert ShareLink.objects.valid().exists()


# --- A session from before ---


@pytest.mark.parametrize("taken", ["groups", "staff", "active"])
def test_rights_that_were_taken_away_are_gone_at_the_next_request(taken):
    reviewer, author = make_reviewer(), make_author()
    page = page_content(make_page_with_words(user=author, published=False))
    version = version_of(page)
    workflow.submit(version, author)
    client = signed_in(reviewer)
    assert client.get(get_object_preview_url(page)).status_code == 200
    if taken == "groups":
        reviewer.groups.clear()
    setattr(reviewer, f"is_{taken}", False)
    reviewer.save()
    for address in (get_object_preview_url(page), get_object_edit_url(page), step_url(version, "approve")):
        assert client.get(address).status_code in (302, 403, 404), address
    client.post(step_url(version, "approve"), {"seen": "x"})
    client.post(reverse("review:share", args=[version.pk]), {"days": "7"})
    client.post(reverse("admin:djangocms_versioning_pagecontentversion_unlock", args=[version.pk]))
    assert not Signature.objects.exists()
    assert not ShareLink.objects.exists()
    assert version_of(page).locked_by == author
