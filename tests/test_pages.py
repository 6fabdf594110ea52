"""Every page of the first content, as a reader and as a machine find it."""

from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from tests.mscoe_portal.test_machines import addresses_in_sitemap
from tests.site import ADDRESSES, words

pytestmark = pytest.mark.django_db

every_page = pytest.mark.parametrize("address", ADDRESSES)


def links(page):
    """The addresses on this site that `page` links to, without their fragments."""
    hrefs = [urlsplit(href) for href in page.xpath("//a/@href")]
    return {href.path for href in hrefs if not href.scheme and not href.netloc and href.path}


def test_sitemap_lists_the_address_of_every_public_page_and_of_nothing_else(site):
    assert sorted(addresses_in_sitemap(site)) == sorted(f"http://testserver{address}" for address in ADDRESSES)


@every_page
def test_every_other_page_is_linked_from_the_page(pages, address):
    """The menu reaches all of them, and the site's name the home page."""
    assert set(ADDRESSES) - links(pages[address]) == set()


def test_no_link_within_the_site_is_dead(site, pages):
    targets = set().union(*(links(page) for page in pages.values())) - {"/static/", "/media/"}
    answers = {target: site.get(target).status_code for target in sorted(targets)}
    assert {target: status for target, status in answers.items() if status != 200} == {}


@every_page
def test_no_link_leads_to_a_part_that_the_page_does_not_have(pages, address):
    parts = {href.removeprefix("#") for href in pages[address].xpath("//a/@href[starts-with(., '#')]")}
    assert parts - set(pages[address].xpath("//@id")) == set()


def test_no_two_pages_have_the_same_title(pages):
    titles = [page.findtext(".//title") for page in pages.values()]
    assert len(set(titles)) == len(pages)


def test_no_two_pages_have_the_same_description_and_none_is_without(pages):
    descriptions = [page.xpath("string(//meta[@name='description']/@content)") for page in pages.values()]
    assert "" not in descriptions
    assert len(set(descriptions)) == len(pages)


@every_page
def test_page_has_one_main_heading(pages, address):
    assert len(pages[address].xpath("//h1")) == 1


@every_page
def test_headings_skip_no_level(pages, address):
    headings = pages[address].xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
    levels = [int(heading.tag.removeprefix("h")) for heading in headings]
    assert [(level, below) for level, below in pairwise(levels) if below > level + 1] == []


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address.startswith("/stem-cell-therapy/")])
def test_page_on_the_subject_opens_with_its_key_points_or_is_one(pages, address):
    first, *_rest = pages[address].xpath("//main//h2[not(parent::nav)]")
    assert first.getparent().get("class") in ["in-short", "position"]


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address.startswith(("/stem-", "/about/"))])
def test_text_of_the_page_leads_on_to_another(pages, address):
    """Who has read to the end need not go back to the menu."""
    assert set(pages[address].xpath("//main//a/@href[starts-with(., '/')]")) - {address} != set()


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address != "/search/"])
def test_each_section_can_be_linked_to(pages, address):
    headings = pages[address].xpath("//main//h2 | //main//h3")
    assert [words(heading) for heading in headings if not heading.get("id")] == []


@every_page
def test_no_id_stands_twice(pages, address):
    ids = pages[address].xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


@every_page
def test_page_is_in_english_and_says_so(pages, address):
    assert pages[address].get("lang") == "en"
    assert pages[address].xpath("//main/@lang") == []


@every_page
def test_page_asks_nothing_of_another_host(pages, address):
    loaded = pages[address].xpath("//@src | //link/@href[not(../@rel='canonical')] | //*[local-name()='use']/@href")
    assert [url for url in loaded if not url.startswith("/")] == []


@every_page
def test_page_has_no_inline_script_or_style(pages, address):
    # Data for search engines is no script: no browser runs it.
    script = "//script[not(@src or @type='application/ld+json')]"
    assert pages[address].xpath(f"//style | //@style | {script} | //@*[starts-with(name(), 'on')]") == []


@every_page
def test_reader_gets_no_cookie(site, address):
    assert not site.get(address).cookies


@every_page
def test_link_that_leaves_the_site_says_so_in_words(pages, address):
    leaving = pages[address].xpath("//a[starts-with(@href, 'http')]")
    assert leaving
    assert [link.get("href") for link in leaving if not {"website)", "VA.gov)"} & set(words(link).split())] == []
