"""On paper every kind of page is a handout: its words, the crisis line, the addresses of its links and its date."""

import io
import re
from unicodedata import normalize

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.views import LIGHT, WIDE

pytestmark = pytest.mark.django_db

ITSELF = "main :is(p, li) a[href^='/']:not(:is(h2, h3, h4) a)"
CRISIS_LINE = {
    "en": "Veterans Crisis Line: dial 988, then press 1. Text 838255.",
    "es": "Línea de Crisis para Veteranos: marque el 988 y oprima 1. Envíe un texto al 838255.",
}
# Pages whose words a clinician answers for
CONTENT = ["home", "topic", "list", "record", "articles", "article", "research", "recommendation"]


@pytest.fixture(scope="module")
def sheets(opened):
    """The words of each sheet of paper that the browser prints."""
    opened.emulate_media(media="print")
    sheets = PdfReader(io.BytesIO(opened.pdf(format="Letter"))).pages
    # NFKC: "fi" is one sign in some fonts.
    return [" ".join(normalize("NFKC", sheet.extract_text()).split()) for sheet in sheets]


@pytest.fixture
def paper(opened):
    """The page as it is printed; it stays so from test to test, since the browser draws it anew when this changes."""
    opened.set_viewport_size(WIDE)
    opened.emulate_media(media="print", **LIGHT)
    return opened


def test_every_sheet_says_how_to_reach_the_crisis_line_in_the_reader_s_language(paper, sheets):
    line = CRISIS_LINE[paper.locator("html").get_attribute("lang")]
    assert [number for number, sheet in enumerate(sheets, 1) if line not in sheet] == []


def test_crisis_help_stands_at_the_head(paper):
    for number in ("988", "838255"):
        expect(paper.locator("header .crisis b", has_text=number)).to_be_visible()


def test_nothing_is_printed_that_only_a_screen_can_use(paper):
    for name in ("Main", "Breadcrumb"):
        expect(paper.get_by_role("navigation", name=name)).to_have_count(0)
    for part in (".usa-skipnav", ".at-notice", "nav", "form", "button", ".quick", ".site-footer"):
        expect(paper.locator(part).locator("visible=true")).to_have_count(0)


def test_page_s_own_words_are_printed(paper, sheets):
    heading = paper.locator("h1")
    expect(heading).to_be_visible()
    assert " ".join(heading.inner_text().split()) in " ".join(sheets)


def test_address_of_every_link_that_leaves_the_site_is_spelled_out(paper, sheets):
    words = "".join(sheets).replace(" ", "")
    links = paper.locator("main a[href^='http'], header .crisis a[href^='http']").locator("visible=true")
    addresses = {link.get_attribute("href") for link in links.all()}
    assert "https://www.veteranscrisisline.net/" in addresses
    assert {address for address in addresses if f"<{address}>" not in words} == set()


def test_address_of_every_link_within_the_site_is_spelled_out_in_running_text(paper, sheets):
    words = "".join(sheets).replace(" ", "")
    addresses = {link.get_attribute("href") for link in paper.locator(ITSELF).locator("visible=true").all()}
    assert {address for address in addresses if f"<{address}>" not in words} == set()


@pytest.mark.parametrize("kind", ["recommendation"], indirect=True)
def test_there_are_such_links_and_the_page_says_on_which_host_they_are(paper, sheets):
    assert paper.locator(ITSELF).locator("visible=true").count()
    assert f"This page: {paper.url}." in " ".join(sheets)
    paper.emulate_media(media="screen")
    expect(paper.locator(".page-address")).to_be_hidden()


@pytest.mark.parametrize("kind", CONTENT, indirect=True)
def test_date_of_the_last_change_is_printed_and_not_shown_on_screen(paper, sheets):
    date = paper.locator(".page-head__changed")
    expect(date).to_have_text(re.compile(r"Last changed \w+\.? \d+, 20\d\d"))
    assert date.inner_text() in " ".join(sheets)
    paper.emulate_media(media="screen")
    expect(date).to_be_hidden()


def test_text_is_black_on_white_also_in_dark_mode(paper):
    paper.emulate_media(media="print", color_scheme="dark")
    expect(paper.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    expect(paper.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
