from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.timezone import now


def end_sessions(user):
    """End every session of `user` at once, on every device; returns how many."""
    sessions = Session.objects.filter(expire_date__gt=now())
    theirs = [row.pk for row in sessions.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=theirs).delete()[0]
