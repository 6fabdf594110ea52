"""The portal's own groups hold everybody's rights: a superuser neither deletes nor renames one."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from mscoe_portal.groups import GROUPS
from tests.factories import make_user

pytestmark = pytest.mark.django_db

WORDS = "is a group of the portal itself"


@pytest.fixture
def superuser(client):
    client.force_login(make_user(is_superuser=True))
    return client


def address(act, group):
    return reverse(f"admin:auth_group_{act}", args=[group.pk])


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_of_the_portal_is_not_deleted_and_it_is_said_why(superuser, name):
    group = Group.objects.get(name=name)
    response = superuser.post(address("delete", group), {"post": "yes"})
    assert response.status_code == 403
    assert f"“{name}” {WORDS}" in response.text
    assert Group.objects.filter(pk=group.pk).exists()


def test_groups_of_the_portal_are_not_deleted_from_the_list(superuser):
    chosen = list(Group.objects.filter(name__in=GROUPS).values_list("pk", flat=True))
    values = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    superuser.post(reverse("admin:auth_group_changelist"), values)
    assert Group.objects.filter(name__in=GROUPS).count() == len(GROUPS)


def test_a_group_of_the_portal_keeps_its_name(superuser):
    group = Group.objects.get(name="Authors")
    superuser.post(address("change", group), {"name": "Writers", "permissions": []})
    group.refresh_from_db()
    assert group.name == "Authors"


def test_the_form_of_a_group_of_the_portal_says_so_and_offers_no_delete(superuser):
    group = Group.objects.get(name="Authors")
    page = superuser.get(address("change", group)).text
    assert WORDS in page
    assert address("delete", group) not in page


def test_another_group_is_renamed_and_deleted(superuser):
    group = Group.objects.create(name="Translators")
    superuser.post(address("change", group), {"name": "Interpreters", "permissions": []})
    group.refresh_from_db()
    assert group.name == "Interpreters"
    superuser.post(address("delete", group), {"post": "yes"})
    assert not Group.objects.filter(pk=group.pk).exists()
