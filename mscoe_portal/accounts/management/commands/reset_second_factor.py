from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError

from mscoe_portal.accounts import second_factor


class Command(BaseCommand):
    """Take the second factor of a person away, who has lost it and knows no site manager who could do it.

    The person sets up another at the next sign-in. It is written down in the audit. Raises CommandError for a name that
    nobody has.
    """

    help = "Take the second factor of a person away: the next sign-in sets up another."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the name that the person signs in with")

    def handle(self, *, name, **options):
        person = get_user_model().objects.filter(username=name).first()
        if not person:
            raise CommandError(f"Nobody signs in as {name}.")
        second_factor.reset(person, by=None)
        self.stdout.write(f"{name} sets up a new second factor at the next sign-in.")
