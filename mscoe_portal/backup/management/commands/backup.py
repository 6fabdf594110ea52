from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from mscoe_portal.backup.packing import NotBackedUpError, file_name, pack, snapshot
from mscoe_portal.backup.progress import progress_on
from mscoe_portal.last_runs import note_run


class Command(BaseCommand):
    """Write database and uploads into one archive, while the site goes on. Prints its path last.

    The archive has the personal data of all who can sign in: only its owner can read it. Raises CommandError when it
    cannot be written; then there is none.
    """

    help = "Write the database and the uploads into one dated, checksummed archive. The site may be running."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--output",
            type=Path,
            default=settings.SHARED_DIR / "backups",
            metavar="FOLDER",
            help="where to put the archive (default: %(default)s)",
        )
        parser.add_argument(
            "--without-uploads", action="store_true", help="the database only; restoring it leaves the uploads alone"
        )

    def handle(self, *, output, without_uploads, **options):
        path = output / file_name()
        try:
            output.mkdir(parents=True, exist_ok=True)
            with progress_on(self.stdout) as step, snapshot():
                rows, files = pack(path, with_uploads=not without_uploads, step=step)
        except (NotBackedUpError, DatabaseError, OSError) as error:
            raise CommandError(f"There is no backup. {error}") from error
        note_run("backup")
        self.stdout.write(f"{rows:,} rows and {files:,} uploads, {path.stat().st_size:,} bytes:\n{path}")
