"""How often something may be asked for, counted in the database, where each process and each host sees it.

django-ratelimit counts in Django's cache and needs one that all processes share and that adds up atomically: there is
none here (docs/decisions/0005-caches-are-off.md), and Django's cache in the database does not. axes counts failed
sign-ins alone.
"""

from datetime import timedelta
from time import time

from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from mscoe_portal.accounts.models import Throttle

WITHIN = timedelta(hours=1)


def count(what, most):
    """Count that `what` (a text) is asked for once more, unless it was `most` times within the last hour.

    Returns whether it was counted. Who goes on asking while it is not does not have to wait longer for it. Call it in a
    transaction: of several requests at once one waits for the other.
    """
    row, _is_new = Throttle.objects.select_for_update().get_or_create(key=_digest(what))
    lately = [at for at in row.times if at > time() - WITHIN.total_seconds()]
    if len(lately) >= most:
        return False
    row.times = [*lately, time()]
    row.save()
    return True


def delete_expired():
    """Delete what counts no more; returns how many rows."""
    return Throttle.objects.filter(changed_at__lte=now() - WITHIN).delete()[0]


def _digest(what):
    # So that nobody reads in a backup who had forgotten a password, and where.
    return salted_hmac(__name__, what, algorithm="sha256").hexdigest()
