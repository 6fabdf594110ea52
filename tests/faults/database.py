"""What can befall a PostgreSQL server: the one that Django's connection names, started by tests/postgresql.py."""

import os
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

from tests import postgresql


def folder():
    """The folder of the server's socket and data."""
    values = connection.settings_dict
    return Path(values["HOST"] or values["OPTIONS"]["host"])


def _pg_ctl(*arguments):
    owner, place = postgresql.server_owner(), folder()
    as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    command = [postgresql.find_programs() / "pg_ctl", *arguments, "--pgdata", place / "data", "--wait", "--silent"]
    with (place / "pg_ctl.log").open("a") as log:
        subprocess.run(command, check=True, cwd=place, stdout=log, stderr=log, **as_owner)


@contextmanager
def own_server():
    """Have Django's connection, and servers started meanwhile, use a copy on a PostgreSQL of their own.

    All processes of a test run share the other one: whoever stops it stops it for all of them.
    """
    values = connection.settings_dict
    host, options = values["HOST"], values["OPTIONS"]
    with postgresql.server() as own:
        postgresql.copy_database(values["NAME"], folder(), own)
        connection.close()
        values.update(HOST=str(own), OPTIONS={name: value for name, value in options.items() if name != "host"})
        try:
            yield
        finally:
            connection.close()
            values.update(HOST=host, OPTIONS=options)


@contextmanager
def stopped():
    """Without a database, as after a crash of its server; it is there again afterwards."""
    # The server is started again with the options that it has now.
    options = (folder() / "data" / "postmaster.opts").read_text().replace('"', "").split(maxsplit=1)[1].strip()
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
    parent = (folder() / "data" / "postmaster.pid").read_text().splitlines()[0]
    listed = subprocess.run(["pgrep", "--parent", parent], capture_output=True, text=True, check=False)
    processes = [int(number) for number in [parent, *listed.stdout.split()]]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):  # one that went on before may have ended it
                os.kill(process, signal.SIGCONT)


def cut_other_connections():
    """End every connection to the database but our own; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
