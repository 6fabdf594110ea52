from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from mscoe_portal.backup.archive import ArchiveError
from mscoe_portal.backup.restoring import NotRestoredError, refuse_while_in_use, restore
from mscoe_portal.progress import progress_on


class Command(BaseCommand):
    """Put an archive of `backup` in the place of the database and the uploads: all of it, or nothing.

    Raises CommandError, with the old site untouched, when the archive is damaged or of a newer release, while the site
    runs, and, without `--overwrite`, when the database or the uploads hold something.
    """

    help = "Restore an archive that the command backup has made. The site must not be running."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace what the database and the uploads hold now"
        )

    def handle(self, *, archive, overwrite, **options):
        try:
            refuse_while_in_use()
            with progress_on(self.stdout) as step:
                manifest = restore(archive, overwrite=overwrite, step=step)
        except ArchiveError as error:
            raise CommandError(f"Nothing was restored. {archive} is damaged, or no backup: {error}.") from error
        except (NotRestoredError, DatabaseError, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write(
            f"Restored as of {manifest['made_at']}: {manifest['rows']:,} rows and {manifest['files']:,} uploads."
        )
