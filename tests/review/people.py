"""People and versions that the tests of the review have in common."""

from contextlib import contextmanager

from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from djangocms_versioning.models import Version

from mscoe_portal.review import workflow
from tests.factories import make_user


@contextmanager
def undone():
    """Undo in the database what is done inside: the next case finds all as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_author(name=None):
    return make_user(name, groups=["Authors"])


def make_reviewer(name=None):
    return make_user(name, groups=["Clinical reviewers"])


def version_of(content):
    """The Version of `content`, from the database."""
    return Version.objects.get(pk=Version.objects.get_for_content(content).pk)


def approve(version, reviewer=None):
    """Have the draft `version` submitted by its author (with the rights of one) and approved; returns it."""
    version.created_by.groups.add(Group.objects.get(name="Authors"))
    workflow.submit(version, version.created_by)
    workflow.approve(version, reviewer or make_reviewer())
    return version


def step_url(version, code, query=""):
    return reverse("review:step", args=[version.pk, code]) + query
