"""How often a page asks the database: at most 25 times, however much there is on the site."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import add_plugin, add_text, make_page, make_reference, make_user
from tests.growth import add_pages, add_records
from tests.site import ADDRESSES, ReadersClient, load, page
from tests.stemcells.test_citations import cite

pytestmark = pytest.mark.django_db

MOST = 25
# Read in a language that nothing is translated into, the frame and the content are in two languages.
IN_SPANISH = [f"/es{address}" for address in ADDRESSES]
NOT_FOUND = ["/nothing-here/", "/es/nothing-here/", "/stem-cell-therapy/cell-types/nothing-here/"]


def queries(client, address):
    """How often the answer at `address` asks the database, once all that is kept in memory is."""
    client.get(address)
    return queries_now(client, address)


def queries_now(client, address):
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.slow
@pytest.mark.parametrize("address", [*ADDRESSES, *IN_SPANISH, *NOT_FOUND])
def test_page_asks_at_most_25_times(site, address):
    assert 1 < queries(site, address) <= MOST


# A page of each kind.
KINDS = {
    "home": "/",
    "topic": "/stem-cell-therapy/",
    "list of cell types": "/stem-cell-therapy/cell-types/",
    "cell type": "/stem-cell-therapy/cell-types/hsc/",
    "list of articles": "/stem-cell-therapy/clinic-risks/",
    "article": "/stem-cell-therapy/clinic-risks/for-profit-clinics/",
    "text": "/stem-cell-therapy/research/",
    "recommendation": "/stem-cell-therapy/recommendation/",
    "disclaimers": "/disclaimers/",
    "site map": "/site-map/",
    "search": "/search/",
    "untranslated page": "/es/stem-cell-therapy/",
    "untranslated cell type": "/es/stem-cell-therapy/cell-types/hsc/",
    "not found": "/nothing-here/",
}


@pytest.mark.slow
def test_no_page_asks_more_often_when_there_is_more_on_the_site():
    """From 10 records of each kind, 10 pages and 10 menu entries to 200 records, 200 pages and 60 menu entries.

    What pages share is made anew for the first that shows it, whose queries it counts among.
    """
    client, user = ReadersClient(), make_user()
    load()
    for address in KINDS.values():
        client.get(address)  # what a process keeps whatever changes
    numbers = []
    for number, in_menu in ((10, 10), (190, 50)):
        add_records(number, user)
        add_pages(number, user, in_menu=in_menu)
        numbers.append({kind: queries_now(client, address) for kind, address in KINDS.items()})
    assert numbers[0] == numbers[1]


def shown(client):
    """How much the site shows: links of the main menu and the site map, rows and cards of types, disclaimers."""
    site_map = page(client, "/site-map/")
    types = page(client, "/stem-cell-therapy/cell-types/")
    return {
        "menu": len(site_map.xpath("//nav[@data-menu]//a")),
        "site map": len(site_map.xpath("//main//a")),
        "rows": len(types.xpath("//main//tbody/tr")),
        "cards": len(types.xpath("//main//li[@class='card']")),
        "disclaimers": len(page(client, "/disclaimers/").xpath("//main//*[@class='note']")),
    }


@pytest.mark.slow
def test_what_is_added_is_shown(client):
    """Else the test above could not fail."""
    load()
    user = make_user()
    before = shown(client)
    add_records(5, user)
    add_pages(5, user, in_menu=3)
    types_and_articles = 5 + 5
    assert {place: number - before[place] for place, number in shown(client).items()} == {
        "menu": 3 + types_and_articles,
        "site map": 5 + types_and_articles,
        "rows": 5,
        "cards": 5,
        "disclaimers": 5,
    }


def test_more_plugins_of_a_kind_ask_no_more_often(client):
    home = make_page("Home", home=True)
    placeholder = home.get_placeholders("en").get(slot="content")

    def add(number):
        for _ in range(number):
            cite(add_text(home, "<h2>Part</h2>"), make_reference(), make_reference())
            add_plugin(placeholder, "CalloutPlugin", "en", urgency="note", text="T.")
            add_plugin(placeholder, "CellTypeListPlugin", "en", layout="table")
            add_plugin(placeholder, "DisclaimerNotePlugin", "en")

    add(1)
    before = queries(client, "/")
    add(5)
    assert len(page(client, "/").xpath("//ol[@class='sources']/li")) == 12
    assert queries(client, "/") == before
