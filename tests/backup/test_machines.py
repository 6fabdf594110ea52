"""What was backed up here is the same site on another machine, whatever database that has."""

import hashlib
import json
import os

import pytest
from django.db import connection

from tests.backup.conftest import repack
from tests.backup.machine import Machine, addresses_of, bodies_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def postgresql_url():
    """The URL of an empty database on the test's own PostgreSQL."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("create database machine")
    yield os.environ["DATABASE_URL"].replace("/portal?", "/machine?")
    with connection._nodb_cursor() as cursor:
        cursor.execute("drop database machine")


@pytest.fixture
def empty_machine(tmp_path):
    """A machine with nothing on it, on SQLite."""
    return Machine(f"sqlite:///{tmp_path}/machine.sqlite3", tmp_path)


def test_an_empty_machine_shows_every_page_byte_for_byte_and_moves_to_postgresql(
    site, media, make_archive, empty_machine, request, tmp_path
):
    (media / "cell.png").write_bytes(b"a cell")
    pages = bodies_of(site, addresses_of(site))

    empty_machine.manage("restore", make_archive())

    assert empty_machine.pages() == pages
    assert (tmp_path / "media" / "cell.png").read_bytes() == b"a cell"
    empty_machine.manage("migrate", "--check")
    if connection.vendor == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        empty_machine.manage("move_database", url)
        assert Machine(url, tmp_path).pages() == pages


def test_an_older_archive_is_brought_up_to_date(site, make_archive, request, tmp_path):
    """Before `stemcells.0002`, cell types had no key points."""
    url = (
        request.getfixturevalue("postgresql_url") if connection.vendor == "postgresql" else f"sqlite:///{tmp_path}/old"
    )
    archive = make_archive()
    repack(archive, without_key_points)
    machine = Machine(url, tmp_path)

    machine.manage("restore", archive)

    machine.manage("migrate", "--check")
    before, after = bodies_of(site, addresses_of(site)), machine.pages()
    assert before.keys() == after.keys()
    assert {status for status, _body in after.values()} == {200}
    assert before["/disclaimers/"] == after["/disclaimers/"]
    assert before["/stem-cell-therapy/cell-types/hsc/"] != after["/stem-cell-therapy/cell-types/hsc/"]


def without_key_points(members, manifest):
    """What a backup of the release before that migration would hold."""
    name = "data/stemcells.celltypecontent.jsonl"
    manifest["migrations"].remove(["stemcells", "0002_key_points_of_cell_types"])
    facts = manifest["members"][name]
    column = facts["columns"].index("key_points")
    del facts["columns"][column]
    rows = [json.loads(line) for line in members[name].splitlines()]
    lines = [json.dumps(row[:column] + row[column + 1 :], ensure_ascii=False, separators=(",", ":")) for row in rows]
    members[name] = "".join(f"{line}\n" for line in lines).encode()
    facts.update(size=len(members[name]), sha256=hashlib.sha256(members[name]).hexdigest())
