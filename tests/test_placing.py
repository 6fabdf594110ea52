"""What an editor may place where."""

import pytest
from cms.plugin_pool import plugin_pool
from django.urls import reverse
from djangocms_alias.models import AliasContent

from tests import factories
from tests.navigation.test_plugins import add_in_the_admin

pytestmark = pytest.mark.django_db


def root_plugins(slot, content):
    plugins = plugin_pool.get_all_plugins(slot, content)
    return {plugin.__name__ for plugin in plugins if not plugin.requires_parent_plugin(slot, content)}


def test_an_introduction_takes_text_alone():
    assert root_plugins("lead", factories.page_content(factories.make_page())) == {"TextPlugin"}


def test_a_page_takes_records_and_call_outs():
    plugins = root_plugins("content", factories.page_content(factories.make_page()))
    assert {"TextPlugin", "CellTypeListPlugin", "RecommendationCalloutPlugin", "PathsPlugin"} <= plugins


@pytest.mark.parametrize(
    "plugin",
    ["QuickLinksPlugin", "QuickLinkPlugin", "AtNoticePlugin", "PicturePlugin", "PathPlugin", "CitationPlugin", "Alias"],
)
def test_a_page_does_not_take(admin_client, admin_user, plugin):
    page = factories.make_page(published=False, user=admin_user)
    assert plugin not in root_plugins("content", factories.page_content(page))
    response = add_in_the_admin(admin_client, factories.add_text(page, "<p>A.</p>"), plugin)
    assert response.status_code == 403
    assert "cannot stand at this place" in response.content.decode()


@pytest.mark.parametrize("how", [{}, {"move_a_copy": "true"}])
def test_a_page_does_not_take_what_is_moved_or_pasted_there_either(admin_client, admin_user, how):
    page = factories.make_page(published=False, user=admin_user)
    text = factories.add_text(page, "<p>A.</p>")
    alias = factories.make_alias("at-notice", published=False, user=admin_user)
    placeholder = AliasContent.admin_manager.get(alias=alias).placeholder
    notice = factories.add_plugin(placeholder, "AtNoticePlugin", heading="H", intro="I", steps="S")
    where = {"plugin_id": notice.pk, "placeholder_id": text.placeholder_id, "target_language": "en"}
    response = admin_client.post(reverse("admin:cms_placeholder_move_plugin"), {**where, "target_position": 2, **how})
    assert response.status_code == 403
    assert [plugin.plugin_type for plugin in text.placeholder.get_plugins()] == ["TextPlugin"]


def test_the_text_of_a_record_takes_no_lists_of_records():
    assert "CellTypeListPlugin" not in root_plugins("prose", factories.make_cell_type())


def test_a_citation_alone_can_stand_in_a_text():
    """A link is made by the editor's own button, whose address is checked as all others are."""
    content = factories.page_content(factories.make_page())
    assert [plugin.__name__ for plugin in plugin_pool.get_text_enabled_plugins("content", content)] == [
        "CitationPlugin"
    ]


def test_a_way_onward_stands_in_a_list_of_them():
    content = factories.page_content(factories.make_page())
    assert plugin_pool.get_plugin("PathsPlugin").get_child_classes("content", content) == ["PathPlugin"]


def test_quick_links_stand_in_an_alias():
    alias = factories.make_alias("quick-links")
    assert "QuickLinksPlugin" in root_plugins("content", alias.contents.get())
