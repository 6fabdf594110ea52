"""What was backed up here is the same site on another machine, whatever database that has.

PostgreSQL's run has both databases. What SQLite has backed up goes back to SQLite in test_restore.py.
"""

import hashlib
import json
import os
import shutil
from contextlib import closing

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import override_settings

from mscoe_portal.backup.packing import pack
from tests.backup.conftest import no_steps, repack
from tests.backup.machine import Machine, addresses_of, bodies_of
from tests.tables import tables_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.needs_postgresql]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("machine")


@pytest.fixture(scope="module")
def archive(site, folder, django_db_blocker):
    """A backup of the first content, with one upload."""
    media = folder / "site" / "media"
    media.mkdir(parents=True)
    (media / "cell.png").write_bytes(b"a cell")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        pack(folder / "portal.tar.gz", with_uploads=True, step=no_steps)
    return folder / "portal.tar.gz"


@pytest.fixture(scope="module")
def machine(archive, folder):
    """A machine that had nothing, on SQLite, and got the backup. It takes ten seconds: all migrations run there."""
    machine = Machine(f"sqlite:///{folder}/machine.sqlite3", folder)
    machine.manage("restore", archive)
    return machine


@pytest.fixture(scope="module")
def upgraded(archive, folder, django_db_blocker):
    """A machine that had nothing, on the test's own PostgreSQL, and got the backup of an older release; and its pages.

    Before `stemcells.0002`, cell types had no key points.
    """
    older = shutil.copy(archive, folder / "older.tar.gz")
    repack(older, without_key_points)
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute("create database machine")
        machine = Machine(os.environ["DATABASE_URL"].replace("/portal?", "/machine?"), folder / "upgraded")
        machine.manage("restore", older)
        yield machine, machine.pages()
        cursor.execute("drop database machine")


@pytest.fixture(scope="module")
def moved(machine, upgraded, folder):
    """The machine on SQLite, moved to that PostgreSQL, of which only the migrations are left."""
    upgraded, _pages = upgraded
    upgraded.manage("flush", "--no-input")
    machine.manage("move_database", upgraded.url)
    return Machine(upgraded.url, folder)


def test_an_empty_machine_shows_every_page_byte_for_byte(site, machine, folder):
    assert machine.pages() == bodies_of(site, addresses_of(site))
    assert (folder / "media" / "cell.png").read_bytes() == b"a cell"


def test_it_moves_to_postgresql_and_shows_every_page_byte_for_byte(site, moved):
    assert moved.pages() == bodies_of(site, addresses_of(site))


def test_an_older_archive_is_brought_up_to_date(site, upgraded):
    _machine, after = upgraded
    before = bodies_of(site, addresses_of(site))
    assert before.keys() == after.keys()
    assert {status for status, _body in after.values()} == {200}
    assert before["/disclaimers/"] == after["/disclaimers/"]
    assert before["/stem-cell-therapy/cell-types/hsc/"] != after["/stem-cell-therapy/cell-types/hsc/"]


def test_migrations_make_the_tables_on_sqlite_that_the_models_make(machine):
    """The tests run on tables made from the models, and the portal on those that its migrations make."""
    with closing(sqlite(":memory:")) as made, closing(sqlite(machine.database)) as migrated:
        with made.schema_editor() as editor:
            for model in apps.get_models():
                if model._meta.can_migrate(made):
                    editor.create_model(model)
        assert different_tables(made, migrated) == {}


def test_migrations_make_the_tables_on_postgresql_that_the_models_make(upgraded):
    machine, _pages = upgraded
    with closing(connections.create_connection("default")) as migrated:
        migrated.settings_dict = connection.settings_dict | {"NAME": machine.database}
        assert different_tables(connection, migrated) == {}


def sqlite(name):
    return DatabaseWrapper(connection.settings_dict | {"NAME": name, "OPTIONS": {}})


def different_tables(made, migrated):
    """{table: what it is in the database `migrated`, and in `made`} (connections), where that is not the same."""
    made, migrated = tables_of(made), tables_of(migrated)
    both = {table: (migrated.get(table), made.get(table)) for table in made.keys() | migrated.keys()}
    return {table: pair for table, pair in both.items() if pair[0] != pair[1]}


def without_key_points(members, manifest):
    """What a backup of the release before that migration would hold."""
    name = "data/stemcells.celltypecontent.jsonl"
    before = ["stemcells", "0002_key_points_of_cell_types"]
    manifest["migrations"] = [each for each in manifest["migrations"] if each[0] != before[0] or each < before]
    facts = manifest["members"][name]
    column = facts["columns"].index("key_points")
    del facts["columns"][column]
    rows = [json.loads(line) for line in members[name].splitlines()]
    lines = [json.dumps(row[:column] + row[column + 1 :], ensure_ascii=False, separators=(",", ":")) for row in rows]
    members[name] = "".join(f"{line}\n" for line in lines).encode()
    facts.update(size=len(members[name]), sha256=hashlib.sha256(members[name]).hexdigest())
