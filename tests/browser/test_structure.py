"""How every kind of page is built: its landmarks, its headings, its title, and names that lead somewhere."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from lxml import html

from tests.browser.server import SITE
from tests.browser.views import NARROW, WIDE
from tests.page_kinds import LONG_WORD, PATHS, PLAIN

pytestmark = pytest.mark.django_db

# Every landmark that a page may have: (role, name, name in Spanish): why a reader wants to go there with one key.
LANDMARKS = {
    ("banner", "", ""): "what every page begins with: help, the site's name, search, the menu",
    ("region", "Crisis help", "Ayuda en una crisis"): "nobody who needs it may have to look for it",
    ("navigation", "Main", "Principal"): "the menu, by which one leaves the page",
    ("navigation", "Breadcrumb", "Ruta de navegación"): "where the page is, and the way up",
    ("region", "About this draft", "Sobre este borrador"): "these words are not public yet, and what changed in them",
    ("main", "", ""): "what the page is about",
    ("navigation", "On this page", "En esta página"): "the parts of a long page",
    ("navigation", "Pages of results", "Páginas de resultados"): "more results",
    ("region", "Quick Links", "Enlaces rápidos"): "the three places that most readers come for",
    ("contentinfo", "", ""): "what every page ends with: the disclaimers, accessibility, the site map",
}
ROLES = {"banner", "complementary", "contentinfo", "form", "main", "navigation", "region", "search"}
# One word that says in a list of headings what follows it
WORDS_ENOUGH = {
    "Accessibility", "Articles", "Concern", "Date", "Disclaimers", "Everything", "Facts", "Home", "Inicio", "Search",
    "Sources", LONG_WORD,
}  # fmt: skip


every_kind = pytest.mark.parametrize("kind", PATHS)


def tree(answers, kind):
    return html.fromstring(answers[kind].content.decode())


def level(heading):
    return int(heading.tag.removeprefix("h"))


def words(element):
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def protocol(window):
    """The browser's own protocol, for what Playwright does not tell of the window."""
    return window.context.new_cdp_session(window)


@pytest.fixture(scope="module")
def exposed(opened, protocol):
    """What the browser tells screen readers about a page: Chromium's nodes, without those that it leaves out."""
    opened.set_viewport_size(WIDE)
    return [node for node in protocol.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]


# --- Landmarks ---


def test_page_has_at_most_eight_landmarks_each_named_and_for_a_reason(exposed):
    parts = [(node["role"]["value"], node["name"]["value"]) for node in exposed]
    # A form without a name is no landmark (WAI-ARIA 1.2, 5.3.4).
    landmarks = [(role, name) for role, name in parts if role in ROLES and (role, name) != ("form", "")]
    # A part of a page that is not translated yet has its name in the language of the part.
    assert set(landmarks) - {(role, name) for role, *names in LANDMARKS for name in names} == set()
    assert len(set(landmarks)) == len(landmarks) <= 8, landmarks
    assert ("main", "") in landmarks


@pytest.mark.parametrize("kind", [kind for kind in PATHS if kind not in PLAIN], indirect=True)
def test_notice_is_heard_first_and_does_not_push_the_heading_away_on_a_phone(page):
    """Nobody has to look for it: it follows the skip link, is text for all, and needs nothing opened or pressed."""
    page.set_viewport_size(NARROW)
    notice = page.locator(".at-notice")
    first = page.evaluate("""() => {
        const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const said = [];
        while (said.length < 2 && words.nextNode()) {
            const { data, parentElement: parent } = words.currentNode;
            if (data.trim() && !parent.closest(".shared-draft")) said.push(parent.closest("body > *, .at-notice"));
        }
        return said.map((part) => part.className);
    }""")
    assert first == ["usa-skipnav", "at-notice"]
    assert notice.is_visible()
    assert notice.locator("xpath=ancestor-or-self::*[@aria-hidden or @hidden]").count() == 0
    assert notice.locator("a, button, summary, input, [tabindex]").count() == 0
    assert notice.bounding_box()["height"] <= 320  # half of a small phone's screen
    assert notice.bounding_box()["y"] > page.locator("main").bounding_box()["y"]


# --- Headings ---


@every_kind
def test_headings_are_an_outline_under_one_main_heading(answers, kind):
    headings = tree(answers, kind).xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")
    assert [heading.tag for heading in headings].count("h1") == 1
    assert headings[0].tag == "h1"
    assert [(words(above), words(below)) for above, below in pairwise(headings)
            if level(below) > level(above) + 1] == []  # fmt: skip


@every_kind
def test_headings_alone_say_what_the_page_holds(answers, kind):
    """WCAG 2.4.6: read as a list, each says what follows it, and no two below the same one say the same."""
    headings = tree(answers, kind).xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")
    assert [words(heading) for heading in headings
            if len(words(heading).split()) < 2 and words(heading) not in WORDS_ENOUGH] == []  # fmt: skip
    above, paths = [], []
    for heading in headings:
        above[level(heading) - 1 :] = [words(heading)]
        paths.append(" > ".join(above))
    assert [path for path, number in Counter(paths).items() if number > 1] == []


# --- Names ---


@every_kind
def test_words_of_a_link_say_where_it_leads(answers, kind):
    """WCAG 2.4.9: also without what is around it."""
    links = tree(answers, kind).xpath("//a[@href]")
    names = {(words(link) or link.xpath("string(.//@aria-label)")).casefold() for link in links}
    assert names & {"", "here", "click here", "more", "read more", "link", "aquí", "más"} == set()


def test_link_that_leaves_the_site_says_so_in_its_name(exposed):
    """WCAG 3.2.5."""
    links = {
        node["name"]["value"]: about["value"]["value"]
        for node in exposed
        if node["role"]["value"] == "link"
        for about in node["properties"]
        if about["name"] == "url"
    }
    off_site = [name for name, url in links.items() if url.startswith("http") and not url.startswith(SITE)]
    assert off_site  # the chat of the crisis line at least
    assert [
        name for name in off_site if not re.search(r"\((on another website|on VA\.gov|en otro sitio web)\)$", name)
    ] == []


@every_kind
def test_what_is_repeated_is_a_list(answers, kind):
    """WCAG 1.3.1: what looks like one part among its like is an item of a list, a row or a term."""
    page = tree(answers, kind)
    assert [part.tag for part in page.xpath("//ul/* | //ol/*") if part.tag != "li"] == []
    parts = page.xpath("//body//div[@class]")
    beside = Counter((part.getparent(), part.get("class")) for part in parts)
    assert [name for (_parent, name), number in beside.items() if number > 2] == []


@every_kind
def test_no_id_stands_twice(answers, kind):
    ids = Counter(tree(answers, kind).xpath("//@id"))
    assert [name for name, number in ids.items() if number > 1] == []


@every_kind
def test_link_to_a_part_of_the_page_finds_it(answers, kind):
    page = tree(answers, kind)
    parts = {href.removeprefix("#") for href in page.xpath("//a/@href[starts-with(., '#')]")}
    assert "main" in parts
    assert parts - set(page.xpath("//@id")) == set()


def test_link_to_a_part_of_another_page_finds_it(answers):
    ids = {path: set(tree(answers, kind).xpath("//@id")) for kind, path in PATHS.items()}
    ids |= {f"/es{path}": ids[path] for path in ids if f"/es{path}" not in ids}  # served in English there
    hrefs = {href for kind in PATHS for href in tree(answers, kind).xpath("//a/@href[starts-with(., '/')]")}
    parts = {tuple(href.split("#")) for href in hrefs if "#" in href}
    assert {(path, part) for path, part in parts if part not in ids.get(path, set())} == set()


@every_kind
def test_name_that_stands_elsewhere_is_found(answers, kind):
    page = tree(answers, kind)
    named = " ".join(page.xpath("//@aria-labelledby | //@aria-controls | //@aria-describedby | //@for")).split()
    assert set(named) - set(page.xpath("//@id")) == set()


def test_what_is_wrong_with_a_question_is_told_at_its_field(answers):
    """WCAG 3.3.1."""
    page = tree(answers, "search, too long")
    (field,) = page.xpath("//main//input[@name='q']")
    assert "longer than 200 letters" in words(page.get_element_by_id(field.get("aria-describedby")))


def test_title_is_the_page_s_own(answers):
    """WCAG 2.4.2. The same page in another language, not translated yet, has the same title."""
    pages = [kind for kind in PATHS if "untranslated" not in kind and "plain" not in kind]
    titles = {kind: tree(answers, kind).findtext("head/title") for kind in pages}
    assert [title for title, number in Counter(titles.values()).items() if number > 1] == []
    name = {"en": "| Multiple Sclerosis Centers of Excellence", "es": "| Centros de Excelencia en Esclerosis Múltiple"}
    assert [title for kind, title in titles.items() if not title.endswith(name[tree(answers, kind).get("lang")])] == []
