"""A restore that is killed half way leaves the site as it was."""

import sqlite3
from contextlib import closing

import pytest

from tests.backup.machine import Machine

pytestmark = pytest.mark.faults

# Killed once the first table is written, or when all of them are.
MOMENTS = ["rows.digest", "restoring.call_command"]
RESTORE = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from mscoe_portal.backup import restoring, rows
module, name = sys.argv[1].split(".")
setattr(vars()[module], name, lambda *arguments, **options: os.kill(os.getpid(), signal.SIGKILL))
call_command("restore", sys.argv[2], overwrite=True)
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_nothing_has_changed_and_the_next_run_restores(tmp_path, moment):
    database, upload = tmp_path / "machine.sqlite3", tmp_path / "site" / "media" / "newer.png"
    upload.parent.mkdir(parents=True)
    machine = Machine(f"sqlite:///{database}", tmp_path / "site")
    machine.manage("migrate", "--verbosity", "0")
    machine.manage("backup", "--output", tmp_path)
    (archive,) = tmp_path.glob("*.tar.gz")
    upload.write_bytes(b"newer")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update django_site set name = 'newer'")

    with pytest.raises(AssertionError):
        machine.run("-c", RESTORE, moment, archive)

    assert site_of(database) == "newer"
    assert upload.read_bytes() == b"newer"
    machine.manage("restore", archive, "--overwrite")
    assert site_of(database) == "example.com"
    assert not upload.exists()


def site_of(database):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("select name from django_site").fetchone()[0]
