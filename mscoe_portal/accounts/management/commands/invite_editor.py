from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from mscoe_portal.accounts.forms import InvitationForm
from mscoe_portal.accounts.invitations import NotSentError, invite, open_invitations

_NOT_SET = "example.com"


class Command(BaseCommand):
    """Invite an editor by e-mail: the first one of a new server, or again whoever has not accepted yet.

    Whoever is invited again keeps groups and name. Ends with one line and exit code 1, and nothing done, when the mail
    cannot be sent, the address is no address or known already, or a group is not there.
    """

    help = "Invite an editor by e-mail: a link to set the password, valid for 3 days."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL", help="where the invitation goes; also the user name")
        parser.add_argument("--group", action="append", default=[], help='such as "Site managers"; may be given again')
        parser.add_argument("--first-name", default="", help="what the person is called")
        parser.add_argument("--last-name", default="")
        parser.add_argument(
            "--site", help="the site's address, as https://portal.example.org; else from the admin's Sites"
        )

    @transaction.atomic
    def handle(self, *, email, group, first_name, last_name, site, **options):
        user = open_invitations().filter(email__iexact=email).first()
        user = user or add_editor(email=email, first_name=first_name, last_name=last_name, groups=groups_called(group))
        try:
            invite(user, site or site_address())
        except NotSentError as error:
            raise CommandError(f"The invitation could not be sent, and nothing was changed: {error}") from error
        self.stdout.write(f"Invited: {email}")


def groups_called(names):
    """The ids of the groups with these names. Raises CommandError when one is not there."""
    ids = dict(Group.objects.values_list("name", "pk"))
    if unknown := [name for name in names if name not in ids]:
        raise CommandError(f"There is no group “{unknown[0]}”. There are: {', '.join(ids)}.")
    return [ids[name] for name in names]


def add_editor(**values):
    """Add the editor without a password; returns the user. Raises CommandError, in the form's words."""
    form = InvitationForm(values)
    for name in ("first_name", "last_name", "groups"):
        form.fields[name].required = False
    if not form.is_valid():
        raise CommandError(" ".join(error for errors in form.errors.values() for error in errors))
    return form.save()


def site_address():
    """Where the site is, as the admin's Sites say. Raises CommandError when they do not."""
    domain = Site.objects.get_current().domain
    if domain == _NOT_SET:
        raise CommandError("Where is the site? Say it with --site https://its.name, or set its domain in the admin.")
    return f"{'http' if settings.DEMO else 'https'}://{domain}"
