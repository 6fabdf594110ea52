"""Running `load_content`, and what is in the database before and after."""

from io import StringIO

from django.core.management import call_command
from django.db import connection

from stemcells.seed import CONTENT_DIR


def load(folder=CONTENT_DIR):
    """Run the command; returns what it printed."""
    output = StringIO()
    call_command("load_content", content_dir=folder, stdout=output)
    return output.getvalue()


def all_rows():
    """Every row of every table."""
    with connection.cursor() as cursor:
        return {table: rows_of(cursor, table) for table in connection.introspection.table_names(cursor)}


def rows_of(cursor, table):
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the database's own name
    return sorted(cursor.fetchall(), key=str)
