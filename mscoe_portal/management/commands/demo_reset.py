"""Start the demo over: delete the SQLite database and the uploads."""

import os
import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from mscoe_portal.serving import is_database_in_use


class Command(BaseCommand):
    """Ask, then delete the SQLite database, every upload and every finished page; the next `make run` fills them anew.

    Refuses (exit code 1, nothing deleted) without a "yes", while the site runs, or when the data is not the demo's own.
    `CONFIRM=yes` in the environment answers where nobody can be asked.
    """

    help = "Delete the demo's database and uploads, after asking."
    requires_system_checks = []

    def handle(self, **options):
        database = settings.DATABASES["default"]
        if database["ENGINE"] != "django.db.backends.sqlite3":
            raise CommandError(
                f"The database is not SQLite, so nothing was deleted. To start over: "
                f"dropdb {database['NAME']} && createdb {database['NAME']}, then make run."
            )
        path = Path(database["NAME"])
        if settings.VAR_DIR not in path.resolve().parents:
            raise CommandError(f"{path} does not lie under {settings.VAR_DIR}, so nothing was deleted.")
        if is_database_in_use():
            raise CommandError("The site is running, so nothing was deleted. Stop it first (Ctrl-C where it runs).")
        self.confirm(path)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        for folder in (settings.MEDIA_ROOT, settings.DELIVERY_DIR):
            shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write("Deleted. Fill it anew with: make run")

    def confirm(self, path):
        """Raise CommandError unless the person, or `CONFIRM`, says yes."""
        if os.environ.get("CONFIRM") == "yes":
            return
        question = f"This deletes every page, record, user and upload in {path.parent}."
        if not sys.stdin.isatty():
            raise CommandError(f"{question} Nobody can be asked here; to go ahead: make demo-reset CONFIRM=yes")
        if input(f"{question} Type yes to go ahead: ") != "yes":
            raise CommandError("Nothing was deleted.")
