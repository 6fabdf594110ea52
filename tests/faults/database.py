"""What can befall the PostgreSQL server of a test run: tests/postgresql.py has started it."""

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests import postgresql


def _folder():
    values = connection.settings_dict
    return Path(values["HOST"] or values["OPTIONS"]["host"])


def _pg_ctl(*arguments):
    owner, folder = postgresql.server_owner(), _folder()
    as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    command = [postgresql.find_programs() / "pg_ctl", *arguments, "--pgdata", folder / "data", "--wait", "--silent"]
    with (folder / "pg_ctl.log").open("a") as log:
        subprocess.run(command, check=True, cwd=folder, stdout=log, stderr=log, **as_owner)


@contextmanager
def stopped():
    """Without a database, as after a crash of its server; it is there again afterwards."""
    # The server is started again with the options that it has now.
    options = (_folder() / "data" / "postmaster.opts").read_text().replace('"', "").split(maxsplit=1)[1].strip()
    connection.close()
    _pg_ctl("stop", "--mode", "immediate")
    try:
        yield
    finally:
        _pg_ctl("start", "--options", options.replace("-D data", ""))


@contextmanager
def hung():
    """With a database server that takes connections and answers nothing."""
    connection.close()
    parent = (_folder() / "data" / "postmaster.pid").read_text().splitlines()[0]
    listed = subprocess.run(["pgrep", "--parent", parent], capture_output=True, text=True, check=False)
    processes = [int(number) for number in [parent, *listed.stdout.split()]]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def cut_other_connections():
    """End every connection to the database but our own; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
