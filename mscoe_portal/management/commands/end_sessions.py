from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now


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
            key = str(users.objects.get_by_natural_key(user).pk)
        except users.DoesNotExist as error:
            raise CommandError(f"Nobody has the user name {user}.") from error
        sessions = Session.objects.filter(expire_date__gt=now())
        theirs = [row.pk for row in sessions.iterator() if row.get_decoded().get(SESSION_KEY) == key]
        Session.objects.filter(pk__in=theirs).delete()
        self.stdout.write(f"Sessions of {user} that were ended: {len(theirs)}.")
