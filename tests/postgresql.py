"""A PostgreSQL for one test run: made in a temporary folder, reached by a socket there, stopped and deleted at exit."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path


class NotAvailableError(Exception):
    """PostgreSQL's server programs cannot be run on this machine; the text says why."""


def start():
    """Start the server. Returns the `DATABASE_URL` that reaches it. Raises NotAvailableError."""
    programs = find_programs()
    owner = server_owner()
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

    def stop():
        data = folder / "data"
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")
        shutil.rmtree(folder)

    atexit.register(stop)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that stop() runs then, too
    run("initdb", "--pgdata", "data", "--auth=trust", "--username=portal", "--encoding=UTF8", "--locale=C", "--no-sync")
    # The data need not outlive a power cut, so nothing waits for the disk.
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    run("pg_ctl", "start", "--pgdata", "data", "--wait", "--silent", "--options", options)
    return f"postgres://portal@/portal?host={folder}"


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
