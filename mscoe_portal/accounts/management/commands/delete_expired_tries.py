from django.core.management import BaseCommand

from mscoe_portal.accounts import throttle
from mscoe_portal.accounts.lockout import delete_expired_tries


class Command(BaseCommand):
    """Delete the wrong tries to sign in that count no more, which hold user names and addresses. Run it daily.

    Also what was counted of links for forgotten passwords.
    """

    help = "Delete the wrong tries to sign in whose lock-out is over, and other counts that are."

    def handle(self, **options):
        self.stdout.write(f"{delete_expired_tries() + throttle.delete_expired()} deleted.")
