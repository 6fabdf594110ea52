"""The database as it is before every test: it has the rows that `migrate` makes, and no others.

Django would empty it after a test that writes for good, and let `post_migrate` make those rows again, under other
primary keys. To put them back as they were takes a tenth of that, and what was copied from one state fits the next.
"""

from contextlib import contextmanager
from types import SimpleNamespace

from django.apps import apps
from django.contrib.sites.models import Site
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from mscoe_portal.delivery.models import Generation

at_start = {}  # the rows, as `model_rows` gives them


def remember():
    """Keep the rows that there are."""
    at_start.update(model_rows())


def is_now():
    """Whether the database has the rows that are kept, and no others."""
    return model_rows() == at_start


def put_back():
    """Make the database what it was when its rows were kept."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(tables)}")  # whoever still writes comes first
        with without_triggers(cursor):
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our names
        Generation.objects.create(pk=1)
        write_rows({}, at_start)
    Site.objects.clear_cache()


@contextmanager
def without_triggers(cursor):
    """Let PostgreSQL not look at each row that is written: all were looked at when they were first written.

    What it has looked at in a transaction it goes through again after each test of a module.
    """
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = origin")


def model_rows():
    """The rows of every table: {model: {primary key: values of the table's own columns}}.

    But the generation, which is another after each change.
    """
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.local_concrete_fields]
        # A migration of djangocms-text leaves models behind, of a table of another and of one that is gone.
        if columns and model._meta.managed and not model._meta.proxy and model is not Generation:
            rows[model] = {pk: tuple(row) for pk, *row in model._base_manager.values_list("pk", *columns)}
    return rows


def write_rows(before, after):
    """Write what changed from `before` to `after`; without signals, since all that they wrote is among the rows."""
    with transaction.atomic(), connection.cursor() as cursor, without_triggers(cursor):
        for model, rows in after.items():
            fields, old = model._meta.local_concrete_fields, before.get(model, {})
            changed = [pk for pk, row in rows.items() if old.get(pk) != row]
            model._base_manager.filter(pk__in=[pk for pk in changed if pk in old])._raw_delete(DEFAULT_DB_ALIAS)
            names = [field.attname for field in fields]
            new = [SimpleNamespace(**dict(zip(names, rows[pk], strict=True))) for pk in changed]
            for some in (new[start : start + 100] for start in range(0, len(new), 100)):
                model._base_manager._insert(some, fields, using=DEFAULT_DB_ALIAS, raw=True)
        Generation.objects.move()  # what is kept of the pages is out of date
