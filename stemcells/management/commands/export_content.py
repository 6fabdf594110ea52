from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from stemcells.export import ExportError, as_text, export


class Command(BaseCommand):
    """Write what is public into data files, which `load_content --from FOLDER` makes the same public site of.

    Files of these names that are in the folder are replaced. Raises CommandError, with no file written, where something
    public cannot be written down.
    """

    help = "Write the public content as data files that can be reviewed and loaded elsewhere."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, verbosity, **options):
        try:
            with transaction.atomic():
                files = {name: as_text(items) for name, items in export().items()}
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
        except (ExportError, OSError) as error:
            raise CommandError(f"The content was not exported. {error}") from error
        if verbosity:
            self.stdout.write(f"{len(files)} files in {folder}")
