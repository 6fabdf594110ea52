"""The rows of the database as lines of JSON, the same for each engine, and back.

Not `dumpdata`: it gives times to the millisecond only, and `loaddata` writes rows one by one, with signals on which
the review refuses what is published. Here, too, each field says how it is written and read (`value_to_string` and
`to_python`, Django's protocol for serializers).
"""

import hashlib
import json
from itertools import islice
from types import SimpleNamespace

from django.core.management.color import no_style
from django.db import connection
from django.db.models import QuerySet

# What a restored site must begin anew: a state of its pages that nobody has seen, and without anybody signed in.
LEFT_OUT = {"delivery.generation", "menus.cachekey", "sessions.session"}
# Rows that a database has that was migrated and nothing else.
SET_UP_BY_MIGRATE = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "cms_urlconfrevision",
    "delivery_generation",
    "django_content_type",
    "django_migrations",
    "django_site",
}
PLAIN = (type(None), bool, int, float, str)
MIGRATIONS_TABLE = "django_migrations"
ROWS_AT_ONCE = 500


def kept_models(apps):
    """The models of the registry `apps` whose tables are backed up, in the order of their names."""
    models = apps.get_models(include_auto_created=True)
    kept = [
        model
        for model in models
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(kept, key=lambda model: model._meta.label_lower)


def columns_of(model):
    """The names of the fields of the model's own table, as a manifest has them."""
    return [field.attname for field in model._meta.local_concrete_fields]


def lines(model, columns):
    """Yield `columns` of each row of the model's own table as one line (bytes), by primary key."""
    fields = _fields(model, columns)
    # Not a manager: that of a versioned content sees only what is published.
    rows = QuerySet(model).order_by("pk").values_list(*columns)
    for row in rows.iterator(ROWS_AT_ONCE):
        instance = SimpleNamespace(**dict(zip(columns, row, strict=True)))
        values = [
            value if isinstance(value, PLAIN) else field.value_to_string(instance)
            for field, value in zip(fields, row, strict=True)
        ]
        # Sorted, since PostgreSQL keeps the keys of its JSON in an order of its own.
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def digest(model, columns):
    """The SHA-256 of all lines of the model's own table."""
    whole = hashlib.sha256()
    for line in lines(model, columns):
        whole.update(line)
    return whole.hexdigest()


def _fields(model, columns):
    by_name = {field.attname: field for field in model._meta.local_concrete_fields}
    return [by_name[name] for name in columns]


def insert(model, columns, file):
    """Write the lines of the open `file`, which have the values of `columns`, into the model's own table.

    In SQL, so that no signal and no field changes what was backed up (`auto_now`). Raises KeyError for a column that
    the table has not, DatabaseError for a value that it does not take.
    """
    fields = _fields(model, columns)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) VALUES "  # noqa: S608 - our names
    marks = f"({', '.join(['%s'] * len(fields))})"
    rows = (
        [
            field.get_db_prep_save(field.to_python(value), connection)
            for field, value in zip(fields, json.loads(line), strict=True)
        ]
        for line in file
    )
    size = min(ROWS_AT_ONCE, connection.ops.bulk_batch_size(fields, [None] * ROWS_AT_ONCE))
    with connection.cursor() as cursor:
        while some := list(islice(rows, size)):
            cursor.execute(into + ", ".join([marks] * len(some)), [value for row in some for value in row])


def holds_something():
    """Whether the database has rows that were not made by migrating it."""
    tables = set(connection.introspection.table_names()) - SET_UP_BY_MIGRATE
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 - our names
            if cursor.fetchone():
                return True
    return False


def empty():
    """Delete every row but those that say which migrations are applied."""
    tables = [name for name in connection.introspection.table_names() if name != MIGRATIONS_TABLE]
    _execute(connection.ops.sql_flush(no_style(), tables, reset_sequences=True))


def drop_tables():
    """Drop every table of the database."""
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    names = map(connection.ops.quote_name, connection.introspection.table_names())
    _execute([f"DROP TABLE {name}{cascade}" for name in names])


def reset_sequences(models):
    """Let the next row of each table have an id that none has."""
    _execute(connection.ops.sequence_reset_sql(no_style(), models))


def _execute(statements):
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
