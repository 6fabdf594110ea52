from django.core.management.base import CommandError
from djangocms_versioning.management.commands import create_versions


class Command(create_versions.Command):
    help = "Refuses: djangocms-versioning's command of this name would publish what nobody has approved."

    def handle(self, *args, **options):
        raise CommandError(
            "create_versions can publish contents that nobody has approved, so it is switched off here. A content "
            "without a version is invisible to readers: make a new draft of it in the admin, and have that approved."
        )
