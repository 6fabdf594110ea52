"""What moves the generation, and what does not."""

import pytest
from cms.models import Page
from django.contrib.redirects.models import Redirect
from django.contrib.sites.models import Site
from django.db import DatabaseError, connection, transaction
from djangocms_alias.models import Alias
from djangocms_versioning.models import Version
from filer.models import Image

from mscoe_portal.delivery import triggers
from mscoe_portal.delivery.models import Generation
from mscoe_portal.loading import loading
from stemcells.models import CellType, Reference
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


def test_a_deleted_page_moves_the_generation():
    page = factories.make_page()
    before = token()
    with loading():
        page.delete()
    assert token() != before


@pytest.mark.parametrize(
    ("make", "model", "change"),
    [
        pytest.param(lambda: factories.make_alias("seal"), Alias, {"static_code": "other"}, id="an alias's place"),
        pytest.param(factories.make_cell_type, CellType, {"key": "other"}, id="a record's identity"),
        pytest.param(factories.make_page, Page, {"login_required": True}, id="a page's advanced settings"),
        pytest.param(Image.objects.create, Image, {"default_alt_text": "Other words."}, id="a picture"),
        pytest.param(lambda: Redirect.objects.create(site_id=1), Redirect, {"new_path": "/other/"}, id="a redirect"),
        pytest.param(lambda: None, Site, {"domain": "other.example.org"}, id="the site"),
    ],
)
def test_what_has_no_version_moves_the_generation(make, model, change):
    make()
    before = token()
    model.objects.update(**change)
    assert token() != before


@pytest.mark.django_db(transaction=True)
def test_a_trigger_is_replaced_in_one_step(monkeypatch):
    reference = factories.make_reference()

    def break_off(*trigger, statements=triggers._STATEMENTS[connection.vendor]):
        return [*list(statements(*trigger))[:-1], "nonsense"]

    monkeypatch.setattr(triggers, "watched_tables", lambda: [("stemcells_reference", "UPDATE", "TRUE")])
    monkeypatch.setitem(triggers._STATEMENTS, connection.vendor, break_off)
    with pytest.raises(DatabaseError):
        triggers.create_triggers("default")
    before = token()
    reference.save()
    assert token() != before


def test_a_change_that_is_rolled_back_leaves_the_generation():
    draft = factories.make_cell_type(published=False)
    before = token()
    with transaction.atomic():
        factories.publish(draft)
        transaction.set_rollback(True)
    assert token() == before
