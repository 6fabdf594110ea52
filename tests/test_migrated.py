"""What a test has written for good is gone before the next one."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site

from mscoe_portal.delivery.models import Generation
from tests import migrated
from tests.factories import make_page, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_database_is_as_migrate_left_it_and_no_page_of_before_is_current():
    kinds, groups = set(ContentType.objects.all()), set(Group.objects.values_list("name", flat=True))
    token, domain = Generation.objects.get().token, Site.objects.get_current().domain
    make_page(user=make_user(groups=groups))
    Group.objects.first().delete()
    Permission.objects.update(name="Another")
    Site.objects.update(domain="another.example.org")
    Site.objects.clear_cache()
    assert Site.objects.get_current().domain == "another.example.org"
    assert not migrated.is_now()

    migrated.put_back()

    assert migrated.is_now()
    assert set(ContentType.objects.all()) == kinds
    assert set(Group.objects.values_list("name", flat=True)) == groups
    assert Site.objects.get_current().domain == domain
    assert Generation.objects.get().token != token


@pytest.mark.parametrize("_time", ["first", "second"])
def test_each_test_finds_nobody_signed_up(_time):
    assert migrated.is_now()
    make_user("ana")
