"""`load_content`: it fills an empty site and changes nothing that is there."""

from io import StringIO

import pytest
import yaml
from cms.models import Page, PageContent
from django.contrib.sites.models import Site
from django.core.management import call_command
from djangocms_alias.models import AliasContent
from djangocms_text.models import Text
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from stemcells.models import (
    CellTypeContent,
    ClinicRiskArticleContent,
    DisclaimerContent,
    RecommendationContent,
    Reference,
)
from stemcells.seed import LOADERS
from tests.factories import make_user, publish
from tests.stemcells.loading import all_rows, load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_first_run_publishes_all_that_it_loads():
    records = CellTypeContent, ClinicRiskArticleContent, RecommendationContent, DisclaimerContent
    for model in (*records, PageContent, AliasContent):
        assert model.admin_manager.count() == model.objects.count() > 0
    assert set(Version.objects.values_list("state", flat=True)) == {PUBLISHED}


def test_second_run_changes_no_row():
    before = all_rows()
    load()
    assert all_rows() == before


def test_second_run_tells_what_it_kept():
    assert "  cell-types.yaml: 0 loaded, 5 kept\n" in load()


def test_run_without_verbosity_says_nothing():
    output = StringIO()
    call_command("load_content", verbosity=0, stdout=output)
    assert output.getvalue() == ""


def test_loader_cannot_sign_in():
    loader = Version.objects.first().created_by
    assert not loader.is_active
    assert not loader.has_usable_password()


def test_editors_do_not_read_the_name_of_an_example():
    assert Site.objects.get().name == "MSCoE portal"


def test_text_in_brackets_becomes_a_citation():
    assert not Text.objects.filter(body__contains="[cite:").exists()
    assert Reference.objects.get(key="turner-2016").citations.exists()


def test_what_is_missing_is_loaded_beside_what_is_there(tmp_path):
    for name in LOADERS:
        (tmp_path / name).write_text("[]")
    new = {"key": "new", "title": "T", "authors": "A", "year": 2020, "doi": "10.1234/x"}
    (tmp_path / "references.yaml").write_text(yaml.dump([new]))
    assert "references.yaml: 1 loaded, 0 kept" in load(tmp_path)
    assert set(Reference.objects.values_list("key", flat=True)) == {"turner-2016", "new"}


def test_editors_published_change_stays():
    user = make_user()
    version = Version.objects.get_for_content(CellTypeContent.objects.get(cell_type__key="hsc")).copy(user)
    CellTypeContent.admin_manager.filter(pk=version.content.pk).update(summary="An editor’s words.")
    publish(version.content, user)
    load()
    assert CellTypeContent.objects.get(cell_type__key="hsc").summary == "An editor’s words."


def test_editors_draft_stays():
    draft = Version.objects.get_for_content(CellTypeContent.objects.get(cell_type__key="hsc")).copy(make_user())
    before = all_rows()
    load()
    assert all_rows() == before
    assert Version.objects.get(pk=draft.pk).state == "draft"


def test_record_that_an_editor_withdrew_stays_withdrawn():
    version = Version.objects.get_for_content(RecommendationContent.objects.get())
    version.unpublish(make_user())
    load()
    assert not RecommendationContent.objects.exists()


def test_text_of_a_page_that_an_editor_changed_stays():
    Text.objects.update(body="<p>An editor’s words.</p>")
    load()
    assert set(Text.objects.values_list("body", flat=True)) == {"<p>An editor’s words.</p>"}


def test_page_that_an_editor_moved_stays_where_it_is():
    page, top = Page.objects.get(reverse_id="research"), Page.objects.get(reverse_id="about-this-site")
    page.move_page(top, "last-child")
    load()
    assert Page.objects.get(reverse_id="research").parent == top
