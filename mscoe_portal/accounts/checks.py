"""What Django's check framework tells of sign-in (`manage.py check --database default`, `migrate`, `doctor`)."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import checks
from django.db import DatabaseError


@checks.register(checks.Tags.database)
def check_agency_groups(app_configs, databases=None, **kwargs):
    """A warning for what OIDC_GROUPS gives and is no group; only with `--database`.

    Not an error: who signs in by the agency gets the other groups, and upgrades go on. A database that cannot be asked,
    or has no tables yet, is told by whoever needs it.
    """
    wanted = set(settings.OIDC_GROUPS.values())
    if not (databases and wanted):
        return []
    try:
        there = sorted(Group.objects.values_list("name", flat=True))
    except DatabaseError:
        return []
    if not (missing := sorted(wanted.difference(there))):
        return []
    return [
        checks.Warning(
            f"OIDC_GROUPS gives groups that are not there: {', '.join(missing)}. Nobody gets anything by them.",
            hint=f"Name others in .env. There are: {', '.join(there)}.",
            id="accounts.W001",
        )
    ]
