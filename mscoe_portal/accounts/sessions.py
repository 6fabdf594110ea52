"""Sessions that end before their time, whatever they ask for at that moment."""

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.timezone import now


def lock(user):
    """Let whoever else ends sessions of `user`, or changes what they prove themselves with, wait until the transaction
    ends (PostgreSQL).
    """
    get_user_model().objects.select_for_update().get(pk=user.pk)


@transaction.atomic
def end_sessions(user):
    """End every session of `user` at once, on every device; returns how many."""
    lock(user)
    sessions = Session.objects.filter(expire_date__gt=now())
    theirs = [row.pk for row in sessions.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def was_ended(request):
    """Whether the session of `request` was ended since it was read; if not, nobody ends it in this transaction."""
    lock(request.user)
    return not request.session.exists(request.session.session_key)
