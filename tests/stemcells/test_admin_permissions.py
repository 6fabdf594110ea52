"""Who may do what in the admin: the ladder from nobody to superuser, for every record and for sources."""

import pytest
from cms.models import Page
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import ProtectedError
from django.test import RequestFactory
from django.urls import reverse
from djangocms_alias.models import AliasContent
from djangocms_versioning.constants import DRAFT, PUBLISHED, UNPUBLISHED
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.admin_site import APPS
from mscoe_portal.groups import set_up_groups
from stemcells.models import CellType, Reference
from tests.factories import (
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_page_with_words,
    make_recommendation,
    make_reference,
    make_user,
    page_content,
)
from tests.review.people import approve, version_of

pytestmark = pytest.mark.django_db

PEOPLE = {
    "reader": {"is_staff": False},
    "staff without a group": {},
    "author": {"groups": ["Authors"]},
    "reviewer": {"groups": ["Clinical reviewers"]},
    "manager": {"groups": ["Site managers"]},
    "superuser": {"is_superuser": True},
}
OUTSIDE, INSIDE = ["anonymous", "reader", "staff without a group"], ["author", "reviewer", "manager", "superuser"]
PUBLISHERS = ["reviewer", "manager", "superuser"]
MAKERS = [make_cell_type, make_clinic_risk_article, make_recommendation, make_disclaimer]

everybody = pytest.mark.parametrize("person", OUTSIDE + INSIDE)


def sign_in(client, person):
    """Sign `person` (a key of PEOPLE, or "anonymous") in. Returns the user."""
    if person == "anonymous":
        return None
    user = make_user(**PEOPLE[person])
    client.force_login(user)
    return user


def address(model, action, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


def may(response):
    """Whether the admin lets the person in, rather than send them to sign in or refuse."""
    assert response.status_code in (200, 302, 403)
    if response.status_code == 302:
        assert response.url.startswith(reverse("admin:login"))
    return response.status_code == 200


def version_address(content, action):
    version = Version.objects.get_for_content(content)
    name = version.versionable.version_model_proxy._meta.model_name
    return reverse(f"admin:djangocms_versioning_{name}_{action}", args=[version.pk])


def state_of(content):
    return Version.objects.get(object_id=content.pk, content_type__model=content._meta.model_name).state


def request_of(person):
    """A request by `person` (a key of PEOPLE), as an admin asks it for permissions."""
    request = RequestFactory().get("/")
    request.user = make_user(**PEOPLE[person])
    return request


@pytest.mark.parametrize("person", PEOPLE)
def test_who_sees_and_adds_records_and_sources_and_that_nobody_deletes_a_record(person):
    request = request_of(person)
    for an_object in [*(make().record for make in MAKERS), make_reference()]:
        model_admin = admin.site.get_model_admin(type(an_object))
        assert model_admin.has_view_permission(request, an_object) == (person in INSIDE)
        assert model_admin.has_add_permission(request) == (person in INSIDE)
        if not isinstance(an_object, Reference):
            assert not model_admin.has_delete_permission(request, an_object)
            assert "delete_selected" not in model_admin.get_actions(request)


@pytest.mark.slow
@pytest.mark.parametrize("make", [*MAKERS, make_reference])
@pytest.mark.parametrize("person", ["anonymous", "staff without a group", "author"])
def test_the_list_and_the_forms_open_for_those_who_may(client, person, make):
    made = make()
    an_object = getattr(made, "record", made)
    sign_in(client, person)
    model = type(an_object)
    for url in (address(model, "changelist"), address(model, "change", an_object.pk), address(model, "add")):
        assert may(client.get(url)) == (person in INSIDE), url


@pytest.mark.parametrize("make", MAKERS)
def test_a_superuser_neither_deletes_a_record(client, make):
    record = make().record
    sign_in(client, "superuser")
    assert not may(client.post(address(type(record), "delete", record.pk), {"post": "yes"}))
    bulk = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    client.post(address(type(record), "changelist"), bulk)
    assert type(record).objects.filter(pk=record.pk).exists()


@everybody
def test_site_managers_alone_delete_a_source(client, person):
    reference = make_reference()
    sign_in(client, person)
    client.post(address(Reference, "delete", reference.pk), {"post": "yes"})
    assert Reference.objects.exists() == (person not in ("manager", "superuser"))


@everybody
def test_reviewers_publish_records_that_are_approved(client, person):
    draft = make_cell_type(published=False)
    approve(version_of(draft))
    sign_in(client, person)
    client.post(version_address(draft, "publish"))
    assert (state_of(draft) == PUBLISHED) == (person in PUBLISHERS)


def test_a_draft_whose_address_was_taken_meanwhile_is_not_published_and_says_why(client):
    sign_in(client, "reviewer")
    draft = make_cell_type(published=False, slug="taken")
    approve(version_of(draft))
    make_cell_type(slug="taken", plural="Quicker cells")
    page = client.post(version_address(draft, "publish"), follow=True).content.decode()
    assert state_of(draft) == DRAFT
    assert "“Quicker cells” already has this address." in page


@everybody
def test_reviewers_withdraw_records(client, person):
    content = make_cell_type()
    sign_in(client, person)
    client.post(version_address(content, "unpublish"), {"reason": "It is wrong."})
    assert (state_of(content) == UNPUBLISHED) == (person in PUBLISHERS)


@pytest.mark.parametrize("person", INSIDE)
def test_reviewers_publish_pages_and_what_stands_on_every_page(client, person):
    page = page_content(make_page_with_words(published=False))
    shared = AliasContent.admin_manager.get(alias=make_alias("quick-links", published=False))
    sign_in(client, person)
    for content in (page, shared):
        approve(version_of(content))
        client.post(version_address(content, "publish"))
        assert (state_of(content) == PUBLISHED) == (person in PUBLISHERS)


@pytest.mark.parametrize("person", INSIDE)
def test_publish_shows_to_those_who_may(client, person):
    draft = make_cell_type(published=False, user=make_user("writer"))
    approve(version_of(draft))
    sign_in(client, person)
    response = client.get(address(CellType, "change", draft.cell_type_id))
    assert ("Publish" in [str(tool.label) for tool in response.context["tools"]]) == (person in PUBLISHERS)


@pytest.mark.parametrize("person", INSIDE)
def test_nobody_deletes_what_stands_on_every_page(client, person):
    alias = make_alias("quick-links")
    sign_in(client, person)
    content = AliasContent.objects.get(alias=alias)
    for part in (alias, content):
        assert not may(client.post(address(type(part), "delete", part.pk), {"post": "yes"}))
    assert AliasContent.objects.filter(pk=content.pk).exists()


def test_an_author_can_preview_and_edit_what_stands_on_every_page(client):
    user = sign_in(client, "author")
    content = AliasContent.admin_manager.get(alias=make_alias("quick-links", published=False, user=user))
    assert may(client.get(get_object_preview_url(content)))
    page = client.get(get_object_edit_url(content)).content.decode()
    assert f"cms-placeholder-{content.placeholder.pk}" in page


@pytest.mark.parametrize("make", MAKERS)
def test_the_model_refuses_to_delete_a_public_record(make):
    record = make().record
    with pytest.raises(ProtectedError):
        record.delete()


@pytest.mark.filterwarnings("ignore:get_current_site")  # versioning's mail to the colleague
def test_a_reviewer_takes_a_colleagues_draft_over(client):
    draft = make_cell_type(published=False, user=make_user(groups=["Authors"], email="author@example.org"))
    sign_in(client, "reviewer")
    assert "Take over" in [str(tool.label) for tool in client.get(form(draft)).context["tools"]]
    client.post(version_address(draft, "unlock"))
    assert 'name="_save"' in client.get(form(draft)).content.decode()


def form(content):
    return address(type(content.record), "change", content.record.pk)


# --- The menu ---


@pytest.mark.parametrize(
    ("person", "models"),
    [
        ("staff without a group", []),
        (
            "author",
            [
                *("Cell types", "Clinic risks", "Disclaimers", "Recommendations", "Sources"),
                *("Pages and menu", "Quick links and notice", "Pictures and files"),
            ],
        ),
    ],
)
def test_menu_shows_what_the_person_can_use_in_their_words(client, person, models):
    sign_in(client, person)
    apps = client.get(reverse("admin:index")).context["app_list"]
    assert [str(model["name"]) for app in apps for model in app["models"]] == models


def test_tree_of_pages_is_called_as_the_menu_calls_it(client):
    client.force_login(make_user(groups=["Authors"]))
    page = html.fromstring(client.get(reverse("admin:cms_pagecontent_changelist")).content.decode())
    (way,) = page.xpath("//div[contains(@class, 'breadcrumbs')]")
    assert way.text_content().split("›")[-1].strip() == "Pages and menu"
    assert page.xpath("//h1")[0].text_content() == "Pages and menu"
    assert page.findtext(".//title").startswith("Pages and menu |")


@pytest.mark.parametrize(("name", "words"), APPS.items())
def test_breadcrumb_of_an_app_is_called_as_the_menu_calls_it(client, name, words):
    client.force_login(make_user(is_superuser=True))
    page = html.fromstring(client.get(reverse("admin:app_list", args=[name])).content.decode())
    assert str(words) in page.xpath("string(//div[contains(@class, 'breadcrumbs')])")


def test_a_site_managers_menu_has_people_redirects_and_sites_too(client):
    sign_in(client, "manager")
    apps = client.get(reverse("admin:index")).context["app_list"]
    assert {"Users", "Redirects", "Sites"} < {str(model["name"]) for app in apps for model in app["models"]}


# --- Groups and users ---


def test_each_migrate_gives_a_group_exactly_its_permissions():
    group = Group.objects.get(name="Authors")
    before = set(group.permissions.all())
    group.permissions.set(Permission.objects.filter(codename="delete_celltype"))
    set_up_groups()
    assert set(group.permissions.all()) == before


def test_no_group_may_delete_a_record_a_page_or_an_alias():
    kept = [f"delete_{name}" for name in ("celltype", "celltypecontent", "page", "alias", "aliascontent", "version")]
    assert not Group.objects.filter(permissions__codename__in=kept).exists()


def test_a_site_manager_cannot_make_a_superuser(client):
    sign_in(client, "manager")
    user = make_user("colleague")
    url = reverse("admin:auth_user_change", args=[user.pk])
    assert may(client.get(url))
    client.post(url, {"username": "colleague", "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    user.refresh_from_db()
    assert not user.is_superuser


def test_a_site_manager_cannot_change_a_superuser(client):
    sign_in(client, "manager")
    superuser = make_user(is_superuser=True)
    client.post(reverse("admin:auth_user_change", args=[superuser.pk]), {"username": "taken-over"})
    password = {"password1": "kX9-taken-over", "password2": "kX9-taken-over"}
    client.post(reverse("admin:auth_user_password_change", args=[superuser.pk]), password)
    superuser.refresh_from_db()
    assert superuser.username != "taken-over"
    assert superuser.check_password("password")


# --- What acts on public pages at once, without a draft ---


@pytest.mark.parametrize("person", INSIDE)
@pytest.mark.parametrize(("is_public", "movers"), [(True, PUBLISHERS), (False, INSIDE)])
def test_publishers_alone_move_a_public_page(client, person, is_public, movers):
    target, moved = make_page(), make_page(published=is_public)
    sign_in(client, person)
    client.post(reverse("admin:cms_page_move_page", args=[moved.pk]), {"target": target.pk, "position": 0})
    assert Page.objects.get(pk=moved.pk).is_child_of(Page.objects.get(pk=target.pk)) == (person in movers)


@pytest.mark.parametrize("person", INSIDE)
def test_publishers_alone_move_a_page_above_a_public_one(client, person):
    target, moved = make_page(), make_page(published=False)
    make_page(parent=moved)
    sign_in(client, person)
    client.post(reverse("admin:cms_page_move_page", args=[moved.pk]), {"target": target.pk, "position": 0})
    assert Page.objects.get(pk=moved.pk).is_child_of(Page.objects.get(pk=target.pk)) == (person in PUBLISHERS)


@pytest.mark.parametrize("person", INSIDE)
@pytest.mark.parametrize("form", ["change", "advanced"])
def test_publishers_alone_change_who_may_read_a_page(client, person, form):
    page = make_page()
    sign_in(client, person)
    client.post(reverse(f"admin:cms_page_{form}", args=[page.pk]), {"login_required": "on"})
    assert Page.objects.get(pk=page.pk).login_required == (person in PUBLISHERS)


@pytest.mark.parametrize("person", INSIDE)
def test_publishers_alone_choose_the_home_page(client, person):
    make_page(home=True)
    page = make_page()
    sign_in(client, person)
    client.post(reverse("admin:cms_page_set_home", args=[page.pk]))
    assert Page.objects.get(pk=page.pk).is_home == (person in PUBLISHERS)


@pytest.mark.parametrize("person", INSIDE)
def test_nobody_changes_a_published_title_without_a_draft(client, person):
    page = make_page("As published")
    sign_in(client, person)
    url = reverse("admin:cms_page_edit_title_fields", args=[page.pk, "en"])
    client.post(f"{url}?edit_fields=title", {"title": "Changed in passing"})
    assert page_content(page).title == "As published"
