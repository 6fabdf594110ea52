from django.core.management.base import BaseCommand

from mscoe_portal.search.index import rebuild


class Command(BaseCommand):
    help = "Make the search's entries anew from what is published. They are kept up to date without it."

    def handle(self, *, verbosity, **options):
        def progress(name, number):
            if verbosity:
                self.stdout.write(f"  {name}: {number}")

        rebuild(progress)
