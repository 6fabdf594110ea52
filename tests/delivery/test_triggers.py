"""What moves the generation, and what does not."""

import pytest
from cms.models import Page
from django.db import connection, transaction
from djangocms_versioning.models import Version

from mscoe_portal.delivery.models import Generation
from stemcells.models import Reference
from tests import factories

pytestmark = pytest.mark.django_db


def token():
    connection.check_constraints()  # on PostgreSQL the triggers run at the commit, or when they are asked to
    return Generation.objects.get().token


def test_publishing_moves_the_generation():
    draft = factories.make_cell_type(published=False)
    before = token()
    factories.publish(draft)
    assert token() != before


def test_unpublishing_moves_the_generation():
    content = factories.make_cell_type()
    before = token()
    Version.objects.get_for_content(content).unpublish(factories.make_user())
    assert token() != before


def test_a_saved_draft_leaves_the_generation():
    draft = factories.make_cell_type(published=False)
    before = token()
    draft.summary = "Other words."
    draft.save()
    assert token() == before


def test_a_new_draft_of_a_published_record_leaves_the_generation():
    content = factories.make_cell_type()
    before = token()
    Version.objects.get_for_content(content).copy(factories.make_user())
    assert token() == before


def test_a_published_page_that_something_changes_in_place_moves_the_generation():
    content = factories.page_content(factories.make_page())
    before = token()
    type(content).admin_manager.filter(pk=content.pk).update(title="Other words.")
    assert token() != before


def test_a_published_alias_moves_the_generation():
    before = token()
    factories.make_alias("at-notice")
    assert token() != before


def test_a_bulk_update_of_a_source_moves_the_generation():
    factories.make_reference()
    before = token()
    Reference.objects.update(status="retracted")
    assert token() != before


def test_a_deleted_source_moves_the_generation():
    reference = factories.make_reference()
    before = token()
    reference.delete()
    assert token() != before


def test_a_moved_page_moves_the_generation():
    first, second = factories.make_page(), factories.make_page()
    before = token()
    Page.objects.get(pk=second.pk).move_page(Page.objects.get(pk=first.pk), position="left")
    assert token() != before


def test_another_home_page_moves_the_generation():
    factories.make_page(home=True)
    other = factories.make_page()
    before = token()
    Page.objects.get(pk=other.pk).set_as_homepage()
    assert token() != before


def test_a_change_that_is_rolled_back_leaves_the_generation():
    draft = factories.make_cell_type(published=False)
    before = token()
    with transaction.atomic():
        factories.publish(draft)
        transaction.set_rollback(True)
    assert token() == before
