"""What was backed up here is the same site on another machine, whatever database that has."""

import hashlib
import json
import os
import shutil
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test import override_settings

from mscoe_portal.backup.packing import pack
from tests.backup.conftest import no_steps, repack
from tests.backup.machine import Machine, addresses_of, bodies_of
from tests.tables import tables_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@contextmanager
def postgresql_database(name):
    """The URL of an empty database on the test's own PostgreSQL."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"create database {name}")
    yield os.environ["DATABASE_URL"].replace("/portal?", f"/{name}?")
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"drop database {name}")


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
def moved(machine, folder, django_db_blocker):
    """The same machine, moved to an empty PostgreSQL."""
    with django_db_blocker.unblock(), postgresql_database("machine") as url:
        machine.manage("move_database", url)
        yield Machine(url, folder)


def test_an_empty_machine_shows_every_page_byte_for_byte(site, machine, folder):
    assert machine.pages() == bodies_of(site, addresses_of(site))
    assert (folder / "media" / "cell.png").read_bytes() == b"a cell"


@pytest.mark.needs_postgresql
def test_it_moves_to_postgresql_and_shows_every_page_byte_for_byte(site, moved):
    assert moved.pages() == bodies_of(site, addresses_of(site))


def test_migrations_make_the_tables_that_the_models_make(request):
    """The tests run on tables made from the models, and the portal on those that its migrations make.

    Those of a machine that had nothing, on the kind of database that the tests run on.
    """
    machine = request.getfixturevalue("moved" if connection.vendor == "postgresql" else "machine")
    migrated = connections.create_connection("default")
    migrated.settings_dict = connection.settings_dict | {"NAME": machine.database}
    here, there = tables_of(connection), tables_of(migrated)
    migrated.close()
    different = {table: (there.get(table), here.get(table)) for table in here.keys() | there.keys()}
    different = {table: pair for table, pair in different.items() if pair[0] != pair[1]}
    assert different == {}


@pytest.mark.needs_postgresql
def test_an_older_archive_is_brought_up_to_date(site, archive, tmp_path):
    """Before `stemcells.0002`, cell types had no key points."""
    older = shutil.copy(archive, tmp_path)
    repack(older, without_key_points)
    with postgresql_database("older") as url:
        machine = Machine(url, tmp_path)
        machine.manage("restore", older)
        after = machine.pages()
    before = bodies_of(site, addresses_of(site))
    assert before.keys() == after.keys()
    assert {status for status, _body in after.values()} == {200}
    assert before["/disclaimers/"] == after["/disclaimers/"]
    assert before["/stem-cell-therapy/cell-types/hsc/"] != after["/stem-cell-therapy/cell-types/hsc/"]


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
