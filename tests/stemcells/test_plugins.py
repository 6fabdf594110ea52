"""What the plugins show, and that what is missing or withdrawn leaves nothing behind, and never an error."""

import pytest
from cms.models import CMSPlugin
from django.contrib import admin
from djangocms_versioning.models import Version
from lxml import html

from stemcells.cms_plugins import CalloutPlugin, StemCellsPlugin
from stemcells.models import Callout
from tests.factories import (
    add_plugin,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    make_user,
)
from tests.site import page, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_plugin_fails(caplog):
    """The CMS shows nothing in place of a plugin that fails, and says so in the log."""
    yield
    records = caplog.get_records("call")
    assert [record.getMessage() for record in records if record.name == "cms.plugin_rendering"] == []


@pytest.fixture
def home():
    return make_page("Home", home=True)


def place(page, plugin_type, **values):
    """Put a plugin on `page`."""
    return add_plugin(page.get_placeholders("en").get(slot="content"), plugin_type, "en", **values)


def add_prose(content, html):
    return add_plugin(content.prose, "TextPlugin", "en", body=html)


def withdraw(content):
    Version.objects.get_for_content(content).unpublish(make_user())


def own_content(client, address="/"):
    """The markup between the page's head and its foot, without blanks."""
    (content,) = page(client, address).xpath("//main//*[contains(concat(' ', @class, ' '), ' content ')]")
    return "".join(content.text_content().split()), [child.tag for child in content]


NOTHING = ("", [])


# --- Lists and cards of cell types ---


def test_table_compares_the_types_in_their_order(client, home):
    make_cell_type(plural="Second cells", position=2, where_found="", concern="")
    make_cell_type(plural="First cells", position=1, where_found="Blood", concern="Risk")
    place(home, "CellTypeListPlugin", layout="table")
    rows = [[words(cell) for cell in row] for row in page(client, "/").xpath("//table/tbody/tr")]
    assert [row[0].split()[0] for row in rows] == ["First", "Second"]
    assert [(row[2], row[4]) for row in rows] == [("Blood", "Risk"), ("Not stated", "Not stated")]


def test_table_has_a_caption_and_a_header_for_each_row_and_column(client, home):
    make_cell_type()
    place(home, "CellTypeListPlugin", layout="table")
    (table,) = page(client, "/").xpath("//main//table")
    assert words(table.find("caption"))
    assert [cell.get("scope") for cell in table.xpath("./thead//th")] == ["col"] * 5
    assert [cell.get("scope") for cell in table.xpath("./tbody//th")] == ["row"]
    assert not table.xpath("./thead//td")


def test_cards_show_the_types_in_their_order(client, home):
    make_cell_type(plural="Second cells", position=2)
    make_cell_type(plural="First cells", position=1)
    place(home, "CellTypeListPlugin", layout="cards")
    titles = [words(title).split()[0] for title in page(client, "/").xpath("//li[@class='card']/h3")]
    assert titles == ["First", "Second"]


@pytest.mark.parametrize("layout", ["table", "cards"])
def test_list_of_no_types_is_nothing(client, home, layout):
    place(home, "CellTypeListPlugin", layout=layout)
    assert own_content(client) == NOTHING


def test_card_of_a_withdrawn_type_is_nothing(client, home):
    content = make_cell_type()
    place(home, "CellTypeCardPlugin", cell_type=content.cell_type)
    withdraw(content)
    assert own_content(client) == NOTHING


@pytest.mark.parametrize("layout", ["table", "cards"])
def test_type_without_a_page_is_named_without_a_link(client, home, layout):
    make_cell_type(plural="Lone cells")
    place(home, "CellTypeListPlugin", layout=layout)
    shown = page(client, "/").find(".//main")
    assert "Lone cells" in words(shown)
    assert not shown.xpath(".//a[contains(., 'Lone cells')]")


# --- Articles ---


def test_summary_of_an_article_links_to_it(client, home):
    make_page("Risks", slug="risks", apphook="ClinicRisksApphook")
    article = make_clinic_risk_article(slug="a", title="Clinics", summary="In one sentence.")
    place(home, "ClinicRiskTeaserPlugin", article=article.clinic_risk_article)
    client.get("/")
    shown = page(client, "/").find(".//main")
    assert [words(link) for link in shown.xpath(".//a[@href='/risks/a/']")] == ["Clinics"]
    assert "In one sentence." in words(shown)


@pytest.mark.parametrize("extent", ["summary", "whole"])
def test_article_without_a_page_is_shown_without_a_link(client, home, extent):
    article = make_clinic_risk_article(title="Clinics")
    place(home, "ClinicRiskTeaserPlugin", article=article.clinic_risk_article, extent=extent)
    shown = page(client, "/").find(".//main")
    assert "Clinics" in words(shown)
    assert not shown.xpath(".//div[contains(@class, 'content')]//a")


def test_whole_article_continues_the_outline_of_the_page(client, home):
    article = make_clinic_risk_article(title="Clinics")
    add_prose(article, "<h2>Part</h2><p>Words.</p>")
    place(home, "ClinicRiskTeaserPlugin", article=article.clinic_risk_article, extent="whole")
    shown = page(client, "/").find(".//main")
    assert [words(title) for title in shown.xpath(".//h2")] == ["Clinics"]
    assert [words(title) for title in shown.xpath(".//h3")] == ["Part"]


@pytest.mark.parametrize("extent", ["summary", "whole"])
def test_withdrawn_article_is_nothing(client, home, extent):
    article = make_clinic_risk_article()
    place(home, "ClinicRiskTeaserPlugin", article=article.clinic_risk_article, extent=extent)
    withdraw(article)
    assert own_content(client) == NOTHING


@pytest.mark.parametrize(
    ("apphook", "make_record"),
    [("ClinicRisksApphook", make_clinic_risk_article), ("CellTypesApphook", make_cell_type)],
    ids=["article", "cell type"],
)
def test_page_of_a_record_opens_with_its_key_points_one_a_line(client, apphook, make_record):
    make_page("Records", slug="records", apphook=apphook)
    make_record(slug="a", key_points="One.\r\n\r\n Two. \n")
    make_record(slug="b", key_points="")
    client.get("/")
    points = page(client, "/records/a/").xpath("//*[@class='in-short']//li")
    assert [words(point) for point in points] == ["One.", "Two."]
    assert not page(client, "/records/b/").xpath("//*[@class='in-short']")


# --- Recommendations ---


def test_recommendation_is_shown_with_its_statement_what_it_applies_to_and_its_prose(client, home):
    recommendation = make_recommendation(title="Our position", statement="We do not.", applies_to="All clinics")
    add_prose(recommendation, "<p>We look forward.</p>")
    place(home, "RecommendationCalloutPlugin", recommendation=recommendation.recommendation)
    (position,) = page(client, "/").xpath("//*[@class='position']")
    assert words(position) == "Our position We do not. Applies to: All clinics We look forward."


def test_recommendation_inside_its_own_text_ends(client, home):
    content = make_recommendation(statement="We do not.")
    add_plugin(content.prose, "RecommendationCalloutPlugin", "en", recommendation=content.recommendation)
    place(home, "RecommendationCalloutPlugin", recommendation=content.recommendation)
    shown, _children = own_content(client)
    assert shown.count("Wedonot.") == 2


def test_withdrawn_recommendation_leaves_no_empty_box(client, home):
    recommendation = make_recommendation()
    place(home, "RecommendationCalloutPlugin", recommendation=recommendation.recommendation)
    withdraw(recommendation)
    assert own_content(client) == NOTHING


def test_article_whose_recommendation_is_withdrawn_stands_without_it(client):
    make_page("Risks", slug="risks", apphook="ClinicRisksApphook")
    recommendation = make_recommendation(title="Our position", applies_to="All clinics")
    make_clinic_risk_article(slug="a", recommendation=recommendation.recommendation)
    client.get("/")
    assert "Applies to: All clinics" in words(page(client, "/risks/a/").xpath("//*[@class='position']")[0])
    withdraw(recommendation)
    shown = page(client, "/risks/a/")
    assert not shown.xpath("//*[@class='position']")
    assert "Our position" not in words(shown)


def test_other_types_leave_out_the_type_itself_and_what_is_withdrawn(client):
    make_page("Types", slug="types", apphook="CellTypesApphook")
    make_cell_type(slug="a", plural="Own cells")
    make_cell_type(plural="Other cells")
    withdraw(make_cell_type(plural="Withdrawn cells"))
    client.get("/")
    others = [words(link) for link in page(client, "/types/a/").xpath("//*[contains(@class, 'other-types')]//a")]
    assert len(others) == 1
    assert "Other cells" in others[0]


def test_withdrawn_disclaimer_that_is_placed_is_nothing(client, home):
    disclaimer = make_disclaimer()
    place(home, "DisclaimerNotePlugin", disclaimer=disclaimer.disclaimer)
    withdraw(disclaimer)
    assert own_content(client) == NOTHING


# --- Call-outs ---


@pytest.mark.parametrize(("urgency", "word"), [("note", "Note:"), ("important", "Important:"), ("warning", "Warning:")])
def test_urgency_of_a_call_out_is_a_word(client, home, urgency, word):
    place(home, "CalloutPlugin", urgency=urgency, text="Ask your doctor.")
    assert f"{word} Ask your doctor." in words(page(client, "/").find(".//main"))


def test_the_sentences_of_a_call_out_are_written_in_a_field_of_several_lines(rf):
    form = CalloutPlugin(Callout, admin.site).get_form(rf.get("/"))()
    (field,) = html.fragments_fromstring(str(form["text"]))
    assert (field.tag, field.get("rows"), field.get("maxlength")) == ("textarea", "3", None)


# --- All of them ---


def test_no_plugin_of_records_is_kept_in_the_cms_cache():
    """What it shows depends on other records."""
    assert {plugin.cache for plugin in StemCellsPlugin.__subclasses__()} == {False}


@pytest.mark.parametrize("plugin", StemCellsPlugin.__subclasses__(), ids=lambda plugin: plugin.__name__)
def test_plugin_says_in_the_editor_what_it_shows(plugin):
    """The editor's structure names each plugin by it; “CellTypeList object (3)” tells nobody anything."""
    assert plugin.model.__str__ is not CMSPlugin.__str__
