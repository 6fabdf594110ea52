"""The site as its first content makes it: its public addresses, and what a reader finds there."""

from cms.signals.apphook import trigger_restart
from cms.utils.apphook_reload import get_global_revision, reload_urlconf
from django.core.management import call_command
from lxml import html

RECORDS = ["hsc", "msc", "nsc", "hesc", "ipsc"]
ADDRESSES = [
    "/",
    "/stem-cell-therapy/",
    "/stem-cell-therapy/cell-types/",
    *(f"/stem-cell-therapy/cell-types/{slug}/" for slug in RECORDS),
    "/stem-cell-therapy/clinic-risks/",
    "/stem-cell-therapy/clinic-risks/for-profit-clinics/",
    "/stem-cell-therapy/research/",
    "/stem-cell-therapy/recommendation/",
    "/about/",
    "/disclaimers/",
    "/accessibility/",
    "/site-map/",
    "/search/",
]


def load():
    """Load the first content, as a server finds it that starts afterwards."""
    call_command("load_content", verbosity=0)
    # The CMS would mark its addresses as changed after the next answer.
    trigger_restart()
    reload_urlconf(new_revision=get_global_revision())


def page(client, address):
    """The public page at `address`, parsed."""
    response = client.get(address)
    assert response.status_code == 200, address
    return html.fromstring(response.content.decode())


def words(element):
    """The words of `element`, and of its text alternatives, in order and with single spaces."""
    texts = element.xpath(".//text()[not(parent::script)] | .//@alt | .//@aria-label")
    return " ".join(" ".join(texts).split())


def main(page):
    """The words of a page's own content."""
    return words(page.find(".//main"))
