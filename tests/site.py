"""The site as its first content makes it: its public addresses, and what a reader finds there."""

from cms.signals.apphook import trigger_restart
from cms.utils.apphook_reload import get_global_revision, reload_urlconf
from django.core.management import call_command
from django.db import connection
from django.test import Client
from lxml import html

from mscoe_portal.delivery.models import Generation
from mscoe_portal.delivery.store import today
from mscoe_portal.delivery.wsgi import could_be_public
from mscoe_portal.public_state import PUBLIC_STATE
from tests import migrated

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


class ReadersClient(Client):
    """A client that asks for pages as the delivery layer does, which says which state of the public site it knows."""

    def request(self, **request):
        if could_be_public({"HTTP_HOST": "testserver"} | self._base_environ(**request)):
            # On PostgreSQL the generation moves when a transaction ends, which a test's never does.
            connection.check_constraints()
            request[PUBLIC_STATE] = Generation.objects.values_list("token", flat=True).get(), today()
        return super().request(**request)


_loaded = {}  # the rows of the database when the first content had been loaded


def load():
    """Load the first content, as a server finds it that starts afterwards.

    It takes seconds. So it is loaded once into a database that is as `migrate` left it; then its rows are copied.
    """
    is_fresh = migrated.is_now()
    if is_fresh and _loaded:
        migrated.write_rows(migrated.at_start, _loaded)
    else:
        call_command("load_content", verbosity=0)
        if is_fresh:
            _loaded.update(migrated.model_rows())
    read_addresses()


def read_addresses():
    """Know what hangs under the pages that there are, as a server does that starts now."""
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
