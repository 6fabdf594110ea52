"""The tables of a database, as far as they can make a difference."""

from django.apps import apps

# As SQLite and PostgreSQL call them. Apps of others say another length in a model than in its migration.
WHOLE_NUMBERS = {"integer", "INTEGER", "bigint", 23, 20}


def tables_of(database):
    """{table: (its columns, its indexes and other constraints)} of `database` (a connection)."""
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
