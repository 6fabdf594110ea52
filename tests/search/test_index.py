"""The index follows what is published, by itself."""

import pytest
from cms.api import create_page_content
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from djangocms_versioning.constants import UNPUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.loading import loading
from mscoe_portal.search import index
from mscoe_portal.search.models import SearchEntry
from tests.factories import (
    add_text,
    make_cell_type,
    make_clinic_risk_article,
    make_page,
    make_recommendation,
    make_user,
    page_content,
    publish,
)
from tests.search.results import ask, found, links


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A function that gives a context: what is done inside is one transaction, committed at its end."""

    def transaction():
        connection.run_on_commit.clear()  # what came before was committed, for all that the test knows
        return django_capture_on_commit_callbacks(execute=True)

    return transaction


def titles(client, question, **parameters):
    """What `question` finds in the index as it is."""
    return [title for title, _address in links(ask(client, question, **parameters))]


def unpublish(content):
    Version.objects.get_for_content(content).unpublish(make_user())


def new_version(content, **values):
    """A draft that follows the published `content`."""
    draft = Version.objects.get_for_content(content).copy(make_user()).content
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def test_published_page_is_found_by_its_title_and_its_text(client, search_page, committed):
    page = make_page("Zebras", published=False)
    add_text(page, "<p>They have <strong>stripes</strong>.</p><p>All of them.</p>")
    with committed():
        publish(page_content(page))
    assert titles(client, "zebra") == titles(client, "stripes") == ["Zebras"]


def test_published_record_is_found_by_its_facts(client, search_page, committed):
    make_page("Types", slug="types", apphook="CellTypesApphook")
    with committed():
        make_cell_type(slug="zsc", plural="Zebra stem cells", short_name="ZSC", where_found="In the mane")
    assert links(ask(client, "mane")) == [("Zebra stem cells (ZSC)", "/types/zsc/")]


def test_clinic_risk_is_found_by_its_key_points(client, search_page, committed):
    make_page("Risks", slug="risks", apphook="ClinicRisksApphook")
    with committed():
        make_clinic_risk_article(slug="one", title="Unproven treatments", key_points="Costly\nUnregulated")
    assert links(ask(client, "unregulated")) == [("Unproven treatments", "/risks/one/")]


def test_page_is_found_by_the_record_that_it_shows(client, search_page, committed):
    from tests.factories import add_plugin

    content = make_recommendation(statement="Wait for the zebras.")
    page = make_page("Our position", published=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")
    add_plugin(placeholder, "RecommendationCalloutPlugin", "en", recommendation=content.recommendation)
    with committed():
        publish(page_content(page))
    assert titles(client, "zebras") == ["Our position"]
    with committed():
        publish(new_version(content, statement="Wait for the horses."))
    assert titles(client, "zebras") == []
    assert titles(client, "horses") == ["Our position"]


def test_draft_is_not_found(client, search_page):
    make_page("Zebras", published=False)
    make_page("Types", apphook="CellTypesApphook")
    make_cell_type(plural="Zebra stem cells", published=False)
    assert found(client, "zebra") == []


def test_draft_of_a_published_page_is_not_found(client, search_page):
    page = make_page("Horses")
    new_version(page_content(page), title="Zebras")
    assert found(client, "zebra") == []
    assert found(client, "horse") == ["Horses"]


def test_new_version_takes_the_place_of_the_old_one(client, search_page, committed):
    page = make_page("Horses")
    with committed():
        publish(new_version(page_content(page), title="Zebras"))
    assert titles(client, "horse") == []
    assert titles(client, "zebra") == ["Zebras"]


def test_withdrawn_page_vanishes(client, search_page, committed):
    page = make_page("Zebras")
    assert found(client, "zebra") == ["Zebras"]
    with committed():
        unpublish(page_content(page))
    assert titles(client, "zebra") == []


def test_withdrawn_page_vanishes_even_if_the_index_missed_it(client, search_page):
    page = make_page("Zebras")
    assert found(client, "zebra") == ["Zebras"]
    Version.objects.filter(pk=Version.objects.get_for_content(page_content(page)).pk).update(state=UNPUBLISHED)
    assert titles(client, "zebra") == []


def test_withdrawn_parent_takes_what_is_below_it_along(client, search_page, committed):
    parent = make_page("Savanna", slug="savanna")
    make_page("Zebras", parent=parent)
    types = make_page("Types", slug="types", parent=parent, apphook="CellTypesApphook")
    make_cell_type(plural="Zebra stem cells", short_name="ZSC")
    assert found(client, "zebra") == ["Zebra stem cells (ZSC)", "Zebras"]
    with committed():
        unpublish(page_content(types))
    assert titles(client, "zebra") == ["Zebras"]
    with committed():
        unpublish(page_content(parent))
    assert titles(client, "zebra") == []


def test_moved_page_is_found_at_its_new_address(client, search_page, committed):
    parent, page = make_page("Savanna", slug="savanna"), make_page("Zebras", slug="zebras")
    client.force_login(make_user(is_superuser=True))
    with committed():
        url = reverse("admin:cms_page_move_page", args=[page.pk])
        assert client.post(url, {"id": page.pk, "target": parent.pk, "position": 0}).status_code == 200
    client.logout()
    assert links(ask(client, "zebra")) == [("Zebras", "/savanna/zebras/")]


def test_deleted_page_vanishes(client, search_page, committed):
    page = make_page("Zebras")
    assert found(client, "zebra") == ["Zebras"]
    with loading():  # else what was public is not deleted
        page.delete()
    assert titles(client, "zebra") == []


def test_page_for_signed_in_readers_is_not_found(client, search_page, committed):
    page = make_page("Zebras")
    assert found(client, "zebra") == ["Zebras"]
    page.refresh_from_db()
    page.login_required = True
    with committed():
        page.save()
    assert titles(client, "zebra") == []


def test_page_that_only_leads_elsewhere_and_the_search_itself_are_not_found(client, search_page):
    make_page("Zebra benefits", redirect="https://www.va.gov/")
    assert found(client, "zebra") == []
    assert found(client, "search") == []


def test_several_publishes_at_once_are_indexed_once(search_page, committed):
    with committed() as callbacks:
        make_page("One")
        make_page("Two")
    assert callbacks.count(index.rebuild) == 1
    assert SearchEntry.objects.count() == 3


def test_failing_index_does_not_undo_a_publish(client, search_page, committed, monkeypatch, caplog):
    def fail(*args):
        raise ValueError("broken")

    monkeypatch.setattr(index, "searchable", fail)
    with committed():
        make_page("Zebras", slug="zebras")
    assert client.get("/zebras/").status_code == 200
    assert "broken" in caplog.text


def test_translation_has_an_entry_of_its_own(search_page):
    user = make_user()
    page = make_page("Zebras", user=user)
    publish(create_page_content("es", "Cebras", page, slug="cebras", created_by=user), user)
    index.rebuild()
    entries = SearchEntry.objects.filter(title__in=["Zebras", "Cebras"])
    assert {entry.language for entry in entries} == {"en", "es"}
    assert len({entry.identity for entry in entries}) == 1


def test_command_says_what_can_be_found(search_page, capsys):
    make_page("Zebras")
    call_command("rebuild_search")
    assert "  pages: 2\n" in capsys.readouterr().out


def test_rebuilding_twice_changes_nothing(search_page):
    make_page("Zebras")
    index.rebuild()
    before = list(SearchEntry.objects.order_by("object_id").values_list("object_id", "words"))
    index.rebuild()
    assert list(SearchEntry.objects.order_by("object_id").values_list("object_id", "words")) == before


def test_withdrawn_translation_gives_way_to_english_even_if_the_index_missed_it(client, search_page):
    user = make_user()
    page = make_page("Zebra", slug="zebra", user=user)
    spanish = publish(create_page_content("es", "Zebra rayada", page, slug="cebra", created_by=user), user)
    assert found(client, "zebra", path="/es/search/") == ["Zebra rayada"]
    Version.objects.filter(pk=Version.objects.get_for_content(spanish).pk).update(state=UNPUBLISHED)
    assert titles(client, "zebra", path="/es/search/") == ["Zebra"]
