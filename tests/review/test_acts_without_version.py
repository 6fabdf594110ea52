"""What no version keeps: who may do it, that it is written down, and that delivery learns of it."""

import io
from pathlib import Path

import pytest
from cms.models import Page
from django.contrib.auth.models import Group, Permission
from django.contrib.redirects.models import Redirect
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from filer.models import File, Folder, Image
from PIL import Image as Picture

from mscoe_portal.delivery.models import Generation
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry
from tests.factories import make_file, make_page, make_user
from tests.review.people import make_author

pytestmark = pytest.mark.django_db


def token():
    connection.check_constraints()  # on PostgreSQL the triggers run at the commit, or when they are asked to
    return Generation.objects.get().token


def move(client):
    target, page = make_page(), make_page("Moved")
    return lambda: client.post(
        reverse("admin:cms_page_move_page", args=[page.pk]), {"target": target.pk, "position": 0}
    )


def set_home(client):
    make_page(home=True)
    page = make_page("Moved")
    return lambda: client.post(reverse("admin:cms_page_set_home", args=[page.pk]))


def change_settings(client):
    page = make_page("Moved")
    url = reverse("admin:cms_page_advanced", args=[page.pk])
    return lambda: client.post(url, {"login_required": "on"})


acts = pytest.mark.parametrize(
    ("prepare", "act"), [(move, Act.PAGE_MOVED), (set_home, Act.HOME_SET), (change_settings, Act.PAGE_SETTINGS)]
)


@acts
@pytest.mark.parametrize("group", ["Clinical reviewers", "Site managers"])
def test_reviewers_and_site_managers_act_it_is_written_down_and_delivery_learns_of_it(client, prepare, act, group):
    user = make_user(groups=[group])
    client.force_login(user)
    do = prepare(client)
    before = token()
    do()
    assert list(AuditEntry.objects.filter(act=act).values_list("user_id", "subject")) == [(user.pk, "Moved")]
    assert token() != before


@acts
def test_whoever_may_only_publish_does_not(client, prepare, act):
    user = make_author()
    user.user_permissions.add(Permission.objects.get(codename="publish_page"))
    client.force_login(user)
    do = prepare(client)
    before = token()
    do()
    assert not AuditEntry.objects.filter(act=act).exists()
    assert token() == before


def test_the_settings_that_were_changed_are_named(client):
    client.force_login(make_user(groups=["Site managers"]))
    change_settings(client)()
    assert "Login required" in AuditEntry.objects.get(act=Act.PAGE_SETTINGS).note


def test_a_superuser_deletes_what_was_never_public_and_that_is_written_down(client):
    user = make_user(is_superuser=True)
    page = make_page("Mistake", user=user, published=False)
    client.force_login(user)
    client.post(reverse("admin:cms_page_delete", args=[page.pk]), {"post": "yes"})
    assert not Page.objects.filter(pk=page.pk).exists()
    assert AuditEntry.objects.get(act=Act.DELETED).subject == "Mistake"


def test_nobody_deletes_a_page_that_was_public(client):
    page = make_page()
    client.force_login(make_user(is_superuser=True))
    response = client.post(reverse("admin:cms_page_delete", args=[page.pk]), {"post": "yes"})
    assert response.status_code == 403
    assert Page.objects.filter(pk=page.pk).exists()


def test_nobody_deletes_a_person(client):
    person = make_user()
    client.force_login(make_user(is_superuser=True))
    assert client.post(reverse("admin:auth_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 403
    person.refresh_from_db()


def test_what_a_person_may_do_is_written_down_when_it_changes(client):
    manager, person = make_user(groups=["Site managers"]), make_user("ana")
    client.force_login(manager)
    client.post(reverse("admin:auth_user_change", args=[person.pk]), {"username": "ana", "is_staff": "on"})
    entry = AuditEntry.objects.get(act=Act.PERSON_CHANGED)
    assert (entry.user_id, entry.subject) == (manager.pk, "ana")
    assert "Active" in entry.note


def test_what_a_group_may_do_is_written_down_when_it_changes(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    group = Group.objects.create(name="Translators")
    typed = {"name": "Translators", "permissions": [Permission.objects.get(codename="publish_page").pk]}
    client.post(reverse("admin:auth_group_change", args=[group.pk]), typed)
    client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"})
    changed, deleted = AuditEntry.objects.order_by("pk")
    assert (changed.act, changed.user_id, changed.subject) == (Act.SETTING_CHANGED, user.pk, "Translators")
    assert "Permissions" in changed.note
    assert (deleted.act, deleted.subject) == (Act.DELETED, "Translators")


def test_deleting_a_file_moves_the_generation(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = make_file()
    before = token()
    file.delete()
    assert token() != before


def test_the_form_of_a_file_offers_no_other_file(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = make_file()
    client.force_login(make_user(is_superuser=True))
    url = reverse("admin:filer_file_change", args=[file.pk])
    assert 'type="file"' not in client.get(url).content.decode()
    client.post(url, {"name": "Leaflet", "file": ContentFile(b"two", name="b.svg")})
    kept = File.objects.get()
    assert (kept.name, kept.file.name, kept.sha1) == ("Leaflet", file.file.name, file.sha1)


def test_a_password_that_is_set_for_somebody_else_is_written_down(client):
    manager, person = make_user(groups=["Site managers"]), make_user("ana")
    client.force_login(manager)
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    client.post(url, {"password1": "short", "password2": "other"})
    assert not AuditEntry.objects.filter(act=Act.PERSON_CHANGED).exists()
    client.post(url, {"password1": "Long-enough-for-77", "password2": "Long-enough-for-77", "usable_password": "true"})
    entry = AuditEntry.objects.get(act=Act.PERSON_CHANGED)
    assert (entry.user_id, entry.subject, entry.note) == (manager.pk, "ana", "Password")


def test_where_an_old_address_leads_is_written_down_when_it_changes_or_ends(client):
    manager = make_user(groups=["Site managers"])
    client.force_login(manager)
    client.post(reverse("admin:redirects_redirect_add"), {"site": 1, "old_path": "/old/", "new_path": "/new/"})
    old = Redirect.objects.get()
    client.post(reverse("admin:redirects_redirect_delete", args=[old.pk]), {"post": "yes"})
    entries = AuditEntry.objects.filter(model="redirects.redirect").order_by("pk")
    assert [(entry.act, entry.user_id) for entry in entries] == [
        (Act.SETTING_CHANGED, manager.pk),
        (Act.DELETED, manager.pk),
    ]
    assert "/old/" in entries[1].subject


def test_several_old_addresses_that_are_deleted_at_once_are_written_down(client):
    client.force_login(make_user(groups=["Site managers"]))
    rows = [Redirect.objects.create(site_id=1, old_path=f"/{n}/", new_path="/new/") for n in range(2)]
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    client.post(reverse("admin:redirects_redirect_changelist"), data)
    assert not Redirect.objects.exists()
    assert AuditEntry.objects.filter(act=Act.DELETED).count() == 2


def test_the_domain_of_the_site_is_written_down_when_it_changes(client):
    client.force_login(make_user(groups=["Site managers"]))
    client.post(reverse("admin:sites_site_change", args=[1]), {"domain": "other.test", "name": "Other"})
    assert AuditEntry.objects.get(act=Act.SETTING_CHANGED).note == "Domain name, Display name"


def test_pictures_are_not_resized_in_place(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    manager = make_user(is_superuser=True)
    client.force_login(manager)
    folder = Folder.objects.create(name="Cells", owner=manager)
    content = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(content, "PNG")
    image = Image.objects.create(folder=folder, file=ContentFile(content.getvalue(), name="cell.png"))
    before = Path(image.path).read_bytes()
    values = {"action": "resize_images", "_selected_action": f"file-{image.pk}", "post": "yes", "width": 2, "height": 2}
    client.post(reverse("admin:filer-directory_listing", args=[folder.pk]), values)
    assert Path(image.path).read_bytes() == before
