"""After too many wrong passwords: the answer, until when, and what is kept of the tries."""

from http import HTTPStatus
from math import ceil

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.admin.sites import site
from django.db.models import Max
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _


def counted_name(request, credentials=None):
    """The user name that a try counts for: another spelling of it gives no further tries."""
    return ((credentials or request.POST).get("username") or "").lower()


def locked_out(request, _response, credentials):
    """The answer 429 to who is locked out: it says for how long, and what helps. axes calls it."""
    context = site.each_context(request) | {
        "title": _("Too many wrong tries"),
        "minutes": minutes_left(request, credentials),
    }
    return render(request, "admin/locked_out.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)


def minutes_left(request, credentials):
    """In how many minutes, rounded up, `request` may try again to sign in with the user name of `credentials`."""
    (tries,) = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    last = tries.aggregate(Max("attempt_time"))["attempt_time__max"] or now()
    return max(1, ceil((last + settings.AXES_COOLOFF_TIME - now()).total_seconds() / 60))


def end_lock_out(username):
    """Let `username` try again at once, from every address."""
    reset(username=username.lower())


def delete_expired_tries():
    """Delete the wrong tries that count no more; returns how many."""
    return AccessAttempt.objects.filter(attempt_time__lte=now() - settings.AXES_COOLOFF_TIME).delete()[0]
