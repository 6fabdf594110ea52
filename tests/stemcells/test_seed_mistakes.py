"""`load_content` says where a data file is wrong, and then loads nothing."""

import shutil

import pytest
import yaml
from cms.models import Page
from django.core.management import CommandError

from stemcells.models import CellType, Recommendation, Reference
from stemcells.seed import CONTENT_DIR, LOADERS
from tests.stemcells.loading import all_rows, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    """A function that writes data files into a folder of otherwise empty ones; returns the folder."""

    def write_files(**texts):
        for name in LOADERS:
            (tmp_path / name).write_text(texts.get(name.removesuffix(".yaml").replace("-", "_"), "[]"))
        return tmp_path

    return write_files


def refusal(folder):
    """Load `folder`, which must fail and leave every table as it was; returns the message."""
    before = all_rows()
    with pytest.raises(CommandError) as caught:
        load(folder)
    assert all_rows() == before
    message = str(caught.value)
    assert message.startswith("Nothing was loaded. ")
    return message.removeprefix("Nothing was loaded. ")


@pytest.mark.slow
def test_run_that_fails_in_the_last_file_leaves_nothing(tmp_path):
    folder = shutil.copytree(CONTENT_DIR, tmp_path / "content")
    last_line = len((folder / "aliases.yaml").read_text().splitlines()) + 1
    with (folder / "aliases.yaml").open("a") as file:
        file.write("- code: wrong\n")
    assert refusal(folder) == f"aliases.yaml, line {last_line}: “name” is missing."
    assert not CellType.objects.exists()
    assert not Page.objects.exists()


def test_missing_file_is_named(write):
    folder = write()
    (folder / "pages.yaml").unlink()
    assert "pages.yaml" in refusal(folder)


def item(**values):
    """The YAML of a list of one item, its fields in order."""
    return yaml.dump([values], sort_keys=False, allow_unicode=True)


def reference(**values):
    return item(**{"key": "a", "title": "T", "authors": "A", "year": 2020, "doi": "10.1234/x"} | values)


def cell_type(**values):
    required = {"key": "a", "slug": "a", "short_name": "A", "name": "A cell", "plural": "A cells"}
    return item(**required | {"summary": "S.", "origin": "adult", "makes_or_does": "M"} | values)


def page(*plugins, **values):
    placeholders = {"placeholders": {"content": list(plugins)}} if plugins else {}
    return item(**{"key": "a", "title": "A", "slug": "a"} | placeholders | values)


def text(body):
    return {"plugin": "TextPlugin", "body": body}


MISTAKES = {
    "broken YAML": ({"references": "- key: a\n  title: [\n"}, ["references.yaml, line 3"]),
    "bytes that are no text": ({"references": "- key: \x00\n"}, ["references.yaml"]),
    "not a list": ({"references": "key: a\n"}, ["references.yaml", "“- ”"]),
    "a list of texts": ({"references": "- a\n"}, ["references.yaml", "“- ”"]),
    "field that comes twice": (
        {"references": reference() + "  title: Another\n"},
        ["references.yaml, line 6", "“title” comes twice"],
    ),
    "source's key used twice": ({"references": reference() * 2}, ["references.yaml, line 6", "“a” comes twice"]),
    "record's key used twice": (
        {"cell_types": cell_type() + cell_type(slug="b")},
        ["cell-types.yaml, line 9", "“a” comes twice"],
    ),
    "page's key used twice": (
        {"pages": page(children=[{"key": "a", "title": "B", "slug": "b"}])},
        ["pages.yaml, line 5", "“a” comes twice"],
    ),
    "alias that comes twice": (
        {"aliases": item(code="a", name="A", plugins=[]) * 2},
        ["aliases.yaml, line 4", "“a, en” comes twice"],
    ),
    "empty file": ({"references": ""}, ["references.yaml", "“- ”"]),
    "unknown field": ({"references": reference(pages=3)}, ["references.yaml, line 1", "“pages”"]),
    "source without a key": (
        {"references": item(title="T", authors="A", year=2020, doi="10.1234/x")},
        ["references.yaml, line 1", "key"],
    ),
    "record without a key": ({"cell_types": item(slug="a")}, ["cell-types.yaml, line 1", "“key”"]),
    "page without a key": ({"pages": item(title="A")}, ["pages.yaml, line 1", "“key”"]),
    "page without a title": ({"pages": item(key="a")}, ["pages.yaml, line 1", "“title”"]),
    "plugin without a type": ({"pages": page({"body": "<p>A</p>"})}, ["pages.yaml, line 6", "“plugin”"]),
    "unknown plugin": ({"pages": page({"plugin": "NoPlugin"})}, ["pages.yaml, line 6", "“NoPlugin”"]),
    "unknown field of a plugin": (
        {"pages": page({"plugin": "TextPlugin", "body": "A", "color": "red"})},
        ["pages.yaml, line 6", "“color”"],
    ),
    "unknown placeholder": (
        {"pages": item(key="a", title="A", placeholders={"side": []})},
        ["pages.yaml, line 1", "“side”"],
    ),
    "placeholders that are no mapping": ({"pages": page(placeholders=["x"])}, ["pages.yaml, line 1", "placeholders"]),
    "plugins that are no list": ({"pages": page(placeholders={"content": "x"})}, ["pages.yaml", "content"]),
    "unknown template": ({"pages": page(template="pages/none.html")}, ["pages.yaml, line 1", "pages/none.html"]),
    "unknown field of a page": ({"pages": page(color="red")}, ["pages.yaml, line 1", "color"]),
    "address of a page that is no slug": ({"pages": page(slug="a b")}, ["pages.yaml, line 1", "slug"]),
    "page's address used twice": ({"pages": page() + page(key="b")}, ["pages.yaml, line 4", "slug"]),
    "page's title that is too long": ({"pages": page(title="A" * 256)}, ["pages.yaml, line 1", "title", "255"]),
    "page's javascript: redirect": (
        {"pages": page(redirect="javascript:alert(1)")},
        ["pages.yaml, line 1", "redirect"],
    ),
    "language that there is not": ({"pages": page(language="xx")}, ["pages.yaml, line 1", "“xx”"]),
    "translation into the same language": (
        {"pages": page(translations=[{"title": "B", "slug": "b"}])},
        ["pages.yaml, line 5", "“en” comes twice"],
    ),
    "translation without a title": (
        {"pages": page(translations=[{"language": "es", "slug": "b"}])},
        ["pages.yaml, line 5", "“title”"],
    ),
    "children that are no list": ({"pages": page(children="b")}, ["pages.yaml, line 1", "children"]),
    "reference that is not there": (
        {"pages": page({"plugin": "RecommendationCalloutPlugin", "recommendation": "none"})},
        ["pages.yaml, line 6", "recommendation", "“none”"],
    ),
    "reference to what no file names": (
        {"pages": page(text("A") | {"parent": "none"})},
        ["pages.yaml, line 6", "there is no", "“none”"],
    ),
    "citation of what is not there": ({"pages": page(text("<p>A[cite:none]</p>"))}, ["pages.yaml, line 6", "“none”"]),
    "page that is not there": (
        {"pages": page({"plugin": "PathsPlugin", "children": [{"plugin": "PathPlugin", "name": "A", "page": "none"}]})},
        ["pages.yaml", "page", "“none”"],
    ),
    "bad DOI": ({"references": reference(doi="doi:10.1234/x")}, ["references.yaml, line 1", "doi:", "10.1016"]),
    "bad PubMed id": ({"references": reference(pubmed_id="PMC12")}, ["references.yaml, line 1", "pubmed_id:"]),
    "year that is none": ({"references": reference(year="soon")}, ["references.yaml, line 1", "year:"]),
    "source with no way to find it": ({"references": reference(doi="")}, ["references.yaml, line 1", "DOI"]),
    "source's javascript: address": (
        {"references": reference(doi="", url="javascript:alert(1)")},
        ["references.yaml, line 1", "url:"],
    ),
    "choice that is none": ({"cell_types": cell_type(origin="moon")}, ["cell-types.yaml, line 1", "origin:", "moon"]),
    "drawing without a text alternative": (
        {"cell_types": cell_type(drawing="cells/hsc")},
        ["cell-types.yaml, line 1", "alt_text:"],
    ),
    "address of a record that is no slug": (
        {"cell_types": cell_type(slug="a b")},
        ["cell-types.yaml, line 1", "slug:"],
    ),
    "address used twice": (
        {"cell_types": cell_type() + cell_type(key="b")},
        ["cell-types.yaml, line 9", "slug:", "A cells"],
    ),
    "record's key that is none": ({"cell_types": cell_type(key="a b")}, ["cell-types.yaml, line 1", "key"]),
    "quick link's javascript: address": (
        {
            "aliases": item(
                code="a",
                name="A",
                plugins=[
                    {
                        "plugin": "QuickLinksPlugin",
                        "title": "A",
                        "children": [{"plugin": "QuickLinkPlugin", "name": "A", "address": "javascript:alert(1)"}],
                    }
                ],
            )
        },
        ["aliases.yaml, line 7", "address:"],
    ),
    "text's javascript: address": (
        {"pages": page(text('<p><a href="javascript:alert(1)">A</a></p>'))},
        ["pages.yaml, line 6", "body:", "“A”"],
    ),
    "text's link to a page by its number": (
        {"pages": page(text('<p><a href="#" data-cms-href="cms.page:1">A</a></p>'))},
        ["pages.yaml, line 6", "body:", "page:home"],
    ),
    "text's link to a page that is not there": (
        {"pages": page(text('<p><a href="#" data-cms-href="page:none">A</a></p>'))},
        ["pages.yaml, line 6", "page", "“none”"],
    ),
    "text's picture without a text alternative": (
        {"pages": page(text('<p><img src="/media/a.png"></p>'))},
        ["pages.yaml, line 6", "body:", "a.png"],
    ),
    "text's link to a page by its number in other quotes": (
        {"pages": page(text("<p><a href='#' DATA-CMS-href='cms.page:1'>A</a></p>"))},
        ["pages.yaml, line 6", "body:", "page:home"],
    ),
    "field with nothing behind it": ({"references": reference(journal=None)}, ["references.yaml, line 1", "journal:"]),
    "record's key with nothing behind it": ({"cell_types": cell_type(key=None)}, ["cell-types.yaml, line 1", "key"]),
    "text with nothing behind it": ({"pages": page(text(None))}, ["pages.yaml, line 6", "body:"]),
    "setting of a page that is none": ({"pages": page(login_required="soon")}, ["pages.yaml, line 1", "soon"]),
    "setting of a page with nothing behind it": ({"pages": page(login_required=None)}, ["pages.yaml, line 1"]),
    "NUL": ({"references": '- key: "a\\0"\n'}, ["references.yaml, line 1", "no text has"]),
    "half a letter": ({"pages": '- key: a\n  title: "\\ud800"\n'}, ["pages.yaml, line 2", "no text has"]),
    "language that is a list": ({"pages": page(language=["en"])}, ["pages.yaml, line 1", "language"]),
    "plugin that is a list": ({"pages": page({"plugin": ["TextPlugin"]})}, ["pages.yaml, line 6", "plugin"]),
    "alias without a name's words": ({"aliases": item(code="a", name=None, plugins=[])}, ["aliases.yaml, line 1"]),
    "page inside itself": ({"pages": "- &a {key: a, title: A, slug: a, children: [*a]}\n"}, ["pages.yaml"]),
    "plugin inside itself": (
        {"pages": "- {key: a, title: A, placeholders: {content: [&a {plugin: PathsPlugin, children: [*a]}]}}\n"},
        ["pages.yaml, line 1", "recursive"],
    ),
    "brackets without end": ({"pages": "[" * 5000}, ["pages.yaml", "inside one another"]),
    "alias without plugins": ({"aliases": item(code="a", name="A")}, ["aliases.yaml, line 1", "“plugins”"]),
    "alias without a code": ({"aliases": item(name="A")}, ["aliases.yaml, line 1", "“code”"]),
    "language that is none": (
        {"aliases": item(code="a", name="A", language="xx", plugins=[])},
        ["aliases.yaml, line 1", "language", "xx"],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told_with_its_place_and_nothing_is_loaded(write, mistake):
    files, told = MISTAKES[mistake]
    message = refusal(write(**files))
    assert [part for part in told if part not in message] == [], message


def test_mistake_beside_good_items_leaves_the_good_ones_out_too(write):
    refusal(write(references=reference() + reference(key="b", doi="wrong")))
    assert not Reference.objects.exists()


def test_mistake_in_a_later_file_leaves_the_earlier_ones_out_too(write):
    recommendation = item(key="a", title="A", statement="S.", applies_to="A")
    refusal(write(recommendations=recommendation, cell_types=cell_type(origin="moon")))
    assert not Recommendation.objects.exists()
