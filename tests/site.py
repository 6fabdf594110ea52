"""The site as its first content makes it: its public addresses, and what a reader finds there."""

from types import SimpleNamespace

from cms.signals.apphook import trigger_restart
from cms.utils.apphook_reload import get_global_revision, reload_urlconf
from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.test import Client
from lxml import html

from mscoe_portal.delivery.models import Generation
from mscoe_portal.delivery.store import today
from mscoe_portal.delivery.wsgi import could_be_public
from mscoe_portal.public_state import PUBLIC_STATE

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


_loaded = []  # the rows of the database before and after the first content was loaded


def load():
    """Load the first content, as a server finds it that starts afterwards.

    It takes seconds. So inside a transaction, after which the content is undone, it is loaded once, and then copied
    into a database that is as it was at that time.
    """
    before = model_rows() if connection.in_atomic_block else None
    if before and _loaded and before == _loaded[0]:
        _write_rows(*_loaded)
    else:
        call_command("load_content", verbosity=0)
        if before:
            _loaded[:] = before, model_rows()
    read_addresses()


def read_addresses():
    """Know what hangs under the pages that there are, as a server does that starts now."""
    # The CMS would mark its addresses as changed after the next answer.
    trigger_restart()
    reload_urlconf(new_revision=get_global_revision())


def model_rows():
    """Every row of every table: {model: {primary key: values of the table's own columns}}."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.local_concrete_fields]
        # A migration of djangocms-text leaves models behind, of a table of another and of one that is gone.
        if columns and model._meta.managed and not model._meta.proxy:
            rows[model] = {pk: tuple(row) for pk, *row in model._base_manager.values_list("pk", *columns)}
    return rows


def _write_rows(before, after):
    """Write what changed from `before` to `after`; without signals, since all that they wrote is among the rows."""
    for model, rows in after.items():
        fields = model._meta.local_concrete_fields
        changed = [pk for pk, row in rows.items() if before[model].get(pk) != row]
        model._base_manager.filter(pk__in=[pk for pk in changed if pk in before[model]])._raw_delete(DEFAULT_DB_ALIAS)
        names = [field.attname for field in fields]
        new = [SimpleNamespace(**dict(zip(names, rows[pk], strict=True))) for pk in changed]
        for some in (new[start : start + 100] for start in range(0, len(new), 100)):
            model._base_manager._insert(some, fields, using=DEFAULT_DB_ALIAS, raw=True)


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
