from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from stemcells.seed import CONTENT_DIR, Seed, SeedError


class Command(BaseCommand):
    help = (
        "Load the first content from stemcells/content/. Items that exist already are kept as they are, "
        "so it can run again at any time."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from", dest="content_dir", type=Path, default=CONTENT_DIR, help="Another folder of data files."
        )

    def handle(self, *args, content_dir, verbosity, **options):
        def progress(name, loaded, kept):
            if verbosity:
                self.stdout.write(f"  {name}: {loaded} loaded, {kept} kept")

        try:
            Seed(content_dir).run(progress)
        except (SeedError, OSError) as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
