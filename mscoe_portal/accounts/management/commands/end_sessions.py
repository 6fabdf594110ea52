from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from mscoe_portal.accounts.sessions import end_sessions


class Command(BaseCommand):
    """End every session of one person at once, on every device. They can sign in again unless the account is disabled.

    Raises CommandError when nobody has this user name.
    """

    help = "Sign a person out everywhere."

    def add_arguments(self, parser):
        parser.add_argument("user", help="the user name")

    def handle(self, *, user, **options):
        users = get_user_model()
        try:
            person = users.objects.get_by_natural_key(user)
        except users.DoesNotExist as error:
            raise CommandError(f"Nobody has the user name {user}.") from error
        self.stdout.write(f"Sessions of {user} that were ended: {end_sessions(person)}.")
