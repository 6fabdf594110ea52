"""A PostgreSQL for tests: made in a temporary folder, reached by a socket there, stopped and deleted afterwards."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

USER = "portal"


class NotAvailableError(Exception):
    """PostgreSQL's server programs cannot be run on this machine; the text says why."""


def start():
    """Start a server for as long as this process runs. Returns the `DATABASE_URL`. Raises NotAvailableError."""
    running = ExitStack()
    folder = running.enter_context(server())
    atexit.register(running.close)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that it is closed then, too
    return f"postgres://{USER}@/portal?host={folder}"


@contextmanager
def server():
    """A server for as long as the block runs; gives the folder of its socket. Raises NotAvailableError."""
    programs = find_programs()
    owner, starter = server_owner(), os.getpid()
    folder = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(program, *arguments):
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        # The server inherits the output of pg_ctl: into a file, since a pipe would stay open as long as it runs.
        with (folder / "log").open("w+") as log:
            command = [programs / program, *arguments]
            done = subprocess.run(command, check=False, cwd=folder, stdout=log, stderr=log, **as_owner)
            log.seek(0)
            if done.returncode:
                raise NotAvailableError(f"{program} failed: {log.read().strip()}")

    try:
        initdb = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        run("initdb", "--pgdata", "data", *initdb)
        # The data need not outlive a power cut, so nothing waits for the disk.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        run("pg_ctl", "start", "--pgdata", "data", "--wait", "--silent", "--options", options)
        yield folder
    finally:
        # A child that was forked comes by here too when it ends, but the server is not the child's to stop.
        if os.getpid() == starter:
            if (folder / "data" / "postmaster.pid").exists():
                run("pg_ctl", "stop", "--pgdata", folder / "data", "--mode", "immediate")
            shutil.rmtree(folder)


def copy_database(name, source, target):
    """Copy the database `name` of the server in the folder `source` to the one in `target`."""

    def run(program, folder, *arguments, **options):
        command = [find_programs() / program, "--host", folder, "--username", USER, *arguments, name]
        return subprocess.run(command, check=True, **options)

    content = run("pg_dump", source, stdout=subprocess.PIPE).stdout
    run("createdb", target)
    run("psql", target, "--quiet", "--set=ON_ERROR_STOP=1", input=content, stdout=subprocess.DEVNULL)


def find_programs():
    """The folder of `initdb` and `pg_ctl`, of the newest version that Debian's packages installed or of the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if not found:
        raise NotAvailableError("PostgreSQL's server is not installed; on Debian or Ubuntu: apt install postgresql")
    return Path(found).parent


def server_owner():
    """The user that runs the server: None for oneself; for root, who may not run it, the user `postgres`."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError as error:
        raise NotAvailableError("PostgreSQL refuses to run as root, and there is no user 'postgres'") from error
