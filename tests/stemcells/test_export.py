"""`export_content`: what is public becomes files, of which `load_content` makes the same public site."""

import pytest
from cms.api import add_plugin, create_page_content
from cms.models import CMSPlugin, Page, PageContent
from django.core.management import CommandError, call_command
from djangocms_text.models import Text
from djangocms_text.utils import plugin_to_tag

from mscoe_portal.loading import loading
from stemcells.models import CellTypeContent, Reference
from stemcells.seed import LOADERS
from tests.backup.machine import addresses_of, bodies_of
from tests.factories import make_page, make_user, publish
from tests.site import read_addresses
from tests.stemcells.loading import load

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("site")]


def exported(folder):
    """The files that the command writes, as {name: bytes}."""
    call_command("export_content", folder, verbosity=0)
    assert {path.name for path in folder.iterdir()} == set(LOADERS)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def add_text(content, body, slot="content"):
    with loading():
        return add_plugin(content.placeholders.get(slot=slot), "TextPlugin", content.language, body=body)


def test_what_is_loaded_from_an_export_is_the_same_site_and_exports_the_same_bytes(site, emptied, tmp_path):
    user = make_user()
    # What the first content has not: a page without an id for templates, in two languages, with a citation; a record's
    # translation; letters and line ends that YAML has words about.
    page = make_page("Ñandú: #1 “yes”", user=user, parent=Page.objects.get(reverse_id="research"), published=False)
    content = PageContent.admin_manager.get(page=page)
    body = "<p>yes &amp; no: - [x]\ttab, “ ” \u2028 \U0001f9e0 &lt;b&gt;</p>"
    with loading():
        text = add_text(content, body)
        citation = add_plugin(
            text.placeholder, "CitationPlugin", "en", target=text, reference=Reference.objects.get(key="turner-2016")
        )
        about = Page.objects.get(reverse_id="about-this-site")
        link = f'<a href="#" data-cms-href="cms.page:{about.pk}">About</a>'
        text.body = f"<p>Cited{plugin_to_tag(citation)}, and again, {link}.</p>{body}"
        text.save()
        spanish = create_page_content("es", "Ñandú", page, created_by=user, template="pages/topic.html")
        add_text(spanish, "<p>Sí.</p>")
        publish(content, user)
        publish(spanish, user)
        hsc = CellTypeContent.objects.get(cell_type__key="hsc")
        values = {field.name: getattr(hsc, field.name) for field in hsc._meta.concrete_fields if not field.primary_key}
        values |= {"language": "es", "slug": "cmh", "name": "Célula madre", "key_points": "Uno.\r\nDos.\r\n"}
        publish(CellTypeContent.objects.with_user(user).create(**values), user)
    read_addresses()
    addresses = addresses_of(site)
    assert {"/stem-cell-therapy/research/nandu-1-yes/", "/es/stem-cell-therapy/cell-types/cmh/"} <= set(addresses)
    before, files = bodies_of(site, addresses), exported(tmp_path / "first")
    highest = Page.objects.latest("pk").pk

    emptied()
    # The numbers of pages are others in another database.
    while (other := make_page(published=False)).pk <= highest:
        other.delete()
    other.delete()
    load(tmp_path / "first")
    assert Page.objects.get(reverse_id="about-this-site").pk != about.pk
    read_addresses()

    assert exported(tmp_path / "second") == files
    assert addresses_of(site) == addresses
    assert bodies_of(site, addresses) == before


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
