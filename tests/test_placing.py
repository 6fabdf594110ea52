"""What an editor may place where."""

import pytest
from cms.plugin_pool import plugin_pool

from tests import factories

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
    "plugin", ["QuickLinksPlugin", "AtNoticePlugin", "AliasPlugin", "TextLinkPlugin", "PathPlugin"]
)
def test_a_page_does_not_take(plugin):
    assert plugin not in root_plugins("content", factories.page_content(factories.make_page()))


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
