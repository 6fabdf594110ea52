from argparse import ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.timezone import now

from mscoe_portal.archives import archive_name
from mscoe_portal.backup.archive import ArchiveError, delete_abandoned
from mscoe_portal.backup.packing import NotBackedUpError, pack
from mscoe_portal.backup.retention import ClockError, make_room
from mscoe_portal.last_runs import note_run
from mscoe_portal.progress import progress_on


class Command(BaseCommand):
    """Write database and uploads into one archive, while the site goes on, and read it back. Prints its path last.

    The archive has the personal data of all who can sign in: only its owner can read it. Raises CommandError when it
    cannot be written; then there is none, and all others are kept.
    """

    help = "Write the database and the uploads into one dated, checksummed archive. The site may be running."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--output",
            type=Path,
            default=settings.BACKUPS_DIR,
            metavar="FOLDER",
            help="where to put the archive (default: %(default)s)",
        )
        parser.add_argument(
            "--without-uploads", action="store_true", help="the database only; restoring it leaves the uploads alone"
        )
        parser.add_argument(
            "--keep",
            type=at_least_one,
            metavar="N",
            help="when the archive is there and was read back, delete others in the folder, but none of the last 24 "
            "hours, nor the newest of each of the last N days that have one (default: delete none)",
        )
        parser.add_argument(
            "--keep-monthly",
            type=at_least_one,
            default=0,
            metavar="N",
            help="with --keep: of each of the last N months, keep the newest, too",
        )

    def handle(self, *, output, without_uploads, keep, keep_monthly, **options):
        if keep_monthly and not keep:
            raise CommandError("--keep-monthly says what is kept beside the newest: give --keep, too.")
        path = output / archive_name(now(), with_uploads=not without_uploads)
        try:
            output.mkdir(parents=True, exist_ok=True)
            with progress_on(self.stdout) as step:
                rows, files = pack(path, with_uploads=not without_uploads, step=step)
        except ArchiveError as error:
            raise CommandError(f"There is no backup. What was written does not read back: {error}.") from error
        except (NotBackedUpError, DatabaseError, OSError) as error:
            raise CommandError(f"There is no backup. {error}") from error
        wrong = []
        try:
            self.make_room(path, keep, keep_monthly)
        except (ClockError, OSError) as error:
            wrong.append(f"Old ones may be, too. {error}")
        try:
            note_run("backup")
        except OSError as error:
            wrong.append(f"That it was made is not noted, so that it counts as missing. {error}")
        if wrong:
            raise CommandError(" ".join([f"The backup is there, {path}.", *wrong]))
        self.stdout.write(f"{rows:,} rows and {files:,} uploads, {path.stat().st_size:,} bytes:\n{path}")

    def make_room(self, path, keep, keep_monthly):
        """Delete what need not be kept beside the new archive `path`, which is verified; say what."""
        if keep:
            for deleted in [*make_room(path, keep=keep, keep_monthly=keep_monthly), *delete_abandoned(path.parent)]:
                self.stdout.write(f"Deleted {deleted.name}")


def at_least_one(text):
    """The whole number that `text` says. Raises ArgumentTypeError when it is less than 1, or none."""
    if not (text.isdecimal() and int(text)):
        raise ArgumentTypeError("a whole number, at least 1")
    return int(text)
