"""`export_content`: what is public becomes files, and nothing else does.

That the same public site is made of them again, is in `test_export_uploads.py`.
"""

import pytest
from cms.api import add_plugin
from cms.models import CMSPlugin, PageContent
from django.core.management import CommandError, call_command
from djangocms_text.models import Text

from mscoe_portal.loading import loading
from stemcells.models import Reference
from stemcells.seed import LOADERS
from tests.factories import make_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("site")]


def exported(folder):
    """The files that the command writes, as {name: bytes}."""
    call_command("export_content", folder, verbosity=0)
    assert {path.name for path in folder.iterdir()} == set(LOADERS)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def add_text(content, body, slot="content"):
    with loading():
        return add_plugin(content.placeholders.get(slot=slot), "TextPlugin", content.language, body=body)


def test_a_plugin_in_another_language_than_its_page_is_not_exported(tmp_path):
    before = exported(tmp_path)
    content = PageContent.objects.get(page__reverse_id="about-this-site", language="en")
    with loading():
        add_plugin(content.placeholders.get(slot="content"), "TextPlugin", "es", body="<p>Nada</p>")
    assert exported(tmp_path) == before


def test_drafts_are_not_exported(tmp_path):
    before = exported(tmp_path)
    make_page("A draft", published=False)

    assert exported(tmp_path) == before


def test_a_source_that_nothing_public_cites_is_not_exported(tmp_path):
    before = exported(tmp_path)
    Reference.objects.create(key="other", title="T", authors="A", year=2020, doi="10.1234/x")

    assert exported(tmp_path) == before


@pytest.fixture
def public_page():
    return PageContent.objects.get(page__reverse_id="research")


@pytest.fixture
def refused(tmp_path):
    """See that the command writes nothing and says why."""

    def refuse(match):
        with pytest.raises(CommandError, match=match):
            call_command("export_content", tmp_path / "files")
        assert not (tmp_path / "files").exists()

    return refuse


def test_a_plugin_that_is_not_there_any_more_stops_the_export(public_page, refused):
    text = add_text(public_page, "<p>Words.</p>")
    CMSPlugin.objects.filter(pk=text.pk).update(plugin_type="GonePlugin")

    refused("page “Research.*”.*, GonePlugin: there is no such plugin")


def test_a_link_to_a_page_that_is_not_public_stops_the_export(public_page, refused):
    with loading():
        placeholder = public_page.placeholders.get(slot="content")
        paths = add_plugin(placeholder, "PathsPlugin", "en")
        draft = make_page("A draft", published=False)
        add_plugin(placeholder, "PathPlugin", "en", target=paths, name="Onward", page=draft)

    refused("page “Research.*”.*, PathPlugin: the files cannot hold what the field “page” has")


@pytest.mark.parametrize("target", ["cms.page:{draft}", "cms.page:99999999", "auth.user:1"])
def test_a_link_in_a_text_to_what_is_no_public_page_stops_the_export(public_page, refused, target):
    target = target.format(draft=make_page("A draft", published=False).pk)
    add_text(public_page, f'<p><a href="#" data-cms-href="{target}">Onward</a></p>')

    refused(f"page “Research.*”.*, TextPlugin: a link leads to what is no public page: .*{target}")


def test_a_link_to_a_page_in_a_spelling_that_is_not_read_stops_the_export(public_page, refused):
    text = add_text(public_page, "<p>Words.</p>")
    Text.objects.filter(pk=text.pk).update(body="<p><a data-cms-href='cms.page:1'>Onward</a></p>")

    refused("TextPlugin: the words could not be loaded as they are: data-cms-href")


def test_words_that_would_become_a_citation_stop_the_export(public_page, refused):
    add_text(public_page, "<p>Write [cite:turner-2016] to cite.</p>")

    refused("TextPlugin: the words could not be loaded as they are")
