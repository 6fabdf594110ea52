import os
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import environ
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from mscoe_portal.backup.archive import ArchiveError
from mscoe_portal.backup.packing import NotBackedUpError, pack
from mscoe_portal.backup.restoring import NotRestoredError, refuse_while_in_use
from mscoe_portal.progress import progress_on


class Command(BaseCommand):
    """Copy the database of `DATABASE_URL` to another one, of PostgreSQL or SQLite, as `backup` and `restore` do.

    The uploads stay where they are, and the old database as it is. Raises CommandError, with the target as it was, when
    the target holds something or cannot be reached, and while the site runs: what is written meanwhile would be lost.
    """

    help = "Copy the database to the one at TARGET_URL, which must be empty. The site must not be running."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("target", metavar="TARGET_URL", help="as in postgres://USER:PASSWORD@HOST:5432/NAME")

    def handle(self, *, target, **options):
        place = ("ENGINE", "NAME", "HOST", "PORT")
        here, there = settings.DATABASES["default"], database_at(target)
        if all(str(here.get(name, "")) == str(there.get(name, "")) for name in place):
            raise CommandError("This is the database that the site has already.")
        with tempfile.TemporaryDirectory(prefix="portal-move-") as folder:
            archive = Path(folder, "portal.tar.gz")
            try:
                refuse_while_in_use()
                with progress_on(self.stdout) as step:
                    pack(archive, with_uploads=False, step=step)
            except (ArchiveError, NotBackedUpError, NotRestoredError, DatabaseError, OSError) as error:
                raise CommandError(f"Nothing was copied. {error}") from error
            # A process of its own, which has never seen another database than the target.
            command = [sys.executable, settings.BASE_DIR / "manage.py", "restore", archive]
            done = subprocess.run(command, check=False, env=os.environ | {"DATABASE_URL": target})
        if done.returncode:
            raise CommandError("Nothing was copied.")
        self.stdout.write("Copied. Let DATABASE_URL name the new database, then start the site.")


def database_at(url):
    """The database that `url` names, as in the settings. Raises CommandError, without the password in `url`."""
    with warnings.catch_warnings(action="ignore"), suppress(ValueError):
        database = environ.Env.db_url_config(url)
        if database.get("ENGINE") in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
            return database
    raise CommandError(
        "TARGET_URL must name a PostgreSQL or SQLite database, as in postgres://USER:PASSWORD@HOST:5432/NAME or "
        "sqlite:////srv/portal.sqlite3; in the password, / is written as %2F and ? as %3F."
    )
