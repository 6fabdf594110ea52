from django.core.management import BaseCommand

from mscoe_portal.accounts.lockout import delete_expired_tries


class Command(BaseCommand):
    """Delete the wrong tries to sign in that count no more. Run it daily: they hold user names and addresses."""

    help = "Delete the wrong tries to sign in whose lock-out is over."

    def handle(self, **options):
        self.stdout.write(f"{delete_expired_tries()} deleted.")
