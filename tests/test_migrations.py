"""The tests run on tables made from the models, and the portal on those that its migrations make: they are the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, connections

ROOT = Path(__file__).parents[1]
NAME = "migrated"
# As SQLite and PostgreSQL call them. Apps of others say another length in a model than in its migration.
WHOLE_NUMBERS = {"integer", "INTEGER", "bigint", 23, 20}


@pytest.fixture
def migrated(django_db_blocker, tmp_path):
    """A connection to a database of its own, which all migrations have made."""
    is_sqlite = connection.vendor == "sqlite"
    url = f"sqlite:///{tmp_path}/{NAME}" if is_sqlite else os.environ["DATABASE_URL"].replace("/portal?", f"/{NAME}?")
    with django_db_blocker.unblock():
        if not is_sqlite:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"create database {NAME}")
        environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "mscoe_portal.settings"}
        subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"], env=environment, check=True)
        database = connections.create_connection("default")
        database.settings_dict = connection.settings_dict | {"NAME": tmp_path / NAME if is_sqlite else NAME}
        yield database
        database.close()
        if not is_sqlite:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"drop database {NAME}")


def tables_of(database):
    """{table: (its columns, its indexes and other constraints)}, as far as they can make a difference."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    tables &= set(database.introspection.table_names())
    with database.cursor() as cursor:
        return {
            table: (columns_of(database, cursor, table), constraints_of(database, cursor, table)) for table in tables
        }


def columns_of(database, cursor, table):
    columns = database.introspection.get_table_description(cursor, table)
    return {column.name: (column.null_ok, *kind_of(column.type_code, column.display_size)) for column in columns}


def kind_of(type_code, size):
    return ("whole number",) if type_code in WHOLE_NUMBERS else (type_code, size)


def constraints_of(database, cursor, table):
    constraints = database.introspection.get_constraints(cursor, table).values()
    return sorted(
        str({key: value for key, value in constraint.items() if key not in ("definition", "orders", "options")})
        for constraint in constraints
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_migrations_make_the_tables_that_the_models_make(migrated):
    here, there = tables_of(connection), tables_of(migrated)
    different = {table: (there.get(table), here.get(table)) for table in here.keys() | there.keys()}
    different = {table: pair for table, pair in different.items() if pair[0] != pair[1]}
    assert different == {}
